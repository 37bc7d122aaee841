"""After rows were deleted: nothing of them is left in the files of the directory.

SQLite overwrites what it deletes, but copies that older page splits left behind, and the write-ahead log, go only by
building the file anew and cutting the log to nothing. PostgreSQL gives room back to itself and keeps its log: there
only a new wrapping key ends what lingers, see `ledger.store.key_rotation`.
"""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from shutil import rmtree
from typing import Final

from sqlalchemy import text

from ledger.store.databases import Databases
from ledger.store.directory.tables import DIRECTORY

STORE: Final = "directory"
WAIT_MS: Final = 20_000
"""How long readers and writers are waited for, each time."""
AT_ONCE_BYTES_MAX: Final = 256 * 1024 * 1024
"""Up to this size the file is built anew while somebody waits for the answer; our default, some two seconds."""

LEFT_AFTER: Final = timedelta(hours=24)
"""No backup and no restore takes so long."""


def size(databases: Databases) -> int:
    """How many bytes the directory takes; 0 on PostgreSQL, whose tables are cleaned beside everything else."""
    if databases.dialect == "postgresql":
        return 0
    return (databases.home / f"{STORE}.db").stat().st_size


def purge(databases: Databases) -> bool:
    """Clean the files; False where somebody else was at work on them all the time, and it is to be tried again.

    Needs free space of the directory's size on SQLite. Writers of names wait meanwhile, readers do not.
    """
    if databases.dialect == "postgresql":
        return _purge_tables(databases)
    file = databases.home / f"{STORE}.db"
    with closing(sqlite3.connect(file, isolation_level=None, timeout=WAIT_MS / 1000)) as connection:
        connection.execute("PRAGMA secure_delete = ON")
        try:
            connection.execute("VACUUM")
            busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError as fault:
            if fault.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise
            return False
    return not busy


def remove_left_copies(home: Path, now: datetime) -> int:
    """Remove copies of the directory that a restore or backup left in the data folder when it was killed, a day later;
    how many there were. now: aware.
    """
    oldest = (now - LEFT_AFTER).timestamp()
    left = [folder for folder in home.glob(".backup-*") if folder.is_dir() and folder.stat().st_mtime < oldest]
    for folder in left:
        rmtree(folder, ignore_errors=True)
    return len(left)


def _purge_tables(databases: Databases) -> bool:
    with databases.directory.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for name in sorted(DIRECTORY.tables):
            connection.execute(text(f"VACUUM {name}"))
    return True
