"""One line a request: method, path template, status, duration and id. Never a query, a body, a header or a name."""

import time
from uuid import uuid4

import structlog
from litestar.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger("linli.access")

SECURITY_HEADERS = [
    (b"content-security-policy", b"default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
]


def access_log(app: ASGIApp) -> ASGIApp:
    """Give the request an id, send the security headers with every answer, and log the line."""

    async def middleware(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        request_id = uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        started, status = time.perf_counter(), 0

        async def with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = list(message.get("headers", []))
                message["headers"] = [*headers, (b"x-request-id", request_id.encode()), *SECURITY_HEADERS]
            await send(message)

        await app(scope, receive, with_headers)
        log.info(
            "request",
            method=scope["method"],
            path=scope.get("path_template", ""),
            status=status,
            ms=round((time.perf_counter() - started) * 1000, 1),
            id=request_id,
        )

    return middleware
