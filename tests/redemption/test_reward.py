"""A reward: offered and priced by two people, its pieces free, reserved or handed over, within its limits."""

import random
from datetime import date, timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace
from shelves import (
    ANN,
    APPROVER,
    BEN,
    CLERK,
    HOME,
    TODAY,
    TOMORROW,
    after,
    draft,
    give_back,
    hand_over,
    history,
    monthly,
    offer,
    proposal,
    receive,
    redemption,
    reserve,
)

from ledger.kernel.ids import MemberId
from ledger.kernel.refusal import Refusal
from ledger.kernel.units import AMOUNT_MAX, Unit
from ledger.redemption.bounds import PIECES_MAX
from ledger.redemption.events import Limit, RewardDrafted, RewardListed, StockHandedOver, StockReceived, StockReserved
from ledger.redemption.limits import Tally, changed, label_of
from ledger.redemption.refusals import (
    LimitReached,
    LimitsRepeated,
    OutOfStock,
    OwnProposal,
    PiecesOutOfBounds,
    PriceDayOver,
    PriceOutOfBounds,
    ProposalGone,
    RewardAlreadyListed,
    RewardNotListed,
    RewardWithdrawnAlready,
    StockAlreadyReserved,
    StockNotReserved,
    StockPastUseBy,
    UnitNotExchangeable,
)
from ledger.redemption.reward import REWARD
from ledger.redemption.reward_commands import (
    ApprovePrice,
    ApproveReward,
    DeclineProposal,
    ProposePrice,
    RewardCommand,
    WithdrawReward,
)
from ledger.redemption.reward_state import Reward


def propose(price: int, number: int = 1, from_day: date = TODAY) -> ProposePrice:
    return ProposePrice(proposal(number), price, from_day, CLERK, TODAY)


def approve_price(number: int = 1, on: date = TODAY) -> ApprovePrice:
    return ApprovePrice(proposal(number), APPROVER, on)


def test_a_reward_is_drafted_by_one_and_listed_by_another() -> None:
    drafted, listed = history(*offer(5, monthly(3)))

    assert isinstance(drafted, RewardDrafted)
    assert isinstance(listed, RewardListed)
    assert (listed.drafted_by, listed.listed_by, listed.limits) == (CLERK, APPROVER, (monthly(3),))
    with pytest.raises(OwnProposal):
        REWARD.decide(after(draft()), ApproveReward(CLERK))


def test_pieces_are_received_reserved_and_handed_over() -> None:
    events = history(*offer(), receive(10), reserve(1, 3), hand_over(1, 3))

    assert events[2:4] == [StockReceived(10, CLERK), StockReserved(redemption(1), 3, ANN, "2025-10")]
    assert isinstance(events[4], StockHandedOver)
    reward = after(*offer(), receive(10), reserve(1, 3), hand_over(1, 3))
    assert (reward.free, reward.on_shelf, reward.handed_over) == (7, 7, 3)


def test_only_free_pieces_can_be_reserved() -> None:
    with pytest.raises(OutOfStock) as refused:
        REWARD.decide(after(*offer(), receive(10), reserve(1, 8)), reserve(2, 3))

    assert refused.value.facts() == {"asked": 3, "free": 2}


LIMITED = (*offer(5, monthly(3)), receive(50), reserve(1, 2))


def taken(reward: Reward, month: str, owner: object = ANN) -> int:
    (tally,) = reward.tallies
    return tally.used(owner, month)  # type: ignore[arg-type]  # a member or a household


def test_the_limit_counts_what_a_member_reserved_and_received() -> None:
    for given in (LIMITED, (*LIMITED, hand_over(1, 2))):
        with pytest.raises(LimitReached) as refused:
            REWARD.decide(after(*given), reserve(2, 2))
        facts = {"asked": 2, "allowed": 3, "used": 2, "per": "member", "period": "month"}
        assert refused.value.facts() == facts
        assert taken(after(*given, reserve(2, 1)), "2025-10") == 3


def test_what_came_back_no_longer_counts_towards_the_limit() -> None:
    assert taken(after(*LIMITED, give_back(1), reserve(2, 3)), "2025-10") == 3


def test_each_member_and_each_month_has_its_own_limit() -> None:
    reward = after(*LIMITED, reserve(2, 3, BEN), reserve(3, 3, on=date(2025, 11, 1)))

    assert (taken(reward, "2025-11"), taken(reward, "2025-11", BEN)) == (3, 0)


def test_only_the_newest_period_is_kept() -> None:
    reward = after(*LIMITED, reserve(2, 3, BEN), reserve(3, 1, on=date(2025, 11, 1)), give_back(1))

    assert [sum(map(len, tally.taken.values())) for tally in reward.tallies] == [1]
    assert taken(reward, "2025-11") == 1


def test_what_a_whole_town_took_is_kept_in_small_parts() -> None:
    # An event copies one part of the tally and leaves the others: else a shelf would be read in hours.
    people = [MemberId(UUID(int=random.Random(number).getrandbits(128))) for number in range(4_000)]
    tally = Tally(Limit("member", 5, "year"))
    for person in people:
        tally = changed(tally, person, "2025", 2)

    assert all(tally.used(person, "2025") == 2 for person in people)
    assert max(map(len, tally.taken.values())) < 20


def test_a_clock_that_is_set_back_gives_no_second_limit() -> None:
    reward = after(*LIMITED, reserve(2, 3, on=date(2025, 11, 1)))

    with pytest.raises(LimitReached):
        REWARD.decide(reward, reserve(3, 1))


def test_a_household_shares_its_limit() -> None:
    given = (*offer(5, Limit("household", 2, "quarter")), receive(50), reserve(1, 2, ANN, home=HOME))

    for member in (ANN, BEN):
        with pytest.raises(LimitReached) as refused:
            REWARD.decide(after(*given), reserve(2, 1, member, home=HOME))
        assert (refused.value.per, refused.value.period) == ("household", "quarter")
    assert after(*given, reserve(2, 2, BEN), reserve(3, 2, BEN, on=date(2026, 1, 1), home=HOME)).set_aside == 6


def test_who_lives_in_no_household_is_one_of_one() -> None:
    given = (*offer(5, Limit("household", 2, "year")), receive(50), reserve(1, 2, ANN))

    with pytest.raises(LimitReached):
        REWARD.decide(after(*given), reserve(2, 1, ANN, on=date(2025, 12, 31)))
    assert after(*given, reserve(2, 2, BEN)).set_aside == 4


@pytest.mark.parametrize(("period", "label"), [("month", "2025-11"), ("quarter", "2025-Q4"), ("year", "2025")])
def test_a_period_has_a_name(period: str, label: str) -> None:
    assert label_of(replace(monthly(1), period=period), "2025-11") == label


def test_two_limits_of_one_kind_are_refused() -> None:
    with pytest.raises(LimitsRepeated):
        REWARD.decide(Reward(), draft(5, monthly(1), monthly(2)))


def test_a_withdrawn_reward_still_ends_what_is_open() -> None:
    given = (*offer(), receive(10), reserve(1, 3), reserve(2, 3), WithdrawReward())

    assert (after(*given, give_back(1), hand_over(2, 3)).free, after(*given, hand_over(2, 3)).on_shelf) == (7, 7)
    for command in (reserve(3, 1), receive(1), propose(1), approve_price(), WithdrawReward(), ApproveReward(APPROVER)):
        with pytest.raises(RewardWithdrawnAlready):
            REWARD.decide(after(*given), command)


def test_a_new_price_holds_from_its_day_on() -> None:
    coming = after(*offer(5), propose(7, from_day=TOMORROW), approve_price())

    assert after(*offer(5), propose(7), approve_price()).price == 7
    assert (coming.price_on(TODAY), coming.price_on(TOMORROW)) == (5, 7)


def test_a_price_approved_after_its_day_does_not_reach_back() -> None:
    reward = after(*offer(5), propose(7), approve_price(on=TOMORROW))

    assert (reward.price_on(TOMORROW), reward.next_price) == (7, None)


def test_a_price_that_was_to_come_gives_way_to_a_newer_one() -> None:
    given = (*offer(5), propose(7, 1, TODAY + timedelta(days=5)), approve_price(1))

    reward = after(*given, propose(6, 2, TOMORROW), approve_price(2))

    assert [reward.price_on(TODAY + timedelta(days=days)) for days in (0, 1, 9)] == [5, 6, 6]


def test_a_price_in_force_stays_until_the_next_one_holds() -> None:
    later = TODAY + timedelta(days=9)
    given = (*offer(5), propose(7, 1, TOMORROW), approve_price(1))

    reward = after(*given, ProposePrice(proposal(2), 9, later, CLERK, TOMORROW), approve_price(2, TOMORROW))

    assert [reward.price_on(day) for day in (TOMORROW, later)] == [7, 9]


def test_what_was_decided_is_no_longer_open() -> None:
    declined = (*offer(), propose(7), DeclineProposal(proposal(1), APPROVER))
    for given in ((), (*offer(), propose(7, 1), propose(8, 2)), (*offer(), propose(7), approve_price()), declined):
        with pytest.raises(ProposalGone) if given else pytest.raises(RewardNotListed):
            REWARD.decide(after(*given), approve_price(1))
    with pytest.raises(ProposalGone):
        REWARD.decide(after(*declined), DeclineProposal(proposal(1), APPROVER))


def test_nobody_approves_their_own_price_nor_one_for_the_past() -> None:
    with pytest.raises(OwnProposal):
        REWARD.decide(after(*offer(), propose(7)), ApprovePrice(proposal(1), CLERK, TODAY))
    with pytest.raises(PriceDayOver):
        REWARD.decide(after(*offer()), propose(7, from_day=TODAY - timedelta(days=1)))


@pytest.mark.parametrize("price", [0, -5, AMOUNT_MAX + 1])
def test_a_price_has_bounds(price: int) -> None:
    for reward, command in ((Reward(), draft(price)), (after(*offer()), propose(price))):
        with pytest.raises(PriceOutOfBounds) as refused:
            REWARD.decide(reward, command)
        assert refused.value.facts() == {"asked": price, "smallest": 1, "largest": AMOUNT_MAX}


@pytest.mark.parametrize("pieces", [0, -1, PIECES_MAX + 1])
def test_a_number_of_pieces_has_bounds(pieces: int) -> None:
    given = after(*offer(), receive(10))
    for reward, command in (
        (given, receive(pieces)),
        (given, reserve(1, pieces)),
        (Reward(), draft(5, monthly(pieces))),
    ):
        with pytest.raises(PiecesOutOfBounds) as refused:
            REWARD.decide(reward, command)
        assert refused.value.facts() == {"asked": pieces, "smallest": 1, "largest": PIECES_MAX}


@pytest.mark.parametrize("unit", [Unit.PARTY_POINTS, Unit.CARE_MINUTES])
def test_goods_are_had_for_points_alone(unit: Unit) -> None:
    with pytest.raises(UnitNotExchangeable) as refused:
        REWARD.decide(Reward(), draft(unit=unit))

    assert refused.value.facts() == {"unit": unit.value}


def test_stock_that_can_no_longer_be_handed_out_does_not_come_in() -> None:
    assert after(*offer(), receive(1, use_by=TODAY)).free == 1
    with pytest.raises(StockPastUseBy):
        REWARD.decide(after(*offer()), receive(1, use_by=date(2025, 10, 14)))


EVERY: tuple[RewardCommand, ...] = (
    receive(1),
    reserve(1, 1),
    give_back(1),
    hand_over(1, 1),
    propose(1),
    approve_price(),
    WithdrawReward(),
    ApproveReward(APPROVER),
)


@pytest.mark.parametrize("command", EVERY)
def test_nothing_happens_to_a_reward_that_nobody_drafted(command: RewardCommand) -> None:
    with pytest.raises(RewardNotListed):
        REWARD.decide(Reward(), command)


@pytest.mark.parametrize("command", [reserve(1, 1), propose(1), approve_price()])
def test_a_draft_is_neither_asked_for_nor_priced(command: RewardCommand) -> None:
    with pytest.raises(RewardNotListed):
        REWARD.decide(after(draft(), receive(5)), command)


REPEATED: dict[str, tuple[tuple[RewardCommand, ...], RewardCommand, type[Refusal]]] = {
    "draft": ((), draft(), RewardAlreadyListed),
    "approve": ((), ApproveReward(APPROVER), RewardAlreadyListed),
    "reserve": ((reserve(1, 1),), reserve(1, 1), StockAlreadyReserved),
    "return": ((reserve(1, 1), give_back(1)), give_back(1), StockNotReserved),
    "return after hand-over": ((reserve(1, 1), hand_over(1, 1)), give_back(1), StockNotReserved),
    "hand over": ((reserve(1, 1), hand_over(1, 1)), hand_over(1, 1), StockNotReserved),
    "hand over after return": ((reserve(1, 1), give_back(1)), hand_over(1, 1), StockNotReserved),
}


@pytest.mark.parametrize(("given", "command", "refusal"), REPEATED.values(), ids=REPEATED)
def test_each_step_happens_once(
    given: tuple[RewardCommand, ...], command: RewardCommand, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        REWARD.decide(after(*offer(), receive(10), *given), command)
