"""Rewards are drafted and priced by staff of their community, and hold once an approver has agreed."""

from datetime import date, timedelta

import pytest
from village import Village, named

from ledger.application.funds import OPEN_FUND, OpenFund
from ledger.application.rewards import (
    APPROVE_PRICE,
    APPROVE_REWARD,
    DRAFT_REWARD,
    PROPOSE_PRICE,
    WITHDRAW_REWARD,
    ApprovePrice,
    ApproveReward,
    DraftReward,
    ProposePrice,
    WithdrawReward,
)
from ledger.application.stock import RECEIVE_STOCK, ReceiveStock
from ledger.kernel.ids import FundId, OrganisationId, ProposalId, RewardId
from ledger.kernel.units import Unit
from ledger.redemption.events import Limit

REWARD = RewardId(named("soap"))
FUND = FundId(named("fund"))


@pytest.fixture
def village() -> Village:
    return Village()


def draft(village: Village, **more: object) -> DraftReward:
    asked = {"reward": REWARD, "organisation": village.community, "fund": FUND, "unit": Unit.POINTS, "price": 5}
    return DraftReward(**(asked | more))  # type: ignore[arg-type]  # by name, one of them at a time


def drafted(village: Village) -> None:
    village.run(DRAFT_REWARD, draft(village), village.clerk)


def listed(village: Village) -> None:
    drafted(village)
    village.run(APPROVE_REWARD, ApproveReward(REWARD), village.approver)


def proposed(village: Village, price: int = 7, from_day: date | None = None) -> ProposalId:
    outcome = village.run(PROPOSE_PRICE, ProposePrice(REWARD, price, from_day), village.clerk)
    return ProposalId(outcome.ids["proposal"])


def test_a_reward_is_drafted_approved_filled_up_priced_and_withdrawn(village: Village) -> None:
    limits = (Limit("member", 2, "month"), Limit("household", 3, "year"))
    draft_ = village.run(DRAFT_REWARD, draft(village, limits=limits), village.clerk)
    approved = village.run(APPROVE_REWARD, ApproveReward(REWARD), village.approver)
    received = village.run(RECEIVE_STOCK, ReceiveStock(REWARD, 10, date(2026, 1, 1)), village.keeper)
    proposal = proposed(village)
    priced = village.run(APPROVE_PRICE, ApprovePrice(REWARD, proposal), village.approver)
    withdrawn = village.run(WITHDRAW_REWARD, WithdrawReward(REWARD), village.clerk)

    assert (draft_.code, draft_.ids, draft_.figures) == ("reward-drafted", {"reward": REWARD}, {"price": 5})
    assert (approved.code, approved.figures) == ("reward-listed", {"price": 5})
    assert (received.code, received.figures) == ("stock-received", {"pieces": 10, "free": 10})
    assert (priced.code, priced.figures) == ("reward-priced", {"price": 7})
    assert withdrawn.code == "reward-withdrawn"
    reward = village.reward(REWARD)
    assert (reward.price, reward.status) == (7, "withdrawn")
    assert reward.listing
    assert (reward.listing.limits, reward.listing.drafted_by) == (limits, village.clerk)


def test_a_draft_is_nothing_to_ask_for_yet(village: Village) -> None:
    drafted(village)

    assert village.reward(REWARD).status == "drafted"
    assert village.refusal(PROPOSE_PRICE, ProposePrice(REWARD, 7), village.clerk).code == "reward-not-listed"
    assert village.run(RECEIVE_STOCK, ReceiveStock(REWARD, 1), village.keeper).code == "stock-received"


def test_whoever_drafted_or_proposed_does_not_approve(village: Village) -> None:
    village.grant(village.clerk, "approver", village.community)
    drafted(village)
    own = village.refusal(APPROVE_REWARD, ApproveReward(REWARD), village.clerk)
    village.run(APPROVE_REWARD, ApproveReward(REWARD), village.approver)
    proposal = proposed(village)

    assert (own.code, own.facts()) == ("own-proposal", {"proposed_by": village.clerk})
    assert village.refusal(APPROVE_PRICE, ApprovePrice(REWARD, proposal), village.clerk).code == "own-proposal"


def test_a_price_holds_from_its_day_on(village: Village) -> None:
    listed(village)
    today = date(2025, 10, 15)
    proposal = proposed(village, 7, today + timedelta(days=3))
    village.run(APPROVE_PRICE, ApprovePrice(REWARD, proposal), village.approver)

    assert [village.reward(REWARD).price_on(today + timedelta(days=days)) for days in (0, 2, 3, 9)] == [5, 5, 7, 7]
    past = village.refusal(PROPOSE_PRICE, ProposePrice(REWARD, 7, today - timedelta(days=1)), village.clerk)
    assert (past.code, past.facts()) == ("price-day-over", {"from_day": today - timedelta(days=1), "today": today})


def test_a_newer_proposal_takes_the_place_of_an_open_one(village: Village) -> None:
    listed(village)
    older, newer = proposed(village, 7), proposed(village, 8)

    gone = village.refusal(APPROVE_PRICE, ApprovePrice(REWARD, older), village.approver)

    assert (gone.code, gone.facts()) == ("proposal-gone", {"proposal": older})
    assert village.run(APPROVE_PRICE, ApprovePrice(REWARD, newer), village.approver).figures == {"price": 8}
    assert village.refusal(APPROVE_PRICE, ApprovePrice(REWARD, newer), village.approver).code == "proposal-gone"


def test_who_has_no_role_for_it_changes_no_reward(village: Village) -> None:
    for actor in (village.ann, village.keeper, village.approver):
        assert village.refusal(DRAFT_REWARD, draft(village), actor).code == "not-permitted"
    listed(village)
    proposal = proposed(village)

    for actor in (village.ann, village.approver):
        assert village.refusal(RECEIVE_STOCK, ReceiveStock(REWARD, 1), actor).code == "not-permitted"
        assert village.refusal(PROPOSE_PRICE, ProposePrice(REWARD, 1), actor).code == "not-permitted"
        assert village.refusal(WITHDRAW_REWARD, WithdrawReward(REWARD), actor).code == "not-permitted"
    for actor in (village.ann, village.clerk, village.keeper):
        assert village.refusal(APPROVE_REWARD, ApproveReward(REWARD), actor).code == "not-permitted"
        assert village.refusal(APPROVE_PRICE, ApprovePrice(REWARD, proposal), actor).code == "not-permitted"


@pytest.mark.parametrize("is_there", [True, False])
def test_another_communitys_reward_looks_like_none(village: Village, *, is_there: bool) -> None:
    if is_there:
        listed(village)
        theirs = draft(village, organisation=village.next_door)
        assert village.refusal(DRAFT_REWARD, theirs, village.eve).facts() == {"id": REWARD}

    for use_case, request in (
        (RECEIVE_STOCK, ReceiveStock(REWARD, 1)),
        (APPROVE_REWARD, ApproveReward(REWARD)),
        (PROPOSE_PRICE, ProposePrice(REWARD, 1)),
        (APPROVE_PRICE, ApprovePrice(REWARD, ProposalId(named("proposal")))),
        (WITHDRAW_REWARD, WithdrawReward(REWARD)),
    ):
        refusal = village.refusal(use_case, request, village.eve)
        assert (refusal.code, refusal.facts()) == ("unknown-id", {"id": REWARD})


def test_a_reward_is_listed_once(village: Village) -> None:
    listed(village)

    assert village.refusal(DRAFT_REWARD, draft(village), village.clerk).code == "reward-already-listed"
    assert village.refusal(APPROVE_REWARD, ApproveReward(REWARD), village.approver).code == "reward-already-listed"


def test_a_merchant_is_somebody_and_a_fund_pays_only_for_its_own(village: Village) -> None:
    nobody = OrganisationId(named("nobody"))
    village.run(OPEN_FUND, OpenFund(FundId(named("theirs")), village.next_door), village.eve)

    unknown = village.refusal(DRAFT_REWARD, draft(village, merchant=nobody), village.clerk)
    theirs = village.refusal(DRAFT_REWARD, draft(village, fund=FundId(named("theirs"))), village.clerk)

    assert (unknown.code, unknown.facts()) == ("unknown-id", {"id": nobody})
    assert (theirs.code, theirs.facts()) == ("unknown-id", {"id": named("theirs")})
    assert village.run(DRAFT_REWARD, draft(village, merchant=village.street), village.clerk)
