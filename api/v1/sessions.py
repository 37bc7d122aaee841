"""Signing in with a one-time code and out again, who one is, and the codes that staff hand out.

A session's token is new at every sign-in and is told once. Whoever could issue a code for an approver could approve in
that person's name: codes for people with roles are the administrator's.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Request, Response, delete, get, post
from litestar.params import JSONBody
from msgspec import Meta, Struct

from api.answers import answers, read, told
from api.decoding import Strict
from api.deployment import CODE_LIVES, Deployment, SessionKind
from api.identity import (
    ENROLLING,
    PUBLIC,
    SIGNED_IN,
    WITHOUT_KEY,
    NotAllowed,
    UnknownId,
    needs,
    proof_of,
    require_step_up,
)
from api.readers import MinPosition, Reader, newest, reading
from api.sign_ins import SignedIn as SignedIn
from api.sign_ins import open_session as open_session
from api.v1.slips import SlipByTwo, takes_two
from ledger.application.authority import Permission
from ledger.kernel.ids import MemberId
from projections import people
from projections.people import RoleRow


class SignIn(Struct, frozen=True, forbid_unknown_fields=True):
    """code: as a person types it; spaces, hyphens and lower case are fine."""

    code: Annotated[str, Meta(min_length=1, max_length=64)]


class SignInCodeAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """purpose: `staff` for people with roles (ten minutes), `activation` for a resident's slip (two weeks)."""

    member: UUID
    purpose: Literal["staff", "activation"]


class SignInCode(Struct, frozen=True):
    """code: told once. It opens one session until expires_at; an older one for the same purpose has ended."""

    code: str
    expires_at: datetime


class HeldRole(Struct, frozen=True):
    """A role for an organisation and all below it; both days count, until_day None: until ended."""

    role_id: UUID
    role: str
    organisation: UUID
    from_day: date
    until_day: date | None


class Me(Struct, frozen=True):
    """The caller. roles: those that hold today."""

    id: UUID
    kind: SessionKind
    name: str
    home: UUID | None
    status: str | None
    roles: list[HeldRole]


@post(
    "/sessions",
    opt=needs(PUBLIC),
    dto=Strict[SignIn],
    return_dto=None,
    sync_to_thread=True,
    responses=answers(SignedIn, 201),
    tags=["sessions"],
)
def sign_in(request: Request[Any, Any, Any], data: JSONBody[SignIn]) -> Response[bytes]:
    """Exchange a one-time code for a session. After five wrong tries the next must wait for up to 15 minutes.

    The session is an `enrolment`: good for setting a PIN, or for staff a password and an authenticator
    (`/v1/me/credentials`), and followed by a whole one. In the demonstration it is a whole one at once.
    """
    return told(open_session(request, data.code), status=201)


@delete(
    "/sessions/current", opt=needs(ENROLLING) | WITHOUT_KEY, status_code=204, sync_to_thread=True, tags=["sessions"]
)
def sign_out(request: Request[Any, Any, Any]) -> None:
    """End this session everywhere at once."""
    deployment: Deployment = request.app.state.deployment
    now, proof = deployment.clock.now(), proof_of(request)
    session = deployment.sessions.lookup_any(proof.token_hash, now)
    if session is not None:
        deployment.sessions.close(proof.token_hash)
        deployment.audit_log.record("signed_out", now, actor=session.member)


@get("/me", opt=needs(SIGNED_IN), sync_to_thread=True, responses=answers(Me), tags=["sessions"])
def me(request: Request[Any, Any, Any], min_position: MinPosition = None) -> Response[bytes]:
    """Who is signed in, and which roles hold today."""
    with reading(request, min_position) as reader:
        row = people.member(reader.connection, reader.member)
        name = reader.names([reader.member])[reader.member]
    home, status = (row.home, row.status) if row else (None, None)
    return read(request, Me(reader.member, reader.kind, name, home, status, held_roles(reader.roles)))


@post(
    "/sign-in-codes",
    opt=needs(Permission.ISSUE_SIGN_IN_CODES) | WITHOUT_KEY,
    dto=Strict[SignInCodeAsked],
    return_dto=None,
    sync_to_thread=True,
    responses=answers(SignInCode, 201),
    tags=["sessions"],
)
def issue_sign_in_code(request: Request[Any, Any, Any], data: JSONBody[SignInCodeAsked]) -> Response[bytes]:
    """Make a one-time code for somebody. For people with roles only an administrator of all their roles may, who is
    asked again who they are."""
    deployment: Deployment = request.app.state.deployment
    with reading(request, newest(request)) as reader:
        is_for_staff = _require_issuer(reader, data)
    if is_for_staff:
        require_step_up(request)
    now, facts = deployment.clock.now(), {"purpose": data.purpose}
    deployment.audit_log.record("code_issued", now, actor=reader.member, subject=data.member, facts=facts)
    code = deployment.sign_in_codes.issue(MemberId(data.member), data.purpose, now)
    return told(SignInCode(code, now + CODE_LIVES[data.purpose]), status=201)


def held_roles(rows: Iterable[RoleRow]) -> list[HeldRole]:
    """The roles as they are answered."""
    return [HeldRole(row.role_id, row.role, row.organisation, row.from_day, row.until_day) for row in rows]


def _require_issuer(reader: Reader, asked: SignInCodeAsked) -> bool:
    """Nobody hands a code to themselves. A code for somebody with roles, now or to come, reaches as far as they do.

    Whether it is a code for staff. Refuses with SlipByTwo: `api.v1.slips` is the way for two.
    """
    row = people.member(reader.connection, asked.member)
    if row is None or row.status in people.GONE:
        raise UnknownId
    if asked.member == reader.member:
        raise NotAllowed
    reach = {role.organisation for role in people.roles_from(reader.connection, asked.member, day=reader.today)}
    is_for_staff = asked.purpose == "staff"
    for organisation in {row.home, *reach} if is_for_staff else {row.home}:
        reader.require(Permission.ISSUE_STAFF_CODES if is_for_staff else Permission.ISSUE_SIGN_IN_CODES, organisation)
    if reach and not is_for_staff:
        raise NotAllowed
    if takes_two(reader, row):
        raise SlipByTwo
    return is_for_staff


HANDLERS = [sign_in, sign_out, me, issue_sign_in_code]
