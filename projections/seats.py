"""Who sits where in the two trees: ids and days only. Which seats are the party's, the trees say."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection, or_, select

from ledger.application.ports import Notice
from ledger.membership.events import SeatLeft, SeatTaken
from projections.projection import Projection
from projections.rows import Rowset
from projections.view_tables import ViewTable

IDS_A_QUERY = 500


class SeatRow(Struct, gc=False):
    """`member` sits in `organisation` from `from_day` through `last_day`; None: still. position: of the taking."""

    member: UUID
    organisation: UUID
    from_day: date
    position: int
    last_day: date | None = None


class OpenSeat(Struct, gc=False):
    """Of the seats of `member` in `organisation`, the one that was not left: where its row is."""

    member: UUID
    organisation: UUID
    from_day: date
    position: int


SEATS = ViewTable(SeatRow, "seats", key=4, indexes=[("organisation", "member")])
OPEN = ViewTable(OpenSeat, "open_seats", key=2)


def of_member(connection: Connection, member: UUID) -> list[SeatRow]:
    """Every seat `member` ever took, the oldest first; those never sat on (left the day before) are left out."""
    found = SEATS.read(connection, SEATS.select().where(SEATS.c.member == member).order_by(SEATS.c.position))
    return [seat for seat in found if seat.last_day is None or seat.from_day <= seat.last_day]


def in_organisation(
    connection: Connection, organisation: UUID, *, day: date, after: UUID | None = None, limit: int = 50
) -> list[UUID]:
    """Who sits in `organisation` on `day`, by id; after: the last one of the page before."""
    c = SEATS.c
    sits = (c.organisation == organisation, c.from_day <= day, or_(c.last_day.is_(None), c.last_day >= day))
    found = select(c.member).where(*sits).distinct().order_by(c.member).limit(limit)
    return list(connection.scalars(found if after is None else found.where(c.member > after)))


def among(connection: Connection, organisations: Sequence[UUID], *, day: date) -> dict[UUID, list[UUID]]:
    """Who sits in which of `organisations` on `day`."""
    c, sitting = SEATS.c, dict[UUID, list[UUID]]()
    for start in range(0, len(organisations), IDS_A_QUERY):
        piece = organisations[start : start + IDS_A_QUERY]
        days = (c.from_day <= day, or_(c.last_day.is_(None), c.last_day >= day))
        for member, organisation in connection.execute(
            select(c.member, c.organisation).where(c.organisation.in_(piece), *days).order_by(c.position)
        ):
            sitting.setdefault(member, []).append(organisation)
    return sitting


def _taken(rows: Rowset, notice: Notice, event: SeatTaken) -> None:
    key = notice.stream, event.organisation, event.from_day, notice.position
    rows[SEATS].put(SeatRow(*key))
    rows[OPEN].put(OpenSeat(*key))


def _left(rows: Rowset, notice: Notice, event: SeatLeft) -> None:
    seat = rows[OPEN].find((notice.stream, event.organisation))
    if seat is None:
        raise LookupError("a seat was left that nobody had taken")
    rows[SEATS].change((seat.member, seat.organisation, seat.from_day, seat.position)).last_day = event.last_day
    rows[OPEN].remove((notice.stream, event.organisation))


HANDLERS: dict[type[Any], Any] = {SeatTaken: _taken, SeatLeft: _left}
PROJECTION = Projection(name="seats", version=1, tables=(SEATS, OPEN), handlers=HANDLERS)
