"""A fact as people read it: instants and days on the community's clock, code words in words, all else as it is."""

import re
from datetime import date, datetime
from typing import Any

from api.languages import said
from api.sentences.words import WORDS
from ledger.kernel.clock import COMMUNITY_ZONE

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def readable(value: Any, language: str) -> str:
    """`value`, a fact in its JSON form or as it was, in `language`; times are those of the community's clock."""
    if isinstance(value, str):
        if _INSTANT.fullmatch(value):
            return instant(datetime.fromisoformat(value), language)
        if _DAY.fullmatch(value):
            return day(date.fromisoformat(value), language)
        return said(WORDS[value], language) if value in WORDS else value
    if isinstance(value, datetime):
        return instant(value, language)
    return day(value, language) if isinstance(value, date) else str(value)


def instant(at: datetime, language: str) -> str:
    """Day and time of `at` (aware) on the community's clock."""
    local = at.astimezone(COMMUNITY_ZONE)
    return f"{day(local.date(), language)} {local:%H:%M}"


def day(on: date, language: str) -> str:
    """The day with its year, which matters for what runs over new year."""
    return f"{on.day} {on:%b} {on.year}" if language == "en" else f"{on.year}年{on.month}月{on.day}日"
