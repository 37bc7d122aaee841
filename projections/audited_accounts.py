"""An account folded from its first entry without the rules: the second opinion that the audit rests on.

It never refuses: where an entry does not fit what came before, it does what can be done and names the fault.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from ledger.accounts.events import (
    CarriedForward,
    Counter,
    Credited,
    Held,
    Hold,
    HoldReleased,
    HoldSpent,
    Lot,
    LotExpired,
    Take,
)
from ledger.kernel.units import Unit

AccountFault = Literal["held-twice", "held-more-than-free", "hold-unknown"]
Entry = Credited | Held | HoldReleased | HoldSpent | LotExpired


class AuditedAccount(Struct, gc=False):
    """An account as its entries make it. entries: all but carrying forward. posted: the sum of its entries' amounts."""

    account: UUID
    owner: UUID
    unit: Unit
    organisation: UUID
    entries: int
    posted: int
    lots: list[Lot]
    holds: list[Hold]

    @property
    def worth(self) -> int:
        """What its lots and holds add up to."""
        return total(self.lots) + sum(total(hold.takes) for hold in self.holds)


def apply(account: AuditedAccount, event: Entry) -> Iterator[AccountFault]:
    """Change lots and holds as `event` says; yields what does not fit."""
    match event:
        case Credited():
            _free(account, [Lot(event.lot, event.amount, event.on_day, event.expires_on)])
        case Held():
            yield from _hold(account, Hold(event.hold, event.takes))
        case HoldReleased():
            yield from _end_hold(account, event.hold)
            _free(account, event.returned)
        case HoldSpent():
            yield from _end_hold(account, event.hold)
        case LotExpired():
            account.lots = [one for one in account.lots if one.lot != event.lot or not _is_due(one, event.on_day)]


def other_side(event: Entry) -> tuple[Counter | None, int]:
    """Where the entry's amount comes from, and what it gives to the account; None and 0 where nothing is moved."""
    match event:
        case Credited():
            return event.counter, event.amount
        case HoldSpent() | LotExpired():
            return event.counter, -event.amount
        case Held() | HoldReleased():
            return None, 0


def is_carried_as_folded(account: AuditedAccount, event: CarriedForward) -> bool:
    """Whether `event` says of the account what its entries say."""
    return (
        (account.owner, account.unit, account.organisation) == (event.owner, event.unit, event.organisation)
        and account.entries == event.entries
        and sorted(account.lots, key=_place) == sorted(event.lots, key=_place)
        and {hold.hold: hold for hold in account.holds} == {hold.hold: hold for hold in event.holds}
    )


def total(parts: Iterable[Lot | Take]) -> int:
    """The sum of the amounts of `parts`."""
    return sum(part.amount for part in parts)


def _free(account: AuditedAccount, parts: Iterable[Lot | Take]) -> None:
    lots = {(lot.lot, lot.expires_on): lot for lot in account.lots}
    for part in parts:
        there = lots.get((part.lot, part.expires_on))
        amount = part.amount + (there.amount if there else 0)
        lots[part.lot, part.expires_on] = Lot(part.lot, amount, part.credited_on, part.expires_on, part.original_expiry)
    account.lots = list(lots.values())


def _hold(account: AuditedAccount, hold: Hold) -> Iterator[AccountFault]:
    if any(one.hold == hold.hold for one in account.holds):
        yield "held-twice"
    lots = {(lot.lot, lot.expires_on): lot for lot in account.lots}
    for take in hold.takes:
        there = lots.pop((take.lot, take.expires_on), None)
        left = (there.amount if there else 0) - take.amount
        if left < 0:
            yield "held-more-than-free"
        elif there and left:
            lots[take.lot, take.expires_on] = replace(there, amount=left)
    account.lots = list(lots.values())
    account.holds.append(hold)


def _end_hold(account: AuditedAccount, hold: UUID) -> Iterator[AccountFault]:
    if not any(one.hold == hold for one in account.holds):
        yield "hold-unknown"
    account.holds = [one for one in account.holds if one.hold != hold]


def _is_due(part: Lot, day: date) -> bool:
    return part.expires_on is not None and part.expires_on <= day


def _place(lot: Lot) -> tuple[UUID, date]:
    return lot.lot, lot.expires_on or date.max
