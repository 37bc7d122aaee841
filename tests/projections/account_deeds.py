"""What else happens to the village's accounts: gifts, corrections, goods that come back, freezes, notices of expiry."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from ledger.accounts import events as accounts
from ledger.accounts.account import Account, account_id
from ledger.accounts.commands import (
    AnnounceExpiry,
    CreditLot,
    DebitPoints,
    DeclineFreeze,
    ExtendFreeze,
    FreezeAccount,
    OpenAccount,
    ProposeFreeze,
    ReturnSpent,
    UnfreezeAccount,
)
from ledger.accounts.giving import gift_lot
from ledger.kernel.ids import derived
from ledger.kernel.units import Unit

if TYPE_CHECKING:
    from .village import Village

FREEZE_DIRECTIONS: tuple[accounts.FreezeDirection, ...] = ("in", "out", "both")


def deeds(village: Village) -> list[Callable[[], None]]:
    """Each can happen at any time, and does nothing where it cannot."""
    return [
        lambda: give(village),
        lambda: adjust(village),
        lambda: bring_back(village),
        lambda: freeze_and_unfreeze(village),
        lambda: announce(village),
    ]


def give(village: Village) -> None:
    giver, receiver = village.random.sample(village.members, 2)
    account, other = account_id(giver, Unit.POINTS), account_id(receiver, Unit.POINTS)
    if spendable(village, account, gift=True) < 1:
        return
    gift, place = village.id(), village.communities[0]
    counted = accounts.GiftCounted(gift, giver, receiver, Unit.POINTS, 1, village.today)
    village.log.happen(derived(giver, "giving", str(village.today.year)), counted, actor=giver)
    village.log.act(account, DebitPoints(1, accounts.Counter("gift", place), gift, village.today))
    gone = next(one.event for one in reversed(village.log.notices) if isinstance(one.event, accounts.Debited))
    _open(village, receiver)
    for take in gone.takes:
        lot = gift_lot(gift, take.lot)
        credit = CreditLot(lot, take.amount, place, gift, village.today, take.expires_on, kind="gift")
        village.log.act(other, credit)


def adjust(village: Village) -> None:
    member, adjustment, place = village.random.choice(village.members), village.id(), village.communities[1]
    account = account_id(member, Unit.POINTS)
    amount = village.random.choice([-2, 3, 4])
    kind = "opening_balance" if amount == 4 else "adjustment"
    proposal = accounts.AdjustmentProposed(
        kind, member, Unit.POINTS, place, amount, "counted-twice", village.members[0]
    )
    village.log.happen(adjustment, proposal)
    if amount < 0 and spendable(village, account) < -amount:
        village.log.happen(adjustment, accounts.AdjustmentRefused(village.members[1], "too-much"))
        return
    posted = accounts.AdjustmentPosted(account, village.today)
    village.log.happen(adjustment, accounts.AdjustmentApproved(village.members[1]), posted)
    _open(village, member)
    if amount < 0:
        counter = accounts.Counter("adjustment", place)
        village.log.act(account, DebitPoints(-amount, counter, adjustment, village.today))
        return
    counter_kind = "opening" if amount == 4 else "adjustment"
    credit = CreditLot(derived(adjustment, "lot"), amount, place, adjustment, village.today, kind=counter_kind)
    village.log.act(account, credit)


def bring_back(village: Village) -> None:
    """One of the parts that a spent hold had taken comes back, where none of it did before."""
    seen = [(one.stream, one.event) for one in village.log.notices]
    returned = {event.hold for _, event in seen if isinstance(event, accounts.SpendReturned)}
    spent = {
        event.hold: event for _, event in seen if isinstance(event, accounts.HoldSpent) and event.hold not in returned
    }
    held = [(account, event) for account, event in seen if isinstance(event, accounts.Held) and event.hold in spent]
    if not held:
        return
    account, hold = village.random.choice(held)
    place, reason = spent[hold.hold].counter.organisation, spent[hold.hold].reason
    village.log.act(account, ReturnSpent(hold.hold, hold.takes[:1], place, reason, village.today, grace_days=7))


def freeze_and_unfreeze(village: Village) -> None:
    """Nothing stays frozen, so that whatever follows can happen; a proposal may wait, and be overtaken by another."""
    if not village.log.accounts:
        return
    account = village.random.choice(sorted(village.log.accounts))
    today, direction = village.today, village.random.choice(FREEZE_DIRECTIONS)
    until, way = today + timedelta(days=5), village.random.choice(["waits", "declined", "followed", "alone"])
    act, approver = village.log.act, _approver(village, account)
    if way != "alone":
        act(account, ProposeFreeze(direction, until, "reported", village.members[0], today, 15))
    if way == "declined":
        act(account, DeclineFreeze("unfounded", approver, today))
    if way in {"followed", "alone"}:
        until = until if way == "followed" else today + timedelta(days=village.random.choice([0, 3]))
        act(account, FreezeAccount(direction, until, "under-review", approver, today, 15))
        act(account, ExtendFreeze(until + timedelta(days=2), "not-done", approver, today, 15))
        act(account, UnfreezeAccount("cleared", approver, today))


def _approver(village: Village, account: UUID) -> UUID:
    """One who did not freeze the account last: who freezes alone may not do so again."""
    before = village.log.accounts[account].freeze_before
    return village.random.choice([one for one in village.members[1:4] if before is None or one != before.frozen_by])


def announce(village: Village) -> None:
    for account in sorted(village.log.accounts):
        village.log.act(account, AnnounceExpiry(7, 0, village.today), AnnounceExpiry(30, 7, village.today))


def spendable(village: Village, account: UUID, *, gift: bool = False) -> int:
    """What could be taken from the account today; for a gift without what came back with days of grace."""
    state = village.log.accounts.get(account, Account())
    graced = sum(lot.amount for lot in state.lots if gift and lot.original_expiry)
    return 0 if state.owed else state.available(village.today) - graced


def _open(village: Village, member: UUID) -> None:
    account = account_id(member, Unit.POINTS)
    if account not in village.log.accounts:
        village.log.act(account, OpenAccount(member, Unit.POINTS, village.communities[0]))
