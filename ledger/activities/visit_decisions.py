"""What people may say of a visit after the door: confirm, undo, annul, correct, excuse, dispute. Pure."""

from datetime import UTC, datetime, timedelta

from ledger.activities.attendance_commands import (
    AnnulVisit,
    AwardsOfVisit,
    ConfirmStay,
    CorrectVisit,
    DecideDispute,
    DisputeVisit,
    Excuse,
    UndoVisit,
)
from ledger.activities.attendance_refusals import (
    ConfirmationTooLate,
    CorrectionOutsideSession,
    DisputeAlreadyDecided,
    ExcuseTooLate,
    InvolvedInVisit,
    NothingToConfirm,
    NotYourScan,
    OutOutsideVisit,
    OwnVisit,
    UndoTooLate,
    VisitAlreadyTallied,
    VisitAwardUndecided,
    VisitNotDisputed,
    VisitStillOpen,
    VisitTookPlace,
)
from ledger.activities.attendance_state import AttendanceState, LastScan
from ledger.activities.events import (
    DisputeDecided,
    Excused,
    StayConfirmed,
    VisitAnnulled,
    VisitCorrected,
    VisitDisputed,
)
from ledger.activities.stays import Stay
from ledger.activities.windows import closes_at, opens_at


def confirm_until(out_at: datetime, confirm_days: int) -> datetime:
    """The last instant at which a visit that ended at `out_at` can be confirmed: so many times 24 hours later."""
    return out_at + timedelta(days=confirm_days)


def confirm(state: AttendanceState, command: ConfirmStay) -> tuple[StayConfirmed, ...]:
    """Refuses with OwnVisit, VisitAlreadyTallied, VisitStillOpen, NothingToConfirm, ConfirmationTooLate,
    OutOutsideVisit, in this order. The last stay is meant; the ones before it ended at the door.
    """
    if command.is_near:
        raise OwnVisit
    if state.minutes_seen is not None:
        raise VisitAlreadyTallied(state.minutes_seen)
    last = state.stays[-1]
    if last.out_at is None:
        raise VisitStillOpen(last.in_at)
    if not state.awaits_confirmation:
        raise NothingToConfirm(last.out_at)
    if command.now > (until := confirm_until(last.out_at, command.confirm_days)):
        raise ConfirmationTooLate(until)
    latest = max(last.in_at, closes_at(command.session))
    if not last.in_at <= command.out_at <= latest:
        raise OutOutsideVisit(command.out_at, last.in_at, latest)
    return (StayConfirmed(out_at=command.out_at.astimezone(UTC), confirmed_by=command.confirmed_by),)


def undo(state: AttendanceState, command: UndoVisit) -> tuple[VisitAnnulled, ...]:
    """Refuses with NotYourScan (nobody's, where only words stand), VisitAlreadyTallied or VisitAwardUndecided,
    UndoTooLate, in this order.
    """
    scan = state.last_scan
    if scan is None or not _made(scan, command):
        raise NotYourScan
    _check_awards(state, command.awards)
    until = scan.seen_at + timedelta(minutes=command.undo_minutes)
    if command.now > until:
        raise UndoTooLate(until)
    return (VisitAnnulled(annulled_by=command.undone_by, reason="undo", device=command.device),)


def annul(state: AttendanceState, command: AnnulVisit) -> tuple[VisitAnnulled, ...]:
    """Refuses with OwnVisit, VisitAlreadyTallied or VisitAwardUndecided, in this order."""
    if command.is_near:
        raise OwnVisit
    _check_awards(state, command.awards)
    return (VisitAnnulled(annulled_by=command.annulled_by, reason=command.reason),)


def correct(state: AttendanceState, command: CorrectVisit) -> tuple[VisitCorrected, ...]:
    """The same times again change nothing. Refuses with OwnVisit, VisitAlreadyTallied or VisitAwardUndecided,
    CorrectionOutsideSession (the window, as far as it has passed), in this order.
    """
    if command.is_near:
        raise OwnVisit
    _check_awards(state, command.awards)
    earliest, latest = opens_at(command.session), min(closes_at(command.session), command.now)
    if not earliest <= command.in_at < command.out_at <= latest:
        raise CorrectionOutsideSession(command.in_at, command.out_at, earliest, latest)
    in_at, out_at = command.in_at.astimezone(UTC), command.out_at.astimezone(UTC)
    if state.stays == (Stay(in_at, None, "corrected", out_at),) and not state.tallied:
        return ()
    return (VisitCorrected(in_at, out_at, command.corrected_by, command.reason),)


def excuse(state: AttendanceState, command: Excuse) -> tuple[Excused, ...]:
    """Said again, it changes nothing. Refuses with OwnVisit, VisitTookPlace, ExcuseTooLate (the member's own word, once
    the session began), in this order.
    """
    own = command.excused_by == command.member
    if command.is_near and not own:
        raise OwnVisit
    if state.in_at is not None:
        raise VisitTookPlace(state.in_at)
    if state.excused_for is not None:
        return ()
    if own and command.now >= command.session.starts_at:
        raise ExcuseTooLate(command.session.starts_at)
    return (
        Excused(
            activity=command.activity,
            session=command.session.session,
            member=command.member,
            excused_by=command.excused_by,
            reason=command.reason,
        ),
    )


def dispute(state: AttendanceState, command: DisputeVisit) -> tuple[VisitDisputed, ...]:
    """Said again while it is open, it changes nothing. Refuses with VisitStillOpen, DisputeAlreadyDecided."""
    if state.inside:
        raise VisitStillOpen(state.stays[-1].in_at)
    if state.dispute == "open":
        return ()
    if state.dispute != "none":
        raise DisputeAlreadyDecided(state.dispute)
    return (VisitDisputed(command.disputed_by, command.reason),)


def decide_dispute(state: AttendanceState, command: DecideDispute) -> tuple[DisputeDecided, ...]:
    """Refuses with OwnVisit, VisitNotDisputed, InvolvedInVisit, in this order."""
    if command.is_near:
        raise OwnVisit
    if state.dispute != "open":
        raise VisitNotDisputed
    if command.decided_by in state.involved:
        raise InvolvedInVisit
    return (DisputeDecided(command.decided_by, command.outcome, command.reason),)


def _made(scan: LastScan, command: UndoVisit) -> bool:
    """Whether the one who undoes made the scan: the member their own, staff theirs, anybody that of their device."""
    if command.device is not None and command.device == scan.device:
        return True
    return command.undone_by == (scan.scanned_by or command.member)


def _check_awards(state: AttendanceState, awards: AwardsOfVisit) -> None:
    if state.minutes_seen is None or awards == "none":
        return
    if awards == "undecided":
        raise VisitAwardUndecided(state.minutes_seen)
    raise VisitAlreadyTallied(state.minutes_seen)
