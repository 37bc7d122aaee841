"""Deciding on entered hours, line by line: what an approved line earns goes on notice in the same commit.

The award is proposed in the enterer's name and approved by who approved the line: two people in all, not three, but
where the award is so large that a second approver agrees to it, too.
"""

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple
from uuid import UUID

from msgspec.structs import replace

from ledger.activities.activity import ACTIVITY, require_closed
from ledger.activities.activity_refusals import UnknownSession
from ledger.activities.activity_state import ActivityState
from ledger.activities.attendance import ATTENDANCE, TallyVisit, attendance_id
from ledger.activities.attendance_refusals import VisitInDispute
from ledger.activities.author_week import AUTHOR_WEEK, GiveBackMinutes, author_week_id
from ledger.activities.entered_hours import EnterHours
from ledger.activities.events import Session, SheetEntered, SheetKind
from ledger.activities.sheet import LINES_MAX, SHEET, ApproveLine, LineState, RefuseLine, SheetState, minutes_of_line
from ledger.activities.sheet_refusals import EntererCannotDecide, LineAlreadyDecided, OwnHours, VisitAlreadyRecorded
from ledger.application.approving import approve_award
from ledger.application.authority import Permission, UnknownId, require_for, same_household
from ledger.application.batches import require_lines
from ledger.application.earning import proposal_of, propose_each, service_of_visit
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.awards.refusals import AwardAlreadyProposed, RuleNotInForce
from ledger.kernel.decider import Request
from ledger.kernel.ids import AwardId, MemberId, SheetId
from ledger.kernel.refusal import Refusal
from ledger.membership.member import MEMBER


class ApproveLines(Request, frozen=True):
    """Approve the lines of `members` (each once; none named: every line) of a sheet of that kind."""

    sheet: SheetId
    kind: SheetKind
    members: tuple[MemberId, ...] = ()


class RefuseLines(Request, frozen=True):
    """Refuse the lines of `members` (none named: every line) of a sheet of that kind. reason: a code."""

    sheet: SheetId
    kind: SheetKind
    reason: str
    members: tuple[MemberId, ...] = ()


class _Sheet(NamedTuple):
    """A sheet that the actor may decide on, with its activity and session."""

    id: SheetId
    entered: SheetEntered
    activity: ActivityState
    session: Session


_SPLIT_OFF: Final[dict[type[Refusal], str]] = {
    OwnHours: "split_off",
    LineAlreadyDecided: "decided_before",
    VisitAlreadyRecorded: "recorded_before",
    AwardAlreadyProposed: "recorded_before",
    RuleNotInForce: "without_rule",
    VisitInDispute: "in_dispute",
}
"""What keeps one line from being approved without stopping the others, and the figure that counts it."""


def _approve(work: Work, request: ApproveLines) -> Outcome:
    """Lines that must not or cannot be approved now stay as they are and are counted; the rest goes through.

    Refuses, in this order: the authority's (UnknownId for a sheet of the other kind too), EntererCannotDecide,
    ActivityNotClosed (people may still be coming in), LinesOutOfBounds, LineNotOnSheet, and where no line could be
    approved with the first line's obstacle.
    """
    sheet = _sheet(work, request)
    require_closed(sheet.activity)
    figures = dict.fromkeys(("approved", "awards", "awaiting_second", "provisional", *_SPLIT_OFF.values()), 0)

    def approve_one(member: MemberId) -> None:
        awards = _approve_line(work, sheet, member)
        figures["approved"] += 1
        figures["awards"] += len(awards)
        for award in awards:
            approval = approve_award(work, award, proposal_of(work, award))
            figures["awaiting_second"] += approval.awaits_second
            figures["provisional"] += approval.is_provisional

    _each_line(work, request, approve_one, figures=figures)
    return Outcome("lines-approved", ids=_ids(sheet), figures=figures)


def _refuse(work: Work, request: RefuseLines) -> Outcome:
    """As approving; minutes of refused lines count no longer in their author's week."""
    sheet = _sheet(work, request)
    figures = {"refused": 0, "split_off": 0, "decided_before": 0}
    minutes = 0

    def refuse_one(member: MemberId) -> None:
        nonlocal minutes
        is_near = same_household(work, work.actor, member)
        command = RefuseLine(member=member, refused_by=work.actor, is_near=is_near, reason=request.reason)
        minutes += minutes_of_line(_line(work.act(SHEET, sheet.id, command), member).line)
        figures["refused"] += 1

    _each_line(work, request, refuse_one, figures=figures)
    if sheet.entered.week is not None:
        week = author_week_id(sheet.entered.entered_by, sheet.entered.week, sheet.entered.kind)
        work.act(AUTHOR_WEEK, week, GiveBackMinutes(sheet.id, minutes))
    return Outcome("lines-refused", ids=_ids(sheet), figures=figures)


def _sheet(work: Work, request: ApproveLines | RefuseLines) -> _Sheet:
    entered = work.state(SHEET, request.sheet).entered
    require_for(work, Permission.APPROVE_HOURS, entered and entered.organisation, request.sheet)
    if entered is None or entered.kind != request.kind:
        raise UnknownId(request.sheet)
    if entered.entered_by == work.actor:
        raise EntererCannotDecide(work.actor)
    work.correlate(entered.activity)
    activity = work.state(ACTIVITY, entered.activity)
    session = activity.session(entered.session)
    if session is None:
        raise UnknownSession(entered.session)
    return _Sheet(request.sheet, entered, activity, session)


def _each_line(
    work: Work, request: ApproveLines | RefuseLines, decide_one: Callable[[MemberId], None], *, figures: dict[str, int]
) -> None:
    """Decide on each line by itself and count what kept others from it; the first obstacle when all had one."""
    members = dict.fromkeys(request.members or (one.line.member for one in work.state(SHEET, request.sheet).lines))
    require_lines(len(members), LINES_MAX[request.kind])
    obstacles: list[Refusal] = []
    for member in members:
        try:
            with work.all_or_nothing():
                decide_one(member)
        except tuple(_SPLIT_OFF) as obstacle:
            figures[_SPLIT_OFF[type(obstacle)]] += 1
            obstacles.append(obstacle)
    if len(obstacles) == len(members):
        raise obstacles[0]


def _approve_line(work: Work, sheet: _Sheet, member: MemberId) -> tuple[AwardId, ...]:
    """Put the hours on the member's visit, count it as tallied, and propose what it earns."""
    entered = sheet.entered
    is_near = same_household(work, work.actor, member)
    after = work.act(SHEET, sheet.id, ApproveLine(member=member, approved_by=work.actor, is_near=is_near))
    line = _line(after, member).line
    visit = attendance_id(entered.activity, entered.session, member)
    command = EnterHours(
        kind=entered.kind,
        sheet=sheet.id,
        activity=entered.activity,
        session=entered.session,
        member=member,
        in_at=line.in_at,
        out_at=line.out_at,
        entered_by=entered.entered_by,
        approved_by=work.actor,
    )
    stood = work.act(ATTENDANCE, visit, command)
    service = service_of_visit(sheet.activity, sheet.session, member, stood, id=entered.activity)
    if service is None:
        raise VisitInDispute
    deed = replace(service, source_kind=entered.kind, proposed_by=entered.entered_by)
    awards = propose_each(work, deed)
    work.act(ATTENDANCE, visit, TallyVisit(entered.session, deed.minutes_seen))
    return awards


def _line(state: SheetState, member: MemberId) -> LineState:
    return next(one for one in state.lines if one.line.member == member)


def _ids(sheet: _Sheet) -> dict[str, UUID]:
    return {"sheet": sheet.id, "activity": sheet.entered.activity, "session": sheet.entered.session}


def _decision_reads(request: ApproveLines | RefuseLines, actor: MemberId) -> Iterable[Stream]:
    yield Stream(MEMBER, actor)
    yield Stream(SHEET, request.sheet)
    yield from (Stream(MEMBER, member) for member in request.members[: LINES_MAX[request.kind]])


APPROVE_LINES: Final = UseCase[ApproveLines]("activities.approve_sheet_lines", _approve, _decision_reads)
REFUSE_LINES: Final = UseCase[RefuseLines]("activities.refuse_sheet_lines", _refuse, _decision_reads)
