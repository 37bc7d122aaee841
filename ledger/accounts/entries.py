"""How each entry of an account is decided: what moves, from which lots, and which counter-account stands against it."""

from datetime import timedelta

from ledger.accounts import debts, lots
from ledger.accounts.account_state import Account, Keeper
from ledger.accounts.commands import (
    AnnounceExpiry,
    CreditLot,
    DebitPoints,
    ExpireDueLot,
    HoldPoints,
    ReleaseHold,
    ReturnSpent,
    ReverseCredit,
    SpendHold,
    TakeOutLots,
    TakeOverLots,
)
from ledger.accounts.events import (
    AccountEvent,
    Announced,
    Counter,
    Credited,
    CreditReversed,
    Debited,
    ExpiryAnnounced,
    Held,
    Hold,
    HoldReleased,
    HoldSpent,
    LotExpired,
    LotsTakenOver,
    SpendReturned,
    Take,
)
from ledger.accounts.lots import Lots
from ledger.accounts.refusals import (
    AccountFrozenNow,
    AccountNotOpen,
    AmountOutOfBounds,
    CreditAlreadyReversed,
    HoldAlreadyOpen,
    HoldUnknown,
    InsufficientPoints,
    LotAlreadyCredited,
    LotAlreadyDue,
    PointsOwed,
)
from ledger.kernel.ids import HoldId, LotId
from ledger.kernel.units import AMOUNT_MAX

Events = tuple[AccountEvent, ...]


def credit(state: Account, command: CreditLot) -> Events:
    """A new lot; what is owed is paid from it first."""
    opened(state)
    _in_bounds(command.amount, 1, min(AMOUNT_MAX, AMOUNT_MAX - state.posted))
    if _has_lot(state, command.lot):
        raise LotAlreadyCredited(command.lot)
    if command.expires_on and command.expires_on <= command.on_day:
        raise LotAlreadyDue(command.on_day, command.expires_on)
    _not_frozen(state, "in", command)
    filled = min(command.amount, state.owed) or None
    counter = Counter(command.kind, command.issuer)
    return (Credited(command.lot, command.amount, counter, command.reason, command.on_day, command.expires_on, filled),)


def hold(state: Account, command: HoldPoints) -> Events:
    """Parts of lots set aside, those spent first in front."""
    _in_bounds(command.amount, 1, AMOUNT_MAX)
    if any(hold.hold == command.hold for hold in state.holds):
        raise HoldAlreadyOpen(command.hold)
    _may_leave(state, command)
    return (Held(command.hold, _chosen(state.lots, command), command.reason, command.on_day),)


def release(state: Account, command: ReleaseHold) -> Events:
    """The hold's parts come back to their lots."""
    takes = lots.returning(_open_hold(state, command.hold).takes, command.on_day, command.grace_days)
    back = debts.coming_back(takes, state.owed, state.written_off, command.on_day)
    return (
        HoldReleased(
            command.hold, back.returned, command.reason, command.on_day, filled=back.filled, recovered=back.recovered
        ),
    )


def spend(state: Account, command: SpendHold) -> Events:
    """The whole hold is used up."""
    amount = lots.total(_open_hold(state, command.hold).takes)
    counter = Counter("redeemed", command.organisation)
    return (HoldSpent(command.hold, amount, counter, command.reason, command.on_day),)


def return_spent(state: Account, command: ReturnSpent) -> Events:
    """Parts of what a hold had spent come back, as from a hold that is released."""
    opened(state)
    _in_bounds(lots.total(command.takes), 1, min(AMOUNT_MAX, AMOUNT_MAX - state.posted))
    takes = lots.returning(command.takes, command.on_day, command.grace_days)
    back = debts.coming_back(takes, state.owed, state.written_off, command.on_day)
    counter = Counter("redeemed", command.organisation)
    return (
        SpendReturned(
            command.hold,
            back.returned,
            counter,
            command.reason,
            command.on_day,
            filled=back.filled,
            recovered=back.recovered,
        ),
    )


def debit(state: Account, command: DebitPoints) -> Events:
    """Free lots leave. What a member gives away is bound by freeze and debt; a correction by staff is not."""
    _in_bounds(command.amount, 1, AMOUNT_MAX)
    free = state.lots
    if command.counter.kind in ("gift", "donated"):
        _may_leave(state, command)
        free = lots.to_give(free, state.keeper.unit) if state.keeper else ()
    return (Debited(_chosen(free, command), command.amount, command.counter, command.reason, command.on_day),)


def take_out(state: Account, command: TakeOutLots) -> Events:
    """Free parts leave as they are; unlike a gift, all of them may."""
    if state.keeper is None:
        return ()
    _may_leave(state, command)
    takes = lots.all_of(state.lots) if command.parts is None else lots.parts_of(state.lots, command.parts)
    return (Debited(takes, lots.total(takes), command.counter, command.reason, command.on_day),) if takes else ()


def take_over(state: Account, command: TakeOverLots) -> Events:
    """Parts come in as they left; written-off credits and debts of the account take their share first."""
    opened(state)
    _in_bounds(lots.total(command.takes), 1, min(AMOUNT_MAX, AMOUNT_MAX - state.posted))
    _not_frozen(state, "in", command)
    came = debts.coming_back(command.takes, state.owed, state.written_off, command.on_day)
    return (
        LotsTakenOver(
            came.returned,
            command.counter,
            command.reason,
            command.on_day,
            filled=came.filled,
            recovered=came.recovered,
        ),
    )


def reverse(state: Account, command: ReverseCredit) -> Events:
    """The credit is taken back: all that is free of its lot, due or not, then as `debts.payment` says.

    What of the lot stands in an open hold counts as spent, and the hold stands: what it took was promised.
    """
    opened(state)
    own = tuple(part for part in state.lots if part.lot == command.lot)
    expired = debts.expired_of(state.expired, command.lot)
    _in_bounds(command.amount, max(1, lots.free(own) + expired), AMOUNT_MAX)
    if command.lot in state.reversed_lots:
        raise CreditAlreadyReversed(command.lot)
    others = tuple(part for part in state.lots if part.lot != command.lot)
    paid = debts.payment(command.amount - lots.free(own) - expired, others, command, state.owed)
    return (
        CreditReversed(
            command.lot,
            (*lots.all_of(own), *paid.takes),
            paid.owed,
            paid.written_off,
            Counter("issuance", command.issuer),
            command.reason,
            command.on_day,
            expired=expired or None,
        ),
    )


def expire(state: Account, command: ExpireDueLot) -> Events:
    """What is free of the lot and due is worth nothing any more."""
    due = lots.due_parts(state.lots, command.lot, command.on_day)
    if not due:
        return ()
    counter = Counter("expired", opened(state).organisation)
    return (LotExpired(command.lot, lots.free(due), counter, command.on_day),)


def announce(state: Account, command: AnnounceExpiry) -> Events:
    """What falls due soon and was not yet told in this notice."""
    told = {(one.lot, one.expires_on, one.days_before) for one in state.announced}
    first = command.on_day + timedelta(days=command.next_notice)
    last = command.on_day + timedelta(days=command.days_before)
    news = tuple(
        Announced(lot.lot, lot.amount, lot.expires_on, command.days_before)
        for lot in state.lots
        if lot.expires_on is not None
        and first < lot.expires_on <= last
        and (lot.lot, lot.expires_on, command.days_before) not in told
    )
    return (ExpiryAnnounced(news, command.days_before, command.on_day),) if news else ()


def opened(state: Account) -> Keeper:
    """Who keeps the account. Refuses with account-not-open."""
    if state.keeper is None:
        raise AccountNotOpen
    return state.keeper


def _chosen(free: Lots, command: HoldPoints | DebitPoints) -> tuple[Take, ...]:
    takes = lots.choose(free, command.amount, command.on_day)
    if (available := lots.total(takes)) < command.amount:
        raise InsufficientPoints(command.amount, available)
    return takes


def _may_leave(state: Account, command: HoldPoints | DebitPoints | TakeOutLots) -> None:
    _not_frozen(state, "out", command)
    if state.owed:
        raise PointsOwed(state.owed)


_BoundByFreeze = CreditLot | HoldPoints | DebitPoints | TakeOutLots | TakeOverLots


def _not_frozen(state: Account, direction: str, command: _BoundByFreeze) -> None:
    if state.freeze is not None and state.is_frozen(direction, command.on_day):
        raise AccountFrozenNow(state.freeze.direction, state.freeze.until)


def _in_bounds(amount: int, smallest: int, largest: int) -> None:
    if not smallest <= amount <= largest:
        raise AmountOutOfBounds(amount, smallest, largest)


def _has_lot(state: Account, lot: LotId) -> bool:
    held = (take for hold in state.holds for take in hold.takes)
    return any(part.lot == lot for part in state.lots) or any(take.lot == lot for take in held)


def _open_hold(state: Account, hold: HoldId) -> Hold:
    for candidate in state.holds:
        if candidate.hold == hold:
            return candidate
    raise HoldUnknown(hold)
