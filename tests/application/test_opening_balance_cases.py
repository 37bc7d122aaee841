"""Balances from other books on public notice: shown, stopped by a member, decided on by somebody else, and posted."""

from datetime import timedelta

import pytest
from programme_of import set_programme
from village import Village, named

from ledger.accounts.adjustment import ADJUSTMENT
from ledger.application.adjustments import APPROVE_ADJUSTMENT, PROPOSE_ADJUSTMENT, ApproveAdjustment, ProposeAdjustment
from ledger.application.freezes import FREEZE_ACCOUNT, FreezeAccount
from ledger.application.opening_balances import (
    DECIDE_OPENING_OBJECTION,
    OBJECT_TO_OPENING_BALANCE,
    POST_OPENING_BALANCE,
    DecideOpeningObjection,
    ObjectToOpeningBalance,
    PostOpeningBalance,
)
from ledger.kernel.clock import business_day
from ledger.kernel.ids import SYSTEM, AdjustmentId
from ledger.kernel.units import Unit


@pytest.fixture
def village() -> Village:
    return Village()


def on_notice(village: Village, amount: int = 30) -> AdjustmentId:
    asked = ProposeAdjustment("opening_balance", village.ben, Unit.POINTS, amount, "other-book")
    adjustment = AdjustmentId(village.run(PROPOSE_ADJUSTMENT, asked, village.clerk).ids["adjustment"])
    outcome = village.run(APPROVE_ADJUSTMENT, ApproveAdjustment(adjustment), village.approver)
    assert (outcome.code, village.account(village.ben).posted) == ("adjustment-on-notice", 0)
    return adjustment


def objection(adjustment: AdjustmentId) -> ObjectToOpeningBalance:
    return ObjectToOpeningBalance(adjustment, "not-theirs")


def test_it_counts_when_its_five_working_days_are_over(village: Village) -> None:
    adjustment = on_notice(village)

    early = village.refusal(POST_OPENING_BALANCE, PostOpeningBalance(adjustment), SYSTEM)
    village.wait(days=8)
    outcome = village.run(POST_OPENING_BALANCE, PostOpeningBalance(adjustment), SYSTEM)

    assert early.code == "adjustment-notice-not-over"
    assert (outcome.code, outcome.figures) == ("adjustment-posted", {"amount": 30})
    assert village.account(village.ben).posted == 30
    assert village.refusal(POST_OPENING_BALANCE, PostOpeningBalance(adjustment), SYSTEM).code == (
        "adjustment-not-on-notice"
    )


def test_the_programme_says_how_long_it_is_shown(village: Village) -> None:
    set_programme(village, opening_notice_working_days=1)
    adjustment = on_notice(village)

    village.wait(days=4)

    assert village.run(POST_OPENING_BALANCE, PostOpeningBalance(adjustment), SYSTEM).code == "adjustment-posted"


def test_an_objection_stops_one_line_until_it_is_rejected(village: Village) -> None:
    adjustment = on_notice(village)
    village.run(OBJECT_TO_OPENING_BALANCE, objection(adjustment), village.ann)
    village.wait(days=8)
    stopped = village.refusal(POST_OPENING_BALANCE, PostOpeningBalance(adjustment), SYSTEM)

    decision = DecideOpeningObjection(adjustment, "rejected", "paper-seen")
    outcome = village.run(DECIDE_OPENING_OBJECTION, decision, village.second_approver)
    village.run(POST_OPENING_BALANCE, PostOpeningBalance(adjustment), SYSTEM)

    assert (stopped.code, outcome.code) == ("adjustment-not-on-notice", "adjustment-objection-rejected")
    assert village.account(village.ben).posted == 30


def test_an_objection_that_is_upheld_ends_it_and_the_right_figure_is_proposed_anew(village: Village) -> None:
    adjustment = on_notice(village)
    village.run(OBJECT_TO_OPENING_BALANCE, objection(adjustment), village.ann)
    decision = DecideOpeningObjection(adjustment, "upheld", "misread")
    village.run(DECIDE_OPENING_OBJECTION, decision, village.second_approver)

    assert on_notice(village, 3) == adjustment
    village.wait(days=8)
    village.run(POST_OPENING_BALANCE, PostOpeningBalance(adjustment), SYSTEM)

    assert village.account(village.ben).posted == 3


def test_who_had_a_part_in_it_does_not_decide_on_the_objection(village: Village) -> None:
    adjustment = on_notice(village)
    village.grant(village.clerk, "approver", village.community)
    village.grant(village.ann, "approver", village.community)
    village.run(OBJECT_TO_OPENING_BALANCE, objection(adjustment), village.ann)
    decision = DecideOpeningObjection(adjustment, "rejected", "seen")

    refused = {
        who: village.refusal(DECIDE_OPENING_OBJECTION, decision, who).code
        for who in (village.clerk, village.approver, village.ann, village.second_clerk, village.eve)
    }

    involved = "involved-in-adjustment"
    assert [*refused.values()] == [involved, involved, involved, "not-permitted", "unknown-id"]
    assert village.ledger.load(ADJUSTMENT, adjustment).state.status == "objected"


def test_only_people_of_the_place_object_and_only_time_posts(village: Village) -> None:
    adjustment, none = on_notice(village), AdjustmentId(named("none"))

    for use_case, request, actor, code in (
        (OBJECT_TO_OPENING_BALANCE, objection(adjustment), village.dan, "unknown-id"),
        (OBJECT_TO_OPENING_BALANCE, objection(none), village.ann, "unknown-id"),
        (POST_OPENING_BALANCE, PostOpeningBalance(adjustment), village.approver, "not-permitted"),
        (POST_OPENING_BALANCE, PostOpeningBalance(none), SYSTEM, "unknown-id"),
        (DECIDE_OPENING_OBJECTION, DecideOpeningObjection(none, "upheld", "x"), village.approver, "unknown-id"),
    ):
        assert village.refusal(use_case, request, actor).code == code


def test_while_nothing_may_come_in_it_stays_on_notice(village: Village) -> None:
    adjustment = on_notice(village)
    village.give_points(village.ben, 1)
    village.wait(days=7)
    until = business_day(village.now) + timedelta(days=3)
    village.run(FREEZE_ACCOUNT, FreezeAccount(village.ben, Unit.POINTS, "in", until, "x"), village.second_approver)
    village.wait(days=1)

    refused = village.refusal(POST_OPENING_BALANCE, PostOpeningBalance(adjustment), SYSTEM)

    assert (refused.code, village.ledger.load(ADJUSTMENT, adjustment).state.status) == ("account-frozen", "on_notice")
