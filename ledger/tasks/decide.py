"""What can be asked of a volunteer task: post, claim, give back, report, accept, return, close."""

from datetime import UTC, date, datetime
from typing import Final, Literal, assert_never

from ledger.kernel.decider import Decider, Request
from ledger.kernel.ids import MemberId, OrganisationId, RuleId
from ledger.tasks.events import (
    TaskClaimed,
    TaskClaimWithdrawn,
    TaskClosed,
    TaskEvent,
    TaskPosted,
    TaskReason,
    TaskReportAccepted,
    TaskReported,
    TaskReportReturned,
)
from ledger.tasks.refusals import (
    AcceptedMinutesOutOfRange,
    AlreadyClaimed,
    AlreadyReported,
    ClaimDeadlineNotAhead,
    ClaimTooLate,
    NoSlotLeft,
    NotClaimed,
    NotReported,
    OwnHouseholdReport,
    OwnReport,
    PlannedMinutesOutOfRange,
    ReportAlreadyAccepted,
    ReportedMinutesOutOfRange,
    ServiceDayAhead,
    ServiceDayBeforeTask,
    SlotsOutOfRange,
    TaskAlreadyPosted,
    TaskClosedNow,
    UnknownTask,
)
from ledger.tasks.state import TaskState, evolve

SLOTS_MAX: Final = 200
"""Our default: more people than that come to an activity with a door, not to a task."""
MINUTES_MAX: Final = 24 * 60
"""A report names one service day, and a day has 1 440 minutes. What of it counts is the earning rule's matter."""


class Post(Request, frozen=True):
    """Offer the work. minutes_planned: for one person; claim_until: last instant to claim. A rule counts once.

    today: the community's day of `now`.
    """

    organisation: OrganisationId
    posted_by: MemberId
    slots: int
    minutes_planned: int
    claim_until: datetime
    rules: tuple[RuleId, ...]
    now: datetime
    today: date
    skill: str | None = None


class Claim(Request, frozen=True):
    """Take a slot for the member."""

    member: MemberId
    now: datetime


class GiveBack(Request, frozen=True):
    """Give the member's slot back."""

    member: MemberId


class Report(Request, frozen=True):
    """The member says the work is done: whole minutes, on the community's day `service_day`."""

    member: MemberId
    minutes: int
    service_day: date
    today: date


class Accept(Request, frozen=True):
    """`accepted_by` confirms `minutes` of the member's report.

    accepter_shares_household: the conclusion whether the two live together.
    """

    member: MemberId
    minutes: int
    accepted_by: MemberId
    accepter_shares_household: bool


class Return(Request, frozen=True):
    """Send the member's report back to be done again. reason: a code."""

    member: MemberId
    returned_by: MemberId
    reason: TaskReason


class Close(Request, frozen=True):
    """Take no more claims. Work that was claimed before can still be reported and accepted: it may be done already."""

    outcome: Literal["finished", "cancelled"]
    reason: TaskReason | None = None


TaskCommand = Post | Claim | GiveBack | Report | Accept | Return | Close


def decide(state: TaskState, command: TaskCommand) -> tuple[TaskEvent, ...]:
    """What `command` makes of the task.

    Post refuses with TaskAlreadyPosted, then what is wrong with the offer; every other command first with UnknownTask,
    then with what its function names, in that order.
    """
    if isinstance(command, Post):
        return _post(state, command)
    if state.claim_until is None:
        raise UnknownTask
    match command:
        case Claim():
            return _claim(state, command, state.claim_until)
        case GiveBack():
            return _give_back(state, command)
        case Report():
            return _report(state, command)
        case Accept():
            return _accept(state, command)
        case Return():
            return _return(state, command)
        case Close():
            return _close(state, command)
        case _:
            assert_never(command)


def _post(state: TaskState, command: Post) -> tuple[TaskEvent, ...]:
    if state.stage != "unknown":
        raise TaskAlreadyPosted
    if not 1 <= command.slots <= SLOTS_MAX:
        raise SlotsOutOfRange(command.slots, 1, SLOTS_MAX)
    if not 1 <= command.minutes_planned <= MINUTES_MAX:
        raise PlannedMinutesOutOfRange(command.minutes_planned, 1, MINUTES_MAX)
    if command.claim_until <= command.now:
        raise ClaimDeadlineNotAhead(command.claim_until, command.now)
    return (
        TaskPosted(
            organisation=command.organisation,
            posted_by=command.posted_by,
            slots=command.slots,
            minutes_planned=command.minutes_planned,
            claim_until=command.claim_until.astimezone(UTC),
            rules=tuple(dict.fromkeys(command.rules)),
            posted_on=command.today,
            skill=command.skill,
        ),
    )


def _claim(state: TaskState, command: Claim, claim_until: datetime) -> tuple[TaskEvent, ...]:
    if state.stage != "open":
        raise TaskClosedNow(state.stage)
    claim = state.claim_of(command.member)
    if claim is not None:
        raise AlreadyClaimed(claim.stage)
    if command.now > claim_until:
        raise ClaimTooLate(claim_until)
    if len(state.claims) >= state.slots:
        raise NoSlotLeft(state.slots)
    return (TaskClaimed(command.member),)


def _give_back(state: TaskState, command: GiveBack) -> tuple[TaskEvent, ...]:
    _require_unreported(state, command.member)
    return (TaskClaimWithdrawn(command.member),)


def _report(state: TaskState, command: Report) -> tuple[TaskEvent, ...]:
    _require_unreported(state, command.member)
    if not 1 <= command.minutes <= MINUTES_MAX:
        raise ReportedMinutesOutOfRange(command.minutes, 1, MINUTES_MAX)
    if command.service_day > command.today:
        raise ServiceDayAhead(command.service_day, command.today)
    if state.posted_on is not None and command.service_day < state.posted_on:
        raise ServiceDayBeforeTask(command.service_day, state.posted_on)
    return (TaskReported(command.member, command.minutes, command.service_day),)


def _accept(state: TaskState, command: Accept) -> tuple[TaskEvent, ...]:
    if command.accepted_by == command.member:
        raise OwnReport
    if command.accepter_shares_household:
        raise OwnHouseholdReport
    reported, service_day = _open_report(state, command.member)
    if not 1 <= command.minutes <= reported:
        raise AcceptedMinutesOutOfRange(command.minutes, 1, reported)
    return (TaskReportAccepted(command.member, command.minutes, service_day, command.accepted_by),)


def _return(state: TaskState, command: Return) -> tuple[TaskEvent, ...]:
    _open_report(state, command.member)
    return (TaskReportReturned(command.member, command.returned_by, command.reason),)


def _close(state: TaskState, command: Close) -> tuple[TaskEvent, ...]:
    if state.stage != "open":
        raise TaskClosedNow(state.stage)
    return (TaskClosed(command.outcome, command.reason),)


def _require_unreported(state: TaskState, member: MemberId) -> None:
    """Refuses with NotClaimed, ReportAlreadyAccepted, AlreadyReported."""
    claim = state.claim_of(member)
    if claim is None:
        raise NotClaimed
    if claim.minutes is None or claim.service_day is None:
        return
    if claim.stage == "accepted":
        raise ReportAlreadyAccepted(claim.minutes, claim.service_day)
    raise AlreadyReported(claim.minutes, claim.service_day)


def _open_report(state: TaskState, member: MemberId) -> tuple[int, date]:
    """The minutes and day that wait for an answer. Refuses with NotClaimed, NotReported, ReportAlreadyAccepted."""
    claim = state.claim_of(member)
    if claim is None:
        raise NotClaimed
    if claim.minutes is None or claim.service_day is None:
        raise NotReported
    if claim.stage == "accepted":
        raise ReportAlreadyAccepted(claim.minutes, claim.service_day)
    return claim.minutes, claim.service_day


TASK: Final = Decider(
    name="task",
    initial=TaskState(),
    decide=decide,
    evolve=evolve,
    events=(
        TaskPosted,
        TaskClaimed,
        TaskClaimWithdrawn,
        TaskReported,
        TaskReportAccepted,
        TaskReportReturned,
        TaskClosed,
    ),
)
