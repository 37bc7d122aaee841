"""Entering hours that no scan recorded: a paper sheet after a power cut, or a few manual hours with a reason.

Deciding on what was entered is `ledger.application.sheet_decisions`, and somebody else's.
"""

from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from msgspec import Struct

from ledger.activities import sheet as sheets
from ledger.activities.activity import ACTIVITY, require_staffed_door
from ledger.activities.activity_refusals import UnknownSession
from ledger.activities.attendance import ATTENDANCE, attendance_id
from ledger.activities.author_week import AUTHOR_WEEK, PAPER_WEEK_MINUTES, TakeMinutes, author_week_id, week_of
from ledger.activities.events import SheetKind, SheetLine
from ledger.activities.sheet import LINES_MAX, SHEET, minutes_of_line
from ledger.activities.sheet_refusals import OwnHours
from ledger.application.authority import Permission, require_known_member, require_over_activity, same_household
from ledger.application.batches import require_lines
from ledger.application.check_ins import Instant
from ledger.application.programme import settings_of
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import ActivityId, MemberId, SessionId, SheetId
from ledger.membership.member import MEMBER
from ledger.programme.events import Settings


class EnteredLine(Struct, frozen=True, forbid_unknown_fields=True):
    """The member was there from in_at until out_at, both aware."""

    member: MemberId
    in_at: Instant
    out_at: Instant


class EnterSheet(Request, frozen=True):
    """Write in the hours of one session. evidence: SHA-256 of the paper's picture, hexadecimal.

    reason: a code; None only for a paper sheet.
    """

    kind: SheetKind
    activity: ActivityId
    session: SessionId
    lines: tuple[EnteredLine, ...]
    evidence: str
    reason: str | None = None


def _enter(work: Work, request: EnterSheet) -> Outcome:
    """The enterer's own line and those of their household are left out, for somebody else to enter.

    Refuses, in this order: the authority's, ActivityNotOpen (a draft, or called off), UnknownSession, LinesOutOfBounds,
    OwnHours (every line is left out), UnknownId or MemberSuspendedNow for a member, what the sheet says, and
    WeekMinutesUsedUp.
    """
    activity = require_over_activity(work, Permission.ENTER_HOURS, request.activity)
    require_staffed_door(activity)
    work.correlate(request.activity)
    session = activity.session(request.session)
    if session is None or activity.organisation is None:
        raise UnknownSession(request.session)
    require_lines(len(request.lines), LINES_MAX[request.kind])
    near = {line.member for line in request.lines if same_household(work, work.actor, line.member)}
    lines = _lines(work, request, near)
    sheet = SheetId(work.new_id("sheet"))
    week = week_of(work.today)
    command = sheets.EnterSheet(
        kind=request.kind,
        organisation=activity.organisation,
        activity=request.activity,
        session=session,
        lines=lines,
        evidence=request.evidence,
        entered_by=work.actor,
        now=work.now,
        reason=request.reason,
        left_out=tuple(line.member for line in request.lines if line.member in near),
        week=week,
    )
    work.act(SHEET, sheet, command)
    minutes = sum(map(minutes_of_line, lines))
    most = _week_minutes_max(settings_of(work, activity.organisation), request.kind)
    work.act(AUTHOR_WEEK, author_week_id(work.actor, week, request.kind), TakeMinutes(sheet, minutes, most))
    return _entered(sheet, request, lines=lines, left_out=command.left_out)


def _week_minutes_max(settings: Settings, kind: SheetKind) -> int:
    if kind == "manual_hours":
        return settings.manual_week_minutes_max
    return PAPER_WEEK_MINUTES if settings.paper_week_minutes_max is None else settings.paper_week_minutes_max


def _lines(work: Work, request: EnterSheet, near: set[MemberId]) -> tuple[SheetLine, ...]:
    """The lines that are taken in, each with what the door knows of its member by now."""
    taken = [line for line in request.lines if line.member not in near]
    if not taken:
        raise OwnHours(request.lines[0].member)
    for line in taken:
        require_known_member(work, line.member)
    return tuple(
        SheetLine(line.member, line.in_at, line.out_at, _is_recorded(work, request, line.member)) for line in taken
    )


def _is_recorded(work: Work, request: EnterSheet, member: MemberId) -> bool:
    visit = attendance_id(request.activity, request.session, member)
    return work.state(ATTENDANCE, visit).in_at is not None


def _entered(
    sheet: SheetId, request: EnterSheet, *, lines: Sequence[SheetLine], left_out: Sequence[MemberId]
) -> Outcome:
    recorded = [line.member for line in lines if line.recorded_before]
    ids: dict[str, UUID] = {"sheet": sheet, "activity": request.activity, "session": request.session}
    ids |= {f"recorded_before_{number}": member for number, member in enumerate(recorded, start=1)}
    ids |= {f"left_out_{number}": member for number, member in enumerate(left_out, start=1)}
    figures = {
        "lines": len(lines),
        "minutes": sum(map(minutes_of_line, lines)),
        "recorded_before": len(recorded),
        "left_out": len(left_out),
    }
    return Outcome("sheet-entered", ids=ids, figures=figures)


def _enter_reads(request: EnterSheet, actor: MemberId) -> Iterable[Stream]:
    yield Stream(MEMBER, actor)
    yield Stream(ACTIVITY, request.activity)
    for line in request.lines[: LINES_MAX[request.kind]]:
        yield Stream(MEMBER, line.member)
        yield Stream(ATTENDANCE, attendance_id(request.activity, request.session, line.member))


ENTER_SHEET: Final = UseCase[EnterSheet]("activities.enter_sheet", _enter, _enter_reads)
