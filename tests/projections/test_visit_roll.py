"""The activity roll of visits that are taken back, corrected, disputed; of waiting lists, no-shows and excuses."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace

from ledger.activities.attendance import attendance_id
from ledger.activities.events import (
    ActivityDrafted,
    ActivityOpened,
    ActivityPublished,
    AttendanceEvent,
    AttendanceTallied,
    AutomaticallyCheckedOut,
    CheckedIn,
    CheckedOut,
    DisputeDecided,
    Excused,
    HoursEntered,
    MarkedNoShow,
    PromotedFromWaitingList,
    PutOnWaitingList,
    ScanNoted,
    Session,
    SignedUp,
    SignUpWithdrawn,
    VisitAnnulled,
    VisitCorrected,
    VisitDisputed,
    WaitingListLeft,
)
from ledger.kernel.decider import Event
from projections import activity_roll
from projections.activity_rows import SIGN_UPS, SessionRow

from .conftest import Told
from .log import START, Log

PLACE, LEADER, ACTIVITY, MEETING, MEMBER, OTHER, GATE = (uuid4() for _ in range(7))
END, HALF = START + timedelta(hours=2), START + timedelta(hours=1)
CLOSING = END + timedelta(minutes=15)

CAME = CheckedIn(ACTIVITY, MEETING, MEMBER, START, "kiosk")
WENT = CheckedOut(END, "kiosk")
TALLIED = AttendanceTallied(120)
NO_SHOW = MarkedNoShow(ACTIVITY, MEETING, MEMBER)
EXCUSED = Excused(ACTIVITY, MEETING, MEMBER, OTHER, "ill")
DISPUTED = VisitDisputed(MEMBER, "left-later")
CORRECTED = VisitCorrected(START, END, OTHER, "wrong-clock")
ANNULLED = VisitAnnulled(OTHER, "wrong-card")
NOTED = ScanNoted(ACTIVITY, MEETING, MEMBER, "out", END, "card", LEADER, GATE)
ENTERED = HoursEntered("paper_sheet", uuid4(), ACTIVITY, MEETING, MEMBER, START, END, LEADER, OTHER)

STANDS: list[tuple[tuple[AttendanceEvent, ...], str, dict[str, int]]] = [
    ((CAME,), "in", {"present": 1, "inside": 1}),
    ((CAME, WENT), "out", {"present": 1}),
    ((CAME, AutomaticallyCheckedOut(END)), "auto_out", {"present": 1, "unconfirmed": 1}),
    ((CAME, WENT, TALLIED), "tallied", {"present": 1, "tallied": 1}),
    ((CAME, ANNULLED), "annulled", {}),
    ((CAME, WENT, TALLIED, ANNULLED), "annulled", {}),
    ((CAME, CORRECTED), "out", {"present": 1}),
    ((CAME, WENT, TALLIED, CORRECTED), "out", {"present": 1}),
    ((CAME, WENT, DISPUTED), "disputed", {"present": 1, "disputed": 1}),
    ((CAME, WENT, DISPUTED, DisputeDecided(OTHER, "upheld", "seen")), "out", {"present": 1}),
    ((NO_SHOW,), "no_show", {"no_shows": 1}),
    ((NO_SHOW, DISPUTED), "disputed", {"no_shows": 1, "disputed": 1}),
    ((NO_SHOW, EXCUSED), "excused", {}),
    ((NO_SHOW, CAME), "in", {"present": 1, "inside": 1}),
    ((NOTED,), "noted", {}),
    ((NOTED, CAME), "out", {"present": 1}),
    ((ENTERED, TALLIED), "tallied", {"present": 1, "tallied": 1}),
]
PLACES: list[tuple[tuple[AttendanceEvent, ...], bool]] = [
    ((), True),
    ((CAME,), False),
    ((NOTED,), False),
    ((NO_SHOW,), False),
    ((EXCUSED,), False),
    ((CAME, ANNULLED), True),
]


def opened(log: Log, activity: UUID, *told: Event) -> None:
    """An activity with one session of two hours, whose door is open."""
    drafted = ActivityDrafted(PLACE, LEADER, LEADER, (Session(MEETING, START, END),), (), capacity=1)
    log.happen(activity, drafted, ActivityPublished(), ActivityOpened(), *told)


def lived(log: Log, activity: UUID, happened: Iterable[AttendanceEvent]) -> None:
    """What happened to the member's visit of `activity`."""
    at = [replace(one, activity=activity) if hasattr(one, "activity") else one for one in happened]
    log.happen(attendance_id(activity, MEETING, MEMBER), *at)


def figures(row: SessionRow) -> dict[str, int]:
    """The counts of a session that are not 0."""
    names = ["signed_up", "present", "inside", "unconfirmed", "tallied", "waiting", "disputed", "no_shows"]
    return {name: getattr(row, name) for name in names if getattr(row, name)}


def test_each_visit_has_its_status_and_is_counted_once(told: Told) -> None:
    log, cases = Log(), {uuid4(): case for case in STANDS}
    for activity, (happened, _, _) in cases.items():
        opened(log, activity)
        lived(log, activity, happened)

    connection = told(log, activity_roll.PROJECTION)

    for activity, (happened, status, counted) in cases.items():
        assert [row.status for row in activity_roll.attendances(connection, activity)] == [status], happened
        assert [figures(row) for row in activity_roll.sessions(connection, activity)] == [counted], happened


def test_who_was_never_seen_coming_is_not_among_the_visits_of_a_member(told: Told) -> None:
    log = Log()
    opened(log, ACTIVITY)
    lived(log, ACTIVITY, [NO_SHOW])

    assert activity_roll.attendances_of(told(log, activity_roll.PROJECTION), MEMBER) == []


def test_coming_back_opens_the_visit_again_and_shows_both_stays(told: Told) -> None:
    log = Log()
    opened(log, ACTIVITY)
    back = CheckedIn(ACTIVITY, MEETING, MEMBER, END, "card", LEADER)
    lived(log, ACTIVITY, [CAME, CheckedOut(HALF, "kiosk"), back])

    (row,) = activity_roll.attendances(told(log, activity_roll.PROJECTION), ACTIVITY)

    assert (row.in_at, row.in_basis, row.out, row.out_at, row.due_at) == (START, "kiosk", "none", None, CLOSING)
    assert [(stay.in_at, stay.out_at) for stay in row.visit.stays] == [(START, HALF), (END, None)]


def test_who_was_at_two_sessions_at_once_is_seen_at_both_and_nobody_else(told: Told) -> None:
    # given three visits of one member, two of which share an hour, and one of somebody else at the same time
    log = Log()
    spans = {(MEMBER, "first"): (0, 60), (MEMBER, "second"): (30, 90), (MEMBER, "third"): (90, 120)}
    visits = {}
    for (member, name), (came, went) in (spans | {(OTHER, "fourth"): (0, 120)}).items():
        activity, visits[name] = uuid4(), uuid4()
        opened(log, activity)
        at = [START + timedelta(minutes=minutes) for minutes in (came, went)]
        log.happen(visits[name], CheckedIn(activity, MEETING, member, at[0], "kiosk"), CheckedOut(at[1], "kiosk"))

    # when it is asked who was in two places, then the two are named
    found = activity_roll.in_two_places(told(log, activity_roll.PROJECTION), [*visits.values()])
    assert found == {visits["first"], visits["second"]}


def test_a_waiting_list_is_in_order_and_empties_as_places_come_free(told: Told) -> None:
    log, third = Log(), uuid4()
    waits = PutOnWaitingList(MEETING, OTHER), PutOnWaitingList(MEETING, third)
    opened(log, ACTIVITY, SignedUp(MEETING, MEMBER), *waits)
    before = told(log, activity_roll.PROJECTION)
    assert [row.member for row in activity_roll.waiting(before, ACTIVITY, session=MEETING)] == [OTHER, third]
    assert [row.activity for row in activity_roll.waits_of(before, third)] == [ACTIVITY]
    assert [figures(row) for row in activity_roll.sessions(before, ACTIVITY)] == [{"signed_up": 1, "waiting": 2}]

    log.happen(ACTIVITY, SignUpWithdrawn(MEETING, MEMBER), PromotedFromWaitingList(MEETING, OTHER))
    log.happen(ACTIVITY, WaitingListLeft(MEETING, third))

    after = told(log, activity_roll.PROJECTION)
    assert [row.member for row in activity_roll.sign_ups(after, ACTIVITY)] == [OTHER]
    assert activity_roll.waiting(after, ACTIVITY) == []
    assert [figures(row) for row in activity_roll.sessions(after, ACTIVITY)] == [{"signed_up": 1}]


@pytest.mark.parametrize("signs_up_first", [True, False])
def test_a_place_falls_due_unless_something_is_known_of_its_holder(told: Told, signs_up_first: bool) -> None:
    log, cases = Log(), {uuid4(): case for case in PLACES}
    for activity, (happened, _) in cases.items():
        opened(log, activity, *[SignedUp(MEETING, MEMBER)] * signs_up_first)
        lived(log, activity, happened)
        if not signs_up_first:
            log.happen(activity, SignedUp(MEETING, MEMBER))

    places = SIGN_UPS.read(told(log, activity_roll.PROJECTION), SIGN_UPS.select())

    due = {place.activity: place.due_at for place in places}
    assert due == {activity: CLOSING if is_due else None for activity, (_, is_due) in cases.items()}
