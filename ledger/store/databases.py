"""The five stores and their engines: ledger (for ever), directory (people), views (rebuilt), state, audit (kept apart).

On SQLite they are five files in one folder, on PostgreSQL five schemas of one database. Opening checks the settings
that durability and isolation stand on; a weaker one refuses the start.
"""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal
from weakref import finalize

from sqlalchemy import Engine, event

from ledger.store import postgres_schemas, sqlite_files

Dialect = Literal["sqlite", "postgresql"]

STORES = ("ledger", "directory", "views", "state", "audit")


@dataclass(frozen=True)
class Databases:
    """Engines by store. The plain ones write (on SQLite they take the write lock at BEGIN); the `_read` ones cannot.

    On SQLite a plain engine has a single connection: never begin a second transaction on it inside another.
    """

    home: Path
    dialect: Dialect
    ledger: Engine
    ledger_read: Engine
    directory: Engine
    directory_read: Engine
    views: Engine
    views_read: Engine
    state: Engine
    state_read: Engine
    audit: Engine
    audit_read: Engine

    @classmethod
    def open(cls, home: Path, url: str | None) -> "Databases":
        """Open the stores: files in `home` when `url` is None, else the PostgreSQL database at `url`.

        Makes folder, files or schemas where they are missing, but no tables: that is `migrate`. Raises UnsafeSettings
        or DatabaseMissing, each with one line that can be shown to an administrator.
        """
        opened = _on_sqlite(home) if url is None else _on_postgres(home, url)
        try:
            for engine in opened.engines():
                engine.connect().close()
        except BaseException:
            opened.close()
            raise
        return opened

    def engines(self) -> list[Engine]:
        """All ten engines."""
        return [value for field in fields(self) if isinstance(value := getattr(self, field.name), Engine)]

    def close(self) -> None:
        """Close every connection: the idle ones now, those still in use by another thread when they come back."""
        _close(self.engines())

    def __post_init__(self) -> None:
        # eventsourcing's projection runner never closes the factory of its view.
        finalize(self, _close, self.engines())


def _on_sqlite(home: Path) -> Databases:
    files = {store: home / f"{store}.db" for store in STORES}
    sqlite_files.prepare(home, list(files.values()))
    return Databases(
        home=home,
        dialect="sqlite",
        ledger=sqlite_files.write_engine(files["ledger"], "FULL", wal_pages_max=sqlite_files.LEDGER_WAL_PAGES_MAX),
        directory=sqlite_files.write_engine(files["directory"], "FULL"),
        views=sqlite_files.write_engine(files["views"], "NORMAL"),
        state=sqlite_files.write_engine(files["state"], "NORMAL"),
        audit=sqlite_files.write_engine(files["audit"], "FULL"),
        **{f"{store}_read": sqlite_files.read_engine(files[store]) for store in STORES},
    )


def _on_postgres(home: Path, url: str) -> Databases:
    target = postgres_schemas.address(url)
    postgres_schemas.prepare(target)
    return Databases(
        home=home,
        dialect="postgresql",
        **{store: postgres_schemas.write_engine(target, store) for store in STORES},
        **{f"{store}_read": postgres_schemas.read_engine(target, store) for store in STORES},
    )


def _close(engines: list[Engine]) -> None:
    for engine in engines:
        event.listen(engine.pool, "checkin", _close_returned)
        engine.pool.dispose()


def _close_returned(_connection: object, record: Any) -> None:
    record.invalidate()
