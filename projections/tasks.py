"""Volunteer tasks: what is on offer, who claimed it, and how far each claim has come."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection

from ledger.application.ports import Notice
from ledger.kernel.ids import derived
from ledger.tasks.events import (
    TaskClaimed,
    TaskClaimWithdrawn,
    TaskClosed,
    TaskPosted,
    TaskReportAccepted,
    TaskReported,
    TaskReportReturned,
)
from projections.projection import Projection
from projections.rows import Rowset
from projections.view_tables import ViewTable

TaskStatus = Literal["open", "finished", "cancelled"]
ClaimStatus = Literal["claimed", "reported", "accepted"]


class TaskRow(Struct, gc=False):
    """A task. claims: how many of its slots are taken. reason: why it was closed, a code or None.

    skill: what claiming it takes, a code or None.
    """

    task: UUID
    organisation: UUID
    posted_by: UUID
    posted_at: datetime
    slots: int
    minutes_planned: int
    claim_until: datetime
    rules: list[UUID]
    status: TaskStatus = "open"
    claims: int = 0
    reason: str | None = None
    skill: str | None = None


class ClaimRow(Struct, gc=False):
    """A member's claim. claim: its id, by which an award names it as its source.

    minutes, service_day: as reported, then as accepted; None before.
    returned: the code with which the last report was sent back, None if none was.
    """

    task: UUID
    member: UUID
    claim: UUID
    organisation: UUID
    claimed_at: datetime
    status: ClaimStatus = "claimed"
    minutes: int | None = None
    service_day: date | None = None
    accepted_by: UUID | None = None
    returned: str | None = None


TASKS = ViewTable(TaskRow, "tasks", indexes=[("organisation", "status", "task")])
CLAIMS = ViewTable(
    ClaimRow,
    "task_claims",
    key=2,
    indexes=[("member", "claimed_at"), ("organisation", "status", "task", "member"), ("claim",)],
)


def task(connection: Connection, task_id: UUID) -> TaskRow | None:
    """One task; None where there is none."""
    return TASKS.one(connection, TASKS.select().where(TASKS.c.task == task_id))


def of_organisation(
    connection: Connection,
    organisation: UUID,
    *,
    status: TaskStatus | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> list[TaskRow]:
    """The tasks of `organisation` (with `status`, None: all), by id; after: the last one of the page before."""
    c = TASKS.c
    found = TASKS.select().where(c.organisation == organisation).order_by(c.task).limit(limit)
    if status is not None:
        found = found.where(c.status == status)
    return TASKS.read(connection, found if after is None else found.where(c.task > after))


def claims(connection: Connection, task_id: UUID) -> list[ClaimRow]:
    """The claims of a task, at most its slots, by time of claiming."""
    c = CLAIMS.c
    return CLAIMS.read(connection, CLAIMS.select().where(c.task == task_id).order_by(c.claimed_at, c.member))


def claims_of(
    connection: Connection, member: UUID, *, before: datetime | None = None, limit: int = 50
) -> list[ClaimRow]:
    """The claims of `member`, newest first; before: the time of the last one of the page before."""
    c = CLAIMS.c
    found = CLAIMS.select().where(c.member == member).order_by(c.claimed_at.desc(), c.task).limit(limit)
    return CLAIMS.read(connection, found if before is None else found.where(c.claimed_at < before))


def claim(connection: Connection, claim_id: UUID) -> ClaimRow | None:
    """The claim that an award names as its source; None where there is none."""
    return CLAIMS.one(connection, CLAIMS.select().where(CLAIMS.c.claim == claim_id))


def reports(
    connection: Connection, organisation: UUID, *, after: tuple[UUID, UUID] | None = None, limit: int = 50
) -> list[ClaimRow]:
    """The reports in `organisation` that wait to be accepted, by task and member; after: both of the last one."""
    c = CLAIMS.c
    found = CLAIMS.select().where(c.organisation == organisation, c.status == "reported").order_by(c.task, c.member)
    if after is not None:
        last_task, last_member = after
        found = found.where((c.task > last_task) | ((c.task == last_task) & (c.member > last_member)))
    return CLAIMS.read(connection, found.limit(limit))


def _posted(rows: Rowset, notice: Notice, event: TaskPosted) -> None:
    rows[TASKS].put(
        TaskRow(
            notice.stream,
            event.organisation,
            event.posted_by,
            notice.at,
            event.slots,
            event.minutes_planned,
            event.claim_until,
            list(event.rules),
            skill=event.skill,
        )
    )


def _claimed(rows: Rowset, notice: Notice, event: TaskClaimed) -> None:
    task_row = rows[TASKS].change(notice.stream)
    task_row.claims += 1
    claim_id = derived(notice.stream, "claim", event.member)
    rows[CLAIMS].put(ClaimRow(notice.stream, event.member, claim_id, task_row.organisation, notice.at))


def _withdrawn(rows: Rowset, notice: Notice, event: TaskClaimWithdrawn) -> None:
    rows[TASKS].change(notice.stream).claims -= 1
    rows[CLAIMS].remove((notice.stream, event.member))


def _reported(rows: Rowset, notice: Notice, event: TaskReported) -> None:
    claim = rows[CLAIMS].change((notice.stream, event.member))
    claim.status, claim.minutes, claim.service_day = "reported", event.minutes, event.service_day


def _accepted(rows: Rowset, notice: Notice, event: TaskReportAccepted) -> None:
    claim = rows[CLAIMS].change((notice.stream, event.member))
    claim.status, claim.minutes, claim.service_day = "accepted", event.minutes, event.service_day
    claim.accepted_by = event.accepted_by


def _returned(rows: Rowset, notice: Notice, event: TaskReportReturned) -> None:
    claim = rows[CLAIMS].change((notice.stream, event.member))
    claim.status, claim.minutes, claim.service_day = "claimed", None, None
    claim.returned = event.reason


def _closed(rows: Rowset, notice: Notice, event: TaskClosed) -> None:
    row = rows[TASKS].change(notice.stream)
    row.status, row.reason = event.outcome, event.reason


PROJECTION = Projection(
    name="tasks",
    version=2,
    tables=(TASKS, CLAIMS),
    handlers={
        TaskPosted: _posted,
        TaskClaimed: _claimed,
        TaskClaimWithdrawn: _withdrawn,
        TaskReported: _reported,
        TaskReportAccepted: _accepted,
        TaskReportReturned: _returned,
        TaskClosed: _closed,
    },
)
