"""What an account is after its entries. Folding reads them as they were decided and never refuses."""

from datetime import date
from typing import assert_never
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from ledger.accounts import debts, lots
from ledger.accounts.events import (
    AccountEvent,
    AccountFrozen,
    AccountOpened,
    AccountUnfrozen,
    Announced,
    CarriedForward,
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
    WrittenOff,
)
from ledger.accounts.lots import Lots
from ledger.kernel.ids import AccountId, HoldId, LotId, OrganisationId, derived
from ledger.kernel.units import Unit


class Keeper(Struct, frozen=True):
    """Whose account it is, in what unit, and the community that keeps it."""

    owner: UUID
    unit: Unit
    organisation: OrganisationId


class Account(Struct, frozen=True):
    """An account. keeper: None until opened. lots: in the order of spending. holds: the open ones.

    entries: events so far but for carrying forward; entries_carried: of these, how many the newest `CarriedForward`
    already contains. owed: what reversals left to be made good, never negative; while it is more than 0 no lot is
    spendable. The rest as in `CarriedForward`.
    """

    keeper: Keeper | None = None
    lots: Lots = ()
    holds: tuple[Hold, ...] = ()
    entries: int = 0
    entries_carried: int = 0
    owed: int = 0
    freeze: Freeze | None = None
    freeze_before: Freeze | None = None
    freeze_asked: FreezeAsked | None = None
    announced: tuple[Announced, ...] = ()
    expired: tuple[Expired, ...] = ()
    written_off: tuple[WrittenOff, ...] = ()
    reversed_lots: tuple[LotId, ...] = ()

    @property
    def held(self) -> int:
        """What stands in holds, in the account's unit."""
        return lots.held(self.holds)

    @property
    def posted(self) -> int:
        """The balance: free lots and holds together, less what is owed: only a reversal makes it negative.

        A due lot counts until its expiry is entered.
        """
        return lots.free(self.lots) + self.held - self.owed

    def available(self, today: date) -> int:
        """What can be held on the community's day `today`: free and not due."""
        return lots.spendable(self.lots, today)

    def is_frozen(self, direction: str, today: date) -> bool:
        """Whether nothing may go `in` or `out` on the community's day `today`."""
        freeze = self.freeze
        return freeze is not None and freeze.direction in (direction, "both") and today <= freeze.until


def account_id(owner: UUID, unit: Unit) -> AccountId:
    """The account of `owner` (a random id) in `unit`: one for each."""
    return AccountId(derived(owner, "account", unit.value))


def evolve(state: Account, event: AccountEvent) -> Account:
    """The account after `event`."""
    if isinstance(event, CarriedForward):
        return _carried(event)
    return replace(_after_entry(state, event), entries=state.entries + 1)


_Entry = (
    AccountOpened
    | Credited
    | Held
    | HoldReleased
    | HoldSpent
    | SpendReturned
    | Debited
    | LotsTakenOver
    | CreditReversed
    | LotExpired
    | FreezeProposed
    | FreezeDeclined
    | AccountFrozen
    | FreezeExtended
    | AccountUnfrozen
    | ExpiryAnnounced
)


def _after_entry(state: Account, event: _Entry) -> Account:
    match event:
        case AccountOpened():
            return replace(state, keeper=Keeper(event.owner, event.unit, event.organisation))
        case Credited():
            return _credited(state, event)
        case Held():
            holds = (*state.holds, Hold(event.hold, event.takes))
            return replace(state, lots=lots.without(state.lots, event.takes), holds=holds)
        case HoldReleased():
            return replace(_returned(state, event), holds=_other_holds(state, event.hold))
        case HoldSpent():
            return replace(state, holds=_other_holds(state, event.hold))
        case SpendReturned() | LotsTakenOver():
            return _returned(state, event)
        case Debited():
            return replace(state, lots=lots.without(state.lots, event.takes))
        case CreditReversed():
            return _reversed(state, event)
        case LotExpired():
            left = lots.without_due(state.lots, event.lot, event.on_day)
            return replace(state, lots=left, expired=debts.with_expired(state.expired, event.lot, event.amount))
        case FreezeProposed() | FreezeDeclined() | AccountFrozen() | FreezeExtended() | AccountUnfrozen():
            return _after_freezing(state, event)
        case ExpiryAnnounced():
            still = tuple(one for one in state.announced if event.on_day < one.expires_on)
            return replace(state, announced=(*still, *event.lots))
        case _:
            assert_never(event)


def _credited(state: Account, event: Credited) -> Account:
    filled = event.filled or 0
    if filled == event.amount:
        return replace(state, owed=state.owed - filled)
    is_gift = event.counter.kind == "gift"
    lot = Lot(event.lot, event.amount - filled, event.on_day, event.expires_on, is_gift=is_gift)
    return replace(state, lots=lots.with_parts(state.lots, (lot,)), owed=state.owed - filled)


def _returned(state: Account, event: HoldReleased | SpendReturned | LotsTakenOver) -> Account:
    return replace(
        state,
        lots=lots.with_parts(state.lots, event.returned),
        owed=state.owed - (event.filled or 0),
        written_off=debts.less_recovered(state.written_off, event.recovered),
    )


def _reversed(state: Account, event: CreditReversed) -> Account:
    return replace(
        state,
        lots=lots.without(state.lots, event.takes),
        owed=state.owed + event.owed,
        expired=tuple(one for one in state.expired if one.lot != event.lot),
        written_off=debts.with_written_off(state.written_off, event),
        reversed_lots=(*state.reversed_lots, event.lot),
    )


def _after_freezing(
    state: Account, event: FreezeProposed | FreezeDeclined | AccountFrozen | FreezeExtended | AccountUnfrozen
) -> Account:
    match event:
        case FreezeProposed():
            asked = FreezeAsked(event.direction, event.until, event.reason, event.proposed_by)
            return replace(state, freeze_asked=asked)
        case FreezeDeclined():
            return replace(state, freeze_asked=None)
        case AccountFrozen():
            freeze = Freeze(event.direction, event.until, event.reason, event.frozen_by)
            return replace(state, freeze=freeze, freeze_before=None, freeze_asked=None)
        case FreezeExtended():
            return replace(state, freeze=state.freeze and replace(state.freeze, until=event.until))
        case AccountUnfrozen():
            return replace(state, freeze=None, freeze_before=state.freeze)
        case _:
            assert_never(event)


def _carried(event: CarriedForward) -> Account:
    return Account(
        Keeper(event.owner, event.unit, event.organisation),
        event.lots,
        event.holds,
        event.entries,
        event.entries,
        owed=event.owed or 0,
        freeze=event.freeze,
        freeze_before=event.freeze_before,
        freeze_asked=event.freeze_asked,
        announced=event.announced,
        expired=event.expired,
        written_off=event.written_off,
        reversed_lots=event.reversed_lots,
    )


def _other_holds(state: Account, hold: HoldId) -> tuple[Hold, ...]:
    return tuple(other for other in state.holds if other.hold != hold)
