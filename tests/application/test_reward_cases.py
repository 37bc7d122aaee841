"""Rewards are listed and priced by staff of their community, and filled up by staff or the keeper."""

from datetime import date

import pytest
from village import Village, named

from ledger.application.rewards import (
    LIST_REWARD,
    PRICE_REWARD,
    RECEIVE_STOCK,
    WITHDRAW_REWARD,
    ListReward,
    PriceReward,
    ReceiveStock,
    WithdrawReward,
)
from ledger.kernel.ids import FundId, RewardId
from ledger.kernel.units import Unit

REWARD = RewardId(named("soap"))
FUND = FundId(named("fund"))


@pytest.fixture
def village() -> Village:
    return Village()


def test_a_reward_is_listed_filled_up_priced_and_withdrawn(village: Village) -> None:
    listed = village.run(LIST_REWARD, ListReward(REWARD, village.community, FUND, Unit.POINTS, 5, 2), village.clerk)
    received = village.run(RECEIVE_STOCK, ReceiveStock(REWARD, 10, date(2026, 1, 1)), village.keeper)
    priced = village.run(PRICE_REWARD, PriceReward(REWARD, 7), village.second_clerk)
    withdrawn = village.run(WITHDRAW_REWARD, WithdrawReward(REWARD), village.clerk)

    assert (listed.code, listed.ids, listed.figures) == ("reward-listed", {"reward": REWARD}, {"price": 5})
    assert (received.code, received.figures) == ("stock-received", {"pieces": 10, "free": 10})
    assert (priced.code, priced.figures) == ("reward-priced", {"price": 7})
    assert withdrawn.code == "reward-withdrawn"
    assert (village.reward(REWARD).price, village.reward(REWARD).status) == (7, "withdrawn")


def test_who_has_no_role_for_it_changes_no_reward(village: Village) -> None:
    listing = ListReward(REWARD, village.community, FUND, Unit.POINTS, 5)
    for actor in (village.ann, village.keeper, village.approver):
        assert village.refusal(LIST_REWARD, listing, actor).code == "not-permitted"
    village.run(LIST_REWARD, listing, village.clerk)

    for actor in (village.ann, village.approver):
        assert village.refusal(RECEIVE_STOCK, ReceiveStock(REWARD, 1), actor).code == "not-permitted"
        assert village.refusal(PRICE_REWARD, PriceReward(REWARD, 1), actor).code == "not-permitted"
        assert village.refusal(WITHDRAW_REWARD, WithdrawReward(REWARD), actor).code == "not-permitted"


@pytest.mark.parametrize("listed", [True, False])
def test_another_communitys_reward_looks_like_none(village: Village, *, listed: bool) -> None:
    if listed:
        village.run(LIST_REWARD, ListReward(REWARD, village.community, FUND, Unit.POINTS, 5), village.clerk)
        theirs = ListReward(REWARD, village.next_door, FUND, Unit.POINTS, 5)
        assert village.refusal(LIST_REWARD, theirs, village.eve).facts() == {"id": REWARD}

    for use_case, request in (
        (RECEIVE_STOCK, ReceiveStock(REWARD, 1)),
        (PRICE_REWARD, PriceReward(REWARD, 1)),
        (WITHDRAW_REWARD, WithdrawReward(REWARD)),
    ):
        refusal = village.refusal(use_case, request, village.eve)
        assert (refusal.code, refusal.facts()) == ("unknown-id", {"id": REWARD})


def test_a_reward_is_listed_once(village: Village) -> None:
    listing = ListReward(REWARD, village.community, FUND, Unit.POINTS, 5)
    village.run(LIST_REWARD, listing, village.clerk)

    assert village.refusal(LIST_REWARD, listing, village.clerk).code == "reward-already-listed"
