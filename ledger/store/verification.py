"""Walks the whole log and names whatever is not as it was written: rows missing, bytes changed, the end cut off.

It sees one moment of the ledger and needs no pause in its work. It cannot see a history that was rewritten together
with every hash: for that the tree's signed heads are needed.
"""

import struct
from collections.abc import Callable, Generator, Iterator, Mapping
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from ledger.kernel.ids import CommandId
from ledger.store.codec import Codec, UnreadableEvent
from ledger.store.command_runs import CommandRuns, Misplaced
from ledger.store.databases import Databases
from ledger.store.leaves import stored_leaf
from ledger.store.log_rows import log_rows
from ledger.store.stored_rows import Row, rows, snapshot

FINDINGS_MAX = 1_000
PROGRESS_EVERY = 10_000

Progress = Callable[[int, int], None]
"""Is told how many events are done, and how many there are."""

_MARKS = """
SELECT (SELECT coalesce(max(position), 0) FROM events), (SELECT count(*) FROM events)"""
_EVENTS_SQLITE = """
SELECT position, CAST(stream AS BLOB), version, CAST(name AS BLOB), CAST(state AS BLOB), CAST(leaf AS BLOB)
FROM events ORDER BY position"""
_EVENTS_POSTGRES = """
SELECT position, uuid_send(stream), version, convert_to(name, 'UTF8'), state, leaf FROM events ORDER BY position"""
_VERSIONS = """
SELECT position, {stream}, version, following FROM
(SELECT position, stream, version, lag(version, 1, 0) OVER (PARTITION BY stream ORDER BY position) + 1 AS following
FROM events) AS versions WHERE version <> following ORDER BY position"""
_AHEAD = """
SELECT {command}, position FROM {table} WHERE position > (SELECT coalesce(max(position), 0) FROM events)
ORDER BY position"""


class Finding(NamedTuple):
    """One thing that is wrong. kind: a stable word. where: position, stream, command or view. detail: a sentence."""

    kind: str
    where: str
    detail: str


def silent(_done: int, _total: int) -> None:
    """Tells nobody."""


def verify_log(
    databases: Databases,
    codec: Codec | None = None,
    *,
    views: Mapping[str, int] | None = None,
    progress: Progress = silent,
) -> list[Finding]:
    """What is wrong with the log, at most `FINDINGS_MAX` things; empty when all is well.

    codec: reads the events, ours where None. views: the position each read model has reached, asked before this call.
    Kinds: file-damaged, position-missing, row-damaged, leaf-differs, event-unknown, event-unreadable,
    command-elsewhere, version-out-of-order, command-ahead, refusal-ahead, view-ahead.
    """
    with snapshot(databases.ledger_read.connect()) as connection, connection.begin():
        return list(islice(_findings(connection, codec or Codec(), views or {}, progress), FINDINGS_MAX))


def _findings(connection: Connection, codec: Codec, views: Mapping[str, int], progress: Progress) -> Iterator[Finding]:
    if connection.dialect.name == "sqlite":
        for (told,) in rows(connection, f"PRAGMA integrity_check({FINDINGS_MAX})"):
            if told != "ok":
                yield Finding("file-damaged", "ledger.db", told)
    head, total = next(rows(connection, _MARKS))
    yield from _events(connection, codec, _counting(progress, total))
    yield from _versions(connection)
    yield from _ahead(connection)
    for name, position in views.items():
        if position > head:
            yield Finding("view-ahead", f"view {name}", f"has seen position {position}, the log ends at {head}")


def _counting(progress: Progress, total: int) -> Callable[[int], None]:
    def count(done: int) -> None:
        if done % PROGRESS_EVERY == 0 or done == total:
            progress(done, total)

    return count


def _events(connection: Connection, codec: Codec, count: Callable[[int], None]) -> Iterator[Finding]:
    statement = _EVENTS_POSTGRES if connection.dialect.name == "postgresql" else _EVENTS_SQLITE
    expected, runs = 1, CommandRuns(log_rows(connection))
    for done, row in enumerate(rows(connection, statement), start=1):
        position = row[0]
        if position != expected:
            yield _missing(expected, position)
        expected = max(expected, position + 1)
        command = yield from _event(codec, row)
        yield from map(_elsewhere, runs.see(position, command))
        count(done)
    yield from map(_elsewhere, runs.end())


def _missing(expected: int, found: int) -> Finding:
    if found < expected:
        return Finding("row-damaged", f"position {found}", "a position below 1")
    where = f"position {expected}" if found == expected + 1 else f"positions {expected} to {found - 1}"
    return Finding("position-missing", where, f"the log goes on at {found}")


def _event(codec: Codec, row: Row) -> Generator[Finding, None, CommandId | None]:
    """What is wrong with one row; gives the command that stored it, None where that cannot be told."""
    position, stream, version, name, state, leaf = row
    try:
        if stored_leaf(stream, version, name, state) != leaf:
            yield Finding("leaf-differs", _where(row), "its bytes are not those that were stored")
            return None
        recorded, event = codec.decode(name.decode(), state)
    except UnreadableEvent as error:
        yield Finding("event-unreadable", _where(row), str(error))
    except (TypeError, UnicodeDecodeError, struct.error) as error:
        yield Finding("row-damaged", f"position {position}", str(error))
    else:
        if event is None:
            yield Finding("event-unknown", _where(row), f"{name.decode()} is not in the catalog")
        return recorded.command
    return None


def _elsewhere(found: Misplaced) -> Finding:
    (command, position), answered = found
    return Finding("command-elsewhere", f"position {position}", f"command {command} was answered at {answered}")


def _where(row: Row) -> str:
    return f"position {row[0]} (stream {_shown(row[1])}, version {row[2]})"


def _versions(connection: Connection) -> Iterator[Finding]:
    for position, stream, version, following in rows(connection, _VERSIONS.format(stream=_id(connection, "stream"))):
        where = f"stream {_shown(stream)}"
        yield Finding("version-out-of-order", where, f"position {position} holds version {version}, not {following}")


def _ahead(connection: Connection) -> Iterator[Finding]:
    for table, kind in (("commands", "command-ahead"), ("refusals", "refusal-ahead")):
        for command, position in rows(connection, _AHEAD.format(table=table, command=_id(connection, "command"))):
            detail = f"was answered at position {position}, which the log does not reach"
            yield Finding(kind, f"command {_shown(command)}", detail)


def _id(connection: Connection, column: str) -> str:
    return f"uuid_send({column})" if connection.dialect.name == "postgresql" else f"CAST({column} AS BLOB)"


def _shown(found: bytes) -> str:
    return str(UUID(bytes=found)) if len(found) == 16 else f"that is no id ({found.hex()})"
