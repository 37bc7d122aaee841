"""Activation slips: staff recognise a person and hand out a code by which they set a PIN, for the first time or again.

Where much could be taken by whoever signs in as that person, a second member of staff confirms before there is a code.
Both stand in the audit log. For somebody with a role only an administrator asks; and who has signed in by password once
gets a new way in by two, too: no administrator becomes an approver alone.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal, cast
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Struct
from msgspec.structs import replace

from api.answers import answers, read, told
from api.decoding import Strict
from api.deployment import CODE_LIVES, CodePurpose, Deployment
from api.identity import WITHOUT_KEY, NotAllowed, UnknownId, needs, require_step_up
from api.readers import Reader, newest, reading, roles_today
from api.worth import is_for_two
from ledger.application.authority import Permission
from ledger.application.vocabulary import Seen
from ledger.kernel.ids import MemberId
from ledger.kernel.refusal import Refusal
from projections import people
from projections.people import MemberRow


@dataclass(eq=False)
class SlipByTwo(Refusal):
    """So much could be taken or approved in this person's name that a slip takes two members of staff."""

    code: ClassVar[str] = "slip-by-two"
    remembered: ClassVar[bool] = False


@dataclass(eq=False)
class OwnSlip(Refusal):
    """The second member of staff is not the first, and neither lives with the person."""

    code: ClassVar[str] = "own-slip"
    remembered: ClassVar[bool] = False


@dataclass(eq=False)
class SlipOver(Refusal):
    """Nothing waits under this id any more: it was confirmed, replaced, or half an hour went by."""

    code: ClassVar[str] = "slip-over"
    remembered: ClassVar[bool] = False


class SlipBody(Struct, frozen=True, forbid_unknown_fields=True):
    """basis: how the person was recognised, a code such as `identity-card` or `known-in-person`."""

    basis: Seen


class Slip(Struct, frozen=True):
    """A slip to be printed, or one that waits for a second member of staff until `expires_at`.

    slip: by which it is confirmed, while it waits. sign_in_code: told once; link: what its QR code says; it opens one
    session until expires_at and ends those from before. Both null while it waits.
    """

    code: Literal["slip-issued", "slip-waits"]
    member: UUID
    name: str
    expires_at: datetime
    slip: UUID | None = None
    sign_in_code: str | None = None
    link: str | None = None


class WaitingSlip(Struct, frozen=True):
    """One that a second member of staff can confirm. name: the member's, in full: they stand at the counter."""

    slip: UUID
    member: UUID
    name: str
    asked_by: UUID
    asked_by_name: str
    basis: str
    expires_at: datetime


class WaitingSlips(Struct, frozen=True):
    """The oldest first."""

    items: list[WaitingSlip]


@post(
    "/members/{member:str}/slips",
    opt=needs(Permission.ISSUE_SIGN_IN_CODES) | WITHOUT_KEY,
    dto=Strict[SlipBody],
    return_dto=None,
    sync_to_thread=True,
    responses=answers(Slip, 201),
    tags=["sessions"],
)
def ask_for_slip(request: Request[Any, Any, Any], member: FromPath[UUID], data: JSONBody[SlipBody]) -> Response[bytes]:
    """Make an activation slip for somebody who stands there: for a first PIN, or a forgotten one."""
    return told(asked(request, member, data.basis), status=201)


@post(
    "/slips/{slip:str}/confirm",
    opt=needs(Permission.CONFIRM_SLIPS) | WITHOUT_KEY,
    status_code=201,
    sync_to_thread=True,
    responses=answers(Slip, 201),
    tags=["sessions"],
)
def confirm_slip(request: Request[Any, Any, Any], slip: FromPath[UUID]) -> Response[bytes]:
    """Say that one knows the person too; the slip is then told to whoever confirms."""
    return told(confirmed(request, slip), status=201)


@get(
    "/slips",
    opt=needs(Permission.CONFIRM_SLIPS),
    sync_to_thread=True,
    responses=answers(WaitingSlips),
    tags=["sessions"],
)
def list_slips(request: Request[Any, Any, Any], organisation: FromQuery[UUID]) -> Response[bytes]:
    """The slips of an organisation's people that wait for the caller as the second member of staff."""
    with reading(request) as reader:
        reader.require(Permission.CONFIRM_SLIPS, organisation)
        return read(request, WaitingSlips(waiting(reader, organisation)))


def asked(request: Request[Any, Any, Any], member: UUID, basis: str) -> Slip:
    """A slip for `member`, or one that waits. Refuses with OwnSlip; raises as `require_issuer`, and StepUpNeeded."""
    deployment: Deployment = request.app.state.deployment
    with reading(request, newest(request)) as reader:
        row, reach = require_issuer(reader, member)
        if reach:
            require_step_up(request)
        name = reader.names([member], full=[member])[member]
        if not takes_two(reader, row):
            return _issued(reader, row, {"basis": basis, "purpose": _purpose(reach)}, name=name)
        _require_stranger(reader, row)
        now, facts = deployment.clock.now(), {"basis": basis, "purpose": _purpose(reach)}
        deployment.audit_log.record("code_asked", now, actor=reader.member, subject=member, facts=facts)
        waits = deployment.slip_requests.ask(MemberId(member), now, asked_by=reader.member, basis=basis)
    return Slip("slip-waits", member, name, waits.expires, slip=waits.id)


def confirmed(request: Request[Any, Any, Any], slip: UUID) -> Slip:
    """The slip that waited. Refuses with SlipOver, OwnSlip. Raises UnknownId, NotAllowed."""
    deployment: Deployment = request.app.state.deployment
    now = deployment.clock.now()
    with reading(request, newest(request)) as reader:
        waits = deployment.slip_requests.one(slip, now)
        if waits is None:
            raise SlipOver
        row, reach = _known(reader, waits.member, Permission.CONFIRM_SLIPS)
        reader.require(Permission.CONFIRM_SLIPS, row.home)
        if reader.member == waits.asked_by:
            raise OwnSlip
        _require_stranger(reader, row)
        if not _may_still_ask(reader, waits.asked_by, row, reach) or not deployment.slip_requests.take(slip, now):
            raise SlipOver
        facts = {"basis": waits.basis, "asked_by": str(waits.asked_by), "purpose": _purpose(reach)}
        return _issued(reader, row, facts, name=reader.names([row.member], full=[row.member])[row.member])


def waiting(reader: Reader, organisation: UUID | None = None) -> list[WaitingSlip]:
    """What `reader` could confirm, of the people of `organisation` and below where one is named; not their own."""
    found: list[WaitingSlip] = []
    for one in reader.deployment.slip_requests.waiting(reader.deployment.clock.now()):
        row = people.member(reader.connection, one.member)
        if row is None or one.asked_by == reader.member or not reader.may(Permission.CONFIRM_SLIPS, row.home):
            continue
        line = {node.organisation for node in people.line_of(reader.connection, row.home)}
        if organisation is not None and organisation not in line:
            continue
        names = reader.names([one.member, one.asked_by], full=[one.member, one.asked_by])
        named = names[one.member], one.asked_by, names[one.asked_by]
        found.append(WaitingSlip(one.id, one.member, *named, basis=one.basis, expires_at=one.expires))
    return found


def require_issuer(reader: Reader, member: UUID) -> tuple[MemberRow, frozenset[UUID]]:
    """The row of somebody for whom the reader may ask for a slip, not themselves, and for what they hold roles, now or
    to come: a slip reaches as far as they do. Raises UnknownId, NotAllowed.
    """
    row, reach = _known(reader, member, Permission.ISSUE_SIGN_IN_CODES)
    permission = Permission.ISSUE_STAFF_CODES if reach else Permission.ISSUE_SIGN_IN_CODES
    for organisation in {row.home, *reach}:
        reader.require(permission, organisation)
    return row, reach


def takes_two(reader: Reader, row: MemberRow) -> bool:
    """Whether no member of staff alone gives this person a new way in: much is theirs, or they act for others."""
    is_set_up = "password" in reader.deployment.credentials.has(MemberId(row.member))
    return is_set_up or is_for_two(reader.connection, row, reader.today)


def _known(reader: Reader, member: UUID, permission: Permission) -> tuple[MemberRow, frozenset[UUID]]:
    row = people.member(reader.connection, member)
    if row is None or row.status in people.GONE:
        reader.require(permission, reader.member)
        raise UnknownId
    if member == reader.member:
        raise NotAllowed
    roles = people.roles_from(reader.connection, member, day=reader.today)
    return row, frozenset(role.organisation for role in roles)


def _may_still_ask(reader: Reader, asker: MemberId, row: MemberRow, reach: frozenset[UUID]) -> bool:
    """A role that was granted, or ended, since it was asked for: who asked must be an administrator of all of them."""
    as_asker = replace(reader, member=asker, roles=roles_today(reader.connection, asker, reader.today))
    return not reach or all(as_asker.may(Permission.ISSUE_STAFF_CODES, one) for one in {row.home, *reach})


def _purpose(reach: frozenset[UUID]) -> CodePurpose:
    return "staff" if reach else "activation"


def _require_stranger(reader: Reader, row: MemberRow) -> None:
    own = people.member(reader.connection, reader.member)
    if own is not None and own.household is not None and own.household == row.household:
        raise OwnSlip


def _issued(reader: Reader, row: MemberRow, facts: dict[str, str], *, name: str) -> Slip:
    deployment, member = reader.deployment, MemberId(row.member)
    now, purpose = deployment.clock.now(), cast("CodePurpose", facts["purpose"])
    deployment.audit_log.record("code_issued", now, actor=reader.member, subject=member, facts=facts)
    code = deployment.sign_in_codes.issue(member, purpose, now)
    link = f"{deployment.settings.origin}/activate/{code}"
    return Slip("slip-issued", row.member, name, now + CODE_LIVES[purpose], sign_in_code=code, link=link)


HANDLERS = [ask_for_slip, confirm_slip, list_slips]
