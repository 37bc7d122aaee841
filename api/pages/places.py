"""What a person has put their name down for, as their own page shows it: places, waits, and where they were missed."""

from datetime import datetime, timedelta
from typing import Final

from api.languages import marked, said
from api.pages.amounts import span
from api.pages.history import Entry
from api.readers import Reader
from projections import own_places
from projections.own_places import OwnPlace

_MISSED_SHOWN: Final = timedelta(days=30)
"""Our default: long enough to speak up, short enough that the page does not scold."""


def my_places(reader: Reader, language: str, *, now: datetime) -> list[Entry]:
    """Sessions to come with a place or a wait, the next first; then those where nobody saw the reader, newest first."""
    coming = own_places.coming(reader.connection, reader.member, now=now)
    missed = own_places.missed(reader.connection, reader.member, since=now - _MISSED_SHOWN)
    titles = reader.texts(dict.fromkeys(one.activity for one in (*coming, *missed)), "title")

    def entry(one: OwnPlace, standing: str, why: str = "") -> Entry:
        when = span(one.starts_at, one.ends_at, language, today=reader.today)
        return Entry(titles[one.activity], when, standing, why)

    absent = said(marked("没看到您来"), language)
    advice = said(marked("去了，或者有事没去成，请告诉社区工作人员。"), language)
    return [
        *(entry(one, _standing(one, language)) for one in coming),
        *(entry(one, absent, advice) for one in missed),
    ]


def _standing(place: OwnPlace, language: str) -> str:
    if place.position is None:
        return said(marked("已报名"), language)
    return said(marked("候补第 {position} 位"), language, position=place.position)
