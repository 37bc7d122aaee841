"""The five stores as SQLite files: how they are opened, and which settings they must really have.

Transactions are begun by us, never by the driver: `BEGIN IMMEDIATE` where a store is written, plain `BEGIN` where it is
read. A setting that did not take (a file system without shared memory, another journal mode) refuses the start.
"""

import fcntl
import os
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import URL, Connection, Engine, create_engine, event

from ledger.store.refused_settings import UnsafeSettings

Synchronous = Literal["FULL", "NORMAL"]

BUSY_TIMEOUT_MS = 2_000
POOL_TIMEOUT_SECONDS = 5.0
READERS_MAX = 16
CACHE_KIB = 16_384
WAL_LEFT_BYTES_MAX = 64 * 1024 * 1024
"""What a write-ahead log keeps of the disk once it has been emptied."""

WAL_PAGES_MAX = 2_000
LEDGER_WAL_PAGES_MAX = 16_000
"""Pages (4 KiB) at which a commit has to empty the write-ahead log itself. Late for the ledger: `Checkpoints` does it
beside the writer."""

_LEVELS = {"FULL": 2, "NORMAL": 1}


def write_engine(file: Path, synchronous: Synchronous, *, wal_pages_max: int = WAL_PAGES_MAX) -> Engine:
    """One writing connection a process: SQLite has one writer anyway, and threads queue fairly for it here."""
    engine = _engine(file, pool_size=1, max_overflow=0)
    required = {"synchronous": _LEVELS[synchronous], "secure_delete": 1, "wal_autocheckpoint": wal_pages_max}
    event.listen(engine, "connect", _preparing(file, required))
    event.listen(engine, "begin", _begin_immediate)
    return engine


def read_engine(file: Path) -> Engine:
    """Connections that refuse to write; each transaction sees the store as it was at its first statement."""
    engine = _engine(file, pool_size=READERS_MAX // 2, max_overflow=READERS_MAX // 2)
    event.listen(engine, "connect", _preparing(file, {"query_only": 1}))
    event.listen(engine, "begin", _begin)
    return engine


def prepare(home: Path, files: list[Path]) -> None:
    """Make the folder and files where they are missing and put them into WAL mode; safe when several start at once.

    What we make, only our own account can read; SQLite gives the files beside a database the same mode.
    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with only_process(home):
        for file in files:
            os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))
            with closing(sqlite3.connect(file, isolation_level=None, timeout=BUSY_TIMEOUT_MS / 1000)) as connection:
                connection.execute("PRAGMA journal_mode = WAL")


@contextmanager
def only_process(home: Path) -> Generator[None]:
    """Hold the folder's lock file, so that one process at a time prepares or migrates what is in it."""
    descriptor = os.open(home / "setup.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _engine(file: Path, *, pool_size: int, max_overflow: int) -> Engine:
    return create_engine(
        URL.create("sqlite+pysqlite", database=str(file)),
        connect_args={"isolation_level": None, "timeout": BUSY_TIMEOUT_MS / 1000},
        pool_size=pool_size,
        max_overflow=max_overflow,
        pool_timeout=POOL_TIMEOUT_SECONDS,
    )


def _preparing(file: Path, required: dict[str, int]) -> Any:
    settings = {"busy_timeout": BUSY_TIMEOUT_MS, "foreign_keys": 1, **required}
    unchecked = {"cache_size": -CACHE_KIB, "journal_size_limit": WAL_LEFT_BYTES_MAX}

    def prepare_connection(connection: sqlite3.Connection, _record: object) -> None:
        for name, value in {**unchecked, **settings}.items():
            connection.execute(f"PRAGMA {name} = {value}")
        found = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in settings}
        found["journal_mode"] = connection.execute("PRAGMA journal_mode").fetchone()[0]
        check_settings(file, found, {**settings, "journal_mode": "wal"})

    return prepare_connection


def check_settings(file: Path, found: dict[str, Any], required: dict[str, Any]) -> None:
    """Refuse, naming each setting of `file` that is not as required."""
    wrong = [f"{name} is {found[name]}, not {value}" for name, value in required.items() if found[name] != value]
    if wrong:
        raise UnsafeSettings(f"{file.name}: {'; '.join(wrong)}")


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
