"""Stories at the door: staff and leaders scan others, time closes visits, the leader confirms."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from two_communities import ENDS, MINUTE, NOBODY, STARTS, Class, Neighbourhood

from ledger.activities.activity import Direction
from ledger.activities.attendance import ATTENDANCE, attendance_id, visit_spans
from ledger.activities.attendance_state import AttendanceState
from ledger.activities.events import Session
from ledger.application.activities import CANCEL_ACTIVITY, CancelActivity
from ledger.application.check_ins import CHECK_IN, SCAN_MEMBER, CheckIn, ScanMember
from ledger.application.members import FORM_HOUSEHOLD, SUSPEND_MEMBER, FormHousehold, SuspendMember
from ledger.application.visits import CLOSE_VISIT, CONFIRM_OUT, CloseVisit, ConfirmOut
from ledger.application.work import Outcome
from ledger.kernel.ids import SYSTEM, ActivityId, MemberId, SessionId

OPENS = STARTS - 15 * MINUTE
CLOSES = ENDS + 15 * MINUTE
AFTER = CLOSES + MINUTE


def seen(meeting: Class, member: MemberId, direction: Direction = "in", seen_at: datetime = STARTS) -> ScanMember:
    return ScanMember(activity=meeting.id, member=member, seen_at=seen_at, basis="card", direction=direction)


def visit(meeting: Class, member: MemberId) -> AttendanceState:
    return meeting.town.ledger.load(ATTENDANCE, attendance_id(meeting.id, meeting.session, member)).state


def left_open(town: Neighbourhood) -> tuple[Class, MemberId]:
    """A closed activity in which somebody checked in and never out."""
    meeting, anna = Class(town).opened(), town.member()
    town.run(CHECK_IN, CheckIn(meeting.id, STARTS, "kiosk", "in"), by=anna)
    return meeting.closed(), anna


def close(meeting: Class, member: MemberId, at: datetime = AFTER) -> Outcome:
    return meeting.town.run(CLOSE_VISIT, CloseVisit(meeting.id, meeting.session, member), by=SYSTEM, at=at)


def test_a_scan_by_the_leader_is_recorded_with_who_scanned_even_without_a_place() -> None:
    town = Neighbourhood()
    meeting, anna = Class(town, sign_up_required=True).opened(), town.member()

    came = town.run(SCAN_MEMBER, seen(meeting, anna), by=meeting.leader)
    again = town.run(SCAN_MEMBER, seen(meeting, anna, seen_at=STARTS + MINUTE), by=town.clerk)
    went = town.run(SCAN_MEMBER, seen(meeting, anna, "out", ENDS), by=town.clerk)

    assert (came.code, came.ids["member"], came.times) == ("checked-in", anna, {"seen": STARTS})
    assert (again.code, again.times, again.ids["scanned_by"]) == ("already-in", {"first": STARTS}, meeting.leader)
    assert went.code == "checked-out"
    assert (visit(meeting, anna).stays[0].scanned_by, visit(meeting, anna).out_at) == (meeting.leader, ENDS)


def test_while_the_door_is_open_a_scan_outside_the_window_is_kept_and_earns_nothing() -> None:
    town = Neighbourhood()
    meeting, anna = Class(town).opened(), town.member()
    early, still_early = OPENS - 90 * MINUTE, OPENS - 30 * MINUTE

    came = town.run(SCAN_MEMBER, seen(meeting, anna, seen_at=early), by=meeting.leader)
    went = town.run(SCAN_MEMBER, seen(meeting, anna, "out", still_early), by=meeting.leader)

    assert (came.code, went.code) == ("checked-in", "checked-out")
    session = Session(meeting.session, STARTS, ENDS)
    assert visit_spans(session, visit(meeting, anna)) == ()


@pytest.mark.parametrize("direction", ["in", "out"])
def test_while_the_door_is_shut_a_scan_must_lie_in_the_window(direction: Direction) -> None:
    town = Neighbourhood()
    shown, shut = Class(town), Class(town).opened().closed()

    for meeting in (shown, shut):
        anna = town.member()
        assert town.run(SCAN_MEMBER, seen(meeting, anna), by=meeting.leader).code == "checked-in"
        early = seen(meeting, town.member(), direction, OPENS - MINUTE)
        late = seen(meeting, town.member(), direction, CLOSES + timedelta(hours=3))
        assert town.code(SCAN_MEMBER, early, by=meeting.leader) == "too-early"
        assert town.code(SCAN_MEMBER, late, by=meeting.leader) == "too-late"


def test_scanning_is_for_the_leader_of_the_activity_and_for_staff_in_scope() -> None:
    town = Neighbourhood()
    meeting, other, anna = Class(town).opened(), Class(town), town.member()
    next_door = town.with_role("staff", town.new_town)

    assert town.code(SCAN_MEMBER, seen(meeting, anna), by=other.leader) == "not-permitted"
    assert town.code(SCAN_MEMBER, seen(meeting, anna), by=town.member()) == "not-permitted"
    assert town.refusal(SCAN_MEMBER, seen(meeting, anna), by=next_door).facts() == {"id": meeting.id}
    assert town.run(SCAN_MEMBER, seen(meeting, anna), by=town.with_role("grid_worker")).code == "checked-in"


def test_of_several_obstacles_to_a_scan_the_first_in_order_is_named() -> None:
    town = Neighbourhood()
    meeting, shut, suspended = Class(town).opened(), Class(town), town.member()
    town.run(CANCEL_ACTIVITY, CancelActivity(shut.id, "weather"), by=town.clerk)
    town.run(SUSPEND_MEMBER, SuspendMember(suspended, "fraud"), by=town.clerk)
    nowhere = ScanMember(ActivityId(uuid4()), meeting.leader, STARTS, "card", "in")

    def code(meeting: Class, member: MemberId, direction: Direction = "in") -> str:
        return town.code(SCAN_MEMBER, seen(meeting, member, direction), by=meeting.leader)

    assert town.code(SCAN_MEMBER, nowhere, by=meeting.leader) == "unknown-id"
    assert code(shut, shut.leader) == "own-scan"
    assert code(shut, NOBODY) == "unknown-id"
    assert code(shut, suspended) == "member-suspended"
    assert code(shut, town.member(), "out") == "activity-not-open"
    assert code(meeting, town.member(), "out") == "not-checked-in"


def test_a_scan_for_an_activity_that_is_called_off_is_refused() -> None:
    town = Neighbourhood()
    meeting = Class(town)
    town.run(CANCEL_ACTIVITY, CancelActivity(meeting.id, "weather"), by=meeting.leader)

    refusal = town.refusal(SCAN_MEMBER, seen(meeting, town.member()), by=meeting.leader)

    assert (refusal.code, refusal.facts()) == ("activity-not-open", {"stage": "cancelled"})


def test_time_closes_a_visit_at_the_planned_end_once_the_window_is_over() -> None:
    town = Neighbourhood()
    meeting, anna = left_open(town)
    request = CloseVisit(meeting.id, meeting.session, anna)
    early = town.refusal(CLOSE_VISIT, request, by=SYSTEM, at=CLOSES)

    first = close(meeting, anna)
    length = len(town.ledger.log)
    second = close(meeting, anna)

    assert (early.code, early.facts()) == ("visit-not-over", {"closes_at": CLOSES})
    assert (first.code, first.times) == ("visit-closed", {"out": ENDS})
    assert (second.code, second.times) == ("already-out", {"out": ENDS})
    assert len(town.ledger.log) == length
    assert visit(meeting, anna).awaits_confirmation


def test_visits_are_closed_by_the_system_alone() -> None:
    town = Neighbourhood()
    meeting, anna = left_open(town)

    def refusal(by: MemberId, meeting_id: ActivityId, session: SessionId, member: MemberId) -> str:
        return town.code(CLOSE_VISIT, CloseVisit(meeting_id, session, member), by=by, at=AFTER)

    assert refusal(town.clerk, meeting.id, meeting.session, anna) == "not-permitted"
    assert refusal(SYSTEM, ActivityId(uuid4()), meeting.session, anna) == "unknown-id"
    assert refusal(SYSTEM, meeting.id, SessionId(uuid4()), anna) == "unknown-session"
    assert refusal(SYSTEM, meeting.id, meeting.session, town.clerk) == "not-checked-in"


def test_the_leader_confirms_a_visit_that_time_closed() -> None:
    town = Neighbourhood()
    meeting, anna = left_open(town)
    close(meeting, anna)
    out_at = ENDS - 30 * MINUTE

    request = ConfirmOut(meeting.id, meeting.session, anna, out_at)
    outcome = town.run(CONFIRM_OUT, request, by=meeting.leader, at=AFTER)

    assert (outcome.code, outcome.times, outcome.ids["member"]) == ("visit-confirmed", {"out": out_at}, anna)
    assert visit_spans(Session(meeting.session, STARTS, ENDS), visit(meeting, anna)) == ((STARTS, out_at),)


def test_a_confirmation_is_the_leaders_within_three_days_and_never_for_oneself() -> None:
    town = Neighbourhood()
    meeting, anna = left_open(town)
    close(meeting, anna)
    request = ConfirmOut(meeting.id, meeting.session, anna, ENDS)

    assert town.code(CONFIRM_OUT, request, by=anna, at=AFTER) == "not-permitted"
    assert town.code(CONFIRM_OUT, request, by=Class(town).leader, at=AFTER) == "not-permitted"
    late = town.refusal(CONFIRM_OUT, request, by=meeting.leader, at=ENDS + timedelta(days=3, seconds=1))
    assert (late.code, late.facts()) == ("confirmation-too-late", {"confirm_until": ENDS + timedelta(days=3)})
    elsewhere = ConfirmOut(meeting.id, SessionId(uuid4()), anna, ENDS)
    assert town.code(CONFIRM_OUT, elsewhere, by=meeting.leader, at=AFTER) == "unknown-session"
    nowhere = ConfirmOut(ActivityId(uuid4()), meeting.session, anna, ENDS)
    assert town.code(CONFIRM_OUT, nowhere, by=meeting.leader, at=AFTER) == "unknown-id"


def test_a_leader_who_forgot_to_check_out_needs_somebody_else() -> None:
    town = Neighbourhood()
    meeting = Class(town).opened()
    town.run(CHECK_IN, CheckIn(meeting.id, STARTS, "kiosk", "in"), by=meeting.leader)
    close(meeting, meeting.leader)
    request = ConfirmOut(meeting.id, meeting.session, meeting.leader, ENDS)

    assert town.code(CONFIRM_OUT, request, by=meeting.leader, at=AFTER) == "own-visit"
    assert town.run(CONFIRM_OUT, request, by=town.clerk, at=AFTER).code == "visit-confirmed"


def test_nobody_confirms_the_stay_of_somebody_they_live_with() -> None:
    town = Neighbourhood()
    meeting, anna = left_open(town)
    town.run(FORM_HOUSEHOLD, FormHousehold(town.old_town, (anna, meeting.leader)), by=town.clerk)
    close(meeting, anna)
    request = ConfirmOut(meeting.id, meeting.session, anna, ENDS)

    assert town.code(CONFIRM_OUT, request, by=meeting.leader, at=AFTER) == "own-visit"
    assert town.run(CONFIRM_OUT, request, by=town.clerk, at=AFTER).code == "visit-confirmed"


def test_a_scan_at_the_door_replaces_the_end_that_time_assumed() -> None:
    town = Neighbourhood()
    meeting, anna = left_open(town)
    close(meeting, anna)

    out = town.run(CHECK_IN, CheckIn(meeting.id, AFTER + MINUTE, "kiosk", "out"), by=anna, at=AFTER + MINUTE)

    assert out.code == "checked-out"
    assert not visit(meeting, anna).awaits_confirmation
