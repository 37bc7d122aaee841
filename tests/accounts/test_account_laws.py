"""Laws of an account under any sequence of commands: conservation, no balance below zero, replay equals live."""

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
    CarryAccountForward,
    CreditLot,
    ExpireDueLot,
    HoldPoints,
    OpenAccount,
    ReleaseHold,
    SpendHold,
)
from ledger.accounts.events import AccountEvent, CarriedForward, Credited, HoldSpent, LotExpired
from ledger.accounts.lots import is_due
from ledger.kernel.decider import fold
from ledger.kernel.ids import HoldId, LotId, OrganisationId
from ledger.kernel.refusal import Refusal
from ledger.kernel.units import Unit

OWNER = UUID(int=1)
COMMUNITY = OrganisationId(UUID(int=2))
START = date(2025, 1, 1)
GRACE_DAYS = 7
amounts = st.integers(-1, 12)
numbers = st.integers(0, 5)


class AnAccount(RuleBasedStateMachine):
    """One account and a model that knows only sums: what is free by expiry, what is held, where the rest went."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[AccountEvent] = []
        self.account = Account()
        self.today = START
        self.lots = 0
        self.held: dict[HoldId, int] = {}
        self.counters: Tally[str] = Tally()

    @initialize()
    def open(self) -> None:
        self.send(OpenAccount(OWNER, Unit.POINTS, COMMUNITY))

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
        self.count(events)
        return events

    def count(self, events: tuple[AccountEvent, ...]) -> None:
        for event in events:
            if isinstance(event, Credited):
                self.counters[event.counter.kind] -= event.amount
            elif isinstance(event, HoldSpent | LotExpired):
                self.counters[event.counter.kind] += event.amount

    @rule(amount=amounts, lives=st.none() | st.integers(0, 20))
    def credit(self, amount: int, lives: int | None) -> None:
        self.lots += 1
        expires_on = None if lives is None else self.today + timedelta(days=lives)
        accepted = self.send(CreditLot(LotId(UUID(int=self.lots)), amount, COMMUNITY, OWNER, self.today, expires_on))
        assert (accepted is not None) == (amount > 0 and lives != 0)

    @rule(number=numbers, amount=amounts)
    def hold(self, number: int, amount: int) -> None:
        hold = HoldId(UUID(int=1000 + number))
        available = self.account.available(self.today)
        accepted = self.send(HoldPoints(hold, amount, OWNER, self.today))
        assert (accepted is not None) == (hold not in self.held and 0 < amount <= available)
        if accepted:
            self.held[hold] = amount

    @rule(number=numbers)
    def release(self, number: int) -> None:
        hold = HoldId(UUID(int=1000 + number))
        available, amount = self.account.available(self.today), self.held.pop(hold, None)
        taken = [take for one in self.account.holds if one.hold == hold for take in one.takes]
        lost = sum(take.amount for take in taken if take.original_expiry and is_due(take, self.today))
        accepted = self.send(ReleaseHold(hold, OWNER, self.today, GRACE_DAYS))
        assert (accepted is not None) == (amount is not None)
        assert self.account.available(self.today) == available + (amount or 0) - lost

    @rule(number=numbers)
    def spend(self, number: int) -> None:
        hold = HoldId(UUID(int=1000 + number))
        posted, amount = self.account.posted, self.held.pop(hold, None)
        accepted = self.send(SpendHold(hold, COMMUNITY, OWNER, self.today))
        assert (accepted is not None) == (amount is not None)
        assert self.account.posted == posted - (amount or 0)

    @precondition(lambda self: self.lots)
    @rule(data=st.data())
    def expire(self, data: st.DataObject) -> None:
        lot = LotId(UUID(int=data.draw(st.integers(1, self.lots))))
        held, available = self.account.held, self.account.available(self.today)
        self.send(ExpireDueLot(lot, self.today))
        assert self.send(ExpireDueLot(lot, self.today)) == ()
        assert (self.account.held, self.account.available(self.today)) == (held, available)

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
    def nothing_is_below_zero(self) -> None:
        parts = [*self.account.lots, *(take for hold in self.account.holds for take in hold.takes)]
        assert all(part.amount > 0 for part in parts)

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
