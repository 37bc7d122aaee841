"""Saves ledger, directory and audit log while they are written to, and restores them to an empty place.

The ledger is saved before the directory: commands write the directory first and the event after, so every event that
was saved finds its names saved too. Names whose event came later are orphans, which the sweep removes. On PostgreSQL
all are seen at one moment.
"""

import os
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import NamedTuple

from sqlalchemy import Connection, Engine, text

from ledger.store import append, stored_rows
from ledger.store.backup_file import SAVED, BackupRefused, Manifest, name_of, pack, unpack
from ledger.store.databases import STORES, Databases
from ledger.store.migrations import HEADS, migrate, version
from ledger.store.verification import Finding, verify_log


class Restored(NamedTuple):
    """A finished restore. findings: what `verify_log` says of the restored log; it was so when it was saved."""

    manifest: Manifest
    findings: list[Finding]


def backup(databases: Databases, file: Path, *, made_at: datetime) -> Manifest:
    """Save ledger, directory and audit log as `file`, which must not exist yet; nobody has to stop writing.

    Needs free space beside `file` for an uncompressed copy. made_at: aware UTC. Raises BackupRefused.
    """
    if file.exists():
        raise BackupRefused(f"{file} exists already and is left as it is")
    versions = {store: version(databases, store) or "" for store in SAVED}
    if any(versions[store] != HEADS[store] for store in SAVED):
        raise BackupRefused("the tables are of another release; run `linli migrate` first")
    with _workplace(file.parent) as folder:
        if databases.dialect == "sqlite":
            _copy_files(databases.home, folder)
        else:
            _copy_rows(databases, folder)
        return pack(folder, file, versions=versions, made_at=made_at)


def restore(file: Path, home: Path, url: str | None) -> Restored:
    """Restore `file` to SQLite files in `home` (url None) or to the PostgreSQL database at `url`.

    The place must be empty: `home` without any store's file, the database without a row. Views are built from the log
    at the next start; keys are not in a backup and must be put back by hand. Raises BackupRefused before it changes
    anything.
    """
    if url is None and (found := [store for store in STORES if (home / name_of(store)).exists()]):
        raise BackupRefused(f"{home} is in use: it has {name_of(found[0])}")
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _workplace(home) as folder:
        manifest = unpack(file, folder)
        findings = _bring_up_to_date(folder)
        if url is None:
            _move_files(folder, home)
        else:
            _load_rows(folder, home, url)
    with closing(Databases.open(home, url)) as restored:
        migrate(restored)
    return Restored(manifest, findings)


@contextmanager
def _workplace(parent: Path) -> Generator[Path]:
    folder = Path(mkdtemp(prefix=".backup-", dir=parent))
    try:
        yield folder
    finally:
        rmtree(folder)


def _copy_files(home: Path, folder: Path) -> None:
    for store in SAVED:
        with closing(sqlite3.connect(home / name_of(store), isolation_level=None)) as connection:
            connection.execute("VACUUM INTO ?", (str(folder / name_of(store)),))


def _copy_rows(databases: Databases, folder: Path) -> None:
    with (
        closing(Databases.open(folder, None)) as copy,
        stored_rows.snapshot(databases.ledger_read.connect()) as source,
        source.begin(),
    ):
        migrate(copy)
        for store, tables in SAVED.items():
            with _engine(copy, store).begin() as target:
                for table in tables:
                    stored_rows.write(target, table, stored_rows.read(source, table, store), store)
    _close_files(folder)


def _bring_up_to_date(folder: Path) -> list[Finding]:
    with closing(Databases.open(folder, None)) as copy:
        migrate(copy)
        return verify_log(copy)


def _move_files(folder: Path, home: Path) -> None:
    _close_files(folder)
    for store in reversed(list(SAVED)):
        (folder / name_of(store)).rename(home / name_of(store))
    descriptor = os.open(home, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def _load_rows(folder: Path, home: Path, url: str) -> None:
    with closing(Databases.open(home, url)) as target, closing(Databases.open(folder, None)) as copy:
        migrate(target)
        with target.ledger.begin() as written:
            append.lock(written)
            _refuse_rows(written)
            for store, tables in SAVED.items():
                with _engine(copy, f"{store}_read").begin() as source:
                    for table in tables:
                        stored_rows.write(written, table, stored_rows.read(source, table, store), store)


def _refuse_rows(connection: Connection) -> None:
    for name in (f"{store}.{table.name}" for store, tables in SAVED.items() for table in tables):
        if connection.scalar(text(f"SELECT EXISTS (SELECT FROM {name})")):
            raise BackupRefused(f"the database is in use: {name} has rows")


def _close_files(folder: Path) -> None:
    """Make each file whole in itself: nothing of it is left in a write-ahead log."""
    for store in SAVED:
        with closing(sqlite3.connect(folder / name_of(store), isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA journal_mode = DELETE")


def _engine(databases: Databases, name: str) -> Engine:
    return getattr(databases, name)
