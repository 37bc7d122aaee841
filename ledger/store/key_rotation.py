"""New keys in place of old ones, under running processes and safe to cut off anywhere: done again, it goes on.

Wrapping keys: the new one is added to the file, made current in the directory, every subject's key is wrapped anew, and
only then is the old one thrown away; at each moment the file opens every row. Token keys: a new one signs from now on,
the old ones go on verifying what is printed.
"""

import fcntl
import os
import secrets
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy import Connection, bindparam, func, select, text, update

from ledger.store import key_files
from ledger.store.databases import Databases
from ledger.store.directory import erasures
from ledger.store.directory.bindings import insert_into, set_sequence
from ledger.store.directory.sealing import Seals
from ledger.store.directory.subject_keys import current_key
from ledger.store.directory.tables import SEQUENCES, SUBJECT_KEYS
from ledger.store.directory.wrapping import CURRENT, WrappingKeys
from ledger.store.key_files import KEY_BYTES, TOKEN_KEY_ID_MAX, KeyFault
from ledger.store.keys import TOKENS, Keys

ROWS_AT_A_TIME: Final = 500
"""Their locks are held for some 20 ms; nobody who writes a name waits longer."""

Report = Callable[[int, int], None]
"""Told how many rows are done, and of how many."""


class Rotated(NamedTuple):
    """A finished rotation. key_id: of the key that counts now. thrown_away: ids. rows: wrapped anew."""

    key_id: int
    thrown_away: tuple[int, ...]
    rows: int


class RotationPlan(NamedTuple):
    """What a rotation would do. resumes: one that was cut off is finished, no further key is made."""

    key_id: int
    resumes: bool
    rows: int


def plan(databases: Databases, home: Path) -> RotationPlan:
    """What `rotate_wrapping_key` would do now. Changes nothing."""
    keys = Keys.open(home)
    with databases.directory_read.connect() as connection:
        key_id, resumes = _target(keys, current_key(connection))
        return RotationPlan(key_id, resumes, _rows_left(connection, key_id))


def rotate_wrapping_key(databases: Databases, home: Path, now: datetime, report: Report | None = None) -> Rotated:
    """Give the directory a new wrapping key, or finish what was cut off. Raises KeyFault; one process at a time.

    Who was purged before it began can from then on be read from nothing, whatever a disk or a log still holds.
    """
    with alone(home):
        return rotate_alone(databases, home, now, report)


def rotate_alone(databases: Databases, home: Path, now: datetime, report: Report | None = None) -> Rotated:
    """As `rotate_wrapping_key`, for who holds `alone`."""
    _remove_drafts(home)
    keys = Keys.open(home)
    with databases.directory_read.connect() as connection:
        key_id, _ = _target(keys, current_key(connection))
        ended = erasures.not_rewrapped(connection)
    if key_id not in keys.directory:
        added = {**keys.directory, key_id: secrets.token_bytes(KEY_BYTES)}
        key_files.replace(keys.wrapping_file, key_files.numbered_text(added))
        keys = Keys.open(home)
    _make_current(databases, key_id)
    rows = _rewrap(databases, keys, key_id, report)
    key_files.replace(keys.wrapping_file, key_files.numbered_text({key_id: keys.directory[key_id]}))
    with databases.directory.begin() as connection:
        erasures.note_rewrapped(connection, ended, now)
    return Rotated(key_id, tuple(one for one in keys.directory if one != key_id), rows)


def rotate_token_key(home: Path) -> int:
    """Add a key that signs from now on; gives its id. Raises KeyFault where all 256 ids are used."""
    with alone(home):
        keys = Keys.open(home)
        key_id = max(keys.tokens) + 1
        if key_id > TOKEN_KEY_ID_MAX:
            raise KeyFault(f"{keys.folder / TOKENS}: every key id up to {TOKEN_KEY_ID_MAX} is used")
        added = {**keys.tokens, key_id: secrets.token_bytes(KEY_BYTES)}
        key_files.replace(keys.folder / TOKENS, key_files.numbered_text(added))
        return key_id


def require_current_key(databases: Databases, keys: Keys) -> None:
    """Refuse, with KeyFault, a key file that lacks the key by which the directory is written: that of another time."""
    with databases.directory_read.connect() as connection:
        _target(keys, current_key(connection))


def _target(keys: Keys, current: int | None) -> tuple[int, bool]:
    """The key id to rotate to, and whether that was begun before."""
    if current is not None and current not in keys.directory:
        had = ", ".join(str(one) for one in keys.directory)
        told = "the directory was written with key"
        raise KeyFault(
            f"{keys.wrapping_file}: {told} {current}, and the file has {had}; put the file of that time back"
        )
    newest = max(keys.directory)
    return (newest, True) if len(keys.directory) > 1 else (newest + 1, False)


def _make_current(databases: Databases, key_id: int) -> None:
    """From the commit on, every new key is wrapped by `key_id`: who makes one holds a lock against this."""
    with databases.directory.begin() as connection:
        if databases.dialect == "postgresql":
            connection.execute(text("LOCK TABLE subject_keys IN SHARE ROW EXCLUSIVE MODE"))
        row = {"name": CURRENT, "last": key_id}
        connection.execute(insert_into(connection, SEQUENCES).on_conflict_do_nothing(), row)
        set_sequence(connection, CURRENT, key_id)


def _rewrap(databases: Databases, keys: Keys, key_id: int, report: Report | None) -> int:
    seals = Seals(WrappingKeys(keys.directory, keys.wrapping_file), keys.deployment)
    with databases.directory_read.connect() as connection:
        total = _rows_left(connection, key_id)
    done = 0
    while True:
        with databases.directory.begin() as connection:
            rewrapped = _rewrap_some(connection, seals, key_id)
        done += rewrapped
        if report is not None:
            report(done, max(done, total))
        if rewrapped == 0:
            return done


def _rewrap_some(connection: Connection, seals: Seals, key_id: int) -> int:
    c = SUBJECT_KEYS.c
    others = select(c.subject, c.wrapped).where(c.wrapping_key != key_id).order_by(c.subject).limit(ROWS_AT_A_TIME)
    rows = [
        {"known": subject, "anew": seals.rewrapped(subject, wrapped, key_id)}
        for subject, wrapped in connection.execute(others.with_for_update()).all()
    ]
    if rows:
        renewed = update(SUBJECT_KEYS).where(c.subject == bindparam("known"))
        connection.execute(renewed.values(wrapped=bindparam("anew"), wrapping_key=key_id), rows)
    return len(rows)


def _rows_left(connection: Connection, key_id: int) -> int:
    counted = select(func.count()).select_from(SUBJECT_KEYS).where(SUBJECT_KEYS.c.wrapping_key != key_id)
    return connection.execute(counted).scalar_one()


def _remove_drafts(home: Path) -> None:
    """A rotation that was cut off may have left a begun file of keys."""
    for draft in (home / "keys").glob(".*.key.*"):
        draft.unlink(missing_ok=True)


@contextmanager
def alone(home: Path) -> Generator[None]:
    """Hold the lock under which keys are rotated: one rotation at a time."""
    descriptor = os.open(home / "rotation.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
