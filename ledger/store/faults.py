"""Which exceptions mean that a database failed, and not that our code is wrong: both drivers' and SQLAlchemy's."""

import sqlite3
from importlib import import_module
from importlib.util import find_spec

from sqlalchemy.exc import SQLAlchemyError


def _driver_faults() -> tuple[type[Exception], ...]:
    if find_spec("psycopg") is None:
        return (sqlite3.Error,)
    return (sqlite3.Error, import_module("psycopg").Error)


DATABASE_FAULTS: tuple[type[Exception], ...] = (SQLAlchemyError, *_driver_faults())
