"""A backup as one file: a compressed tar of a manifest and SQLite files: ledger, directory and audit log.

The form is the same whichever database was saved, so a backup of one can be restored to the other, and any SQLite tool
can open what is in it. Keys, sessions and read models are not in it.
"""

import gzip
import hashlib
import os
import sqlite3
import tarfile
import zlib
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from io import BytesIO
from pathlib import Path
from shutil import copyfileobj
from typing import IO, Final

import msgspec
from msgspec import Struct
from sqlalchemy import Table

from ledger.store.audit_tables import AUDIT
from ledger.store.directory.tables import DIRECTORY
from ledger.store.leaves import Tree
from ledger.store.migrations import HEADS
from ledger.store.tables import LEDGER

FORMAT = 1
MANIFEST = "manifest.json"
READ_BYTES = 1 << 20
SAVED: Mapping[str, tuple[Table, ...]] = {
    "ledger": tuple(LEDGER.tables.values()),
    "directory": tuple(DIRECTORY.tables.values()),
    "audit": tuple(AUDIT.tables.values()),
}
"""The tables of each saved store. The order is that in which they are saved (see `backup`)."""
FIRST_SAVED: Final = ("ledger", "directory")
"""What the oldest backups hold: those without an audit log are restored with an empty one."""


class BackupRefused(Exception):
    """The backup cannot be made or restored as asked; one line that can be shown. Nothing was changed."""


class Contents(Struct, frozen=True, forbid_unknown_fields=True):
    """What the saved files hold. position: of the newest event. root: of the tree over all leaves, hex.

    rows: how many, by `store.table`.
    """

    position: int
    root: str
    rows: dict[str, int]


class Manifest(Struct, frozen=True, forbid_unknown_fields=True):
    """What a backup says of itself. made_at: UTC. versions: newest migration by store. sha256: hex, by file."""

    format: int
    made_at: datetime
    versions: dict[str, str]
    sha256: dict[str, str]
    contents: Contents


def name_of(store: str) -> str:
    """The name of a store's file, in the backup and in a home."""
    return f"{store}.db"


def contents(folder: Path) -> Contents:
    """Read the saved files in `folder` and say what they hold. An older release's files lack tables of today's."""
    counts: dict[str, int] = {}
    for store, tables in SAVED.items():
        if not (folder / name_of(store)).exists():
            continue
        with closing(sqlite3.connect(folder / name_of(store))) as connection:
            made = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            for name in (table.name for table in tables if table.name in made):
                counts[f"{store}.{name}"] = connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
    tree, position = Tree(), 0
    with closing(sqlite3.connect(folder / name_of("ledger"))) as connection:
        for position, leaf in connection.execute("SELECT position, leaf FROM events ORDER BY position"):  # noqa: B007
            tree.add(leaf)
    return Contents(position, tree.root().hex(), counts)


def pack(folder: Path, file: Path, *, versions: dict[str, str], made_at: datetime) -> Manifest:
    """Put the saved files of `folder` and their manifest into `file`, which appears only once it is whole."""
    sums = {name_of(store): _sha256(folder / name_of(store)) for store in SAVED}
    manifest = Manifest(FORMAT, made_at, versions, sums, contents(folder))
    part = file.with_name(file.name + ".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as target:
        with tarfile.open(fileobj=target, mode="w:gz", compresslevel=1) as archive:
            told = msgspec.json.format(msgspec.json.encode(manifest))
            entry = tarfile.TarInfo(MANIFEST)
            entry.size, entry.mode = len(told), 0o600
            archive.addfile(entry, BytesIO(told))
            for name in sums:
                archive.add(folder / name, arcname=name)
        target.flush()
        os.fsync(target.fileno())
    part.rename(file)
    return manifest


def unpack(file: Path, folder: Path) -> Manifest:
    """Put the saved files of `file` into `folder` and check every byte and figure against the manifest."""
    try:
        manifest = _unpacked(file, folder)
    except (OSError, EOFError, tarfile.TarError, zlib.error, msgspec.MsgspecError) as error:
        raise BackupRefused(f"{file.name} is not a whole backup: {error}") from error
    for name, expected in manifest.sha256.items():
        if _sha256(folder / name) != expected:
            raise BackupRefused(f"{file.name} is damaged: {name} is not what was saved")
    if contents(folder) != manifest.contents:
        raise BackupRefused(f"{file.name} is damaged: it holds other rows than its manifest says")
    return manifest


def _unpacked(file: Path, folder: Path) -> Manifest:
    with gzip.open(file) as stream, tarfile.open(fileobj=stream, mode="r|") as archive:
        manifest = _manifest(_next(archive, MANIFEST).read())
        for name in manifest.sha256:
            (folder / name).touch(mode=0o600)
            with _next(archive, name) as source, (folder / name).open("wb") as target:
                copyfileobj(source, target)
        while stream.read(READ_BYTES):  # only the end of the stream carries its checksum
            pass
    return manifest


def _manifest(told: bytes) -> Manifest:
    manifest = msgspec.json.decode(told, type=Manifest)
    held = [name_of(store) for store in SAVED]
    if manifest.format != FORMAT or list(manifest.sha256) not in (held, held[: len(FIRST_SAVED)]):
        raise BackupRefused(f"the backup has the form {manifest.format}; this release reads form {FORMAT}")
    newer = [store for store, step in manifest.versions.items() if step > HEADS[store]]
    if newer:
        raise BackupRefused(f"the backup was made by a newer release ({newer[0]} {manifest.versions[newer[0]]})")
    return manifest


def _next(archive: tarfile.TarFile, name: str) -> IO[bytes]:
    entry = archive.next()
    source = None if entry is None or entry.name != name else archive.extractfile(entry)
    if source is None:
        raise tarfile.ReadError(f"{name} is not where it should be")
    return source


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
