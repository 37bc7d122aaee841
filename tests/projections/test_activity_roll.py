"""The activity roll: sessions, places taken, visits and their counts."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from ledger.activities.events import (
    ActivityCancelled,
    ActivityClosed,
    ActivityDrafted,
    ActivityOpened,
    ActivityPublished,
    ActivityTallied,
    AttendanceTallied,
    AutomaticallyCheckedOut,
    Basis,
    CheckedIn,
    CheckedOut,
    Session,
    SignedUp,
    SignUpWithdrawn,
    StayConfirmed,
)
from projections import activity_roll

from .conftest import Told
from .log import START, Log

PLACE, LEADER, RULE, ACTIVITY, MEETING = (uuid4() for _ in range(5))
MEMBER, OTHER = uuid4(), uuid4()
END = START + timedelta(hours=2)
VISIT = uuid4()


def drafted(log: Log, activity: UUID = ACTIVITY) -> None:
    """An activity with one session of two hours."""
    sessions = (Session(MEETING, START, END, late_minutes=20),)
    log.happen(activity, ActivityDrafted(PLACE, LEADER, LEADER, sessions, (RULE,), capacity=5))


def came_in(log: Log, *, basis: Basis = "kiosk") -> None:
    log.happen(VISIT, CheckedIn(ACTIVITY, MEETING, MEMBER, log.now, basis, LEADER))


def test_an_activity_goes_from_draft_to_tallied(told: Told) -> None:
    # given an activity at each of its steps
    log, seen = Log(), []
    drafted(log)
    steps = ActivityPublished(), ActivityOpened(), ActivityClosed(), ActivityTallied(7), ActivityCancelled("weather")
    for step in (None, *steps):
        if step:
            log.happen(ACTIVITY, step)
        # when it is read
        row = activity_roll.activity(told(log, activity_roll.PROJECTION), ACTIVITY)
        assert row
        seen.append((row.status, row.visits, row.reason))

    # then its state is there
    assert seen == [
        ("draft", None, None),
        ("published", None, None),
        ("open", None, None),
        ("closed", None, None),
        ("tallied", 7, None),
        ("cancelled", 7, "weather"),
    ]
    assert (row.starts_at, row.ends_at, row.capacity, row.rules, row.leader) == (START, END, 5, [RULE], LEADER)


def test_activities_are_listed_by_their_start_in_pages_and_windows(told: Told) -> None:
    # given three activities on three days
    log = Log()
    for day in range(3):
        start = START + timedelta(days=day)
        meeting = Session(uuid4(), start, start + timedelta(hours=1))
        log.happen(uuid4(), ActivityDrafted(PLACE, LEADER, LEADER, (meeting,), ()))
    connection = told(log, activity_roll.PROJECTION)

    # when they are listed in pages of two
    first = activity_roll.of_organisation(connection, PLACE, limit=2)
    rest = activity_roll.of_organisation(connection, PLACE, after=(first[-1].starts_at, first[-1].activity))

    # then each is there once, and a window leaves the others out
    assert [row.starts_at - START for row in (*first, *rest)] == [timedelta(days=day) for day in range(3)]
    bounds = {"ending_after": START + timedelta(hours=2), "starting_before": START + timedelta(days=2)}
    assert activity_roll.of_organisation(connection, PLACE, **bounds) == [first[1]]
    assert activity_roll.of_organisation(connection, MEMBER) == []


def test_places_are_counted_as_they_are_taken_and_given_back(told: Told) -> None:
    # given two who signed up, one of whom gave the place back
    log = Log()
    drafted(log)
    log.happen(ACTIVITY, SignedUp(MEETING, MEMBER), SignedUp(MEETING, OTHER), SignUpWithdrawn(MEETING, MEMBER))

    # when the roll is read, then one place is taken
    connection = told(log, activity_roll.PROJECTION)
    assert [one.signed_up for one in activity_roll.sessions(connection, ACTIVITY)] == [1]
    assert [one.member for one in activity_roll.sign_ups(connection, ACTIVITY, session=MEETING)] == [OTHER]
    assert [one.activity for one in activity_roll.sign_ups_of(connection, OTHER)] == [ACTIVITY]
    assert activity_roll.sign_ups_of(connection, MEMBER) == []


def test_a_visit_shows_how_it_began_and_ended(told: Told) -> None:
    # given a visit scanned in and out, and tallied
    log = Log()
    drafted(log)
    came_in(log)
    connection = told(log, activity_roll.PROJECTION)
    assert [(one.present, one.inside) for one in activity_roll.sessions(connection, ACTIVITY)] == [(1, 1)]
    log.happen(VISIT, CheckedOut(log.later(minutes=50), "card", OTHER), AttendanceTallied(50))

    # when it is read
    connection = told(log, activity_roll.PROJECTION)
    visit = activity_roll.attendance(connection, VISIT)

    # then both scans are there, and the session counts it
    assert visit
    assert (visit.in_at, visit.in_basis, visit.in_scanned_by) == (START, "kiosk", LEADER)
    assert (visit.out, visit.out_at, visit.out_basis, visit.out_scanned_by) == ("scanned", log.now, "card", OTHER)
    assert (visit.minutes_seen, visit.awaits_confirmation, visit.due_at) == (50, False, None)
    (session,) = activity_roll.sessions(connection, ACTIVITY)
    assert (session.present, session.inside, session.unconfirmed, session.tallied) == (1, 0, 0, 1)
    assert activity_roll.attendances(connection, ACTIVITY, session=MEETING) == [visit]
    assert activity_roll.attendances(connection, ACTIVITY, after=VISIT) == []
    assert activity_roll.attendances_of(connection, MEMBER) == [visit]
    assert activity_roll.attendances_of(connection, MEMBER, before=START) == []


@pytest.mark.parametrize("is_poster", [False, True])
def test_a_visit_waits_for_the_leader_where_nobody_scanned_it_out_or_it_rests_on_the_poster(
    told: Told, is_poster: bool
) -> None:
    # given such a visit
    log = Log()
    drafted(log)
    came_in(log, basis="poster" if is_poster else "kiosk")
    log.happen(VISIT, CheckedOut(END, "kiosk") if is_poster else AutomaticallyCheckedOut(END))

    # when it is read, then it waits
    connection = told(log, activity_roll.PROJECTION)
    assert [one.unconfirmed for one in activity_roll.sessions(connection, ACTIVITY)] == [1]
    assert [one.awaits_confirmation for one in activity_roll.attendances(connection, ACTIVITY)] == [True]

    # and no longer once the leader said how long it was
    log.happen(VISIT, StayConfirmed(START + timedelta(hours=1), LEADER))
    connection = told(log, activity_roll.PROJECTION)
    (visit,) = activity_roll.attendances(connection, ACTIVITY)
    assert (visit.out, visit.confirmed_by, visit.awaits_confirmation) == ("confirmed", LEADER, False)
    assert [(one.inside, one.unconfirmed) for one in activity_roll.sessions(connection, ACTIVITY)] == [(0, 0)]
