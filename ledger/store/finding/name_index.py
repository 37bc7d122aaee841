"""People in the order in which they are shown, found by name, sound, telephone and number. Made once, never changed."""

from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from heapq import nsmallest
from itertools import islice, product
from typing import Final, NamedTuple
from uuid import UUID

from ledger.store.directory.look_up import USUAL_SPELLING
from ledger.store.finding.ordered import Ordered
from ledger.store.finding.pinyin import plain, syllables
from ledger.store.finding.queries import Query

SOUNDS_MAX: Final = 24
"""Ways to read one name from one character on; three characters with two readings each have 8."""
_ID_BYTES: Final = 16


class Person(NamedTuple):
    """Somebody who can be found. phone, number: empty where none is kept."""

    member: UUID
    home: UUID
    name: str
    phone: str
    number: str


class Hit(NamedTuple):
    """Somebody found. tier: 0 for the best way of matching that a query has, and so on."""

    tier: int
    member: UUID


class NameIndex:
    """Of `people`, each once. Rows are people in the order of their names, short ones first; nothing is decrypted."""

    def __init__(self, people: Iterable[Person]) -> None:
        ordered = sorted(people, key=lambda one: (len(one.name), one.name, one.member))
        self._members = b"".join(one.member.bytes for one in ordered)
        self._homes, self.homes = _numbered([one.home for one in ordered])
        self._by_member = array("I", sorted(range(len(ordered)), key=lambda row: ordered[row].member.bytes))
        names = [plain(one.name) for one in ordered]
        self._names = Ordered((name, row) for row, name in enumerate(names) if name)
        self._inside = Ordered((name[at:], row) for row, name in enumerate(names) for at in range(1, len(name)))
        sounds = [syllables(one.name) for one in ordered]
        self._sounds = Ordered((sound, row) for row, read in enumerate(sounds) for sound in _spelt(read))
        self._sounds_inside = Ordered(
            (sound, row) for row, read in enumerate(sounds) for at in range(1, len(read)) for sound in _spelt(read[at:])
        )
        self._tails = Ordered((tail, row) for row, one in enumerate(ordered) if (tail := _tail(one.phone)))
        self._numbers = Ordered((one.number + " ", row) for row, one in enumerate(ordered) if one.number)

    def __len__(self) -> int:
        return len(self._by_member)

    def find(self, query: Query, scope: Collection[UUID], limit: int, *, without: Collection[int] = ()) -> list[Hit]:
        """Up to `limit` people at home in `scope`, who begin with what is asked for before those who only hold it.

        without: rows that count no more.
        """
        seen = bytes(home in scope for home in self.homes)
        found: dict[int, int] = {}
        for tier, ways in enumerate(self._tiers(query)):
            rows = {row for some in ways for row in some if seen[self._homes[row]]}
            found |= dict.fromkeys(nsmallest(limit, rows.difference(found, without)), tier)
            if len(found) >= limit:
                break
        return [Hit(tier, self._member(row)) for row, tier in islice(found.items(), limit)]

    def row_of(self, member: UUID) -> int | None:
        """The row of `member`; None who is not here."""
        low, high, wanted = 0, len(self._by_member), member.bytes
        while low < high:
            middle = (low + high) // 2
            if self._bytes(self._by_member[middle]) < wanted:
                low = middle + 1
            else:
                high = middle
        if low < len(self._by_member) and self._bytes(self._by_member[low]) == wanted:
            return self._by_member[low]
        return None

    def _tiers(self, query: Query) -> Iterator[Iterator[Sequence[int]]]:
        if query.number:
            yield self._numbers.beginning_with(query.number + " ")
        if query.tail:
            yield self._tails.beginning_with(query.tail)
        for names, sounds in ((self._names, self._sounds), (self._inside, self._sounds_inside)):
            if query.name:
                yield names.beginning_with(query.name)
            if query.sound:
                yield sounds.sounding_like(query.sound)

    def _member(self, row: int) -> UUID:
        return UUID(bytes=self._bytes(row))

    def _bytes(self, row: int) -> bytes:
        return self._members[row * _ID_BYTES : (row + 1) * _ID_BYTES]


def _numbered(homes: Sequence[UUID]) -> tuple[Sequence[int], list[UUID]]:
    known = {home: number for number, home in enumerate(dict.fromkeys(homes))}
    return array("I", (known[home] for home in homes)), list(known)


def _spelt(read: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Every way to read these sounds, with a space between; most names have one."""
    return (" ".join(way) for way in islice(product(*read), SOUNDS_MAX)) if read else iter(())


def _tail(phone: str) -> str:
    """What is kept is spelt with digits already, but for telephones that an older release kept as they were typed."""
    return (phone if phone.isdigit() else USUAL_SPELLING["phone"](phone))[::-1]
