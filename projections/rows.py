"""The rows a handler works on: read when first needed, changed in memory, written back once a page.

A row belongs to the transaction of its page. When that fails, everything here is forgotten and read again.
"""

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any, Generic, TypeVar

from msgspec import Struct
from sqlalchemy import Connection

from projections.stored_rows import Key, StoredRows
from projections.view_tables import ViewTable

RowT = TypeVar("RowT", bound=Struct)


class RowMissing(Exception):
    """A bug or a broken log: an event changes a row that no event made."""


class NoTransaction(Exception):
    """A bug: a row was asked for outside the transaction of a page."""


class _Known(Generic[RowT]):
    """What is known of a key: its row or that there is none, and whether and how the database has yet to hear of it."""

    __slots__ = ("is_changed", "is_stored", "key", "row")

    def __init__(self, key: Key, row: RowT | None, *, is_stored: bool) -> None:
        self.key = key
        self.row = row
        self.is_stored = is_stored
        self.is_changed = False


class Rows(Generic[RowT]):
    """The rows of one table. is_complete: what is not in memory does not exist, so nothing needs looking up."""

    def __init__(self, table: ViewTable[RowT], stored: StoredRows[RowT], *, is_complete: bool) -> None:
        self._table = table
        self._stored = stored
        self._key_of = attrgetter(*(one.name for one in table.key_columns))
        self._known: dict[Key, _Known[RowT]] = {}
        self._changed: list[_Known[RowT]] = []
        self._added: list[RowT] = []
        self._is_complete = is_complete
        self.connection: Connection | None = None

    def find(self, key: Key) -> RowT | None:
        """The row with `key`, for reading only; None where there is none."""
        known = self._known.get(key)
        if known is None:
            if self._is_complete:
                return None
            known = self._load(key)
        return known.row

    def change(self, key: Key) -> RowT:
        """The row with `key`, to be changed in place (never its key)."""
        known = self._known.get(key) or self._load(key)
        if known.row is None:
            raise RowMissing(self._table.name)
        if not known.is_changed:
            known.is_changed = True
            self._changed.append(known)
        return known.row

    def ensure(self, key: Key, make: Callable[..., RowT], *fields: Any) -> RowT:
        """The row with `key`, to be changed in place; where there is none, `make(*fields)`."""
        return self.put(make(*fields)) if self.find(key) is None else self.change(key)

    def put(self, row: RowT) -> RowT:
        """Keep `row`, replacing any with the same key; nothing is read for it."""
        key = self._key_of(row)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = _Known(key, row, is_stored=not self._is_complete)
        known.row = row
        if not known.is_changed:
            known.is_changed = True
            self._changed.append(known)
        return row

    def add(self, row: RowT) -> None:
        """Keep `row`, whose key is new and which never changes: it is written and not remembered."""
        self._added.append(row)

    def remove(self, key: Key) -> None:
        """Delete the row with `key`, whether there is one or not."""
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = _Known(key, None, is_stored=not self._is_complete)
        known.row = None
        if not known.is_changed:
            known.is_changed = True
            self._changed.append(known)

    @property
    def unsaved(self) -> int:
        """How many rows a flush would write."""
        return len(self._changed) + len(self._added)

    def flush(self, connection: Connection) -> None:
        """Write back what changed. What came and went in between was never stored and is not deleted."""
        gone = [known.key for known in self._changed if known.row is None and known.is_stored]
        kept = [known.row for known in self._changed if known.row is not None]
        if gone:
            self._stored.delete(connection, gone)
        if kept:
            self._stored.save(connection, kept)
        if self._added:
            self._stored.save(connection, self._added)
        for known in self._changed:
            known.is_changed = False
            known.is_stored = known.row is not None
            if known.row is None:
                del self._known[known.key]
        self._changed.clear()
        self._added.clear()

    def forget(self) -> None:
        """Drop everything, written or not."""
        self._known.clear()
        self._changed.clear()
        self._added.clear()
        self._is_complete = False

    def trim(self, rows_max: int) -> None:
        """After a flush: keep the newer half where more than `rows_max` are in memory."""
        if len(self._known) > rows_max:
            self._known = dict(list(self._known.items())[len(self._known) // 2 :])
            self._is_complete = False

    def _load(self, key: Key) -> _Known[RowT]:
        if self._is_complete:
            return _Known(key, None, is_stored=False)
        if self.connection is None:
            raise NoTransaction(self._table.name)
        row = self._stored.load(self.connection, key)
        known = self._known[key] = _Known(key, row, is_stored=row is not None)
        return known


class Rowset:
    """The rows of all tables of one projection: `rowset[BALANCES]` gives those of one."""

    def __init__(
        self, tables: Iterable[ViewTable[Any]], dialect: str, *, prefix: str = "", is_complete: bool = False
    ) -> None:
        self._rows: dict[ViewTable[Any], Rows[Any]] = {
            table: Rows(table, StoredRows(table.named(prefix + table.name), dialect), is_complete=is_complete)
            for table in tables
        }

    def __getitem__(self, table: ViewTable[RowT]) -> Rows[RowT]:
        return self._rows[table]

    @property
    def unsaved(self) -> int:
        """How many rows a flush would write."""
        return sum(rows.unsaved for rows in self._rows.values())

    def begin(self, connection: Connection) -> None:
        """From now on rows that are missing in memory are read through `connection`."""
        for rows in self._rows.values():
            rows.connection = connection

    def flush(self, connection: Connection) -> None:
        """Write back what changed in all tables."""
        for rows in self._rows.values():
            if rows.unsaved:
                rows.flush(connection)

    def end(self, rows_max: int) -> None:
        """After the transaction: let go of its connection and of rows beyond `rows_max` a table."""
        for rows in self._rows.values():
            rows.connection = None
            rows.trim(rows_max)

    def forget(self) -> None:
        """Drop everything in memory."""
        for rows in self._rows.values():
            rows.connection = None
            rows.forget()


def unsaved(rowsets: Sequence[Rowset]) -> int:
    """How many rows flushes of all `rowsets` would write."""
    return sum(rowset.unsaved for rowset in rowsets)
