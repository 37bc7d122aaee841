"""Stories of scans that a device kept: told late, twice, and out of order."""

from collections.abc import Sequence
from datetime import datetime

import pytest
from visit_stories import ACTIVITY, ANNA, BO, CAME, ELEVEN, GATE, MINUTE, MORNING, NINE, TEN, VISITS, tell

from ledger.activities.attendance import ATTENDANCE
from ledger.activities.attendance_commands import TellScan
from ledger.activities.events import AttendanceEvent, CheckedIn, CheckedOut, ScanNoted
from ledger.activities.stays import Direction, Stay
from ledger.kernel.decider import fold

SCANNED_OUT = CheckedOut(TEN, "card", BO, GATE)


def seen(at: datetime) -> CheckedIn:
    return CheckedIn(ACTIVITY, MORNING, ANNA, at, "card", BO, GATE)


def noted(at: datetime, direction: Direction) -> ScanNoted:
    return ScanNoted(ACTIVITY, MORNING, ANNA, direction, at, "card", BO, GATE)


@pytest.mark.parametrize(
    ("given", "when", "then"),
    [
        ((), tell(NINE), (seen(NINE),)),
        ((CAME,), tell(TEN, "out"), (SCANNED_OUT,)),
        ((CAME,), tell(NINE - MINUTE), (seen(NINE - MINUTE),)),
        ((CAME,), tell(TEN), (noted(TEN, "in"),)),
        ((), tell(TEN, "out"), (noted(TEN, "out"),)),
        ((noted(TEN, "out"),), tell(TEN, "out"), ()),
        ((noted(TEN, "out"),), tell(NINE), (seen(NINE),)),
        (VISITS["auto_out"], tell(TEN, "out"), (SCANNED_OUT,)),
        (VISITS["out"], tell(TEN, "out"), (SCANNED_OUT,)),
        (VISITS["out"], tell(ELEVEN + MINUTE, "out"), (noted(ELEVEN + MINUTE, "out"),)),
        (VISITS["out"], tell(ELEVEN + MINUTE), (seen(ELEVEN + MINUTE),)),
        (VISITS["confirmed"], tell(TEN, "out"), ()),
        (VISITS["entered"], tell(TEN), ()),
        (VISITS["tallied"], tell(ELEVEN + MINUTE), ()),
    ],
)
def test_a_scan_told_late_stands_where_it_belongs_in_time(
    given: Sequence[AttendanceEvent], when: TellScan, then: tuple[AttendanceEvent, ...]
) -> None:
    assert ATTENDANCE.decide(fold(ATTENDANCE, given), when) == then


def told(*scans: TellScan, given: Sequence[AttendanceEvent] = ()) -> list[tuple[datetime, datetime | None]]:
    state = fold(ATTENDANCE, given)
    for scan in scans:
        state = fold(ATTENDANCE, ATTENDANCE.decide(state, scan), state)
    return [(stay.in_at, stay.out_at) for stay in state.stays]


def test_an_out_that_is_told_before_its_in_ends_the_visit_once_the_in_is_told() -> None:
    assert told(tell(TEN, "out")) == []
    assert told(tell(TEN, "out"), tell(NINE)) == [(NINE, TEN)]


def test_an_out_between_two_ins_makes_two_stays_of_one() -> None:
    assert told(tell(NINE), tell(TEN), tell(ELEVEN, "out")) == [(NINE, ELEVEN)]
    assert told(tell(NINE), tell(TEN), tell(ELEVEN, "out"), tell(TEN - MINUTE, "out")) == [
        (NINE, TEN - MINUTE),
        (TEN, ELEVEN),
    ]


def test_a_late_in_reopens_a_visit_that_time_then_closes_anew() -> None:
    back = seen(ELEVEN + MINUTE)
    state = fold(ATTENDANCE, (*VISITS["out"], back))

    assert state.inside
    assert state.stays == (Stay(NINE, None, "scanned", ELEVEN), Stay(ELEVEN + MINUTE, BO))


def test_who_is_seen_leaving_a_moment_before_they_were_seen_coming_in_has_left() -> None:
    state = fold(ATTENDANCE, (CAME, CheckedOut(NINE - MINUTE, "kiosk")))

    assert (state.inside, state.stays) == (False, (Stay(NINE, None, "scanned", NINE),))
