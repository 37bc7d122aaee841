"""The account of one owner in one unit: credited in lots, held, spent, expired. It never goes below zero.

Points are spent only through a hold, and a hold takes its lots at once, so that nothing is promised twice and expiry
never deducts what was already set aside. The books balance because every entry names its counter-account.
"""

from datetime import date
from typing import assert_never
from uuid import UUID

from msgspec import Struct

from ledger.accounts import lots
from ledger.accounts.commands import (
    AccountCommand,
    CarryAccountForward,
    CreditLot,
    ExpireDueLot,
    HoldPoints,
    OpenAccount,
    ReleaseHold,
    SpendHold,
)
from ledger.accounts.events import (
    AccountEvent,
    AccountOpened,
    CarriedForward,
    Counter,
    Credited,
    Held,
    Hold,
    HoldReleased,
    HoldSpent,
    Lot,
    LotExpired,
)
from ledger.accounts.lots import Lots
from ledger.accounts.refusals import (
    AccountAlreadyOpen,
    AccountNotOpen,
    AmountOutOfBounds,
    HoldAlreadyOpen,
    HoldUnknown,
    InsufficientPoints,
    LotAlreadyCredited,
    LotAlreadyDue,
)
from ledger.kernel.decider import Decider, fold
from ledger.kernel.ids import AccountId, HoldId, LotId, OrganisationId, derived
from ledger.kernel.units import AMOUNT_MAX, Unit

CARRY_AFTER_ENTRIES = 500
"""An account carries itself forward after so many entries: a fold then reads at most these and one event more."""


class Keeper(Struct, frozen=True):
    """Whose account it is, in what unit, and the community that keeps it."""

    owner: UUID
    unit: Unit
    organisation: OrganisationId


class Account(Struct, frozen=True):
    """An account. keeper: None until opened. lots: in the order of spending. holds: the open ones.

    entries: events so far but for carrying forward; entries_carried: of these, how many the newest `CarriedForward`
    already contains.
    """

    keeper: Keeper | None = None
    lots: Lots = ()
    holds: tuple[Hold, ...] = ()
    entries: int = 0
    entries_carried: int = 0

    @property
    def held(self) -> int:
        """What stands in holds, in the account's unit."""
        return lots.held(self.holds)

    @property
    def posted(self) -> int:
        """The balance: free lots and holds together. A due lot counts until its expiry is entered."""
        return lots.free(self.lots) + self.held

    def available(self, today: date) -> int:
        """What can be held on the community's day `today`: free and not due."""
        return lots.spendable(self.lots, today)


def account_id(owner: UUID, unit: Unit) -> AccountId:
    """The account of `owner` (a random id) in `unit`: one for each."""
    return AccountId(derived(owner, "account", unit.value))


def decide(state: Account, command: AccountCommand) -> tuple[AccountEvent, ...]:
    """What happens in the account. Days are the community's, amounts whole and positive.

    Refuses with account-already-open or account-not-open first, then amount-out-of-bounds, then what is wrong with the
    named hold or lot (hold-already-open, hold-unknown, lot-already-credited, lot-already-due), insufficient-points
    last. An account never opened has 0 available. Expiring a lot that is gone or not due does nothing.
    The entry that is the `CARRY_AFTER_ENTRIES`-th since the last carrying forward is followed by one.
    """
    match command:
        case OpenAccount():
            return _open(state, command)
        case CarryAccountForward():
            return _carry(state, command)
        case CreditLot():
            entries = _credit(state, command)
        case HoldPoints():
            entries = _hold(state, command)
        case ReleaseHold():
            entries = _release(state, command)
        case SpendHold():
            entries = _spend(state, command)
        case ExpireDueLot():
            entries = _expire(state, command)
        case _:
            assert_never(command)
    return _carried_if_long(state, entries, command.on_day)


def evolve(state: Account, event: AccountEvent) -> Account:
    """The account after `event`."""
    match event:
        case AccountOpened():
            return _after(state, keeper=Keeper(event.owner, event.unit, event.organisation))
        case Credited():
            lot = Lot(event.lot, event.amount, event.on_day, event.expires_on)
            return _after(state, free=lots.with_parts(state.lots, (lot,)))
        case Held():
            holds = (*state.holds, Hold(event.hold, event.takes))
            return _after(state, free=lots.without(state.lots, event.takes), holds=holds)
        case HoldReleased():
            free = lots.with_parts(state.lots, event.returned)
            return _after(state, free=free, holds=_other_holds(state, event.hold))
        case HoldSpent():
            return _after(state, holds=_other_holds(state, event.hold))
        case LotExpired():
            return _after(state, free=lots.without_due(state.lots, event.lot, event.on_day))
        case CarriedForward():
            keeper = Keeper(event.owner, event.unit, event.organisation)
            return Account(keeper, event.lots, event.holds, event.entries, event.entries)
        case _:
            assert_never(event)


ACCOUNT: Decider[Account, AccountCommand, AccountEvent] = Decider(
    name="account",
    initial=Account(),
    decide=decide,
    evolve=evolve,
    events=(AccountOpened, Credited, Held, HoldReleased, HoldSpent, LotExpired, CarriedForward),
    restarts=(CarriedForward,),
)


def _after(
    state: Account,
    *,
    keeper: Keeper | None = None,
    free: Lots | None = None,
    holds: tuple[Hold, ...] | None = None,
) -> Account:
    return Account(
        keeper or state.keeper,
        state.lots if free is None else free,
        state.holds if holds is None else holds,
        state.entries + 1,
        state.entries_carried,
    )


def _open(state: Account, command: OpenAccount) -> tuple[AccountEvent, ...]:
    if state.keeper:
        raise AccountAlreadyOpen
    return (AccountOpened(command.owner, command.unit, command.organisation),)


def _credit(state: Account, command: CreditLot) -> tuple[AccountEvent, ...]:
    _opened(state)
    _in_bounds(command.amount, AMOUNT_MAX - state.posted)
    if _has_lot(state, command.lot):
        raise LotAlreadyCredited(command.lot)
    if command.expires_on and command.expires_on <= command.on_day:
        raise LotAlreadyDue(command.on_day, command.expires_on)
    counter = Counter("issuance", command.issuer)
    return (Credited(command.lot, command.amount, counter, command.reason, command.on_day, command.expires_on),)


def _hold(state: Account, command: HoldPoints) -> tuple[AccountEvent, ...]:
    _in_bounds(command.amount, AMOUNT_MAX)
    if any(hold.hold == command.hold for hold in state.holds):
        raise HoldAlreadyOpen(command.hold)
    takes = lots.choose(state.lots, command.amount, command.on_day)
    if (available := lots.total(takes)) < command.amount:
        raise InsufficientPoints(command.amount, available)
    return (Held(command.hold, takes, command.reason, command.on_day),)


def _release(state: Account, command: ReleaseHold) -> tuple[AccountEvent, ...]:
    returned = lots.returning(_open_hold(state, command.hold).takes, command.on_day)
    return (HoldReleased(command.hold, returned, command.reason, command.on_day),)


def _spend(state: Account, command: SpendHold) -> tuple[AccountEvent, ...]:
    amount = lots.total(_open_hold(state, command.hold).takes)
    counter = Counter("redeemed", command.organisation)
    return (HoldSpent(command.hold, amount, counter, command.reason, command.on_day),)


def _expire(state: Account, command: ExpireDueLot) -> tuple[AccountEvent, ...]:
    due = lots.due_parts(state.lots, command.lot, command.on_day)
    if not due:
        return ()
    counter = Counter("expired", _opened(state).organisation)
    return (LotExpired(command.lot, lots.free(due), counter, command.on_day),)


def _carry(state: Account, command: CarryAccountForward) -> tuple[AccountEvent, ...]:
    _opened(state)
    return (_carried(state, command.on_day),) if state.entries > state.entries_carried else ()


def _carried_if_long(state: Account, entries: tuple[AccountEvent, ...], on_day: date) -> tuple[AccountEvent, ...]:
    if not entries or state.entries + len(entries) - state.entries_carried < CARRY_AFTER_ENTRIES:
        return entries
    return *entries, _carried(fold(ACCOUNT, entries, state), on_day)


def _carried(state: Account, on_day: date) -> CarriedForward:
    keeper = _opened(state)
    return CarriedForward(
        keeper.owner, keeper.unit, keeper.organisation, state.lots, state.holds, state.entries, on_day
    )


def _opened(state: Account) -> Keeper:
    if state.keeper is None:
        raise AccountNotOpen
    return state.keeper


def _in_bounds(amount: int, largest: int) -> None:
    if not 0 < amount <= largest:
        raise AmountOutOfBounds(amount, 1, largest)


def _has_lot(state: Account, lot: LotId) -> bool:
    held = (take for hold in state.holds for take in hold.takes)
    return any(part.lot == lot for part in state.lots) or any(take.lot == lot for take in held)


def _open_hold(state: Account, hold: HoldId) -> Hold:
    for candidate in state.holds:
        if candidate.hold == hold:
            return candidate
    raise HoldUnknown(hold)


def _other_holds(state: Account, hold: HoldId) -> tuple[Hold, ...]:
    return tuple(other for other in state.holds if other.hold != hold)
