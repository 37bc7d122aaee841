"""Amounts and times as people say them: points in points, care in hours and minutes, the clock of the community."""

from datetime import date, datetime
from typing import Final

from api.languages import marked, said
from api.sentences.readable import day
from ledger.kernel.clock import COMMUNITY_ZONE
from ledger.kernel.units import Unit

_WEEKDAYS: Final = (
    marked("周一"),
    marked("周二"),
    marked("周三"),
    marked("周四"),
    marked("周五"),
    marked("周六"),
    marked("周日"),
)


def amount(value: int, unit: Unit, language: str) -> str:
    """`value` in `unit` with its word: `3 分`, `1 小时 30 分钟`."""
    if unit is Unit.CARE_MINUTES:
        return minutes(value, language)
    return said(marked("1 分") if value == 1 else marked("{count} 分"), language, count=value)


def change(value: int, unit: Unit, language: str) -> str:
    """`value` with its sign, for a line that says what came and what went."""
    return ("−" if value < 0 else "+") + amount(abs(value), unit, language)


def minutes(value: int, language: str) -> str:
    """Whole minutes as hours and minutes."""
    hours, rest = divmod(value, 60)
    if not hours:
        return said(marked("{minutes} 分钟"), language, minutes=rest)
    if not rest:
        return said(marked("1 小时") if hours == 1 else marked("{hours} 小时"), language, hours=hours)
    return said(marked("{hours} 小时 {minutes} 分钟"), language, hours=hours, minutes=rest)


def clock_time(at: datetime) -> str:
    """Hour and minute of `at` (aware) on the community's clock."""
    return f"{at.astimezone(COMMUNITY_ZONE):%H:%M}"


def near_day(on: date, today: date, language: str) -> str:
    """The day, with its year only where that is not this year."""
    if on.year != today.year:
        return day(on, language)
    return f"{on.day} {on:%b}" if language == "en" else f"{on.month}月{on.day}日"


def span(starts_at: datetime, ends_at: datetime, language: str, *, today: date) -> str:
    """From when to when, with the day and its weekday; the second day is named where it is another one."""
    first, last = (at.astimezone(COMMUNITY_ZONE) for at in (starts_at, ends_at))
    weekday = said(_WEEKDAYS[first.weekday()], language)
    until = f"{last:%H:%M}"
    if first.date() != last.date():
        until = f"{near_day(last.date(), today, language)} {until}"
    on = near_day(first.date(), today, language)
    return f"{weekday} {on} {first:%H:%M}–{until}" if language == "en" else f"{on} {weekday} {first:%H:%M}–{until}"
