"""Laws of an account under any sequence of commands: conservation, debts within bounds, replay equals live."""

from collections import Counter as Tally
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ledger.accounts.account import ACCOUNT, Account
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
    UnfreezeAccount,
)
from ledger.accounts.events import (
    AccountEvent,
    Announced,
    CarriedForward,
    Counter,
    Credited,
    CreditReversed,
    Debited,
    ExpiryAnnounced,
    FreezeDirection,
    HoldReleased,
    HoldSpent,
    LotExpired,
    SpendReturned,
    Take,
)
from ledger.accounts.freezes import ALONE_DAYS_MAX
from ledger.accounts.lots import is_due
from ledger.kernel.decider import fold
from ledger.kernel.ids import HoldId, LotId, MemberId, OrganisationId
from ledger.kernel.refusal import Refusal
from ledger.kernel.units import Unit

OWNER = UUID(int=1)
COMMUNITY = OrganisationId(UUID(int=2))
APPROVER, OTHER, CLERK = (MemberId(UUID(int=number)) for number in (3, 4, 5))
START = date(2025, 1, 1)
GRACE_DAYS = 7
DEBT_MAX = 9
DAYS_MAX = 15
amounts = st.integers(-1, 12)
numbers = st.integers(0, 5)
directions = st.sampled_from(["in", "out", "both"])
approvers = st.sampled_from([APPROVER, OTHER])


class AnAccount(RuleBasedStateMachine):
    """One account and a model that knows only sums: what is held, what is owed, where the rest went."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[AccountEvent] = []
        self.account = Account()
        self.today = START
        self.credited: dict[LotId, int] = {}
        self.reversed: set[LotId] = set()
        self.held: dict[HoldId, int] = {}
        self.spent: list[Take] = []
        self.told: set[tuple[LotId, date, int]] = set()
        self.counters: Tally[str] = Tally()
        self.proposed: tuple[FreezeDirection, date] | None = None
        self.frozen_by: MemberId | None = None

    @initialize()
    def open(self) -> None:
        self.send(OpenAccount(OWNER, Unit.CARE_MINUTES, COMMUNITY))

    def send(self, command: AccountCommand) -> tuple[AccountEvent, ...] | None:
        """The events, or None when refused; then nothing has changed."""
        before = self.account
        try:
            events = ACCOUNT.decide(self.account, command)
        except Refusal:
            assert self.account == before
            return None
        self.account = fold(ACCOUNT, events, self.account)
        self.events += events
        for event in events:
            self.count(event)
        return events

    def count(self, event: AccountEvent) -> None:
        """Enter the other sides of the books."""
        match event:
            case Credited():
                self.counters[event.counter.kind] -= event.amount
            case HoldSpent() | LotExpired() | Debited():
                self.counters[event.counter.kind] += event.amount
            case CreditReversed():
                paid = sum(take.amount for take in event.takes) + event.owed
                assert paid + event.written_off + (event.expired or 0) == self.credited[event.lot]
                self.counters[event.counter.kind] += paid + event.written_off
                self.counters["written_off"] -= event.written_off
            case SpendReturned():
                recovered = sum(one.amount for one in event.recovered)
                back = sum(take.amount for take in event.returned) + (event.filled or 0) + recovered
                self.counters[event.counter.kind] -= back
                self.counters["written_off"] += recovered
            case HoldReleased():
                self.counters["written_off"] += sum(one.amount for one in event.recovered)
            case _:
                pass

    def is_frozen(self, direction: str) -> bool:
        freeze = self.account.freeze
        return freeze is not None and self.today <= freeze.until and freeze.direction in (direction, "both")

    @rule(amount=amounts, lives=st.none() | st.integers(0, 20), is_gift=st.booleans())
    def credit(self, amount: int, lives: int | None, is_gift: bool) -> None:
        expires_on = None if lives is None else self.today + timedelta(days=lives)
        lot, owed, posted = LotId(UUID(int=100 + len(self.credited))), self.account.owed, self.account.posted
        kind = "gift" if is_gift else "issuance"
        accepted = self.send(CreditLot(lot, amount, COMMUNITY, OWNER, self.today, expires_on, kind))
        assert (accepted is not None) == (amount > 0 and lives != 0 and not self.is_frozen("in"))
        if accepted:
            self.credited[lot] = amount
            assert self.account.owed == max(0, owed - amount)
            assert self.account.posted == posted + amount

    @rule(number=numbers, amount=amounts)
    def hold(self, number: int, amount: int) -> None:
        hold = HoldId(UUID(int=1000 + number))
        can = 0 if self.is_frozen("out") or self.account.owed else self.account.available(self.today)
        accepted = self.send(HoldPoints(hold, amount, OWNER, self.today))
        assert (accepted is not None) == (hold not in self.held and 0 < amount <= can)
        if accepted:
            self.held[hold] = amount

    @rule(number=numbers)
    def release(self, number: int) -> None:
        hold = HoldId(UUID(int=1000 + number))
        before, amount = self.account, self.held.pop(hold, None)
        taken = [take for one in before.holds if one.hold == hold for take in one.takes]
        accepted = self.send(ReleaseHold(hold, OWNER, self.today, GRACE_DAYS))
        assert (accepted is not None) == (amount is not None)
        self.check_return(before, taken)

    @rule(number=numbers)
    def spend(self, number: int) -> None:
        hold = HoldId(UUID(int=1000 + number))
        before, amount = self.account, self.held.pop(hold, None)
        accepted = self.send(SpendHold(hold, COMMUNITY, OWNER, self.today))
        assert (accepted is not None) == (amount is not None)
        assert self.account.posted == before.posted - (amount or 0)
        self.spent += [take for one in before.holds if one.hold == hold for take in one.takes]

    @rule(number=numbers, amount=st.integers(1, 12))
    def use_up(self, number: int, amount: int) -> None:
        """Most of what comes in is spent, so that reversals find little left."""
        self.hold(number, amount)
        self.spend(number)

    @precondition(lambda self: self.spent)
    @rule(data=st.data())
    def return_spent(self, data: st.DataObject) -> None:
        take = self.spent.pop(data.draw(st.integers(0, len(self.spent) - 1)))
        before = self.account
        assert self.send(ReturnSpent(HoldId(OWNER), (take,), COMMUNITY, OWNER, self.today, GRACE_DAYS))
        self.check_return(before, [take])

    def check_return(self, before: Account, takes: list[Take]) -> None:
        """What comes back is free, unless it was written off, pays a debt or has had its days of grace."""
        lost = sum(take.amount for take in takes if take.original_expiry and is_due(take, self.today))
        back = sum(take.amount for take in takes)
        written_off = {one.lot: one.amount for one in before.written_off}
        recovered = sum(written_off.values()) - sum(one.amount for one in self.account.written_off)
        filled = before.owed - self.account.owed
        more = self.account.available(self.today) - before.available(self.today)
        assert more <= back - recovered - filled <= more + lost
        assert filled == 0 or more == 0 or self.account.owed == 0
        for lot, missing in written_off.items():
            left = sum(one.amount for one in self.account.written_off if one.lot == lot)
            assert left == max(0, missing - sum(take.amount for take in takes if take.lot == lot))

    @rule(amount=amounts, kind=st.sampled_from(["adjustment", "gift"]))
    def debit(self, amount: int, kind: str) -> None:
        before = self.account
        can = before.available(self.today)
        if kind == "gift":
            own = [lot for lot in before.lots if not lot.is_gift and lot.original_expiry is None]
            can = sum(lot.amount for lot in own if not is_due(lot, self.today))
            can = 0 if self.is_frozen("out") or before.owed else can
        accepted = self.send(DebitPoints(amount, Counter(kind, COMMUNITY), OWNER, self.today))
        assert (accepted is not None) == (0 < amount <= can)
        assert self.account.posted == before.posted - (amount if accepted else 0)

    @precondition(lambda self: self.credited)
    @rule(data=st.data(), spent=st.sampled_from(["other_lots", "owe", "write_off"]))
    def reverse(self, data: st.DataObject, spent: str) -> None:
        lot = data.draw(st.sampled_from(sorted(self.credited)))
        before, held = self.account, self.account.held
        command = ReverseCredit(lot, self.credited[lot], COMMUNITY, spent, DEBT_MAX, OWNER, self.today)
        accepted = self.send(command)
        assert (accepted is not None) == (lot not in self.reversed)
        if not accepted:
            return
        self.reversed.add(lot)
        event = next(one for one in accepted if isinstance(one, CreditReversed))
        own = sum(take.amount for take in event.takes if take.lot == lot)
        assert own == sum(part.amount for part in before.lots if part.lot == lot)
        assert self.account.held == held
        if spent == "write_off":
            assert (event.owed, sum(take.amount for take in event.takes)) == (0, own)
        if spent == "owe" and event.written_off:
            assert self.account.owed >= DEBT_MAX
        if spent == "other_lots":
            assert event.owed == 0
        if spent != "write_off" and event.owed + event.written_off:
            assert self.account.available(self.today) == 0

    @rule(direction=directions, days=st.integers(-1, DAYS_MAX + 1))
    def propose_freeze(self, direction: FreezeDirection, days: int) -> None:
        until, was_frozen = self.today + timedelta(days=days), self.is_frozen("in") or self.is_frozen("out")
        accepted = self.send(ProposeFreeze(direction, until, "asked", CLERK, self.today, DAYS_MAX))
        assert (accepted is not None) == (not was_frozen and 0 <= days <= DAYS_MAX)
        if accepted:
            self.proposed = direction, until

    @rule()
    def decline_freeze(self) -> None:
        waits = self.proposed is not None and self.today <= self.proposed[1]
        assert (self.send(DeclineFreeze("unfounded", APPROVER, self.today)) is not None) == waits
        if waits:
            self.proposed = None

    @rule(by=approvers, direction=directions, days=st.integers(-1, ALONE_DAYS_MAX + 1))
    def freeze(self, by: MemberId, direction: FreezeDirection, days: int) -> None:
        """Mostly on nobody's proposal: a few days, and never twice in a row by the same person."""
        until, was_frozen = self.today + timedelta(days=days), self.is_frozen("in") or self.is_frozen("out")
        follows = self.follows(direction, until)
        accepted = self.send(FreezeAccount(direction, until, "asked", by, self.today, DAYS_MAX))
        may = follows or (by != self.frozen_by and days <= ALONE_DAYS_MAX)
        assert (accepted is not None) == (not was_frozen and days >= 0 and may)
        if accepted:
            self.frozen_by, self.proposed = by, None

    @precondition(lambda self: self.proposed)
    @rule(by=approvers, days_less=st.integers(-1, DAYS_MAX + 1))
    def freeze_as_proposed(self, by: MemberId, days_less: int) -> None:
        assert self.proposed
        direction, until = self.proposed
        self.freeze(by, direction, (until - self.today).days - days_less)

    @precondition(lambda self: self.proposed)
    @rule()
    def nobody_follows_their_own_proposal(self) -> None:
        assert self.proposed
        direction, until = self.proposed
        if self.today <= until:
            assert self.send(FreezeAccount(direction, until, "asked", CLERK, self.today, DAYS_MAX)) is None

    def follows(self, direction: FreezeDirection, until: date) -> bool:
        """Whether such a freeze is what was proposed and waits today, or shorter."""
        if self.proposed is None or self.today > self.proposed[1]:
            return False
        return direction == self.proposed[0] and until <= self.proposed[1]

    @precondition(lambda self: self.account.freeze)
    @rule(days=st.integers(-1, DAYS_MAX + 1))
    def extend(self, days: int) -> None:
        freeze = self.account.freeze
        assert freeze
        until = freeze.until + timedelta(days=days)
        accepted = self.send(ExtendFreeze(until, "asked", APPROVER, self.today, DAYS_MAX))
        assert (accepted is not None) == (self.today <= freeze.until and 0 < days <= DAYS_MAX)

    @rule()
    def unfreeze(self) -> None:
        is_frozen = self.is_frozen("in") or self.is_frozen("out")
        assert (self.send(UnfreezeAccount("cleared", APPROVER, self.today)) is not None) == is_frozen

    @rule()
    def expire(self) -> None:
        held, available = self.account.held, self.account.available(self.today)
        for lot in self.credited:
            self.send(ExpireDueLot(lot, self.today))
            assert self.send(ExpireDueLot(lot, self.today)) == ()
        assert (self.account.held, self.account.available(self.today)) == (held, available)

    @rule(notice=st.sampled_from([(7, 3), (3, 0)]))
    def announce(self, notice: tuple[int, int]) -> None:
        days, nearer = notice
        before, events = self.account, self.send(AnnounceExpiry(days, nearer, self.today))
        news = [one for event in events or () if isinstance(event, ExpiryAnnounced) for one in event.lots]
        assert all(nearer < (one.expires_on - self.today).days <= days for one in news)
        assert not self.told & {self.key(one) for one in news}
        self.told |= {self.key(one) for one in news}
        assert (self.account.lots, self.account.posted) == (before.lots, before.posted)
        assert self.send(AnnounceExpiry(days, nearer, self.today)) == ()

    @staticmethod
    def key(one: Announced) -> tuple[LotId, date, int]:
        return one.lot, one.expires_on, one.days_before

    @rule()
    def carry_forward(self) -> None:
        self.send(CarryAccountForward(self.today))

    @rule(days=st.integers(1, 10))
    def sleep(self, days: int) -> None:
        self.today += timedelta(days=days)

    @invariant()
    def points_are_conserved(self) -> None:
        assert self.account.posted + sum(self.counters.values()) == 0

    @invariant()
    def what_is_written_off_is_what_the_books_say(self) -> None:
        assert sum(one.amount for one in self.account.written_off) == -self.counters["written_off"]

    @invariant()
    def nothing_is_below_zero(self) -> None:
        parts = [*self.account.lots, *(take for hold in self.account.holds for take in hold.takes)]
        assert all(part.amount > 0 for part in [*parts, *self.account.expired, *self.account.written_off])

    @invariant()
    def debts_stay_within_their_bound_and_leave_nothing_to_spend(self) -> None:
        assert 0 <= self.account.owed <= DEBT_MAX
        assert not self.account.owed or self.account.available(self.today) == 0
        assert self.account.posted >= -self.account.owed

    @invariant()
    def nothing_outlives_its_lot_by_more_than_grace_after_one_hold(self) -> None:
        for part in self.account.lots:
            if part.original_expiry is not None:
                assert part.expires_on is not None
                assert part.original_expiry < part.expires_on <= self.today + timedelta(days=GRACE_DAYS)

    @invariant()
    def what_is_held_is_what_was_accepted(self) -> None:
        assert self.account.held == sum(self.held.values())

    def teardown(self) -> None:
        """Replay equals live, from the first event and from every carrying forward."""
        starts = [place for place, event in enumerate(self.events) if isinstance(event, CarriedForward)]
        for start in [0, *starts]:
            assert fold(ACCOUNT, self.events[start:]) == self.account


class AnAccountForLong(AnAccount):
    """The same laws, long enough to meet what is rare."""


TestAnAccountUnderAnySequence = AnAccount.TestCase
TestAnAccountUnderAnySequence.settings = settings(max_examples=200, stateful_step_count=60, deadline=None)
TestAnAccountForLong = AnAccountForLong.TestCase
TestAnAccountForLong.settings = settings(max_examples=2_000, stateful_step_count=100, deadline=None)
TestAnAccountForLong.pytestmark = [pytest.mark.deep]  # pyright: ignore[reportAttributeAccessIssue]
