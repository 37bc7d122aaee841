"""The people of a directory in the memory of this process, as fresh as the request that asks.

Whatever was changed, by whichever process, is read before a search is answered; an erased person is gone from then on.
For 100 000 people the index is 41 MiB; the process grows by 240 to 280 MiB, since the allocator keeps what making it
took (docs/measurements.md).
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from threading import Lock
from typing import Final, NamedTuple, Protocol
from uuid import UUID

from ledger.store.directory import Directory, Known
from ledger.store.directory.changes import FOUND_BY
from ledger.store.directory.personal import MEMBER_NUMBER
from ledger.store.finding.name_index import NameIndex, Person
from ledger.store.finding.queries import understood

NEW_MAX: Final = 1_000
"""So many changed people are searched beside the others before all are read anew, which takes seconds."""
LAYERS_MAX: Final = 16
"""So many small indexes beside the large one before they are made one."""


class NotReady(Exception):
    """The index is still being made, right after the start: ask again in a moment."""


class Home(Protocol):
    """Where a member is at home, as the event at position `since` said it."""

    member: UUID
    home: UUID
    since: int


class Homes(Protocol):
    """Where members are at home, by the read models."""

    def changed_since(self, position: int) -> Sequence[Home]:
        """Who came or moved after `position`, in that order; from 0 on everybody."""
        ...

    def of(self, members: Sequence[UUID]) -> Sequence[Home]:
        """The homes of `members`; those who are nobody are left out."""
        ...


class _Layer(NamedTuple):
    """Some of the people, and the rows that count no more."""

    people: NameIndex
    gone: set[int]


class _Seen(NamedTuple):
    """Up to which change of the directory and which event everything is in memory."""

    change: int
    position: int


class Finder:
    """Searches of `directory`. alarm: told how many people have something that does not open; they are left out."""

    def __init__(self, directory: Directory, homes: Homes, alarm: Callable[[int], None]) -> None:
        self._directory = directory
        self._homes = homes
        self._alarm = alarm
        self._lock = Lock()
        self._layers: list[_Layer] = []
        self._new: dict[UUID, Person] = {}
        self._holds_gone = False
        self._seen: _Seen | None = None

    def find(self, typed: str, visible: Callable[[Collection[UUID]], Collection[UUID]], limit: int) -> list[UUID]:
        """Up to `limit` people at home in what `visible` leaves of all homes, those whose name begins so first.

        Raises NotReady; refuses with SearchTooShort.
        """
        query = understood(typed)
        with self._lock:
            self._refresh()
            layers = [(layer.people, frozenset(layer.gone)) for layer in self._layers]
        scope = visible({home for index, _ in layers for home in index.homes})
        hits = [hit for index, gone in layers for hit in index.find(query, scope, limit, without=gone)]
        return [hit.member for hit in sorted(hits, key=lambda hit: hit.tier)][:limit]

    def make(self, is_stopped: Callable[[], bool] = lambda: False) -> None:
        """Read everybody, which takes seconds; searches go on in what there was before. Gives up once `is_stopped`."""
        seen = self._newest()
        people, broken = self._everybody(is_stopped)
        if people is None:
            return
        self._replace_all(NameIndex(people), seen)
        if broken:
            self._alarm(broken)

    def _newest(self) -> _Seen:
        """Numbers are read before people: what changes meanwhile is read twice, and never missed."""
        homes = self._homes.changed_since(0)
        return _Seen(self._directory.newest_change(), max((home.since for home in homes), default=0))

    def _everybody(self, is_stopped: Callable[[], bool]) -> tuple[list[Person] | None, int]:
        """Who can be found, None once `is_stopped`; and how many have something that does not open."""
        home_of = {home.member: home.home for home in self._homes.changed_since(0)}
        people, broken = list[Person](), 0
        for known in self._directory.everybody(FOUND_BY):
            if is_stopped():
                return None, broken
            people += _people(known, home_of)
            broken += len(known.broken)
        return people, broken

    def renew(self, is_stopped: Callable[[], bool] = lambda: False) -> None:
        """Every minute or so: `make` it anew where much has changed, or somebody was erased: in no memory they stay."""
        if self._holds_gone or len(self._new) > NEW_MAX:
            self.make(is_stopped)

    def tidy(self) -> None:
        """Every second or so: read what changed, so that no search has to wait for a thousand new people."""
        if self._seen is None:
            return
        with self._lock:
            self._refresh()
            if len(self._layers) > LAYERS_MAX:
                self._layers[1:] = [_Layer(NameIndex(self._new.values()), set())]

    def _replace_all(self, people: NameIndex, seen: _Seen) -> None:
        with self._lock:
            self._layers, self._new, self._holds_gone, self._seen = [_Layer(people, set())], {}, False, seen

    def _refresh(self) -> None:
        """Read who changed since the last look; the caller holds the lock. Raises NotReady before the first making."""
        if self._seen is None:
            raise NotReady
        changed = self._directory.changed_since(self._seen.change)
        moved = self._homes.changed_since(self._seen.position)
        members = list(dict.fromkeys((*changed.subjects, *(home.member for home in moved))))
        if members:
            self._replace(members)
        self._seen = _Seen(changed.newest, max((home.since for home in moved), default=self._seen.position))

    def _replace(self, members: list[UUID]) -> None:
        known = self._directory.known(members, FOUND_BY)
        people = list(_people(known, {home.member: home.home for home in self._homes.of(members)}))
        self._set_aside(members)
        self._holds_gone = self._holds_gone or len(people) < len(members)
        if people:
            self._new |= {person.member: person for person in people}
            self._layers.append(_Layer(NameIndex(people), set()))
        if known.broken:
            self._alarm(len(known.broken))

    def _set_aside(self, members: list[UUID]) -> None:
        for member in members:
            self._new.pop(member, None)
            for layer in self._layers:
                row = layer.people.row_of(member)
                if row is not None:
                    layer.gone.add(row)


def _people(known: Known, homes: dict[UUID, UUID]) -> Iterable[Person]:
    """Those whose home is known: organisations have names too, and no home."""
    for member, texts in known.texts.items():
        if member in homes and member not in known.broken:
            number = texts.get(MEMBER_NUMBER, "").lstrip("0")
            yield Person(member, homes[member], texts.get("name", ""), texts.get("phone", ""), number)
