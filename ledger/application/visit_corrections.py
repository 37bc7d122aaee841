"""Use cases that change what is recorded of a visit: undo, annul, correct, excuse, dispute and its decision.

What was seen at the door is overruled only by staff who are not near the member, with a reason, and never behind an
award: one that is undecided must be refused first, one that counts must be taken back.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Final, Literal

from msgspec import Meta

from ledger.activities.activity import ACTIVITY
from ledger.activities.activity_refusals import NotSignedUp
from ledger.activities.attendance import ATTENDANCE, attendance_id
from ledger.activities.attendance_commands import (
    AnnulVisit,
    AwardsOfVisit,
    CorrectVisit,
    DecideDispute,
    DisputeVisit,
    Excuse,
    UndoVisit,
)
from ledger.application.authority import (
    Permission,
    UnknownId,
    require_known_member,
    require_over_activity,
    same_household,
)
from ledger.application.visits import OfVisit, act_on_visit, session_of, settings_of_activity, visit_reads
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.awards.award import AWARD, award_id
from ledger.awards.objection import may_be_escalated
from ledger.kernel.decider import Request
from ledger.kernel.ids import ActivityId, DeviceId, MemberId, SessionId
from ledger.kernel.units import Unit
from ledger.membership.member import MEMBER

Instant = Annotated[datetime, Meta(tz=True)]


class UndoScan(Request, frozen=True):
    """Take a visit back soon after its last scan. member None: the actor, who checked themselves in.

    device: the registered device in the actor's hands; what it scanned may be undone on it by anybody who scans there.
    """

    activity: ActivityId
    session: SessionId
    member: MemberId | None = None
    device: DeviceId | None = None


class AnnulAttendance(Request, frozen=True):
    """Take a visit back, as a supervisor. reason: a code."""

    activity: ActivityId
    session: SessionId
    member: MemberId
    reason: str


class CorrectAttendance(Request, frozen=True):
    """Say, as a supervisor, when the member was there. reason: a code."""

    activity: ActivityId
    session: SessionId
    member: MemberId
    in_at: Instant
    out_at: Instant
    reason: str


class ExcuseAbsence(Request, frozen=True):
    """Excuse a member who has a place and does not come, or did not. member None: the actor. reason: a code.

    The place stays theirs; who wants others to have it gives it back instead.
    """

    activity: ActivityId
    session: SessionId
    reason: str
    member: MemberId | None = None


class DisputeAttendance(Request, frozen=True):
    """Say that what stands of one's own visit, or no-show, is not right. reason: a code.

    A visit that is not tallied yet is not tallied until somebody decides. Awards that were proposed go their way: an
    objection stops those.
    """

    activity: ActivityId
    session: SessionId
    reason: str


class DecideDisputedAttendance(Request, frozen=True):
    """Decide a dispute. upheld: the member is right, and annulling or correcting is up to staff. reason: a code."""

    activity: ActivityId
    session: SessionId
    member: MemberId
    outcome: Literal["upheld", "rejected"]
    reason: str


class _Visit(Request, frozen=True):
    """Names one visit."""

    activity: ActivityId
    session: SessionId
    member: MemberId


def awards_of_visit(work: Work, visit: OfVisit) -> AwardsOfVisit:
    """What became of the awards that were proposed from the visit as it stands.

    One that an objection ended counts as undecided while that can still be taken further: it may yet come to count.
    """
    source = attendance_id(visit.activity, visit.session, visit.member)
    again = work.state(ATTENDANCE, source).tallies_undone
    awards = [work.state(AWARD, award_id(source, visit.member, unit, again=again)) for unit in Unit]
    found = {award.status for award in awards}
    if "credited" in found:
        return "standing"
    may_return = any(one.status == "refused" and may_be_escalated(one.objection, work.today) for one in awards)
    return "undecided" if may_return or found & {"proposed", "on_notice", "objected"} else "none"


def _undo(work: Work, request: UndoScan) -> Outcome:
    """Refuses, in this order: for another's visit the authority's, else UnknownId or MemberSuspendedNow; UnknownId for
    the activity, UnknownSession, NotCheckedIn, NotYourScan, VisitAlreadyTallied or VisitAwardUndecided, UndoTooLate.
    """
    if request.member is None or request.member == work.actor:
        require_known_member(work, work.actor)
    else:
        require_over_activity(work, Permission.SCAN_OTHERS, request.activity)
    activity = work.state(ACTIVITY, request.activity)
    visit = _Visit(request.activity, request.session, request.member or work.actor)
    session_of(activity, visit)
    command = UndoVisit(
        session=request.session,
        member=visit.member,
        undone_by=work.actor,
        now=work.now,
        undo_minutes=settings_of_activity(work, activity).undo_minutes,
        awards=awards_of_visit(work, visit),
        device=request.device,
    )
    return act_on_visit(work, visit, command, "visit-annulled")


def _annul(work: Work, request: AnnulAttendance) -> Outcome:
    """Refuses, in this order: the authority's, UnknownSession, NotCheckedIn, OwnVisit, VisitAlreadyTallied or
    VisitAwardUndecided.
    """
    session_of(require_over_activity(work, Permission.CORRECT_VISITS, request.activity), request)
    command = AnnulVisit(
        session=request.session,
        annulled_by=work.actor,
        reason=request.reason,
        is_near=same_household(work, work.actor, request.member),
        awards=awards_of_visit(work, request),
    )
    return act_on_visit(work, request, command, "visit-annulled")


def _correct(work: Work, request: CorrectAttendance) -> Outcome:
    """Refuses, in this order: the authority's, UnknownSession, NotCheckedIn, OwnVisit, VisitAlreadyTallied or
    VisitAwardUndecided, CorrectionOutsideSession.
    """
    activity = require_over_activity(work, Permission.CORRECT_VISITS, request.activity)
    command = CorrectVisit(
        session=session_of(activity, request),
        in_at=request.in_at,
        out_at=request.out_at,
        corrected_by=work.actor,
        reason=request.reason,
        is_near=same_household(work, work.actor, request.member),
        awards=awards_of_visit(work, request),
        now=work.now,
    )
    return act_on_visit(work, request, command, "visit-corrected")


def _excuse(work: Work, request: ExcuseAbsence) -> Outcome:
    """Refuses, in this order: for somebody else the authority's, UnknownId for the activity, UnknownSession,
    NotSignedUp, OwnVisit, VisitTookPlace, ExcuseTooLate.
    """
    member = request.member or work.actor
    if member == work.actor:
        require_known_member(work, member)
    else:
        require_over_activity(work, Permission.CONFIRM_VISITS, request.activity)
    activity, visit = work.state(ACTIVITY, request.activity), _Visit(request.activity, request.session, member)
    session = session_of(activity, visit)
    if member not in activity.signed_up(request.session):
        raise NotSignedUp(request.session)
    command = Excuse(
        activity=request.activity,
        session=session,
        member=member,
        excused_by=work.actor,
        reason=request.reason,
        is_near=same_household(work, work.actor, member),
        now=work.now,
    )
    return act_on_visit(work, visit, command, "absence-excused")


def _dispute(work: Work, request: DisputeAttendance) -> Outcome:
    """Refuses, in this order: UnknownId or MemberSuspendedNow for the actor, UnknownId where nothing is known of them
    at the session, NotCheckedIn (only an excuse is), VisitStillOpen, DisputeAlreadyDecided.
    """
    require_known_member(work, work.actor)
    visit = _Visit(request.activity, request.session, work.actor)
    if not work.exists(ATTENDANCE, attendance_id(visit.activity, visit.session, visit.member)):
        raise UnknownId(request.activity)
    return act_on_visit(work, visit, DisputeVisit(request.session, work.actor, request.reason), "visit-disputed")


def _decide_dispute(work: Work, request: DecideDisputedAttendance) -> Outcome:
    """Refuses, in this order: the authority's, UnknownSession, NotCheckedIn, OwnVisit, VisitNotDisputed,
    InvolvedInVisit.
    """
    session_of(require_over_activity(work, Permission.CORRECT_VISITS, request.activity), request)
    command = DecideDispute(
        session=request.session,
        decided_by=work.actor,
        outcome=request.outcome,
        reason=request.reason,
        is_near=same_household(work, work.actor, request.member),
    )
    return act_on_visit(work, request, command, "dispute-decided")


def _own_reads(request: UndoScan | ExcuseAbsence | DisputeAttendance, actor: MemberId) -> Iterable[Stream]:
    return (Stream(MEMBER, actor), Stream(ACTIVITY, request.activity))


UNDO_SCAN: Final = UseCase[UndoScan]("activities.undo_scan", _undo, _own_reads)
ANNUL_VISIT: Final = UseCase[AnnulAttendance]("activities.annul_visit", _annul, visit_reads)
CORRECT_VISIT: Final = UseCase[CorrectAttendance]("activities.correct_visit", _correct, visit_reads)
EXCUSE_ABSENCE: Final = UseCase[ExcuseAbsence]("activities.excuse_absence", _excuse, _own_reads)
DISPUTE_VISIT: Final = UseCase[DisputeAttendance]("activities.dispute_visit", _dispute, _own_reads)
DECIDE_DISPUTE: Final = UseCase[DecideDisputedAttendance]("activities.decide_dispute", _decide_dispute, visit_reads)
