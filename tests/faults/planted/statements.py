"""A database driver that fails at one statement, counted from when it was armed: before it is run, or after.

It stands below SQLAlchemy, so that it also meets the statements that the writer gives to the driver itself. The fault
is that of a full disk, for which the writer does not try by itself again.
"""

import sqlite3
from collections.abc import Callable
from typing import Any, Literal, TypeVar

import psycopg
from sqlalchemy import event

from ledger.store.databases import Databases

Moment = Literal["before", "after"]
T = TypeVar("T")

_SETTING_UP = ("PRAGMA", "SELECT current_setting", "BEGIN DEFERRED")
"""Statements of a new connection: how many there are depends on how many connections broke before."""


class Plan:
    """Fails at the statement numbered `strike_at` (from 1; None: never) and counts those that it sees."""

    def __init__(self) -> None:
        self.strike_at: int | None = None
        self.moment: Moment = "before"
        self.struck: str | None = None
        self._seen = 0

    def arm(self, strike_at: int, moment: Moment) -> None:
        """Count from 1 again, and fail at that statement."""
        self._seen, self.struck, self.moment, self.strike_at = 0, None, moment, strike_at

    def disarm(self) -> str | None:
        """Fail no more; the statement that failed, None where there were not so many."""
        self.strike_at = None
        return self.struck

    def run(self, statement: str, really: Callable[[], T], fault: Exception) -> T:
        """Run a statement, or fail."""
        if self.strike_at is None or statement.lstrip().startswith(_SETTING_UP):
            return really()
        self._seen += 1
        if self._seen != self.strike_at:
            return really()
        self.struck = " ".join(statement.split())
        if self.moment == "after":
            really()
        raise fault


def plant(databases: Databases) -> Plan:
    """Let the ledger's writing connections of `databases` follow a plan from now on."""
    plan = Plan()
    connect = _postgres(plan) if databases.dialect == "postgresql" else _sqlite(plan)

    def connected(_dialect: Any, _record: Any, words: Any, settings: Any) -> Any:
        return connect(*words, **settings)

    event.listen(databases.ledger, "do_connect", connected)
    databases.ledger.pool.dispose()
    return plan


def _sqlite(plan: Plan) -> Callable[..., Any]:
    failed = sqlite3.OperationalError("planted")
    failed.sqlite_errorcode = sqlite3.SQLITE_FULL

    class Cursor(sqlite3.Cursor):
        def execute(self, sql: str, *values: Any) -> Any:
            return plan.run(sql, lambda: super(Cursor, self).execute(sql, *values), failed)

        def executemany(self, sql: str, *values: Any) -> Any:
            return plan.run(sql, lambda: super(Cursor, self).executemany(sql, *values), failed)

    class Connection(sqlite3.Connection):
        def cursor(self, factory: Any = None) -> Any:
            return super().cursor(factory or Cursor)

        def execute(self, sql: str, *values: Any) -> Any:
            return plan.run(sql, lambda: super(Connection, self).execute(sql, *values), failed)

        def executemany(self, sql: str, *values: Any) -> Any:
            return plan.run(sql, lambda: super(Connection, self).executemany(sql, *values), failed)

        def commit(self) -> None:
            plan.run("COMMIT", super().commit, failed)

    return lambda *words, **settings: sqlite3.connect(*words, **settings, factory=Connection)


def _postgres(plan: Plan) -> Callable[..., Any]:
    failed = psycopg.errors.DiskFull("planted")

    class Cursor(psycopg.Cursor[Any]):
        def execute(self, query: Any, *values: Any, **options: Any) -> Any:
            return plan.run(str(query), lambda: super(Cursor, self).execute(query, *values, **options), failed)

    class Connection(psycopg.Connection[Any]):
        def commit(self) -> None:
            plan.run("COMMIT", super().commit, failed)

    return lambda *words, **settings: Connection.connect(*words, **settings, cursor_factory=Cursor)
