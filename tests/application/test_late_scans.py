"""Stories of scans that a device kept: recorded late, after the door was shut, in any order."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from two_communities import ENDS, MINUTE, NOBODY, STARTS, Class, Neighbourhood

from ledger.activities.attendance import ATTENDANCE, attendance_id
from ledger.activities.attendance_state import AttendanceState
from ledger.activities.events import Session
from ledger.activities.stays import Stay
from ledger.activities.windows import CHECK_OUT_HOURS
from ledger.application.activities import CANCEL_ACTIVITY, SIGN_UP, CancelActivity, SignUp
from ledger.application.check_ins import CHECK_IN, CheckIn, DeviceScan, record_scan
from ledger.application.members import SUSPEND_MEMBER, SuspendMember
from ledger.application.visits import CLOSE_VISIT, MARK_NO_SHOW, CloseVisit, MarkAsNoShow
from ledger.application.work import Outcome, Stream, UseCase
from ledger.kernel.ids import SYSTEM, ActivityId, DeviceId, MemberId, SessionId

GATE = DeviceId(uuid4())
NEXT_DAY = ENDS + timedelta(days=1)
HOURS = timedelta(hours=CHECK_OUT_HOURS, minutes=15)


def _reads(_request: DeviceScan, _actor: MemberId) -> Iterable[Stream]:
    return ()


RECORD = UseCase[DeviceScan]("tests.record_scan", record_scan, _reads)


def scan(meeting: Class, member: MemberId, seen_at: datetime = STARTS, **more: Any) -> DeviceScan:
    fields = {"direction": "in", "basis": "card", "device": GATE, "activity": meeting.id} | more
    return DeviceScan(member=member, seen_at=seen_at, **fields)


def told(meeting: Class, member: MemberId, seen_at: datetime = STARTS, **more: Any) -> Outcome:
    return meeting.town.run(RECORD, scan(meeting, member, seen_at, **more), by=meeting.leader, at=NEXT_DAY)


def visit(meeting: Class, member: MemberId, session: SessionId | None = None) -> AttendanceState:
    stream = attendance_id(meeting.id, session or meeting.session, member)
    return meeting.town.ledger.load(ATTENDANCE, stream).state


def test_a_visit_is_recorded_on_the_next_day_after_the_door_was_shut_and_without_a_place() -> None:
    town = Neighbourhood()
    meeting, anna = Class(town, sign_up_required=True).opened().closed(), town.member()

    came, again = told(meeting, anna), told(meeting, anna)
    went = told(meeting, anna, ENDS, direction="out")

    assert [one.code for one in (came, again, went)] == ["checked-in", "already-in", "checked-out"]
    assert (came.times, again.times) == ({"seen": STARTS}, {"first": STARTS})
    assert again.ids["scanned_by"] == meeting.leader
    assert visit(meeting, anna).stays == (Stay(STARTS, meeting.leader, "scanned", ENDS),)


def test_an_out_that_comes_before_its_in_is_noted_and_counts_once_the_in_is_told() -> None:
    town = Neighbourhood()
    meeting, anna = Class(town).opened().closed(), town.member()

    early = told(meeting, anna, ENDS, direction="out")
    nobody = visit(meeting, anna)
    came = told(meeting, anna)
    after = told(meeting, anna, ENDS, direction="out")

    assert [one.code for one in (early, came, after)] == ["scan-noted", "checked-in", "already-out"]
    assert nobody.stays == ()
    assert visit(meeting, anna).stays == (Stay(STARTS, meeting.leader, "scanned", ENDS),)


def test_a_late_out_replaces_the_end_that_time_assumed() -> None:
    town = Neighbourhood()
    meeting, anna = Class(town).opened(), town.member()
    town.run(CHECK_IN, CheckIn(meeting.id, STARTS, "kiosk", "in"), by=anna)
    town.run(CLOSE_VISIT, CloseVisit(meeting.closed().id, meeting.session, anna), by=SYSTEM, at=ENDS + 16 * MINUTE)
    assert visit(meeting, anna).awaits_confirmation

    late = told(meeting, anna, ENDS - 9 * MINUTE, direction="out")

    assert (late.code, visit(meeting, anna).out_at) == ("checked-out", ENDS - 9 * MINUTE)
    assert not visit(meeting, anna).awaits_confirmation


def test_a_late_in_takes_a_no_show_back() -> None:
    town = Neighbourhood()
    meeting, anna = Class(town), town.member()
    town.run(SIGN_UP, SignUp(meeting.id, meeting.session), by=anna)
    no_show = MarkAsNoShow(meeting.opened().id, meeting.session, anna)
    town.run(MARK_NO_SHOW, no_show, by=SYSTEM, at=ENDS + 16 * MINUTE)

    late = told(meeting, anna)

    assert (late.code, visit(meeting, anna).no_show) == ("checked-in", False)
    assert town.run(MARK_NO_SHOW, no_show, by=SYSTEM, at=NEXT_DAY).code == "no-no-show"


def test_of_two_sessions_in_a_row_the_out_ends_the_visit_that_it_changes() -> None:
    town = Neighbourhood()
    first, second = SessionId(uuid4()), SessionId(uuid4())
    sessions = (Session(first, STARTS, ENDS), Session(second, ENDS, ENDS + timedelta(hours=2)))
    meeting, anna = Class(town, sessions=sessions).opened().closed(), town.member()
    told(meeting, anna)
    told(meeting, anna, ENDS + 5 * MINUTE)

    out = told(meeting, anna, ENDS + 2 * MINUTE, direction="out")

    assert (out.code, out.ids["session"]) == ("checked-out", first)
    assert (visit(meeting, anna, first).out_at, visit(meeting, anna, second).inside) == (ENDS + 2 * MINUTE, True)


def test_a_device_that_says_which_session_it_was_is_believed() -> None:
    town = Neighbourhood()
    first, second = SessionId(uuid4()), SessionId(uuid4())
    sessions = (Session(first, STARTS, ENDS), Session(second, ENDS, ENDS + timedelta(hours=2)))
    meeting, anna, bo = Class(town, sessions=sessions).opened(), town.member(), town.member()

    assert told(meeting, anna, ENDS, session=first).ids["session"] == first
    assert told(meeting, bo, ENDS).ids["session"] == second


@pytest.mark.parametrize("direction", ["in", "out"])
def test_a_scan_hours_away_from_every_session_is_refused(direction: str) -> None:
    town = Neighbourhood()
    meeting, anna = Class(town).opened(), town.member()

    def code(seen_at: datetime) -> str:
        return town.code(RECORD, scan(meeting, anna, seen_at, direction=direction), by=meeting.leader, at=NEXT_DAY)

    assert code(STARTS - HOURS - MINUTE) == "too-early"
    assert code(ENDS + HOURS + MINUTE) == "too-late"
    assert told(meeting, anna, STARTS - HOURS).code == "checked-in"


def test_of_several_obstacles_to_a_late_scan_the_first_in_order_is_named() -> None:
    town = Neighbourhood()
    meeting, off, suspended = Class(town), Class(town), town.member()
    town.run(CANCEL_ACTIVITY, CancelActivity(off.id, "weather"), by=town.clerk)
    town.run(SUSPEND_MEMBER, SuspendMember(suspended, "fraud"), by=town.clerk)

    def code(of: Class, member: MemberId, *, by: MemberId | None = None, **more: Any) -> str:
        return town.code(RECORD, scan(of, member, STARTS - 2 * HOURS, **more), by=by or of.leader, at=NEXT_DAY)

    assert code(meeting, suspended, by=town.member()) == "not-permitted"
    assert code(off, off.leader, activity=ActivityId(uuid4())) == "unknown-id"
    assert code(off, off.leader) == "own-scan"
    assert code(off, NOBODY) == "unknown-id"
    assert code(off, suspended) == "member-suspended"
    assert code(off, town.member()) == "activity-not-open"
    assert code(meeting, town.member()) == "too-early"
