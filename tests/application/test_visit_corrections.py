"""Stories after the door: undone, annulled, corrected, excused, disputed; and what awards have to say to it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from two_communities import ENDS, MINUTE, STARTS, TODAY, Class, Neighbourhood

from ledger.activities.attendance import ATTENDANCE, attendance_id
from ledger.activities.attendance_state import AttendanceState
from ledger.activities.stays import Stay
from ledger.application.activities import SIGN_UP, WITHDRAW_SIGN_UP, SignUp, WithdrawSignUp
from ledger.application.check_ins import CHECK_IN, SCAN_MEMBER, CheckIn, ScanMember
from ledger.application.members import FORM_HOUSEHOLD, SUSPEND_MEMBER, FormHousehold, SuspendMember
from ledger.application.programme import DRAFT_SETTINGS, PUBLISH_SETTINGS, DraftSettings, PublishSettings
from ledger.application.visit_corrections import (
    ANNUL_VISIT,
    CORRECT_VISIT,
    DECIDE_DISPUTE,
    DISPUTE_VISIT,
    EXCUSE_ABSENCE,
    UNDO_SCAN,
    AnnulAttendance,
    CorrectAttendance,
    DecideDisputedAttendance,
    DisputeAttendance,
    ExcuseAbsence,
    UndoScan,
)
from ledger.application.visits import CLOSE_VISIT, CONFIRM_OUT, MARK_NO_SHOW, CloseVisit, ConfirmOut, MarkAsNoShow
from ledger.kernel.ids import SYSTEM, ActivityId, MemberId, SessionId
from ledger.programme.events import Settings

AFTER = ENDS + 16 * MINUTE


def came(meeting: Class, member: MemberId, at: datetime = STARTS) -> None:
    meeting.town.run(CHECK_IN, CheckIn(meeting.id, at, "kiosk", "in"), by=member, at=at)


def went(meeting: Class, member: MemberId, at: datetime = ENDS) -> None:
    meeting.town.run(CHECK_IN, CheckIn(meeting.id, at, "kiosk", "out"), by=member, at=at)


def visit(meeting: Class, member: MemberId) -> AttendanceState:
    return meeting.town.ledger.load(ATTENDANCE, attendance_id(meeting.id, meeting.session, member)).state


def annul(meeting: Class, member: MemberId) -> AnnulAttendance:
    return AnnulAttendance(meeting.id, meeting.session, member, "wrong-card")


def correct(meeting: Class, member: MemberId, out_at: datetime = ENDS) -> CorrectAttendance:
    return CorrectAttendance(meeting.id, meeting.session, member, STARTS, out_at, "wrong-clock")


def decide(meeting: Class, member: MemberId) -> DecideDisputedAttendance:
    return DecideDisputedAttendance(meeting.id, meeting.session, member, "upheld", "seen")


def test_a_member_takes_back_a_check_in_of_their_own_and_may_come_again() -> None:
    town = Neighbourhood()
    meeting, anna = Class(town).opened(), town.member()
    came(meeting, anna)

    undone = town.run(UNDO_SCAN, UndoScan(meeting.id, meeting.session), by=anna, at=STARTS + 10 * MINUTE)
    after = visit(meeting, anna)
    came(meeting, anna, STARTS + 12 * MINUTE)

    assert (undone.code, undone.ids["member"]) == ("visit-annulled", anna)
    assert (after.stays, after.was_annulled) == ((), True)
    assert visit(meeting, anna).in_at == STARTS + 12 * MINUTE


def test_staff_undo_what_they_scanned_and_not_what_others_did() -> None:
    town = Neighbourhood()
    meeting, anna = Class(town).opened(), town.member()
    town.run(SCAN_MEMBER, ScanMember(meeting.id, anna, STARTS, "card", "in"), by=meeting.leader, at=STARTS)
    request, soon = UndoScan(meeting.id, meeting.session, anna), STARTS + MINUTE

    assert town.code(UNDO_SCAN, request, by=town.clerk, at=soon) == "not-your-scan"
    assert town.code(UNDO_SCAN, UndoScan(meeting.id, meeting.session), by=anna, at=soon) == "not-your-scan"
    assert town.code(UNDO_SCAN, request, by=town.member(), at=soon) == "not-permitted"
    assert town.code(UNDO_SCAN, request, by=meeting.leader, at=STARTS + 16 * MINUTE) == "undo-too-late"
    assert town.run(UNDO_SCAN, request, by=meeting.leader, at=soon).code == "visit-annulled"


def test_of_several_obstacles_to_undoing_the_first_in_order_is_named() -> None:
    town = Neighbourhood()
    meeting, anna, suspended = Class(town).opened(), town.member(), town.member()
    town.run(SUSPEND_MEMBER, SuspendMember(suspended, "fraud"), by=town.clerk)
    nowhere = ActivityId(uuid4())

    assert town.code(UNDO_SCAN, UndoScan(nowhere, meeting.session), by=suspended) == "member-suspended"
    assert town.code(UNDO_SCAN, UndoScan(nowhere, meeting.session), by=anna) == "unknown-id"
    assert town.code(UNDO_SCAN, UndoScan(meeting.id, SessionId(uuid4())), by=anna) == "unknown-session"
    assert town.code(UNDO_SCAN, UndoScan(meeting.id, meeting.session), by=anna) == "not-checked-in"


@pytest.mark.parametrize("use_case", ["annul", "correct", "decide"])
def test_overruling_the_door_is_for_staff_in_scope_who_are_not_near(use_case: str) -> None:
    town = Neighbourhood()
    meeting, anna = Class(town).opened(), town.member()
    came(meeting, anna)
    went(meeting, anna)
    dispute = DisputeAttendance(meeting.id, meeting.session, "left-later")
    town.run(DISPUTE_VISIT, dispute, by=anna)
    flatmate, next_door = town.with_role("staff"), town.with_role("staff", town.new_town)
    town.run(FORM_HOUSEHOLD, FormHousehold(town.old_town, (anna, flatmate)), by=town.clerk)
    asked: dict[str, tuple[Any, Any]] = {
        "annul": (ANNUL_VISIT, annul(meeting, anna)),
        "correct": (CORRECT_VISIT, correct(meeting, anna)),
        "decide": (DECIDE_DISPUTE, decide(meeting, anna)),
    }
    run, request = asked[use_case]

    def code(by: MemberId) -> str:
        return town.code(run, request, by=by, at=AFTER)

    assert [code(by) for by in (anna, meeting.leader)] == ["not-permitted", "not-permitted"]
    assert (code(next_door), code(flatmate)) == ("unknown-id", "own-visit")
    town.run(run, request, by=town.clerk, at=AFTER)


@pytest.mark.parametrize("use_case", [ANNUL_VISIT, CORRECT_VISIT, DECIDE_DISPUTE])
def test_of_several_obstacles_to_overruling_the_first_in_order_is_named(use_case: Any) -> None:
    town = Neighbourhood()
    meeting = Class(town).opened()
    make = {ANNUL_VISIT.name: annul, CORRECT_VISIT.name: correct, DECIDE_DISPUTE.name: decide}[use_case.name]
    request = make(meeting, town.clerk)

    def changed(**more: Any) -> Any:
        return type(request)(**{field: getattr(request, field) for field in request.__struct_fields__} | more)

    assert town.code(use_case, changed(activity=ActivityId(uuid4())), by=town.clerk, at=AFTER) == "unknown-id"
    assert town.code(use_case, changed(session=SessionId(uuid4())), by=town.clerk, at=AFTER) == "unknown-session"
    assert town.code(use_case, request, by=town.clerk, at=AFTER) == "not-checked-in"


def test_staff_say_when_a_member_was_there() -> None:
    town = Neighbourhood()
    meeting, anna = Class(town).opened(), town.member()
    came(meeting, anna, STARTS + 40 * MINUTE)

    corrected = town.run(CORRECT_VISIT, correct(meeting, anna, ENDS - MINUTE), by=town.clerk, at=AFTER)

    assert (corrected.code, corrected.times) == ("visit-corrected", {"out": ENDS - MINUTE})
    assert visit(meeting, anna).stays == (Stay(STARTS, None, "corrected", ENDS - MINUTE),)
    late = correct(meeting, anna, AFTER + MINUTE)
    assert town.code(CORRECT_VISIT, late, by=town.clerk, at=AFTER) == "correction-outside-session"


def test_who_has_a_place_and_does_not_come_is_a_no_show_unless_excused() -> None:
    town = Neighbourhood()
    meeting, (anna, bo, chen) = Class(town), (town.member() for _ in range(3))
    for member in (anna, bo, chen):
        town.run(SIGN_UP, SignUp(meeting.id, meeting.session), by=member)
    town.run(EXCUSE_ABSENCE, ExcuseAbsence(meeting.id, meeting.session, "ill"), by=anna)
    meeting.opened()
    came(meeting, bo)

    marked = [
        town.run(MARK_NO_SHOW, MarkAsNoShow(meeting.id, meeting.session, member), by=SYSTEM, at=AFTER).code
        for member in (anna, bo, chen, chen)
    ]

    assert marked == ["no-no-show", "no-no-show", "no-show-marked", "no-show-marked"]
    assert [visit(meeting, one).no_show for one in (anna, bo, chen)] == [False, False, True]
    forgiven = town.run(EXCUSE_ABSENCE, ExcuseAbsence(meeting.id, meeting.session, "ill", chen), by=meeting.leader)
    assert (forgiven.code, visit(meeting, chen).no_show) == ("absence-excused", False)


def test_no_shows_are_marked_by_the_system_where_the_door_was_ever_open() -> None:
    town = Neighbourhood()
    meeting, anna = Class(town), town.member()
    town.run(SIGN_UP, SignUp(meeting.id, meeting.session), by=anna)

    def code(by: MemberId = SYSTEM, at: datetime = AFTER, **more: Any) -> str:
        fields = {"activity": meeting.id, "session": meeting.session, "member": anna} | more
        return town.code(MARK_NO_SHOW, MarkAsNoShow(**fields), by=by, at=at)

    assert code(by=town.clerk, activity=uuid4()) == "not-permitted"
    assert code(activity=uuid4(), session=uuid4()) == "unknown-id"
    assert code(session=uuid4()) == "unknown-session"
    assert code(member=town.clerk) == "activity-not-open"
    meeting.opened()
    assert code(member=town.clerk, at=STARTS) == "not-signed-up"
    assert code(at=STARTS) == "visit-not-over"


def test_an_excuse_is_for_who_has_a_place() -> None:
    town = Neighbourhood()
    meeting, anna, bo = Class(town), town.member(), town.member()
    town.run(SIGN_UP, SignUp(meeting.id, meeting.session), by=anna)

    def code(by: MemberId, at: datetime = STARTS - MINUTE, **more: Any) -> str:
        fields = {"activity": meeting.id, "session": meeting.session, "reason": "ill"} | more
        return town.code(EXCUSE_ABSENCE, ExcuseAbsence(**fields), by=by, at=at)

    assert code(anna, activity=uuid4()) == "unknown-id"
    assert code(anna, session=uuid4()) == "unknown-session"
    assert code(bo) == "not-signed-up"
    assert code(bo, member=anna) == "not-permitted"
    assert code(anna, at=STARTS) == "excuse-too-late"
    meeting.opened()
    came(meeting, anna)
    assert code(meeting.leader, at=AFTER, member=anna) == "visit-took-place"


def test_a_place_is_not_given_back_once_the_session_is_over() -> None:
    town = Neighbourhood()
    meeting, anna = Class(town), town.member()
    town.run(SIGN_UP, SignUp(meeting.id, meeting.session), by=anna)

    late = town.refusal(WITHDRAW_SIGN_UP, WithdrawSignUp(meeting.id, meeting.session), by=anna, at=ENDS)

    assert (late.code, late.facts()) == ("session-over", {"session": meeting.session, "ended_at": ENDS})


def test_a_member_disputes_and_somebody_who_had_no_part_decides() -> None:
    town = Neighbourhood()
    meeting, anna, other_clerk = Class(town).opened(), town.member(), town.with_role("staff")
    town.run(SCAN_MEMBER, ScanMember(meeting.id, anna, STARTS, "card", "in"), by=town.clerk, at=STARTS)
    dispute = DisputeAttendance(meeting.id, meeting.session, "left-later")
    inside = town.code(DISPUTE_VISIT, dispute, by=anna)
    went(meeting, anna)

    disputed = town.run(DISPUTE_VISIT, dispute, by=anna, at=AFTER)
    town.run(DISPUTE_VISIT, dispute, by=anna, at=AFTER)
    scanner = town.code(DECIDE_DISPUTE, decide(meeting, anna), by=town.clerk, at=AFTER)
    decided = town.run(DECIDE_DISPUTE, decide(meeting, anna), by=other_clerk, at=AFTER)

    assert (inside, disputed.code, scanner, decided.code) == (
        "visit-still-open",
        "visit-disputed",
        "involved-in-visit",
        "dispute-decided",
    )
    assert visit(meeting, anna).dispute == "upheld"
    assert town.code(DECIDE_DISPUTE, decide(meeting, anna), by=other_clerk, at=AFTER) == "visit-not-disputed"
    assert town.code(DISPUTE_VISIT, dispute, by=anna, at=AFTER + timedelta(days=1)) == "dispute-already-decided"
    assert town.code(DISPUTE_VISIT, dispute, by=town.member(), at=AFTER) == "unknown-id"


def test_how_long_scans_are_undone_and_visits_confirmed_is_the_communitys_to_say() -> None:
    town = Neighbourhood()
    meeting, anna = Class(town).opened(), town.member()
    strict = Settings(undo_minutes=1, confirm_days=1)
    town.run(DRAFT_SETTINGS, DraftSettings(town.old_town, strict), by=town.clerk)
    publish = PublishSettings(town.old_town, 1, TODAY)
    town.run(PUBLISH_SETTINGS, publish, by=town.with_role("approver"))
    came(meeting, anna)
    town.run(CLOSE_VISIT, CloseVisit(meeting.id, meeting.session, anna), by=SYSTEM, at=AFTER)

    undo = UndoScan(meeting.id, meeting.session)
    assert town.refusal(UNDO_SCAN, undo, by=anna, at=STARTS + 2 * MINUTE).facts() == {"until": STARTS + MINUTE}
    confirm = ConfirmOut(meeting.id, meeting.session, anna, ENDS)
    late = town.refusal(CONFIRM_OUT, confirm, by=meeting.leader, at=ENDS + timedelta(days=1, seconds=1))
    assert (late.code, late.facts()) == ("confirmation-too-late", {"confirm_until": ENDS + timedelta(days=1)})
