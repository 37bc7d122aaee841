"""One member's visit to one session: in, out, closed by time, confirmed, tallied. What it earns is decided elsewhere.

A second scan meets the same stream, so it changes nothing and needs no lock.
"""

from datetime import UTC, datetime, timedelta
from typing import Final, Literal, assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.activities.activity_refusals import NotSignedUp
from ledger.activities.attendance_refusals import (
    ConfirmationTooLate,
    NotCheckedIn,
    NothingToConfirm,
    OutOutsideVisit,
    OwnVisit,
    VisitAlreadyTallied,
    VisitNotOver,
    VisitStillOpen,
    VisitUnconfirmed,
)
from ledger.activities.entered_hours import EnterHours, enter_hours
from ledger.activities.events import (
    AttendanceEvent,
    AttendanceTallied,
    AutomaticallyCheckedOut,
    Basis,
    CheckedIn,
    CheckedOut,
    HoursEntered,
    Session,
    StayConfirmed,
)
from ledger.activities.windows import closes_at, opens_at
from ledger.kernel.decider import Decider, Request
from ledger.kernel.ids import ActivityId, AttendanceId, DeviceId, MemberId, SessionId, derived

CONFIRM_DAYS: Final = 3
"""How many days after the out a leader may confirm a visit that nobody checked out. Our default, as the programme's
rule for forgotten check-outs says: later nobody remembers."""

Out = Literal["none", "scanned", "automatic", "confirmed", "entered"]


class AttendanceState(Struct, frozen=True):
    """A visit as it is now. in_at None: never checked in. Instants are UTC.

    out: how it ended; `automatic` is the session's planned end, put there by time alone. on_poster: one of the scans
    was of the printed poster, which anybody may have photographed. attested_by: on whose word it rests: who saw the
    member come or go by eye (basis `staff`), who confirmed when they left, who entered the hours that nobody scanned.
    """

    in_at: datetime | None = None
    in_basis: Basis | None = None
    in_scanned_by: MemberId | None = None
    out: Out = "none"
    out_at: datetime | None = None
    on_poster: bool = False
    attested_by: tuple[MemberId, ...] = ()
    minutes_seen: int | None = None

    @property
    def inside(self) -> bool:
        """The member came in and has not gone out."""
        return self.in_at is not None and self.out == "none"

    @property
    def tallied(self) -> bool:
        """Awards were proposed from the visit."""
        return self.minutes_seen is not None

    @property
    def awaits_confirmation(self) -> bool:
        """The visit ended without a scan at the door, or rests on the poster, and no leader has confirmed it."""
        return self.out == "automatic" or (self.out == "scanned" and self.on_poster)


class RecordIn(Request, frozen=True):
    """Record that the member came in. may_enter: the conclusion that the session needs no sign-up, or there is one."""

    activity: ActivityId
    session: SessionId
    member: MemberId
    seen_at: datetime
    basis: Basis
    may_enter: bool
    scanned_by: MemberId | None = None
    device: DeviceId | None = None


class RecordOut(Request, frozen=True):
    """Record that the member went out."""

    session: SessionId
    seen_at: datetime
    basis: Basis
    scanned_by: MemberId | None = None
    device: DeviceId | None = None


class CloseByTime(Request, frozen=True):
    """End a visit that nobody checked out, once the session's window is over at `now`."""

    session: Session
    now: datetime


class ConfirmStay(Request, frozen=True):
    """`confirmed_by` says that the member stayed until `out_at`; `now` is the instant of saying it.

    is_near: the conclusion whether `confirmed_by` is the member or lives with them.
    """

    session: Session
    out_at: datetime
    confirmed_by: MemberId
    is_near: bool
    now: datetime


class TallyVisit(Request, frozen=True):
    """Awards were proposed from the visit, for `minutes_seen` whole minutes (0 or more)."""

    session: SessionId
    minutes_seen: int


AttendanceCommand = RecordIn | RecordOut | CloseByTime | ConfirmStay | TallyVisit | EnterHours


def attendance_id(activity: ActivityId, session: SessionId, member: MemberId) -> AttendanceId:
    """The stream of the member's visit to the session: the same three ids always give the same one."""
    return AttendanceId(derived(activity, session, member))


def visit_span(session: Session, visit: AttendanceState) -> tuple[datetime, datetime] | None:
    """The part of the visit that lies in the session's window, from and until, UTC; empty (equal) if none does.

    None while the member is inside, was never there, or the visit awaits confirmation: nothing counts then.
    """
    if visit.in_at is None or visit.out_at is None or visit.awaits_confirmation:
        return None
    opening, closing = opens_at(session), closes_at(session)
    start = min(max(visit.in_at, opening), closing)
    return start, max(start, min(visit.out_at, closing))


def minutes_of(span: tuple[datetime, datetime]) -> int:
    """Whole minutes in a span of instants, rounded down, never negative."""
    return max(0, (span[1] - span[0]) // timedelta(minutes=1))


def confirm_until(out_at: datetime) -> datetime:
    """The last instant at which a visit that ended at `out_at` can be confirmed: CONFIRM_DAYS times 24 hours later."""
    return out_at + timedelta(days=CONFIRM_DAYS)


def decide(state: AttendanceState, command: AttendanceCommand) -> tuple[AttendanceEvent, ...]:
    """What `command` makes of the visit. A second in, a second out and a second tally change nothing.

    RecordIn refuses with NotSignedUp, EnterHours with VisitAlreadyRecorded; every other command first with
    NotCheckedIn, then with what its function names, in that order.
    """
    if isinstance(command, RecordIn):
        return _check_in(state, command)
    if isinstance(command, EnterHours):
        return enter_hours(state.in_at, command)
    if state.in_at is None:
        raise NotCheckedIn(command.session if isinstance(command, RecordOut | TallyVisit) else command.session.session)
    match command:
        case RecordOut():
            return _check_out(state, command)
        case CloseByTime():
            return _close(state, command, state.in_at)
        case ConfirmStay():
            return _confirm(state, command, state.in_at)
        case TallyVisit():
            return _tally(state, command, state.in_at)
        case _:
            assert_never(command)


def _check_in(state: AttendanceState, command: RecordIn) -> tuple[AttendanceEvent, ...]:
    if state.in_at is not None:
        return ()
    if not command.may_enter:
        raise NotSignedUp(command.session)
    return (
        CheckedIn(
            activity=command.activity,
            session=command.session,
            member=command.member,
            seen_at=command.seen_at.astimezone(UTC),
            basis=command.basis,
            scanned_by=command.scanned_by,
            device=command.device,
        ),
    )


def _check_out(state: AttendanceState, command: RecordOut) -> tuple[AttendanceEvent, ...]:
    """A scan at the door says more than the planned end, so it replaces an automatic out that awaits confirmation."""
    if state.tallied or state.out in ("scanned", "confirmed", "entered"):
        return ()
    return (
        CheckedOut(
            seen_at=command.seen_at.astimezone(UTC),
            basis=command.basis,
            scanned_by=command.scanned_by,
            device=command.device,
        ),
    )


def _close(state: AttendanceState, command: CloseByTime, in_at: datetime) -> tuple[AttendanceEvent, ...]:
    if not state.inside:
        return ()
    closing = closes_at(command.session)
    if command.now <= closing:
        raise VisitNotOver(closing)
    return (AutomaticallyCheckedOut(out_at=max(in_at, command.session.ends_at)),)


def _confirm(state: AttendanceState, command: ConfirmStay, in_at: datetime) -> tuple[AttendanceEvent, ...]:
    if command.is_near:
        raise OwnVisit
    if state.minutes_seen is not None:
        raise VisitAlreadyTallied(state.minutes_seen)
    if state.out_at is None:
        raise VisitStillOpen(in_at)
    if not state.awaits_confirmation:
        raise NothingToConfirm(state.out_at)
    if command.now > confirm_until(state.out_at):
        raise ConfirmationTooLate(confirm_until(state.out_at))
    latest = max(in_at, closes_at(command.session))
    if not in_at <= command.out_at <= latest:
        raise OutOutsideVisit(command.out_at, in_at, latest)
    return (StayConfirmed(out_at=command.out_at.astimezone(UTC), confirmed_by=command.confirmed_by),)


def _tally(state: AttendanceState, command: TallyVisit, in_at: datetime) -> tuple[AttendanceEvent, ...]:
    if state.tallied:
        return ()
    if state.out_at is None:
        raise VisitStillOpen(in_at)
    if state.awaits_confirmation:
        raise VisitUnconfirmed(confirm_until(state.out_at))
    return (AttendanceTallied(minutes_seen=command.minutes_seen),)


def evolve(state: AttendanceState, event: AttendanceEvent) -> AttendanceState:
    """The visit after `event`."""
    match event:
        case CheckedIn():
            return _seen(AttendanceState(event.seen_at, event.basis, event.scanned_by), event)
        case CheckedOut():
            return _seen(replace(state, out="scanned", out_at=event.seen_at), event)
        case AutomaticallyCheckedOut():
            return replace(state, out="automatic", out_at=event.out_at)
        case StayConfirmed():
            return _attested(replace(state, out="confirmed", out_at=event.out_at), event.confirmed_by)
        case AttendanceTallied():
            return replace(state, minutes_seen=event.minutes_seen)
        case HoursEntered():
            return AttendanceState(event.in_at, out="entered", out_at=event.out_at, attested_by=(event.entered_by,))
        case _:
            assert_never(event)


def _seen(state: AttendanceState, event: CheckedIn | CheckedOut) -> AttendanceState:
    if event.basis == "poster":
        return replace(state, on_poster=True)
    return _attested(state, event.scanned_by) if event.basis == "staff" and event.scanned_by else state


def _attested(state: AttendanceState, witness: MemberId) -> AttendanceState:
    return replace(state, attested_by=tuple(dict.fromkeys((*state.attested_by, witness))))


ATTENDANCE: Final = Decider(
    name="attendance",
    initial=AttendanceState(),
    decide=decide,
    evolve=evolve,
    events=(CheckedIn, CheckedOut, AutomaticallyCheckedOut, StayConfirmed, AttendanceTallied, HoursEntered),
)
