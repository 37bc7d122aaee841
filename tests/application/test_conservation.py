"""Laws over accounts, shelf and redemptions together, under any interleaving of people, refusals and time."""

from collections import Counter
from typing import Any
from uuid import uuid5

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from village import ROOT, Village, named

from ledger.accounts.account import account_id
from ledger.accounts.events import Credited, HoldSpent, LotExpired
from ledger.application.accounts import CARRY_FORWARD, EXPIRE_LOT, CarryForward, ExpireLot
from ledger.application.redemptions import (
    APPROVE_REDEMPTION,
    CANCEL_REDEMPTION,
    HAND_OVER,
    LAPSE_REDEMPTION,
    MAKE_READY,
    REJECT_REDEMPTION,
    REQUEST_REDEMPTION,
    ApproveRedemption,
    CancelRedemption,
    HandOver,
    LapseRedemption,
    MakeReady,
    RejectRedemption,
    RequestRedemption,
)
from ledger.application.stock import RECEIVE_STOCK, ReceiveStock
from ledger.application.work import Outcome, UseCase
from ledger.kernel.ids import SYSTEM, LotId, MemberId, RedemptionId
from ledger.kernel.units import Unit
from ledger.redemption.redemption import FINISHED, REDEMPTION, Redemption

NONE = RedemptionId(named("none"))


class AProgramme(RuleBasedStateMachine):
    """Ann and Ben exchange points at one shelf; the keeper, two clerks and time do their part."""

    def __init__(self) -> None:
        super().__init__()
        self.village = Village()
        self.redemptions: list[RedemptionId] = []
        self.received = 10
        self.tries: Counter[str] = Counter()

    @initialize()
    def start(self) -> None:
        self.people = (self.village.ann, self.village.ben)
        self.reward = self.village.listed_reward(price=2, limit=40)
        self.earn(who=0, hours=12, months=1)
        self.earn(who=1, hours=7, months=None)

    def tried(self, use_case: UseCase[Any], request: Any, actor: MemberId) -> bool:
        """Whether it was accepted; the village checks that a refusal changed nothing."""
        command = uuid5(ROOT, str(self.tries.total()))
        self.tries[use_case.name] += 1
        return isinstance(self.village.answer(use_case, request, actor, command), Outcome)

    def state(self, redemption: RedemptionId) -> Redemption:
        return self.village.ledger.load(REDEMPTION, redemption).state

    def one(self, index: int) -> RedemptionId:
        """One of the newest four, so that most have a step left; `NONE` while there are none."""
        newest = self.redemptions[-4:]
        return newest[index % len(newest)] if newest else NONE

    @rule(who=st.integers(0, 1), hours=st.integers(1, 12), months=st.sampled_from([None, 1, 2]))
    def earn(self, who: int, hours: int, months: int | None) -> None:
        self.village.wait(days=1)
        self.village.give_points(self.people[who], hours, f"deed {len(self.village.ledger.log)}", months)

    @rule(who=st.integers(0, 1), pieces=st.sampled_from([1, 2, 1, 3, 0]))
    def ask(self, who: int, pieces: int) -> None:
        if self.tried(REQUEST_REDEMPTION, RequestRedemption(self.reward, pieces), self.people[who]):
            self.redemptions.append(RedemptionId(self.village.ledger.log[-1][0]))

    @rule(index=st.integers(0, 3), again=st.booleans())
    def approve(self, index: int, *, again: bool) -> None:
        actor = self.village.second_clerk if again else self.village.clerk
        self.tried(APPROVE_REDEMPTION, ApproveRedemption(self.one(index)), actor)

    @rule(index=st.integers(0, 3))
    def reject(self, index: int) -> None:
        self.tried(REJECT_REDEMPTION, RejectRedemption(self.one(index), "x"), self.village.clerk)

    @rule(index=st.integers(0, 3), own=st.booleans())
    def cancel(self, index: int, *, own: bool) -> None:
        asked = self.state(self.one(index)).request
        actor = asked.member if asked and own else self.people[0]
        self.tried(CANCEL_REDEMPTION, CancelRedemption(self.one(index)), actor)

    @rule(index=st.integers(0, 3))
    def prepare(self, index: int) -> None:
        self.approve(index, again=True)
        self.tried(MAKE_READY, MakeReady(self.one(index)), self.village.keeper)

    @rule(index=st.integers(0, 3), times=st.integers(1, 2))
    def hand_over(self, index: int, times: int) -> None:
        self.prepare(index)
        for _ in range(times):
            self.tried(HAND_OVER, HandOver(self.one(index)), self.village.keeper)

    @rule(index=st.integers(0, 3), days=st.sampled_from([7, 8, 1]))
    def lapse(self, index: int, days: int) -> None:
        self.village.wait(days=days)
        self.tried(LAPSE_REDEMPTION, LapseRedemption(self.one(index)), SYSTEM)

    @rule(who=st.integers(0, 1))
    def expire(self, who: int) -> None:
        account = account_id(self.people[who], Unit.POINTS)
        lots = [lot.lot for lot in self.village.account(self.people[who]).lots]
        for lot in {*lots, LotId(named("no lot"))}:
            self.tried(EXPIRE_LOT, ExpireLot(account, lot), SYSTEM)
        self.tried(CARRY_FORWARD, CarryForward(account), SYSTEM)

    @rule(pieces=st.integers(-1, 5))
    def receive(self, pieces: int) -> None:
        if self.tried(RECEIVE_STOCK, ReceiveStock(self.reward, pieces), self.village.keeper):
            self.received += pieces

    @invariant()
    def points_are_conserved(self) -> None:
        counters: Counter[str] = Counter()
        for _, event in self.village.ledger.log:
            if isinstance(event, Credited):
                counters[event.counter.kind] -= event.amount
            elif isinstance(event, HoldSpent | LotExpired):
                counters[event.counter.kind] += event.amount
        assert sum(self.village.account(person).posted for person in self.people) + counters.total() == 0

    @invariant()
    def exactly_what_is_open_is_set_aside(self) -> None:
        opened = [state for state in map(self.state, self.redemptions) if state.status not in FINISHED]
        asked = [state.request for state in opened if state.request]
        reward = self.village.reward(self.reward)
        assert sum(self.village.account(person).held for person in self.people) == sum(one.total for one in asked)
        assert reward.on_shelf - reward.free == sum(one.pieces for one in asked)

    @invariant()
    def the_books_match_the_shelf(self) -> None:
        reward = self.village.reward(self.reward)
        assert reward.free >= 0
        assert reward.on_shelf + reward.handed_over == self.received

    @invariant()
    def what_left_the_shelf_was_paid_for(self) -> None:
        spent = sum(event.amount for _, event in self.village.ledger.log if isinstance(event, HoldSpent))
        assert spent == 2 * self.village.reward(self.reward).handed_over


class AProgrammeForLong(AProgramme):
    """The same laws, long enough to meet what is rare."""


TestAProgramme = AProgramme.TestCase
TestAProgramme.settings = settings(max_examples=100, stateful_step_count=50, deadline=None)
TestAProgrammeForLong = AProgrammeForLong.TestCase
TestAProgrammeForLong.settings = settings(max_examples=1_000, stateful_step_count=60, deadline=None)
TestAProgrammeForLong.pytestmark = [pytest.mark.deep]  # pyright: ignore[reportAttributeAccessIssue]
