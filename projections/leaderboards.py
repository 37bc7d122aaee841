"""Who earned most: by community and by the street above it, by month and by year of the credit.

Everybody's points are counted, but only members who agreed to be shown (consent `boards`) are listed, and places are
given among those. Names are masked by the reader.
"""

from datetime import date
from itertools import product
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Column, ColumnElement, Connection, func, select, true
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from ledger.accounts.events import AccountOpened, Counter, Credited, CreditReversed
from ledger.application.node_places import Placement
from ledger.application.ports import Notice
from ledger.kernel.units import Unit
from ledger.membership.events import ConsentGiven, ConsentWithdrawn, OrganisationMoved, OrganisationRegistered
from projections.account_owners import owners_table, remembering
from projections.projection import Projection
from projections.rows import Rowset
from projections.view_tables import ViewTable

CONSENT = "boards"
Here = tuple[UUID, Unit, str]
"""Which board: the scope, the unit and the period."""
Columns = ReadOnlyColumnCollection[str, Column[Any]]


class Earned(Struct, gc=False):
    """What `member` earned in `unit` in the books of `scope` in the period `YYYY` or `YYYY-MM`.

    is_shown: the member agrees, today, to be listed.
    """

    scope: UUID
    unit: Unit
    period: str
    member: UUID
    amount: int = 0
    is_shown: bool = False


class Amount(Struct, gc=False):
    """How many members stand at `amount` (more than 0) on a board, and how many of them are listed.

    Places and totals are summed from these: there are far fewer amounts than members.
    """

    scope: UUID
    unit: Unit
    period: str
    amount: int
    members: int = 0
    listed: int = 0


class Above(Struct, gc=False):
    """Above `organisation`: what was registered there (None at the top of a tree), and what later moves put there."""

    organisation: UUID
    parent: UUID | None
    moves: list[Placement] = []

    def on(self, day: date) -> UUID | None:
        """The organisation directly above on `day`."""
        return next((place.parent for place in reversed(self.moves) if place.from_day <= day), self.parent)


class Earner(Struct, gc=False):
    """A member's consent to be listed, and where to look for what they earned: in which books, in which periods."""

    member: UUID
    is_shown: bool = False
    scopes: list[UUID] = []
    periods: list[str] = []


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
EARNED = ViewTable(Earned, "leaderboard", key=4, indexes=[("scope", "unit", "period", "is_shown", "-amount", "member")])
AMOUNTS = ViewTable(Amount, "leaderboard_amounts", key=4)
ABOVE = ViewTable(Above, "leaderboard_organisations")
EARNERS = ViewTable(Earner, "leaderboard_earners")


def month(day: date) -> str:
    """The period `YYYY-MM` of `day`."""
    return f"{day.year:04}-{day.month:02}"


def board(connection: Connection, scope: UUID, *, unit: Unit, period: str, limit: int = 50) -> Board:
    """The first `limit` places of `scope` in `period` (`YYYY` or `YYYY-MM`); equal amounts by member id."""
    c, here = EARNED.c, (scope, unit, period)
    first = EARNED.select().where(*_on_board(c, here), c.is_shown == true())
    rows = EARNED.read(connection, first.order_by(c.amount.desc(), c.member).limit(limit))
    sharing = _sharing(connection, here, {row.amount for row in rows})
    place_of_amount: dict[int, int] = {}
    for number, row in enumerate(rows, start=1):
        place_of_amount.setdefault(row.amount, number)
    places = (Place(place_of_amount[row.amount], sharing[row.amount], row.member, row.amount) for row in rows)
    totals = select(func.sum(AMOUNTS.c.listed), func.sum(AMOUNTS.c.members)).where(*_on_board(AMOUNTS.c, here))
    listed, participants = connection.execute(totals).one()
    return Board(tuple(places), int(listed or 0), int(participants or 0))


def place_of(connection: Connection, scope: UUID, member: UUID, *, unit: Unit, period: str) -> Place | None:
    """The place of one member; None for who is not listed."""
    c, here = EARNED.c, (scope, unit, period)
    own = EARNED.select().where(*_on_board(c, here), c.member == member, c.is_shown == true())
    row = EARNED.one(connection, own)
    if row is None:
        return None
    before = select(func.sum(AMOUNTS.c.listed)).where(*_on_board(AMOUNTS.c, here), AMOUNTS.c.amount > row.amount)
    sharing = _sharing(connection, here, {row.amount})[row.amount]
    return Place(1 + int(connection.scalar(before) or 0), sharing, member, row.amount)


def earned(connection: Connection, scope: UUID, member: UUID, *, unit: Unit, period: str) -> int:
    """What `member` earned, listed or not, in `unit`."""
    c = EARNED.c
    found = connection.scalar(select(c.amount).where(*_on_board(c, (scope, unit, period)), c.member == member))
    return found or 0


def _sharing(connection: Connection, here: Here, amounts: set[int]) -> dict[int, int]:
    """How many listed members stand at each of `amounts`."""
    c = AMOUNTS.c
    found = connection.execute(select(c.amount, c.listed).where(*_on_board(c, here), c.amount.in_(amounts)))
    return {row[0]: row[1] for row in found}


def _on_board(c: Columns, here: Here) -> tuple[ColumnElement[bool], ...]:
    scope, unit, period = here
    return c.scope == scope, c.unit == unit, c.period == period, c.amount > 0


def _registered(rows: Rowset, notice: Notice, event: OrganisationRegistered) -> None:
    rows[ABOVE].put(Above(notice.stream, event.parent))


def _moved(rows: Rowset, notice: Notice, event: OrganisationMoved) -> None:
    row = rows[ABOVE].change(notice.stream)
    row.moves = [*row.moves, Placement(event.parent, event.effective_from)]


def _agreed(rows: Rowset, notice: Notice, event: ConsentGiven) -> None:
    if event.purpose == CONSENT:
        _show(rows, notice.stream, is_shown=True)


def _withdrew(rows: Rowset, notice: Notice, event: ConsentWithdrawn) -> None:
    if event.purpose == CONSENT:
        _show(rows, notice.stream, is_shown=False)


def _show(rows: Rowset, member: UUID, *, is_shown: bool) -> None:
    """List the member wherever they earned anything, or nowhere any more."""
    earner = rows[EARNERS].ensure(member, Earner, member)
    if earner.is_shown == is_shown:
        return
    earner.is_shown = is_shown
    for key in product(earner.scopes, Unit, earner.periods, (member,)):
        if rows[EARNED].find(key) is not None:
            row = rows[EARNED].change(key)
            _tally(rows, row, -1)
            row.is_shown = is_shown
            _tally(rows, row, 1)


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
    parent = above.on(on_day) if above else None
    scopes = (community, parent) if parent else (community,)
    this_month = month(on_day)
    periods = (this_month, this_month[:4])
    earner = _earner(rows, owner.owner, scopes, periods)
    for scope, period in product(scopes, periods):
        key = scope, owner.unit, period, owner.owner
        row = rows[EARNED].ensure(key, Earned, *key)
        _tally(rows, row, -1)
        row.amount += amount
        row.is_shown = earner.is_shown
        _tally(rows, row, 1)


def _earner(rows: Rowset, member: UUID, scopes: tuple[UUID, ...], periods: tuple[str, ...]) -> Earner:
    """The member's row, with these places in it."""
    known = rows[EARNERS].find(member)
    if known is not None and set(scopes) <= set(known.scopes) and set(periods) <= set(known.periods):
        return known
    earner = rows[EARNERS].ensure(member, Earner, member)
    earner.scopes = sorted({*earner.scopes, *scopes})
    earner.periods = sorted({*earner.periods, *periods})
    return earner


def _tally(rows: Rowset, row: Earned, members: int) -> None:
    """Count the member in (1) or out (-1) where they stand; who earned nothing stands nowhere."""
    if row.amount <= 0:
        return
    key = row.scope, row.unit, row.period, row.amount
    amount = rows[AMOUNTS].ensure(key, Amount, *key)
    amount.members += members
    amount.listed += members if row.is_shown else 0
    if not amount.members:
        rows[AMOUNTS].remove(key)


PROJECTION = Projection(
    name="leaderboards",
    version=5,
    tables=(OWNERS, EARNED, AMOUNTS, ABOVE, EARNERS),
    handlers={
        AccountOpened: remembering(OWNERS),
        OrganisationRegistered: _registered,
        OrganisationMoved: _moved,
        ConsentGiven: _agreed,
        ConsentWithdrawn: _withdrew,
        Credited: _credited,
        CreditReversed: _reversed,
    },
)
