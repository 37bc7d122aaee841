"""People check themselves in and out with the code at the door. The hot path: one signature, one command, no thread.

What counts is when the code was seen: now for a code, the ticket's own time for a ticket kept in the page.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar, Final, Literal, NamedTuple
from uuid import UUID

from litestar import Request, Response, post
from litestar.params import JSONBody
from msgspec import Meta, Struct

from api.answers import answers, outcome_of, written
from api.calls import count_try, submit
from api.decoding import MalformedBody, Strict
from api.deployment import SELF_CHECK_INS, Deployment
from api.identity import SIGNED_IN, needs, proof_of
from api.v1.codes import SCAN_BODY_BYTES_MAX, CodeText, count_bad_code, genuine
from ledger.activities.activity import Direction
from ledger.application.check_ins import CHECK_IN, CheckIn
from ledger.application.ports import Answer
from ledger.kernel.ids import ActivityId, SessionId
from ledger.kernel.refusal import Refusal
from qr.refusals import NotOurCode
from qr.tickets import read_ticket
from qr.tokens import KioskCode, Poster
from qr.typed_codes import is_slip, matches

Basis = Literal["kiosk", "poster", "typed"]


class CheckInBody(Struct, frozen=True, forbid_unknown_fields=True):
    """One of: `token` (what the scanner read), `ticket` (from the landing page), `typed_code` with `activity`."""

    direction: Direction
    token: CodeText | None = None
    ticket: Annotated[str, Meta(min_length=1, max_length=128)] | None = None
    typed_code: Annotated[str, Meta(min_length=1, max_length=32)] | None = None
    activity: UUID | None = None


class CheckInAnswer(Struct, frozen=True):
    """What became of it: a code to tell apart, the ids and instants it speaks of, the ledger's position."""

    code: str
    ids: dict[str, UUID]
    times: dict[str, datetime]
    position: int


@dataclass(eq=False)
class TypedCodeSlip(Refusal):
    """What was typed cannot be any code: a slip, not a try."""

    code: ClassVar[str] = "typed-code-slip"


LAST_SESSIONS_KEPT: Final = 10_000
"""Activities whose last check-in is remembered, so that the next visit is loaded with the rest of its batch."""


class _Seen(NamedTuple):
    """What a genuine code proves."""

    activity: UUID
    seen_at: datetime
    basis: Basis


@post(
    "/check-ins",
    opt=needs(SIGNED_IN),
    dto=Strict[CheckInBody],
    return_dto=None,
    status_code=200,
    request_max_body_size=SCAN_BODY_BYTES_MAX,
    responses=answers(CheckInAnswer),
    tags=["check-ins"],
)
async def check_in(request: Request[Any, Any, Any], data: JSONBody[CheckInBody]) -> Response[bytes]:
    """Check the caller in or out. A double scan answers `already-in` with the first time."""
    deployment: Deployment = request.app.state.deployment
    seen = await _seen(request, data, deployment)
    last: dict[UUID, UUID] = request.app.state.setdefault("last_sessions", {})
    likely = last.get(seen.activity)
    asked = CheckIn(
        activity=ActivityId(seen.activity),
        seen_at=seen.seen_at,
        basis=seen.basis,
        direction=data.direction,
        likely_session=SessionId(likely) if likely else None,
    )
    answer = await submit(request, CHECK_IN, asked)
    if len(last) >= LAST_SESSIONS_KEPT:
        last.clear()
    last[seen.activity] = outcome_of(answer).ids["session"]
    return written(answer, _payload(answer))


async def _seen(request: Request[Any, Any, Any], data: CheckInBody, deployment: Deployment) -> _Seen:
    now = deployment.clock.now()
    match data:
        case CheckInBody(token=str(text), ticket=None, typed_code=None, activity=None):
            token = await genuine(request, text, now)
            if not isinstance(token, KioskCode | Poster):
                raise NotOurCode
            seen = _Seen(token.activity, now, "kiosk" if isinstance(token, KioskCode) else "poster")
            count_try(request, "check-in", SELF_CHECK_INS)
            return seen
        case CheckInBody(token=None, ticket=str(text), typed_code=None, activity=None):
            seen = await _by_ticket(request, text, now)
            count_try(request, "check-in", SELF_CHECK_INS)
            return seen
        case CheckInBody(token=None, ticket=None, typed_code=str(text), activity=UUID() as activity):
            return await _by_typed_code(request, text, activity=activity, now=now)
        case _:
            raise MalformedBody("invalid-body", 400, "send token, or ticket, or typed_code with activity")


async def _by_ticket(request: Request[Any, Any, Any], text: str, now: datetime) -> _Seen:
    """Tickets are made for the rotating code only: the poster's page sends the poster's token again."""
    deployment: Deployment = request.app.state.deployment
    session = proof_of(request).token_hash
    try:
        ticket = read_ticket(text, session=session, now=now, keys=deployment.tokens)
    except NotOurCode:
        await count_bad_code(request, now)
        raise
    return _Seen(ticket.activity, ticket.seen_at, "kiosk")


async def _by_typed_code(request: Request[Any, Any, Any], text: str, *, activity: UUID, now: datetime) -> _Seen:
    """Nine characters can be guessed, so here the try is counted before it is looked at."""
    deployment: Deployment = request.app.state.deployment
    if is_slip(text):
        raise TypedCodeSlip
    count_try(request, "check-in", SELF_CHECK_INS)
    if not matches(text, activity, now=now, keys=deployment.tokens):
        await count_bad_code(request, now)
        raise NotOurCode
    return _Seen(activity, now, "typed")


def _payload(answer: Answer) -> CheckInAnswer:
    outcome = outcome_of(answer)
    return CheckInAnswer(outcome.code, outcome.ids, outcome.times, answer.position)


HANDLERS = [check_in]
