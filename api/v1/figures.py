"""A member's figures: what there is, what it consists of, how it came about."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.params import FromQuery, QueryParameter
from msgspec import Struct

from api.answers import answers, read
from api.identity import SIGNED_IN, needs
from api.readers import Cursor, Limit, MinPosition, Reader, after, next_url, reading
from api.v1.members import MemberPath, member_in
from ledger.kernel.units import Unit
from projections import balances, lots, statement
from projections.lots import Expiring, OpenLot
from projections.statement import Line

UntilQuery = Annotated[date | None, QueryParameter(description="Also tell what is lost up to this day.")]


class Balance(Struct, frozen=True):
    """One kind of account, in `unit`. posted: all in it; held: set aside; available: can be spent today.

    on_notice and proposed are not in it yet: approved and on public notice, and proposed only.
    """

    unit: Unit
    posted: int
    held: int
    available: int
    on_notice: int
    proposed: int


class Balances(Struct, frozen=True):
    """Every account of a member, on a day of the community's calendar."""

    member: UUID
    today: date
    items: list[Balance]


class Lots(Struct, frozen=True):
    """The open lots of a member, those spent first in front, and what of them is lost after today up to `until`."""

    member: UUID
    items: list[OpenLot]
    expiring: list[Expiring]


class Statement(Struct, frozen=True):
    """One page of a statement, newest first. names: of the rewards that its lines speak of."""

    member: UUID
    items: list[Line]
    names: dict[UUID, str]


@get(
    "/members/{member:str}/balances",
    opt=needs(SIGNED_IN),
    sync_to_thread=True,
    responses=answers(Balances),
    tags=["figures"],
)
def get_balances(
    request: Request[Any, Any, Any], member: MemberPath, min_position: MinPosition = None
) -> Response[bytes]:
    """How much a member has: one's own, or where the caller may read members."""
    with reading(request, min_position) as reader:
        row = reader.require_over_member(member_in(member, reader.member))
        return read(request, Balances(row.member, reader.today, _balances(reader, row.member)))


@get(
    "/members/{member:str}/lots",
    opt=needs(SIGNED_IN),
    sync_to_thread=True,
    responses=answers(Lots),
    tags=["figures"],
)
def get_lots(
    request: Request[Any, Any, Any],
    member: MemberPath,
    unit: FromQuery[Unit | None] = None,
    until: UntilQuery = None,
    min_position: MinPosition = None,
) -> Response[bytes]:
    """What a member's balance consists of, with the day on which each part expires."""
    with reading(request, min_position) as reader:
        owner = reader.require_over_member(member_in(member, reader.member)).member
        open_lots = lots.of_owner(reader.connection, owner, unit)
        last_day = until or date.max
        expiring = lots.expiring(reader.connection, owner, day=reader.today, until=last_day)
    kept = [one for one in expiring if unit in {None, one.unit}]
    return read(request, Lots(owner, open_lots, kept))


@get(
    "/members/{member:str}/statement",
    opt=needs(SIGNED_IN),
    sync_to_thread=True,
    responses=answers(Statement),
    tags=["figures"],
)
def get_statement(
    request: Request[Any, Any, Any],
    member: MemberPath,
    unit: FromQuery[Unit | None] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
    min_position: MinPosition = None,
) -> Response[bytes]:
    """Every change of a member's balances with its reason, newest first."""
    with reading(request, min_position) as reader:
        owner = reader.require_over_member(member_in(member, reader.member)).member
        before = after(cursor, int)
        lines = statement.of_owner(reader.connection, owner, unit=unit, before=before, limit=limit)
        names = reader.texts({line.reward for line in lines if line.reward is not None})
    last = lines[-1].position if lines else None
    return read(request, Statement(owner, lines, names), next_url=next_url(request, lines, limit, last))


def _balances(reader: Reader, member: UUID) -> list[Balance]:
    connection = reader.connection
    kept = {row.unit: row for row in balances.of_owner(connection, member)}
    coming = {row.unit: row for row in balances.coming(connection, member)}
    return [
        Balance(
            unit=unit,
            posted=kept[unit].posted if unit in kept else 0,
            held=kept[unit].held if unit in kept else 0,
            available=lots.available(connection, member, unit, day=reader.today) if unit in kept else 0,
            on_notice=coming[unit].on_notice if unit in coming else 0,
            proposed=coming[unit].proposed if unit in coming else 0,
        )
        for unit in Unit
        if unit in kept or unit in coming
    ]


HANDLERS = [get_balances, get_lots, get_statement]
