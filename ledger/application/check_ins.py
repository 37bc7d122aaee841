"""Use cases at the door: check in and out by code, scans by staff, scans that a device kept and sends later.

Checking oneself in is the hot path: it reads the actor, the activity and the visit, and never walks the tree.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar, Final, Literal, NamedTuple
from uuid import UUID

from msgspec import Meta

from ledger.activities.activity import ACTIVITY, Direction, may_enter, require_open_door, require_staffed_door
from ledger.activities.activity_state import ActivityState
from ledger.activities.attendance import ATTENDANCE, attendance_id
from ledger.activities.attendance_commands import RecordIn, RecordOut, TellScan
from ledger.activities.attendance_state import AttendanceState, is_changed_by
from ledger.activities.events import Basis, Session
from ledger.activities.windows import (
    session_for_in,
    session_for_staff_in,
    sessions_for_out,
    sessions_for_staff_out,
    sessions_near,
)
from ledger.application.authority import (
    Permission,
    UnknownId,
    require_known_member,
    require_over_activity,
)
from ledger.application.teams import require_at_door
from ledger.application.visits import visit_ids
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import ActivityId, DeviceId, MemberId, SessionId
from ledger.kernel.refusal import Refusal
from ledger.membership.member import MEMBER

Instant = Annotated[datetime, Meta(tz=True)]


class CheckIn(Request, frozen=True):
    """Come in or go out oneself by the activity's code. seen_at: when it was seen, as the code or its ticket proves.

    likely_session is only a hint that lets the visit be loaded with the rest of a batch: the session is always found by
    `seen_at`.
    """

    activity: ActivityId
    seen_at: Instant
    basis: Literal["kiosk", "poster", "typed"]
    direction: Direction
    likely_session: SessionId | None = None


class ScanMember(Request, frozen=True):
    """Record that the actor saw the member come in or go out: from the card, the live code, or by eye (`staff`)."""

    activity: ActivityId
    member: MemberId
    seen_at: Instant
    basis: Literal["card", "live_code", "typed", "staff"]
    direction: Direction


@dataclass(eq=False)
class OwnScan(Refusal):
    """Nobody scans themselves: use the code at the door, or let somebody else scan."""

    code: ClassVar[str] = "own-scan"


class DeviceScan(Request, frozen=True):
    """A scan by the actor on the registered `device`, which may have kept it for hours. seen_at: when it read the code,
    by its corrected clock. session: as the device says; None: the nearest.
    """

    activity: ActivityId
    member: MemberId
    seen_at: Instant
    basis: Literal["card", "live_code", "typed", "staff"]
    direction: Direction
    device: DeviceId
    session: SessionId | None = None


class _Scan(NamedTuple):
    """One scan on its way into a visit's stream. scanned_by None: the member presented the activity's code."""

    activity: ActivityId
    member: MemberId
    seen_at: datetime
    basis: Basis
    scanned_by: MemberId | None

    def ids_of(self, session: Session) -> dict[str, UUID]:
        """What an answer names, the visit's stream among it."""
        return visit_ids(self.activity, session.session, self.member)


def _check_in(work: Work, request: CheckIn) -> Outcome:
    """Refuses, in this order: UnknownId or MemberSuspendedNow for the actor; UnknownId for the activity,
    ActivityNotOpen, PosterNotAllowed, TooEarly or TooLate, NotSignedUp or NotCheckedIn.
    """
    require_known_member(work, work.actor)
    activity = work.state(ACTIVITY, request.activity)
    if activity.organisation is None:
        raise UnknownId(request.activity)
    require_open_door(activity, request.direction, request.basis)
    scan = _Scan(request.activity, work.actor, request.seen_at, request.basis, None)
    if request.direction == "out":
        return _record_out(work, scan, sessions_for_out(activity.sessions, request.seen_at))
    session = session_for_in(activity.sessions, request.seen_at)
    return _record_in(work, scan, session, may_enter(activity, session.session, work.actor))


def _scan_member(work: Work, request: ScanMember) -> Outcome:
    """A scan that happened is a fact: no sign-up is asked, and while the door is open no window either.

    Refuses, in this order: the authority's, OwnScan, UnknownId or MemberSuspendedNow for the member, ActivityNotOpen,
    TooEarly or TooLate (an activity that is only published, or closed), NotCheckedIn.
    """
    activity = require_at_door(work, request.activity, request.member)
    if request.member == work.actor:
        raise OwnScan
    require_known_member(work, request.member)
    require_staffed_door(activity)
    scan = _Scan(request.activity, request.member, request.seen_at, request.basis, work.actor)
    if request.direction == "out":
        return _record_out(work, scan, _staff_sessions_for_out(activity, request.seen_at))
    find = session_for_staff_in if activity.stage == "open" else session_for_in
    return _record_in(work, scan, find(activity.sessions, request.seen_at), may_enter=True)


def record_scan(work: Work, scan: DeviceScan) -> Outcome:
    """Record a scan that a device kept: what happened is a fact, however late it is told and whatever closed meanwhile.

    Scans may be told in any order. The session is the one the device says, else the nearest; its window, with
    CHECK_OUT_HOURS before and after, holds `seen_at`. Outcomes as for `ScanMember`, and `scan-noted` for an out before
    any in is known. Refuses, in this order: the authority's, OwnScan, UnknownId or MemberSuspendedNow for the member,
    ActivityNotOpen (a draft or one called off), TooEarly or TooLate.
    """
    activity = require_over_activity(work, Permission.SCAN_OTHERS, scan.activity)
    if scan.member == work.actor:
        raise OwnScan
    require_known_member(work, scan.member)
    require_staffed_door(activity)
    sessions = [one for one in activity.sessions if scan.session in (None, one.session)]
    session = _session_told(work, scan, sessions_near(sessions or activity.sessions, scan.seen_at))
    ids = visit_ids(scan.activity, session.session, scan.member)
    before = work.state(ATTENDANCE, ids["attendance"])
    after = work.act(ATTENDANCE, ids["attendance"], _told(scan, session.session, work.actor))
    if after.stays != before.stays:
        return Outcome("checked-in" if scan.direction == "in" else "checked-out", ids=ids, times={"seen": scan.seen_at})
    if not after.stays:
        return Outcome("scan-noted", ids=ids, times={"seen": scan.seen_at})
    return _as_it_was("already-in" if after.inside else "already-out", ids, after)


def _told(scan: DeviceScan, session: SessionId, scanned_by: MemberId) -> TellScan:
    return TellScan(
        activity=scan.activity,
        session=session,
        member=scan.member,
        direction=scan.direction,
        seen_at=scan.seen_at,
        basis=scan.basis,
        scanned_by=scanned_by,
        device=scan.device,
    )


def _session_told(work: Work, scan: DeviceScan, near: Sequence[Session]) -> Session:
    """Going out ends the visit that it changes; else, as for coming in, the nearest session is meant."""
    for session in near if scan.direction == "out" else ():
        visit = work.state(ATTENDANCE, attendance_id(scan.activity, session.session, scan.member))
        if is_changed_by(visit, scan.seen_at, "out"):
            return session
    return near[0]


def _staff_sessions_for_out(activity: ActivityState, seen_at: datetime) -> Sequence[Session]:
    find = sessions_for_staff_out if activity.stage == "open" else sessions_for_out
    return find(activity.sessions, seen_at)


def _record_in(work: Work, scan: _Scan, session: Session, may_enter: bool) -> Outcome:
    ids = scan.ids_of(session)
    before = work.state(ATTENDANCE, ids["attendance"])
    command = RecordIn(
        activity=scan.activity,
        session=session.session,
        member=scan.member,
        seen_at=scan.seen_at,
        basis=scan.basis,
        may_enter=may_enter,
        scanned_by=scan.scanned_by,
    )
    after = work.act(ATTENDANCE, ids["attendance"], command)
    if after != before:
        return Outcome("checked-in", ids=ids, times={"seen": scan.seen_at})
    return _as_it_was("already-in" if before.inside else "already-out", ids, after)


def _record_out(work: Work, scan: _Scan, possible: Sequence[Session]) -> Outcome:
    ids, session = _visit_to_leave(work, scan, possible)
    before = work.state(ATTENDANCE, ids["attendance"])
    command = RecordOut(session=session, seen_at=scan.seen_at, basis=scan.basis, scanned_by=scan.scanned_by)
    after = work.act(ATTENDANCE, ids["attendance"], command)
    if after != before:
        return Outcome("checked-out", ids=ids, times={"seen": scan.seen_at})
    return _as_it_was("already-out", ids, before)


def _visit_to_leave(work: Work, scan: _Scan, possible: Sequence[Session]) -> tuple[dict[str, UUID], SessionId]:
    """Where the member is inside; else the first session they came to at all; else the nearest."""
    found = [(scan.ids_of(session), session.session) for session in possible]
    visits = [work.state(ATTENDANCE, ids["attendance"]) for ids, _ in found]
    inside = (one for one, visit in zip(found, visits, strict=True) if visit.inside)
    visited = (one for one, visit in zip(found, visits, strict=True) if visit.in_at is not None)
    return next(inside, None) or next(visited, None) or found[0]


def _as_it_was(code: str, ids: dict[str, UUID], visit: AttendanceState) -> Outcome:
    """The answer to a scan that changed nothing: when the member came in last, who saw it, and when they left."""
    stay = visit.stays[-1]
    times = {name: at for name, at in (("first", stay.in_at), ("out", stay.out_at)) if at is not None}
    scanned_by = {} if stay.scanned_by is None else {"scanned_by": stay.scanned_by}
    return Outcome(code, ids=ids | scanned_by, times=times)


def _check_in_reads(request: CheckIn, actor: MemberId) -> Iterable[Stream]:
    streams = [Stream(MEMBER, actor), Stream(ACTIVITY, request.activity)]
    if request.likely_session is not None:
        streams.append(Stream(ATTENDANCE, attendance_id(request.activity, request.likely_session, actor)))
    return streams


def _scan_reads(request: ScanMember, actor: MemberId) -> Iterable[Stream]:
    return (Stream(MEMBER, actor), Stream(MEMBER, request.member), Stream(ACTIVITY, request.activity))


CHECK_IN: Final = UseCase[CheckIn]("activities.check_in", _check_in, _check_in_reads)
SCAN_MEMBER: Final = UseCase[ScanMember]("activities.scan_member", _scan_member, _scan_reads)
