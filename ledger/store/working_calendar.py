"""The official working days of China, after the yearly notices of the State Council as `chinesecalendar` carries them.

A year it does not know yet can be given in a file of ours; until then its weekdays count, and every answer that used
them is provisional.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final, cast

import chinese_calendar  # pyright: ignore[reportMissingTypeStubs]  # the package carries no types
import msgspec
from msgspec import Struct

from ledger.kernel.calendar import Deadline

WORKING_DAYS_MAX: Final = 2_500
"""Ten years: a longer deadline is a slip of the caller."""
_DAYS_KEPT: Final = 8_192


class YearTable(Struct, frozen=True, forbid_unknown_fields=True):
    """One year's notice. holidays: days off that may be weekdays. workdays: weekend days that are worked."""

    holidays: frozenset[date]
    workdays: frozenset[date]


class CalendarFault(Exception):
    """The file of extra years cannot be used; one line says why."""


class _Day(Struct, frozen=True):
    counts: bool
    official: bool


_listed_as_workday = cast(
    "Callable[[date], bool]",
    chinese_calendar.is_workday,  # pyright: ignore[reportUnknownMemberType]  # untyped, as above
)


class OfficialWorkingDays:
    """Counts official working days; `years` adds tables or replaces those that `chinesecalendar` carries."""

    def __init__(self, years: Mapping[int, YearTable] | None = None) -> None:
        self._years = dict(years or {})
        self._day = lru_cache(maxsize=_DAYS_KEPT)(self._look_up)

    @classmethod
    def with_years_from(cls, file: Path) -> "OfficialWorkingDays":
        """A calendar with the years of a JSON file `{"2027": {"holidays": [days], "workdays": [days]}}`, days as
        `2027-01-01`; without the file, the plain calendar. Raises CalendarFault where the file cannot be understood.
        """
        if not file.exists():
            return cls()
        try:
            years = msgspec.json.decode(file.read_bytes(), type=dict[int, YearTable], strict=False)
        except msgspec.MsgspecError as error:
            raise CalendarFault(f"{file.name}: {error}") from None
        for year, table in years.items():
            _refuse_other_years(file, year, table)
        return cls(years)

    def after(self, day: date, working_days: int) -> Deadline:
        """The day that is `working_days` (0 to 2 500) working days after `day`; `day` itself is not counted.

        provisional: a day of a year without an official table was looked at. Raises ValueError beyond the bounds.
        """
        if not 0 <= working_days <= WORKING_DAYS_MAX:
            raise ValueError(f"working days are 0 to {WORKING_DAYS_MAX}, not {working_days}")
        reached, left, official = day, working_days, True
        while left:
            reached += timedelta(days=1)
            found = self._day(reached)
            left -= found.counts
            official = official and found.official
        return Deadline(reached, provisional=not official)

    def _look_up(self, day: date) -> _Day:
        table = self._years.get(day.year)
        if table is not None:
            counts = day in table.workdays or (day.weekday() < 5 and day not in table.holidays)
            return _Day(counts, official=True)
        try:
            return _Day(_listed_as_workday(day), official=True)
        except NotImplementedError:
            return _Day(day.weekday() < 5, official=False)


def _refuse_other_years(file: Path, year: int, table: YearTable) -> None:
    stray = sorted(day for day in table.holidays | table.workdays if day.year != year)
    if stray:
        raise CalendarFault(f"{file.name}: {stray[0]} stands under {year}")
    both = sorted(table.holidays & table.workdays)
    if both:
        raise CalendarFault(f"{file.name}: {both[0]} is both a holiday and a workday")
