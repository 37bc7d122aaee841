"""Use cases at the door: check in and out by code, scans by staff, visits closed by time, outs confirmed by the leader.

Checking oneself in is the hot path: it reads the actor, the activity and the visit, and never walks the tree.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar, Final, Literal, NamedTuple, Protocol
from uuid import UUID

from msgspec import Meta

from ledger.activities.activity import ACTIVITY, Direction, may_enter, require_open_door, require_staffed_door
from ledger.activities.activity_refusals import UnknownSession
from ledger.activities.activity_state import ActivityState
from ledger.activities.attendance import (
    ATTENDANCE,
    AttendanceState,
    CloseByTime,
    ConfirmStay,
    RecordIn,
    RecordOut,
    attendance_id,
)
from ledger.activities.events import Basis, Session
from ledger.activities.windows import session_for_in, session_for_staff_in, sessions_for_out, sessions_for_staff_out
from ledger.application.authority import (
    Permission,
    UnknownId,
    reads_actor,
    require_known_member,
    require_over_activity,
    require_system,
    same_household,
)
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import ActivityId, MemberId, SessionId
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


class CloseVisit(Request, frozen=True):
    """End a visit that nobody checked out, once the session's window is over. The system's; again changes nothing."""

    activity: ActivityId
    session: SessionId
    member: MemberId


class ConfirmOut(Request, frozen=True):
    """Say, as the leader, that the member stayed until `out_at`: for a visit closed by time, or on the poster."""

    activity: ActivityId
    session: SessionId
    member: MemberId
    out_at: Instant


@dataclass(eq=False)
class OwnScan(Refusal):
    """Nobody scans themselves: use the code at the door, or let somebody else scan."""

    code: ClassVar[str] = "own-scan"


class _Scan(NamedTuple):
    """One scan on its way into a visit's stream. scanned_by None: the member presented the activity's code."""

    activity: ActivityId
    member: MemberId
    seen_at: datetime
    basis: Basis
    scanned_by: MemberId | None

    def ids_of(self, session: Session) -> dict[str, UUID]:
        """What an answer names, the visit's stream among it."""
        return _ids(self.activity, session.session, self.member)


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
    activity = require_over_activity(work, Permission.SCAN_OTHERS, request.activity)
    if request.member == work.actor:
        raise OwnScan
    require_known_member(work, request.member)
    require_staffed_door(activity)
    scan = _Scan(request.activity, request.member, request.seen_at, request.basis, work.actor)
    if request.direction == "out":
        return _record_out(work, scan, _staff_sessions_for_out(activity, request.seen_at))
    find = session_for_staff_in if activity.stage == "open" else session_for_in
    return _record_in(work, scan, find(activity.sessions, request.seen_at), may_enter=True)


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
    if before.in_at is None:
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
    """The answer to a scan that changed nothing: when the first one was, who made it, and when the member left."""
    times = {name: at for name, at in (("first", visit.in_at), ("out", visit.out_at)) if at is not None}
    scanned_by = {} if visit.in_scanned_by is None else {"scanned_by": visit.in_scanned_by}
    return Outcome(code, ids=ids | scanned_by, times=times)


def _ids(activity: ActivityId, session: SessionId, member: MemberId) -> dict[str, UUID]:
    visit = attendance_id(activity, session, member)
    return {"attendance": visit, "activity": activity, "session": session, "member": member}


def _close_visit(work: Work, request: CloseVisit) -> Outcome:
    require_system(work)
    activity = work.state(ACTIVITY, request.activity)
    session = _session(activity, request)
    ids = _ids(request.activity, request.session, request.member)
    before = work.state(ATTENDANCE, ids["attendance"])
    after = work.act(ATTENDANCE, ids["attendance"], CloseByTime(session, work.now))
    return _visit_outcome("already-out" if after == before else "visit-closed", ids, after)


def _confirm_out(work: Work, request: ConfirmOut) -> Outcome:
    activity = require_over_activity(work, Permission.CONFIRM_VISITS, request.activity)
    session = _session(activity, request)
    command = ConfirmStay(
        session=session,
        out_at=request.out_at,
        confirmed_by=work.actor,
        is_near=same_household(work, work.actor, request.member),
        now=work.now,
    )
    ids = _ids(request.activity, request.session, request.member)
    return _visit_outcome("visit-confirmed", ids, work.act(ATTENDANCE, ids["attendance"], command))


def _session(activity: ActivityState, request: CloseVisit | ConfirmOut) -> Session:
    if activity.organisation is None:
        raise UnknownId(request.activity)
    session = activity.session(request.session)
    if session is None:
        raise UnknownSession(request.session)
    return session


def _visit_outcome(code: str, ids: dict[str, UUID], visit: AttendanceState) -> Outcome:
    return Outcome(code, ids=ids, times={} if visit.out_at is None else {"out": visit.out_at})


def _check_in_reads(request: CheckIn, actor: MemberId) -> Iterable[Stream]:
    streams = [Stream(MEMBER, actor), Stream(ACTIVITY, request.activity)]
    if request.likely_session is not None:
        streams.append(Stream(ATTENDANCE, attendance_id(request.activity, request.likely_session, actor)))
    return streams


def _scan_reads(request: ScanMember, actor: MemberId) -> Iterable[Stream]:
    return (Stream(MEMBER, actor), Stream(MEMBER, request.member), Stream(ACTIVITY, request.activity))


class _OfVisit(Protocol):
    @property
    def activity(self) -> ActivityId: ...
    @property
    def session(self) -> SessionId: ...
    @property
    def member(self) -> MemberId: ...


def _visit_reads(request: _OfVisit, actor: MemberId) -> Iterable[Stream]:
    visit = attendance_id(request.activity, request.session, request.member)
    return (*reads_actor(request, actor), Stream(ACTIVITY, request.activity), Stream(ATTENDANCE, visit))


CHECK_IN: Final = UseCase[CheckIn]("activities.check_in", _check_in, _check_in_reads)
SCAN_MEMBER: Final = UseCase[ScanMember]("activities.scan_member", _scan_member, _scan_reads)
CLOSE_VISIT: Final = UseCase[CloseVisit]("activities.close_visit", _close_visit, _visit_reads)
CONFIRM_OUT: Final = UseCase[ConfirmOut]("activities.confirm_out", _confirm_out, _visit_reads)
