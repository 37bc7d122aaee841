"""Removes what was written for an event that never came: people whose registration was cut off, pictures no list names.

Texts and pictures are written first and the event after, so a day later whatever no event speaks of is nobody's.
"""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, delete, select

from ledger.kernel.ids import MemberId
from ledger.store.databases import Databases
from ledger.store.directory.bindings import insert_into, pieces, set_sequence
from ledger.store.directory.tables import EVIDENCE, SEQUENCES, SUBJECT_KEYS
from ledger.store.erasure_places import personal_fields
from ledger.store.existing_streams import existing

WAIT: Final = timedelta(hours=24)
"""A clerk who sent a picture before lunch enters its lines the same day; a command takes milliseconds."""
_LOOKED_AT: Final = "orphans"
"""The row of `sequences` that says up to which making of a key was looked."""

Named = Callable[[Collection[str]], set[str]]
"""Gives those of some SHA-256 (hexadecimal) that an event names."""


class Orphans:
    """The orphans of one deployment."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases

    def drop_subjects(self, now: datetime) -> int:
        """Delete the keys, and everything under them, of whom the ledger never heard; how many that were. now: aware.

        Keys are looked at once, a day after they were made.
        """
        until = int((now - WAIT).timestamp())
        with self._databases.directory_read.connect() as connection:
            made = _made_between(connection, _looked_at(connection), until)
        orphans = sorted(set(made) - existing(self._databases.ledger_read, made))
        if orphans:
            personal_fields(self._databases, [MemberId(one) for one in orphans])
        with self._databases.directory.begin() as connection:
            _note_looked_at(connection, until)
        return len(orphans)

    def drop_evidence(self, now: datetime, named: Named) -> int:
        """Delete the pictures that are a day old and named by no event; how many that were. now: aware."""
        c = EVIDENCE.c
        old = select(c.digest).where(c.kept <= int((now - WAIT).timestamp())).distinct()
        with self._databases.directory_read.connect() as connection:
            digests = [digest.hex() for digest in connection.execute(old).scalars()]
        gone = sorted(set(digests) - named(digests))
        removed = 0
        with self._databases.directory.begin() as connection:
            for piece in pieces(bytes.fromhex(one) for one in gone):
                removed += connection.execute(delete(EVIDENCE).where(c.digest.in_(piece))).rowcount
        return removed


def _made_between(connection: Connection, after: int, until: int) -> list[UUID]:
    c = SUBJECT_KEYS.c
    return list(connection.execute(select(c.subject).where(c.made > after, c.made <= until)).scalars())


def _looked_at(connection: Connection) -> int:
    """Before the first look even keys whose making nobody wrote down (0) are to be looked at."""
    last = connection.scalar(select(SEQUENCES.c.last).where(SEQUENCES.c.name == _LOOKED_AT))
    return -1 if last is None else last


def _note_looked_at(connection: Connection, until: int) -> None:
    row = {"name": _LOOKED_AT, "last": until}
    connection.execute(insert_into(connection, SEQUENCES).on_conflict_do_nothing(), row)
    set_sequence(connection, _LOOKED_AT, until)
