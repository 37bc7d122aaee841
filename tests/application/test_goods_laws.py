"""Whatever people do at the shelf: points and pieces are conserved, and a fund's month says what is out there."""

from typing import Any

from exchanging import FUND, balances, redemption_of, with_points
from exchanging import offered as offer
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from village import Village, named

from ledger.application.counter import EXCHANGE_AT_COUNTER, ExchangeAtCounter
from ledger.application.funds import OPEN_FUND, OpenFund
from ledger.application.hand_over import HAND_OVER, SUBSTITUTE, HandOver, Substitute
from ledger.application.redemptions import (
    APPROVE_REDEMPTION,
    CANCEL_REDEMPTION,
    MAKE_READY,
    REQUEST_REDEMPTION,
    VOID_REDEMPTION,
    ApproveRedemption,
    CancelRedemption,
    MakeReady,
    RequestRedemption,
    VoidRedemption,
)
from ledger.application.returns import RETURN_GOODS, ReturnGoods
from ledger.application.work import Outcome, UseCase
from ledger.kernel.ids import MemberId, RedemptionId, RewardId
from ledger.redemption.events import (
    RedemptionHandedOver,
    RedemptionPartlyHandedOver,
    RedemptionReturned,
    RedemptionSubstituted,
)
from ledger.redemption.fund_usage import FUND_USAGE, fund_usage_id
from ledger.redemption.redemption_state import OPEN

GOODS = tuple(RewardId(named(name)) for name in ("soap", "towel"))
PIECES, POINTS = st.integers(1, 4), 24
WHICH = st.integers(0, 60)


class AnExchangeDay(RuleBasedStateMachine):
    """A resident, a shelf of two rewards, and a fund; every refused command leaves everything as it was."""

    village: Village

    @initialize()
    def open_the_shelf(self) -> None:
        self.village = with_points(POINTS)
        self.village.run(OPEN_FUND, OpenFund(FUND, self.village.community), self.village.clerk)
        offer(self.village, "soap", 2)
        offer(self.village, "towel", 3)
        self.redemptions: list[RedemptionId] = []

    def send(self, use_case: UseCase[Any], request: Any, actor: MemberId) -> None:
        answer = self.village.answer(use_case, request, actor)
        if isinstance(answer, Outcome) and use_case in (REQUEST_REDEMPTION, EXCHANGE_AT_COUNTER):
            self.redemptions.append(RedemptionId(answer.ids["redemption"]))

    def one(self, which: int) -> RedemptionId:
        return self.redemptions[which % len(self.redemptions)] if self.redemptions else RedemptionId(named("none"))

    @rule(reward=st.sampled_from(GOODS), pieces=PIECES)
    def ask(self, reward: RewardId, pieces: int) -> None:
        self.send(REQUEST_REDEMPTION, RequestRedemption(reward, pieces), self.village.ann)

    @rule(reward=st.sampled_from(GOODS), pieces=PIECES)
    def come_to_the_counter(self, reward: RewardId, pieces: int) -> None:
        asked = ExchangeAtCounter(self.village.ann, reward, pieces, basis="live_code")
        self.send(EXCHANGE_AT_COUNTER, asked, self.village.keeper)

    @rule(which=WHICH)
    def prepare(self, which: int) -> None:
        self.send(APPROVE_REDEMPTION, ApproveRedemption(self.one(which)), self.village.clerk)
        self.send(MAKE_READY, MakeReady(self.one(which)), self.village.keeper)

    @rule(which=WHICH, pieces=st.none() | PIECES)
    def hand_over(self, which: int, pieces: int | None) -> None:
        self.send(HAND_OVER, HandOver(self.one(which), pieces), self.village.keeper)

    @rule(which=WHICH, reward=st.sampled_from(GOODS), pieces=PIECES)
    def substitute(self, which: int, reward: RewardId, pieces: int) -> None:
        self.send(SUBSTITUTE, Substitute(self.one(which), reward, pieces, "voucher-shown"), self.village.keeper)

    @rule(which=WHICH, pieces=PIECES, damaged=st.booleans())
    def bring_back(self, which: int, pieces: int, *, damaged: bool) -> None:
        asked = ReturnGoods(self.one(which), pieces, "damaged" if damaged else "good")
        self.send(RETURN_GOODS, asked, self.village.keeper)

    @rule(which=WHICH, voided=st.booleans())
    def end(self, which: int, *, voided: bool) -> None:
        if voided:
            self.send(VOID_REDEMPTION, VoidRedemption(self.one(which), "out-of-stock"), self.village.keeper)
        else:
            self.send(CANCEL_REDEMPTION, CancelRedemption(self.one(which)), self.village.ann)

    @invariant()
    def points_are_what_was_spent_less_what_came_back(self) -> None:
        posted, held = balances(self.village)
        assert POINTS - posted == self.handed_total() - self.returned_total()
        assert held == sum(self.open_totals())
        assert 0 <= held <= posted

    @invariant()
    def no_redemption_brings_back_more_than_it_cost(self) -> None:
        for redemption in self.redemptions:
            assert self.returned_total(redemption) <= self.handed_total(redemption)

    @invariant()
    def pieces_are_conserved(self) -> None:
        for reward in GOODS:
            state = self.village.reward(reward)
            assert state.free + state.set_aside + state.handed_over + state.written_off == state.received
            assert min(state.free, state.set_aside, state.handed_over, state.written_off) >= 0

    @invariant()
    def the_funds_month_is_what_is_open_or_out(self) -> None:
        month = f"{self.village.now:%Y-%m}"
        used = self.village.ledger.load(FUND_USAGE, fund_usage_id(FUND, month)).state.used
        assert used == sum(self.open_totals()) + self.handed_total() - self.returned_total()

    def open_totals(self) -> list[int]:
        states = (redemption_of(self.village, one) for one in self.redemptions)
        return [state.request.total for state in states if state.request and state.status in OPEN]

    def handed_total(self, redemption: RedemptionId | None = None) -> int:
        """Of one redemption, or of all."""
        total = 0
        for stream, event in self.village.ledger.log:
            match event:
                case _ if redemption not in (None, stream):
                    pass
                case RedemptionHandedOver():
                    request = redemption_of(self.village, RedemptionId(stream)).request
                    total += request.total if request else 0
                case RedemptionPartlyHandedOver() | RedemptionSubstituted():
                    total += event.total
                case _:
                    pass
        return total

    def returned_total(self, redemption: RedemptionId | None = None) -> int:
        """Of one redemption, or of all."""
        return sum(
            event.total
            for stream, event in self.village.ledger.log
            if isinstance(event, RedemptionReturned) and redemption in (None, stream)
        )


TestGoodsAreConserved = AnExchangeDay.TestCase
TestGoodsAreConserved.settings = settings(max_examples=15, stateful_step_count=30, deadline=None)
