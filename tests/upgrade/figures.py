"""The figures of a home's read models as plain values, and what an older release's figures say that today's do not."""

import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

Row = dict[str, object]
Figures = Mapping[str, list[Row]]


def figures_of(home: Path) -> Figures:
    """Every table of the read models, bytes as hexadecimal, without the engine's own table."""
    views = sqlite3.connect(home / "views.db")
    views.row_factory = sqlite3.Row
    try:
        names = views.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
        tables = sorted(name for (name,) in names if name != "projections")
        return {table: [_plain(row) for row in views.execute(f'SELECT * FROM "{table}"')] for table in tables}
    finally:
        views.close()


def lost(then: Figures, now: Figures, gone: frozenset[str]) -> list[str]:
    """What `then` says and `now` does not: per table the rows, cut to the columns of `then` that are not in `gone`.

    gone: `table.column`, or a whole `table`, of what today's release keeps in another form.
    """
    missing: list[str] = []
    for table, rows in then.items():
        if table in gone:
            continue
        columns = [column for column in (rows[0] if rows else {}) if f"{table}.{column}" not in gone]
        today = [_cut(row, columns) for row in now.get(table, [])]
        missing += [f"{table}: {wanted}" for wanted in (_cut(row, columns) for row in rows) if not _in(wanted, today)]
        if len(rows) != len(today):
            missing.append(f"{table}: {len(rows)} rows then, {len(today)} now")
    return missing


def says(value: Any, wanted: Any) -> bool:
    """Whether `value` says all that `wanted` says; it may say more."""
    if isinstance(wanted, dict) and isinstance(value, dict):
        told, asked = cast(dict[str, Any], value), cast(dict[str, Any], wanted)
        return all(key in told and says(told[key], asked[key]) for key in asked)
    if isinstance(wanted, list) and isinstance(value, list):
        pairs = zip(cast(list[Any], value), cast(list[Any], wanted), strict=False)
        return len(cast(list[Any], wanted)) == len(cast(list[Any], value)) and all(says(*pair) for pair in pairs)
    return value == wanted


def _plain(row: sqlite3.Row) -> Row:
    return {key: row[key].hex() if isinstance(row[key], bytes) else row[key] for key in row.keys()}  # noqa: SIM118 - a row iterates over its values


def _cut(row: Row, columns: list[str]) -> Row:
    return {column: _parsed(row.get(column, "no such column")) for column in columns}


def _parsed(value: object) -> object:
    """Structures are stored as JSON text; only as structures can they have gained a field."""
    return json.loads(value) if isinstance(value, str) and value[:1] in {"[", "{"} else value


def _in(wanted: Row, rows: list[Row]) -> bool:
    return any(says(row, wanted) for row in rows)
