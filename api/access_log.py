"""One line a request: method, path template, status, duration and id. Never a query, a body, a header or a name.

It stands around the whole application, so that what no route answers is logged and protected like everything else.
"""

import time
from collections.abc import Callable
from typing import Any, NamedTuple, cast
from uuid import uuid4

import structlog
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from api.logs import trace

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
KEPT_BY_NOBODY = (b"cache-control", b"no-store")


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
                own = (b"x-request-id", request_id.encode())
                message = {**message, "headers": _protected([*message.get("headers", []), own, *protecting])}
            await send(message)

        try:
            await app(scope, receive, with_headers)
        except Exception as error:  # noqa: BLE001 (the edge of the process: telling of a mistake went wrong as well)
            log.error("bug", path=str(found.get("path_template", "")), **trace(error))
            if not status:
                await with_headers({"type": "http.response.start", "status": 500, "headers": []})
                await with_headers({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            path = str(found.get("path_template", ""))
            served = Served(found["method"], path, status, time.perf_counter() - started)
            observe(served)
            _write(served, request_id)

    async def only_http(scope: Scope, receive: Receive, send: Send) -> None:
        await (around(scope, receive, send) if scope["type"] == "http" else app(scope, receive, send))

    return only_http


def _protected(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """What does not say who may keep it might speak of a person."""
    return headers if any(name.lower() == b"cache-control" for name, _ in headers) else [*headers, KEPT_BY_NOBODY]


def _write(served: Served, request_id: str) -> None:
    milliseconds = round(served.seconds * 1000, 1)
    log.info("request", method=served.method, path=served.path, status=served.status, ms=milliseconds, id=request_id)
