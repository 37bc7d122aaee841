"""A table of a read model, made from the Struct of its rows: the same definition serves handlers, SQL and readers."""

from collections.abc import Sequence
from secrets import token_hex
from typing import Any, Generic, TypeVar, get_type_hints

from msgspec import Struct
from sqlalchemy import Column, ColumnElement, Connection, Index, MetaData, Select, Table, select
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from projections.column_kinds import ColumnKind, column_kind

RowT = TypeVar("RowT", bound=Struct)
Query = Select[*tuple[Any, ...]]


class ViewTable(Generic[RowT]):
    """The table `name` of `row`s. The first `key` fields are the primary key; each of `indexes` names columns.

    A column named with `-` in front is kept from the greatest down. An index whose first column may be None leaves such
    rows out.
    """

    def __init__(self, row: type[RowT], name: str, *, key: int = 1, indexes: Sequence[tuple[str, ...]] = ()) -> None:
        hints = get_type_hints(row)
        self.row = row
        self.name = name
        self.key = key
        self.indexes = tuple(indexes)
        self.columns: tuple[ColumnKind, ...] = tuple(column_kind(f, hints[f]) for f in row.__struct_fields__)
        self.table = self._table()

    @property
    def c(self) -> ReadOnlyColumnCollection[str, Column[Any]]:
        """The columns, for queries."""
        return self.table.c

    @property
    def key_columns(self) -> tuple[ColumnKind, ...]:
        """The columns of the primary key."""
        return self.columns[: self.key]

    def named(self, name: str) -> "ViewTable[RowT]":
        """The same table under another name."""
        return ViewTable(self.row, name, key=self.key, indexes=self.indexes)

    def select(self) -> Query:
        """All columns in the order of the row's fields."""
        return select(self.table)

    def read(self, connection: Connection, statement: Query) -> list[RowT]:
        """The rows that `statement`, made from `select`, finds. They are copies: nothing is kept of them here."""
        return [self.row(*found) for found in connection.execute(statement)]

    def one(self, connection: Connection, statement: Query) -> RowT | None:
        """The only row that `statement` finds, None where there is none."""
        found = connection.execute(statement).one_or_none()
        return None if found is None else self.row(*found)

    def ordered(self) -> Query:
        """All rows in the order of the key, which is the same on both databases."""
        return self.select().order_by(*(self.table.c[column.name] for column in self.key_columns))

    def create(self, connection: Connection) -> None:
        """Make the table, without its indexes: filling it is faster before they are there."""
        self.table.create(connection)

    def create_indexes(self, connection: Connection) -> None:
        """Make the indexes, under names that no other build of this table has."""
        table = self._table()
        for names in self.indexes:
            first, columns = table.c[names[0]], [_ordered(table, name) for name in names]
            kept = first.is_not(None) if first.nullable else None
            index = Index(f"{self.name}_{token_hex(6)}", *columns, sqlite_where=kept, postgresql_where=kept)
            index.create(connection)

    def _table(self) -> Table:
        columns = (
            Column(one.name, one.kind.type, primary_key=place < self.key, nullable=one.nullable, autoincrement=False)
            for place, one in enumerate(self.columns)
        )
        # Rows lie in the order of the key: no second tree to write for the primary key.
        return Table(self.name, MetaData(), *columns, sqlite_with_rowid=False)


def _ordered(table: Table, name: str) -> ColumnElement[Any]:
    return table.c[name[1:]].desc() if name.startswith("-") else table.c[name]
