"""What members see of their own places, waits and absences."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from ledger.activities.attendance import attendance_id
from ledger.activities.events import (
    ActivityCancelled,
    ActivityDrafted,
    ActivityPublished,
    CheckedIn,
    MarkedNoShow,
    PutOnWaitingList,
    Session,
    SignedUp,
)
from ledger.kernel.decider import Event
from projections import activity_roll, own_places
from projections.own_places import OwnPlace

from .conftest import Told
from .log import START, Log

PLACE, LEADER, MEETING, ANNA, BO, CHEN = (uuid4() for _ in range(6))
DAY = timedelta(days=1)


def published(log: Log, starts_at: datetime, *told: Event) -> UUID:
    """An activity of one session of two hours."""
    activity, session = uuid4(), Session(MEETING, starts_at, starts_at + timedelta(hours=2))
    log.happen(activity, ActivityDrafted(PLACE, LEADER, LEADER, (session,), (), capacity=1), ActivityPublished(), *told)
    return activity


def shown(activity: UUID, starts_at: datetime, position: int | None = None) -> OwnPlace:
    return OwnPlace(activity, starts_at, starts_at + timedelta(hours=2), position)


def test_what_is_to_come_is_shown_by_its_day_with_the_place_in_each_queue(told: Told) -> None:
    log = Log()
    waits = [PutOnWaitingList(MEETING, member) for member in (BO, CHEN)]
    later = published(log, START + 2 * DAY, SignedUp(MEETING, ANNA), *waits)
    sooner = published(log, START + DAY, SignedUp(MEETING, CHEN))
    published(log, START - DAY, SignedUp(MEETING, CHEN))
    published(log, START + DAY, SignedUp(MEETING, CHEN), ActivityCancelled("rain"))

    connection = told(log, activity_roll.PROJECTION)

    assert own_places.coming(connection, CHEN, now=START) == [
        shown(sooner, START + DAY),
        shown(later, START + 2 * DAY, 2),
    ]
    assert own_places.coming(connection, BO, now=START) == [shown(later, START + 2 * DAY, 1)]
    assert own_places.coming(connection, ANNA, now=START + 3 * DAY) == []
    assert own_places.in_activity(connection, CHEN, later) == ([], [(MEETING, 2)])
    assert own_places.in_activity(connection, ANNA, later) == ([MEETING], [])


def test_an_absence_is_shown_until_somebody_says_that_the_member_was_there(told: Told) -> None:
    log = Log()
    missed, seen, long_ago = (published(log, START - days * DAY, SignedUp(MEETING, ANNA)) for days in (1, 2, 90))
    for activity in (missed, seen, long_ago):
        log.happen(attendance_id(activity, MEETING, ANNA), MarkedNoShow(activity, MEETING, ANNA))
    came = CheckedIn(seen, MEETING, ANNA, START - 2 * DAY, "card", LEADER)
    log.happen(attendance_id(seen, MEETING, ANNA), came)

    connection = told(log, activity_roll.PROJECTION)

    assert own_places.missed(connection, ANNA, since=START - 30 * DAY) == [shown(missed, START - DAY)]
    assert own_places.missed(connection, BO, since=START - 30 * DAY) == []
