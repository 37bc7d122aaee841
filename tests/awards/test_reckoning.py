"""Why 3 and not 4: tables of deeds with the amount and the explanation they give."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.awards.events import Span, Step, Terms
from ledger.awards.reckoning import Deed, joined, not_yet_counted, reckon, whole_minutes
from ledger.kernel.units import Unit

HAILIN = Terms(unit=Unit.POINTS, basis="per_hour", rate=1, floor_percent=60, ceiling_minutes=120)
"""The rulebook of the Hailin community volunteers: 1 h = 1 point, at most 2 h an activity; with the 60 % floor."""
CARE = Terms(unit=Unit.CARE_MINUTES, basis="per_minute", rate=1, floor_percent=60, ceiling_minutes=None)

# minutes planned, seen, overlapping → credited, points, explanation
HAILIN_TABLE = {
    "two hours stayed in full": (120, 120, 0, 120, 2, [("seen", 120, None), ("per_hour", 2, 1)]),
    "one hour and a half are one full hour": (120, 90, 0, 90, 1, [("seen", 90, None), ("per_hour", 1, 1)]),
    "three hours are bounded by two": (
        180,
        180,
        0,
        120,
        2,
        [("seen", 180, None), ("over_ceiling", 120, 120), ("per_hour", 2, 1)],
    ),
    "less than 60 % is nothing": (120, 71, 0, 0, 0, [("seen", 71, None), ("below_floor", 0, 72)]),
    "60 % exactly is enough": (
        120,
        72,
        0,
        60,
        1,
        [("seen", 72, None), ("rounded_down", 60, 15), ("per_hour", 1, 1)],
    ),
    "a floor that is no whole minute is rounded up": (
        101,
        60,
        0,
        0,
        0,
        [("seen", 60, None), ("below_floor", 0, 61)],
    ),
    "minutes are rounded down": (
        120,
        119,
        0,
        105,
        1,
        [("seen", 119, None), ("rounded_down", 105, 15), ("per_hour", 1, 1)],
    ),
    "45 minutes are no full hour": (45, 45, 0, 45, 0, [("seen", 45, None), ("per_hour", 0, 1)]),
    "overlap does not count twice": (
        120,
        120,
        30,
        90,
        1,
        [("seen", 120, None), ("overlap", 90, 30), ("per_hour", 1, 1)],
    ),
    "overlap comes before the floor": (
        120,
        120,
        60,
        0,
        0,
        [("seen", 120, None), ("overlap", 60, 60), ("below_floor", 0, 72)],
    ),
    "the ceiling comes before rounding": (
        120,
        134,
        0,
        120,
        2,
        [("seen", 134, None), ("over_ceiling", 120, 120), ("per_hour", 2, 1)],
    ),
    "nobody came": (0, 0, 0, 0, 0, [("seen", 0, None)]),
}


@pytest.mark.parametrize(
    ("planned", "seen", "overlapping", "credited", "points", "why"), HAILIN_TABLE.values(), ids=HAILIN_TABLE
)
def test_one_hour_is_one_point_and_an_activity_gives_at_most_two(
    planned: int, seen: int, overlapping: int, credited: int, points: int, why: list[tuple[str, int, int | None]]
) -> None:
    reckoned = reckon(HAILIN, Deed(planned, seen, overlapping))

    assert (reckoned.minutes_credited, reckoned.amount) == (credited, points)
    assert [(step.code, step.value, step.limit) for step in reckoned.explanation] == why


def with_caps(*, deed: int | None = None, day: int | None = None, month: int | None = None) -> Terms:
    return Terms(Unit.POINTS, "per_hour", 2, ceiling_minutes=None, cap_deed=deed, cap_day=day, cap_month=month)


CAPS = {
    "nothing bounds four hours at 2": (with_caps(), 0, 0, 8, []),
    "the deed": (with_caps(deed=5), 0, 0, 5, [Step("cap_activity", 5, 5)]),
    "the day has room for what is left": (with_caps(day=10), 7, 7, 3, [Step("cap_day", 3, 10)]),
    "the day is used up": (with_caps(day=10), 10, 10, 0, [Step("cap_day", 0, 10)]),
    "the month": (with_caps(month=20), 0, 19, 1, [Step("cap_month", 1, 20)]),
    "what was used may pass a cap that is newer": (with_caps(month=20), 0, 30, 0, [Step("cap_month", 0, 20)]),
    "one after another": (
        with_caps(deed=6, day=10, month=20),
        5,
        17,
        3,
        [Step("cap_activity", 6, 6), Step("cap_day", 5, 10), Step("cap_month", 3, 20)],
    ),
    "a cap that is just reached is not named": (with_caps(deed=8, day=8, month=8), 0, 0, 8, []),
}


@pytest.mark.parametrize(("terms", "used_day", "used_month", "points", "why"), CAPS.values(), ids=CAPS)
def test_caps_leave_what_room_there_is(
    terms: Terms, used_day: int, used_month: int, points: int, why: list[Step]
) -> None:
    reckoned = reckon(terms, Deed(240, 240, used_day=used_day, used_month=used_month))

    assert reckoned.amount == points
    assert list(reckoned.explanation) == [Step("seen", 240), Step("per_hour", 8, 2), *why]


def test_care_minutes_are_what_was_credited() -> None:
    reckoned = reckon(CARE, Deed(120, 200))

    assert reckoned.amount == reckoned.minutes_credited == 195
    assert reckoned.explanation[-1] == Step("per_minute", 195, 1)


@pytest.mark.parametrize(("seen", "points"), [(5, 10), (120, 10), (2, 0), (0, 0)])
def test_an_attendance_pays_once_for_whoever_stayed_long_enough(seen: int, points: int) -> None:
    terms = Terms(unit=Unit.POINTS, basis="per_attendance", rate=10)

    assert reckon(terms, Deed(minutes_planned=5, minutes_seen=seen)).amount == points


NINE = datetime(2025, 10, 15, 1, tzinfo=UTC)


def span(start: int, end: int) -> Span:
    return Span(NINE + timedelta(minutes=start), NINE + timedelta(minutes=end))


def spans(*bounds: tuple[int, int]) -> tuple[Span, ...]:
    return tuple(span(*bound) for bound in bounds)


@pytest.mark.parametrize(
    ("counted", "left"),
    [
        ([], [(0, 120)]),
        ([(30, 60)], [(0, 30), (60, 120)]),
        ([(-30, 30)], [(30, 120)]),
        ([(90, 150)], [(0, 90)]),
        ([(-10, 130)], []),
        ([(120, 150), (-30, 0)], [(0, 120)]),
        ([(10, 20), (15, 40), (60, 70)], [(0, 10), (40, 60), (70, 120)]),
    ],
)
def test_time_that_counted_is_taken_out(counted: list[tuple[int, int]], left: list[tuple[int, int]]) -> None:
    assert not_yet_counted(spans((0, 120)), spans(*counted)) == spans(*left)


def test_seconds_count_only_once_they_make_a_minute_together() -> None:
    half = timedelta(seconds=30)
    pieces = (Span(NINE, NINE + half), Span(NINE + 2 * half, NINE + 3 * half))

    assert (whole_minutes(pieces[:1]), whole_minutes(pieces)) == (0, 1)


bounds = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=8)


@given(seen=bounds, counted=bounds)
def test_no_minute_is_counted_twice_and_none_is_lost(
    seen: list[tuple[int, int]], counted: list[tuple[int, int]]
) -> None:
    def minutes(pairs: list[tuple[int, int]]) -> set[int]:
        return {minute for start, end in pairs for minute in range(start, end)}

    left = not_yet_counted(spans(*seen), spans(*counted))

    assert whole_minutes(left) == len(minutes(seen) - minutes(counted))
    assert left == joined(left)


@given(
    terms=st.builds(
        Terms,
        unit=st.just(Unit.POINTS),
        basis=st.sampled_from(["per_hour", "per_attendance", "per_minute"]),
        rate=st.integers(1, 20),
        floor_percent=st.integers(0, 100),
        ceiling_minutes=st.none() | st.integers(1, 300),
        rounding_minutes=st.integers(1, 60),
        cap_deed=st.none() | st.integers(1, 50),
        cap_day=st.none() | st.integers(1, 50),
        cap_month=st.none() | st.integers(1, 50),
    ),
    deed=st.builds(
        Deed,
        minutes_planned=st.integers(0, 300),
        minutes_seen=st.integers(0, 300),
        used_day=st.integers(0, 60),
        used_month=st.integers(0, 60),
    ),
)
def test_the_explanation_ends_at_the_amount_and_no_limit_is_passed(terms: Terms, deed: Deed) -> None:
    reckoned = reckon(terms, deed)

    assert reckoned.explanation[0] == Step("seen", deed.minutes_seen)
    assert reckoned.explanation[-1].value == reckoned.amount
    assert 0 <= reckoned.minutes_credited <= min(deed.minutes_seen, terms.ceiling_minutes or 300)
    assert 0 <= reckoned.amount <= (terms.cap_deed or reckoned.amount)
    assert reckoned.amount == 0 or deed.used_day + reckoned.amount <= (terms.cap_day or 10**9)
    assert reckoned.amount == 0 or deed.used_month + reckoned.amount <= (terms.cap_month or 10**9)
