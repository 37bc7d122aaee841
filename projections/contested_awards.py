"""What is disputed about awards: the newest objection to each and the newest reversal of each, with their reasons.

Whether an award is credited is told by `awards`; here stands who said what, by when somebody should decide, and who
paid for what was taken back.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, func, or_, select

from ledger.application.ports import Notice
from ledger.awards.events import (
    AwardObjected,
    AwardReversed,
    ObjectionDecided,
    ObjectionEscalated,
    ReversalApproved,
    ReversalProposed,
    ReversalRefused,
)
from projections.awards import AWARDS, AwardRow
from projections.projection import Projection
from projections.rows import Rowset
from projections.view_tables import ViewTable

ObjectionStatus = Literal["open", "upheld", "rejected"]
ReversalStatus = Literal["proposed", "refused", "reversed"]


class ObjectionRow(Struct, gc=False):
    """The newest objection to an award. reason, decision_reason: codes. decide_by: day by which it should be decided.

    is_provisional: the working-day table of a year was missing. escalated_to: the node above, once it was taken there.
    position: of the newest event.
    """

    award: UUID
    status: ObjectionStatus
    objected_by: UUID
    objected_at: datetime
    reason: str
    decide_by: date
    is_provisional: bool
    position: int
    decided_by: UUID | None = None
    decision_reason: str | None = None
    escalate_until: date | None = None
    escalated_to: UUID | None = None


class ReversalRow(Struct, gc=False):
    """The newest reversal of an award. reason, decision_reason: codes. spent: as proposed.

    approvals of approvers_needed (None before the first). Amounts in the award's unit as in `AwardReversed`, None until
    reversed. position: of the proposal.
    """

    award: UUID
    status: ReversalStatus
    reason: str
    spent: str
    proposed_by: UUID
    proposed_at: datetime
    position: int
    approvals: int = 0
    approvers_needed: int | None = None
    decided_by: UUID | None = None
    decision_reason: str | None = None
    taken: int | None = None
    from_other_lots: int | None = None
    owed: int | None = None
    written_off: int | None = None
    expired: int | None = None


OBJECTIONS = ViewTable(ObjectionRow, "objections", indexes=[("status", "position"), ("escalated_to",)])
REVERSALS = ViewTable(ReversalRow, "reversals", indexes=[("status", "position")])


def objections_to(connection: Connection, awards: Sequence[UUID]) -> dict[UUID, ObjectionRow]:
    """The newest objection to each of `awards` (at most 200) that has one."""
    found = OBJECTIONS.read(connection, OBJECTIONS.select().where(OBJECTIONS.c.award.in_(awards)))
    return {row.award: row for row in found}


def reversals_of(connection: Connection, awards: Sequence[UUID]) -> dict[UUID, ReversalRow]:
    """The newest reversal of each of `awards` (at most 200) that has one."""
    found = REVERSALS.read(connection, REVERSALS.select().where(REVERSALS.c.award.in_(awards)))
    return {row.award: row for row in found}


def objected(connection: Connection, organisation: UUID, *, after: int = 0, limit: int = 50) -> list[AwardRow]:
    """Awards of `organisation` with an objection that waits for a decision, and those taken there from below.

    In order of proposal; after: the position of the last one before.
    """
    found = AWARDS.select().join(OBJECTIONS.table, OBJECTIONS.c.award == AWARDS.c.award)
    found = found.where(*_waiting_at(organisation), AWARDS.c.position > after)
    return AWARDS.read(connection, found.order_by(AWARDS.c.position).limit(limit))


def overdue(connection: Connection, organisation: UUID, *, today: date) -> int:
    """How many of `objected` should have been decided before the community's day `today`."""
    found = select(func.count()).select_from(AWARDS.table)
    found = found.join(OBJECTIONS.table, OBJECTIONS.c.award == AWARDS.c.award)
    return connection.scalar(found.where(*_waiting_at(organisation), OBJECTIONS.c.decide_by < today)) or 0


def reversing(connection: Connection, organisation: UUID, *, after: int = 0, limit: int = 50) -> list[AwardRow]:
    """Awards of `organisation` with a reversal that waits for approval; order and after: as in `objected`."""
    found = AWARDS.select().join(REVERSALS.table, REVERSALS.c.award == AWARDS.c.award)
    waiting = REVERSALS.c.status == "proposed", AWARDS.c.organisation == organisation, AWARDS.c.position > after
    return AWARDS.read(connection, found.where(*waiting).order_by(AWARDS.c.position).limit(limit))


def _waiting_at(organisation: UUID) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    here = or_(AWARDS.c.organisation == organisation, OBJECTIONS.c.escalated_to == organisation)
    return OBJECTIONS.c.status == "open", here


def _objected(rows: Rowset, notice: Notice, event: AwardObjected) -> None:
    rows[OBJECTIONS].put(
        ObjectionRow(
            notice.stream,
            "open",
            event.objected_by,
            notice.at,
            event.reason,
            event.decide_by,
            event.provisional,
            notice.position,
        )
    )


def _decided(rows: Rowset, notice: Notice, event: ObjectionDecided) -> None:
    row = rows[OBJECTIONS].change(notice.stream)
    row.status, row.decided_by, row.decision_reason = event.outcome, event.decided_by, event.reason
    row.escalate_until, row.position = event.escalate_until, notice.position


def _escalated(rows: Rowset, notice: Notice, event: ObjectionEscalated) -> None:
    row = rows[OBJECTIONS].change(notice.stream)
    row.status, row.escalated_to, row.escalate_until = "open", event.organisation, None
    row.decide_by, row.is_provisional, row.position = event.decide_by, event.provisional, notice.position


def _reversal_proposed(rows: Rowset, notice: Notice, event: ReversalProposed) -> None:
    rows[REVERSALS].put(
        ReversalRow(
            notice.stream,
            "proposed",
            event.reason,
            event.spent,
            event.proposed_by,
            notice.at,
            notice.position,
        )
    )


def _reversal_approved(rows: Rowset, notice: Notice, event: ReversalApproved) -> None:
    row = rows[REVERSALS].change(notice.stream)
    row.approvals, row.approvers_needed = row.approvals + 1, event.approvers_needed


def _reversal_refused(rows: Rowset, notice: Notice, event: ReversalRefused) -> None:
    row = rows[REVERSALS].change(notice.stream)
    row.status, row.decided_by, row.decision_reason = "refused", event.refused_by, event.reason


def _reversed(rows: Rowset, notice: Notice, event: AwardReversed) -> None:
    row = rows[REVERSALS].change(notice.stream)
    row.status, row.decided_by = "reversed", event.approved_by
    row.taken, row.from_other_lots, row.owed = event.taken, event.from_other_lots, event.owed
    row.written_off, row.expired = event.written_off, event.expired


PROJECTION = Projection(
    name="contested_awards",
    version=1,
    tables=(OBJECTIONS, REVERSALS),
    handlers={
        AwardObjected: _objected,
        ObjectionDecided: _decided,
        ObjectionEscalated: _escalated,
        ReversalProposed: _reversal_proposed,
        ReversalApproved: _reversal_approved,
        ReversalRefused: _reversal_refused,
        AwardReversed: _reversed,
    },
)
