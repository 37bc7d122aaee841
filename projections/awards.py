"""Awards by state: what waits for approval, what is on public notice, and what came of a member's deeds."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, func, select

from ledger.application.ports import Notice
from ledger.awards.events import (
    AwardApproved,
    AwardCredited,
    AwardFirstApproved,
    AwardObjected,
    AwardProposed,
    AwardRefused,
    AwardReversed,
    ObjectionDecided,
    ObjectionEscalated,
    ReversalProposed,
    ReversalRefused,
    Step,
)
from ledger.kernel.clock import start_of_day
from ledger.kernel.units import Unit
from projections.projection import Projection
from projections.rows import Rowset
from projections.view_tables import ViewTable

AwardStatus = Literal["proposed", "on_notice", "settled_empty", "refused", "credited", "objected", "reversed"]


class AwardRow(Struct, gc=False):
    """An award. Minutes are whole minutes, `amount` is in `unit`. notice_until: the last day of notice.

    settled_empty: approved with an amount of 0, so nothing follows. reason: why it was refused, a code.
    first_approved_by: who agreed first to a large one; while `proposed`, a second approver is awaited.
    escalate_until: last day on which a decision on an objection may be taken further, as in `ObjectionDecided`.
    due_at: while on notice, the instant from which it can be credited; None otherwise, and while a reversal waits.
    """

    award: UUID
    organisation: UUID
    member: UUID
    status: AwardStatus
    source: UUID
    source_kind: str
    unit: Unit
    rule: UUID
    rule_version: int
    service_day: date
    minutes_planned: int
    minutes_seen: int
    minutes_credited: int
    amount: int
    notice_working_days: int
    explanation: list[Step]
    proposed_by: UUID
    proposed_at: datetime
    position: int
    decided_by: UUID | None = None
    notice_until: date | None = None
    is_provisional: bool = False
    reason: str | None = None
    account: UUID | None = None
    lot: UUID | None = None
    credited_on: date | None = None
    escalate_until: date | None = None
    reversed_on: date | None = None
    due_at: datetime | None = None
    first_approved_by: UUID | None = None


class Coming(Struct, frozen=True):
    """What is on its way to a member in `unit`: on public notice, proposed only, and stopped by an objection."""

    unit: Unit
    on_notice: int
    proposed: int
    objected: int


AWARDS = ViewTable(
    AwardRow,
    "awards",
    indexes=[("organisation", "status", "position"), ("member", "position"), ("source",), ("due_at",)],
)


def award(connection: Connection, award_id: UUID) -> AwardRow | None:
    """One award; None where there is none."""
    return AWARDS.one(connection, AWARDS.select().where(AWARDS.c.award == award_id))


def by_id(connection: Connection, award_ids: Sequence[UUID]) -> list[AwardRow]:
    """Those of `award_ids` (at most 200) that are awards, in no order."""
    return AWARDS.read(connection, AWARDS.select().where(AWARDS.c.award.in_(award_ids)))


def of_sources(connection: Connection, sources: Sequence[UUID]) -> list[AwardRow]:
    """The awards of several deeds (at most 200), in no order."""
    return AWARDS.read(connection, AWARDS.select().where(AWARDS.c.source.in_(sources)))


def of_source(connection: Connection, source: UUID) -> list[AwardRow]:
    """The awards of one deed (an attendance or a task's claim), by unit."""
    return AWARDS.read(connection, AWARDS.select().where(AWARDS.c.source == source).order_by(AWARDS.c.unit))


def of_organisation(
    connection: Connection, organisation: UUID, *, status: AwardStatus, after: int = 0, limit: int = 50
) -> list[AwardRow]:
    """The awards of `organisation` with `status`, in order of proposal; after: the position of the last one before."""
    c = AWARDS.c
    found = AWARDS.select().where(c.organisation == organisation, c.status == status, c.position > after)
    return AWARDS.read(connection, found.order_by(c.position).limit(limit))


def of_member(
    connection: Connection,
    member: UUID,
    *,
    status: AwardStatus | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[AwardRow]:
    """The awards of `member` (with `status`, None: all), newest first; before: the position of the last one before."""
    c = AWARDS.c
    found = AWARDS.select().where(c.member == member).order_by(c.position.desc()).limit(limit)
    if status is not None:
        found = found.where(c.status == status)
    return AWARDS.read(connection, found if before is None else found.where(c.position < before))


def coming(connection: Connection, member: UUID) -> list[Coming]:
    """What is on its way to `member`, by unit; units with nothing on its way are left out."""
    c = AWARDS.c
    sums = [_sum_of(status) for status in ("on_notice", "proposed", "objected")]
    found = connection.execute(
        select(c.unit, *sums)
        .where(c.member == member, c.status.in_(["proposed", "on_notice", "objected"]))
        .group_by(c.unit)
        .order_by(c.unit)
    )
    return [Coming(unit, *map(int, amounts)) for unit, *amounts in found if any(amounts)]


def _sum_of(status: AwardStatus) -> ColumnElement[int]:
    return func.coalesce(func.sum(AWARDS.c.amount).filter(AWARDS.c.status == status), 0)


def _proposed(rows: Rowset, notice: Notice, event: AwardProposed) -> None:
    rows[AWARDS].put(
        AwardRow(
            notice.stream,
            event.organisation,
            event.member,
            "proposed",
            event.source,
            event.source_kind,
            event.unit,
            event.rule,
            event.rule_version,
            event.service_day,
            event.minutes_planned,
            event.minutes_seen,
            event.minutes_credited,
            event.amount,
            event.notice_working_days,
            list(event.explanation),
            event.proposed_by,
            notice.at,
            notice.position,
        )
    )


def _first_approved(rows: Rowset, notice: Notice, event: AwardFirstApproved) -> None:
    rows[AWARDS].change(notice.stream).first_approved_by = event.approved_by


def _approved(rows: Rowset, notice: Notice, event: AwardApproved) -> None:
    row = rows[AWARDS].change(notice.stream)
    row.status = "on_notice" if row.amount else "settled_empty"
    row.decided_by, row.notice_until, row.is_provisional = event.approved_by, event.notice_until, event.provisional
    row.due_at = _due_at(row)


def _refused(rows: Rowset, notice: Notice, event: AwardRefused) -> None:
    row = rows[AWARDS].change(notice.stream)
    row.status, row.decided_by, row.reason = "refused", event.refused_by, event.reason


def _credited(rows: Rowset, notice: Notice, event: AwardCredited) -> None:
    row = rows[AWARDS].change(notice.stream)
    row.status, row.account, row.lot, row.credited_on = "credited", event.account, event.lot, event.on_day
    row.due_at = None


def _objected(rows: Rowset, notice: Notice, event: AwardObjected) -> None:  # noqa: ARG001 - who and why: contested_awards
    row = rows[AWARDS].change(notice.stream)
    row.status, row.escalate_until, row.due_at = "objected", None, None


def _decided(rows: Rowset, notice: Notice, event: ObjectionDecided) -> None:
    row = rows[AWARDS].change(notice.stream)
    row.escalate_until = event.escalate_until
    if event.outcome == "upheld":
        row.status, row.reason = "refused", event.reason
    else:
        row.status = "on_notice"
    row.due_at = _due_at(row)


def _escalated(rows: Rowset, notice: Notice, event: ObjectionEscalated) -> None:  # noqa: ARG001 - as above
    row = rows[AWARDS].change(notice.stream)
    row.status, row.reason, row.escalate_until, row.due_at = "objected", None, None, None


def _reversal_proposed(rows: Rowset, notice: Notice, event: ReversalProposed) -> None:  # noqa: ARG001 - as above
    rows[AWARDS].change(notice.stream).due_at = None


def _reversal_refused(rows: Rowset, notice: Notice, event: ReversalRefused) -> None:  # noqa: ARG001 - as above
    row = rows[AWARDS].change(notice.stream)
    row.due_at = _due_at(row)


def _reversed(rows: Rowset, notice: Notice, event: AwardReversed) -> None:
    row = rows[AWARDS].change(notice.stream)
    row.status, row.reversed_on, row.due_at = "reversed", event.on_day, None


def _due_at(row: AwardRow) -> datetime | None:
    """When it can be credited: once the notice is over, and nobody may take a decision on an objection further."""
    if row.status != "on_notice" or row.notice_until is None:
        return None
    # Without any notice it may be credited on the day of approval, otherwise from the day after the last one.
    first = row.notice_until + timedelta(days=1 if row.notice_working_days else 0)
    if row.escalate_until is not None:
        first = max(first, row.escalate_until + timedelta(days=1))
    return start_of_day(first)


PROJECTION = Projection(
    name="awards",
    version=3,
    tables=(AWARDS,),
    handlers={
        AwardProposed: _proposed,
        AwardFirstApproved: _first_approved,
        AwardApproved: _approved,
        AwardRefused: _refused,
        AwardCredited: _credited,
        AwardObjected: _objected,
        ObjectionDecided: _decided,
        ObjectionEscalated: _escalated,
        ReversalProposed: _reversal_proposed,
        ReversalRefused: _reversal_refused,
        AwardReversed: _reversed,
    },
)
