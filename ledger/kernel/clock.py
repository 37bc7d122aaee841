"""Time as an argument: the port of the clock, and the one place where an instant becomes a business day."""

from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

COMMUNITY_ZONE = ZoneInfo("Asia/Shanghai")
"""Days, months and expiry are those of the community's wall clock; China keeps one zone and no summer time."""


class Clock(Protocol):
    """Tells the present instant, aware and in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands where it is put: for tests and for the demonstration's simulated year."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """The instant it was last put to."""
        return self.at


def business_day(at: datetime) -> date:
    """The community's calendar day in which the instant `at` (aware) falls."""
    return at.astimezone(COMMUNITY_ZONE).date()


def start_of_day(day: date) -> datetime:
    """The UTC instant at which the community's calendar day `day` begins."""
    return datetime(day.year, day.month, day.day, tzinfo=COMMUNITY_ZONE).astimezone(UTC)
