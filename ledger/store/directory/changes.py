"""In which order what people are found by was changed, so that whoever keeps it in memory learns what is new.

Processes ask for the newest number at every request: one row by its key.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, select

from ledger.store.directory.bindings import insert_into, lock_sequence, pieces, set_sequence
from ledger.store.directory.personal import MEMBER_NUMBER
from ledger.store.directory.tables import CHANGES, SEQUENCES

FOUND_BY: Final = ("name", "phone", MEMBER_NUMBER)
"""The fields whose change matters to searching."""

_SEQUENCE: Final = "changes"


class Changed(NamedTuple):
    """Who changed after the number that was asked for, and the newest number, from which to ask on."""

    subjects: tuple[UUID, ...]
    newest: int


def note(connection: Connection, subjects: Iterable[UUID]) -> None:
    """Number this change of `subjects`, as the last thing that the transaction of `connection` does.

    Numbers are given under a lock that is held until the transaction ends: nobody sees a number before a lower one.
    """
    change = lock_sequence(connection, _SEQUENCE) + 1
    statement = insert_into(connection, CHANGES)
    renewed = statement.on_conflict_do_update(index_elements=["subject"], set_={"change": statement.excluded.change})
    for piece in pieces(sorted(set(subjects))):
        connection.execute(renewed, [{"subject": subject, "change": change} for subject in piece])
    set_sequence(connection, _SEQUENCE, change)


def newest(connection: Connection) -> int:
    """The number of the newest change; 0 before the first."""
    return connection.scalar(select(SEQUENCES.c.last).where(SEQUENCES.c.name == _SEQUENCE)) or 0


def since(connection: Connection, change: int) -> Changed:
    """Who changed after `change`. Rows are read after the number, so one too many may be named, and none too few."""
    number = newest(connection)
    if number == change:
        return Changed((), number)
    found = select(CHANGES.c.subject).where(CHANGES.c.change > change).order_by(CHANGES.c.change, CHANGES.c.subject)
    return Changed(tuple(connection.execute(found).scalars()), number)
