"""Balances corrected by two people, or three where it is much, and what another book ended with."""

from datetime import date, timedelta

import pytest
from programme_of import set_programme
from village import Village, named

from ledger.accounts.adjustment import ADJUSTMENT
from ledger.accounts.events import Counter, Credited, Debited
from ledger.application.adjustments import (
    APPROVE_ADJUSTMENT,
    PROPOSE_ADJUSTMENT,
    REFUSE_ADJUSTMENT,
    ApproveAdjustment,
    ProposeAdjustment,
    RefuseAdjustment,
)
from ledger.application.freezes import FREEZE_ACCOUNT, FreezeAccount
from ledger.application.members import SUSPEND_MEMBER, SuspendMember
from ledger.kernel.clock import business_day
from ledger.kernel.ids import AdjustmentId, MemberId
from ledger.kernel.units import AMOUNT_MAX, Unit


@pytest.fixture
def village() -> Village:
    village = Village()
    village.give_points(village.ann, 10)
    return village


def about(village: Village, amount: int, member: MemberId | None = None) -> ProposeAdjustment:
    return ProposeAdjustment("adjustment", member or village.ann, Unit.POINTS, amount, "counted-twice")


def proposed(village: Village, amount: int, member: MemberId | None = None) -> AdjustmentId:
    outcome = village.run(PROPOSE_ADJUSTMENT, about(village, amount, member), village.clerk)
    assert (outcome.code, outcome.figures) == ("adjustment-proposed", {"amount": amount})
    return AdjustmentId(outcome.ids["adjustment"])


def test_a_correction_upwards_is_a_lot_that_another_person_agreed_to(village: Village) -> None:
    adjustment = proposed(village, 5)
    assert village.account(village.ann).posted == 10

    outcome = village.run(APPROVE_ADJUSTMENT, ApproveAdjustment(adjustment), village.approver)

    assert outcome.code == "adjustment-posted"
    (entry,) = (event for _, event in village.ledger.log if isinstance(event, Credited) and event.reason == adjustment)
    assert (entry.amount, entry.counter) == (5, Counter("adjustment", village.community))
    assert village.account(village.ann).posted == 15


def test_a_correction_downwards_takes_what_is_free_and_never_more(village: Village) -> None:
    some, too_much = proposed(village, -4), proposed(village, -7)

    village.run(APPROVE_ADJUSTMENT, ApproveAdjustment(some), village.approver)

    gone = [event for _, event in village.ledger.log if isinstance(event, Debited)]
    assert [(event.amount, event.counter.kind) for event in gone] == [(4, "adjustment")]
    refused = village.refusal(APPROVE_ADJUSTMENT, ApproveAdjustment(too_much), village.approver)
    assert (refused.code, refused.facts()) == ("insufficient-points", {"asked": 7, "available": 6})
    # it was not decided on either
    assert village.ledger.load(ADJUSTMENT, too_much).state.status == "proposed"


def test_an_opening_balance_opens_the_account_and_may_expire(village: Village) -> None:
    expires_on = business_day(village.now) + timedelta(days=90)
    asked = ProposeAdjustment(
        "opening_balance", village.ben, Unit.CARE_MINUTES, 300, "paper-book", evidence="0" * 64, expires_on=expires_on
    )
    set_programme(village, opening_notice_working_days=0)
    outcome = village.run(PROPOSE_ADJUSTMENT, asked, village.clerk)

    village.run(APPROVE_ADJUSTMENT, ApproveAdjustment(AdjustmentId(outcome.ids["adjustment"])), village.approver)

    account = village.account(village.ben, Unit.CARE_MINUTES)
    assert [(lot.amount, lot.expires_on) for lot in account.lots] == [(300, expires_on)]
    (entry,) = (event for _, event in village.ledger.log if isinstance(event, Credited) and event.amount == 300)
    assert entry.counter.kind == "opening"


def test_a_large_one_takes_two_approvers_by_the_programmes_threshold(village: Village) -> None:
    set_programme(village, two_approvers_above=4)
    adjustment = proposed(village, -5)

    first = village.run(APPROVE_ADJUSTMENT, ApproveAdjustment(adjustment), village.approver)
    assert (first.code, village.account(village.ann).posted) == ("adjustment-approved", 10)
    again = village.refusal(APPROVE_ADJUSTMENT, ApproveAdjustment(adjustment), village.approver)
    assert again.code == "adjustment-approved-by-you"

    second = village.run(APPROVE_ADJUSTMENT, ApproveAdjustment(adjustment), village.second_approver)
    assert (second.code, village.account(village.ann).posted) == ("adjustment-posted", 5)


def test_a_refused_one_changes_nothing_and_is_at_an_end(village: Village) -> None:
    adjustment = proposed(village, 5)

    outcome = village.run(REFUSE_ADJUSTMENT, RefuseAdjustment(adjustment, "no-paper"), village.approver)

    assert (outcome.code, village.account(village.ann).posted) == ("adjustment-refused", 10)
    refused = village.refusal(APPROVE_ADJUSTMENT, ApproveAdjustment(adjustment), village.second_approver)
    assert (refused.code, refused.facts()) == ("adjustment-already-decided", {"status": "refused"})


def test_nobody_corrects_their_own_balance_or_their_households(village: Village) -> None:
    village.grant(village.cai, "staff", village.community)
    village.grant(village.clerk, "approver", village.community)
    adjustment, of_cai = proposed(village, 5), proposed(village, 5, village.cai)

    refusals = [
        village.refusal(PROPOSE_ADJUSTMENT, about(village, 5, village.clerk), village.clerk),
        village.refusal(PROPOSE_ADJUSTMENT, about(village, 5, village.approver), village.cai),
        village.refusal(APPROVE_ADJUSTMENT, ApproveAdjustment(of_cai), village.approver),
        village.refusal(REFUSE_ADJUSTMENT, RefuseAdjustment(of_cai, "x"), village.approver),
        village.refusal(APPROVE_ADJUSTMENT, ApproveAdjustment(adjustment), village.clerk),
    ]

    own, proposer = "adjustment-for-own-household", "adjustment-by-proposer"
    assert [refusal.code for refusal in refusals] == [own, own, own, own, proposer]


@pytest.mark.parametrize("amount", [0, AMOUNT_MAX + 1, -AMOUNT_MAX - 1])
def test_no_correction_is_nothing_or_too_much(village: Village, amount: int) -> None:
    assert village.refusal(PROPOSE_ADJUSTMENT, about(village, amount), village.clerk).code == "amount-out-of-bounds"


def test_each_step_needs_its_role_where_the_member_lives(village: Village) -> None:
    adjustment, none = proposed(village, 5), AdjustmentId(named("none"))

    for use_case, request, actor, code in (
        (PROPOSE_ADJUSTMENT, about(village, 5), village.approver, "not-permitted"),
        (PROPOSE_ADJUSTMENT, about(village, 5), village.eve, "unknown-id"),
        (PROPOSE_ADJUSTMENT, about(village, 5, MemberId(named("nobody"))), village.clerk, "unknown-id"),
        (APPROVE_ADJUSTMENT, ApproveAdjustment(adjustment), village.second_clerk, "not-permitted"),
        (APPROVE_ADJUSTMENT, ApproveAdjustment(adjustment), village.eve, "unknown-id"),
        (APPROVE_ADJUSTMENT, ApproveAdjustment(none), village.approver, "unknown-id"),
        (REFUSE_ADJUSTMENT, RefuseAdjustment(adjustment, "x"), village.ann, "not-permitted"),
    ):
        assert village.refusal(use_case, request, actor).code == code


def test_a_correction_is_possible_for_somebody_suspended_and_waits_while_nothing_may_come_in(village: Village) -> None:
    village.run(SUSPEND_MEMBER, SuspendMember(village.ann, "x"), village.clerk)
    upwards, downwards = proposed(village, 5), proposed(village, -5)
    until = business_day(village.now) + timedelta(days=3)
    village.run(FREEZE_ACCOUNT, FreezeAccount(village.ann, Unit.POINTS, "both", until, "x"), village.approver)

    refused = village.refusal(APPROVE_ADJUSTMENT, ApproveAdjustment(upwards), village.approver)
    village.run(APPROVE_ADJUSTMENT, ApproveAdjustment(downwards), village.approver)

    assert refused.code == "account-frozen"
    assert village.account(village.ann).posted == 5


def test_what_had_expired_when_it_was_agreed_to_does_not_come_in(village: Village) -> None:
    past = date(2025, 10, 1)
    asked = ProposeAdjustment("adjustment", village.ann, Unit.POINTS, 5, "late", expires_on=past)
    outcome = village.run(PROPOSE_ADJUSTMENT, asked, village.clerk)
    adjustment = AdjustmentId(outcome.ids["adjustment"])

    assert (
        village.refusal(APPROVE_ADJUSTMENT, ApproveAdjustment(adjustment), village.approver).code == "lot-already-due"
    )


def test_the_same_command_proposes_once(village: Village) -> None:
    command = named("command")
    village.run(PROPOSE_ADJUSTMENT, about(village, 5), village.clerk, command)

    answer = village.answer(PROPOSE_ADJUSTMENT, about(village, 5), village.clerk, command)

    assert getattr(answer, "code", None) == "adjustment-already-proposed"


def test_one_paper_book_that_two_clerks_enter_counts_once(village: Village) -> None:
    set_programme(village, opening_notice_working_days=0)
    book = ProposeAdjustment("opening_balance", village.ben, Unit.POINTS, 12, "paper-book")
    first = village.run(PROPOSE_ADJUSTMENT, book, village.clerk)

    assert village.refusal(PROPOSE_ADJUSTMENT, book, village.second_clerk).code == "adjustment-already-proposed"
    adjustment = AdjustmentId(first.ids["adjustment"])
    village.run(REFUSE_ADJUSTMENT, RefuseAdjustment(adjustment, "not-shown"), village.approver)
    again = village.run(PROPOSE_ADJUSTMENT, book, village.second_clerk)
    village.run(APPROVE_ADJUSTMENT, ApproveAdjustment(adjustment), village.approver)

    assert again.ids["adjustment"] == adjustment
    assert village.account(village.ben).posted == 12
    assert village.refusal(PROPOSE_ADJUSTMENT, book, village.clerk).code == "adjustment-already-proposed"
