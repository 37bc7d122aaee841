"""Who earned most: by community and by the street above it, by month and by year of the credit.

Everybody's points are counted, but only members who agreed to be shown (consent `boards`) are listed, and places are
given among those. Names are masked by the reader.
"""

from datetime import date
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, func, select

from ledger.accounts.events import AccountOpened, Counter, Credited, CreditReversed
from ledger.application.ports import Notice
from ledger.kernel.units import Unit
from ledger.membership.events import ConsentGiven, ConsentWithdrawn, OrganisationRegistered
from projections.account_owners import owners_table, remembering
from projections.projection import Projection
from projections.rows import Rowset
from projections.view_tables import Query, ViewTable

CONSENT = "boards"


class Earned(Struct, gc=False):
    """What `member` earned in `unit` in the books of `scope` in the period `YYYY` or `YYYY-MM`."""

    scope: UUID
    unit: Unit
    period: str
    member: UUID
    amount: int = 0


class Above(Struct, gc=False):
    """The organisation directly above `organisation`; None at the top of a tree."""

    organisation: UUID
    parent: UUID | None


class Shown(Struct, gc=False):
    """A member who agreed to be shown on boards."""

    member: UUID


class Place(Struct, frozen=True):
    """A place on a board: 1 is the first; members with equal amounts share a place and the next ones are skipped.

    sharing: how many share this place, 1 for nobody else.
    """

    place: int
    sharing: int
    member: UUID
    amount: int


class Board(Struct, frozen=True):
    """Places shown, and of how many: listed agreed to be shown, participants earned anything at all."""

    places: tuple[Place, ...]
    listed: int
    participants: int


OWNERS = owners_table("leaderboard_accounts")
EARNED = ViewTable(Earned, "leaderboard", key=4)
ABOVE = ViewTable(Above, "leaderboard_organisations")
SHOWN = ViewTable(Shown, "leaderboard_consents")


def month(day: date) -> str:
    """The period `YYYY-MM` of `day`."""
    return f"{day.year:04}-{day.month:02}"


def board(connection: Connection, scope: UUID, *, unit: Unit, period: str, limit: int = 50) -> Board:
    """The first `limit` places of `scope` in `period` (`YYYY` or `YYYY-MM`); equal amounts by member id."""
    placed = _placed(scope, unit, period).subquery()
    c = placed.c
    found = connection.execute(select(placed).order_by(c.place, c.member).limit(limit))
    listed = connection.scalar(select(func.count()).select_from(placed)) or 0
    return Board(tuple(Place(*row) for row in found), listed, _participants(connection, scope, unit, period))


def place_of(connection: Connection, scope: UUID, member: UUID, *, unit: Unit, period: str) -> Place | None:
    """The place of one member; None for who is not listed."""
    placed = _placed(scope, unit, period).subquery()
    found = connection.execute(select(placed).where(placed.c.member == member)).one_or_none()
    return None if found is None else Place(*found)


def earned(connection: Connection, scope: UUID, member: UUID, *, unit: Unit, period: str) -> int:
    """What `member` earned, listed or not, in `unit`."""
    found = connection.scalar(select(EARNED.c.amount).where(*_on_board(scope, unit, period), EARNED.c.member == member))
    return found or 0


def _placed(scope: UUID, unit: Unit, period: str) -> Query:
    c = EARNED.c
    order = c.amount.desc()
    return (
        select(
            func.rank().over(order_by=order).label("place"),
            func.count().over(partition_by=c.amount).label("sharing"),
            c.member,
            c.amount,
        )
        .join(SHOWN.table, SHOWN.c.member == c.member)
        .where(*_on_board(scope, unit, period))
    )


def _on_board(scope: UUID, unit: Unit, period: str) -> tuple[ColumnElement[bool], ...]:
    c = EARNED.c
    return c.scope == scope, c.unit == unit, c.period == period, c.amount > 0


def _participants(connection: Connection, scope: UUID, unit: Unit, period: str) -> int:
    counted = select(func.count()).select_from(EARNED.table).where(*_on_board(scope, unit, period))
    return connection.scalar(counted) or 0


def _registered(rows: Rowset, notice: Notice, event: OrganisationRegistered) -> None:
    rows[ABOVE].put(Above(notice.stream, event.parent))


def _agreed(rows: Rowset, notice: Notice, event: ConsentGiven) -> None:
    if event.purpose == CONSENT:
        rows[SHOWN].put(Shown(notice.stream))


def _withdrew(rows: Rowset, notice: Notice, event: ConsentWithdrawn) -> None:
    if event.purpose == CONSENT:
        rows[SHOWN].remove(notice.stream)


def _credited(rows: Rowset, notice: Notice, event: Credited) -> None:
    """What was issued counts; gifts and corrections of a balance were not earned."""
    if event.counter.kind == "issuance":
        _count(rows, notice, event.counter, event.on_day, event.amount)


def _reversed(rows: Rowset, notice: Notice, event: CreditReversed) -> None:
    """What is taken back counts against the period in which it is: a closed month never changes."""
    amount = sum(take.amount for take in event.takes) + event.owed + event.written_off + (event.expired or 0)
    _count(rows, notice, event.counter, event.on_day, -amount)


def _count(rows: Rowset, notice: Notice, counter: Counter, on_day: date, amount: int) -> None:
    owner = rows[OWNERS].find(notice.stream)
    if owner is None:
        raise LookupError("a credit before the account was opened")
    community = counter.organisation
    above = rows[ABOVE].find(community)
    scopes = (community,) if above is None or above.parent is None else (community, above.parent)
    this_month = month(on_day)
    for scope in scopes:
        for period in (this_month, this_month[:4]):
            key = scope, owner.unit, period, owner.owner
            rows[EARNED].ensure(key, Earned, *key).amount += amount


PROJECTION = Projection(
    name="leaderboards",
    version=2,
    tables=(OWNERS, EARNED, ABOVE, SHOWN),
    handlers={
        AccountOpened: remembering(OWNERS),
        OrganisationRegistered: _registered,
        ConsentGiven: _agreed,
        ConsentWithdrawn: _withdrew,
        Credited: _credited,
        CreditReversed: _reversed,
    },
)
