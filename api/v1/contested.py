"""What is disputed about an award, as it is shown: an objection and a reversal, with who said what."""

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from api.readers import Reader
from projections.contested_awards import ObjectionRow, ObjectionStatus, ReversalRow, ReversalStatus


class ObjectionView(Struct, frozen=True):
    """The newest objection. objected_by: for those who propose and decide, and for who objected; None for all others.

    decide_by: the day by which it should be decided; is_overdue: that day has passed. reasons: codes. escalate_until:
    last day on which who lost may take it further; escalated_to: where it was taken.
    """

    status: ObjectionStatus
    objected_by: UUID | None
    objected_at: datetime
    reason: str
    decide_by: date
    is_provisional: bool
    is_overdue: bool
    decided_by: UUID | None
    decision_reason: str | None
    escalate_until: date | None
    escalated_to: UUID | None


class ReversalView(Struct, frozen=True):
    """The newest reversal. approvals: of approvers_needed, which is None before the first. reasons: codes.

    Who paid, in the award's unit, None until it was taken back: taken (of the award's own lot), from_other_lots, owed,
    written_off, expired.
    """

    status: ReversalStatus
    reason: str
    spent: str
    proposed_by: UUID
    proposed_at: datetime
    approvals: int
    approvers_needed: int | None
    decided_by: UUID | None
    decision_reason: str | None
    taken: int | None
    from_other_lots: int | None
    owed: int | None
    written_off: int | None
    expired: int | None


def objection_view(reader: Reader, row: ObjectionRow, *, named: bool) -> ObjectionView:
    """named: whether who objected may be shown to the reader, if it was not the reader."""
    return ObjectionView(
        status=row.status,
        objected_by=row.objected_by if named or row.objected_by == reader.member else None,
        objected_at=row.objected_at,
        reason=row.reason,
        decide_by=row.decide_by,
        is_provisional=row.is_provisional,
        is_overdue=row.status == "open" and row.decide_by < reader.today,
        decided_by=row.decided_by,
        decision_reason=row.decision_reason,
        escalate_until=row.escalate_until,
        escalated_to=row.escalated_to,
    )


def reversal_view(row: ReversalRow) -> ReversalView:
    """The row as it is shown to who proposes and decides, and to whose award it is."""
    return ReversalView(
        status=row.status,
        reason=row.reason,
        spent=row.spent,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        approvals=row.approvals,
        approvers_needed=row.approvers_needed,
        decided_by=row.decided_by,
        decision_reason=row.decision_reason,
        taken=row.taken,
        from_other_lots=row.from_other_lots,
        owed=row.owed,
        written_off=row.written_off,
        expired=row.expired,
    )
