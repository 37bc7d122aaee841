"""Use cases of one visit after the door: closed by time, confirmed by the leader."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Final, Protocol
from uuid import UUID

from msgspec import Meta

from ledger.activities.activity import ACTIVITY
from ledger.activities.activity_refusals import UnknownSession
from ledger.activities.activity_state import ActivityState
from ledger.activities.attendance import ATTENDANCE, AttendanceState, CloseByTime, ConfirmStay, attendance_id
from ledger.activities.events import Session
from ledger.application.authority import (
    Permission,
    UnknownId,
    reads_actor,
    require_over_activity,
    require_system,
    same_household,
)
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import ActivityId, MemberId, SessionId

Instant = Annotated[datetime, Meta(tz=True)]


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


class OfVisit(Protocol):
    """Names one visit."""

    @property
    def activity(self) -> ActivityId: ...
    @property
    def session(self) -> SessionId: ...
    @property
    def member(self) -> MemberId: ...


def visit_ids(activity: ActivityId, session: SessionId, member: MemberId) -> dict[str, UUID]:
    """What an answer about a visit names, the visit's stream among it."""
    visit = attendance_id(activity, session, member)
    return {"attendance": visit, "activity": activity, "session": session, "member": member}


def _close_visit(work: Work, request: CloseVisit) -> Outcome:
    require_system(work)
    activity = work.state(ACTIVITY, request.activity)
    session = _session(activity, request)
    ids = visit_ids(request.activity, request.session, request.member)
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
    ids = visit_ids(request.activity, request.session, request.member)
    return _visit_outcome("visit-confirmed", ids, work.act(ATTENDANCE, ids["attendance"], command))


def _session(activity: ActivityState, request: OfVisit) -> Session:
    if activity.organisation is None:
        raise UnknownId(request.activity)
    session = activity.session(request.session)
    if session is None:
        raise UnknownSession(request.session)
    return session


def _visit_outcome(code: str, ids: dict[str, UUID], visit: AttendanceState) -> Outcome:
    return Outcome(code, ids=ids, times={} if visit.out_at is None else {"out": visit.out_at})


def _visit_reads(request: OfVisit, actor: MemberId) -> Iterable[Stream]:
    visit = attendance_id(request.activity, request.session, request.member)
    return (*reads_actor(request, actor), Stream(ACTIVITY, request.activity), Stream(ATTENDANCE, visit))


CLOSE_VISIT: Final = UseCase[CloseVisit]("activities.close_visit", _close_visit, _visit_reads)
CONFIRM_OUT: Final = UseCase[ConfirmOut]("activities.confirm_out", _confirm_out, _visit_reads)
