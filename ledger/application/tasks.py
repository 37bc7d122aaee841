"""Use cases of volunteer tasks, up to the report. Accepting a report proposes awards and lives with the awards."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Final, Literal, Protocol

from msgspec import Meta

from ledger.application.authority import (
    Permission,
    require_active_member,
    require_for,
    require_known_member,
    require_self_or,
)
from ledger.application.placing import require_place
from ledger.application.rule_choice import require_rules_of
from ledger.application.skills import require_skilled
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import MemberId, OrganisationId, RuleId, TaskId
from ledger.membership.member import MEMBER
from ledger.tasks.decide import TASK, Claim, Close, GiveBack, Post, Report, Return


class PostTask(Request, frozen=True):
    """Offer work. slots: people wanted; minutes_planned: for one person; claim_until: last instant to claim.

    rules: the earning rules that will apply, each for its own unit; none for work that earns nothing. skill: what
    whoever claims it must be able to do, a code; None: nothing.
    """

    task: TaskId
    organisation: OrganisationId
    slots: int
    minutes_planned: int
    claim_until: Annotated[datetime, Meta(tz=True)]
    rules: tuple[RuleId, ...]
    skill: str | None = None


class ClaimTask(Request, frozen=True):
    """Take a slot. member None: the actor; staff may claim for somebody without a phone."""

    task: TaskId
    member: MemberId | None = None


class WithdrawClaim(Request, frozen=True):
    """Give the slot back before anything is reported. member None: the actor."""

    task: TaskId
    member: MemberId | None = None


class ReportTask(Request, frozen=True):
    """Say the work is done: whole minutes, on the community's day `service_day`. member None: the actor."""

    task: TaskId
    minutes: int
    service_day: date
    member: MemberId | None = None


class ReturnReport(Request, frozen=True):
    """Send the member's report back to be done again. reason: a code."""

    task: TaskId
    member: MemberId
    reason: str


class CloseTask(Request, frozen=True):
    """Take no more claims; what was claimed before can still be reported. reason: a code, None where none is needed."""

    task: TaskId
    outcome: Literal["finished", "cancelled"]
    reason: str | None = None


class _OnTask(Protocol):
    @property
    def task(self) -> TaskId: ...


def _post(work: Work, request: PostTask) -> Outcome:
    require_place(work, Permission.POST_TASKS, request.organisation)
    require_rules_of(work, request.organisation, request.rules)
    command = Post(
        organisation=request.organisation,
        posted_by=work.actor,
        slots=request.slots,
        minutes_planned=request.minutes_planned,
        claim_until=request.claim_until,
        rules=request.rules,
        now=work.now,
        today=work.today,
        skill=request.skill,
    )
    work.act(TASK, request.task, command)
    return Outcome("task-posted", ids={"task": request.task})


def _claim(work: Work, request: ClaimTask) -> Outcome:
    member = _subject(work, request.task, request.member)
    require_active_member(work, member)
    require_skilled(work, member, work.state(TASK, request.task).skill)
    work.act(TASK, request.task, Claim(member, work.now))
    return Outcome("task-claimed", ids={"task": request.task, "member": member})


def _withdraw_claim(work: Work, request: WithdrawClaim) -> Outcome:
    member = _subject(work, request.task, request.member)
    work.act(TASK, request.task, GiveBack(member))
    return Outcome("claim-withdrawn", ids={"task": request.task, "member": member})


def _report(work: Work, request: ReportTask) -> Outcome:
    member = _subject(work, request.task, request.member)
    require_known_member(work, member)
    work.act(TASK, request.task, Report(member, request.minutes, request.service_day, work.today))
    return Outcome("task-reported", ids={"task": request.task, "member": member}, figures={"minutes": request.minutes})


def _return_report(work: Work, request: ReturnReport) -> Outcome:
    require_for(work, Permission.ACCEPT_REPORTS, work.state(TASK, request.task).organisation, request.task)
    work.act(TASK, request.task, Return(request.member, work.actor, request.reason))
    return Outcome("report-returned", ids={"task": request.task, "member": request.member})


def _close(work: Work, request: CloseTask) -> Outcome:
    require_for(work, Permission.POST_TASKS, work.state(TASK, request.task).organisation, request.task)
    work.act(TASK, request.task, Close(request.outcome, request.reason))
    return Outcome(f"task-{request.outcome}", ids={"task": request.task})


def _subject(work: Work, task: TaskId, member: MemberId | None) -> MemberId:
    """Whose claim it is about: the actor's own, or another's whom staff help."""
    return require_self_or(work, member, Permission.POST_TASKS, work.state(TASK, task).organisation, task)


def _reads(request: _OnTask, actor: MemberId) -> Iterable[Stream]:
    return (Stream(MEMBER, actor), Stream(TASK, request.task))


POST_TASK: Final = UseCase[PostTask]("tasks.post", _post, _reads)
CLAIM_TASK: Final = UseCase[ClaimTask]("tasks.claim", _claim, _reads)
WITHDRAW_CLAIM: Final = UseCase[WithdrawClaim]("tasks.withdraw_claim", _withdraw_claim, _reads)
REPORT_TASK: Final = UseCase[ReportTask]("tasks.report", _report, _reads)
RETURN_REPORT: Final = UseCase[ReturnReport]("tasks.return_report", _return_report, _reads)
CLOSE_TASK: Final = UseCase[CloseTask]("tasks.close", _close, _reads)
