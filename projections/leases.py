"""Who may run the read models: one process at a time. A crash frees the lease without anybody's help.

On SQLite it is a lock on a file beside the store, on PostgreSQL a session's advisory lock. It only saves work: two
runners at once would still be kept apart by the fence.
"""

import fcntl
import os
from typing import Literal, Protocol

from sqlalchemy import Connection, text
from sqlalchemy import Engine as Database
from sqlalchemy.exc import SQLAlchemyError

Purpose = Literal["run", "rebuild"]

_ADVISORY_CLASS = {"run": 0x6C6C01, "rebuild": 0x6C6C02}


class Lease(Protocol):
    """Held by at most one holder; `take` may be repeated and tells whether it is held now."""

    def take(self) -> bool: ...

    def release(self) -> None: ...


def lease(views: Database, purpose: Purpose) -> Lease:
    """The lease for `purpose` in the store `views`."""
    if views.dialect.name == "postgresql":
        return _AdvisoryLease(views, _ADVISORY_CLASS[purpose])
    database = views.url.database
    return _FileLease(f"{database}.{purpose}.lock") if database and database != ":memory:" else _PrivateLease()


class _FileLease:
    def __init__(self, file: str) -> None:
        self._file = file
        self._descriptor: int | None = None

    def take(self) -> bool:
        if self._descriptor is not None:
            return True
        descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class _AdvisoryLease:
    def __init__(self, views: Database, lock_class: int) -> None:
        self._views = views
        self._class = lock_class
        self._connection: Connection | None = None

    def take(self) -> bool:
        if self._connection is not None and self._is_alive(self._connection):
            return True
        self.release()
        connection = self._views.connect().execution_options(isolation_level="AUTOCOMMIT")
        # Schemas of one database have leases of their own.
        asked = text("SELECT pg_try_advisory_lock(:class, hashtext(current_schema()))")
        if connection.scalar(asked, {"class": self._class}):
            self._connection = connection
            return True
        connection.close()
        return False

    def release(self) -> None:
        if self._connection is not None:
            # Closing the session, not returning it to the pool, is what frees the lock in every case.
            self._connection.invalidate()
            self._connection.close()
            self._connection = None

    def _is_alive(self, connection: Connection) -> bool:
        try:
            return connection.scalar(text("SELECT 1")) == 1
        except SQLAlchemyError:
            return False


class _PrivateLease:
    def take(self) -> bool:
        return True

    def release(self) -> None:
        return None
