"""Which exceptions mean that a database failed, and not that our code is wrong, and what it is that stands in the way.

Both drivers' exceptions and SQLAlchemy's; a code of ours is found from the driver's own, never from words.
"""

import sqlite3
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Final

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoFreeConnection

from ledger.application.ports import FaultCode

SQLITE_PRIMARY_CODE: Final = 0xFF
"""An extended error code of SQLite carries its primary one in the lowest byte."""

_SQLITE_CODES: Final[Mapping[int, FaultCode]] = {
    sqlite3.SQLITE_BUSY: "ledger-busy",
    sqlite3.SQLITE_LOCKED: "ledger-busy",
    sqlite3.SQLITE_FULL: "storage-full",
    sqlite3.SQLITE_READONLY: "storage-read-only",
}
_SQL_STATES: Final[Mapping[str, FaultCode]] = {
    "55P03": "ledger-busy",  # lock_not_available
    "53100": "storage-full",  # disk_full
    "25006": "storage-read-only",  # read_only_sql_transaction
}


def _driver_faults() -> tuple[type[Exception], ...]:
    if find_spec("psycopg") is None:
        return (sqlite3.Error,)
    return (sqlite3.Error, import_module("psycopg").Error)


DATABASE_FAULTS: tuple[type[Exception], ...] = (SQLAlchemyError, *_driver_faults())


def code_of(fault: BaseException | None) -> FaultCode:
    """What stands in the way, from a database's fault or what it caused; `database-unavailable` for all others."""
    while fault is not None:
        origin = fault.orig if isinstance(fault, DBAPIError) else fault
        if isinstance(origin, NoFreeConnection):
            return "ledger-busy"
        if isinstance(origin, sqlite3.Error):
            number = getattr(origin, "sqlite_errorcode", 0) & SQLITE_PRIMARY_CODE
            return _SQLITE_CODES.get(number, "database-unavailable")
        state: str | None = getattr(origin, "sqlstate", None)
        if state is not None:
            return _SQL_STATES.get(state, "database-unavailable")
        fault = fault.__cause__
    return "database-unavailable"
