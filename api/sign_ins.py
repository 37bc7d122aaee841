"""How a session begins: by a one-time code, by PIN, or by password and authenticator; for programs and pages alike.

Every beginning gives a new token, whatever the caller brought along. Who holds a role signs in as staff do: by PIN
alone nobody could tell them from whoever looked over their shoulder at the counter.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final
from uuid import UUID

from litestar import Request
from msgspec import Struct

from api.account_names import member_named
from api.deployment import SESSION_LONGEST, CodeNotValid, Deployment, SessionKind
from api.identity import SignInNeeded, proof_of, require_encryption
from api.problems import BehindReader
from api.tries import Trying, Way, address_of, counted_by_place, plain, told
from ledger.kernel.clock import business_day
from ledger.kernel.ids import MemberId
from ledger.kernel.refusal import Refusal
from projections import people

CODE_PREFIX_CHARACTERS: Final = 2
"""Tries are counted by address and the first characters of the code: a hall's shared address does not lock all out."""
MAY_SIGN_IN: Final = frozenset({"registered", "verified", "suspended"})
"""Who is suspended may still see what is theirs and object."""
NEWEST_WAIT_SECONDS: Final = 2.0


@dataclass(eq=False)
class StaffSignInNeeded(Refusal):
    """The PIN is right, but its owner holds a role: they sign in with password and authenticator."""

    code: ClassVar[str] = "staff-sign-in-needed"
    remembered: ClassVar[bool] = False


class SignedIn(Struct, frozen=True):
    """token: send it as `Authorization: Bearer …`. expires_at: then at the latest it ends.

    kind: `enrolment` is good only for setting what its owner will sign in with (`/v1/me/credentials`).
    """

    token: str
    member: UUID
    kind: SessionKind
    expires_at: datetime


class SecondFactor(Struct, frozen=True):
    """What a member of staff shows besides the password: one of the two."""

    totp: str = ""
    recovery_code: str = ""


def open_session(request: Request[Any, Any, Any], code: str) -> SignedIn:
    """Use a one-time `code` up and open a session. Refuses as `SignInCodes.redeem` does.

    In the demonstration it is a whole one, else an enrolment, which a whole one follows once its owner has set what to
    sign in with. A resident's new slip or message ends the sessions from before it: the old phone may be its reason. It
    opens nothing of who was given a role since, in the same moment even: whoever made it could act in that role.
    Raises BehindReader.
    """
    trying = _trying(request, "code")
    deployment, now = trying.deployment, trying.now
    # Before the code is used up: whoever is told to come again needs it then.
    _wait_for_newest(deployment)
    with told(trying):
        redeemed = deployment.sign_in_codes.redeem(code, now, origin=_origin(trying.address, code))
        if redeemed.purpose != "staff" and has_role(deployment, redeemed.member, now):
            raise CodeNotValid
    if redeemed.purpose != "staff":
        deployment.sessions.close_all(redeemed.member)
    kind: SessionKind = "enrolment"
    if deployment.settings.demonstration:
        kind = "staff" if redeemed.purpose == "staff" else "member"
    return begin(trying._replace(subject=redeemed.member), redeemed.member, kind)


def sign_in_with_pin(request: Request[Any, Any, Any], name: str, pin: str) -> SignedIn:
    """Open a member's session. name: the member number, a telephone number that one person has, or a card's code.

    Refuses with TooManyTries, SignInRefused, StaffSignInNeeded. Raises BehindReader.
    """
    trying, member = _account(request, "pin", name)
    deployment, now = trying.deployment, trying.now
    with told(trying), counted_by_place(trying, name):
        deployment.credentials.check_pin(member, pin, now)
    if has_role(deployment, member, now):
        raise StaffSignInNeeded
    return begin(trying, member, "member")


def sign_in_as_staff(request: Request[Any, Any, Any], name: str, password: str, second: SecondFactor) -> SignedIn:
    """Open a session by password and authenticator or recovery code. name: the member number or telephone number.

    Refuses with TooManyTries, SignInRefused. Raises BehindReader. Who has no role gets the session of a member.
    """
    trying, member = _account(request, "password", name)
    deployment, now = trying.deployment, trying.now
    with told(trying), counted_by_place(trying, name):
        deployment.credentials.check_staff(member, password, now, totp=second.totp, recovery=second.recovery_code)
    if second.recovery_code:
        deployment.audit_log.record("recovery_code_used", now, actor=member, subject=member)
    return begin(trying, member, "staff" if has_role(deployment, member, now) else "member")


def step_up(request: Request[Any, Any, Any], *, password: str = "", totp: str = "", pin: str = "") -> SignedIn:
    """Show once more who one is, by one of the three; the session goes on under a new token, and the old one ends.

    A PIN is enough only for who has no role. Refuses with TooManyTries, then what was wrong. Raises SignInNeeded.
    """
    trying = _trying(request, "password" if password else "pin" if pin else "totp")
    deployment, now, proof = trying.deployment, trying.now, proof_of(request)
    session = deployment.sessions.lookup(proof.token_hash, now)
    if session is None:
        raise SignInNeeded
    trying = trying._replace(subject=session.member, failure="step_up_failed")
    with told(trying):
        if password:
            deployment.credentials.check_password(session.member, password, now, purpose="step-up")
        elif totp or has_role(deployment, session.member, now):
            deployment.credentials.check_totp(session.member, totp, now, purpose="step-up")
        else:
            deployment.credentials.check_pin(session.member, pin, now, purpose="step-up")
    deployment.audit_log.record("stepped_up", now, actor=session.member, facts={"by": trying.way})
    token = deployment.sessions.step_up(proof.token_hash, now)
    if token is None:
        raise SignInNeeded
    return SignedIn(token, session.member, session.kind, session.ends)


def begin(trying: Trying, member: MemberId, kind: SessionKind) -> SignedIn:
    """Tell the audit log, then open a session."""
    deployment, now = trying.deployment, trying.now
    deployment.audit_log.record("signed_in", now, actor=member, facts={"by": trying.way, "session": kind})
    token = deployment.sessions.open(member, kind, now)
    return SignedIn(token, member, kind, now + SESSION_LONGEST[kind])


def has_role(deployment: Deployment, member: MemberId, now: datetime) -> bool:
    """Whether `member` holds a role, or will as far as it was decided."""
    with deployment.views() as connection:
        return bool(people.roles_from(connection, member, day=business_day(now)))


def _wait_for_newest(deployment: Deployment) -> None:
    newest = deployment.feed.position()
    if not deployment.figures.wait_for(newest, timeout=NEWEST_WAIT_SECONDS, names=(people.PROJECTION.name,)):
        raise BehindReader


def _account(request: Request[Any, Any, Any], way: Way, name: str) -> tuple[Trying, MemberId]:
    """The account of that name, or one that is nobody's and is tried like any other."""
    trying = _trying(request, way)
    deployment = trying.deployment
    _wait_for_newest(deployment)
    member = member_named(deployment, name)
    if member is not None and not _may_sign_in(deployment, member):
        member = None
    return trying._replace(subject=member), member or deployment.credentials.nobody(name)


def _may_sign_in(deployment: Deployment, member: MemberId) -> bool:
    with deployment.views() as connection:
        row = people.member(connection, member)
    return row is not None and row.status in MAY_SIGN_IN


def _trying(request: Request[Any, Any, Any], way: Way) -> Trying:
    require_encryption(request)
    deployment: Deployment = request.app.state.deployment
    return Trying(deployment, deployment.clock.now(), address_of(request), way)


def _origin(address: str, code: str) -> str:
    return f"{address} {plain(code)[:CODE_PREFIX_CHARACTERS]}"
