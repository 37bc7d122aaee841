"""Who may call what: every handler declares its permission, and one guard refuses whatever declares none.

For writes the session and the role are looked up again under the append lock; here only a token must be present, and
for a few (`STEP_UP`) an owner who showed just now who they are. For reads the session is looked up in the state store,
and roles and scope in the read models.
"""

import asyncio
import hashlib
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from api.deployment import Deployment, SessionInfo
from api.settings import Settings, host_of
from ledger.application.authority import Permission
from ledger.application.ports import SessionProof

PUBLIC: Literal["public"] = "public"
SIGNED_IN: Literal["signed-in"] = "signed-in"
ENROLLING: Literal["enrolling"] = "enrolling"
"""Signed in, or on the way to it: with a session that a one-time code opened to set what one will sign in with."""

Declared = Permission | Literal["public", "signed-in", "enrolling"]

COOKIE = "__Host-linli"
COOKIE_OVER_HTTP = "linli-demonstration"
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class SignInNeeded(Exception):
    """Nobody is signed in: 401."""


class NotAllowed(Exception):
    """The person has no such permission: 403."""


class StepUpNeeded(Exception):
    """The session was opened, or its owner asked again, too long ago for this: 403."""


class UnknownId(Exception):
    """No such thing, or one that is not theirs to know of: 404."""


class CrossOrigin(Exception):
    """A browser sent this from another site: 403."""


class UnknownHost(Exception):
    """Asked for under a name that is none of ours: 421."""


class HttpsNeeded(Exception):
    """What would be typed to sign in could be read on its way: 403."""


def needs(permission: Declared) -> dict[str, Any]:
    """`opt=needs(...)` on a handler: what a caller must be."""
    return {"permission": permission}


STEP_UP: dict[str, Any] = {"step_up": True}
"""`opt=needs(...) | STEP_UP` on a handler that asks its caller again who they are: for what cannot be taken back, gives
power to somebody, or carries much away."""
STEP_UP_LASTS = timedelta(minutes=5)
"""How long after signing in or a step-up nobody is asked again."""

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


def is_stepped_up(session: SessionInfo, now: datetime) -> bool:
    """Whether its owner showed more than a token within the last `STEP_UP_LASTS`."""
    return now - session.stepped_up <= STEP_UP_LASTS


def require_step_up(connection: ASGIConnection[Any, Any, Any, Any]) -> None:
    """Pass if the caller is stepped up: for handlers that ask only sometimes. Raises SignInNeeded, StepUpNeeded."""
    deployment = cast("Deployment", connection.app.state.deployment)
    now = deployment.clock.now()
    session = deployment.sessions.lookup(proof_of(connection).token_hash, now)
    if session is None:
        raise SignInNeeded
    if not is_stepped_up(session, now):
        raise StepUpNeeded


async def guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Default deny: a handler without a declared permission answers nobody.

    Asynchronous though it awaits nothing: the framework sends every plain guard through its thread pool, which was
    measured to cost 15 to 20 % of a check-in's processor time.
    """
    _known_host(connection)
    declared = handler.opt.get("permission")
    if declared is None:
        raise NotAllowed
    if is_unsafe(connection):
        _same_origin(connection)
    if declared != PUBLIC:
        proof_of(connection)
    if handler.opt.get("step_up"):
        await asyncio.to_thread(require_step_up, connection)


def require_encryption(connection: ASGIConnection[Any, Any, Any, Any]) -> None:
    """Pass if somebody may sign in over this connection. Raises HttpsNeeded."""
    if not _settings(connection).may_sign_in:
        raise HttpsNeeded


def _known_host(connection: ASGIConnection[Any, Any, Any, Any]) -> None:
    """Whoever watches over us asks by address: what says no more than that we live is told under any name."""
    allowed = _settings(connection).allowed_hosts
    if allowed is None or connection.scope["path"].startswith("/health/"):
        return
    if host_of(connection.headers.get("host", "")) not in allowed:
        raise UnknownHost


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
