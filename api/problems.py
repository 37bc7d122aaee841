"""Problem documents (RFC 9457): every error a stable code, a sentence in the reader's language, the refusal's facts.

Three kinds stay apart: refusals of the rules (their code decides the status), faults of the machine (503, try again), and
bugs (500, logged, nothing told but the request id).
"""

import json
from typing import Any

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException

from api.answers import RefusedCall
from api.decoding import MalformedBody
from api.identity import CrossOrigin, NotAllowed, SignInNeeded, UnknownId
from api.languages import preferred, said
from api.sentences import FAULTS, REFUSALS, STATUSES
from ledger.application.ports import KeyReused, LedgerBusy

log = structlog.get_logger("linli")

Facts = dict[str, Any]


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
    """One problem document in the reader's language."""
    language = preferred(request.headers.get("accept-language"))
    sentence = REFUSALS.get(code) or FAULTS.get(code) or FAULTS["bad-request"]
    document = {
        "type": f"urn:linli:problem:{code}",
        "title": said(sentence, language),
        "status": status,
        "code": code,
        "request_id": str(request.scope.get("state", {}).get("request_id", "")),
        **({"detail": detail} if detail else {}),
        **({"facts": facts} if facts else {}),
    }
    headers = {"Content-Language": language}
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
    return response


def busy(request: Request[Any, Any, Any], error: LedgerBusy) -> Response[bytes]:
    """The ledger cannot take the command now; nothing changed."""
    return _retry(problem(request, "ledger-busy", 503), error.retry_after_seconds)


def behind(request: Request[Any, Any, Any], error: BehindReader) -> Response[bytes]:
    """The figures are older than what the reader asked for."""
    return _retry(problem(request, "figures-behind", 503), 1)


def limited(request: Request[Any, Any, Any], error: LimitReached) -> Response[bytes]:
    """Too many attempts."""
    return _retry(problem(request, "too-many-attempts", 429), error.retry_after_seconds)


def malformed(request: Request[Any, Any, Any], error: MalformedBody) -> Response[bytes]:
    """The request could not be read."""
    return problem(request, error.code, error.status, detail=error.detail)


def sign_in(request: Request[Any, Any, Any], error: SignInNeeded) -> Response[bytes]:
    """Nobody is signed in."""
    response = problem(request, "not-signed-in", 401)
    response.headers["WWW-Authenticate"] = "Bearer"
    return response


def http(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """What the framework itself refuses: unknown paths, wrong methods, query parameters it cannot read."""
    codes = {404: "no-such-path", 405: "method-not-allowed", 413: "body-too-large", 400: "bad-request"}
    code = codes.get(error.status_code, "bad-request" if error.status_code < 500 else "internal")
    detail = error.detail if error.status_code == 400 else None
    return problem(request, code, error.status_code, detail=detail)


def bug(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """A mistake of ours: logged with its trace, told only by its request id."""
    log.error("bug", path=request.scope.get("path_template", ""), error=type(error).__name__, exc_info=error)
    return problem(request, "internal", 500)


def _retry(response: Response[bytes], seconds: int) -> Response[bytes]:
    response.headers["Retry-After"] = str(seconds)
    return response


HANDLERS: dict[Any, Any] = {
    RefusedCall: refused,
    LedgerBusy: busy,
    BehindReader: behind,
    LimitReached: limited,
    MalformedBody: malformed,
    SignInNeeded: sign_in,
    NotAllowed: lambda request, _: problem(request, "not-permitted", 403),
    CrossOrigin: lambda request, _: problem(request, "cross-origin", 403),
    UnknownId: lambda request, _: problem(request, "unknown-id", 404),
    KeyReused: lambda request, _: problem(request, "idempotency-key-reused", 422),
    HTTPException: http,
    Exception: bug,
}
