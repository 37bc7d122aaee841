"""Stories of one sheet: what may stand on it, who decides on a line, and the week of its author."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ledger.activities.attendance import ATTENDANCE, AttendanceState, RecordIn, RecordOut, TallyVisit, visit_spans
from ledger.activities.author_week import (
    AUTHOR_WEEK,
    AuthorWeek,
    GiveBackMinutes,
    TakeMinutes,
    author_week_id,
    week_of,
)
from ledger.activities.entered_hours import EnterHours
from ledger.activities.events import (
    HoursEntered,
    ManualMinutesReleased,
    ManualMinutesReserved,
    Session,
    SheetEntered,
    SheetLine,
    SheetLineApproved,
    SheetLineRefused,
)
from ledger.activities.sheet import (
    SHEET,
    ApproveLine,
    EnterSheet,
    LineState,
    RefuseLine,
    SheetState,
    minutes_of_line,
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
    VisitAlreadyRecorded,
    WeekMinutesNotReserved,
    WeekMinutesUsedUp,
)
from ledger.kernel.decider import fold
from ledger.kernel.ids import ActivityId, MemberId, OrganisationId, SessionId, SheetId
from ledger.kernel.refusal import Refusal


def an_id(number: int) -> UUID:
    return UUID(int=number)


PLACE, ACTIVITY, SHEET_ID = OrganisationId(an_id(1)), ActivityId(an_id(2)), SheetId(an_id(3))
CLERK, APPROVER, ANN, BEN, CAI = (MemberId(an_id(number)) for number in range(10, 15))
START = datetime(2025, 10, 15, 1, 0, tzinfo=UTC)
END = START + timedelta(hours=2)
SESSION = Session(SessionId(an_id(4)), START, END)
NOW = START + timedelta(days=1)
PHOTO = "ab" * 32


def line(member: MemberId, start: int = 0, end: int = 120) -> SheetLine:
    """In and out so many minutes after the session's start."""
    return SheetLine(member, START + timedelta(minutes=start), START + timedelta(minutes=end))


ENTER = EnterSheet(
    kind="paper_sheet",
    organisation=PLACE,
    activity=ACTIVITY,
    session=SESSION,
    lines=(line(ANN), line(BEN)),
    evidence=PHOTO,
    entered_by=CLERK,
    now=NOW,
)
APPROVE = ApproveLine(ANN, approved_by=APPROVER, is_near=False)
REFUSE = RefuseLine(ANN, refused_by=APPROVER, is_near=False, reason="not-seen")


def sheet(*commands: ApproveLine | RefuseLine) -> SheetState:
    """The entered sheet after `commands`."""
    state = fold(SHEET, SHEET.decide(SheetState(), ENTER))
    for command in commands:
        state = fold(SHEET, SHEET.decide(state, command), state)
    return state


def test_a_sheet_keeps_its_lines_its_picture_and_who_entered_it() -> None:
    (event,) = SHEET.decide(SheetState(), replace(ENTER, left_out=(CAI,)))

    assert event == SheetEntered(
        "paper_sheet", PLACE, ACTIVITY, SESSION.session, ENTER.lines, PHOTO, CLERK, left_out=(CAI,)
    )
    assert fold(SHEET, (event,)).lines == (LineState(line(ANN)), LineState(line(BEN)))


def test_instants_are_stored_in_utc() -> None:
    local = timezone(timedelta(hours=8))
    there = replace(line(ANN), in_at=START.astimezone(local), out_at=END.astimezone(local))

    (event,) = SHEET.decide(SheetState(), replace(ENTER, lines=(there,)))

    assert isinstance(event, SheetEntered)
    assert event.lines == (line(ANN),)
    assert event.lines[0].in_at.tzinfo is UTC


def what_comes_of(state: SheetState, command: EnterSheet | ApproveLine | RefuseLine) -> object:
    """The only event, or the refusal."""
    try:
        (found,) = SHEET.decide(state, command)
    except Refusal as refusal:
        return refusal
    return found


ON_EACH_STATE: dict[str, tuple[SheetState, tuple[type, type, type]]] = {
    "unknown": (SheetState(), (SheetEntered, SheetUnknown, SheetUnknown)),
    "open": (sheet(), (SheetAlreadyEntered, SheetLineApproved, SheetLineRefused)),
    "approved": (sheet(APPROVE), (SheetAlreadyEntered, LineAlreadyDecided, LineAlreadyDecided)),
    "refused": (sheet(REFUSE), (SheetAlreadyEntered, LineAlreadyDecided, LineAlreadyDecided)),
}


@pytest.mark.parametrize(("state", "expected"), ON_EACH_STATE.values(), ids=ON_EACH_STATE)
def test_every_command_on_every_status_of_a_line(state: SheetState, expected: tuple[type, type, type]) -> None:
    assert tuple(type(what_comes_of(state, command)) for command in (ENTER, APPROVE, REFUSE)) == expected


def test_lines_are_decided_on_one_by_one() -> None:
    state = sheet(APPROVE, replace(REFUSE, member=BEN))

    assert [(one.status, one.decided_by) for one in state.lines] == [("approved", APPROVER), ("refused", APPROVER)]


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"evidence": ""}, EvidenceRequired),
        ({"evidence": PHOTO.upper()}, EvidenceRequired),
        ({"kind": "manual_hours"}, ReasonRequired),
        ({"lines": (line(ANN), line(ANN, 5, 10))}, MemberTwiceOnSheet),
        ({"left_out": (BEN,)}, MemberTwiceOnSheet),
        ({"lines": (line(ANN, -16, 60),)}, HoursOutsideSession),
        ({"lines": (line(ANN, 60, 136),)}, HoursOutsideSession),
        ({"lines": (line(ANN, 60, 60),)}, HoursOutsideSession),
        ({"lines": (line(ANN, 60, 30),)}, HoursOutsideSession),
        ({"lines": (line(ANN, -1, 120),)}, HoursOutsideSession),
        ({"now": END - timedelta(minutes=1)}, HoursOutsideSession),
    ],
)
def test_what_cannot_stand_on_a_sheet(change: dict[str, object], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        SHEET.decide(SheetState(), replace(ENTER, **change))


def test_the_refusal_of_hours_says_what_would_be_allowed() -> None:
    with pytest.raises(HoursOutsideSession) as refused:
        SHEET.decide(SheetState(), replace(ENTER, lines=(line(ANN, -20, 60),), now=START + timedelta(hours=1)))

    assert refused.value.facts() == {
        "member": ANN,
        "earliest": START - timedelta(minutes=15),
        "latest": START + timedelta(hours=1),
        "minutes_max": 120,
    }


def test_the_margins_of_the_window_count_while_the_length_does_not_pass_the_session() -> None:
    assert SHEET.decide(SheetState(), replace(ENTER, lines=(line(ANN, -15, 105), line(BEN, 15, 135))))


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (replace(APPROVE, approved_by=CLERK), EntererCannotDecide),
        (replace(REFUSE, refused_by=CLERK), EntererCannotDecide),
        (replace(APPROVE, member=CAI), LineNotOnSheet),
        (replace(APPROVE, is_near=True), OwnHours),
        (replace(REFUSE, is_near=True), OwnHours),
        (replace(APPROVE, approved_by=ANN), OwnHours),
    ],
)
def test_who_may_not_decide_on_a_line(command: ApproveLine | RefuseLine, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        SHEET.decide(sheet(), command)


def test_the_order_of_the_obstacles() -> None:
    own_decided_line_of_the_enterer = replace(APPROVE, approved_by=CLERK, is_near=True)

    with pytest.raises(EntererCannotDecide):
        SHEET.decide(sheet(APPROVE), own_decided_line_of_the_enterer)
    with pytest.raises(LineAlreadyDecided):
        SHEET.decide(sheet(APPROVE), replace(APPROVE, is_near=True))


@given(st.integers(0, 10**9))
def test_a_line_takes_no_less_of_its_authors_week_than_it_lasts(microseconds: int) -> None:
    stay = timedelta(microseconds=microseconds)
    minutes = minutes_of_line(SheetLine(ANN, START, START + stay))

    assert stay <= timedelta(minutes=minutes) < stay + timedelta(minutes=1)


HOURS = EnterHours(
    kind="paper_sheet",
    sheet=SHEET_ID,
    activity=ACTIVITY,
    session=SESSION.session,
    member=ANN,
    in_at=START,
    out_at=END,
    entered_by=CLERK,
    approved_by=APPROVER,
)
COME = RecordIn(ACTIVITY, SESSION.session, ANN, START, "kiosk", may_enter=True)


def test_entered_hours_are_a_finished_visit_on_the_word_of_who_entered_them() -> None:
    events = ATTENDANCE.decide(AttendanceState(), HOURS)
    visit = fold(ATTENDANCE, events)

    assert [type(event) for event in events] == [HoursEntered]
    assert (visit.inside, visit.awaits_confirmation, visit.attested_by) == (False, False, (CLERK,))
    assert visit_spans(SESSION, visit) == ((START, END),)
    assert ATTENDANCE.decide(visit, TallyVisit(SESSION.session, 120))


def test_hours_are_not_entered_where_a_visit_stands() -> None:
    scanned = fold(ATTENDANCE, ATTENDANCE.decide(AttendanceState(), COME))
    entered = fold(ATTENDANCE, ATTENDANCE.decide(AttendanceState(), HOURS))

    for visit in (scanned, entered):
        with pytest.raises(VisitAlreadyRecorded):
            ATTENDANCE.decide(visit, HOURS)


def test_a_scan_after_entered_hours_changes_nothing() -> None:
    visit = fold(ATTENDANCE, ATTENDANCE.decide(AttendanceState(), HOURS))

    assert ATTENDANCE.decide(visit, COME) == ()
    assert ATTENDANCE.decide(visit, RecordOut(SESSION.session, END, "kiosk")) == ()


def test_a_week_keeps_what_its_sheets_took() -> None:
    other = SheetId(an_id(5))
    events = (ManualMinutesReserved(SHEET_ID, 120), ManualMinutesReserved(other, 60))
    week = fold(AUTHOR_WEEK, (*events, ManualMinutesReleased(SHEET_ID, 90)))

    assert (week.minutes, week.of(SHEET_ID), week.of(other)) == (90, 30, 60)
    assert fold(AUTHOR_WEEK, (*events, ManualMinutesReleased(SHEET_ID, 120))).minutes == 60


def test_a_week_has_room_up_to_its_cap() -> None:
    week = fold(AUTHOR_WEEK, (ManualMinutesReserved(SHEET_ID, 500),))
    asked = TakeMinutes(SheetId(an_id(5)), 100, 600)

    assert AUTHOR_WEEK.decide(week, asked) == (ManualMinutesReserved(asked.sheet, 100),)
    with pytest.raises(WeekMinutesUsedUp) as refused:
        AUTHOR_WEEK.decide(week, replace(asked, minutes=101))
    assert refused.value.facts() == {"asked": 101, "used": 500, "allowed": 600}


def test_a_sheet_gives_back_no_more_than_it_took() -> None:
    week = fold(AUTHOR_WEEK, (ManualMinutesReserved(SHEET_ID, 60),))

    assert AUTHOR_WEEK.decide(week, GiveBackMinutes(SHEET_ID, 60)) == (ManualMinutesReleased(SHEET_ID, 60),)
    for state in (week, AuthorWeek()):
        with pytest.raises(WeekMinutesNotReserved):
            AUTHOR_WEEK.decide(state, GiveBackMinutes(SHEET_ID, 61))


@pytest.mark.parametrize(
    ("day", "week"),
    [(date(2025, 10, 15), "2025-W42"), (date(2027, 1, 3), "2026-W53"), (date(2025, 12, 29), "2026-W01")],
)
def test_weeks_are_those_of_the_calendar(day: date, week: str) -> None:
    assert week_of(day) == week


def test_each_author_and_week_has_a_stream_of_its_own() -> None:
    ids: list[Callable[[], object]] = [
        lambda: author_week_id(CLERK, "2025-W42"),
        lambda: author_week_id(CLERK, "2025-W43"),
        lambda: author_week_id(ANN, "2025-W42"),
    ]

    assert len({one() for one in ids}) == 3
