"""The shelf: what is received is free, reserved or handed over, and no member gets more than the limit."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from ledger.kernel.decider import fold
from ledger.kernel.ids import FundId, MemberId, OrganisationId, RedemptionId
from ledger.kernel.refusal import Refusal
from ledger.kernel.units import AMOUNT_MAX, Unit
from ledger.redemption.events import (
    RewardEvent,
    RewardListed,
    StockHandedOver,
    StockReceived,
    StockReserved,
    StockReturned,
)
from ledger.redemption.refusals import (
    LimitReached,
    OutOfStock,
    PiecesOutOfBounds,
    PriceOutOfBounds,
    RewardAlreadyListed,
    RewardNotListed,
    RewardWithdrawnAlready,
    StockAlreadyReserved,
    StockNotReserved,
    StockPastUseBy,
    UnitNotExchangeable,
)
from ledger.redemption.reward import (
    PIECES_MAX,
    REWARD,
    HandStockOver,
    ListReward,
    PriceReward,
    ReceiveStock,
    ReserveStock,
    ReturnStock,
    Reward,
    RewardCommand,
    WithdrawReward,
)

CLERK, ANN, BEN = (MemberId(UUID(int=number)) for number in (1, 2, 3))
TODAY, MONTH = date(2025, 10, 15), "2025-10"


def offer(price: int = 5, limit: int | None = None, unit: Unit = Unit.POINTS) -> ListReward:
    return ListReward(RewardListed(OrganisationId(UUID(int=8)), FundId(UUID(int=9)), unit, price, CLERK, limit))


def receive(pieces: int, use_by: date | None = None) -> ReceiveStock:
    return ReceiveStock(pieces, CLERK, TODAY, use_by)


def redemption(number: int) -> RedemptionId:
    return RedemptionId(UUID(int=100 + number))


def reserve(number: int, pieces: int, member: MemberId = ANN, month: str = MONTH) -> ReserveStock:
    return ReserveStock(redemption(number), pieces, member, month)


def give_back(number: int) -> ReturnStock:
    return ReturnStock(redemption(number))


def hand_over(number: int) -> HandStockOver:
    return HandStockOver(redemption(number))


def history(*commands: RewardCommand) -> list[RewardEvent]:
    events: list[RewardEvent] = []
    for command in commands:
        events += REWARD.decide(fold(REWARD, events), command)
    return events


def after(*commands: RewardCommand) -> Reward:
    return fold(REWARD, history(*commands))


def test_pieces_are_received_reserved_and_handed_over() -> None:
    events = history(offer(), receive(10), reserve(1, 3), hand_over(1))

    assert events[1:] == [
        StockReceived(10, CLERK),
        StockReserved(redemption(1), 3, ANN, MONTH),
        StockHandedOver(redemption(1), 3),
    ]
    assert (fold(REWARD, events).free, fold(REWARD, events).on_shelf, fold(REWARD, events).handed_over) == (7, 7, 3)


def test_reserved_pieces_lie_on_the_shelf_but_are_not_free() -> None:
    reward = after(offer(), receive(10), reserve(1, 3))

    assert (reward.free, reward.on_shelf) == (7, 10)


def test_returned_pieces_are_free_again() -> None:
    assert history(offer(), receive(10), reserve(1, 3), give_back(1))[-1] == StockReturned(redemption(1), 3)
    assert after(offer(), receive(10), reserve(1, 3), give_back(1)).free == 10


def test_only_free_pieces_can_be_reserved() -> None:
    with pytest.raises(OutOfStock) as refused:
        REWARD.decide(after(offer(), receive(10), reserve(1, 8)), reserve(2, 3))

    assert refused.value.facts() == {"asked": 3, "free": 2}


LIMITED = (offer(limit=3), receive(50), reserve(1, 2))


def test_the_limit_counts_what_a_member_reserved_and_received() -> None:
    for given in (LIMITED, (*LIMITED, hand_over(1))):
        with pytest.raises(LimitReached) as refused:
            REWARD.decide(after(*given), reserve(2, 2))
        assert refused.value.facts() == {"asked": 2, "allowed": 3, "used": 2}
        assert after(*given, reserve(2, 1)).taken_by(ANN, MONTH) == 3


def test_what_came_back_no_longer_counts_towards_the_limit() -> None:
    assert after(*LIMITED, give_back(1), reserve(2, 3)).taken_by(ANN, MONTH) == 3


def test_each_member_and_each_month_has_its_own_limit() -> None:
    reward = after(*LIMITED, reserve(2, 3, BEN), reserve(3, 3, month="2025-11"))

    assert (reward.taken_by(ANN, "2025-11"), reward.taken_by(BEN, "2025-11")) == (3, 0)


def test_a_return_from_an_older_month_gives_nothing_back_in_the_new_one() -> None:
    reward = after(*LIMITED, reserve(2, 1, month="2025-11"), give_back(1))

    assert reward.taken_by(ANN, "2025-11") == 1


def test_a_clock_that_is_set_back_gives_no_second_limit() -> None:
    reward = after(*LIMITED, reserve(2, 3, month="2025-11"))

    with pytest.raises(LimitReached):
        REWARD.decide(reward, reserve(3, 1, month="2025-10"))


def test_a_withdrawn_reward_still_ends_what_is_open() -> None:
    given = (offer(), receive(10), reserve(1, 3), reserve(2, 3), WithdrawReward())

    assert (after(*given, give_back(1), hand_over(2)).free, after(*given, hand_over(2)).on_shelf) == (7, 7)
    for command in (reserve(3, 1), receive(1), PriceReward(1, CLERK), WithdrawReward()):
        with pytest.raises(RewardWithdrawnAlready):
            REWARD.decide(after(*given), command)


def test_a_new_price_holds_from_now_on() -> None:
    assert after(offer(5), PriceReward(7, CLERK)).price == 7


@pytest.mark.parametrize("price", [0, -5, AMOUNT_MAX + 1])
def test_a_price_has_bounds(price: int) -> None:
    for reward, command in ((Reward(), offer(price)), (after(offer()), PriceReward(price, CLERK))):
        with pytest.raises(PriceOutOfBounds) as refused:
            REWARD.decide(reward, command)
        assert refused.value.facts() == {"asked": price, "smallest": 1, "largest": AMOUNT_MAX}


@pytest.mark.parametrize("pieces", [0, -1, PIECES_MAX + 1])
def test_a_number_of_pieces_has_bounds(pieces: int) -> None:
    given = after(offer(), receive(10))
    for reward, command in ((given, receive(pieces)), (given, reserve(1, pieces)), (Reward(), offer(limit=pieces))):
        with pytest.raises(PiecesOutOfBounds) as refused:
            REWARD.decide(reward, command)
        assert refused.value.facts() == {"asked": pieces, "smallest": 1, "largest": PIECES_MAX}


@pytest.mark.parametrize("unit", [Unit.PARTY_POINTS, Unit.CARE_MINUTES])
def test_goods_are_had_for_points_alone(unit: Unit) -> None:
    with pytest.raises(UnitNotExchangeable) as refused:
        REWARD.decide(Reward(), offer(unit=unit))

    assert refused.value.facts() == {"unit": unit.value}


def test_stock_that_can_no_longer_be_handed_out_does_not_come_in() -> None:
    assert after(offer(), receive(1, use_by=TODAY)).free == 1
    with pytest.raises(StockPastUseBy):
        REWARD.decide(after(offer()), receive(1, use_by=date(2025, 10, 14)))


@pytest.mark.parametrize(
    "command", [receive(1), reserve(1, 1), give_back(1), hand_over(1), PriceReward(1, CLERK), WithdrawReward()]
)
def test_nothing_happens_to_a_reward_that_nobody_listed(command: RewardCommand) -> None:
    with pytest.raises(RewardNotListed):
        REWARD.decide(Reward(), command)


REPEATED: dict[str, tuple[tuple[RewardCommand, ...], RewardCommand, type[Refusal]]] = {
    "list": ((), offer(), RewardAlreadyListed),
    "reserve": ((reserve(1, 1),), reserve(1, 1), StockAlreadyReserved),
    "return": ((reserve(1, 1), give_back(1)), give_back(1), StockNotReserved),
    "return after hand-over": ((reserve(1, 1), hand_over(1)), give_back(1), StockNotReserved),
    "hand over": ((reserve(1, 1), hand_over(1)), hand_over(1), StockNotReserved),
    "hand over after return": ((reserve(1, 1), give_back(1)), hand_over(1), StockNotReserved),
}


@pytest.mark.parametrize(("given", "command", "refusal"), REPEATED.values(), ids=REPEATED)
def test_each_step_happens_once(
    given: tuple[RewardCommand, ...], command: RewardCommand, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        REWARD.decide(after(offer(), receive(10), *given), command)


class AShelf(RuleBasedStateMachine):
    """A shelf beside a model that only adds up."""

    def __init__(self) -> None:
        super().__init__()
        self.reward = Reward()
        self.received = 0
        self.handed_over = 0
        self.reserved: dict[int, int] = {}

    @initialize()
    def list_it(self) -> None:
        self.send(offer(limit=6))

    def send(self, command: RewardCommand) -> bool:
        try:
            self.reward = fold(REWARD, REWARD.decide(self.reward, command), self.reward)
        except Refusal:
            return False
        return True

    @rule(pieces=st.integers(-1, 9))
    def receive(self, pieces: int) -> None:
        self.received += pieces if self.send(receive(pieces)) else 0

    @rule(number=st.integers(0, 9), pieces=st.integers(0, 4), member=st.sampled_from([ANN, BEN]))
    def reserve(self, number: int, pieces: int, member: MemberId) -> None:
        if self.send(reserve(number, pieces, member)):
            assert number not in self.reserved
            self.reserved[number] = pieces

    @rule(number=st.integers(0, 9))
    def give_back(self, number: int) -> None:
        assert self.send(give_back(number)) == (self.reserved.pop(number, None) is not None)

    @rule(number=st.integers(0, 9))
    def hand_over(self, number: int) -> None:
        pieces = self.reserved.pop(number, None)
        assert self.send(hand_over(number)) == (pieces is not None)
        self.handed_over += pieces or 0

    @invariant()
    def the_books_match_the_shelf(self) -> None:
        assert self.reward.on_shelf == self.received - self.handed_over
        assert self.reward.free == self.reward.on_shelf - sum(self.reserved.values()) >= 0
        assert max(self.reward.taken_by(ANN, MONTH), self.reward.taken_by(BEN, MONTH)) <= 6


TestTheBooksMatchTheShelf = AShelf.TestCase
TestTheBooksMatchTheShelf.settings = settings(max_examples=50, stateful_step_count=40, deadline=None)
