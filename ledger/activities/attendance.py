"""One member's visit to one session: what the door, time and people make of it. What it earns is decided elsewhere.

A second scan meets the same stream, so it changes nothing and needs no lock.
"""

from datetime import UTC, datetime, timedelta
from typing import Final, assert_never

from ledger.activities import visit_decisions
from ledger.activities.activity_refusals import NotSignedUp
from ledger.activities.attendance_commands import (
    AnnulVisit,
    AttendanceCommand,
    CloseByTime,
    ConfirmStay,
    CorrectVisit,
    DecideDispute,
    DisputeVisit,
    Excuse,
    MarkNoShow,
    RecordIn,
    RecordOut,
    TallyVisit,
    TellScan,
    UndoVisit,
)
from ledger.activities.attendance_refusals import (
    NotCheckedIn,
    VisitInDispute,
    VisitNotOver,
    VisitStillOpen,
    VisitUnconfirmed,
)
from ledger.activities.attendance_state import AttendanceState, evolve, is_changed_by
from ledger.activities.entered_hours import EnterHours, enter_hours
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
    Session,
    StayConfirmed,
    VisitAnnulled,
    VisitCorrected,
    VisitDisputed,
)
from ledger.activities.stays import Mark
from ledger.activities.windows import closes_at, opens_at
from ledger.kernel.decider import Decider
from ledger.kernel.ids import ActivityId, AttendanceId, MemberId, SessionId, derived

MINUTE: Final = timedelta(minutes=1)
TimeSpan = tuple[datetime, datetime]


def attendance_id(activity: ActivityId, session: SessionId, member: MemberId) -> AttendanceId:
    """The stream of the member's visit to the session: the same three ids always give the same one."""
    return AttendanceId(derived(activity, session, member))


def visit_spans(session: Session, visit: AttendanceState) -> tuple[TimeSpan, ...] | None:
    """The parts of the visit that lie in the session's window, from and until, UTC, oldest first; () if none does.

    They never overlap, and going out and coming back counts without the time between. None while nothing counts: the
    member is inside or was never there, the visit awaits confirmation, or it is disputed.
    """
    if visit.out_at is None or visit.awaits_confirmation or visit.dispute == "open":
        return None
    opening, closing = opens_at(session), closes_at(session)
    found = ((max(stay.in_at, opening), min(stay.out_at or stay.in_at, closing)) for stay in visit.stays)
    return tuple(span for span in found if span[0] < span[1])


def minutes_of(*spans: TimeSpan) -> int:
    """Whole minutes in spans of instants taken together, rounded down once, never negative."""
    return sum((max(timedelta(), until - start) for start, until in spans), timedelta()) // MINUTE


def decide(state: AttendanceState, command: AttendanceCommand) -> tuple[AttendanceEvent, ...]:
    """What `command` makes of the visit. A second in, a second out and a second tally change nothing.

    RecordIn refuses with NotSignedUp, EnterHours with VisitAlreadyRecorded; a scan told late is never refused. Excusing
    and no-shows are about who never came; a no-show and an annulled visit can be disputed, too. Every other command
    refuses first with NotCheckedIn, then with what its function names, in that order.
    """
    match command:
        case RecordIn():
            return _check_in(state, command)
        case TellScan():
            return _tell(state, command)
        case EnterHours():
            return enter_hours(state.in_at, command)
        case MarkNoShow():
            return _mark_no_show(state, command)
        case Excuse():
            return visit_decisions.excuse(state, command)
        case DisputeVisit() | DecideDispute() if state.no_show or state.was_annulled:
            return _on_visit(state, command)
        case _:
            if state.in_at is None:
                raise NotCheckedIn(_session_of(command))
            return _on_visit(state, command)


_OnVisit = (
    RecordOut
    | CloseByTime
    | ConfirmStay
    | TallyVisit
    | UndoVisit
    | AnnulVisit
    | CorrectVisit
    | DisputeVisit
    | DecideDispute
)


def _on_visit(state: AttendanceState, command: _OnVisit) -> tuple[AttendanceEvent, ...]:
    match command:
        case RecordOut():
            return _check_out(state, command)
        case CloseByTime():
            return _close(state, command)
        case TallyVisit():
            return _tally(state, command)
        case ConfirmStay():
            return visit_decisions.confirm(state, command)
        case UndoVisit():
            return visit_decisions.undo(state, command)
        case AnnulVisit():
            return visit_decisions.annul(state, command)
        case CorrectVisit():
            return visit_decisions.correct(state, command)
        case DisputeVisit():
            return visit_decisions.dispute(state, command)
        case DecideDispute():
            return visit_decisions.decide_dispute(state, command)
        case _:
            assert_never(command)


def _session_of(command: _OnVisit) -> SessionId:
    session = command.session
    return session.session if isinstance(session, Session) else session


def _check_in(state: AttendanceState, command: RecordIn) -> tuple[AttendanceEvent, ...]:
    """Coming back after going out is a new stay; who was let in once needs no sign-up to come back."""
    if not state.stays and not command.may_enter:
        raise NotSignedUp(command.session)
    seen_at = command.seen_at.astimezone(UTC)
    if state.tallied or (state.stays and not is_changed_by(state, seen_at, "in")):
        return ()
    return (
        CheckedIn(
            activity=command.activity,
            session=command.session,
            member=command.member,
            seen_at=seen_at,
            basis=command.basis,
            scanned_by=command.scanned_by,
            device=command.device,
        ),
    )


def _check_out(state: AttendanceState, command: RecordOut) -> tuple[AttendanceEvent, ...]:
    """A scan at the door says more than the planned end, so it replaces an automatic out that awaits confirmation."""
    if state.tallied or state.out not in ("none", "automatic"):
        return ()
    return (
        CheckedOut(
            seen_at=command.seen_at.astimezone(UTC),
            basis=command.basis,
            scanned_by=command.scanned_by,
            device=command.device,
        ),
    )


def _tell(state: AttendanceState, command: TellScan) -> tuple[AttendanceEvent, ...]:
    """What was tallied, or fixed by somebody's word, no longer listens: the scan itself is kept by its device."""
    seen_at = command.seen_at.astimezone(UTC)
    is_told = Mark(seen_at, command.direction, command.scanned_by) in state.marks
    is_settled = bool(state.fixed) and seen_at <= (state.fixed[-1].out_at or seen_at)
    if state.tallied or is_told or is_settled:
        return ()
    if not is_changed_by(state, seen_at, command.direction):
        return (_noted(command, seen_at),)
    if command.direction == "in":
        return (
            CheckedIn(
                activity=command.activity,
                session=command.session,
                member=command.member,
                seen_at=seen_at,
                basis=command.basis,
                scanned_by=command.scanned_by,
                device=command.device,
            ),
        )
    return (CheckedOut(seen_at, command.basis, command.scanned_by, command.device),)


def _noted(command: TellScan, seen_at: datetime) -> ScanNoted:
    return ScanNoted(
        activity=command.activity,
        session=command.session,
        member=command.member,
        direction=command.direction,
        seen_at=seen_at,
        basis=command.basis,
        scanned_by=command.scanned_by,
        device=command.device,
    )


def _close(state: AttendanceState, command: CloseByTime) -> tuple[AttendanceEvent, ...]:
    if not state.inside:
        return ()
    closing = closes_at(command.session)
    if command.now <= closing:
        raise VisitNotOver(closing)
    return (AutomaticallyCheckedOut(out_at=max(state.stays[-1].in_at, command.session.ends_at)),)


def _tally(state: AttendanceState, command: TallyVisit) -> tuple[AttendanceEvent, ...]:
    if state.tallied:
        return ()
    last = state.stays[-1]
    if last.out_at is None:
        raise VisitStillOpen(last.in_at)
    if state.awaits_confirmation:
        raise VisitUnconfirmed(last.out_at)
    if state.dispute == "open":
        raise VisitInDispute
    return (AttendanceTallied(minutes_seen=command.minutes_seen),)


def _mark_no_show(state: AttendanceState, command: MarkNoShow) -> tuple[AttendanceEvent, ...]:
    """Nothing where anybody saw the member, even without a coming in, or somebody excused them."""
    if state.stays or state.marks or state.excused_for is not None or state.no_show:
        return ()
    closing = closes_at(command.session)
    if command.now <= closing:
        raise VisitNotOver(closing)
    return (MarkedNoShow(command.activity, command.session.session, command.member),)


ATTENDANCE: Final = Decider(
    name="attendance",
    initial=AttendanceState(),
    decide=decide,
    evolve=evolve,
    events=(
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
)
