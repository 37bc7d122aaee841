"""Whole tables as streams of plain rows, the same from both databases: what verification and backups read and write.

A row holds integers, text and bytes; ids are their 16 bytes. Nothing is held in memory but a page.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Integer, LargeBinary, Table, Text

from ledger.store.id_type import Id

PAGE = 2_000

Row = tuple[Any, ...]

_POSTGRES_TYPES = ((Id, "bytea"), (LargeBinary, "bytea"), (BigInteger, "int8"), (Integer, "int4"), (Text, "text"))
"""How COPY's binary form carries a column. An id travels as its 16 bytes, which is what the type uuid reads."""


def snapshot(connection: Connection) -> Connection:
    """The connection, made to see one moment throughout its next transaction (SQLite readers always do)."""
    postgres = connection.dialect.name == "postgresql"
    return connection.execution_options(isolation_level="REPEATABLE READ") if postgres else connection


def read(connection: Connection, table: Table, schema: str) -> Iterator[Row]:
    """All rows of `table` in the order of its primary key. schema: the store; on SQLite the file decides alone."""
    postgres = connection.dialect.name == "postgresql"
    columns = ", ".join(f"uuid_send({c.name})" if postgres and _is_id(c) else f'"{c.name}"' for c in table.columns)
    order = ", ".join(f'"{c.name}"' for c in table.primary_key)
    name = f"{schema}.{table.name}" if postgres else table.name
    return rows(connection, f"SELECT {columns} FROM {name} ORDER BY {order}", page=_page_of(table))


def rows(connection: Connection, statement: str, *, page: int = PAGE) -> Iterator[Row]:
    """The rows of a statement in the driver's own form, `page` of them in memory at a time."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "postgresql":
        cursor = driver.cursor(name="stored_rows", binary=True)
        cursor.execute(statement)
    else:
        cursor = driver.execute(statement)
    try:
        while found := cursor.fetchmany(page):
            yield from found
    finally:
        cursor.close()


def write(connection: Connection, table: Table, found: Iterable[Row], schema: str) -> int:
    """Add rows to `table` in the transaction of `connection` and say how many."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "postgresql":
        return _copy(driver, table, found, f"{schema}.{table.name}")
    marks = ", ".join("?" * len(table.columns))
    statement = f"INSERT INTO {table.name} ({_names(table)}) VALUES ({marks})"
    written, source = 0, iter(found)
    while page := list(islice(source, _page_of(table))):
        driver.executemany(statement, page)
        written += len(page)
    return written


def _copy(driver: Any, table: Table, found: Iterable[Row], name: str) -> int:
    written = 0
    with driver.cursor().copy(f"COPY {name} ({_names(table)}) FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types([_postgres_type(column) for column in table.columns])
        for row in found:
            copy.write_row(row)
            written += 1
    return written


def _page_of(table: Table) -> int:
    return table.info.get("rows_a_page", PAGE)


def _names(table: Table) -> str:
    return ", ".join(f'"{column.name}"' for column in table.columns)


def _postgres_type(column: Column[Any]) -> str:
    return next(name for kind, name in _POSTGRES_TYPES if isinstance(column.type, kind))


def _is_id(column: Column[Any]) -> bool:
    return isinstance(column.type, Id)
