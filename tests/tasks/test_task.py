"""Stories of one volunteer task."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import pytest

from ledger.kernel.decider import fold
from ledger.kernel.ids import MemberId, OrganisationId, RuleId
from ledger.kernel.refusal import Refusal
from ledger.tasks.decide import (
    MINUTES_MAX,
    SLOTS_MAX,
    TASK,
    Accept,
    Claim,
    Close,
    GiveBack,
    Post,
    Report,
    Return,
    TaskCommand,
)
from ledger.tasks.events import (
    TaskClaimed,
    TaskClaimWithdrawn,
    TaskClosed,
    TaskEvent,
    TaskPosted,
    TaskReportAccepted,
    TaskReported,
    TaskReportReturned,
)
from ledger.tasks.state import Claim as Share

CLERK = MemberId(UUID(int=1))
HELPER = MemberId(UUID(int=2))
OTHER = MemberId(UUID(int=3))
THIRD = MemberId(UUID(int=4))
COMMUNITY = OrganisationId(UUID(int=5))
RULE = RuleId(UUID(int=6))
NOW = datetime(2025, 10, 15, 1, tzinfo=UTC)
UNTIL = NOW + timedelta(days=3)
DAY = date(2025, 10, 15)

POSTED = (TaskPosted(COMMUNITY, CLERK, 2, 120, UNTIL, (RULE,), DAY),)
CLAIMED = (*POSTED, TaskClaimed(HELPER))
FULL = (*CLAIMED, TaskClaimed(OTHER))
REPORTED = (*CLAIMED, TaskReported(HELPER, 90, DAY))
ACCEPTED = (*REPORTED, TaskReportAccepted(HELPER, 80, DAY, CLERK))
FINISHED = (*CLAIMED, TaskClosed("finished"))
CANCELLED = (*CLAIMED, TaskClosed("cancelled", "no-longer-needed"))


def post(
    slots: int = 2,
    minutes: int = 120,
    until: datetime = UNTIL,
    rules: tuple[RuleId, ...] = (RULE,),
    now: datetime = NOW,
) -> Post:
    return Post(
        organisation=COMMUNITY,
        posted_by=CLERK,
        slots=slots,
        minutes_planned=minutes,
        claim_until=until,
        rules=rules,
        now=NOW,
        today=DAY,
    )


def report(minutes: int = 90, service_day: date = DAY) -> Report:
    return Report(member=HELPER, minutes=minutes, service_day=service_day, today=DAY + timedelta(days=1))


def accept(minutes: int = 80, accepted_by: MemberId = CLERK, shared: bool = False) -> Accept:
    return Accept(member=HELPER, minutes=minutes, accepted_by=accepted_by, accepter_shares_household=shared)


CLAIM = Claim(HELPER, NOW)
RETURN = Return(HELPER, CLERK, "photo-missing")
CLOSE = Close("finished")


@pytest.mark.parametrize(
    ("given", "when", "then"),
    [
        ((), post(), POSTED[0]),
        ((), post(rules=(RULE, RULE)), POSTED[0]),
        (POSTED, CLAIM, TaskClaimed(HELPER)),
        (CLAIMED, Claim(OTHER, UNTIL), TaskClaimed(OTHER)),
        (CLAIMED, GiveBack(HELPER), TaskClaimWithdrawn(HELPER)),
        ((*CLAIMED, TaskClaimWithdrawn(HELPER)), CLAIM, TaskClaimed(HELPER)),
        (CLAIMED, report(), TaskReported(HELPER, 90, DAY)),
        (FINISHED, report(), TaskReported(HELPER, 90, DAY)),
        (CANCELLED, report(1, DAY + timedelta(days=1)), TaskReported(HELPER, 1, DAY + timedelta(days=1))),
        (REPORTED, accept(), TaskReportAccepted(HELPER, 80, DAY, CLERK)),
        (REPORTED, accept(90), TaskReportAccepted(HELPER, 90, DAY, CLERK)),
        (REPORTED, RETURN, TaskReportReturned(HELPER, CLERK, "photo-missing")),
        (
            (*REPORTED, TaskReportReturned(HELPER, CLERK, "x")),
            report(60),
            TaskReported(HELPER, 60, DAY),
        ),
        (POSTED, CLOSE, TaskClosed("finished")),
        (POSTED, Close("cancelled", "weather"), TaskClosed("cancelled", "weather")),
    ],
)
def test_a_command_in_order_becomes_one_event(given: Sequence[TaskEvent], when: TaskCommand, then: TaskEvent) -> None:
    assert TASK.decide(fold(TASK, given), when) == (then,)


@pytest.mark.parametrize(
    ("given", "when", "code", "facts"),
    [
        (POSTED, post(), "task-already-posted", {}),
        ((), post(slots=0), "slots-out-of-range", {"asked": 0, "lowest": 1, "highest": SLOTS_MAX}),
        ((), post(slots=201), "slots-out-of-range", {"asked": 201, "lowest": 1, "highest": SLOTS_MAX}),
        ((), post(minutes=0), "planned-minutes-out-of-range", {"asked": 0, "lowest": 1, "highest": MINUTES_MAX}),
        ((), post(until=NOW), "claim-deadline-not-ahead", {"claim_until": NOW, "now": NOW}),
        (FINISHED, Claim(OTHER, NOW), "task-closed", {"outcome": "finished"}),
        (CANCELLED, CLOSE, "task-closed", {"outcome": "cancelled"}),
        (REPORTED, CLAIM, "already-claimed", {"stage": "reported"}),
        (POSTED, Claim(HELPER, UNTIL + timedelta(seconds=1)), "claim-too-late", {"claim_until": UNTIL}),
        (FULL, Claim(THIRD, NOW), "no-slot-left", {"slots": 2}),
        (POSTED, GiveBack(HELPER), "not-claimed", {}),
        (POSTED, report(), "not-claimed", {}),
        (POSTED, accept(), "not-claimed", {}),
        (POSTED, RETURN, "not-claimed", {}),
        (REPORTED, GiveBack(HELPER), "already-reported", {"minutes": 90, "service_day": DAY}),
        (REPORTED, report(), "already-reported", {"minutes": 90, "service_day": DAY}),
        (ACCEPTED, report(), "report-already-accepted", {"minutes": 80, "service_day": DAY}),
        (ACCEPTED, GiveBack(HELPER), "report-already-accepted", {"minutes": 80, "service_day": DAY}),
        (ACCEPTED, accept(), "report-already-accepted", {"minutes": 80, "service_day": DAY}),
        (ACCEPTED, RETURN, "report-already-accepted", {"minutes": 80, "service_day": DAY}),
        (CLAIMED, report(0), "reported-minutes-out-of-range", {"asked": 0, "lowest": 1, "highest": MINUTES_MAX}),
        (CLAIMED, report(1441), "reported-minutes-out-of-range", {"asked": 1441, "lowest": 1, "highest": 1440}),
        (
            CLAIMED,
            report(service_day=DAY + timedelta(days=2)),
            "service-day-ahead",
            {"service_day": DAY + timedelta(days=2), "today": DAY + timedelta(days=1)},
        ),
        (
            CLAIMED,
            report(service_day=DAY - timedelta(days=1)),
            "service-day-before-task",
            {"service_day": DAY - timedelta(days=1), "posted_on": DAY},
        ),
        (CLAIMED, accept(), "not-reported", {}),
        (CLAIMED, RETURN, "not-reported", {}),
        (REPORTED, accept(accepted_by=HELPER), "own-report", {}),
        (REPORTED, accept(shared=True), "own-household-report", {}),
        (REPORTED, accept(0), "accepted-minutes-out-of-range", {"asked": 0, "lowest": 1, "highest": 90}),
        (REPORTED, accept(91), "accepted-minutes-out-of-range", {"asked": 91, "lowest": 1, "highest": 90}),
    ],
)
def test_a_command_out_of_order_is_refused_with_its_facts(
    given: Sequence[TaskEvent], when: TaskCommand, code: str, facts: dict[str, object]
) -> None:
    with pytest.raises(Refusal) as refusal:
        TASK.decide(fold(TASK, given), when)

    assert (refusal.value.code, refusal.value.facts()) == (code, facts)


@pytest.mark.parametrize(
    "when", [CLAIM, GiveBack(HELPER), report(), accept(), RETURN, CLOSE], ids=lambda command: type(command).__name__
)
def test_nothing_can_be_asked_of_an_unknown_task(when: TaskCommand) -> None:
    with pytest.raises(Refusal) as refusal:
        TASK.decide(TASK.initial, when)

    assert refusal.value.code == "unknown-task"


@pytest.mark.parametrize(
    ("given", "when", "first"),
    [
        ((*FULL, TaskClosed("finished")), Claim(HELPER, UNTIL + timedelta(days=1)), "task-closed"),
        (FULL, Claim(HELPER, UNTIL + timedelta(days=1)), "already-claimed"),
        (FULL, Claim(THIRD, UNTIL + timedelta(days=1)), "claim-too-late"),
        ((), post(slots=0, minutes=0, until=NOW), "slots-out-of-range"),
        ((), post(minutes=0, until=NOW), "planned-minutes-out-of-range"),
        (REPORTED, report(0, DAY + timedelta(days=1)), "already-reported"),
        (CLAIMED, report(0, DAY + timedelta(days=1)), "reported-minutes-out-of-range"),
        (POSTED, accept(999, accepted_by=HELPER, shared=True), "own-report"),
        (POSTED, accept(999, shared=True), "own-household-report"),
        (ACCEPTED, accept(999), "report-already-accepted"),
    ],
)
def test_of_several_obstacles_the_first_in_order_is_named(
    given: Sequence[TaskEvent], when: TaskCommand, first: str
) -> None:
    with pytest.raises(Refusal) as refusal:
        TASK.decide(fold(TASK, given), when)

    assert refusal.value.code == first


def test_the_deadline_is_stored_in_utc() -> None:
    (event,) = TASK.decide(TASK.initial, post(until=UNTIL.astimezone(timezone(timedelta(hours=8)))))

    assert isinstance(event, TaskPosted)
    assert event.claim_until.tzinfo is UTC


def test_a_returned_report_frees_the_claim_to_be_reported_again() -> None:
    state = fold(TASK, (*REPORTED, TaskReportReturned(HELPER, CLERK, "x")))

    assert state.claims == (Share(HELPER),)
    assert state.claim_of(OTHER) is None
