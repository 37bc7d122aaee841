"""Whatever we make on disk, only the account that runs us can read, wherever the folder is and whatever its umask."""

import os
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ledger.store.backup import backup, restore
from ledger.store.databases import Databases
from ledger.store.keys import Keys
from ledger.store.migrations import migrate

NOW = datetime(2026, 3, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def careless_account() -> Iterator[None]:
    """An account that lets everybody read what it makes."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def open_folder(tmp_path: Path) -> Path:
    """A folder that was there before us, which anybody may look into."""
    folder = tmp_path / "open"
    folder.mkdir(mode=0o755)
    return folder


def readable_by_others(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir() if file.is_file() and file.stat().st_mode & 0o077]


def test_databases_and_the_files_beside_them(open_folder: Path) -> None:
    with closing(Databases.open(open_folder, None)) as databases:
        migrate(databases)

        assert (open_folder / "ledger.db-wal").exists()
        assert readable_by_others(open_folder) == []


def test_a_restored_ledger(open_folder: Path, tmp_path: Path) -> None:
    with closing(Databases.open(tmp_path / "first", None)) as databases:
        migrate(databases)
        backup(databases, tmp_path / "b.tar.gz", made_at=NOW)

    restore(tmp_path / "b.tar.gz", open_folder, None)

    assert (open_folder / "ledger.db").exists()
    assert readable_by_others(open_folder) == []


def test_a_home_that_holds_only_keys(tmp_path: Path) -> None:
    Keys.create_missing(tmp_path / "new" / "home")

    assert (tmp_path / "new" / "home").stat().st_mode & 0o077 == 0
