"""Erases people: the list first, then the rows in one transaction, then every other place, then what files still hold.

Each step may be done again: whoever was cut off begins anew, and a start applies the whole list before it serves.
Nothing here decides who may be erased.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from ledger.kernel.clock import COMMUNITY_ZONE
from ledger.kernel.ids import MemberId
from ledger.store import file_purging, key_rotation
from ledger.store.databases import Databases
from ledger.store.directory import erasures
from ledger.store.directory.erasures import ErasureRow
from ledger.store.erasure_list import Erased, ErasureList, ErasureListFault, members_of
from ledger.store.erasure_places import PLACES
from ledger.store.key_rotation import Rotated

KEY_THROWN_AWAY_WITHIN: Final = timedelta(hours=24)
"""On PostgreSQL: by then the wrapping key is another one, and what lingers of an erased person opens no more."""
KEY_BATCH_WAITS: Final = timedelta(hours=12)
"""So long before that hour it is done: erasures of half a day share a rotation, and half a day is left for faults."""
NIGHT_HOURS: Final = range(1, 5)


class Applied(NamedTuple):
    """What a start found in the list. lines: how many there are. removed: rows and files that were there again."""

    lines: int
    removed: int


class Erasing:
    """Erasures of one deployment. Instants (`now`) are aware. Safe to use from several processes."""

    def __init__(self, databases: Databases, listed: ErasureList) -> None:
        self._databases = databases
        self._list = listed

    def start(self, now: datetime) -> Applied:
        """Apply the whole list, before anything is served; a deployment without one begins it.

        Raises ErasureListFault where there should be a list and is none, or it lacks what the directory has had.
        """
        with self._databases.directory_read.connect() as connection:
            must_be_there, known = erasures.has_list(connection), erasures.every(connection)
        if not must_be_there and not known:
            self._list.begin()
        entries = self._list.entries()
        self._refuse_other_list(entries, known)
        if not must_be_there:
            with self._databases.directory.begin() as connection:
                erasures.note_list(connection)
        return Applied(len(entries), self._remove(entries, now) if entries else 0)

    def erase(self, members: Sequence[MemberId], now: datetime) -> list[ErasureRow]:
        """Erase `members` for ever, in their order; who is erased already is looked after once more.

        When this returns, no table and no place holds anything about them; `purge` follows for what files still hold.
        """
        entries = self._list.add(members)
        self._remove(entries, now)
        return [row for entry in entries if (row := self.of(entry.member)) is not None]

    def of(self, member: UUID) -> ErasureRow | None:
        """The erasure of `member`; None where there was none."""
        with self._databases.directory_read.connect() as connection:
            return erasures.of_member(connection, member)

    def catch_up(self, now: datetime) -> int:
        """Do what another process listed and perhaps did not come to; how many people that were."""
        with self._databases.directory_read.connect() as connection:
            done = {row.member for row in erasures.every(connection) if row.purged is not None}
        left = [entry for entry in self._list.entries() if entry.member not in done]
        if left:
            self._remove(left, now)
        return len(left)

    def purge(self, now: datetime) -> bool:
        """Clean the files of erasures that were not purged yet; False where it is to be tried again."""
        with self._databases.directory_read.connect() as connection:
            waiting = erasures.unpurged(connection)
        if not waiting:
            return True
        # Once more: another process may have written one down and not come to the rows yet.
        self._forget([row.member for row in waiting])
        if not file_purging.purge(self._databases):
            return False
        with self._databases.directory.begin() as connection:
            erasures.note_purged(connection, waiting[-1].number, now)
        return True

    def purge_at_once(self, now: datetime) -> bool:
        """As `purge`, where it is done in seconds; False also where it is left to the night."""
        return file_purging.size(self._databases) <= file_purging.AT_ONCE_BYTES_MAX and self.purge(now)

    def keep(self, now: datetime) -> Rotated | None:
        """What is to be done every so often: finish what was cut off, clean files, throw the wrapping key away in time.

        Large files are cleaned at night, on the community's clock. Gives the rotation, None where none was due.
        """
        self.catch_up(now)
        file_purging.remove_left_copies(self._databases.home, now)
        is_night = now.astimezone(COMMUNITY_ZONE).hour in NIGHT_HOURS
        if is_night:
            self.purge(now)
        else:
            self.purge_at_once(now)
        return self._rotate_if_due(now)

    def _rotate_if_due(self, now: datetime) -> Rotated | None:
        if not self._is_key_due(now):
            return None
        with key_rotation.alone(self._databases.home):
            if not self._is_key_due(now):  # another process has done it while we waited
                return None
            return key_rotation.rotate_alone(self._databases, self._databases.home, now)

    def _is_key_due(self, now: datetime) -> bool:
        due = self.key_due()
        return due is not None and due - KEY_BATCH_WAITS <= now

    def key_due(self) -> datetime | None:
        """By when the wrapping key has to be another one; None where nothing asks for it."""
        if self._databases.dialect == "sqlite":
            return None
        with self._databases.directory_read.connect() as connection:
            oldest = erasures.oldest_not_rewrapped(connection)
        return oldest and oldest + KEY_THROWN_AWAY_WITHIN

    def _remove(self, entries: Sequence[Erased], now: datetime) -> int:
        # Recorded first: from then on nobody gets a key again, however late a correction comes.
        with self._databases.directory.begin() as connection:
            erasures.record(connection, entries, now)
        return self._forget(members_of(entries))

    def _forget(self, members: Sequence[MemberId]) -> int:
        return sum(forget(self._databases, members) for forget in PLACES.values())

    def _refuse_other_list(self, entries: Sequence[Erased], known: Sequence[ErasureRow]) -> None:
        listed = {entry.number: entry.member for entry in entries}
        lacking = [row.number for row in known if listed.get(row.number) != row.member]
        if lacking:
            raise ErasureListFault(
                f"{self._list.file}: the list lacks erasure {lacking[0]}, which the directory has had; "
                "put the newest list back"
            )
