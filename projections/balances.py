"""How much is in an account, how much of it is held, and how much is still on public notice.

What can be spent today depends on the day as well (lots fall due): `projections.lots.available`.
"""

from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection, func, select

from ledger.accounts.events import AccountOpened, Credited, Held, HoldReleased, HoldSpent, LotExpired
from ledger.application.ports import Notice
from ledger.awards.events import AwardApproved, AwardCredited, AwardProposed, AwardRefused
from ledger.kernel.units import Unit
from projections.projection import Projection
from projections.rows import Rowset
from projections.view_tables import ViewTable


class Balance(Struct, gc=False):
    """An account of `owner`, kept by `organisation`. posted: everything in it; held: the part set aside, in `unit`."""

    account: UUID
    owner: UUID
    unit: Unit
    organisation: UUID
    posted: int = 0
    held: int = 0


class ComingAward(Struct, gc=False):
    """An award that is not credited yet: proposed, and, once approved, on notice."""

    award: UUID
    member: UUID
    unit: Unit
    amount: int
    is_approved: bool = False


class Coming(Struct, frozen=True):
    """What is on its way to a member in `unit`: on public notice, and proposed only."""

    unit: Unit
    on_notice: int
    proposed: int


BALANCES = ViewTable(Balance, "balances", indexes=[("owner",), ("organisation", "account")])
COMING = ViewTable(ComingAward, "coming_awards", indexes=[("member",)])


def of_owner(connection: Connection, owner: UUID) -> list[Balance]:
    """The accounts of `owner`, by unit; none before anything was credited."""
    return BALANCES.read(connection, BALANCES.select().where(BALANCES.c.owner == owner).order_by(BALANCES.c.unit))


def of_account(connection: Connection, account: UUID) -> Balance | None:
    """One account; None where there is none."""
    return BALANCES.one(connection, BALANCES.select().where(BALANCES.c.account == account))


def of_organisation(
    connection: Connection, organisation: UUID, *, after: UUID | None = None, limit: int = 200
) -> list[Balance]:
    """The accounts `organisation` keeps, by account id; after: the last account of the page before."""
    c = BALANCES.c
    found = BALANCES.select().where(c.organisation == organisation).order_by(c.account).limit(limit)
    return BALANCES.read(connection, found if after is None else found.where(c.account > after))


def coming(connection: Connection, member: UUID) -> list[Coming]:
    """What is on its way to `member`, by unit; units with nothing on its way are left out."""
    c = COMING.c
    on_notice = func.coalesce(func.sum(c.amount).filter(c.is_approved), 0)
    found = connection.execute(
        select(c.unit, on_notice, func.sum(c.amount)).where(c.member == member).group_by(c.unit).order_by(c.unit)
    )
    return [Coming(unit, int(notice), int(total) - int(notice)) for unit, notice, total in found if total]


def _opened(rows: Rowset, notice: Notice, event: AccountOpened) -> None:
    rows[BALANCES].put(Balance(notice.stream, event.owner, event.unit, event.organisation))


def _credited(rows: Rowset, notice: Notice, event: Credited) -> None:
    rows[BALANCES].change(notice.stream).posted += event.amount


def _held(rows: Rowset, notice: Notice, event: Held) -> None:
    rows[BALANCES].change(notice.stream).held += sum(take.amount for take in event.takes)


def _released(rows: Rowset, notice: Notice, event: HoldReleased) -> None:
    rows[BALANCES].change(notice.stream).held -= sum(take.amount for take in event.returned)


def _spent(rows: Rowset, notice: Notice, event: HoldSpent) -> None:
    balance = rows[BALANCES].change(notice.stream)
    balance.held -= event.amount
    balance.posted -= event.amount


def _expired(rows: Rowset, notice: Notice, event: LotExpired) -> None:
    rows[BALANCES].change(notice.stream).posted -= event.amount


def _proposed(rows: Rowset, notice: Notice, event: AwardProposed) -> None:
    rows[COMING].put(ComingAward(notice.stream, event.member, event.unit, event.amount))


def _approved(rows: Rowset, notice: Notice, _event: AwardApproved) -> None:
    award = rows[COMING].change(notice.stream)
    if award.amount:
        award.is_approved = True
    else:
        rows[COMING].remove(notice.stream)


def _settled(rows: Rowset, notice: Notice, _event: AwardRefused | AwardCredited) -> None:
    rows[COMING].remove(notice.stream)


PROJECTION = Projection(
    name="balances",
    version=1,
    tables=(BALANCES, COMING),
    handlers={
        AccountOpened: _opened,
        Credited: _credited,
        Held: _held,
        HoldReleased: _released,
        HoldSpent: _spent,
        LotExpired: _expired,
        AwardProposed: _proposed,
        AwardApproved: _approved,
        AwardRefused: _settled,
        AwardCredited: _settled,
    },
)
