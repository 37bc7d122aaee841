"""Every place outside the ledger that keeps something about a person, each as a function that removes it.

Whoever adds such a place adds a function here and names it in `PLACES`. Each may be called any number of times: an
erasure that was cut off is begun again from the first place, and the whole erasure list is applied at every start.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from sqlalchemy import Connection, Engine, Table, delete

from ledger.kernel.ids import MemberId
from ledger.store.databases import Databases
from ledger.store.directory import changes
from ledger.store.directory.bindings import pieces
from ledger.store.directory.tables import (
    BLIND,
    CARDS,
    CREDENTIALS,
    ERASURE_WISHES,
    FIELDS,
    IMPORT_KEYS,
    PHOTOS,
    SUBJECT_KEYS,
)
from ledger.store.outbox import Outbox
from ledger.store.state_tables import ONE_TIME_CODES, SESSIONS, SLIP_REQUESTS

Forget = Callable[[Databases, Sequence[MemberId]], int]
"""Removes what is kept about these members and says how many rows or files that were. `home` of the stores is the data
folder, for what lies in files."""


def personal_fields(databases: Databases, members: Sequence[MemberId]) -> int:
    """Everything in the directory: fields, photo, digests, cards, credentials, wishes, and the person's key last.

    One transaction: a person is whole in there, or gone, and every process that searches is told so by it.
    """
    with databases.directory.begin() as connection:
        removed = _rows_deleted(connection, members, _DIRECTORY_ROWS)
        if removed:
            changes.note(connection, members)
        return removed


def sessions(databases: Databases, members: Sequence[MemberId]) -> int:
    """Who is signed in; live codes die with their session."""
    return _deleted(databases.state, members, [(SESSIONS, "member")])


def one_time_codes(databases: Databases, members: Sequence[MemberId]) -> int:
    """Codes on slips and screens."""
    return _deleted(databases.state, members, [(ONE_TIME_CODES, "member")])


def slip_requests(databases: Databases, members: Sequence[MemberId]) -> int:
    """Slips that wait for a second member of staff."""
    return _deleted(databases.state, members, [(SLIP_REQUESTS, "member")])


def outbox(databases: Databases, members: Sequence[MemberId]) -> int:
    """Short messages that nobody fetched."""
    waiting = Outbox(databases.home)
    return sum(waiting.forget(member) for member in members)


PLACES: Final[Mapping[str, Forget]] = {
    "directory": personal_fields,
    "sessions": sessions,
    "one-time codes": one_time_codes,
    "slip requests": slip_requests,
    "outbox": outbox,
}
"""By the name that the answer to an erasure gives them. What is kept in memory only (names found by searching) is not
here: every process throws it away at its next search, when it sees the change that is noted in `changes`."""

_DIRECTORY_ROWS: Final = (
    (FIELDS, "subject"),
    (FIELDS, "key_owner"),
    (PHOTOS, "member"),
    (BLIND, "subject"),
    (CARDS, "member"),
    (IMPORT_KEYS, "subject"),
    (CREDENTIALS, "member"),
    (ERASURE_WISHES, "member"),
    (SUBJECT_KEYS, "subject"),
)
"""Tables of the directory that keep something about a person, and the column that says about whom."""


def _deleted(engine: Engine, members: Sequence[MemberId], rows: Sequence[tuple[Table, str]]) -> int:
    with engine.begin() as connection:
        return _rows_deleted(connection, members, rows)


def _rows_deleted(connection: Connection, members: Sequence[MemberId], rows: Sequence[tuple[Table, str]]) -> int:
    removed = 0
    for piece in pieces(sorted(members)):
        removed += sum(connection.execute(delete(t).where(t.c[name].in_(piece))).rowcount for t, name in rows)
    return removed
