"""Problem documents (RFC 9457): every error a stable code, a sentence in the reader's language, the refusal's facts.

Three kinds stay apart: refusals of the rules (their code decides the status), faults of the machine (503, or 507 when
its disk is full; try again), and bugs (500, logged, nothing told but the request id).
"""

import json
from collections.abc import Callable
from typing import Any, cast

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from api.answers import RefusedCall
from api.decoding import MalformedBody
from api.deployment import DATABASE_FAULTS, UNREADABLE, NotReady, code_of
from api.identity import CrossOrigin, HttpsNeeded, NotAllowed, SignInNeeded, StepUpNeeded, UnknownHost, UnknownId
from api.languages import preferred
from api.logs import trace
from api.sentences import FAULT_STATUSES, STATUSES, sentence
from api.sentences import detail as told_detail
from api.witnessing import witness
from ledger.application.ports import KeyReused, LedgerBusy, Refused
from ledger.kernel.refusal import Refusal

log = structlog.get_logger("linli")

Facts = dict[str, Any]

SEARCH_RETRY_SECONDS = 2
UNREADABLE_RETRY_SECONDS = 5
"""Somebody has to put the record right first; a program may ask again as seldom as it is told at all."""


class LimitReached(Exception):
    """Too many attempts in a window: 429 with the seconds to wait."""

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__(f"try again in {retry_after_seconds} s")
        self.retry_after_seconds = retry_after_seconds


class BehindReader(Exception):
    """The read models have not reached the position the reader named: 503."""


def problem(
    request: Request[Any, Any, Any], code: str, status: int, *, facts: Facts | None = None, detail: str | None = None
) -> Response[bytes]:
    """One problem document in the reader's language; the audit log hears of refusals worth seeing."""
    witness(request, code)
    language = preferred(request.headers.get("accept-language"))
    detail = detail or told_detail(code, facts or {}, language)
    document = {
        "type": f"urn:linli:problem:{code}",
        "title": sentence(code, language),
        "status": status,
        "code": code,
        "request_id": str(_scope(request)["state"].get("request_id", "")),
        **({"detail": detail} if detail else {}),
        **({"facts": facts} if facts else {}),
    }
    headers = {"Content-Language": language, "Cache-Control": "no-store"}
    return Response(
        json.dumps(document, ensure_ascii=False).encode(),
        status_code=status,
        headers=headers,
        media_type="application/problem+json",
    )


def refused(request: Request[Any, Any, Any], error: RefusedCall) -> Response[bytes]:
    """A rule said no."""
    code = error.refused.code
    response = problem(request, code, STATUSES.get(code, 409), facts=error.refused.facts)
    if error.answer is not None:
        response.headers["Ledger-Position"] = str(error.answer.position)
        if error.answer.replayed:
            response.headers["Idempotent-Replayed"] = "true"
    if STATUSES.get(code) == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    wait = error.refused.facts.get("retry_after_seconds")
    return _retry(response, int(wait)) if wait else response


def refused_here(request: Request[Any, Any, Any], error: Refusal) -> Response[bytes]:
    """A rule said no outside the ledger: a code that is no code of ours, a sign-in that was tried too often."""
    facts = msgspec.to_builtins(error.facts())
    return refused(request, RefusedCall(Refused(error.code, facts)))


def busy(request: Request[Any, Any, Any], error: LedgerBusy) -> Response[bytes]:
    """The ledger cannot take the command now, and why."""
    return _retry(problem(request, error.code, FAULT_STATUSES[error.code]), error.retry_after_seconds)


def behind(request: Request[Any, Any, Any], _error: BehindReader) -> Response[bytes]:
    """The figures are older than what the reader asked for."""
    return _retry(problem(request, "figures-behind", 503), 1)


def not_ready(request: Request[Any, Any, Any], _error: NotReady) -> Response[bytes]:
    """People are still being read into memory, right after a start."""
    return _retry(problem(request, "search-not-ready", 503), SEARCH_RETRY_SECONDS)


def limited(request: Request[Any, Any, Any], error: LimitReached) -> Response[bytes]:
    """Too many attempts."""
    return _retry(problem(request, "too-many-attempts", 429), error.retry_after_seconds)


def malformed(request: Request[Any, Any, Any], error: MalformedBody) -> Response[bytes]:
    """The request could not be read."""
    return problem(request, error.code, error.status, detail=error.detail)


def sign_in(request: Request[Any, Any, Any], _error: SignInNeeded) -> Response[bytes]:
    """Nobody is signed in."""
    response = problem(request, "not-signed-in", 401)
    response.headers["WWW-Authenticate"] = "Bearer"
    return response


def step_up(request: Request[Any, Any, Any], _error: StepUpNeeded) -> Response[bytes]:
    """The caller must show again who they are."""
    return problem(request, "step-up-needed", 403, facts={"at": "/v1/sessions/step-up"})


def http(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """What the framework itself refuses: unknown paths, wrong methods, parameters it cannot read."""
    if isinstance(error, ValidationException) and _is_about_the_path(error):
        return problem(request, "unknown-id", 404)
    codes = {404: "no-such-path", 405: "method-not-allowed", 413: "body-too-large", 400: "bad-request"}
    code = codes.get(error.status_code, "bad-request" if error.status_code < 500 else "internal")
    response = problem(request, code, error.status_code, detail=_places(error))
    if "allow" in (error.headers or {}):
        response.headers["Allow"] = str((error.headers or {})["allow"])
    return response


def fault(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """The database is away, full or locked: nothing of ours is wrong, and it may be back in a moment."""
    log.error("fault", path=_scope(request).get("path_template", ""), **trace(error))
    code = code_of(error)
    return _retry(problem(request, code, FAULT_STATUSES[code]), 1)


def unreadable(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """An event that the command's decision needs cannot be read: nothing is decided without it."""
    log.error("unreadable event", path=_scope(request).get("path_template", ""), **trace(error))
    return _retry(problem(request, "record-unreadable", 503), UNREADABLE_RETRY_SECONDS)


def bug(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """A mistake of ours: logged with its trace, told only by its request id."""
    log.error("bug", path=_scope(request).get("path_template", ""), **trace(error))
    return problem(request, "internal", 500)


def _scope(request: Request[Any, Any, Any]) -> dict[str, Any]:
    return cast("dict[str, Any]", request.scope)


def _is_about_the_path(error: ValidationException) -> bool:
    """An id that is no id names nothing: the same answer as for one that nobody has."""
    return any(found.get("source") == "path" for found in _found(error))


def _places(error: HTTPException) -> str | None:
    """Where the mistake is, never what was sent."""
    if error.status_code != 400:
        return None
    return ", ".join(sorted({str(found["key"]) for found in _found(error) if "key" in found})) or None


def _found(error: HTTPException) -> list[dict[str, Any]]:
    extra: Any = error.extra
    return cast("list[dict[str, Any]]", extra) if isinstance(extra, list) else []


def _always(code: str, status: int) -> Callable[[Request[Any, Any, Any], Exception], Response[bytes]]:
    def handler(request: Request[Any, Any, Any], _error: Exception) -> Response[bytes]:
        return problem(request, code, status)

    return handler


no_such_path = _always("no-such-path", 404)
"""For file names that no file can have."""


def _retry(response: Response[bytes], seconds: int) -> Response[bytes]:
    response.headers["Retry-After"] = str(seconds)
    return response


HANDLERS: dict[Any, Any] = {
    **dict.fromkeys(DATABASE_FAULTS, fault),
    **dict.fromkeys(UNREADABLE, unreadable),
    RefusedCall: refused,
    Refusal: refused_here,
    LedgerBusy: busy,
    BehindReader: behind,
    LimitReached: limited,
    NotReady: not_ready,
    MalformedBody: malformed,
    SignInNeeded: sign_in,
    StepUpNeeded: step_up,
    NotAllowed: _always("not-permitted", 403),
    CrossOrigin: _always("cross-origin", 403),
    UnknownId: _always("unknown-id", 404),
    UnknownHost: _always("unknown-host", 421),
    HttpsNeeded: _always("https-needed", 403),
    KeyReused: _always("idempotency-key-reused", 422),
    HTTPException: http,
    Exception: bug,
}
