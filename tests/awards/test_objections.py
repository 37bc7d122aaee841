"""An objection stops one award, is decided by somebody who had no part in it, and can go to the street once."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from award_stories import (
    AFTER_ALL,
    APPROVER,
    DECIDE_BY,
    ESCALATE_UNTIL,
    MEMBER,
    OBJECTED,
    OBJECTOR,
    ON_NOTICE,
    OTHER,
    PLACE,
    PROPOSER,
    SOMEBODY,
    STREET,
    STREET_APPROVER,
    after,
    approve,
    credit,
    decide,
    escalate,
    history,
    object_,
    proposal,
    propose_reversal,
)
from msgspec.structs import replace

from ledger.awards.award import AWARD, AwardCommand
from ledger.awards.events import AwardObjected, ObjectionDecided, ObjectionEscalated
from ledger.awards.objection import DecideObjection, ObjectToAward
from ledger.awards.objection_refusals import (
    AlreadyObjected,
    DecisionNotFinal,
    EscalationTooLate,
    InvolvedInAward,
    NotYoursToEscalate,
    NowhereToEscalate,
    ObjectionFinal,
)
from ledger.awards.refusals import AwardNotApproved, NoticeNotOver, OwnHouseholdOrSelf
from ledger.awards.reversal_refusals import ReversalPending
from ledger.kernel.calendar import Deadline
from ledger.kernel.ids import MemberId
from ledger.kernel.refusal import Refusal

LAST_WORD = decide("rejected", STREET_APPROVER)


def refused(command: AwardCommand, *before: AwardCommand) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        AWARD.decide(after(*before), command)
    return refusal.value


def test_an_objection_says_who_why_and_by_when_it_should_be_decided() -> None:
    provisional = ObjectToAward(OBJECTOR, "was-not-there", Deadline(DECIDE_BY, provisional=True))

    assert history(*OBJECTED)[-1] == AwardObjected(OBJECTOR, "was-not-there", DECIDE_BY)
    assert history(*ON_NOTICE, provisional)[-1] == AwardObjected(OBJECTOR, "was-not-there", DECIDE_BY, True)


def test_while_it_waits_the_award_is_not_credited_however_late_it_gets() -> None:
    refusal = refused(credit(date(2030, 1, 1)), *OBJECTED)

    assert isinstance(refusal, AwardNotApproved)
    assert refusal.facts() == {"state": "objected"}


def test_upheld_ends_the_award_as_refused() -> None:
    events = history(*OBJECTED, decide("upheld"))

    assert events[-1] == ObjectionDecided(SOMEBODY, "upheld", "list-checked", ESCALATE_UNTIL)
    assert after(*OBJECTED, decide("upheld")).status == "refused"


def test_rejected_lets_the_notice_go_on_to_the_day_it_had() -> None:
    award = after(*OBJECTED, decide("rejected"))

    assert (award.status, award.notice_until) == ("on_notice", after(*ON_NOTICE).notice_until)


@pytest.mark.parametrize(("day", "expected"), [(22, NoticeNotOver), (23, DecisionNotFinal), (29, DecisionNotFinal)])
def test_after_a_rejection_it_is_credited_once_nobody_can_take_it_further(day: int, expected: type[Refusal]) -> None:
    rejected = (*OBJECTED, decide("rejected"))

    refusal = refused(credit(date(2025, 10, day)), *rejected)

    assert isinstance(refusal, expected)
    assert not refusal.remembered
    assert after(*rejected, credit(AFTER_ALL)).status == "credited"


def test_the_day_until_which_it_can_be_taken_further_is_named() -> None:
    refusal = refused(credit(ESCALATE_UNTIL), *OBJECTED, decide("rejected"))

    assert refusal.facts() == {"escalate_until": ESCALATE_UNTIL}


def test_each_member_objects_once_and_another_may_after_a_rejection() -> None:
    rejected = (*OBJECTED, decide("rejected"))

    assert isinstance(refused(object_(), *rejected), AlreadyObjected)
    assert after(*rejected, object_(OTHER)).objectors == (OBJECTOR, OTHER)


@pytest.mark.parametrize("by", [PROPOSER, APPROVER, OBJECTOR])
def test_who_had_a_part_in_the_award_or_objected_does_not_decide(by: MemberId) -> None:
    refusal = refused(decide("rejected", by), *OBJECTED)

    assert isinstance(refusal, InvolvedInAward)
    assert refusal.facts() == {"involved": by}


def test_who_gave_their_word_for_the_minutes_does_not_decide() -> None:
    proposed = proposal()
    attested = replace(proposed, proposal=replace(proposed.proposal, attested_by=(OTHER,)))

    assert isinstance(refused(decide("rejected", OTHER), attested, approve(), object_()), InvolvedInAward)


def test_who_lives_with_the_objector_does_not_decide() -> None:
    assert isinstance(refused(decide("rejected", near_objector=True), *OBJECTED), InvolvedInAward)


@pytest.mark.parametrize("command", [decide("upheld", MEMBER), decide("rejected", near_beneficiary=True)])
def test_nobody_decides_for_themselves_or_their_household(command: DecideObjection) -> None:
    refusal = refused(command, *OBJECTED)

    assert isinstance(refusal, OwnHouseholdOrSelf)
    assert refusal.facts() == {"beneficiary": MEMBER}


def test_what_is_the_beneficiarys_own_comes_before_being_involved() -> None:
    everything: Mapping[str, Any] = {"near_beneficiary": True, "near_objector": True}

    assert isinstance(refused(decide("rejected", PROPOSER, **everything), *OBJECTED), OwnHouseholdOrSelf)


@pytest.mark.parametrize(("outcome", "by"), [("rejected", OBJECTOR), ("upheld", MEMBER)])
def test_the_side_that_lost_takes_it_to_the_street(outcome: Any, by: MemberId) -> None:
    events = history(*OBJECTED, decide(outcome), escalate(by))

    assert events[-1] == ObjectionEscalated(by, STREET, date(2025, 11, 5))
    assert after(*OBJECTED, decide(outcome), escalate(by)).status == "objected"


@pytest.mark.parametrize(
    ("outcome", "by"), [("rejected", MEMBER), ("rejected", OTHER), ("upheld", OBJECTOR), ("upheld", OTHER)]
)
def test_nobody_else_does(outcome: Any, by: MemberId) -> None:
    assert isinstance(refused(escalate(by), *OBJECTED, decide(outcome)), NotYoursToEscalate)


def test_only_until_its_day() -> None:
    late = escalate(today=ESCALATE_UNTIL + timedelta(days=1))

    refusal = refused(late, *OBJECTED, decide("rejected"))

    assert isinstance(refusal, EscalationTooLate)
    assert refusal.facts() == {"escalate_until": ESCALATE_UNTIL}


def test_not_where_the_tree_ends() -> None:
    refusal = refused(escalate(to=None), *OBJECTED, decide("rejected"))

    assert isinstance(refusal, NowhereToEscalate)
    assert refusal.facts() == {"organisation": PLACE}


def test_not_while_somebody_wants_to_take_the_award_back() -> None:
    refusal = refused(escalate(), *OBJECTED, decide("rejected"), propose_reversal())

    assert isinstance(refusal, ReversalPending)


def test_the_street_has_the_last_word() -> None:
    escalated = (*OBJECTED, decide("rejected"), escalate())

    assert history(*escalated, LAST_WORD)[-1] == ObjectionDecided(STREET_APPROVER, "rejected", "list-checked")
    assert isinstance(refused(escalate(), *escalated, LAST_WORD), ObjectionFinal)
    assert isinstance(refused(object_(OTHER), *escalated, LAST_WORD), ObjectionFinal)
    assert after(*escalated, LAST_WORD, credit(date(2025, 10, 23))).status == "credited"


def test_an_upheld_objection_that_the_street_rejects_puts_the_award_on_notice_again() -> None:
    award = after(*OBJECTED, decide("upheld"), escalate(MEMBER), LAST_WORD)

    assert (award.status, award.decided_by) == ("on_notice", APPROVER)


def test_who_decided_first_does_not_decide_for_the_street() -> None:
    refusal = refused(decide("rejected", SOMEBODY), *OBJECTED, decide("rejected"), escalate())

    assert isinstance(refusal, InvolvedInAward)
