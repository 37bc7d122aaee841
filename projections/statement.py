"""Every change of a balance, line by line, each with its reason: which deed under which rule, or which goods.

Holds are not lines: they move nothing. The last line's balance is the account's balance.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal, NamedTuple
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection, select

from ledger.accounts.events import (
    AccountOpened,
    CounterKind,
    Credited,
    CreditReversed,
    Debited,
    HoldReleased,
    HoldSpent,
    LotExpired,
    LotsTakenOver,
    SpendReturned,
)
from ledger.application.ports import Notice
from ledger.kernel.units import Unit
from projections.awards import AwardRow
from projections.awards import by_id as awards_by_id
from projections.contested_awards import ReversalRow, reversals_of
from projections.projection import Projection
from projections.redemptions import RedemptionRow
from projections.redemptions import by_id as redemptions_by_id
from projections.rows import Rowset
from projections.view_tables import ViewTable

LineKind = Literal[
    "credited",
    "redeemed",
    "expired",
    "returned",
    "reversed",
    "adjusted",
    "opening_balance",
    "gift_received",
    "gift_given",
    "donated",
    "merged_in",
    "merged_out",
]
_CAME: Mapping[CounterKind, LineKind] = {
    "issuance": "credited",
    "adjustment": "adjusted",
    "opening": "opening_balance",
    "gift": "gift_received",
}
_WENT: Mapping[CounterKind, LineKind] = {
    "adjustment": "adjusted",
    "gift": "gift_given",
    "donated": "donated",
    "merged": "merged_out",
}


class StatementAccount(Struct, gc=False):
    """Where an account's statement stands: lines so far and the balance after the last of them."""

    account: UUID
    owner: UUID
    unit: Unit
    lines: int = 0
    balance: int = 0


class Entry(Struct, gc=False):
    """One change of a balance. amount: signed, in `unit`; balance: after it. on_day: the community's day of the entry.

    reason: id of what is behind it: the award, the redemption, the adjustment, the gift, or the lot that expired.
    A line `reversed` names the award that was taken back, or the redemption whose end gave back what had been written
    off. filled: of what came in, how much paid what the account owed.
    """

    account: UUID
    number: int
    position: int
    owner: UUID
    unit: Unit
    on_day: date
    at: datetime
    kind: LineKind
    amount: int
    balance: int
    reason: UUID
    filled: int = 0


class Line(Struct, frozen=True):
    """An entry with its explanation. award: the deed behind a credit; redemption: the goods behind a spending.

    reversal: why the award was taken back, behind a line `reversed`. Each is None where there is no such thing, and
    while its read model has not come as far as this one.
    """

    entry: Entry
    award: AwardRow | None = None
    redemption: RedemptionRow | None = None
    reversal: ReversalRow | None = None


ACCOUNTS = ViewTable(StatementAccount, "statement_accounts")
ENTRIES = ViewTable(Entry, "statement", key=2, indexes=[("owner", "position")])


def of_owner(
    connection: Connection, owner: UUID, *, unit: Unit | None = None, before: int | None = None, limit: int = 50
) -> list[Line]:
    """The lines of `owner`'s accounts (of `unit`, None: all), newest first.

    before: the position of the last line of the page before, None for the first page.
    """
    c = ENTRIES.c
    found = ENTRIES.select().where(c.owner == owner).order_by(c.position.desc()).limit(limit)
    if unit is not None:
        found = found.where(c.unit == unit)
    return _explained(
        connection, ENTRIES.read(connection, found if before is None else found.where(c.position < before))
    )


def balance_on(connection: Connection, owner: UUID, unit: Unit, *, day: date) -> int:
    """The balance of `owner` at the end of the community's day `day`; 0 before the first line."""
    c = ENTRIES.c
    found = select(c.balance).where(c.owner == owner, c.unit == unit, c.on_day <= day)
    return connection.scalar(found.order_by(c.position.desc()).limit(1)) or 0


def _explained(connection: Connection, entries: list[Entry]) -> list[Line]:
    reasons = [entry.reason for entry in entries]
    awards = {row.award: row for row in awards_by_id(connection, reasons)}
    redemptions = {row.redemption: row for row in redemptions_by_id(connection, reasons)}
    reversals = reversals_of(connection, [entry.reason for entry in entries if entry.kind == "reversed"])
    return [
        Line(
            entry,
            awards.get(entry.reason),
            redemptions.get(entry.reason),
            reversals.get(entry.reason) if entry.kind == "reversed" else None,
        )
        for entry in entries
    ]


def _opened(rows: Rowset, notice: Notice, event: AccountOpened) -> None:
    rows[ACCOUNTS].put(StatementAccount(notice.stream, event.owner, event.unit))


def _credited(rows: Rowset, notice: Notice, event: Credited) -> None:
    came = _Change(_CAME[event.counter.kind], event.amount, event.on_day, event.reason, event.filled or 0)
    _enter(rows, notice, came)


def _debited(rows: Rowset, notice: Notice, event: Debited) -> None:
    _enter(rows, notice, _Change(_WENT[event.counter.kind], -event.amount, event.on_day, event.reason))


def _released(rows: Rowset, notice: Notice, event: HoldReleased) -> None:
    recovered = sum(one.amount for one in event.recovered)
    _enter(rows, notice, _Change("reversed", -recovered, event.on_day, event.reason))


def _returned(rows: Rowset, notice: Notice, event: SpendReturned) -> None:
    filled = event.filled or 0
    amount = sum(take.amount for take in event.returned) + filled
    _enter(rows, notice, _Change("returned", amount, event.on_day, event.reason, filled))


def _taken_over(rows: Rowset, notice: Notice, event: LotsTakenOver) -> None:
    filled = event.filled or 0
    amount = sum(take.amount for take in event.returned) + filled
    _enter(rows, notice, _Change("merged_in", amount, event.on_day, event.reason, filled))


def _reversed(rows: Rowset, notice: Notice, event: CreditReversed) -> None:
    amount = sum(take.amount for take in event.takes) + event.owed
    _enter(rows, notice, _Change("reversed", -amount, event.on_day, event.reason))


def _spent(rows: Rowset, notice: Notice, event: HoldSpent) -> None:
    _enter(rows, notice, _Change("redeemed", -event.amount, event.on_day, event.reason))


def _expired(rows: Rowset, notice: Notice, event: LotExpired) -> None:
    _enter(rows, notice, _Change("expired", -event.amount, event.on_day, event.lot))


class _Change(NamedTuple):
    kind: LineKind
    amount: int
    on_day: date
    reason: UUID
    filled: int = 0


def _enter(rows: Rowset, notice: Notice, change: _Change) -> None:
    """A line, unless nothing moved."""
    if not change.amount:
        return
    account = rows[ACCOUNTS].change(notice.stream)
    account.lines += 1
    account.balance += change.amount
    rows[ENTRIES].add(
        Entry(
            notice.stream,
            account.lines,
            notice.position,
            account.owner,
            account.unit,
            change.on_day,
            notice.at,
            change.kind,
            change.amount,
            account.balance,
            change.reason,
            change.filled,
        )
    )


PROJECTION = Projection(
    name="statement",
    version=4,
    tables=(ACCOUNTS, ENTRIES),
    handlers={
        AccountOpened: _opened,
        Credited: _credited,
        Debited: _debited,
        CreditReversed: _reversed,
        HoldReleased: _released,
        HoldSpent: _spent,
        SpendReturned: _returned,
        LotsTakenOver: _taken_over,
        LotExpired: _expired,
    },
)
