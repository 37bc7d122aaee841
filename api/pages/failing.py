"""What a person sees when a page could not be made: a sentence and a way on, never a trace."""

from collections.abc import Callable
from typing import Any, Final, cast
from urllib.parse import urlencode

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException

from api.answers import RefusedCall
from api.decoding import MalformedBody
from api.deployment import DATABASE_FAULTS, UNREADABLE, code_of
from api.identity import CrossOrigin, HttpsNeeded, NotAllowed, SignInNeeded, StepUpNeeded, UnknownHost, UnknownId
from api.languages import marked, said
from api.logs import trace
from api.pages.rendering import home, language_of, redirect
from api.pages.telling import refusal, tell
from api.problems import BehindReader, LimitReached
from api.witnessing import witness
from ledger.application.ports import KeyReused, LedgerBusy
from ledger.kernel.refusal import Refusal

log = structlog.get_logger("linli.pages")

_CODES: Final[dict[int, str]] = {404: "no-such-path", 405: "method-not-allowed", 413: "body-too-large"}


def sign_in(request: Request[Any, Any, Any], _error: Exception) -> Response[str]:
    """Nobody is signed in, or no longer: sign in and come back."""
    return redirect("/sign-in?" + urlencode({"next": request.url.path}))


def step_up(request: Request[Any, Any, Any], _error: Exception) -> Response[str]:
    """Show again who one is, and come back."""
    return redirect("/step-up?" + urlencode({"next": request.url.path}))


def refused(request: Request[Any, Any, Any], error: RefusedCall) -> Response[str]:
    """A rule said no where no page of its own says so."""
    return _tell(request, error.refused.code, error.refused.facts)


def refused_here(request: Request[Any, Any, Any], error: Refusal) -> Response[str]:
    """A code that is none of ours, for example."""
    return _tell(request, error.code, msgspec.to_builtins(error.facts()))


def malformed(request: Request[Any, Any, Any], error: MalformedBody) -> Response[str]:
    """Something else than one of our forms."""
    reply = refusal(error.code, {}, language_of(request), link=home(language_of(request)))
    return tell(request, msgspec.structs.replace(reply, status=error.status))


def http(request: Request[Any, Any, Any], error: HTTPException) -> Response[str]:
    """What the framework says: no such page, too large, not this method."""
    reply = refusal(
        _CODES.get(error.status_code, "bad-request"), {}, language_of(request), link=home(language_of(request))
    )
    return tell(request, msgspec.structs.replace(reply, status=error.status_code))


def fault(request: Request[Any, Any, Any], error: Exception) -> Response[str]:
    """The database is away, full or locked; it may be back in a moment."""
    log.error("fault", path=_scope(request).get("path_template", ""), **trace(error))
    return _tell(request, code_of(error), {})


def busy(request: Request[Any, Any, Any], error: LedgerBusy) -> Response[str]:
    """The ledger cannot take the command now."""
    return _tell(request, error.code, {})


def bug(request: Request[Any, Any, Any], error: Exception) -> Response[str]:
    """A mistake of ours: logged with its trace, told only by the request's number."""
    log.error("bug", path=_scope(request).get("path_template", ""), **trace(error))
    number = str(_scope(request)["state"].get("request_id", ""))[:8]
    reply = refusal("internal", {}, language_of(request), link=home(language_of(request)))
    line = said(marked("编号 {number}"), language_of(request), number=number)
    return tell(request, msgspec.structs.replace(reply, lines=(*reply.lines, line)))


def _tell(request: Request[Any, Any, Any], code: str, facts: dict[str, Any]) -> Response[str]:
    witness(request, code)
    return tell(request, refusal(code, facts, language_of(request), link=home(language_of(request))))


def _scope(request: Request[Any, Any, Any]) -> dict[str, Any]:
    return cast("dict[str, Any]", request.scope)


def _as(code: str) -> Callable[[Request[Any, Any, Any], Exception], Response[str]]:
    """A handler that tells `code`."""

    def told(request: Request[Any, Any, Any], _error: Exception) -> Response[str]:
        return _tell(request, code, {})

    return told


HANDLERS: Final[dict[Any, Any]] = {
    **dict.fromkeys(DATABASE_FAULTS, fault),
    SignInNeeded: sign_in,
    StepUpNeeded: step_up,
    RefusedCall: refused,
    Refusal: refused_here,
    MalformedBody: malformed,
    **dict.fromkeys(UNREADABLE, _as("record-unreadable")),
    LedgerBusy: busy,
    BehindReader: _as("figures-behind"),
    LimitReached: _as("too-many-attempts"),
    KeyReused: _as("idempotency-key-reused"),
    NotAllowed: _as("not-permitted"),
    UnknownId: _as("unknown-id"),
    CrossOrigin: _as("cross-origin"),
    UnknownHost: _as("unknown-host"),
    HttpsNeeded: _as("https-needed"),
    HTTPException: http,
    Exception: bug,
}
