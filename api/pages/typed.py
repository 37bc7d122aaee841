"""Checking in without a camera: the nine characters from the screen, typed by somebody who is signed in."""

import asyncio
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from litestar import HttpMethod, Request, Response, post, route

from api.calls import count_try, submit
from api.deployment import SELF_CHECK_INS, Deployment
from api.identity import SIGNED_IN, needs
from api.pages.door import door_reply
from api.pages.forms import FORM_BYTES_MAX, direction_of, form_of, key_of
from api.pages.rendering import page, press
from api.pages.telling import tell
from api.readers import Reader, reading
from api.v1.check_ins import TypedCodeSlip
from api.v1.codes import count_bad_code
from api.v1.visibility import home_of
from ledger.application.check_ins import CHECK_IN, CheckIn
from ledger.kernel.ids import ActivityId
from projections import activity_roll, people
from qr.refusals import NotOurCode
from qr.typed_codes import as_typed, is_slip, matches

_AROUND: Final = timedelta(hours=3)
"""Doors open and stay open for going out up to two hours around a session; one more so that none is missed."""


@route("/typed", http_method=[HttpMethod.GET, HttpMethod.HEAD], opt=needs(SIGNED_IN), sync_to_thread=True)
def typed_form(request: Request[Any, Any, Any]) -> Response[str]:
    """Asks for the code."""
    with reading(request):
        return page(request, "typed.html", {"idempotency_key": press("", "").fields["idempotency_key"]})


@post("/typed", opt=needs(SIGNED_IN), request_max_body_size=FORM_BYTES_MAX, status_code=200)
async def typed(request: Request[Any, Any, Any]) -> Response[str]:
    """Check in or out at the activity whose code it is. A slip is no try; a try is counted before it is looked at."""
    deployment: Deployment = request.app.state.deployment
    fields = await form_of(request)
    text, direction, now = fields.get("code", ""), direction_of(fields), deployment.clock.now()
    if is_slip(text):
        raise TypedCodeSlip
    count_try(request, "check-in", SELF_CHECK_INS)
    activity = await asyncio.to_thread(_activity_of, request, text)
    if activity is None:
        await count_bad_code(request, now)
        raise NotOurCode
    # One page, two buttons, and a field that can be corrected: the key must differ with each of them.
    key = f"{key_of(fields)[:80]}.{direction}.{as_typed(text)}"
    answer = await submit(request, CHECK_IN, CheckIn(activity, now, "typed", direction), key=key)
    return tell(request, await asyncio.to_thread(door_reply, request, answer))


def _activity_of(request: Request[Any, Any, Any], text: str) -> ActivityId | None:
    """The activity whose code it is, among those around the person's home that have an open or just shut door."""
    deployment: Deployment = request.app.state.deployment
    now = deployment.clock.now()
    with reading(request) as reader:
        for row in _near(reader):
            if matches(text, row.activity, now=now, keys=deployment.tokens):
                return ActivityId(row.activity)
    return None


def _near(reader: Reader) -> list[activity_roll.ActivityRow]:
    home, now = home_of(reader), reader.deployment.clock.now()
    places = [node.organisation for node in people.line_of(reader.connection, home, reader.today)]
    below, siblings = _below(reader, home), _below(reader, places[1]) if places[1:] else []
    found: list[activity_roll.ActivityRow] = []
    for place in dict.fromkeys([*places, *below, *siblings]):
        found += activity_roll.of_organisation(
            reader.connection, place, ending_after=now - _AROUND, starting_before=now + _AROUND
        )
    return [row for row in found if row.status in ("open", "closed")]


def _below(reader: Reader, place: UUID) -> list[UUID]:
    return [node.organisation for node in people.organisations_below(reader.connection, place, day=reader.today)]


HANDLERS: Final = [typed_form, typed]
