"""How much is in an account, and how much of it is held.

What can be spent today depends on the day as well, for lots fall due: `lots.available`. What is still on public notice
is in no account yet: `awards.coming`.
"""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection

from ledger.accounts.events import (
    AccountFrozen,
    AccountOpened,
    AccountUnfrozen,
    Credited,
    CreditReversed,
    Debited,
    FreezeDeclined,
    FreezeDirection,
    FreezeExtended,
    FreezeProposed,
    Held,
    HoldReleased,
    HoldSpent,
    LotExpired,
    LotsTakenOver,
    SpendReturned,
    Take,
    WrittenOff,
)
from ledger.application.ports import Notice
from ledger.kernel.units import Unit
from projections.projection import Projection
from projections.rows import Rowset
from projections.view_tables import ViewTable


class Balance(Struct, gc=False):
    """An account of `owner`, kept by `organisation`. Amounts are in `unit`.

    posted: everything in it less what is owed, negative only after a reversal; held: the part set aside; owed: what
    must come in before anything can be spent again. frozen: whether nothing comes `in`, goes `out`, or `both`, through
    the day `frozen_until`; None: never, or ended early. asked, asked_until, asked_by: the freeze that was proposed
    and nobody decided on.
    """

    account: UUID
    owner: UUID
    unit: Unit
    organisation: UUID
    posted: int = 0
    held: int = 0
    owed: int = 0
    frozen: FreezeDirection | None = None
    frozen_until: date | None = None
    asked: FreezeDirection | None = None
    asked_until: date | None = None
    asked_by: UUID | None = None


BALANCES = ViewTable(
    Balance,
    "balances",
    indexes=[
        ("owner",),
        ("organisation", "account"),
        ("organisation", "frozen_until"),
        ("organisation", "asked_until"),
    ],
)


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


def frozen_in(connection: Connection, organisation: UUID, *, day: date, limit: int = 200) -> list[Balance]:
    """The accounts `organisation` keeps that are frozen on the community's day `day`, the freezes that end first."""
    c = BALANCES.c
    found = BALANCES.select().where(c.organisation == organisation, c.frozen_until >= day)
    return BALANCES.read(connection, found.order_by(c.frozen_until, c.account).limit(limit))


def freezes_asked_in(connection: Connection, organisation: UUID, *, day: date, limit: int = 200) -> list[Balance]:
    """The accounts `organisation` keeps for which a freeze through `day` or later was proposed and not decided on."""
    c = BALANCES.c
    found = BALANCES.select().where(c.organisation == organisation, c.asked_until >= day)
    return BALANCES.read(connection, found.order_by(c.asked_until, c.account).limit(limit))


def _opened(rows: Rowset, notice: Notice, event: AccountOpened) -> None:
    rows[BALANCES].put(Balance(notice.stream, event.owner, event.unit, event.organisation))


def _credited(rows: Rowset, notice: Notice, event: Credited) -> None:
    balance = rows[BALANCES].change(notice.stream)
    balance.posted += event.amount
    balance.owed -= event.filled or 0


def _held(rows: Rowset, notice: Notice, event: Held) -> None:
    rows[BALANCES].change(notice.stream).held += _total(event.takes)


def _released(rows: Rowset, notice: Notice, event: HoldReleased) -> None:
    balance = rows[BALANCES].change(notice.stream)
    filled, recovered = event.filled or 0, _total(event.recovered)
    balance.held -= _total(event.returned) + filled + recovered
    balance.posted -= recovered
    balance.owed -= filled


def _returned(rows: Rowset, notice: Notice, event: SpendReturned | LotsTakenOver) -> None:
    balance = rows[BALANCES].change(notice.stream)
    balance.posted += _total(event.returned) + (event.filled or 0)
    balance.owed -= event.filled or 0


def _debited(rows: Rowset, notice: Notice, event: Debited) -> None:
    rows[BALANCES].change(notice.stream).posted -= event.amount


def _reversed(rows: Rowset, notice: Notice, event: CreditReversed) -> None:
    balance = rows[BALANCES].change(notice.stream)
    balance.posted -= _total(event.takes) + event.owed
    balance.owed += event.owed


def _spent(rows: Rowset, notice: Notice, event: HoldSpent) -> None:
    balance = rows[BALANCES].change(notice.stream)
    balance.held -= event.amount
    balance.posted -= event.amount


def _expired(rows: Rowset, notice: Notice, event: LotExpired) -> None:
    rows[BALANCES].change(notice.stream).posted -= event.amount


def _freeze_asked(rows: Rowset, notice: Notice, event: FreezeProposed) -> None:
    balance = rows[BALANCES].change(notice.stream)
    balance.asked, balance.asked_until, balance.asked_by = event.direction, event.until, event.proposed_by


def _freeze_declined(rows: Rowset, notice: Notice, _event: FreezeDeclined) -> None:
    _forget_asked(rows[BALANCES].change(notice.stream))


def _forget_asked(balance: Balance) -> None:
    balance.asked = balance.asked_until = balance.asked_by = None


def _frozen(rows: Rowset, notice: Notice, event: AccountFrozen) -> None:
    balance = rows[BALANCES].change(notice.stream)
    balance.frozen, balance.frozen_until = event.direction, event.until
    _forget_asked(balance)


def _extended(rows: Rowset, notice: Notice, event: FreezeExtended) -> None:
    rows[BALANCES].change(notice.stream).frozen_until = event.until


def _unfrozen(rows: Rowset, notice: Notice, _event: AccountUnfrozen) -> None:
    balance = rows[BALANCES].change(notice.stream)
    balance.frozen = balance.frozen_until = None


def _total(parts: Iterable[Take | WrittenOff]) -> int:
    return sum(part.amount for part in parts)


PROJECTION = Projection(
    name="balances",
    version=5,
    tables=(BALANCES,),
    handlers={
        AccountOpened: _opened,
        Credited: _credited,
        Held: _held,
        HoldReleased: _released,
        HoldSpent: _spent,
        SpendReturned: _returned,
        LotsTakenOver: _returned,
        Debited: _debited,
        CreditReversed: _reversed,
        FreezeProposed: _freeze_asked,
        FreezeDeclined: _freeze_declined,
        AccountFrozen: _frozen,
        FreezeExtended: _extended,
        AccountUnfrozen: _unfrozen,
        LotExpired: _expired,
    },
)
