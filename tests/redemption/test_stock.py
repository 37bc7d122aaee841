"""A shelf: the oldest pieces leave first, none past its last day, and the books match what lies there."""

from datetime import date, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from shelves import (
    ANN,
    APPROVER,
    BEN,
    CLERK,
    FUND,
    PLACE,
    TODAY,
    after,
    batch,
    bring_back,
    give_back,
    hand_over,
    history,
    lying,
    monthly,
    offer,
    proposal,
    receive,
    redemption,
    reserve,
)

from ledger.kernel.decider import fold
from ledger.kernel.ids import MemberId
from ledger.kernel.refusal import Refusal
from ledger.kernel.units import Unit
from ledger.redemption.events import (
    RewardListed,
    StockBroughtBack,
    StockCountConfirmed,
    StockHandedOver,
    StockReceived,
    StockReserved,
    StockReturned,
    StockWrittenOff,
)
from ledger.redemption.refusals import (
    MoreThanHandedOver,
    MoreThanSetAside,
    OutOfStock,
    OwnProposal,
    PiecesOutOfBounds,
    PiecesPastUseBy,
    ProposalGone,
)
from ledger.redemption.reward import REWARD
from ledger.redemption.reward_commands import (
    ApproveWriteOff,
    ConfirmCount,
    CountStock,
    DeclineProposal,
    ProposeWriteOff,
    RewardCommand,
)
from ledger.redemption.reward_state import Reward

SOON, LATE = TODAY + timedelta(days=3), TODAY + timedelta(days=300)
TWO_BATCHES = (*offer(), receive(5, LATE, 1), receive(4, SOON, 2))


def write_off(pieces: int, number: int = 1, of: int | None = None) -> ProposeWriteOff:
    return ProposeWriteOff(proposal(number), pieces, "broken", CLERK, None if of is None else batch(of))


def approve(number: int = 1, by: MemberId = APPROVER) -> ApproveWriteOff:
    return ApproveWriteOff(proposal(number), by)


def count(pieces: int, number: int = 1) -> CountStock:
    return CountStock(proposal(number), pieces, CLERK)


def confirm(number: int = 1, by: MemberId = APPROVER) -> ConfirmCount:
    return ConfirmCount(proposal(number), by)


def test_the_batch_that_runs_out_first_leaves_first() -> None:
    *_, handed = history(*TWO_BATCHES, reserve(1, 6), hand_over(1, 6))

    assert handed == StockHandedOver(redemption(1), 6, (lying(4, 2, SOON), lying(2, 1, LATE)))
    assert after(*TWO_BATCHES, reserve(1, 6), hand_over(1, 6)).batches == (lying(3, 1, LATE),)


def test_pieces_past_their_last_day_are_for_nobody() -> None:
    past = SOON + timedelta(days=1)

    with pytest.raises(OutOfStock) as refused:
        REWARD.decide(after(*TWO_BATCHES), reserve(1, 6, on=past))

    assert refused.value.facts() == {"asked": 6, "free": 5}
    assert after(*TWO_BATCHES, reserve(1, 5, on=past), hand_over(1, 5, past)).batches == (lying(4, 2, SOON),)
    assert after(*TWO_BATCHES).to_be_had(SOON) == 9


def test_what_ran_out_while_it_was_set_aside_is_not_handed_over() -> None:
    past = SOON + timedelta(days=1)

    with pytest.raises(PiecesPastUseBy) as refused:
        REWARD.decide(after(*TWO_BATCHES, reserve(1, 6)), hand_over(1, 6, past))

    assert refused.value.facts() == {"asked": 6, "fresh": 5}
    assert after(*TWO_BATCHES, reserve(1, 6), hand_over(1, 5, past), give_back(1)).free == 4


def test_a_part_is_handed_over_and_the_rest_is_free_again() -> None:
    given = (*offer(5, monthly(6)), receive(10), reserve(1, 5), hand_over(1, 2))

    assert (after(*given).set_aside, after(*given, give_back(1)).free) == (3, 8)
    assert after(*given, give_back(1), reserve(2, 4)).set_aside == 4
    with pytest.raises(MoreThanSetAside) as refused:
        REWARD.decide(after(*given), hand_over(1, 4))
    assert refused.value.facts() == {"asked": 4, "allowed": 3}


def test_good_pieces_come_back_to_their_batch_and_damaged_ones_to_none() -> None:
    given = (*TWO_BATCHES, reserve(1, 5), hand_over(1, 5))

    good = after(*given, bring_back(1, 2, batches=(lying(1, 1, LATE), lying(1, 2, SOON))))
    damaged = after(*given, bring_back(1, 2, damaged=True))

    assert (good.batches, good.handed_over) == ((lying(1, 2, SOON), lying(5, 1, LATE)), 3)
    assert (damaged.batches, damaged.handed_over, damaged.written_off) == ((lying(4, 1, LATE),), 3, 2)
    with pytest.raises(MoreThanHandedOver):
        REWARD.decide(after(*given), bring_back(1, 6))
    with pytest.raises(PiecesOutOfBounds):
        REWARD.decide(after(*given), bring_back(1, 0))


def test_what_is_written_off_takes_two_people() -> None:
    *_, written = history(*TWO_BATCHES, write_off(5), approve())

    assert written == StockWrittenOff(proposal(1), 5, "broken", APPROVER, (lying(4, 2, SOON), lying(1, 1, LATE)))
    assert after(*TWO_BATCHES, write_off(5)).on_shelf == 9
    assert after(*TWO_BATCHES, write_off(2, of=1), approve()).batches == (lying(4, 2, SOON), lying(3, 1, LATE))
    with pytest.raises(OwnProposal):
        REWARD.decide(after(*TWO_BATCHES, write_off(5)), approve(by=CLERK))


def test_what_is_set_aside_or_not_there_is_not_written_off() -> None:
    reserved = (*TWO_BATCHES, reserve(1, 7))
    for given, command in (
        (reserved, write_off(3)),
        (TWO_BATCHES, write_off(6, of=1)),
        (TWO_BATCHES, write_off(1, of=3)),
    ):
        with pytest.raises(OutOfStock):
            REWARD.decide(after(*given), command)
    with pytest.raises(OutOfStock):
        REWARD.decide(after(*TWO_BATCHES, write_off(5), reserve(1, 7)), approve())


@pytest.mark.parametrize("command", [approve(), confirm(), approve(2), confirm(2)])
def test_a_proposal_is_carried_out_once_and_only_the_newest(command: RewardCommand) -> None:
    given = (*TWO_BATCHES, write_off(1, 1), write_off(1, 2), approve(2), count(9, 1), count(8, 2), confirm(2))

    with pytest.raises(ProposalGone):
        REWARD.decide(after(*given), command)


def test_a_declined_proposal_is_gone() -> None:
    given = (*TWO_BATCHES, write_off(1, 1), count(9, 2))

    reward = after(*given, DeclineProposal(proposal(1), CLERK), DeclineProposal(proposal(2), CLERK))

    assert reward.proposals() == ()


@pytest.mark.parametrize(("counted", "difference", "on_shelf"), [(9, 0, 9), (7, -2, 7), (12, 3, 12), (0, -9, 0)])
def test_a_count_sets_the_books_right_by_what_it_differed(counted: int, difference: int, on_shelf: int) -> None:
    *_, confirmed = history(*TWO_BATCHES, count(counted), confirm())

    assert isinstance(confirmed, StockCountConfirmed)
    assert confirmed.difference == difference
    assert after(*TWO_BATCHES, count(counted), confirm()).on_shelf == on_shelf


def test_what_was_handed_out_between_counting_and_confirming_is_not_counted_twice() -> None:
    given = (*TWO_BATCHES, reserve(1, 2), count(8), hand_over(1, 2), confirm())

    assert after(*given).on_shelf == 6


def test_a_count_takes_two_people_and_leaves_what_is_set_aside() -> None:
    with pytest.raises(OwnProposal):
        REWARD.decide(after(*TWO_BATCHES, count(8)), confirm(by=CLERK))
    with pytest.raises(OutOfStock) as refused:
        REWARD.decide(after(*TWO_BATCHES, reserve(1, 8), count(5)), confirm())
    assert refused.value.facts() == {"asked": 4, "free": 1}
    with pytest.raises(PiecesOutOfBounds):
        REWARD.decide(after(*TWO_BATCHES), count(-1))


def test_what_is_found_leaves_with_the_batch_that_must_leave_first() -> None:
    assert after(*TWO_BATCHES, count(11), confirm()).batches == (lying(6, 2, SOON), lying(5, 1, LATE))
    assert after(*offer(), count(2), confirm()).batches == (lying(2),)


def test_a_shelf_written_before_there_were_batches_is_read() -> None:
    old = (
        RewardListed(PLACE, FUND, Unit.POINTS, 5, CLERK),
        StockReceived(5, CLERK, LATE),
        StockReceived(4, CLERK, SOON),
        StockReserved(redemption(1), 6, ANN, "2025-10"),
        StockHandedOver(redemption(1), 6),
        StockReserved(redemption(2), 2, BEN, "2025-10"),
        StockReturned(redemption(2), 2),
        StockBroughtBack(redemption(1), 1, "good", CLERK),
    )

    reward = fold(REWARD, old)

    assert (reward.status, reward.free, reward.batches) == ("listed", 4, (lying(3, None, LATE), lying(1)))


class AShelf(RuleBasedStateMachine):
    """A shelf beside a model that only adds up."""

    def __init__(self) -> None:
        super().__init__()
        self.reward, self.today = Reward(), TODAY
        self.received = self.handed_over = self.written_off = 0
        self.reserved: dict[int, int] = {}
        self.proposed = 0

    @initialize()
    def list_it(self) -> None:
        for command in offer(5, monthly(6)):
            assert self.send(command)

    def send(self, command: RewardCommand) -> bool:
        try:
            self.reward = fold(REWARD, REWARD.decide(self.reward, command), self.reward)
        except Refusal:
            return False
        return True

    @rule(pieces=st.integers(-1, 9), days=st.none() | st.integers(-1, 6))
    def receive(self, pieces: int, days: int | None) -> None:
        use_by = None if days is None else self.today + timedelta(days=days)
        self.received += pieces if self.send(receive(pieces, use_by, on=self.today)) else 0

    @rule(number=st.integers(0, 9), pieces=st.integers(0, 4), member=st.sampled_from([ANN, BEN]))
    def reserve(self, number: int, pieces: int, member: MemberId) -> None:
        if self.send(reserve(number, pieces, member, self.today)):
            assert number not in self.reserved
            self.reserved[number] = pieces

    @rule(number=st.integers(0, 9))
    def give_back(self, number: int) -> None:
        assert self.send(give_back(number)) == (self.reserved.pop(number, None) is not None)

    @rule(number=st.integers(0, 9), pieces=st.integers(1, 4))
    def hand_over(self, number: int, pieces: int) -> None:
        if self.send(hand_over(number, pieces, self.today)):
            self.reserved[number] -= pieces
            self.handed_over += pieces
            if not self.reserved[number]:
                del self.reserved[number]

    @rule(pieces=st.integers(1, 3), damaged=st.booleans())
    def bring_back(self, pieces: int, *, damaged: bool) -> None:
        if self.send(bring_back(0, pieces, damaged=damaged)):
            self.handed_over -= pieces
            self.written_off += pieces if damaged else 0

    @rule(pieces=st.integers(1, 5))
    def write_off(self, pieces: int) -> None:
        self.proposed += 1
        if self.send(write_off(pieces, self.proposed)) and self.send(approve(self.proposed)):
            self.written_off += pieces

    @rule(off_by=st.integers(-4, 4))
    def count(self, off_by: int) -> None:
        self.proposed += 1
        if self.send(count(self.reward.on_shelf + off_by, self.proposed)) and self.send(confirm(self.proposed)):
            self.received += max(off_by, 0)
            self.written_off += max(-off_by, 0)

    @rule()
    def a_night_passes(self) -> None:
        self.today = min(self.today + timedelta(days=1), date(2025, 10, 31))

    @invariant()
    def the_books_match_the_shelf(self) -> None:
        reward, aside = self.reward, sum(self.reserved.values())
        assert reward.free + aside + self.handed_over + self.written_off == self.received
        assert (reward.received, reward.handed_over, reward.written_off) == (
            self.received,
            self.handed_over,
            self.written_off,
        )
        assert reward.set_aside == aside
        assert (
            min(reward.free, reward.to_be_had(self.today), self.handed_over, *(b.pieces for b in reward.batches), 0)
            == 0
        )


TestTheBooksMatchTheShelf = AShelf.TestCase
TestTheBooksMatchTheShelf.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
