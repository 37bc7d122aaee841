"""Working days of China: the checked examples, years without a notice, and years given in a file."""

from datetime import date
from pathlib import Path

import pytest

from ledger.kernel.calendar import Deadline
from ledger.store.working_calendar import CalendarFault, OfficialWorkingDays

CALENDAR = OfficialWorkingDays()
MEMORIAL = date(2025, 9, 29)


@pytest.mark.parametrize(
    ("day", "working_days", "reached"),
    [
        # Checked by hand against the notice for 2025: off from 1 to 8 October, worked on Sunday 28 September and
        # Saturday 11 October.
        (MEMORIAL, 7, date(2025, 10, 15)),
        (MEMORIAL, 15, date(2025, 10, 27)),
        (MEMORIAL, 0, MEMORIAL),
        (date(2025, 9, 30), 1, date(2025, 10, 9)),
        (date(2025, 10, 10), 1, date(2025, 10, 11)),
        (date(2025, 10, 11), 1, date(2025, 10, 13)),
    ],
)
def test_working_days_follow_the_official_notice(day: date, working_days: int, reached: date) -> None:
    assert CALENDAR.after(day, working_days) == Deadline(reached, provisional=False)


def test_a_year_without_a_notice_counts_weekdays_and_says_so() -> None:
    assert CALENDAR.after(date(2099, 1, 2), 5) == Deadline(date(2099, 1, 9), provisional=True)


def test_a_deadline_that_reaches_into_a_year_without_a_notice_is_provisional() -> None:
    known = CALENDAR.after(date(2026, 12, 24), 3)
    beyond = CALENDAR.after(date(2026, 12, 24), 10)

    assert not known.provisional
    assert beyond.provisional


@pytest.mark.parametrize("working_days", [-1, 2_501])
def test_an_impossible_number_of_days_is_refused(working_days: int) -> None:
    with pytest.raises(ValueError, match="working days are 0 to"):
        CALENDAR.after(MEMORIAL, working_days)


def test_a_year_given_in_a_file_counts_as_official(tmp_path: Path) -> None:
    file = tmp_path / "calendar.json"
    file.write_text('{"2099": {"holidays": ["2099-01-05"], "workdays": ["2099-01-10"]}}')

    calendar = OfficialWorkingDays.with_years_from(file)

    assert calendar.after(date(2099, 1, 4), 1) == Deadline(date(2099, 1, 6), provisional=False)
    assert calendar.after(date(2099, 1, 9), 1) == Deadline(date(2099, 1, 10), provisional=False)


def test_a_year_given_in_a_file_replaces_the_one_that_is_known(tmp_path: Path) -> None:
    file = tmp_path / "calendar.json"
    file.write_text('{"2025": {"holidays": [], "workdays": []}}')

    assert OfficialWorkingDays.with_years_from(file).after(date(2025, 9, 30), 1).day == date(2025, 10, 1)


def test_without_a_file_the_calendar_is_the_known_one(tmp_path: Path) -> None:
    calendar = OfficialWorkingDays.with_years_from(tmp_path / "calendar.json")

    assert calendar.after(MEMORIAL, 7) == Deadline(date(2025, 10, 15), provisional=False)


@pytest.mark.parametrize(
    "text",
    [
        "holidays",
        '{"2027": {"holidays": ["2027-02-30"], "workdays": []}}',
        '{"2027": {"holidays": []}}',
        '{"2027": {"holidays": [], "workdays": [], "halfdays": []}}',
        '{"2027": {"holidays": ["2028-01-01"], "workdays": []}}',
        '{"2027": {"holidays": ["2027-01-02"], "workdays": ["2027-01-02"]}}',
    ],
)
def test_a_file_that_cannot_be_understood_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "calendar.json"
    file.write_text(text)

    with pytest.raises(CalendarFault, match=r"^calendar\.json: .+"):
        OfficialWorkingDays.with_years_from(file)
