"""What happens to visits, told to the activity roll: each row keeps the visit as its own rules fold it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from ledger.activities.events import (
    AttendanceEvent,
    AttendanceTallied,
    AutomaticallyCheckedOut,
    CheckedIn,
    CheckedOut,
    DisputeDecided,
    Excused,
    HoursEntered,
    MarkedNoShow,
    ScanNoted,
    StayConfirmed,
    VisitAnnulled,
    VisitCorrected,
    VisitDisputed,
)
from ledger.application.ports import Notice
from ledger.application.visit_states import VisitState, visit_after, visit_of
from ledger.kernel.ids import ActivityId, MemberId, SessionId
from projections.activity_rows import ATTENDANCES, SESSIONS, SIGN_UPS, AttendanceRow, SessionRow, VisitStatus
from projections.projection import Handler
from projections.rows import Rowset

_Beginning = CheckedIn | ScanNoted | MarkedNoShow | Excused | HoursEntered
"""What can be first in a visit's stream, and says whose it is."""


def due_at_of_place(rows: Rowset, session: SessionRow, member: UUID) -> datetime | None:
    """When a place becomes a no-show unless something happens; None where the member was seen or excused."""
    visit = visit_of(ActivityId(session.activity), SessionId(session.session), MemberId(member))
    row = rows[ATTENDANCES].find(visit)
    return _closing(session) if row is None or row.status == "annulled" else None


def _happened(rows: Rowset, notice: Notice, event: AttendanceEvent) -> None:
    row = _row(rows, notice, event)
    session = rows[SESSIONS].change((row.activity, row.session))
    before, after = row.visit, visit_after(row.visit, event)
    row.visit, row.status = after, _status(after)
    row.in_at, row.out, row.out_at, row.minutes_seen = after.in_at, after.out, after.out_at, after.minutes_seen
    row.due_at = _closing(session) if after.inside else None
    _show_who(row, event)
    _count(session, before, after)
    if session.signed_up:
        _follow_place(rows, row, session)


def _row(rows: Rowset, notice: Notice, event: AttendanceEvent) -> AttendanceRow:
    if isinstance(event, _Beginning) and rows[ATTENDANCES].find(notice.stream) is None:
        row = AttendanceRow(notice.stream, event.activity, event.session, event.member, VisitState(), status="noted")
        return rows[ATTENDANCES].put(row)
    return rows[ATTENDANCES].change(notice.stream)


def _status(visit: VisitState) -> VisitStatus:
    """Of what is true of the visit, that which people must know first."""
    told: tuple[tuple[bool, VisitStatus], ...] = (
        (visit.dispute == "open", "disputed"),
        (visit.tallied, "tallied"),
        (visit.inside, "in"),
        (visit.out == "automatic", "auto_out"),
        (bool(visit.stays), "out"),
        (visit.no_show, "no_show"),
        (visit.excused_for is not None, "excused"),
        (bool(visit.marks), "noted"),
    )
    for holds, status in told:
        if holds:
            return status
    return "annulled"


def _show_who(row: AttendanceRow, event: AttendanceEvent) -> None:
    match event:
        case CheckedIn() if row.in_at == event.seen_at or row.in_basis is None:
            row.in_basis, row.in_scanned_by = event.basis, event.scanned_by
        case CheckedOut():
            row.out_basis, row.out_scanned_by = event.basis, event.scanned_by
        case StayConfirmed():
            row.confirmed_by = event.confirmed_by
        case VisitCorrected():
            row.confirmed_by = event.corrected_by
        case HoursEntered():
            row.in_basis, row.confirmed_by = event.kind, event.approved_by
        case VisitAnnulled():
            row.in_basis = row.in_scanned_by = row.out_basis = row.out_scanned_by = row.confirmed_by = None
        case _:
            pass


def _count(session: SessionRow, before: VisitState, after: VisitState) -> None:
    session.present += bool(after.stays) - bool(before.stays)
    session.inside += after.inside - before.inside
    session.unconfirmed += after.awaits_confirmation - before.awaits_confirmation
    session.tallied += after.tallied - before.tallied
    session.disputed += (after.dispute == "open") - (before.dispute == "open")
    session.no_shows += after.no_show - before.no_show


def _follow_place(rows: Rowset, row: AttendanceRow, session: SessionRow) -> None:
    key = row.activity, row.session, row.member
    if rows[SIGN_UPS].find(key) is not None:
        rows[SIGN_UPS].change(key).due_at = _closing(session) if row.status == "annulled" else None


def _closing(session: SessionRow) -> datetime:
    return session.ends_at + timedelta(minutes=session.late_minutes)


VISIT_HANDLERS: Final[Mapping[type[Any], Handler]] = dict.fromkeys(
    (
        CheckedIn,
        CheckedOut,
        ScanNoted,
        AutomaticallyCheckedOut,
        StayConfirmed,
        AttendanceTallied,
        VisitAnnulled,
        VisitCorrected,
        MarkedNoShow,
        Excused,
        VisitDisputed,
        DisputeDecided,
        HoursEntered,
    ),
    _happened,
)
