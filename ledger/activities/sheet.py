"""One sheet of hours that no scan recorded, entered by one person and decided on, line by line, by another.

A paper sheet is the list kept at the door while the power was out; manual hours are a few lines written in later, with
a reason and a weekly cap. Both rest on a picture of the paper. What the hours earn is decided elsewhere.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.activities.events import (
    Session,
    SheetEntered,
    SheetEvent,
    SheetKind,
    SheetLine,
    SheetLineApproved,
    SheetLineRefused,
)
from ledger.activities.sheet_refusals import (
    EntererCannotDecide,
    EvidenceRequired,
    HoursOutsideSession,
    LineAlreadyDecided,
    LineNotOnSheet,
    MemberTwiceOnSheet,
    OwnHours,
    ReasonRequired,
    SheetAlreadyEntered,
    SheetUnknown,
)
from ledger.activities.windows import closes_at, opens_at
from ledger.kernel.decider import Decider, Request
from ledger.kernel.ids import ActivityId, MemberId, OrganisationId

LINES_MAX: Final[dict[SheetKind, int]] = {"paper_sheet": 50, "manual_hours": 10}
"""Most lines of one sheet. A printed list has forty, and all of them are approved in one commit; what is written in by
hand is the exception, and more than a few lines belong on a sheet with the list's photo."""
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_MINUTE: Final = timedelta(minutes=1)

LineStatus = Literal["open", "approved", "refused"]


class LineState(Struct, frozen=True):
    """A line as it is now. decided_by: None while open."""

    line: SheetLine
    status: LineStatus = "open"
    decided_by: MemberId | None = None


class SheetState(Struct, frozen=True):
    """A sheet as it is now. entered: None only while unknown. lines: in the order in which they were entered."""

    entered: SheetEntered | None = None
    lines: tuple[LineState, ...] = ()

    def line(self, member: MemberId) -> LineState | None:
        """The line of `member`; None where there is none."""
        return next((one for one in self.lines if one.line.member == member), None)


class EnterSheet(Request, frozen=True):
    """Write the lines down. `now` is the instant of entering; left_out and week as they will be stored."""

    kind: SheetKind
    organisation: OrganisationId
    activity: ActivityId
    session: Session
    lines: tuple[SheetLine, ...]
    evidence: str
    entered_by: MemberId
    now: datetime
    reason: str | None = None
    left_out: tuple[MemberId, ...] = ()
    week: str | None = None


class ApproveLine(Request, frozen=True):
    """Approve the line of `member`. is_near: whether `approved_by` is the member or lives with them."""

    member: MemberId
    approved_by: MemberId
    is_near: bool


class RefuseLine(Request, frozen=True):
    """Refuse the line of `member`. is_near as for approving. reason: a code."""

    member: MemberId
    refused_by: MemberId
    is_near: bool
    reason: str


SheetCommand = EnterSheet | ApproveLine | RefuseLine


def minutes_of_line(line: SheetLine) -> int:
    """Whole minutes of the line, rounded up: what it takes of its author's week is never less than what it says."""
    return -((line.in_at - line.out_at) // _MINUTE)


def decide(state: SheetState, command: SheetCommand) -> tuple[SheetEvent, ...]:
    """What `command` makes of the sheet.

    Entering refuses, in this order, with SheetAlreadyEntered, EvidenceRequired, ReasonRequired, MemberTwiceOnSheet,
    HoursOutsideSession. Deciding refuses with SheetUnknown, EntererCannotDecide, LineNotOnSheet, LineAlreadyDecided,
    OwnHours.
    """
    match command:
        case EnterSheet():
            return _enter(state, command)
        case ApproveLine():
            _check_decider(state, command.member, decider=command.approved_by, is_near=command.is_near)
            return (SheetLineApproved(command.member, command.approved_by),)
        case RefuseLine():
            _check_decider(state, command.member, decider=command.refused_by, is_near=command.is_near)
            return (SheetLineRefused(command.member, command.refused_by, command.reason),)
        case _:
            assert_never(command)


def evolve(state: SheetState, event: SheetEvent) -> SheetState:
    """The sheet after `event`."""
    match event:
        case SheetEntered():
            return SheetState(event, tuple(LineState(line) for line in event.lines))
        case SheetLineApproved():
            return _decided(state, event.member, status="approved", by=event.approved_by)
        case SheetLineRefused():
            return _decided(state, event.member, status="refused", by=event.refused_by)
        case _:
            assert_never(event)


SHEET: Final = Decider(
    name="sheet",
    initial=SheetState(),
    decide=decide,
    evolve=evolve,
    events=(SheetEntered, SheetLineApproved, SheetLineRefused),
)


def _enter(state: SheetState, command: EnterSheet) -> tuple[SheetEvent, ...]:
    if state.entered:
        raise SheetAlreadyEntered
    if not _DIGEST.fullmatch(command.evidence):
        raise EvidenceRequired
    if command.kind == "manual_hours" and not command.reason:
        raise ReasonRequired
    _check_lines(command)
    return (
        SheetEntered(
            kind=command.kind,
            organisation=command.organisation,
            activity=command.activity,
            session=command.session.session,
            lines=tuple(_in_utc(line) for line in command.lines),
            evidence=command.evidence,
            entered_by=command.entered_by,
            reason=command.reason,
            left_out=command.left_out,
            week=command.week,
        ),
    )


def _check_lines(command: EnterSheet) -> None:
    session, named = command.session, set(command.left_out)
    earliest, latest = opens_at(session), min(closes_at(session), command.now)
    planned = session.ends_at - session.starts_at
    for line in command.lines:
        if line.member in named:
            raise MemberTwiceOnSheet(line.member)
        named.add(line.member)
        if not earliest <= line.in_at < line.out_at <= latest or line.out_at - line.in_at > planned:
            raise HoursOutsideSession(line.member, earliest, latest, planned // _MINUTE)


def _check_decider(state: SheetState, member: MemberId, *, decider: MemberId, is_near: bool) -> None:
    if state.entered is None:
        raise SheetUnknown
    if decider == state.entered.entered_by:
        raise EntererCannotDecide(decider)
    line = state.line(member)
    if line is None:
        raise LineNotOnSheet(member)
    if line.decided_by is not None:
        raise LineAlreadyDecided(member, line.status, line.decided_by)
    if is_near or decider == member:
        raise OwnHours(member)


def _decided(state: SheetState, member: MemberId, *, status: LineStatus, by: MemberId) -> SheetState:
    lines = (replace(one, status=status, decided_by=by) if one.line.member == member else one for one in state.lines)
    return replace(state, lines=tuple(lines))


def _in_utc(line: SheetLine) -> SheetLine:
    return replace(line, in_at=line.in_at.astimezone(UTC), out_at=line.out_at.astimezone(UTC))
