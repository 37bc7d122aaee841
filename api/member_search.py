"""Searching people on behalf of a reader: in the memory of this process, and only among those whom the reader may see.

Whom somebody may see is decided twice: quickly before people are ranked, and anew for each one that is answered.
"""

from collections.abc import Callable, Iterable
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
from projections import people

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
    """Which homes lie below which nodes, for a few seconds: asking the tree for each home took 30 ms for a hundred."""

    def __init__(self, seconds: Callable[[], float] = monotonic) -> None:
        self._seconds = seconds
        self._lock = Lock()
        self._lines: dict[UUID, tuple[float, frozenset[UUID]]] = {}

    def line(self, reader: Reader, home: UUID) -> frozenset[UUID]:
        """`home` and all nodes above it."""
        now = self._seconds()
        with self._lock:
            since, line = self._lines.get(home, (-SEEN_SECONDS, frozenset[UUID]()))
        if now - since >= SEEN_SECONDS:
            line = frozenset(node.organisation for node in people.line_of(reader.connection, home))
            with self._lock:
                if len(self._lines) >= HOMES_KEPT:
                    self._lines.clear()
                self._lines[home] = (now, line)
        return line


KNOWN_HOMES: Final = KnownHomes()
"""Of this process. Nobody is answered by it alone."""


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
    found = deployment.finder.find(asked.typed, _may_see(reader, asked.organisation), min(asked.limit, HITS_MAX))
    hits = _hits(reader, found)
    deployment.audit_log.record("searched", now, actor=reader.member, facts={"count": len(hits)})
    return hits


def _may_see(reader: Reader, organisation: UUID | None) -> Callable[[UUID], bool]:
    held = _nodes(reader)

    def may_see(home: UUID) -> bool:
        line = KNOWN_HOMES.line(reader, home)
        return not held.isdisjoint(line) and (organisation is None or organisation in line)

    return may_see


def _nodes(reader: Reader) -> set[UUID]:
    return {role.organisation for role in reader.roles if role.role in ALLOWED[Permission.READ_MEMBERS]}


def _hits(reader: Reader, found: Iterable[UUID]) -> list[SearchHit]:
    """Those of `found` whom the reader may still see and of whom something is still kept, in the same order."""
    asked = list(found)
    standing = {row.member: row for row in people.by_id(reader.connection, asked)}
    rows = [standing[one] for one in asked if one in standing]
    homes = {home for home in {row.home for row in rows} if reader.may(Permission.READ_MEMBERS, home)}
    known = reader.deployment.directory.known([row.member for row in rows], _SHOWN)
    hits: list[SearchHit] = []
    for row in rows:
        texts = known.texts.get(row.member)
        if texts and row.home in homes and row.member not in known.broken:
            name, phone, number = (texts.get(field, "") for field in _SHOWN)
            hits.append(SearchHit(row.member, name, masked("phone", phone), number, row.home, row.status))
    return hits
