"""One line a request: method, path template, status, duration and id. Never a query, a body, a header or a name.

It stands around the whole application, so that what no route answers is logged and protected like everything else.
"""

import time
from collections.abc import Callable
from typing import Any, NamedTuple, cast
from uuid import uuid4

import structlog
from litestar.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger("linli.access")

SECURITY_HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
HTTPS_ONLY = (b"strict-transport-security", b"max-age=31536000")


class Served(NamedTuple):
    """One answered request. path: the template, empty where no route was found."""

    method: str
    path: str
    status: int
    seconds: float


def access_log(app: ASGIApp, observe: Callable[[Served], None], *, over_https: bool) -> ASGIApp:
    """Give each request an id, send the security headers with every answer, count it and log its line."""
    protecting = (*SECURITY_HEADERS, HTTPS_ONLY) if over_https else SECURITY_HEADERS

    async def around(scope: Scope, receive: Receive, send: Send) -> None:
        found = cast("dict[str, Any]", scope)
        request_id = uuid4().hex
        found.setdefault("state", {})["request_id"] = request_id
        started, status = time.perf_counter(), 0

        async def with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [*message.get("headers", []), (b"x-request-id", request_id.encode()), *protecting]
                message = {**message, "headers": headers}
            await send(message)

        try:
            await app(scope, receive, with_headers)
        finally:
            path = str(found.get("path_template", ""))
            served = Served(found["method"], path, status, time.perf_counter() - started)
            observe(served)
            _write(served, request_id)

    async def only_http(scope: Scope, receive: Receive, send: Send) -> None:
        await (around(scope, receive, send) if scope["type"] == "http" else app(scope, receive, send))

    return only_http


def _write(served: Served, request_id: str) -> None:
    milliseconds = round(served.seconds * 1000, 1)
    log.info("request", method=served.method, path=served.path, status=served.status, ms=milliseconds, id=request_id)
