"""HEAD is answered wherever GET is: the same status and headers, and nothing after them (RFC 9110, 9.3.2)."""

from typing import Any, cast

from litestar.types import ASGIApp, Message, Receive, Scope, Send


def answering_heads(app: ASGIApp) -> ASGIApp:
    """Ask `app` with GET where somebody asks with HEAD, and leave the body out. Routes need not know of it."""

    async def asked(scope: Scope, receive: Receive, send: Send) -> None:
        found = cast("dict[str, Any]", scope)
        if found["type"] != "http" or found["method"] != "HEAD":
            await app(scope, receive, send)
            return
        # A copy: the server reads the method again when it decides whether a body is owed.
        inner = {**found, "method": "GET"}
        try:
            await app(cast("Scope", inner), receive, _without_body(send))
        finally:
            found["path_template"] = inner.get("path_template", "")

    return asked


def _without_body(send: Send) -> Send:
    async def sent(message: Message) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    return sent
