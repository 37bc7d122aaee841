"""The account of one owner in one unit: credited in lots, held, spent, expired. Only a reversal takes it below zero.

Points are spent only through a hold, and a hold takes its lots at once, so that nothing is promised twice and expiry
never deducts what was already set aside. The books balance because every entry names its counter-account.
"""

from datetime import date
from typing import assert_never

from ledger.accounts import entries, freezes
from ledger.accounts.account_state import Account, Keeper, account_id, evolve
from ledger.accounts.commands import (
    AccountCommand,
    AnnounceExpiry,
    CarryAccountForward,
    CreditLot,
    DebitPoints,
    DeclineFreeze,
    ExpireDueLot,
    ExtendFreeze,
    FreezeAccount,
    HoldPoints,
    OpenAccount,
    ProposeFreeze,
    ReleaseHold,
    ReturnSpent,
    ReverseCredit,
    SpendHold,
    TakeOutLots,
    TakeOverLots,
    UnfreezeAccount,
)
from ledger.accounts.events import (
    AccountEvent,
    AccountFrozen,
    AccountOpened,
    AccountUnfrozen,
    CarriedForward,
    Credited,
    CreditReversed,
    Debited,
    ExpiryAnnounced,
    FreezeDeclined,
    FreezeExtended,
    FreezeProposed,
    Held,
    HoldReleased,
    HoldSpent,
    LotExpired,
    LotsTakenOver,
    SpendReturned,
)
from ledger.accounts.refusals import AccountAlreadyOpen
from ledger.kernel.decider import Decider, fold

__all__ = ["ACCOUNT", "CARRY_AFTER_ENTRIES", "Account", "Keeper", "account_id", "decide", "evolve"]

CARRY_AFTER_ENTRIES = 500
"""An account carries itself forward after so many entries: a fold then reads at most these and one event more."""


def decide(state: Account, command: AccountCommand) -> tuple[AccountEvent, ...]:
    """What happens in the account. Days are the community's, amounts whole and positive.

    Refuses with account-already-open or account-not-open first, then amount-out-of-bounds, then what is wrong with the
    named hold or lot (hold-already-open, hold-unknown, lot-already-credited, lot-already-due, credit-already-reversed),
    then account-frozen, then points-owed, insufficient-points last. Freezing refuses with account-already-frozen or
    account-not-frozen, then freeze-out-of-bounds. An account never opened has 0 available. Expiring a lot that is gone
    or not due and announcing what was announced do nothing.
    The entry that is the `CARRY_AFTER_ENTRIES`-th since the last carrying forward is followed by one.
    """
    match command:
        case OpenAccount():
            return _open(state, command)
        case CarryAccountForward():
            return _carry(state, command)
        case ProposeFreeze() | DeclineFreeze() | FreezeAccount() | ExtendFreeze() | UnfreezeAccount():
            new = _about_freezing(state, command)
        case _:
            new = _moving(state, command)
    return _carried_if_long(state, new, command.on_day)


ACCOUNT: Decider[Account, AccountCommand, AccountEvent] = Decider(
    name="account",
    initial=Account(),
    decide=decide,
    evolve=evolve,
    events=(
        AccountOpened,
        Credited,
        Held,
        HoldReleased,
        HoldSpent,
        SpendReturned,
        Debited,
        LotsTakenOver,
        CreditReversed,
        LotExpired,
        FreezeProposed,
        FreezeDeclined,
        AccountFrozen,
        FreezeExtended,
        AccountUnfrozen,
        ExpiryAnnounced,
        CarriedForward,
    ),
    restarts=(CarriedForward,),
)

_Moving = (
    CreditLot
    | HoldPoints
    | ReleaseHold
    | SpendHold
    | ReturnSpent
    | DebitPoints
    | TakeOutLots
    | TakeOverLots
    | ReverseCredit
    | ExpireDueLot
    | AnnounceExpiry
)


def _moving(state: Account, command: _Moving) -> tuple[AccountEvent, ...]:
    match command:
        case CreditLot():
            return entries.credit(state, command)
        case HoldPoints():
            return entries.hold(state, command)
        case ReleaseHold():
            return entries.release(state, command)
        case SpendHold():
            return entries.spend(state, command)
        case ReturnSpent():
            return entries.return_spent(state, command)
        case DebitPoints():
            return entries.debit(state, command)
        case TakeOutLots():
            return entries.take_out(state, command)
        case TakeOverLots():
            return entries.take_over(state, command)
        case ReverseCredit():
            return entries.reverse(state, command)
        case ExpireDueLot():
            return entries.expire(state, command)
        case AnnounceExpiry():
            return entries.announce(state, command)
        case _:
            assert_never(command)


def _about_freezing(
    state: Account, command: ProposeFreeze | DeclineFreeze | FreezeAccount | ExtendFreeze | UnfreezeAccount
) -> tuple[AccountEvent, ...]:
    match command:
        case ProposeFreeze():
            return freezes.propose(state, command)
        case DeclineFreeze():
            return freezes.decline(state, command)
        case FreezeAccount():
            return freezes.freeze(state, command)
        case ExtendFreeze():
            return freezes.extend(state, command)
        case UnfreezeAccount():
            return freezes.unfreeze(state, command)
        case _:
            assert_never(command)


def _open(state: Account, command: OpenAccount) -> tuple[AccountEvent, ...]:
    if state.keeper:
        raise AccountAlreadyOpen
    return (AccountOpened(command.owner, command.unit, command.organisation),)


def _carry(state: Account, command: CarryAccountForward) -> tuple[AccountEvent, ...]:
    entries.opened(state)
    return (_carried(state, command.on_day),) if state.entries > state.entries_carried else ()


def _carried_if_long(state: Account, new: tuple[AccountEvent, ...], on_day: date) -> tuple[AccountEvent, ...]:
    if not new or state.entries + len(new) - state.entries_carried < CARRY_AFTER_ENTRIES:
        return new
    return *new, _carried(fold(ACCOUNT, new, state), on_day)


def _carried(state: Account, on_day: date) -> CarriedForward:
    keeper = entries.opened(state)
    return CarriedForward(
        keeper.owner,
        keeper.unit,
        keeper.organisation,
        state.lots,
        state.holds,
        state.entries,
        on_day,
        owed=state.owed or None,
        freeze=state.freeze,
        freeze_before=state.freeze_before,
        freeze_asked=state.freeze_asked,
        announced=state.announced,
        expired=state.expired,
        written_off=state.written_off,
        reversed_lots=state.reversed_lots,
    )
