"""The port of the official working-day calendar: which days count towards a notice or a deadline."""

from datetime import date, timedelta
from typing import Protocol

from msgspec import Struct


class Deadline(Struct, frozen=True):
    """A day found by counting working days. `provisional`: a year's official table was missing, so weekdays counted."""

    day: date
    provisional: bool


class WorkingDays(Protocol):
    """Counts official working days (weekend workdays included, public holidays left out)."""

    def after(self, day: date, working_days: int) -> Deadline:
        """The day that is `working_days` (≥ 0) working days after `day`; 0 gives `day` itself."""
        ...


class WeekdaysOnly:
    """Counts Monday to Friday: what is used, marked provisional, for a year without an official table."""

    def after(self, day: date, working_days: int) -> Deadline:
        """The day that is `working_days` weekdays after `day`; always provisional unless it is 0."""
        reached, left = day, working_days
        while left:
            reached += timedelta(days=1)
            left -= reached.weekday() < 5
        return Deadline(reached, provisional=working_days > 0)
