"""Funds and quarters: what a month may cost, how often somebody may exchange, and what counts no longer."""

from typing import Any

import pytest
from exchanging import FUND, asked, handed_over, lying_ready, offered, settle_on, with_points
from village import Village, named

from ledger.application.funds import (
    DECLINE_CAP,
    OPEN_FUND,
    PROPOSE_CAP,
    SET_CAP,
    DeclineCap,
    OpenFund,
    ProposeCap,
    SetCap,
)
from ledger.application.hand_over import HAND_OVER, SUBSTITUTE, HandOver, Substitute
from ledger.application.redemptions import (
    CANCEL_REDEMPTION,
    LAPSE_REDEMPTION,
    REJECT_REDEMPTION,
    REQUEST_REDEMPTION,
    VOID_REDEMPTION,
    CancelRedemption,
    LapseRedemption,
    RejectRedemption,
    RequestRedemption,
    VoidRedemption,
)
from ledger.application.returns import RETURN_GOODS, ReturnGoods
from ledger.application.stock import RECEIVE_STOCK, ReceiveStock
from ledger.application.work import UseCase
from ledger.kernel.ids import SYSTEM, FundId, MemberId, ProposalId, RedemptionId, RewardId
from ledger.kernel.units import AMOUNT_MAX
from ledger.programme.events import Settings
from ledger.redemption.fund_usage import FUND_USAGE, fund_usage_id

SOAP, TOWEL = RewardId(named("soap")), RewardId(named("towel"))


@pytest.fixture
def village() -> Village:
    village = with_points(20)
    village.run(OPEN_FUND, OpenFund(FUND, village.community), village.clerk)
    offered(village, "soap", 2)
    offered(village, "towel", 3)
    return village


def cap(village: Village, points: int | None) -> None:
    proposal = village.run(PROPOSE_CAP, ProposeCap(FUND, points), village.clerk).ids["proposal"]
    village.run(SET_CAP, SetCap(FUND, ProposalId(proposal)), village.approver)


def used(village: Village, month: str = "2025-10") -> int:
    return village.ledger.load(FUND_USAGE, fund_usage_id(FUND, month)).state.used


def test_a_month_costs_the_fund_no_more_than_its_cap(village: Village) -> None:
    cap(village, 6)
    asked(village, SOAP, 2)

    refusal = village.refusal(REQUEST_REDEMPTION, RequestRedemption(SOAP, 2), village.ann)

    assert (refusal.code, refusal.facts()) == ("fund-cap-reached", {"asked": 4, "allowed": 6, "used": 4})
    assert asked(village, SOAP, 1)
    assert used(village) == 6
    village.wait(days=31)
    assert asked(village, SOAP, 3)
    assert used(village, "2025-11") == 6


def test_without_a_cap_the_months_are_counted_all_the_same(village: Village) -> None:
    asked(village, SOAP, 4)
    cap(village, 8)

    assert village.refusal(REQUEST_REDEMPTION, RequestRedemption(SOAP, 1), village.ann).code == "fund-cap-reached"
    cap(village, None)
    assert asked(village, SOAP, 1)


def test_a_fund_that_nobody_opened_has_no_cap(village: Village) -> None:
    other = offered(village, "rice", 5, fund=FundId(named("other fund")))

    assert asked(village, other, 2)
    assert used(village) == 0


ENDS: dict[str, tuple[UseCase[Any], Any, str]] = {
    "rejected": (REJECT_REDEMPTION, lambda one: RejectRedemption(one, "x"), "approver"),
    "cancelled": (CANCEL_REDEMPTION, CancelRedemption, "ann"),
    "voided": (VOID_REDEMPTION, lambda one: VoidRedemption(one, "out-of-stock"), "keeper"),
    "lapsed": (LAPSE_REDEMPTION, LapseRedemption, ""),
}


def end(village: Village, redemption: RedemptionId, ending: str) -> None:
    use_case, request, who = ENDS[ending]
    if ending == "lapsed":
        village.wait(days=7)
    village.run(use_case, request(redemption), village.person(who) if who else SYSTEM)


@pytest.mark.parametrize("ending", ENDS)
def test_what_ends_without_goods_burdens_neither_the_month_nor_the_quarter(village: Village, ending: str) -> None:
    settle_on(village, Settings(exchanges_per_member_quarter=1, exchanges_per_household_quarter=1))
    redemption = asked(village, SOAP, 2)
    assert used(village) == 4

    end(village, redemption, ending)

    assert used(village) == 0
    assert asked(village, SOAP, 1)


def test_a_part_and_what_comes_back_burden_the_month_less(village: Village) -> None:
    part = lying_ready(village, SOAP, 3)
    village.run(HAND_OVER, HandOver(part, 2), village.keeper)
    instead = lying_ready(village, SOAP, 2)
    village.run(SUBSTITUTE, Substitute(instead, TOWEL, 1, "voucher-shown"), village.keeper)
    assert used(village) == 4 + 3

    village.run(RETURN_GOODS, ReturnGoods(part, 1), village.keeper)
    village.run(RETURN_GOODS, ReturnGoods(instead, 1), village.keeper)

    assert used(village) == 2


def test_one_exchange_a_member_and_quarter(village: Village) -> None:
    settle_on(village, Settings(exchanges_per_member_quarter=1))
    handed_over(village, SOAP, 1)

    refusal = village.refusal(REQUEST_REDEMPTION, RequestRedemption(SOAP, 1), village.ann)

    assert (refusal.code, refusal.facts()) == ("exchanges-reached", {"allowed": 1, "per": "member"})
    village.wait(days=92)
    assert asked(village, SOAP, 1)


def test_a_household_shares_its_quarter(village: Village) -> None:
    settle_on(village, Settings(exchanges_per_household_quarter=1))
    village.give_points(village.cai, 4, "caring")
    village.give_points(village.approver, 4, "working")
    asked(village, SOAP, 1, village.cai)

    refusal = village.refusal(REQUEST_REDEMPTION, RequestRedemption(SOAP, 1), village.approver)

    assert (refusal.code, refusal.facts()) == ("exchanges-reached", {"allowed": 1, "per": "household"})
    assert asked(village, SOAP, 1, village.ann)


def test_who_lives_in_no_household_is_one_of_one(village: Village) -> None:
    settle_on(village, Settings(exchanges_per_member_quarter=3, exchanges_per_household_quarter=1))
    asked(village, SOAP, 1)

    assert village.refusal(REQUEST_REDEMPTION, RequestRedemption(SOAP, 1), village.ann).code == "exchanges-reached"


def test_a_cap_takes_two_people_and_who_proposed_may_take_it_back(village: Village) -> None:
    village.grant(village.clerk, "approver", village.community)
    first = ProposalId(village.run(PROPOSE_CAP, ProposeCap(FUND, 5), village.clerk).ids["proposal"])
    own = village.refusal(SET_CAP, SetCap(FUND, first), village.clerk)
    village.run(DECLINE_CAP, DeclineCap(FUND, first), village.clerk)

    gone = village.refusal(SET_CAP, SetCap(FUND, first), village.approver)

    assert (own.code, own.facts()) == ("own-proposal", {"proposed_by": village.clerk})
    assert (gone.code, gone.facts()) == ("proposal-gone", {"proposal": first})


@pytest.mark.parametrize("points", [-1, AMOUNT_MAX + 1])
def test_a_cap_has_bounds(village: Village, points: int) -> None:
    refusal = village.refusal(PROPOSE_CAP, ProposeCap(FUND, points), village.clerk)

    facts = {"asked": points, "smallest": 0, "largest": AMOUNT_MAX}
    assert (refusal.code, refusal.facts()) == ("cap-out-of-bounds", facts)


def test_a_fund_is_opened_once_by_who_may(village: Village) -> None:
    again = village.refusal(OPEN_FUND, OpenFund(FUND, village.community), village.clerk)
    theirs = village.refusal(OPEN_FUND, OpenFund(FUND, village.next_door), village.eve)
    new = OpenFund(FundId(named("new")), village.community)

    assert again.code == "fund-already-open"
    assert (theirs.code, theirs.facts()) == ("unknown-id", {"id": FUND})
    for actor in (village.ann, village.keeper, village.approver):
        assert village.refusal(OPEN_FUND, new, actor).code == "not-permitted"


def test_stock_is_not_received_at_another_communitys_cost(village: Village) -> None:
    theirs = FundId(named("theirs"))
    village.run(OPEN_FUND, OpenFund(theirs, village.next_door), village.eve)

    refusal = village.refusal(RECEIVE_STOCK, ReceiveStock(SOAP, 5, fund=theirs), village.keeper)

    assert (refusal.code, refusal.facts()) == ("unknown-id", {"id": theirs})
    assert village.run(RECEIVE_STOCK, ReceiveStock(SOAP, 5, fund=FUND), village.keeper).code == "stock-received"


def test_another_communitys_fund_looks_like_none(village: Village) -> None:
    proposal = ProposalId(named("proposal"))
    for fund in (FUND, FundId(named("none"))):
        for use_case, request, actor in (
            (PROPOSE_CAP, ProposeCap(fund, 5), village.eve),
            (SET_CAP, SetCap(fund, proposal), village.eve),
            (DECLINE_CAP, DeclineCap(fund, proposal), village.eve),
        ):
            refusal = village.refusal(use_case, request, MemberId(actor))
            assert (refusal.code, refusal.facts()) == ("unknown-id", {"id": fund})
