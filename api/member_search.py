"""Searching people on behalf of a reader: in the memory of this process, and only among those whom the reader may see.

Whom somebody may see is decided twice: quickly before people are ranked, and anew for each one that is answered.
"""

from collections.abc import Callable, Collection, Iterable
from threading import Lock
from time import monotonic
from typing import Final, NamedTuple
from uuid import UUID

from api.deployment import Rate
from api.identity import NotAllowed
from api.problems import LimitReached
from api.readers import Reader
from ledger.application.authority import ALLOWED, Permission
from ledger.application.masked_details import masked
from ledger.application.node_places import has_ended
from projections import organisations, people

HITS_MAX: Final = 20
"""More are not read through at a counter; who finds too many types more."""
SEARCHES: Final = Rate(60, 60)
"""Per reader: one a second, for a clerk with a queue; far too few to copy the directory out."""
SEEN_SECONDS: Final = 10.0
"""So long it is remembered below which of a reader's nodes a home lies; a tree that is cut anew is seen afterwards."""
HOMES_KEPT: Final = 20_000
_SHOWN: Final = ("name", "phone", "member_number")


class SearchHit(NamedTuple):
    """Somebody found. name: in full, or two of one surname could not be told apart. phone: masked; empty for none."""

    id: UUID
    name: str
    phone: str
    number: str
    home: UUID
    status: str


class Search(NamedTuple):
    """What was typed, among whom (None: all whom the reader may see), and how many are wanted at most."""

    typed: str
    organisation: UUID | None = None
    limit: int = HITS_MAX


class KnownHomes:
    """Which nodes each home lies below, for a few seconds: all homes of a town are asked for at each search."""

    def __init__(self, seconds: Callable[[], float] = monotonic) -> None:
        self._seconds = seconds
        self._lock = Lock()
        self._lines: dict[UUID, tuple[float, frozenset[UUID]]] = {}

    def lines(self, reader: Reader, homes: Collection[UUID]) -> dict[UUID, frozenset[UUID]]:
        """Each of `homes` with the nodes that count today of its line."""
        now = self._seconds()
        with self._lock:
            fresh = {home: one for home in homes if (one := self._lines.get(home)) and now - one[0] < SEEN_SECONDS}
        asked = lines_today(reader, [home for home in homes if home not in fresh])
        with self._lock:
            if len(self._lines) + len(asked) > HOMES_KEPT:
                self._lines.clear()
            self._lines |= {home: (now, line) for home, line in asked.items()}
        return {home: line for home, (_, line) in fresh.items()} | asked


KNOWN_HOMES: Final = KnownHomes()
"""Of this process. Nobody is answered by it alone."""


def lines_today(reader: Reader, homes: Collection[UUID]) -> dict[UUID, frozenset[UUID]]:
    """Each of `homes` with the nodes of its line; a role for one that has ended reaches nothing any more."""
    lines = organisations.lines_of(reader.connection, homes, reader.today) if homes else {}
    return {
        home: frozenset(node.organisation for node in line if not has_ended(node, reader.today))
        for home, line in lines.items()
    }


def search(reader: Reader, asked: Search) -> list[SearchHit]:
    """Who fits, the best first. The audit log has taken down that the reader searched, and how many were found.

    Raises NotReady, LimitReached, NotAllowed, UnknownId; refuses with SearchTooShort.
    """
    deployment, now = reader.deployment, reader.deployment.clock.now()
    if not _nodes(reader):
        raise NotAllowed
    if asked.organisation is not None:
        reader.require(Permission.READ_MEMBERS, asked.organisation)
    wait = deployment.local_limits.hit(f"member-search:{reader.member}", SEARCHES, now)
    if wait is not None:
        raise LimitReached(wait)
    found = deployment.finder.find(asked.typed, _visible(reader, asked.organisation), min(asked.limit, HITS_MAX))
    hits = _hits(reader, found)
    deployment.audit_log.record("searched", now, actor=reader.member, facts={"count": len(hits)})
    return hits


def _visible(reader: Reader, organisation: UUID | None) -> Callable[[Collection[UUID]], Collection[UUID]]:
    held = _nodes(reader)

    def visible(homes: Collection[UUID]) -> Collection[UUID]:
        lines = KNOWN_HOMES.lines(reader, homes)
        among = {home for home, line in lines.items() if organisation is None or organisation in line}
        return {home for home in among if not held.isdisjoint(lines[home])}

    return visible


def _nodes(reader: Reader) -> set[UUID]:
    return {role.organisation for role in reader.roles if role.role in ALLOWED[Permission.READ_MEMBERS]}


def _hits(reader: Reader, found: Iterable[UUID]) -> list[SearchHit]:
    """Those of `found` whom the reader may still see and of whom something is still kept, in the same order."""
    asked = list(found)
    standing = {row.member: row for row in people.by_id(reader.connection, asked)}
    rows = [standing[one] for one in asked if one in standing]
    held = _nodes(reader)
    homes = {home for home, line in lines_today(reader, {row.home for row in rows}).items() if held & line}
    known = reader.deployment.directory.known([row.member for row in rows], _SHOWN)
    hits: list[SearchHit] = []
    for row in rows:
        texts = known.texts.get(row.member)
        if texts and row.home in homes and row.member not in known.broken:
            name, phone, number = (texts.get(field, "") for field in _SHOWN)
            hits.append(SearchHit(row.member, name, masked("phone", phone), number, row.home, row.status))
    return hits
