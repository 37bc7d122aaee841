"""A report on a task is accepted by somebody else, and what it earns is proposed in the same commit."""

from datetime import date, timedelta

import pytest
from village import CARE, HOURLY, WEDNESDAY, Village, named

from ledger.application.awards import ACCEPT_REPORT, APPROVE_AWARDS, AcceptReport, ApproveAwards
from ledger.application.tasks import (
    CLAIM_TASK,
    POST_TASK,
    REPORT_TASK,
    RETURN_REPORT,
    ClaimTask,
    PostTask,
    ReportTask,
    ReturnReport,
)
from ledger.awards.award import award_id
from ledger.awards.events import AwardProposed, Step
from ledger.kernel.ids import MemberId, TaskId, derived
from ledger.kernel.units import Unit

TASK = TaskId(named("task"))
TODAY = date(2025, 10, 15)


@pytest.fixture
def village() -> Village:
    return Village()


def reported(village: Village, member: MemberId, minutes: int = 130) -> None:
    rules = (village.published_rule(HOURLY), village.published_rule(CARE, "care"))
    post = PostTask(TASK, village.community, 1, 120, WEDNESDAY + timedelta(days=1), rules)
    village.run(POST_TASK, post, village.clerk)
    village.run(CLAIM_TASK, ClaimTask(TASK), member)
    village.run(REPORT_TASK, ReportTask(TASK, minutes, TODAY), member)


def test_an_accepted_report_proposes_an_award_for_each_rule(village: Village) -> None:
    reported(village, village.ann)

    outcome = village.run(ACCEPT_REPORT, AcceptReport(TASK, village.ann, 130), village.clerk)

    assert (outcome.code, outcome.ids) == ("report-accepted", {"task": TASK, "member": village.ann})
    assert outcome.figures == {"minutes": 130, "proposed": 2}
    award = award_id(derived(TASK, "claim", village.ann), village.ann, Unit.POINTS)
    proposal = village.award(award).proposal
    assert proposal
    assert (proposal.source_kind, proposal.amount, proposal.service_day) == ("task", 2, TODAY)
    assert proposal.occasion == TASK
    assert proposal.explanation == (Step("seen", 130), Step("over_ceiling", 120, 120), Step("per_hour", 2, 1))
    assert village.run(APPROVE_AWARDS, ApproveAwards((award,)), village.approver).figures["approved"] == 1


def test_less_than_was_reported_may_be_accepted(village: Village) -> None:
    reported(village, village.ann)

    village.run(ACCEPT_REPORT, AcceptReport(TASK, village.ann, 75), village.clerk)

    amounts = [event.amount for _, event in village.ledger.log if isinstance(event, AwardProposed)]
    assert amounts == [1, 75]


def test_work_is_not_dated_before_its_task_to_count_under_another_months_limit(village: Village) -> None:
    reported(village, village.ann)
    village.run(RETURN_REPORT, ReturnReport(TASK, village.ann, "wrong-day"), village.clerk)
    last_month = ReportTask(TASK, 60, date(2025, 9, 30))

    refusal = village.refusal(REPORT_TASK, last_month, village.ann)

    assert (refusal.code, refusal.facts()) == (
        "service-day-before-task",
        {"service_day": date(2025, 9, 30), "posted_on": TODAY},
    )


def test_a_report_is_accepted_once(village: Village) -> None:
    reported(village, village.ann)
    village.run(ACCEPT_REPORT, AcceptReport(TASK, village.ann, 120), village.clerk)

    refusal = village.refusal(ACCEPT_REPORT, AcceptReport(TASK, village.ann, 120), village.second_clerk)

    assert refusal.code == "report-already-accepted"


def test_nobody_accepts_their_own_report_or_their_households(village: Village) -> None:
    reported(village, village.clerk)
    assert village.refusal(ACCEPT_REPORT, AcceptReport(TASK, village.clerk, 60), village.clerk).code == "own-report"


def test_a_report_of_ones_household_is_left_to_somebody_else(village: Village) -> None:
    reported(village, village.cai)
    village.grant(village.approver, "staff", village.community)

    refusal = village.refusal(ACCEPT_REPORT, AcceptReport(TASK, village.cai, 60), village.approver)

    assert refusal.code == "own-household-report"


def test_a_report_is_accepted_by_those_whose_task_it_is(village: Village) -> None:
    reported(village, village.ann)
    request = AcceptReport(TASK, village.ann, 60)

    assert village.refusal(ACCEPT_REPORT, request, village.ben).code == "not-permitted"
    theirs = village.refusal(ACCEPT_REPORT, request, village.eve)
    assert (theirs.code, theirs.facts()) == ("unknown-id", {"id": TASK})
    unknown = AcceptReport(TaskId(named("none")), village.ann, 60)
    assert village.refusal(ACCEPT_REPORT, unknown, village.clerk).code == "unknown-id"
