"""Signing in with a one-time code and out again, who one is, and the codes that staff hand out.

A session's token is new at every sign-in and is told once. Whoever could issue a code for an approver could approve in
that person's name: codes for people with roles are the administrator's.
"""

import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Request, Response, delete, get, post
from litestar.params import JSONBody
from msgspec import Meta, Struct

from api.answers import answers, read, told
from api.decoding import Strict
from api.deployment import CODE_LIVES, SESSION_LONGEST, Deployment, SessionKind
from api.identity import PUBLIC, SIGNED_IN, WITHOUT_KEY, NotAllowed, UnknownId, needs, proof_of
from api.readers import MinPosition, Reader, newest, reading
from api.v1.slips import SlipByTwo
from api.worth import is_for_two
from ledger.application.authority import Permission
from ledger.kernel.clock import business_day
from ledger.kernel.ids import MemberId
from projections import people
from projections.people import RoleRow

CODE_PREFIX_CHARACTERS = 2
"""Tries are counted by address and the first characters of the code: a hall's shared address does not lock all out."""


class SignIn(Struct, frozen=True, forbid_unknown_fields=True):
    """code: as a person types it; spaces, hyphens and lower case are fine."""

    code: Annotated[str, Meta(min_length=1, max_length=64)]


class SignedIn(Struct, frozen=True):
    """token: send it as `Authorization: Bearer …`. expires_at: then at the latest it ends."""

    token: str
    member: UUID
    kind: SessionKind
    expires_at: datetime


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
    """Exchange a one-time code for a session. After five wrong tries the next must wait for up to 15 minutes."""
    return told(open_session(request, data.code), status=201)


@delete(
    "/sessions/current", opt=needs(SIGNED_IN) | WITHOUT_KEY, status_code=204, sync_to_thread=True, tags=["sessions"]
)
def sign_out(request: Request[Any, Any, Any]) -> None:
    """End this session everywhere at once."""
    deployment: Deployment = request.app.state.deployment
    deployment.sessions.close(proof_of(request).token_hash)


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
    """Make a one-time code for somebody. For people with roles only an administrator of all their roles may."""
    deployment: Deployment = request.app.state.deployment
    with reading(request, newest(request)) as reader:
        _require_issuer(reader, data)
    now = deployment.clock.now()
    code = deployment.sign_in_codes.issue(MemberId(data.member), data.purpose, now)
    return told(SignInCode(code, now + CODE_LIVES[data.purpose]), status=201)


def open_session(request: Request[Any, Any, Any], code: str) -> SignedIn:
    """Use `code` up and open a session; for programs and pages alike. Refuses as `SignInCodes.redeem` does.

    A resident's new slip or message ends the sessions from before it: the old phone may be the reason for it. Who holds
    a role gets the short session of staff by whatever code.
    """
    deployment: Deployment = request.app.state.deployment
    now = deployment.clock.now()
    redeemed = deployment.sign_in_codes.redeem(code, now, origin=_origin(request, code))
    if redeemed.purpose != "staff":
        deployment.sessions.close_all(redeemed.member)
    with deployment.views() as connection:
        roles = people.roles_from(connection, redeemed.member, day=business_day(now))
    kind: SessionKind = "staff" if roles or redeemed.purpose == "staff" else "member"
    token = deployment.sessions.open(redeemed.member, kind, now)
    return SignedIn(token, redeemed.member, kind, now + SESSION_LONGEST[kind])


def held_roles(rows: Iterable[RoleRow]) -> list[HeldRole]:
    """The roles as they are answered."""
    return [HeldRole(row.role_id, row.role, row.organisation, row.from_day, row.until_day) for row in rows]


def _origin(request: Request[Any, Any, Any], code: str) -> str:
    address = request.client.host if request.client else "unknown"
    plain = [letter for letter in unicodedata.normalize("NFKC", code).upper() if letter.isascii() and letter.isalnum()]
    return f"{address} {''.join(plain[:CODE_PREFIX_CHARACTERS])}"


def _require_issuer(reader: Reader, asked: SignInCodeAsked) -> None:
    """Nobody hands a code to themselves. A code for somebody with roles, now or to come, reaches as far as they do.

    Refuses with SlipByTwo: `api.v1.slips` is the way for two.
    """
    row = people.member(reader.connection, asked.member)
    if row is None or row.status == "left":
        raise UnknownId
    if asked.member == reader.member:
        raise NotAllowed
    reach = {role.organisation for role in people.roles_from(reader.connection, asked.member, day=reader.today)}
    if asked.purpose == "activation" and not reach:
        reader.require(Permission.ISSUE_SIGN_IN_CODES, row.home)
        if is_for_two(reader.connection, row, reader.today):
            raise SlipByTwo
        return
    for organisation in {row.home, *reach}:
        reader.require(Permission.ISSUE_STAFF_CODES, organisation)


HANDLERS = [sign_in, sign_out, me, issue_sign_in_code]
