"""`/me/data`: what is kept of oneself; take it along, put it right, or ask to be forgotten."""

import asyncio
from datetime import date
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from litestar import HttpMethod, Request, Response, post, route

from api.deployment import DUE_WORKING_DAYS, Deployment
from api.erasing import ENDED
from api.identity import SIGNED_IN, STEP_UP, StepUpNeeded, needs
from api.pages.amounts import near_day
from api.pages.forms import FORM_BYTES_MAX, form_of
from api.pages.problems_said import Said, said_here
from api.pages.rendering import language_of, page, redirect
from api.personal_files import Correction, ask_again, correct, require_correctable, shown
from api.readers import newest, reading
from api.sentences.readable import readable
from api.v1.data_copies import own_file
from ledger.kernel.refusal import Refusal
from projections import people

_GET: Final = [HttpMethod.GET, HttpMethod.HEAD]
CORRECTED_HERE: Final = ("phone", "address")
TYPED_MAX: Final = 200


class _Field(NamedTuple):
    """One thing that is kept, in words."""

    name: str
    text: str


@route("/me/data", http_method=_GET, opt=needs(SIGNED_IN), sync_to_thread=True)
def my_data(request: Request[Any, Any, Any]) -> Response[str]:
    """Everything of it on one page."""
    return _page(request)


@route("/me/data/file", http_method=_GET, opt=needs(SIGNED_IN) | STEP_UP, sync_to_thread=True)
def my_file(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The copy, as a file to be kept."""
    return own_file(request)


@post("/me/data/details", opt=needs(SIGNED_IN), request_max_body_size=FORM_BYTES_MAX, status_code=303)
async def correct_mine(request: Request[Any, Any, Any]) -> Response[str]:
    """Put the telephone or the address right."""
    fields = await form_of(request)
    typed = {name: fields[name].strip()[:TYPED_MAX] for name in CORRECTED_HERE if fields.get(name, "").strip()}
    return await asyncio.to_thread(_correct, request, typed)


@post("/me/data/erasure", opt=needs(SIGNED_IN), request_max_body_size=FORM_BYTES_MAX, status_code=303)
async def ask_for_erasure(request: Request[Any, Any, Any]) -> Response[str]:
    """Ask to be forgotten, or take it back."""
    fields = await form_of(request)
    await asyncio.to_thread(_wish, request, is_withdrawn=fields.get("action") == "withdraw")
    return redirect("/me/data")


def _page(request: Request[Any, Any, Any], problem: Said | None = None) -> Response[str]:
    language = language_of(request)
    with reading(request) as reader:
        deployment = reader.deployment
        row = people.member(reader.connection, reader.member)
        wish = deployment.erasure_wishes.of(reader.member)
        facts = {
            "fields": [_Field(readable(field, language), text) for field, text in shown(reader, reader.member).items()],
            "has_photo": deployment.directory.photo(reader.member) is not None,
            "due": _day(wish.due if wish else None, reader.today, language),
            "has_left": row is not None and row.status in ENDED,
            "is_held": bool(deployment.legal_holds.of([reader.member])),
            "working_days": DUE_WORKING_DAYS,
            "problem": problem.sentence if problem else "",
        }
    return page(request, "own_data.html", facts, status=problem.status if problem else 200)


def _day(day: date | None, today: date, language: str) -> str:
    return near_day(day, today, language) if day else ""


def _correct(request: Request[Any, Any, Any], typed: dict[str, str]) -> Response[str]:
    try:
        with reading(request, newest(request)) as reader:
            row = require_correctable(reader, reader.member, typed)
            ask_again(request, reader.member, typed)
            correct(reader, row, Correction(typed, (), None))
    except StepUpNeeded:
        return redirect("/step-up?" + urlencode({"next": "/me/data"}))
    except Refusal as refused:
        return _page(request, said_here(request, refused))
    return redirect("/me/data")


def _wish(request: Request[Any, Any, Any], *, is_withdrawn: bool) -> None:
    deployment: Deployment = request.app.state.deployment
    with reading(request) as reader:
        if is_withdrawn:
            deployment.erasure_wishes.withdraw(reader.member)
        else:
            due = deployment.calendar.after(reader.today, DUE_WORKING_DAYS).day
            deployment.erasure_wishes.add(reader.member, deployment.clock.now(), due)


HANDLERS: Final = [my_data, my_file, correct_mine, ask_for_erasure]
