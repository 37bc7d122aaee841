"""Volunteer tasks: work on offer, who took it, what they reported, and who accepted it."""

from datetime import date
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from api.answers import written
from api.calls import on_behalf, submit
from api.identity import SIGNED_IN
from api.v1.body_fields import Instant, Minutes, Title, Words
from api.v1.commanding import commanding
from api.v1.texts import Wording, new_with_texts
from ledger.application.authority import Permission
from ledger.application.awards import ACCEPT_REPORT, AcceptReport
from ledger.application.bases import Basis
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
from ledger.application.vocabulary import Reason, Skill
from ledger.kernel.ids import MemberId, OrganisationId, RuleId, TaskId


class TaskBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Work to offer. slots: people wanted. minutes_planned: for one person. rules: which earn, none for honour only.

    skill: what whoever claims it must be able to do, a code.
    """

    title: Title
    organisation: UUID
    slots: Annotated[int, Meta(ge=1, le=200)]
    minutes_planned: Minutes
    claim_until: Instant
    rules: Annotated[tuple[UUID, ...], Meta(max_length=10)] = ()
    description: Words = ""
    skill: Skill | None = None


class SlotBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose slot. Left out: the caller's own; staff name somebody without a phone, and on what basis."""

    member: UUID | None = None
    basis: Basis = "asked-in-person"


OWN_SLOT: Final = SlotBody()


class ReportBody(Struct, frozen=True, forbid_unknown_fields=True):
    """What was done: whole minutes on one day. member and basis as for claiming."""

    minutes: Minutes
    service_day: date
    member: UUID | None = None
    basis: Basis = "asked-in-person"


class AcceptBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose report, and how many of the reported minutes are confirmed."""

    member: UUID
    minutes: Minutes


class ReturnBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose report is sent back, and why: a code."""

    member: UUID
    reason: Reason


class CloseTaskBody(Struct, frozen=True, forbid_unknown_fields=True):
    """How it ended. reason: a code."""

    outcome: Literal["finished", "cancelled"]
    reason: Reason | None = None


@commanding("/tasks", Permission.POST_TASKS, "tasks", body=TaskBody, status=201)
async def post_task(request: Request[Any, Any, Any], data: JSONBody[TaskBody]) -> Response[bytes]:
    """Offer work."""
    organisation = OrganisationId(data.organisation)
    texts = {"title": data.title, "description": data.description}
    new = await new_with_texts(request, "task", Wording(organisation, Permission.POST_TASKS, texts))
    asked = PostTask(
        task=TaskId(new.id),
        organisation=organisation,
        slots=data.slots,
        minutes_planned=data.minutes_planned,
        claim_until=data.claim_until,
        rules=tuple(map(RuleId, data.rules)),
        skill=data.skill,
    )
    return written(await submit(request, POST_TASK, asked), status=201)


@commanding("/tasks/{task:str}/claim", SIGNED_IN, "tasks", body=SlotBody)
async def claim_task(
    request: Request[Any, Any, Any], task: FromPath[UUID], data: JSONBody[SlotBody] = OWN_SLOT
) -> Response[bytes]:
    """Take a slot."""
    behalf = on_behalf(data.member, data.basis)
    asked = ClaimTask(TaskId(task), behalf and behalf.member)
    return written(await submit(request, CLAIM_TASK, asked, behalf=behalf))


@commanding("/tasks/{task:str}/withdraw", SIGNED_IN, "tasks", body=SlotBody)
async def withdraw_claim(
    request: Request[Any, Any, Any], task: FromPath[UUID], data: JSONBody[SlotBody] = OWN_SLOT
) -> Response[bytes]:
    """Give the slot back before anything is reported."""
    behalf = on_behalf(data.member, data.basis)
    asked = WithdrawClaim(TaskId(task), behalf and behalf.member)
    return written(await submit(request, WITHDRAW_CLAIM, asked, behalf=behalf))


@commanding("/tasks/{task:str}/report", SIGNED_IN, "tasks", body=ReportBody)
async def report_task(
    request: Request[Any, Any, Any], task: FromPath[UUID], data: JSONBody[ReportBody]
) -> Response[bytes]:
    """Say that the work is done."""
    behalf = on_behalf(data.member, data.basis)
    asked = ReportTask(TaskId(task), data.minutes, data.service_day, behalf and behalf.member)
    return written(await submit(request, REPORT_TASK, asked, behalf=behalf))


@commanding("/tasks/{task:str}/accept", Permission.ACCEPT_REPORTS, "tasks", body=AcceptBody)
async def accept_report(
    request: Request[Any, Any, Any], task: FromPath[UUID], data: JSONBody[AcceptBody]
) -> Response[bytes]:
    """Confirm somebody else's report and propose the awards for it."""
    asked = AcceptReport(TaskId(task), MemberId(data.member), data.minutes)
    return written(await submit(request, ACCEPT_REPORT, asked))


@commanding("/tasks/{task:str}/return", Permission.ACCEPT_REPORTS, "tasks", body=ReturnBody)
async def return_report(
    request: Request[Any, Any, Any], task: FromPath[UUID], data: JSONBody[ReturnBody]
) -> Response[bytes]:
    """Send a report back to be done again."""
    asked = ReturnReport(TaskId(task), MemberId(data.member), data.reason)
    return written(await submit(request, RETURN_REPORT, asked))


@commanding("/tasks/{task:str}/close", Permission.POST_TASKS, "tasks", body=CloseTaskBody)
async def close_task(
    request: Request[Any, Any, Any], task: FromPath[UUID], data: JSONBody[CloseTaskBody]
) -> Response[bytes]:
    """Take no more claims; what was claimed before can still be reported."""
    return written(await submit(request, CLOSE_TASK, CloseTask(TaskId(task), data.outcome, data.reason)))


HANDLERS = [post_task, claim_task, withdraw_claim, report_task, accept_report, return_report, close_task]
