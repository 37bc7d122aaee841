"""Stories of a volunteer task from the offer to the report."""

from datetime import timedelta
from uuid import uuid4

import pytest
from two_communities import MINUTE, NOW, TODAY, Neighbourhood

from ledger.application.members import SUSPEND_MEMBER, SuspendMember
from ledger.application.tasks import (
    CLAIM_TASK,
    CLOSE_TASK,
    POST_TASK,
    REPORT_TASK,
    RETURN_REPORT,
    WITHDRAW_CLAIM,
    ClaimTask,
    CloseTask,
    PostTask,
    ReportTask,
    ReturnReport,
    WithdrawClaim,
)
from ledger.kernel.ids import OrganisationId, RuleId, TaskId
from ledger.tasks.decide import TASK
from ledger.tasks.state import TaskState

UNTIL = NOW + timedelta(days=2)


def offer(organisation: OrganisationId, slots: int = 1, rules: tuple[RuleId, ...] = ()) -> PostTask:
    return PostTask(
        task=TaskId(uuid4()),
        organisation=organisation,
        slots=slots,
        minutes_planned=60,
        claim_until=UNTIL,
        rules=rules,
    )


def posted(town: Neighbourhood, slots: int = 1) -> TaskId:
    request = offer(town.old_town, slots)
    outcome = town.run(POST_TASK, request, by=town.clerk)
    assert (outcome.code, outcome.ids) == ("task-posted", {"task": request.task})
    return request.task


def state(town: Neighbourhood, task: TaskId) -> TaskState:
    return town.ledger.load(TASK, task).state


def test_a_resident_claims_reports_and_is_asked_to_report_again() -> None:
    town = Neighbourhood()
    anna, task = town.member(), posted(town)

    claimed = town.run(CLAIM_TASK, ClaimTask(task), by=anna)
    reported = town.run(REPORT_TASK, ReportTask(task, 50, TODAY), by=anna)
    returned = town.run(RETURN_REPORT, ReturnReport(task, anna, "photo-missing"), by=town.clerk)
    again = town.run(REPORT_TASK, ReportTask(task, 45, TODAY), by=anna)

    ids = {"task": task, "member": anna}
    assert (claimed.code, claimed.ids) == ("task-claimed", ids)
    assert (reported.code, reported.ids, reported.figures) == ("task-reported", ids, {"minutes": 50})
    assert (returned.code, returned.ids) == ("report-returned", ids)
    assert again.figures == {"minutes": 45}
    claim = state(town, task).claim_of(anna)
    assert claim is not None
    assert (claim.stage, claim.minutes) == ("reported", 45)


def test_a_slot_given_back_is_free_for_the_next() -> None:
    town = Neighbourhood()
    anna, bo, task = town.member(), town.member(), posted(town)
    town.run(CLAIM_TASK, ClaimTask(task), by=anna)
    assert town.code(CLAIM_TASK, ClaimTask(task), by=bo) == "no-slot-left"

    outcome = town.run(WITHDRAW_CLAIM, WithdrawClaim(task), by=anna)

    assert (outcome.code, outcome.ids) == ("claim-withdrawn", {"task": task, "member": anna})
    assert town.run(CLAIM_TASK, ClaimTask(task), by=bo).code == "task-claimed"


@pytest.mark.parametrize("how", ["finished", "cancelled"])
def test_a_closed_task_takes_no_claims_but_the_report_of_who_claimed_before(how: str) -> None:
    town = Neighbourhood()
    anna, bo, task = town.member(), town.member(), posted(town, slots=2)
    town.run(CLAIM_TASK, ClaimTask(task), by=anna)

    outcome = town.run(CLOSE_TASK, CloseTask(task, how), by=town.clerk)  # type: ignore[arg-type]

    assert (outcome.code, outcome.ids) == (f"task-{how}", {"task": task})
    assert town.code(CLAIM_TASK, ClaimTask(task), by=bo) == "task-closed"
    assert town.run(REPORT_TASK, ReportTask(task, 30, TODAY), by=anna).code == "task-reported"


def test_claims_end_with_their_deadline() -> None:
    town = Neighbourhood()
    anna, task = town.member(), posted(town)

    refusal = town.refusal(CLAIM_TASK, ClaimTask(task), by=anna, at=UNTIL + MINUTE)

    assert (refusal.code, refusal.facts()) == ("claim-too-late", {"claim_until": UNTIL})


def test_staff_claim_and_report_for_a_resident_without_a_phone() -> None:
    town = Neighbourhood()
    anna, bo, task = town.member(), town.member(), posted(town)

    assert town.run(CLAIM_TASK, ClaimTask(task, anna), by=town.clerk).ids["member"] == anna
    assert town.run(REPORT_TASK, ReportTask(task, 30, TODAY, anna), by=town.clerk).ids["member"] == anna
    for request in (ClaimTask(task, anna), WithdrawClaim(task, anna), ReportTask(task, 30, TODAY, anna)):
        use_case = {ClaimTask: CLAIM_TASK, WithdrawClaim: WITHDRAW_CLAIM, ReportTask: REPORT_TASK}[type(request)]
        assert town.code(use_case, request, by=bo) == "not-permitted"


def test_only_verified_members_in_good_standing_claim() -> None:
    town = Neighbourhood()
    newcomer, suspended, task = town.newcomer(), town.member(), posted(town)
    town.run(SUSPEND_MEMBER, SuspendMember(suspended, "fraud"), by=town.clerk)

    assert town.code(CLAIM_TASK, ClaimTask(task), by=newcomer) == "member-not-verified"
    assert town.code(CLAIM_TASK, ClaimTask(task), by=suspended) == "member-suspended"
    assert town.code(CLAIM_TASK, ClaimTask(task, suspended), by=town.clerk) == "member-suspended"


def test_tasks_are_posted_closed_and_reports_returned_by_staff_in_scope() -> None:
    town = Neighbourhood()
    anna, task = town.member(), posted(town)
    next_door = town.with_role("staff", town.new_town)
    town.run(CLAIM_TASK, ClaimTask(task), by=anna)
    town.run(REPORT_TASK, ReportTask(task, 30, TODAY), by=anna)

    assert town.code(POST_TASK, offer(town.old_town), by=anna) == "not-permitted"
    assert town.code(POST_TASK, offer(town.old_town), by=next_door) == "unknown-id"
    for use_case, request in (
        (RETURN_REPORT, ReturnReport(task, anna, "x")),
        (CLOSE_TASK, CloseTask(task, "finished")),
    ):
        assert town.code(use_case, request, by=anna) == "not-permitted"
        assert town.refusal(use_case, request, by=next_door).facts() == {"id": task}


def test_a_task_that_does_not_exist_is_an_unknown_id() -> None:
    town = Neighbourhood()
    task = TaskId(uuid4())

    for use_case, request in (
        (CLAIM_TASK, ClaimTask(task)),
        (CLAIM_TASK, ClaimTask(task, town.member())),
        (WITHDRAW_CLAIM, WithdrawClaim(task)),
        (REPORT_TASK, ReportTask(task, 30, TODAY)),
        (RETURN_REPORT, ReturnReport(task, town.clerk, "x")),
        (CLOSE_TASK, CloseTask(task, "finished")),
    ):
        assert town.refusal(use_case, request, by=town.clerk).facts() == {"id": task}


def test_a_task_names_only_rules_of_its_organisation_or_one_above() -> None:
    town = Neighbourhood()
    rule, nothing = town.rule(town.street), RuleId(uuid4())
    request = offer(town.old_town, rules=(rule,))

    town.run(POST_TASK, request, by=town.clerk)

    assert state(town, request.task).rules == (rule,)
    for other in (nothing, town.rule(town.new_town)):
        refusal = town.refusal(POST_TASK, offer(town.old_town, rules=(rule, other)), by=town.clerk)
        assert (refusal.code, refusal.facts()) == ("unknown-id", {"id": other})


def test_a_task_is_posted_once() -> None:
    town = Neighbourhood()
    request = offer(town.old_town)
    town.run(POST_TASK, request, by=town.clerk)

    assert town.code(POST_TASK, request, by=town.clerk) == "task-already-posted"
