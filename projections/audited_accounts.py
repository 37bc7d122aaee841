"""An account folded from its first entry without the rules: the second opinion that the audit rests on.

It never refuses: where an entry does not fit what came before, it does what can be done and names the fault.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Literal, assert_never
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from ledger.accounts.events import (
    AccountFrozen,
    AccountUnfrozen,
    Announced,
    CarriedForward,
    Counter,
    Credited,
    CreditReversed,
    Debited,
    Expired,
    ExpiryAnnounced,
    Freeze,
    FreezeAsked,
    FreezeDeclined,
    FreezeExtended,
    FreezeProposed,
    Held,
    Hold,
    HoldReleased,
    HoldSpent,
    Lot,
    LotExpired,
    LotsTakenOver,
    SpendReturned,
    Take,
    WrittenOff,
)
from ledger.kernel.units import Unit
from projections.audited_freezes import FreezeFault, freezes_as_folded, tell

EntryFault = Literal[
    "held-twice",
    "taken-more-than-free",
    "hold-unknown",
    "filled-more-than-owed",
    "recovered-more-than-written-off",
    "reversed-twice",
]
AccountFault = EntryFault | FreezeFault
Moving = (
    Credited | Held | HoldReleased | HoldSpent | SpendReturned | LotsTakenOver | Debited | CreditReversed | LotExpired
)
Telling = FreezeProposed | FreezeDeclined | AccountFrozen | FreezeExtended | AccountUnfrozen | ExpiryAnnounced
Entry = Moving | Telling


class AuditedAccount(Struct, gc=False):
    """An account as its entries make it. entries: all but carrying forward. posted: the sum of its entries' amounts.

    freezes, freezes_before, freezes_asked: one or none. The rest as in `CarriedForward`.
    """

    account: UUID
    owner: UUID
    unit: Unit
    organisation: UUID
    entries: int
    posted: int
    lots: list[Lot]
    holds: list[Hold]
    owed: int
    freezes: list[Freeze]
    freezes_before: list[Freeze]
    freezes_asked: list[FreezeAsked]
    announced: list[Announced]
    expired: list[Expired]
    written_off: list[WrittenOff]
    reversed_lots: list[UUID]

    @property
    def worth(self) -> int:
        """What its lots and holds add up to, less what it owes."""
        return total(self.lots) + sum(total(hold.takes) for hold in self.holds) - self.owed


def opened(account: UUID, owner: UUID, unit: Unit, organisation: UUID) -> AuditedAccount:
    """An account that has just been opened."""
    return AuditedAccount(account, owner, unit, organisation, 1, 0, [], [], 0, [], [], [], [], [], [], [])


def apply(account: AuditedAccount, event: Entry) -> Iterator[AccountFault]:
    """Change the account as `event` says; yields what does not fit."""
    match event:
        case FreezeProposed() | FreezeDeclined() | AccountFrozen() | FreezeExtended() | AccountUnfrozen():
            yield from _tell(account, event)
        case ExpiryAnnounced():
            yield from _tell(account, event)
        case Credited():
            left = event.amount - (event.filled or 0)
            lot = Lot(event.lot, left, event.on_day, event.expires_on, is_gift=event.counter.kind == "gift")
            _free(account, [lot] if left else [])
            yield from _fill(account, event.filled)
        case Held():
            yield from _hold(account, Hold(event.hold, event.takes))
        case HoldReleased():
            yield from _end_hold(account, event.hold)
            yield from _come_back(account, event)
        case HoldSpent():
            yield from _end_hold(account, event.hold)
        case SpendReturned() | LotsTakenOver():
            yield from _come_back(account, event)
        case Debited():
            yield from _take(account, event.takes)
        case CreditReversed():
            yield from _reverse(account, event)
        case LotExpired():
            account.lots = [one for one in account.lots if one.lot != event.lot or not _is_due(one, event.on_day)]
            _expire(account, event)


def other_sides(event: Entry) -> list[tuple[Counter, int]]:
    """Where the entry's amount comes from, and what each side gives to the account; empty where nothing is moved."""
    match event:
        case Credited():
            return [(event.counter, event.amount)]
        case HoldSpent() | LotExpired() | Debited():
            return [(event.counter, -event.amount)]
        case HoldReleased():
            return _less(event.recovered)
        case SpendReturned() | LotsTakenOver():
            back = total(event.returned) + (event.filled or 0) + total(event.recovered)
            return [(event.counter, back), *_less(event.recovered)]
        case CreditReversed():
            nobody = Counter("written_off", event.counter.organisation)
            taken = total(event.takes) + event.owed
            return [(event.counter, -taken - event.written_off), (nobody, event.written_off)]
        case Held() | ExpiryAnnounced():
            return []
        case FreezeProposed() | FreezeDeclined() | AccountFrozen() | FreezeExtended() | AccountUnfrozen():
            return []


def is_carried_as_folded(account: AuditedAccount, event: CarriedForward) -> bool:
    """Whether `event` says of the account what its entries say."""
    return (
        (account.owner, account.unit, account.organisation) == (event.owner, event.unit, event.organisation)
        and (account.entries, account.owed) == (event.entries, event.owed or 0)
        and sorted(account.lots, key=_place) == sorted(event.lots, key=_place)
        and {hold.hold: hold for hold in account.holds} == {hold.hold: hold for hold in event.holds}
        and freezes_as_folded(account, event)
        and account.announced == list(event.announced)
        and _by_lot(account.expired) == _by_lot(event.expired)
        and _by_lot(account.written_off) == _by_lot(event.written_off)
        and account.reversed_lots == list(event.reversed_lots)
    )


def total(parts: Iterable[Lot | Take | WrittenOff]) -> int:
    """The sum of the amounts of `parts`."""
    return sum(part.amount for part in parts)


def _tell(account: AuditedAccount, event: Telling) -> Iterator[AccountFault]:
    match event:
        case FreezeProposed() | FreezeDeclined() | AccountFrozen() | FreezeExtended() | AccountUnfrozen():
            yield from tell(account, event)
        case ExpiryAnnounced():
            still = [one for one in account.announced if one.expires_on > event.on_day]
            account.announced = [*still, *event.lots]
        case _:
            assert_never(event)


def _free(account: AuditedAccount, parts: Iterable[Lot | Take]) -> None:
    lots = {(lot.lot, lot.expires_on): lot for lot in account.lots}
    for part in parts:
        there = lots.get((part.lot, part.expires_on))
        lots[part.lot, part.expires_on] = Lot(
            part.lot,
            part.amount + (there.amount if there else 0),
            part.credited_on,
            part.expires_on,
            part.original_expiry,
            part.is_gift,
        )
    account.lots = list(lots.values())


def _fill(account: AuditedAccount, filled: int | None) -> Iterator[AccountFault]:
    account.owed -= filled or 0
    if account.owed < 0:
        yield "filled-more-than-owed"


def _hold(account: AuditedAccount, hold: Hold) -> Iterator[AccountFault]:
    if any(one.hold == hold.hold for one in account.holds):
        yield "held-twice"
    yield from _take(account, hold.takes)
    account.holds.append(hold)


def _take(account: AuditedAccount, takes: Iterable[Take]) -> Iterator[AccountFault]:
    lots = {(lot.lot, lot.expires_on): lot for lot in account.lots}
    for take in takes:
        there = lots.pop((take.lot, take.expires_on), None)
        left = (there.amount if there else 0) - take.amount
        if left < 0:
            yield "taken-more-than-free"
        elif there and left:
            lots[take.lot, take.expires_on] = replace(there, amount=left)
    account.lots = list(lots.values())


def _end_hold(account: AuditedAccount, hold: UUID) -> Iterator[AccountFault]:
    if not any(one.hold == hold for one in account.holds):
        yield "hold-unknown"
    account.holds = [one for one in account.holds if one.hold != hold]


def _come_back(account: AuditedAccount, event: HoldReleased | SpendReturned | LotsTakenOver) -> Iterator[AccountFault]:
    _free(account, event.returned)
    yield from _fill(account, event.filled)
    left = {one.lot: one for one in account.written_off}
    for back in event.recovered:
        there = left.pop(back.lot, None)
        rest = (there.amount if there else 0) - back.amount
        if rest < 0:
            yield "recovered-more-than-written-off"
        elif there and rest:
            left[back.lot] = replace(there, amount=rest)
    account.written_off = list(left.values())


def _reverse(account: AuditedAccount, event: CreditReversed) -> Iterator[AccountFault]:
    if event.lot in account.reversed_lots:
        yield "reversed-twice"
    yield from _take(account, event.takes)
    account.owed += event.owed
    account.reversed_lots = [*account.reversed_lots, event.lot]
    account.expired = [one for one in account.expired if one.lot != event.lot]
    if event.written_off:
        nobody = Counter("written_off", event.counter.organisation)
        account.written_off = [*account.written_off, WrittenOff(event.lot, event.written_off, nobody)]


def _expire(account: AuditedAccount, event: LotExpired) -> None:
    before = sum(one.amount for one in account.expired if one.lot == event.lot)
    others = [one for one in account.expired if one.lot != event.lot]
    account.expired = [*others, Expired(event.lot, before + event.amount)]


def _less(recovered: Iterable[WrittenOff]) -> list[tuple[Counter, int]]:
    return [(one.counter, -one.amount) for one in recovered]


def _by_lot(parts: Sequence[Expired | WrittenOff]) -> dict[UUID, Expired | WrittenOff]:
    return {part.lot: part for part in parts}


def _is_due(part: Lot, day: date) -> bool:
    return part.expires_on is not None and part.expires_on <= day


def _place(lot: Lot) -> tuple[UUID, date]:
    return lot.lot, lot.expires_on or date.max
