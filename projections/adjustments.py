"""Corrections of balances and opening balances: what waits for an approver, what is shown, and what came of each."""

from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection

from ledger.accounts.events import (
    AdjustmentApproved,
    AdjustmentKind,
    AdjustmentObjected,
    AdjustmentObjectionDecided,
    AdjustmentPosted,
    AdjustmentProposed,
    AdjustmentPutOnNotice,
    AdjustmentRefused,
)
from ledger.application.ports import Notice
from ledger.kernel.clock import start_of_day
from ledger.kernel.units import Unit
from projections.projection import Projection
from projections.rows import Rowset
from projections.view_tables import ViewTable

AdjustmentStatus = Literal["proposed", "on_notice", "objected", "refused", "posted"]


class AdjustmentRow(Struct, gc=False):
    """An adjustment, as in `AdjustmentProposed`. approved_by: who agreed so far.

    decision_reason: why it was refused, a code. notice_until: the last day on which it is shown, None: it is not.
    objected_by, objection_reason, decide_by: of the newest objection, decided or not. due_at: while on notice, the
    instant from which it can be posted; None otherwise.
    """

    adjustment: UUID
    organisation: UUID
    member: UUID
    status: AdjustmentStatus
    position: int
    kind: AdjustmentKind
    unit: Unit
    amount: int
    reason: str
    proposed_by: UUID
    proposed_at: datetime
    approved_by: list[UUID]
    evidence: str | None = None
    expires_on: date | None = None
    refused_by: UUID | None = None
    decision_reason: str | None = None
    posted_on: date | None = None
    notice_until: date | None = None
    is_provisional: bool = False
    objected_by: UUID | None = None
    objection_reason: str | None = None
    decide_by: date | None = None
    due_at: datetime | None = None


ADJUSTMENTS = ViewTable(AdjustmentRow, "adjustments", indexes=[("organisation", "status", "position"), ("due_at",)])


def adjustment(connection: Connection, adjustment_id: UUID) -> AdjustmentRow | None:
    """One adjustment; None where there is none."""
    return ADJUSTMENTS.one(connection, ADJUSTMENTS.select().where(ADJUSTMENTS.c.adjustment == adjustment_id))


def of_organisation(
    connection: Connection, organisation: UUID, *, status: AdjustmentStatus, after: int = 0, limit: int = 50
) -> list[AdjustmentRow]:
    """Those of members of `organisation` with `status`, as proposed; after: the position of the last one before."""
    c = ADJUSTMENTS.c
    found = ADJUSTMENTS.select().where(c.organisation == organisation, c.status == status, c.position > after)
    return ADJUSTMENTS.read(connection, found.order_by(c.position).limit(limit))


def _proposed(rows: Rowset, notice: Notice, event: AdjustmentProposed) -> None:
    rows[ADJUSTMENTS].put(
        AdjustmentRow(
            adjustment=notice.stream,
            organisation=event.organisation,
            member=event.member,
            status="proposed",
            position=notice.position,
            kind=event.kind,
            unit=event.unit,
            amount=event.amount,
            reason=event.reason,
            proposed_by=event.proposed_by,
            proposed_at=notice.at,
            approved_by=[],
            evidence=event.evidence,
            expires_on=event.expires_on,
        )
    )


def _approved(rows: Rowset, notice: Notice, event: AdjustmentApproved) -> None:
    row = rows[ADJUSTMENTS].change(notice.stream)
    row.approved_by = [*row.approved_by, event.approved_by]


def _shown(rows: Rowset, notice: Notice, event: AdjustmentPutOnNotice) -> None:
    row = rows[ADJUSTMENTS].change(notice.stream)
    row.status, row.notice_until, row.is_provisional = "on_notice", event.notice_until, event.provisional
    row.due_at = _due_at(row)


def _objected(rows: Rowset, notice: Notice, event: AdjustmentObjected) -> None:
    row = rows[ADJUSTMENTS].change(notice.stream)
    row.status, row.due_at = "objected", None
    row.objected_by, row.objection_reason, row.decide_by = event.objected_by, event.reason, event.decide_by


def _decided(rows: Rowset, notice: Notice, event: AdjustmentObjectionDecided) -> None:
    row = rows[ADJUSTMENTS].change(notice.stream)
    if event.outcome == "upheld":
        row.status, row.refused_by, row.decision_reason = "refused", event.decided_by, event.reason
    else:
        row.status, row.due_at = "on_notice", _due_at(row)


def _due_at(row: AdjustmentRow) -> datetime | None:
    return row.notice_until and start_of_day(row.notice_until + timedelta(days=1))


def _refused(rows: Rowset, notice: Notice, event: AdjustmentRefused) -> None:
    row = rows[ADJUSTMENTS].change(notice.stream)
    row.status, row.refused_by, row.decision_reason = "refused", event.refused_by, event.reason


def _posted(rows: Rowset, notice: Notice, event: AdjustmentPosted) -> None:
    row = rows[ADJUSTMENTS].change(notice.stream)
    row.status, row.posted_on, row.due_at = "posted", event.on_day, None


PROJECTION = Projection(
    name="adjustments",
    version=2,
    tables=(ADJUSTMENTS,),
    handlers={
        AdjustmentProposed: _proposed,
        AdjustmentApproved: _approved,
        AdjustmentPutOnNotice: _shown,
        AdjustmentObjected: _objected,
        AdjustmentObjectionDecided: _decided,
        AdjustmentRefused: _refused,
        AdjustmentPosted: _posted,
    },
)
