"""How much is in an account, and how much of it is held.

What can be spent today depends on the day as well, for lots fall due: `lots.available`. What is still on public notice
is in no account yet: `awards.coming`.
"""

from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection

from ledger.accounts.events import AccountOpened, Credited, Held, HoldReleased, HoldSpent, LotExpired
from ledger.application.ports import Notice
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


BALANCES = ViewTable(Balance, "balances", indexes=[("owner",), ("organisation", "account")])


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


PROJECTION = Projection(
    name="balances",
    version=1,
    tables=(BALANCES,),
    handlers={
        AccountOpened: _opened,
        Credited: _credited,
        Held: _held,
        HoldReleased: _released,
        HoldSpent: _spent,
        LotExpired: _expired,
    },
)
