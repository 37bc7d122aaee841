"""A part, something else instead, goods that come back: points follow the pieces, and never more than were held."""

from datetime import timedelta
from typing import Any

import pytest
from exchanging import (
    RETURN_DAYS,
    asked,
    balances,
    handed_over,
    lying_ready,
    offered,
    redemption_of,
    settle_on,
    settled,
    with_points,
)
from village import Village, named

from ledger.application.freezes import FREEZE_ACCOUNT, FreezeAccount
from ledger.application.hand_over import HAND_OVER, SUBSTITUTE, HandOver, Substitute
from ledger.application.households import FORM_HOUSEHOLD, FormHousehold
from ledger.application.redemptions import (
    APPROVE_REDEMPTION,
    LAPSE_REDEMPTION,
    MAKE_READY,
    REQUEST_REDEMPTION,
    VOID_REDEMPTION,
    ApproveRedemption,
    LapseRedemption,
    MakeReady,
    RequestRedemption,
    VoidRedemption,
)
from ledger.application.returns import (
    RETURN_GOODS,
    SETTLE_REDEMPTION,
    ReturnGoods,
    SettleRedemption,
)
from ledger.application.reversals import APPROVE_REVERSAL, PROPOSE_REVERSAL, ApproveReversal, ProposeReversal
from ledger.application.work import UseCase
from ledger.kernel.clock import business_day
from ledger.kernel.ids import SYSTEM, RedemptionId, RewardId
from ledger.kernel.units import Unit
from ledger.programme.events import Settings

SOAP, TOWEL = RewardId(named("soap")), RewardId(named("towel"))


@pytest.fixture
def village() -> Village:
    village = with_points()
    offered(village, "soap", 2)
    offered(village, "towel", 3)
    return village


def stock(village: Village, reward: RewardId) -> tuple[int, int, int, int]:
    """Free, reserved, handed over, written off."""
    state = village.reward(reward)
    return state.free, state.set_aside, state.handed_over, state.written_off


def test_of_a_part_the_points_of_the_rest_come_back(village: Village) -> None:
    redemption, lots = lying_ready(village, SOAP, 3), village.account(village.ann).lots

    outcome = village.run(HAND_OVER, HandOver(redemption, 2), village.keeper)

    assert (outcome.code, outcome.figures) == ("redemption-partly-handed-over", {"pieces": 2, "total": 4})
    assert redemption_of(village, redemption).status == "partly_handed_over"
    assert (balances(village), stock(village, SOAP)) == ((6, 0), (8, 0, 2, 0))
    assert sum(lot.amount for lot in village.account(village.ann).lots) == sum(lot.amount for lot in lots) + 2
    again = village.refusal(HAND_OVER, HandOver(redemption, 1), village.keeper)
    assert again.code == "already-handed-over"


def test_all_pieces_named_are_all_pieces(village: Village) -> None:
    redemption = lying_ready(village, SOAP, 3)

    assert village.run(HAND_OVER, HandOver(redemption, 3), village.keeper).code == "redemption-handed-over"


def test_what_was_promised_is_handed_over_in_part_though_the_account_be_frozen(village: Village) -> None:
    redemption, other = lying_ready(village, SOAP, 3), lying_ready(village, SOAP, 2)
    today = business_day(village.now)
    freeze = FreezeAccount(village.ann, Unit.POINTS, "both", today, "under-review")
    village.run(FREEZE_ACCOUNT, freeze, village.approver)

    village.run(HAND_OVER, HandOver(redemption, 2), village.keeper)
    village.run(SUBSTITUTE, Substitute(other, TOWEL, 1, "voucher-shown"), village.keeper)

    assert balances(village) == (3, 0)


def test_of_a_part_the_rest_pays_what_is_owed_by_now(village: Village) -> None:
    redemption, award = lying_ready(village, SOAP, 3), village.award_of(village.ann, name="giving")
    village.run(PROPOSE_REVERSAL, ProposeReversal(award, "wrong-member", "owe"), village.clerk)
    village.run(APPROVE_REVERSAL, ApproveReversal(award), village.second_approver)
    assert village.account(village.ann).owed == 6

    village.run(HAND_OVER, HandOver(redemption, 2), village.keeper)

    assert (village.account(village.ann).owed, balances(village)) == (4, (-4, 0))


def test_of_a_part_only_the_rest_is_lost_when_its_days_of_grace_are_over(village: Village) -> None:
    # given points that came back after their expiry, with days of grace, and were held again
    first = asked(village, SOAP, 3)
    village.wait(days=365)
    village.run(LAPSE_REDEMPTION, LapseRedemption(first), SYSTEM)
    redemption = lying_ready(village, SOAP, 3)
    # when only a part is there on the day after the grace
    village.wait(days=6, hours=23)
    village.run(HAND_OVER, HandOver(redemption, 2), village.keeper)
    # then that part is handed over, and what comes back of the rest is worth nothing
    assert redemption_of(village, redemption).status == "partly_handed_over"
    assert (balances(village), village.account(village.ann).available(business_day(village.now))) == ((6, 0), 0)


@pytest.mark.parametrize("pieces", [0, -1, 4])
def test_a_part_is_some_of_what_was_asked_for(village: Village, pieces: int) -> None:
    redemption = lying_ready(village, SOAP, 3)

    refusal = village.refusal(HAND_OVER, HandOver(redemption, pieces), village.keeper)

    assert (refusal.code, refusal.facts()) == ("more-than-set-aside", {"asked": pieces, "allowed": 3})


def test_something_else_is_given_for_less_and_the_rest_comes_back(village: Village) -> None:
    redemption = lying_ready(village, SOAP, 2)

    outcome = village.run(SUBSTITUTE, Substitute(redemption, TOWEL, 1, "voucher-shown"), village.keeper)

    assert (outcome.code, outcome.figures) == ("redemption-substituted", {"pieces": 1, "total": 3})
    assert balances(village) == (7, 0)
    assert (stock(village, SOAP), stock(village, TOWEL)) == ((10, 0, 0, 0), (9, 0, 1, 0))
    assert redemption_of(village, redemption).status == "substituted"
    assert village.refusal(HAND_OVER, HandOver(redemption), village.keeper).code == "already-handed-over"


def test_something_else_never_costs_more_than_was_held(village: Village) -> None:
    redemption, elsewhere = lying_ready(village, SOAP, 2), RewardId(named("none"))

    dear = village.refusal(SUBSTITUTE, Substitute(redemption, TOWEL, 2, "voucher-shown"), village.keeper)
    unknown = village.refusal(SUBSTITUTE, Substitute(redemption, elsewhere, 1, "voucher-shown"), village.keeper)

    assert (dear.code, dear.facts()) == ("substitute-too-dear", {"total": 6, "held": 4})
    assert (unknown.code, unknown.facts()) == ("unknown-id", {"id": elsewhere})
    assert village.refusal(SUBSTITUTE, Substitute(redemption, TOWEL, 1, "x"), village.clerk).code == "not-permitted"


@pytest.mark.parametrize("ending", ["whole", "part", "instead"])
def test_what_comes_back_brings_its_points_and_no_more(village: Village, ending: str) -> None:
    redemption = lying_ready(village, SOAP, 3)
    endings: dict[str, tuple[UseCase[Any], Any]] = {
        "whole": (HAND_OVER, HandOver(redemption)),
        "part": (HAND_OVER, HandOver(redemption, 2)),
        "instead": (SUBSTITUTE, Substitute(redemption, TOWEL, 2, "voucher-shown")),
    }
    before = village.account(village.ann).posted
    spent = village.run(*endings[ending], village.keeper).figures
    village.wait(days=2)

    for _ in range(spent["pieces"]):
        village.run(RETURN_GOODS, ReturnGoods(redemption, 1), village.keeper)

    assert balances(village) == (before, 0)
    assert (stock(village, SOAP), stock(village, TOWEL)) == ((10, 0, 0, 0), (10, 0, 0, 0))
    assert redemption_of(village, redemption).status == "returned"
    assert village.refusal(RETURN_GOODS, ReturnGoods(redemption, 1), village.keeper).code == "nothing-to-return"


def test_the_lots_come_back_with_the_expiry_they_had(village: Village) -> None:
    lots = village.account(village.ann).lots
    redemption = handed_over(village, SOAP, 4)

    village.run(RETURN_GOODS, ReturnGoods(redemption, 4), village.keeper)

    assert village.account(village.ann).lots == lots


def test_damaged_pieces_do_not_go_onto_the_shelf_again(village: Village) -> None:
    redemption = handed_over(village, SOAP, 3)

    village.run(RETURN_GOODS, ReturnGoods(redemption, 2, "damaged"), village.keeper)

    assert (stock(village, SOAP), balances(village)) == ((7, 0, 1, 2), (8, 0))


def test_no_more_comes_back_than_was_handed_over(village: Village) -> None:
    redemption = handed_over(village, SOAP, 3)
    village.run(RETURN_GOODS, ReturnGoods(redemption, 2), village.keeper)

    refusal = village.refusal(RETURN_GOODS, ReturnGoods(redemption, 2), village.keeper)

    assert (refusal.code, refusal.facts()) == ("more-than-handed-over", {"asked": 2, "allowed": 1})


def test_nothing_comes_back_before_it_was_handed_over_or_after_its_days(village: Village) -> None:
    waiting, handed = asked(village, SOAP, 1), handed_over(village, SOAP, 1)
    until = village.now + timedelta(days=RETURN_DAYS)
    early = village.refusal(SETTLE_REDEMPTION, SettleRedemption(handed), SYSTEM)
    none = village.refusal(RETURN_GOODS, ReturnGoods(waiting, 1), village.keeper)
    settled(village, handed)

    late = village.refusal(RETURN_GOODS, ReturnGoods(handed, 1), village.keeper)

    assert (early.code, early.facts()) == ("return-still-possible", {"until": until})
    assert (none.code, none.facts()) == ("nothing-to-return", {"state": "requested"})
    assert (late.code, late.facts()) == ("nothing-to-return", {"state": "settled"})
    assert redemption_of(village, handed).status == "settled"
    assert village.refusal(HAND_OVER, HandOver(handed), village.keeper).code == "already-handed-over"
    assert village.refusal(SETTLE_REDEMPTION, SettleRedemption(handed), SYSTEM).code == "redemption-finished"


def test_the_programme_says_for_how_long_goods_may_come_back_as_it_was_when_they_were_handed_over(
    village: Village,
) -> None:
    settle_on(village, Settings(return_days=2))
    redemption = handed_over(village, SOAP, 2)
    village.wait(days=1)
    settle_on(village, Settings(return_days=0))

    village.run(RETURN_GOODS, ReturnGoods(redemption, 1), village.keeper)
    at_once = handed_over(village, SOAP, 1)
    assert village.refusal(RETURN_GOODS, ReturnGoods(at_once, 1), village.keeper).code == "return-too-late"
    village.wait(days=1)
    assert village.refusal(RETURN_GOODS, ReturnGoods(redemption, 1), village.keeper).code == "return-too-late"
    assert village.run(SETTLE_REDEMPTION, SettleRedemption(redemption), SYSTEM).code == "redemption-settled"


def test_a_return_is_too_late_before_anybody_settled_it(village: Village) -> None:
    redemption = handed_over(village, SOAP, 1)
    village.wait(days=RETURN_DAYS)

    assert village.refusal(RETURN_GOODS, ReturnGoods(redemption, 1), village.keeper).code == "return-too-late"


def test_only_a_keeper_takes_goods_back_and_never_their_own(village: Village) -> None:
    redemption = handed_over(village, SOAP, 1)
    village.grant(village.ann, "shelf_keeper", village.community)

    assert village.refusal(RETURN_GOODS, ReturnGoods(redemption, 1), village.ann).code == "own-redemption"
    assert village.refusal(RETURN_GOODS, ReturnGoods(redemption, 1), village.clerk).code == "not-permitted"
    assert village.refusal(RETURN_GOODS, ReturnGoods(redemption, 1), village.eve).code == "unknown-id"
    assert village.refusal(SETTLE_REDEMPTION, SettleRedemption(redemption), village.clerk).code == "not-permitted"


def test_who_lives_with_the_member_takes_nothing_back(village: Village) -> None:
    redemption = handed_over(village, SOAP, 1)
    village.run(FORM_HOUSEHOLD, FormHousehold(village.community, (village.ann, village.keeper)), village.administrator)

    refusal = village.refusal(RETURN_GOODS, ReturnGoods(redemption, 1, "damaged"), village.keeper)

    assert (refusal.code, balances(village)) == ("own-redemption", (8, 0))


def test_what_is_not_to_be_had_after_all_is_voided_and_everything_comes_back(village: Village) -> None:
    redemption = lying_ready(village, SOAP, 3)

    outcome = village.run(VOID_REDEMPTION, VoidRedemption(redemption, "out-of-stock"), village.keeper)

    assert (outcome.code, balances(village)) == ("redemption-voided", (10, 0))
    assert stock(village, SOAP) == (10, 0, 0, 0)
    assert village.refusal(HAND_OVER, HandOver(redemption), village.keeper).code == "redemption-finished"
    assert village.refusal(VOID_REDEMPTION, VoidRedemption(redemption, "x"), village.ann).code == "not-permitted"


def test_a_price_that_changed_since_is_not_debited(village: Village) -> None:
    refusal = village.refusal(REQUEST_REDEMPTION, RequestRedemption(SOAP, 2, expected_total=3), village.ann)

    assert (refusal.code, refusal.facts()) == ("price-changed", {"expected": 3, "total": 4})
    assert village.run(REQUEST_REDEMPTION, RequestRedemption(SOAP, 2, expected_total=4), village.ann)


def test_small_ones_are_approved_by_the_system_where_the_programme_says_so(village: Village) -> None:
    settle_on(village, Settings(automatic_approval_total_max=4, counter_recheck_percent=100))

    small = village.run(REQUEST_REDEMPTION, RequestRedemption(SOAP, 2), village.ann)
    large = village.run(REQUEST_REDEMPTION, RequestRedemption(SOAP, 3), village.ann)

    assert (small.code, large.code) == ("redemption-approved", "redemption-requested")
    state = redemption_of(village, RedemptionId(small.ids["redemption"]))
    assert (state.approved_by, state.recheck) == (SYSTEM, "open")
    again = ApproveRedemption(RedemptionId(small.ids["redemption"]))
    assert village.refusal(APPROVE_REDEMPTION, again, village.clerk).code == "redemption-in-other-state"


def test_what_somebody_else_asked_for_in_a_members_name_takes_an_approver_however_small(village: Village) -> None:
    settle_on(village, Settings(automatic_approval_total_max=4))

    outcome = village.run(REQUEST_REDEMPTION, RequestRedemption(SOAP, 1, village.ann), village.keeper)

    assert outcome.code == "redemption-requested"
    ready = MakeReady(RedemptionId(outcome.ids["redemption"]))
    assert village.refusal(MAKE_READY, ready, village.keeper).code == "redemption-in-other-state"


def test_the_programme_says_for_how_long_goods_are_kept_and_when_it_takes_two(village: Village) -> None:
    settle_on(village, Settings(hold_days=3, other_keeper_above=3))
    village.grant(village.clerk, "shelf_keeper", village.community)

    outcome = village.run(REQUEST_REDEMPTION, RequestRedemption(SOAP, 1), village.ann)
    redemption = lying_ready(village, SOAP, 2)

    assert outcome.times["lapses_at"] == village.now + timedelta(days=3)
    refusal = village.refusal(HAND_OVER, HandOver(redemption), village.clerk)
    assert (refusal.code, refusal.facts()) == ("approver-cannot-hand-over", {"total": 4, "allowed": 3})
