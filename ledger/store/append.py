"""The one place where events are added to the log: under the append lock, with positions that have no gaps.

In one transaction of the ledger's engine: `lock`, read what is to be decided on, then `head` and `insert`.
"""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from ledger.store.leaves import leaf_hash

APPEND_LOCK = 0x6C696E6C_69000002
"""The key of PostgreSQL's advisory lock; advisory locks are a database's own, so two ledgers never meet."""

Stored = tuple[int, UUID, int, str, bytes, bytes]

_LOCK = f"SELECT pg_advisory_xact_lock({APPEND_LOCK})"
_HEAD = "SELECT coalesce(max(position), 0) FROM events"
_INSERT = "INSERT INTO events (position, stream, version, name, state, leaf)"
_INSERT_SQLITE = f"{_INSERT} VALUES (?, ?, ?, ?, ?, ?)"
# One statement with binary arrays: measured at 64 rows 1.6 times, at 500 rows twice as fast as a row at a time.
_INSERT_POSTGRES = (
    f"{_INSERT} SELECT * FROM unnest(%b::bigint[], %b::uuid[], %b::int[], %b::text[], %b::bytea[], %b::bytea[])"
)


class Row(NamedTuple):
    """One event about to be stored: the `version` it will have in `stream` (first is 1), its name and its bytes."""

    stream: UUID
    version: int
    name: str
    state: bytes


def lock(connection: Connection) -> None:
    """Take the append lock until the transaction ends.

    On SQLite the transaction's BEGIN IMMEDIATE has taken it; on PostgreSQL this waits for lock_timeout (1 s) and then
    raises SQLAlchemy's OperationalError. Read nothing before it in the same transaction.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_LOCK)


def head(connection: Connection) -> int:
    """The position of the newest event; 0 when there is none. Under the lock it stays so until `insert`."""
    return connection.exec_driver_sql(_HEAD).scalar_one()


def insert(connection: Connection, rows: Sequence[Row], after: int) -> range:
    """Store `rows` at the positions that follow `after` (the head) and give those positions.

    A (stream, version) that is already there raises SQLAlchemy's IntegrityError; the transaction must then end.
    """
    positions = range(after + 1, after + 1 + len(rows))
    if rows:
        values = [
            (position, row.stream, row.version, row.name, row.state, leaf_hash(*row))
            for position, row in zip(positions, rows, strict=True)
        ]
        (_insert_postgres if connection.dialect.name == "postgresql" else _insert_sqlite)(connection, values)
    return positions


def _insert_sqlite(connection: Connection, values: list[Stored]) -> None:
    connection.exec_driver_sql(_INSERT_SQLITE, [(value[0], value[1].bytes, *value[2:]) for value in values])


def _insert_postgres(connection: Connection, values: list[Stored]) -> None:
    connection.exec_driver_sql(_INSERT_POSTGRES, tuple(list(column) for column in zip(*values, strict=True)))
