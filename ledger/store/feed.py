"""The log in order of position, for read models and for auditors. It reads and decodes; it decides nothing.

Positions are committed in order, so whoever has read up to one will never find a smaller one appear later.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from ledger.application.ports import Notice
from ledger.kernel.ids import SYSTEM
from ledger.store.codec import Codec, UnreadableEvent
from ledger.store.databases import Databases
from ledger.store.existing_streams import existing

_COLUMNS = "position, stream, version, name, state"
_PAGE = "SELECT {columns} FROM events WHERE position > {mark} ORDER BY position LIMIT {mark}"
_HEAD = "SELECT coalesce(max(position), 0) FROM events"

UNTIMED = datetime.fromtimestamp(0, UTC)
"""The time of an event whose bytes carry no envelope that can be read."""


class RawEvent(NamedTuple):
    """One event exactly as it is stored. leaf: what the proof of history hashes for it."""

    position: int
    stream: UUID
    version: int
    name: str
    state: bytes
    leaf: bytes


class LogFeed:
    """Reads through connections that cannot write; may be used by many threads."""

    def __init__(self, databases: Databases, codec: Codec | None = None) -> None:
        self._engine = databases.ledger_read
        self._codec = codec or Codec()
        postgres = databases.dialect == "postgresql"
        self._cursor_options: dict[str, Any] = {"binary": True} if postgres else {}
        self._stream: Any = _same if postgres else _from_bytes
        mark = "%s" if postgres else "?"
        self._page = _PAGE.format(columns=_COLUMNS, mark=mark)
        self._raw = _PAGE.format(columns=f"{_COLUMNS}, leaf", mark=mark)

    def page(self, after: int, limit: int) -> Sequence[Notice]:
        """Up to `limit` events after the position `after`, in order, decoded.

        A name outside the catalog gives event None; so do bytes that are not what their name promises, with `damaged`.
        """
        return [self._notice(*row) for row in self._fetch(self._page, (after, limit))]

    def existing(self, streams: Iterable[UUID]) -> set[UUID]:
        """Those of `streams` that have an event by now."""
        return existing(self._engine, streams)

    def page_raw(self, after: int, limit: int) -> Sequence[RawEvent]:
        """Up to `limit` events after the position `after`, in order, as they are stored."""
        stream = self._stream
        return [RawEvent(row[0], stream(row[1]), *row[2:]) for row in self._fetch(self._raw, (after, limit))]

    def position(self) -> int:
        """The position of the newest event; 0 when there is none."""
        return self._fetch(_HEAD, ())[0][0]

    def _fetch(self, statement: str, values: tuple[int, ...]) -> list[Any]:
        connection: Any = self._engine.raw_connection()
        try:
            cursor = connection.driver_connection.cursor(**self._cursor_options)
            return cursor.execute(statement, values).fetchall()
        finally:
            connection.close()

    def _notice(self, position: int, stream: Any, version: int, name: str, state: bytes) -> Notice:
        try:
            recorded, event = self._codec.decode(name, state)
        except UnreadableEvent:
            damaged = self._codec.kind(name)
            return Notice(position, self._stream(stream), version, name, UNTIMED, SYSTEM, None, damaged=damaged)
        return Notice(
            position,
            self._stream(stream),
            version,
            name,
            recorded.at,
            recorded.actor,
            event,
            recorded.correlation,
            on_behalf_of=recorded.on_behalf_of,
            basis=recorded.basis,
        )


def _same(stream: UUID) -> UUID:
    return stream


def _from_bytes(stream: bytes) -> UUID:
    """As `UUID(bytes=…)`, in a third of its time."""
    return msgspec.convert(stream.hex(), UUID)
