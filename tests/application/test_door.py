"""Stories at the door: residents check themselves in and out by the activity's code."""

from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import uuid4

import pytest
from two_communities import ENDS, MINUTE, STARTS, Class, Neighbourhood

from ledger.activities.activity import ACTIVITY, Direction
from ledger.activities.attendance import ATTENDANCE, attendance_id, minutes_of, visit_spans
from ledger.activities.attendance_state import AttendanceState
from ledger.activities.events import Session
from ledger.application.activities import SIGN_UP, SignUp
from ledger.application.check_ins import CHECK_IN, CheckIn
from ledger.application.members import SUSPEND_MEMBER, SuspendMember
from ledger.application.work import AnyDecider, Outcome, Versioned, Work
from ledger.kernel.calendar import WeekdaysOnly
from ledger.kernel.envelope import Envelope
from ledger.kernel.ids import ActivityId, CommandId, MemberId, SessionId
from ledger.membership.member import MEMBER

OPENS = STARTS - 15 * MINUTE
CLOSES = ENDS + 15 * MINUTE


def code(
    meeting: Class,
    direction: Direction = "in",
    seen_at: datetime = STARTS,
    basis: Literal["kiosk", "poster", "typed"] = "kiosk",
) -> CheckIn:
    return CheckIn(activity=meeting.id, seen_at=seen_at, basis=basis, direction=direction)


def check(meeting: Class, member: MemberId, direction: Direction = "in", seen_at: datetime = STARTS) -> Outcome:
    return meeting.town.run(CHECK_IN, code(meeting, direction, seen_at), by=member, at=seen_at)


def visit(meeting: Class, member: MemberId, session: SessionId | None = None) -> AttendanceState:
    stream = attendance_id(meeting.id, session or meeting.session, member)
    return meeting.town.ledger.load(ATTENDANCE, stream).state


def test_a_resident_checks_in_and_out() -> None:
    town = Neighbourhood()
    meeting, anna = Class(town).opened(), town.member()

    came = check(meeting, anna)
    went = check(meeting, anna, "out", ENDS)

    ids = {
        "attendance": attendance_id(meeting.id, meeting.session, anna),
        "activity": meeting.id,
        "session": meeting.session,
        "member": anna,
    }
    assert (came.code, came.ids, came.times) == ("checked-in", ids, {"seen": STARTS})
    assert (went.code, went.ids, went.times) == ("checked-out", ids, {"seen": ENDS})
    assert (visit(meeting, anna).in_at, visit(meeting, anna).out_at) == (STARTS, ENDS)


def test_what_was_scanned_before_is_told_and_changes_nothing() -> None:
    town = Neighbourhood()
    meeting, anna = Class(town).opened(), town.member()
    check(meeting, anna)
    length = len(town.ledger.log)

    second_in = check(meeting, anna, "in", STARTS + MINUTE)
    assert len(town.ledger.log) == length
    check(meeting, anna, "out", ENDS)
    again_out = check(meeting, anna, "out", ENDS + MINUTE)
    old_ticket = check(meeting, anna, "in", ENDS - MINUTE)

    assert (second_in.code, second_in.times) == ("already-in", {"first": STARTS})
    assert "scanned_by" not in second_in.ids
    for outcome in (again_out, old_ticket):
        assert (outcome.code, outcome.times) == ("already-out", {"first": STARTS, "out": ENDS})
    assert len(town.ledger.log) == length + 1


def test_who_comes_back_after_going_out_is_there_twice_and_the_time_between_does_not_count() -> None:
    town = Neighbourhood()
    meeting, anna = Class(town, sign_up_required=True), town.member()
    town.run(SIGN_UP, SignUp(meeting.id, meeting.session), by=anna)
    meeting.opened()
    check(meeting, anna)
    check(meeting, anna, "out", STARTS + 30 * MINUTE)

    back = check(meeting, anna, "in", STARTS + 90 * MINUTE)
    again = check(meeting, anna, "in", STARTS + 91 * MINUTE)
    left = check(meeting, anna, "out", ENDS)

    assert (back.code, left.code) == ("checked-in", "checked-out")
    assert (again.code, again.times) == ("already-in", {"first": STARTS + 90 * MINUTE})
    session = Session(meeting.session, STARTS, ENDS)
    spans = visit_spans(session, visit(meeting, anna))
    assert spans == ((STARTS, STARTS + 30 * MINUTE), (STARTS + 90 * MINUTE, ENDS))
    assert minutes_of(*spans) == 60


def test_out_before_in_is_refused() -> None:
    town = Neighbourhood()
    meeting, anna = Class(town).opened(), town.member()

    refusal = town.refusal(CHECK_IN, code(meeting, "out"), by=anna)

    assert (refusal.code, refusal.facts()) == ("not-checked-in", {"session": meeting.session})


@pytest.mark.parametrize(
    ("direction", "seen_at", "expected"),
    [
        ("in", OPENS - MINUTE, ("too-early", {"seen_at": OPENS - MINUTE, "opens_at": OPENS})),
        ("in", CLOSES + MINUTE, ("too-late", {"seen_at": CLOSES + MINUTE, "closed_at": CLOSES})),
        (
            "out",
            CLOSES + timedelta(hours=3),
            ("too-late", {"seen_at": CLOSES + timedelta(hours=3), "closed_at": CLOSES + timedelta(hours=2)}),
        ),
    ],
)
def test_the_window_is_told_to_who_comes_too_early_or_too_late(
    direction: Direction, seen_at: datetime, expected: tuple[str, dict[str, object]]
) -> None:
    town = Neighbourhood()
    meeting, anna = Class(town).opened(), town.member()

    refusal = town.refusal(CHECK_IN, code(meeting, direction, seen_at), by=anna, at=seen_at)

    assert (refusal.code, refusal.facts()) == expected


def test_people_check_out_of_an_activity_that_is_closed_already_but_not_in() -> None:
    town = Neighbourhood()
    meeting, anna = Class(town).opened(), town.member()
    check(meeting, anna)
    meeting.closed()

    refusal = town.refusal(CHECK_IN, code(meeting), by=town.member())

    assert (refusal.code, refusal.facts()) == ("activity-not-open", {"stage": "closed"})
    assert check(meeting, anna, "out", CLOSES + timedelta(hours=2)).code == "checked-out"


def test_where_sign_up_is_required_only_who_has_a_place_comes_in() -> None:
    town = Neighbourhood()
    meeting = Class(town, sign_up_required=True, capacity=1).opened()
    anna, bo = town.member(), town.member()
    town.run(SIGN_UP, SignUp(meeting.id, meeting.session), by=anna)

    refusal = town.refusal(CHECK_IN, code(meeting), by=bo)

    assert check(meeting, anna).code == "checked-in"
    assert (refusal.code, refusal.facts()) == ("not-signed-up", {"session": meeting.session})


def test_walk_ins_are_not_counted_against_the_places() -> None:
    town = Neighbourhood()
    meeting = Class(town, capacity=1).opened()
    town.run(SIGN_UP, SignUp(meeting.id, meeting.session), by=town.member())

    assert check(meeting, town.member()).code == "checked-in"


def test_the_poster_checks_in_only_where_it_may_and_then_waits_for_the_leader() -> None:
    town = Neighbourhood()
    strict, lenient, anna = Class(town).opened(), Class(town, poster_check_in=True).opened(), town.member()

    assert town.code(CHECK_IN, code(strict, basis="poster"), by=anna) == "poster-not-allowed"
    assert town.run(CHECK_IN, code(lenient, basis="poster"), by=anna).code == "checked-in"
    check(lenient, anna, "out", ENDS)
    assert visit(lenient, anna).awaits_confirmation


def test_a_suspended_member_is_refused_and_a_newcomer_is_not() -> None:
    town = Neighbourhood()
    meeting, anna = Class(town).opened(), town.member()
    town.run(SUSPEND_MEMBER, SuspendMember(anna, "fraud"), by=town.clerk)

    refusal = town.refusal(CHECK_IN, code(meeting), by=anna)

    assert (refusal.code, refusal.facts()) == ("member-suspended", {"member": anna})
    assert check(meeting, town.newcomer()).code == "checked-in"


def test_of_several_obstacles_the_first_in_order_is_named() -> None:
    town = Neighbourhood()
    shut, strict = Class(town), Class(town, sign_up_required=True).opened()
    anna, suspended = town.member(), town.member()
    town.run(SUSPEND_MEMBER, SuspendMember(suspended, "fraud"), by=town.clerk)
    early = OPENS - MINUTE
    nowhere = CheckIn(activity=ActivityId(uuid4()), seen_at=early, basis="poster", direction="in")

    assert town.code(CHECK_IN, nowhere, by=suspended) == "member-suspended"
    assert town.code(CHECK_IN, nowhere, by=anna) == "unknown-id"
    assert town.code(CHECK_IN, code(shut, seen_at=early, basis="poster"), by=anna) == "activity-not-open"
    assert town.code(CHECK_IN, code(strict, seen_at=early, basis="poster"), by=anna) == "poster-not-allowed"
    assert town.code(CHECK_IN, code(strict, seen_at=early), by=anna) == "too-early"
    assert town.code(CHECK_IN, code(strict), by=anna) == "not-signed-up"


def two_sessions_in_a_row(town: Neighbourhood) -> tuple[Class, SessionId, SessionId]:
    first, second = SessionId(uuid4()), SessionId(uuid4())
    sessions = (Session(first, STARTS, ENDS), Session(second, ENDS, ENDS + timedelta(hours=2)))
    return Class(town, sessions=sessions).opened(), first, second


def test_where_sessions_overlap_the_nearest_start_is_entered_and_the_visited_one_left() -> None:
    town = Neighbourhood()
    meeting, first, second = two_sessions_in_a_row(town)
    anna, bo = town.member(), town.member()
    check(meeting, anna)

    left = check(meeting, anna, "out", ENDS + 5 * MINUTE)
    entered = check(meeting, bo, "in", ENDS - 5 * MINUTE)

    assert (left.code, left.ids["session"]) == ("checked-out", first)
    assert (entered.code, entered.ids["session"]) == ("checked-in", second)


def test_who_stays_for_the_next_session_leaves_that_one_first() -> None:
    town = Neighbourhood()
    meeting, first, second = two_sessions_in_a_row(town)
    anna = town.member()
    check(meeting, anna)
    check(meeting, anna, "in", ENDS - 5 * MINUTE)

    outs = [check(meeting, anna, "out", ENDS + minute * MINUTE) for minute in (5, 6, 7)]

    assert [(out.code, out.ids["session"]) for out in outs] == [
        ("checked-out", second),
        ("checked-out", first),
        ("already-out", second),
    ]


class Watched:
    """The states of a ledger, and which streams were asked for."""

    def __init__(self, town: Neighbourhood) -> None:
        self.town, self.asked = town, list[Any]()

    def load(self, decider: AnyDecider, stream: Any) -> Versioned:
        self.asked.append(stream)
        return self.town.ledger.load(decider, stream)


def test_checking_oneself_in_reads_three_streams_and_hints_at_them() -> None:
    town = Neighbourhood()
    meeting, anna = Class(town).opened(), town.member()
    request = CheckIn(meeting.id, STARTS, "kiosk", "in", likely_session=meeting.session)
    watched = Watched(town)
    work = Work(watched, Envelope(at=STARTS, actor=anna, command=CommandId(uuid4())), WeekdaysOnly())

    CHECK_IN.run(work, request)

    three = {anna, meeting.id, attendance_id(meeting.id, meeting.session, anna)}
    assert set(watched.asked) == three
    hinted = list(CHECK_IN.streams(request, anna))
    assert {stream.id for stream in hinted} == three
    assert [stream.decider for stream in hinted] == [MEMBER, ACTIVITY, ATTENDANCE]


def test_a_wrong_hint_of_the_session_changes_nothing() -> None:
    town = Neighbourhood()
    meeting, anna = Class(town).opened(), town.member()
    request = CheckIn(meeting.id, STARTS, "kiosk", "in", likely_session=SessionId(uuid4()))

    assert town.run(CHECK_IN, request, by=anna).ids["session"] == meeting.session
