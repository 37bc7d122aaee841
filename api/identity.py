"""Who may call what: every handler declares its permission, and one guard refuses whatever declares none.

For writes the session and the role are looked up again under the append lock; here only a token must be present. For
reads the session is looked up in the state store, and roles and scope in the read models.
"""

import hashlib
from typing import Any, Literal, cast

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from api.settings import Settings
from ledger.application.authority import Permission
from ledger.application.ports import SessionProof

PUBLIC: Literal["public"] = "public"
SIGNED_IN: Literal["signed-in"] = "signed-in"

Declared = Permission | Literal["public", "signed-in"]

COOKIE = "__Host-linli"
COOKIE_OVER_HTTP = "linli-demonstration"
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class SignInNeeded(Exception):
    """Nobody is signed in: 401."""


class NotAllowed(Exception):
    """The person has no such permission: 403."""


class UnknownId(Exception):
    """No such thing, or one that is not theirs to know of: 404."""


class CrossOrigin(Exception):
    """A browser sent this from another site: 403."""


def needs(permission: Declared) -> dict[str, Any]:
    """`opt=needs(...)` on a handler: what a caller must be."""
    return {"permission": permission}


WITHOUT_KEY: dict[str, Any] = {"without_key": True}
"""`opt=needs(...) | WITHOUT_KEY` on a handler with an unsafe method that leaves the ledger as it is, or whose rows
name their commands themselves."""


def cookie_name(settings: Settings) -> str:
    """Over https only the `__Host-` name counts: any other could be planted from a neighbouring host."""
    return COOKIE if settings.secure else COOKIE_OVER_HTTP


def token_of(connection: ASGIConnection[Any, Any, Any, Any]) -> str | None:
    """The session token a program sent as bearer, or a browser as cookie; None when there is none."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token
    return connection.cookies.get(cookie_name(_settings(connection)))


def proof_of(connection: ASGIConnection[Any, Any, Any, Any]) -> SessionProof:
    """The proof of the caller's session, unverified; raises `SignInNeeded` without a token."""
    token = token_of(connection)
    if not token:
        raise SignInNeeded
    return SessionProof(hashlib.sha256(token.encode("utf-8", "replace")).digest())


def is_unsafe(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Whether the request may change something."""
    return cast("dict[str, Any]", connection.scope).get("method") in UNSAFE


async def guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Default deny: a handler without a declared permission answers nobody.

    Asynchronous though it awaits nothing: the framework sends every plain guard through its thread pool, which was
    measured to cost 15 to 20 % of a check-in's processor time.
    """
    declared = handler.opt.get("permission")
    if declared is None:
        raise NotAllowed
    if is_unsafe(connection):
        _same_origin(connection)
    if declared != PUBLIC:
        proof_of(connection)


def _same_origin(connection: ASGIConnection[Any, Any, Any, Any]) -> None:
    """Ours are the public URL, and the host that was asked: a proxy may ask us under another name than people do."""
    headers, settings = connection.headers, _settings(connection)
    if headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}:
        raise CrossOrigin
    origin = headers.get("origin")
    if origin is None or origin == settings.origin:
        return
    scheme, _, host = origin.partition("://")
    if host != headers.get("host") or (settings.secure and scheme != "https"):
        raise CrossOrigin


def _settings(connection: ASGIConnection[Any, Any, Any, Any]) -> Settings:
    return cast("Settings", connection.app.state.deployment.settings)
