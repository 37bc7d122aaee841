"""Where each member is at home, and since which event: whoever keeps people in memory learns from it who is new."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Final
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection

from ledger.application.ports import Notice
from ledger.membership.events import HomeMoved, MemberRegistered
from projections.projection import Projection
from projections.rows import Rowset
from projections.view_tables import ViewTable

IDS_A_QUERY: Final = 1_000


class HomeRow(Struct, gc=False):
    """A member's home, as the event at position `since` said it for the last time."""

    member: UUID
    home: UUID
    since: int


HOMES = ViewTable(HomeRow, "homes", indexes=[("since",)])


class Homes:
    """The homes as `views` opens them."""

    def __init__(self, views: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._views = views

    def changed_since(self, position: int) -> list[HomeRow]:
        """Who came or moved after `position`, in that order; from 0 on everybody."""
        with self._views() as connection:
            return HOMES.read(connection, HOMES.select().where(HOMES.c.since > position).order_by(HOMES.c.since))

    def of(self, members: Sequence[UUID]) -> list[HomeRow]:
        """The homes of `members`; those who are nobody are left out."""
        found: list[HomeRow] = []
        with self._views() as connection:
            for start in range(0, len(members), IDS_A_QUERY):
                piece = members[start : start + IDS_A_QUERY]
                found += HOMES.read(connection, HOMES.select().where(HOMES.c.member.in_(piece)))
        return found


def _registered(rows: Rowset, notice: Notice, event: MemberRegistered) -> None:
    rows[HOMES].put(HomeRow(notice.stream, event.home, notice.position))


def _moved(rows: Rowset, notice: Notice, event: HomeMoved) -> None:
    row = rows[HOMES].change(notice.stream)
    row.home, row.since = event.home, notice.position


PROJECTION = Projection(
    name="homes",
    version=1,
    tables=(HOMES,),
    handlers={MemberRegistered: _registered, HomeMoved: _moved},
)
