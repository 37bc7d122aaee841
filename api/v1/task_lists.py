"""Reading volunteer tasks: what is on offer, and how far each claim has come."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from msgspec import Struct

from api.answers import answers, read
from api.identity import SIGNED_IN, UnknownId, needs
from api.readers import MinPosition, Page, Reader, after, next_url, reading
from api.v1.visibility import home_of, may_any, require_sight
from ledger.application.authority import Permission
from projections import tasks
from projections.tasks import ClaimRow, ClaimStatus, TaskRow, TaskStatus

HANDLING = (Permission.POST_TASKS, Permission.ACCEPT_REPORTS)
"""Who sees everybody's claims."""


class TaskView(Struct, frozen=True):
    """A task. claims: how many of its slots are taken. reason: why it was closed. skill: what claiming takes. Codes."""

    id: UUID
    title: str
    description: str
    organisation: UUID
    posted_by: UUID
    posted_at: datetime
    slots: int
    claims: int
    minutes_planned: int
    claim_until: datetime
    rules: list[UUID]
    status: TaskStatus
    reason: str | None
    skill: str | None


class ClaimView(Struct, frozen=True):
    """A member's claim. minutes, service_day: as reported, then as accepted. returned: why the last one came back."""

    member: UUID
    name: str
    claimed_at: datetime
    status: ClaimStatus
    minutes: int | None
    service_day: date | None
    accepted_by: UUID | None
    returned: str | None


class TaskDetail(Struct, frozen=True):
    """A task with its claims: all of them for those who handle tasks, else only the reader's own."""

    task: TaskView
    claims: list[ClaimView]


class TaskList(Struct, frozen=True):
    """Tasks in the order of their ids."""

    items: list[TaskView]


@get("/tasks", opt=needs(SIGNED_IN), sync_to_thread=True, responses=answers(TaskList), tags=["tasks"])
def list_tasks(
    request: Request[Any, Any, Any],
    page: NamedDependency[Page],
    organisation: FromQuery[UUID | None] = None,
    status: FromQuery[TaskStatus | None] = None,
) -> Response[bytes]:
    """The tasks of an organisation; left out: the reader's home."""
    begin = after(page.cursor, UUID)
    with reading(request, page.min_position) as reader:
        place = organisation or home_of(reader)
        require_sight(reader, place)
        rows = tasks.of_organisation(reader.connection, place, status=status, after=begin, limit=page.limit)
        views = _views(reader, rows)
    last = rows[-1].task if rows else None
    return read(request, TaskList(views), next_url=next_url(request, rows, page.limit, last))


@get("/tasks/{task:str}", opt=needs(SIGNED_IN), sync_to_thread=True, responses=answers(TaskDetail), tags=["tasks"])
def get_task(
    request: Request[Any, Any, Any], task: FromPath[UUID], min_position: MinPosition = None
) -> Response[bytes]:
    """One task and its claims."""
    with reading(request, min_position) as reader:
        row = tasks.task(reader.connection, task)
        if row is None:
            raise UnknownId
        require_sight(reader, row.organisation)
        handles = may_any(reader, HANDLING, row.organisation)
        claims = [one for one in tasks.claims(reader.connection, task) if handles or one.member == reader.member]
        (view,) = _views(reader, [row])
        detail = TaskDetail(view, _claims(reader, claims))
    return read(request, detail)


def _views(reader: Reader, rows: list[TaskRow]) -> list[TaskView]:
    ids = [row.task for row in rows]
    titles, descriptions = reader.texts(ids, "title"), reader.texts(ids, "description")
    return [
        TaskView(
            row.task,
            titles[row.task],
            descriptions[row.task],
            row.organisation,
            row.posted_by,
            row.posted_at,
            row.slots,
            row.claims,
            row.minutes_planned,
            row.claim_until,
            row.rules,
            row.status,
            row.reason,
            row.skill,
        )
        for row in rows
    ]


def _claims(reader: Reader, rows: list[ClaimRow]) -> list[ClaimView]:
    names = reader.names(row.member for row in rows)
    return [
        ClaimView(
            row.member,
            names[row.member],
            row.claimed_at,
            row.status,
            row.minutes,
            row.service_day,
            row.accepted_by,
            row.returned,
        )
        for row in rows
    ]


HANDLERS = [list_tasks, get_task]
