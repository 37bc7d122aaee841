"""Setting what one signs in with, and what follows: every older session ends, and an enrolment becomes a whole session.

Whoever holds a role needs a password and an authenticator, everybody else a PIN.
"""

from typing import Any, Final

from litestar import Request
from msgspec import Struct

from api.deployment import SESSION_LONGEST, CredentialKind, Deployment, SessionInfo, SessionKind
from api.endings import end_all
from api.identity import SignInNeeded, StepUpNeeded, is_stepped_up, proof_of
from api.languages import preferred
from api.messages import warn_of_change
from api.sign_ins import SignedIn, has_role

NEEDED_BY_STAFF: Final[tuple[CredentialKind, ...]] = ("password", "totp")
NEEDED_BY_MEMBERS: Final[tuple[CredentialKind, ...]] = ("pin",)


class CredentialSet(Struct, frozen=True):
    """What became of it. to_set: what an enrolment still waits for. session: the one that goes on from here and
    replaces the caller's; None while an enrolment waits for more."""

    to_set: list[CredentialKind]
    session: SignedIn | None


def owner(request: Request[Any, Any, Any]) -> SessionInfo:
    """The caller's session, which may be an enrolment. Raises SignInNeeded."""
    deployment: Deployment = request.app.state.deployment
    found = deployment.sessions.lookup_any(proof_of(request).token_hash, deployment.clock.now())
    if found is None:
        raise SignInNeeded
    return found


def owner_who_may_set(request: Request[Any, Any, Any]) -> SessionInfo:
    """As `owner`, for changes: an enrolment, or somebody who showed just now who they are. Raises StepUpNeeded.

    Who has nothing yet to show it with (a session from before there were PINs) may set it.
    """
    deployment: Deployment = request.app.state.deployment
    session = owner(request)
    if session.kind == "enrolment" or is_stepped_up(session, deployment.clock.now()):
        return session
    if deployment.credentials.has(session.member):
        raise StepUpNeeded
    return session


def to_set(deployment: Deployment, session: SessionInfo) -> list[CredentialKind]:
    """What an enrolment still waits for; nothing for other sessions. What was set before it began does not count."""
    if session.kind != "enrolment":
        return []
    is_staff = has_role(deployment, session.member, deployment.clock.now())
    held = deployment.credentials.held(session.member)
    fresh = {one.kind for one in held if one.changed >= session.opened}
    return [kind for kind in (NEEDED_BY_STAFF if is_staff else NEEDED_BY_MEMBERS) if kind not in fresh]


def went_on(request: Request[Any, Any, Any], session: SessionInfo, changed: CredentialKind) -> CredentialSet:
    """`changed` was set: end what was opened with the old one, tell the audit log, and go on under a new token."""
    deployment: Deployment = request.app.state.deployment
    now, member = deployment.clock.now(), session.member
    waits_for = to_set(deployment, session)
    end_all(deployment, member, but=proof_of(request).token_hash if waits_for else b"")
    deployment.audit_log.record("credential_changed", now, actor=member, subject=member, facts={"credential": changed})
    warn_of_change(deployment, member, changed, preferred(request.headers.get("accept-language")))
    if waits_for:
        return CredentialSet(waits_for, None)
    kind = _kind_after(deployment, session)
    if session.kind == "enrolment":
        deployment.audit_log.record("signed_in", now, actor=member, facts={"by": "enrolment", "session": kind})
    token = deployment.sessions.open(member, kind, now)
    return CredentialSet([], SignedIn(token, member, kind, now + SESSION_LONGEST[kind]))


def _kind_after(deployment: Deployment, session: SessionInfo) -> SessionKind:
    if session.kind != "enrolment":
        return session.kind
    return "staff" if has_role(deployment, session.member, deployment.clock.now()) else "member"
