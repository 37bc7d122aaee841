"""Arithmetic on lots: what is spendable, which part is taken first, how a part comes back.

Lots stand in the order of spending: earliest expiry first (never last), then earliest credit, then id. The parts of one
lot stay together while they share an expiry; a part that came back with days of grace stands on its own.
"""

from bisect import insort
from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from msgspec.structs import replace

from ledger.accounts.commands import LotPart
from ledger.accounts.events import Hold, Lot, Take
from ledger.kernel.ids import LotId
from ledger.kernel.units import Unit

Lots = tuple[Lot, ...]


def spending_order(lot: Lot) -> tuple[date, date, UUID]:
    """The sort key: earliest `expires_on` (None counts as never), earliest `credited_on`, id."""
    return lot.expires_on or date.max, lot.credited_on, lot.lot


def is_due(part: Lot | Take, today: date) -> bool:
    """Whether the part is worth nothing on `today`, the community's day."""
    return part.expires_on is not None and part.expires_on <= today


def free(lots: Lots) -> int:
    """The sum of all lots, due or not, in the account's unit."""
    return sum(lot.amount for lot in lots)


def spendable(lots: Lots, today: date) -> int:
    """The sum of what can be held on `today`: lots that are not due."""
    return sum(lot.amount for lot in lots if not is_due(lot, today))


def held(holds: Iterable[Hold]) -> int:
    """The sum of all takes of `holds`."""
    return sum(total(hold.takes) for hold in holds)


def total(takes: Iterable[Take]) -> int:
    """The sum of `takes`."""
    return sum(take.amount for take in takes)


def choose(lots: Lots, amount: int, today: date) -> tuple[Take, ...]:
    """The takes that make up `amount` from what is spendable on `today`, in the order of spending.

    The caller has checked that enough is spendable; otherwise the takes add up to less.
    """
    takes: list[Take] = []
    for lot in lots:
        if not amount:
            break
        if not is_due(lot, today):
            part = min(lot.amount, amount)
            takes.append(take_of(lot, part))
            amount -= part
    return tuple(takes)


def take_of(lot: Lot, amount: int) -> Take:
    """`amount` of `lot`, on its way."""
    return Take(lot.lot, amount, lot.credited_on, lot.expires_on, lot.original_expiry, lot.is_gift)


def all_of(lots: Lots) -> tuple[Take, ...]:
    """The whole of `lots`, on its way."""
    return tuple(take_of(lot, lot.amount) for lot in lots)


def parts_of(lots: Lots, parts: Iterable[LotPart]) -> tuple[Take, ...]:
    """The takes of `parts`, each as far as it is free: of a lot in several parts those spent first in front."""
    wanted = {part.lot: part.amount for part in parts}
    takes: list[Take] = []
    for lot in lots:
        amount = min(lot.amount, wanted.get(lot.lot, 0))
        if amount:
            wanted[lot.lot] -= amount
            takes.append(take_of(lot, amount))
    return tuple(takes)


def without(lots: Lots, takes: tuple[Take, ...]) -> Lots:
    """The lots after `takes` left them; a lot that was emptied is gone."""
    taken = {(take.lot, take.expires_on): take.amount for take in takes}
    left: list[Lot] = []
    for lot in lots:
        rest = lot.amount - taken.get((lot.lot, lot.expires_on), 0)
        if rest == lot.amount:
            left.append(lot)
        elif rest:
            left.append(replace(lot, amount=rest))
    return tuple(left)


def with_parts(lots: Lots, parts: Iterable[Lot | Take]) -> Lots:
    """The lots after `parts` came in, each joined to the part of its lot with the same expiry, if there is one."""
    joined = list(lots)
    for part in parts:
        _put(joined, part)
    return tuple(joined)


def _put(lots: list[Lot], part: Lot | Take) -> None:
    for place, lot in enumerate(lots):
        if lot.lot == part.lot and lot.expires_on == part.expires_on:
            lots[place] = replace(lot, amount=lot.amount + part.amount)
            return
    lot = Lot(part.lot, part.amount, part.credited_on, part.expires_on, part.original_expiry, part.is_gift)
    insort(lots, lot, key=spending_order)


def returning(takes: tuple[Take, ...], today: date, grace_days: int) -> tuple[Take, ...]:
    """The takes as they come back on `today`: with the expiry they had, or days of grace where that has passed.

    `grace_days` count from the day of return, which is the first of them. Grace is given once: what had it before
    comes back due, else asking and cancelling would keep points for ever.
    """
    return tuple(_with_grace(take, today, grace_days) if is_due(take, today) else take for take in takes)


def _with_grace(take: Take, today: date, grace_days: int) -> Take:
    if take.original_expiry is not None or not grace_days:
        return take
    return replace(take, expires_on=today + timedelta(days=grace_days), original_expiry=take.expires_on)


def to_give(lots: Lots, unit: Unit) -> Lots:
    """The lots of which a member may give to another.

    Days of grace are not given away, for they would begin anew. Care minutes received as a gift are not given on: they
    are for the care of the one they were given to (time bank practice, Shanghai 2026).
    """
    return tuple(lot for lot in lots if lot.original_expiry is None and not (lot.is_gift and unit is Unit.CARE_MINUTES))


def due_parts(lots: Lots, lot: LotId, today: date) -> Lots:
    """The free parts of `lot` that are worth nothing on `today`; empty when it is not due or gone."""
    return tuple(part for part in lots if part.lot == lot and is_due(part, today))


def without_due(lots: Lots, lot: LotId, today: date) -> Lots:
    """The lots but for `due_parts`."""
    return tuple(part for part in lots if part.lot != lot or not is_due(part, today))
