"""Where people sit: in a grid, micro-grid or building of their home, and in a party branch or group.

Who sits in the party's tree is told to the person and to those who keep its books there, and to nobody else.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from api.answers import answers, read, written
from api.calls import submit
from api.deployment import Deployment
from api.identity import SIGNED_IN, UnknownId, needs
from api.readers import MinPosition, Page, Reader, after, next_url, reading
from api.v1.commanding import commanding
from api.v1.members import MemberPath, member_in
from api.v1.organisations import On
from ledger.application.authority import Permission
from ledger.application.seats import SEAT_MEMBER, UNSEAT_MEMBER, SeatMember, UnseatMember
from ledger.kernel.clock import business_day
from ledger.kernel.ids import OrganisationId
from ledger.membership.levels import PARTY_LEVELS
from projections import organisations, people, seats
from projections.people import OrganisationRow
from projections.seats import SeatRow


class SeatAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """organisation: where to sit. from_day: the first day, left out: today."""

    organisation: UUID
    from_day: date | None = None


class LeavingAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """organisation: where the member sits. last_day: the last day that counts, left out: today."""

    organisation: UUID
    last_day: date | None = None


class SeatView(Struct, frozen=True):
    """A seat. level and name: of the node. last_day None: still held."""

    organisation: UUID
    level: str
    name: str
    from_day: date
    last_day: date | None


class Seats(Struct, frozen=True):
    """The seats of a member that the caller may know of, the oldest first."""

    member: UUID
    items: list[SeatView]


class Sitting(Struct, frozen=True):
    """Somebody who sits in the node; the name is masked."""

    member: UUID
    name: str


class Sitters(Struct, frozen=True):
    """One page of those who sit in a node."""

    items: list[Sitting]


@commanding("/members/{member:str}/seats", SIGNED_IN, "members", body=SeatAsked)
async def take_seat(request: Request[Any, Any, Any], member: MemberPath, data: JSONBody[SeatAsked]) -> Response[bytes]:
    """Let the member sit in a node; a seat in the same tree ends the day before. In the party's tree for those who keep
    its books there, elsewhere for those who register members at the member's home.
    """
    asked = SeatMember(member_in(member), OrganisationId(data.organisation), data.from_day or _today(request))
    return written(await submit(request, SEAT_MEMBER, asked))


@commanding("/members/{member:str}/seats/leave", SIGNED_IN, "members", body=LeavingAsked)
async def leave_seat(
    request: Request[Any, Any, Any], member: MemberPath, data: JSONBody[LeavingAsked]
) -> Response[bytes]:
    """Let the member no longer sit there; for the same people."""
    asked = UnseatMember(member_in(member), OrganisationId(data.organisation), data.last_day or _today(request))
    return written(await submit(request, UNSEAT_MEMBER, asked))


@get(
    "/members/{member:str}/seats", opt=needs(SIGNED_IN), sync_to_thread=True, responses=answers(Seats), tags=["members"]
)
def get_seats(request: Request[Any, Any, Any], member: MemberPath, min_position: MinPosition = None) -> Response[bytes]:
    """Where a member sits and sat: one's own seats, those at a home where the caller may read members, and those in
    branches whose books the caller keeps.
    """
    with reading(request, min_position) as reader:
        whose = member_in(member, reader.member)
        row = people.member(reader.connection, whose)
        held = seats.of_member(reader.connection, whose)
        nodes = {one.organisation: one for one in organisations.by_id(reader.connection, _places(held))}
        sees_home = row is not None and (whose == reader.member or reader.may(Permission.READ_MEMBERS, row.home))
        shown = [seat for seat in held if _is_seen(reader, seat, nodes[seat.organisation], sees_home=sees_home)]
        if not (shown or sees_home):
            raise UnknownId
        names = reader.texts(_places(shown))
    return read(request, Seats(whose, [_view(seat, nodes[seat.organisation], names) for seat in shown]))


@get(
    "/organisations/{organisation:str}/seats",
    opt=needs(SIGNED_IN),
    sync_to_thread=True,
    responses=answers(Sitters),
    tags=["organisations"],
)
def list_sitters(
    request: Request[Any, Any, Any], page: NamedDependency[Page], organisation: FromPath[UUID], on: On = None
) -> Response[bytes]:
    """Who sits in a node on the day `on`: for those who keep a party's books there, or read members there."""
    with reading(request, page.min_position) as reader:
        node = people.organisation(reader.connection, organisation)
        if node is None:
            raise UnknownId
        reader.require(_permission(node), organisation)
        day, last = on or reader.today, after(page.cursor, UUID)
        found = seats.in_organisation(reader.connection, organisation, day=day, after=last, limit=page.limit)
        names = reader.names(found)
    items = [Sitting(member, names[member]) for member in found]
    return read(request, Sitters(items), next_url=next_url(request, found, page.limit, found[-1] if found else None))


def _view(seat: SeatRow, node: OrganisationRow, names: Mapping[UUID, str]) -> SeatView:
    return SeatView(seat.organisation, node.level, names[seat.organisation], seat.from_day, seat.last_day)


def _is_seen(reader: Reader, seat: SeatRow, node: OrganisationRow, *, sees_home: bool) -> bool:
    if seat.member == reader.member:
        return True
    return reader.may(Permission.KEEP_PARTY, seat.organisation) if _is_party(node) else sees_home


def _permission(node: OrganisationRow) -> Permission:
    return Permission.KEEP_PARTY if _is_party(node) else Permission.READ_MEMBERS


def _is_party(node: OrganisationRow) -> bool:
    return node.level in PARTY_LEVELS


def _places(held: list[SeatRow]) -> list[UUID]:
    return [seat.organisation for seat in held]


def _today(request: Request[Any, Any, Any]) -> date:
    deployment: Deployment = request.app.state.deployment
    return business_day(deployment.clock.now())


HANDLERS = [take_seat, leave_seat, get_seats, list_sitters]
