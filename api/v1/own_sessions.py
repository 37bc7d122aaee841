"""Where one is signed in, and ending a session on a phone that is not at hand."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, delete, get
from litestar.params import FromPath
from msgspec import Struct

from api.answers import answers, read
from api.deployment import Deployment, SessionInfo, SessionKind
from api.identity import SIGNED_IN, WITHOUT_KEY, SignInNeeded, UnknownId, needs, proof_of


class OwnSession(Struct, frozen=True):
    """A session of the caller. last_seen: may be a minute old. is_this: the one that asks."""

    id: UUID
    kind: SessionKind
    opened: datetime
    last_seen: datetime
    expires_at: datetime
    is_this: bool


class OwnSessions(Struct, frozen=True):
    """The caller's sessions, the newest first."""

    sessions: list[OwnSession]


@get("/me/sessions", opt=needs(SIGNED_IN), sync_to_thread=True, responses=answers(OwnSessions), tags=["sessions"])
def list_own_sessions(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Where the caller is signed in."""
    deployment: Deployment = request.app.state.deployment
    this = _session(request, deployment)
    found = deployment.sessions.of(this.member, deployment.clock.now())
    return read(request, OwnSessions([_own(one, this) for one in found]))


@delete(
    "/me/sessions/{session:str}",
    opt=needs(SIGNED_IN) | WITHOUT_KEY,
    status_code=204,
    sync_to_thread=True,
    tags=["sessions"],
)
def end_own_session(request: Request[Any, Any, Any], session: FromPath[UUID]) -> None:
    """End one of the caller's sessions everywhere at once."""
    deployment: Deployment = request.app.state.deployment
    this = _session(request, deployment)
    if not deployment.sessions.close_device(this.member, session):
        raise UnknownId
    deployment.audit_log.record("signed_out", deployment.clock.now(), actor=this.member)


def _session(request: Request[Any, Any, Any], deployment: Deployment) -> SessionInfo:
    found = deployment.sessions.lookup(proof_of(request).token_hash, deployment.clock.now())
    if found is None:
        raise SignInNeeded
    return found


def _own(one: SessionInfo, this: SessionInfo) -> OwnSession:
    return OwnSession(one.device, one.kind, one.opened, one.last_seen, one.ends, one.device == this.device)


HANDLERS = [list_own_sessions, end_own_session]
