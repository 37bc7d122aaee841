"""The rows a batch reads and writes beside its events, in the driver's own words: one class for each database.

A batch runs a handful of statements for up to 64 commands, so nothing here passes through SQL expressions. Made for
one transaction, under the append lock.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple, Protocol
from uuid import UUID

from sqlalchemy import Connection

from ledger.kernel.ids import CommandId

PAGE = 512
"""How many events of one stream are read at a time, newest first. Accounts restart every 500, so one page is enough."""

_NEWEST = 2**31 - 1
"""More than any version."""

_SELECT_ANSWERED = """
SELECT command, digest, outcome, position, NULL FROM commands WHERE command {among}
UNION ALL SELECT command, digest, refused, position, until FROM refusals WHERE command {among}"""
_REPLACING = """
ON CONFLICT (command) DO UPDATE
SET digest = excluded.digest, refused = excluded.refused, position = excluded.position, until = excluded.until"""


class StoredEvent(NamedTuple):
    """One event of a known stream as it was read."""

    version: int
    name: str
    state: bytes


class AnsweredRow(NamedTuple):
    """What a command was answered. body: JSON of the outcome, or of the refusal where `until` (Unix s) is not None."""

    command: CommandId
    digest: bytes
    body: bytes
    position: int
    until: int | None


class LogRows(Protocol):
    """What the writer asks of a database inside one transaction.

    many_at_once: whether asking for several streams together is cheaper than for each when it is needed.
    """

    many_at_once: ClassVar[bool]

    def newer_streams(self, after: int) -> Sequence[UUID]:
        """Streams of the events with a position greater than `after`."""
        ...

    def backwards(self, streams: Sequence[UUID]) -> Mapping[UUID, Iterator[StoredEvent]]:
        """The events of each stream, newest first: a page at once, further ones as they are consumed."""
        ...

    def answered(self, commands: Sequence[CommandId]) -> Sequence[AnsweredRow]:
        """The rows of those of `commands` that were answered before: two where one was refused, and later agreed to."""
        ...

    def remember(self, rows: Sequence[AnsweredRow]) -> None:
        """Keep answers: outcomes for ever, refusals in place of an older one of the same command."""
        ...

    def forget_refusals(self, before: int) -> None:
        """Remove refusals whose `until` is smaller than `before` (Unix seconds)."""
        ...


def log_rows(connection: Connection) -> LogRows:
    """The rows of the database that `connection` has a transaction on."""
    driver: Any = connection.connection.driver_connection
    return PostgresRows(driver) if connection.dialect.name == "postgresql" else SqliteRows(driver)


def _pages(
    page: list[StoredEvent], further: Callable[[UUID, int], list[StoredEvent]], stream: UUID
) -> Iterator[StoredEvent]:
    while page:
        yield from page
        page = further(stream, page[-1].version) if len(page) == PAGE else []


class SqliteRows:
    """SQLite: a statement is cheap and the driver keeps it prepared, so one for every stream."""

    many_at_once: ClassVar[bool] = False

    def __init__(self, driver: Any) -> None:
        self._execute = driver.execute
        self._execute_many = driver.executemany

    def newer_streams(self, after: int) -> Sequence[UUID]:
        return [UUID(bytes=stream) for (stream,) in self._execute(_SQLITE_NEWER, (after,))]

    def backwards(self, streams: Sequence[UUID]) -> Mapping[UUID, Iterator[StoredEvent]]:
        return {stream: _pages(self._page(stream, _NEWEST), self._page, stream) for stream in streams}

    def answered(self, commands: Sequence[CommandId]) -> Sequence[AnsweredRow]:
        if not commands:
            return ()
        padded = 1 << (len(commands) - 1).bit_length()
        ids = [command.bytes for command in commands]
        ids += ids[-1:] * (padded - len(ids))
        found = self._execute(_sqlite_answered(padded), ids + ids)
        return [AnsweredRow(CommandId(UUID(bytes=row[0])), *row[1:]) for row in found]

    def remember(self, rows: Sequence[AnsweredRow]) -> None:
        outcomes = [(row.command.bytes, *row[1:4]) for row in rows if row.until is None]
        refusals = [(row.command.bytes, *row[1:]) for row in rows if row.until is not None]
        if outcomes:
            self._execute_many(_SQLITE_OUTCOMES, outcomes)
        if refusals:
            self._execute_many(_SQLITE_REFUSALS, refusals)

    def forget_refusals(self, before: int) -> None:
        self._execute("DELETE FROM refusals WHERE until < ?", (before,))

    def _page(self, stream: UUID, before: int) -> list[StoredEvent]:
        found = self._execute(_SQLITE_PAGE, (stream.bytes, before)).fetchall()
        return [StoredEvent(*row) for row in found]


_SQLITE_NEWER = "SELECT DISTINCT stream FROM events WHERE position > ?"
_SQLITE_PAGE = f"""
SELECT version, name, state FROM events WHERE stream = ? AND version < ? ORDER BY version DESC LIMIT {PAGE}"""
_SQLITE_OUTCOMES = "INSERT INTO commands (command, digest, outcome, position) VALUES (?, ?, ?, ?)"
_SQLITE_REFUSALS = f"""
INSERT INTO refusals (command, digest, refused, position, until) VALUES (?, ?, ?, ?, ?) {_REPLACING}"""


@lru_cache
def _sqlite_answered(count: int) -> str:
    """One statement for each power of two, so that the driver's cache of prepared statements holds them all."""
    return _SELECT_ANSWERED.format(among=f"IN ({', '.join('?' * count)})")


class PostgresRows:
    """PostgreSQL: every statement is a round trip, so one for the whole batch, with arrays."""

    many_at_once: ClassVar[bool] = True

    def __init__(self, driver: Any) -> None:
        self._execute = driver.cursor(binary=True).execute

    def newer_streams(self, after: int) -> Sequence[UUID]:
        return [stream for (stream,) in self._execute(_POSTGRES_NEWER, (after,)).fetchall()]

    def backwards(self, streams: Sequence[UUID]) -> Mapping[UUID, Iterator[StoredEvent]]:
        pages: dict[UUID, list[StoredEvent]] = {stream: [] for stream in streams}
        if pages:
            for stream, *row in self._execute(_POSTGRES_PAGES, (list(pages),)).fetchall():
                pages[stream].append(StoredEvent(*row))
        return {stream: _pages(page, self._page, stream) for stream, page in pages.items()}

    def answered(self, commands: Sequence[CommandId]) -> Sequence[AnsweredRow]:
        if not commands:
            return ()
        ids = list(commands)
        return [AnsweredRow(*row) for row in self._execute(_POSTGRES_ANSWERED, (ids, ids)).fetchall()]

    def remember(self, rows: Sequence[AnsweredRow]) -> None:
        outcomes = [row[:4] for row in rows if row.until is None]
        refusals = [row for row in rows if row.until is not None]
        if outcomes:
            self._execute(_POSTGRES_OUTCOMES, [list(column) for column in zip(*outcomes, strict=True)])
        if refusals:
            self._execute(_POSTGRES_REFUSALS, [list(column) for column in zip(*refusals, strict=True)])

    def forget_refusals(self, before: int) -> None:
        self._execute("DELETE FROM refusals WHERE until < %s", (before,))

    def _page(self, stream: UUID, before: int) -> list[StoredEvent]:
        found = self._execute(_POSTGRES_PAGE, (stream, before)).fetchall()
        return [StoredEvent(*row) for row in found]


_POSTGRES_NEWER = "SELECT DISTINCT stream FROM events WHERE position > %s"
_POSTGRES_PAGES = f"""
SELECT wanted.stream, page.version, page.name, page.state FROM unnest(%b::uuid[]) AS wanted (stream)
CROSS JOIN LATERAL (SELECT version, name, state FROM events WHERE events.stream = wanted.stream
ORDER BY version DESC LIMIT {PAGE}) AS page"""
_POSTGRES_PAGE = f"""
SELECT version, name, state FROM events WHERE stream = %s AND version < %s ORDER BY version DESC LIMIT {PAGE}"""
_POSTGRES_ANSWERED = _SELECT_ANSWERED.format(among="= ANY (%b::uuid[])")
_POSTGRES_OUTCOMES = """
INSERT INTO commands (command, digest, outcome, position)
SELECT * FROM unnest(%b::uuid[], %b::bytea[], %b::bytea[], %b::bigint[])"""
_POSTGRES_REFUSALS = f"""
INSERT INTO refusals (command, digest, refused, position, until)
SELECT * FROM unnest(%b::uuid[], %b::bytea[], %b::bytea[], %b::bigint[], %b::bigint[]) {_REPLACING}"""
