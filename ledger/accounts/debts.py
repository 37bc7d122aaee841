"""Arithmetic of reversals: who pays a credit that was taken back, and what later comes back is used for first.

What comes back of a lot whose credit was written off goes to the write-off, so that buying and returning goods never
restores a reversed credit. Next it pays the account's debt. Only the rest is free.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from msgspec.structs import replace

from ledger.accounts import lots
from ledger.accounts.commands import ReverseCredit
from ledger.accounts.events import Counter, CreditReversed, Expired, Take, WrittenOff
from ledger.accounts.lots import Lots
from ledger.kernel.ids import LotId


class Return(NamedTuple):
    """What takes that come back are used for: free parts, the debt (None: there was none), write-offs."""

    returned: tuple[Take, ...]
    filled: int | None
    recovered: tuple[WrittenOff, ...]


class Payment(NamedTuple):
    """Who pays what of a credit is no longer free: `takes` of other lots, a debt, nobody."""

    takes: tuple[Take, ...]
    owed: int
    written_off: int


def coming_back(takes: tuple[Take, ...], owed: int, written_off: tuple[WrittenOff, ...], today: date) -> Return:
    """What `takes`, already with the expiry they come back with, are used for on the community's day `today`.

    Parts that are due pay no debt: they are worth nothing. The debt is paid in the order of spending.
    """
    recovered, rest = _recovered(takes, written_off)
    if not owed:
        return Return(rest, None, recovered)
    parts = lots.with_parts((), rest)
    paid = lots.choose(parts, owed, today)
    return Return(lots.all_of(lots.without(parts, paid)), lots.total(paid) or None, recovered)


def payment(missing: int, others: Lots, command: ReverseCredit, owed: int) -> Payment:
    """Who pays `missing`, as `ReverseCredit` says; `owed`: what the account owes already.

    Where something is newly owed, `others` has nothing spendable left.
    """
    if command.spent == "write_off":
        return Payment((), 0, missing)
    takes = lots.choose(others, missing, command.on_day)
    left = missing - lots.total(takes)
    may_owe = max(0, command.debt_max - owed) if command.spent == "owe" else 0
    more = min(left, may_owe)
    return Payment(takes, more, left - more)


def expired_of(expired: Iterable[Expired], lot: LotId) -> int:
    """How much of `lot` has expired so far."""
    return sum(one.amount for one in expired if one.lot == lot)


def with_expired(expired: tuple[Expired, ...], lot: LotId, amount: int) -> tuple[Expired, ...]:
    """The record after `amount` of `lot` expired."""
    others = tuple(one for one in expired if one.lot != lot)
    return (*others, Expired(lot, expired_of(expired, lot) + amount))


def with_written_off(written_off: tuple[WrittenOff, ...], event: CreditReversed) -> tuple[WrittenOff, ...]:
    """The record after a reversal."""
    if not event.written_off:
        return written_off
    counter = Counter("written_off", event.counter.organisation)
    return (*written_off, WrittenOff(event.lot, event.written_off, counter))


def less_recovered(written_off: tuple[WrittenOff, ...], recovered: tuple[WrittenOff, ...]) -> tuple[WrittenOff, ...]:
    """The record after `recovered` came back."""
    if not recovered:
        return written_off
    back = {one.lot: one.amount for one in recovered}
    left = (replace(one, amount=one.amount - back.get(one.lot, 0)) for one in written_off)
    return tuple(one for one in left if one.amount)


def _recovered(
    takes: tuple[Take, ...], written_off: tuple[WrittenOff, ...]
) -> tuple[tuple[WrittenOff, ...], tuple[Take, ...]]:
    """What goes to write-offs, and the takes that are left."""
    if not written_off:
        return (), takes
    missing = {one.lot: one.amount for one in written_off}
    rest: list[Take] = []
    for take in takes:
        part = min(take.amount, missing.get(take.lot, 0))
        if part:
            missing[take.lot] -= part
        if take.amount > part:
            rest.append(replace(take, amount=take.amount - part))
    found = (replace(one, amount=one.amount - missing[one.lot]) for one in written_off)
    return tuple(one for one in found if one.amount), tuple(rest)
