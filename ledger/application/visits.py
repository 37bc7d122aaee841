"""Use cases of one visit after the door: closed by time, confirmed by the leader, never begun."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Final, Protocol
from uuid import UUID

from msgspec import Meta

from ledger.activities.activity import ACTIVITY, require_opened_once
from ledger.activities.activity_refusals import NotSignedUp, UnknownSession
from ledger.activities.activity_state import ActivityState
from ledger.activities.attendance import ATTENDANCE, attendance_id
from ledger.activities.attendance_commands import AttendanceCommand, CloseByTime, ConfirmStay, MarkNoShow
from ledger.activities.attendance_state import AttendanceState
from ledger.activities.events import Session
from ledger.application.authority import (
    Permission,
    UnknownId,
    reads_actor,
    require_over_activity,
    require_system,
    same_household,
)
from ledger.application.programme import DEFAULTS, settings_of
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import ActivityId, MemberId, SessionId
from ledger.programme.events import Settings

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


class MarkAsNoShow(Request, frozen=True):
    """Say that a member who had a place was not seen, once the session is over. The system's; again changes nothing."""

    activity: ActivityId
    session: SessionId
    member: MemberId


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


def session_of(activity: ActivityState, request: OfVisit) -> Session:
    """The session of a visit. Refuses with UnknownId where there is no such activity, then with UnknownSession."""
    if activity.organisation is None:
        raise UnknownId(request.activity)
    session = activity.session(request.session)
    if session is None:
        raise UnknownSession(request.session)
    return session


def act_on_visit(work: Work, request: OfVisit, command: AttendanceCommand, code: str) -> Outcome:
    """Let the visit decide on `command`; answers with `code`, the visit's ids and, where there is one, its end."""
    ids = visit_ids(request.activity, request.session, request.member)
    return visit_outcome(code, ids, work.act(ATTENDANCE, ids["attendance"], command))


def visit_outcome(code: str, ids: dict[str, UUID], visit: AttendanceState) -> Outcome:
    """An answer about a visit. times: `out`, when it ended, as far as that is known."""
    return Outcome(code, ids=ids, times={} if visit.out_at is None else {"out": visit.out_at})


def _close_visit(work: Work, request: CloseVisit) -> Outcome:
    require_system(work)
    activity = work.state(ACTIVITY, request.activity)
    session = session_of(activity, request)
    ids = visit_ids(request.activity, request.session, request.member)
    before = work.state(ATTENDANCE, ids["attendance"])
    after = work.act(ATTENDANCE, ids["attendance"], CloseByTime(session, work.now))
    return visit_outcome("already-out" if after == before else "visit-closed", ids, after)


def _confirm_out(work: Work, request: ConfirmOut) -> Outcome:
    activity = require_over_activity(work, Permission.CONFIRM_VISITS, request.activity)
    session = session_of(activity, request)
    command = ConfirmStay(
        session=session,
        out_at=request.out_at,
        confirmed_by=work.actor,
        is_near=same_household(work, work.actor, request.member),
        now=work.now,
        confirm_days=settings_of_activity(work, activity).confirm_days,
    )
    return act_on_visit(work, request, command, "visit-confirmed")


def _mark_no_show(work: Work, request: MarkAsNoShow) -> Outcome:
    """Only where the door was ever open: else nobody could come. Refuses, in this order: NotPermitted, UnknownId,
    UnknownSession, ActivityNotOpen, NotSignedUp, VisitNotOver.
    """
    require_system(work)
    activity = work.state(ACTIVITY, request.activity)
    session = session_of(activity, request)
    require_opened_once(activity)
    if request.member not in activity.signed_up(request.session):
        raise NotSignedUp(request.session)
    command = MarkNoShow(request.activity, session, request.member, work.now)
    ids = visit_ids(request.activity, request.session, request.member)
    after = work.act(ATTENDANCE, ids["attendance"], command)
    return visit_outcome("no-show-marked" if after.no_show else "no-no-show", ids, after)


def settings_of_activity(work: Work, activity: ActivityState) -> Settings:
    """The settings of the community whose activity it is."""
    return settings_of(work, activity.organisation) if activity.organisation else DEFAULTS


def visit_reads(request: OfVisit, actor: MemberId) -> Iterable[Stream]:
    """The hint of a use case about one visit: who acts, the activity, the visit."""
    visit = attendance_id(request.activity, request.session, request.member)
    return (*reads_actor(request, actor), Stream(ACTIVITY, request.activity), Stream(ATTENDANCE, visit))


CLOSE_VISIT: Final = UseCase[CloseVisit]("activities.close_visit", _close_visit, visit_reads)
CONFIRM_OUT: Final = UseCase[ConfirmOut]("activities.confirm_out", _confirm_out, visit_reads)
MARK_NO_SHOW: Final = UseCase[MarkAsNoShow]("activities.mark_no_show", _mark_no_show, visit_reads)
