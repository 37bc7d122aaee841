"""`/Q/{token}`: what opens when a code is scanned. Looking changes nothing; pressing runs the use case programs run.

A page that was left open is no danger: its key makes a second press the same as the first.
"""

import asyncio
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from typing import Any, Final

import msgspec
from litestar import HttpMethod, Request, Response, post, route
from litestar.params import FromPath

from api.answers import RefusedCall
from api.deployment import DATABASE_FAULTS, Deployment, code_of
from api.identity import PUBLIC, SIGNED_IN, SignInNeeded, needs
from api.languages import marked, said
from api.pages import door, presented, voucher
from api.pages.forms import FORM_BYTES_MAX, form_of, key_of
from api.pages.rendering import Press, home, language_of, press, redirect
from api.pages.telling import Reply, refusal, tell
from api.problems import LimitReached
from api.readers import Reader, reading
from ledger.application.ports import LedgerBusy
from ledger.kernel.refusal import Refusal
from qr import tokens
from qr.links import token_in
from qr.refusals import CodeExpired, TicketExpired
from qr.tokens import KioskCode, LiveMemberCode, MemberCard, Poster, Token, Voucher

PATHS: Final = ["/Q/{token:str}", "/q/{token:str}"]


@route(PATHS, http_method=[HttpMethod.GET, HttpMethod.HEAD], opt=needs(PUBLIC))
async def look(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[str]:
    """Who, what, where, and one large button."""
    return await asyncio.to_thread(_look, request, token)


@post(PATHS, opt=needs(SIGNED_IN), request_max_body_size=FORM_BYTES_MAX, status_code=200)
async def do(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[str]:
    """What the button says, and the answer to it."""
    deployment: Deployment = request.app.state.deployment
    fields, here = await form_of(request), here_of(token)
    key = key_of(fields)
    try:
        found = tokens.read(token_in(token), deployment.tokens)
        return tell(request, await _done(request, found, here, fields))
    except RefusedCall as refused:
        if refused.refused.code == "not-signed-in":
            raise SignInNeeded from None
        reply = await asyncio.to_thread(_refused, request, refused, here, fields)
    except Refusal as refused:
        reply = refusal(refused.code, _told(refused), language_of(request))
    except LimitReached:
        presses = door.next_presses("too-many-attempts", here, fields, {}, language_of(request))
        reply = refusal("too-many-attempts", {}, language_of(request), presses=presses)
    except LedgerBusy as busy:
        reply = refusal(busy.code, {}, language_of(request), presses=_again(request, here, fields, key))
    except DATABASE_FAULTS as fault:
        reply = refusal(code_of(fault), {}, language_of(request), presses=_again(request, here, fields, key))
    return tell(request, reply)


@contextmanager
def looking(request: Request[Any, Any, Any]) -> Generator[Reader | None]:
    """The person signed in, or None for a stranger."""
    with ExitStack() as stack:
        try:
            reader = stack.enter_context(reading(request))
        except SignInNeeded:
            reader = None
        yield reader


def here_of(token: str) -> str:
    """The page's own address, always written the same way: part of the name of what its buttons do."""
    return f"/Q/{token.upper()}"


def _look(request: Request[Any, Any, Any], text: str) -> Response[str]:
    deployment: Deployment = request.app.state.deployment
    try:
        found = tokens.read(token_in(text), deployment.tokens)
        tokens.check_fresh(found, deployment.clock.now())
        with looking(request) as reader:
            return _shown(request, found, here_of(text), reader)
    except Refusal as refused:
        language = language_of(request)
        return tell(request, refusal(refused.code, _told(refused), language, link=home(language)))


def _shown(request: Request[Any, Any, Any], found: Token, here: str, reader: Reader | None) -> Response[str]:
    if isinstance(found, KioskCode | Poster):
        return door.show(request, found, here, reader)
    if reader is None:
        return redirect(f"/sign-in?next={here}")
    match found:
        case MemberCard() | LiveMemberCode():
            return presented.show(request, found, here, reader)
        case Voucher():
            return voucher.show(request, found, here, reader)
        case _:
            line = said(marked("这个码现在还不能在这里用。"), language_of(request))
            return tell(request, Reply("refused", (line,)))


async def _done(request: Request[Any, Any, Any], found: Token, here: str, fields: dict[str, str]) -> Reply:
    match found:
        case KioskCode() | Poster():
            return await door.do(request, found, here, fields)
        case MemberCard() | LiveMemberCode():
            return await presented.do(request, found, fields)
        case Voucher():
            return await voucher.do(request, found, fields)
        case _:
            return Reply("refused", (said(marked("这个码现在还不能在这里用。"), language_of(request)),), status=409)


def _refused(request: Request[Any, Any, Any], refused: RefusedCall, here: str, fields: dict[str, str]) -> Reply:
    language, code, facts = language_of(request), refused.refused.code, refused.refused.facts
    presses = door.next_presses(code, here, fields, facts, language)
    reply = refusal(code, facts, language, presses=presses)
    if code != "already-handed-over":
        return reply
    by_whom = voucher.by_whom(request.app.state.deployment, facts, language)
    return msgspec.structs.replace(reply, lines=(*reply.lines, by_whom))


def _told(refused: Refusal) -> dict[str, Any]:
    """What a code cannot do is told without its times: they are of the code, not of the activity."""
    return {} if isinstance(refused, CodeExpired | TicketExpired) else msgspec.to_builtins(refused.facts())


def _again(request: Request[Any, Any, Any], here: str, fields: dict[str, str], key: str) -> tuple[Press, ...]:
    """The same once more under the same key: whatever became of the first press, it happens once."""
    kept = {name: value for name, value in fields.items() if name != "idempotency_key"}
    return (press(here, said(marked("再试一次"), language_of(request)), key=key, **kept),)


HANDLERS: Final = [look, do]
