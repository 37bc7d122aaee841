"""Stories of which session a scan belongs to."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from ledger.activities.events import Session
from ledger.activities.windows import (
    CHECK_OUT_HOURS,
    TooEarly,
    TooLate,
    closes_at,
    opens_at,
    session_for_in,
    session_for_staff_in,
    sessions_for_out,
    sessions_for_staff_out,
)
from ledger.kernel.ids import SessionId

NINE = datetime(2025, 10, 18, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
FIRST = Session(SessionId(UUID(int=1)), NINE, NINE + 2 * HOUR)
SECOND = Session(SessionId(UUID(int=2)), NINE + 2 * HOUR, NINE + 4 * HOUR)
"""Begins when the first ends, so that the windows overlap by half an hour."""
EVENING = Session(SessionId(UUID(int=3)), NINE + 10 * HOUR, NINE + 11 * HOUR, early_minutes=30, late_minutes=0)
DAY = (EVENING, FIRST, SECOND)


def test_a_window_reaches_from_the_early_to_the_late_minutes() -> None:
    assert (opens_at(FIRST), closes_at(FIRST)) == (NINE - 15 * MINUTE, NINE + 2 * HOUR + 15 * MINUTE)
    assert (opens_at(EVENING), closes_at(EVENING)) == (EVENING.starts_at - 30 * MINUTE, EVENING.ends_at)


@pytest.mark.parametrize(
    ("seen_at", "session"),
    [
        (opens_at(FIRST), FIRST),
        (NINE + HOUR, FIRST),
        (opens_at(SECOND), SECOND),
        (closes_at(FIRST), SECOND),
        (closes_at(SECOND), SECOND),
        (opens_at(EVENING), EVENING),
        (closes_at(EVENING), EVENING),
    ],
)
def test_a_scan_belongs_to_the_window_that_holds_it_and_of_two_to_the_nearest_start(
    seen_at: datetime, session: Session
) -> None:
    assert session_for_in(DAY, seen_at) == session
    assert session_for_staff_in(DAY, seen_at) == session


def test_of_two_starts_equally_near_the_later_is_taken() -> None:
    early = Session(SessionId(UUID(int=4)), NINE, NINE + 3 * HOUR)
    late = Session(SessionId(UUID(int=5)), NINE + HOUR, NINE + 3 * HOUR, early_minutes=60)

    assert session_for_in((early, late), NINE + 30 * MINUTE) == late
    assert session_for_in((late, early), NINE + 30 * MINUTE) == late


@pytest.mark.parametrize(
    ("seen_at", "opening"),
    [(NINE - HOUR, opens_at(FIRST)), (closes_at(SECOND) + 1 * MINUTE, opens_at(EVENING))],
)
def test_too_early_names_the_next_opening(seen_at: datetime, opening: datetime) -> None:
    with pytest.raises(TooEarly) as refusal:
        session_for_in(DAY, seen_at)

    assert refusal.value.code == "too-early"
    assert refusal.value.facts() == {"seen_at": seen_at, "opens_at": opening}


def test_too_late_names_the_last_closing() -> None:
    seen_at = closes_at(EVENING) + timedelta(microseconds=1)

    with pytest.raises(TooLate) as refusal:
        session_for_in(DAY, seen_at)

    assert refusal.value.code == "too-late"
    assert refusal.value.facts() == {"seen_at": seen_at, "closed_at": closes_at(EVENING)}


def test_people_check_out_until_some_time_after_the_closing() -> None:
    last = closes_at(EVENING) + timedelta(hours=CHECK_OUT_HOURS)

    assert sessions_for_out(DAY, last) == [EVENING]
    with pytest.raises(TooLate) as refusal:
        sessions_for_out(DAY, last + MINUTE)
    assert refusal.value.facts() == {"seen_at": last + MINUTE, "closed_at": last}


def test_all_sessions_one_may_be_leaving_are_named_the_nearest_start_first() -> None:
    assert sessions_for_out(DAY, NINE + HOUR) == [FIRST]
    assert list(sessions_for_out(DAY, NINE + 3 * HOUR)) == [SECOND, FIRST]


def test_nobody_leaves_before_the_first_opening() -> None:
    with pytest.raises(TooEarly) as refusal:
        sessions_for_out(DAY, NINE - HOUR)

    assert refusal.value.facts() == {"seen_at": NINE - HOUR, "opens_at": opens_at(FIRST)}


def test_staff_scans_outside_every_window_go_to_the_nearest_session() -> None:
    assert session_for_staff_in(DAY, NINE - 5 * HOUR) == FIRST
    assert session_for_staff_in(DAY, closes_at(SECOND) + MINUTE) == SECOND
    assert session_for_staff_in(DAY, opens_at(EVENING) - MINUTE) == EVENING
    assert list(sessions_for_staff_out(DAY, NINE - HOUR)) == [FIRST]
    assert list(sessions_for_staff_out(DAY, NINE + 3 * HOUR)) == [SECOND, FIRST]
