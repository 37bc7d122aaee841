"""The erasure list: synced, only ever longer, read strictly; without it nothing is served that was ever erased from."""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest

from ledger.kernel.ids import MemberId
from ledger.store.databases import Databases
from ledger.store.directory import Directory
from ledger.store.erasing import Erasing
from ledger.store.erasure_list import Erased, ErasureList, ErasureListFault
from ledger.store.keys import Keys
from ledger.store.migrations import migrate

NOW = datetime(2026, 3, 4, tzinfo=UTC)


@pytest.fixture
def listed(tmp_path: Path) -> ErasureList:
    made = ErasureList(tmp_path / "erasures")
    made.begin()
    return made


def somebody() -> MemberId:
    return MemberId(uuid4())


def test_lines_are_numbered_in_the_order_they_came(listed: ErasureList) -> None:
    one, other = somebody(), somebody()

    assert listed.add([one]) == [Erased(1, one)]
    assert listed.add([other, one, other]) == [Erased(2, other), Erased(1, one)]
    assert listed.entries() == [Erased(1, one), Erased(2, other)]
    assert listed.file.read_text() == f"linli erasure list 1\n1 {one}\n2 {other}\n"


def test_only_its_owner_reads_the_list(listed: ErasureList) -> None:
    assert listed.file.stat().st_mode & 0o777 == 0o600
    listed.file.chmod(0o640)

    with pytest.raises(ErasureListFault, match="chmod 0600"):
        listed.entries()


def test_beginning_again_keeps_what_is_there(listed: ErasureList) -> None:
    listed.add([somebody()])

    listed.begin()

    assert len(listed.entries()) == 1


def test_a_line_that_was_cut_off_never_counted_and_is_written_over(listed: ErasureList) -> None:
    one, other = somebody(), somebody()
    listed.add([one])
    with listed.file.open("a") as file:
        file.write("2 0f8fad5b-d9cb-46")

    assert listed.entries() == [Erased(1, one)]
    assert listed.add([other]) == [Erased(2, other)]
    assert listed.entries() == [Erased(1, one), Erased(2, other)]


@pytest.mark.parametrize("line", ["3 {0}\n", "2 nobody\n", "2\n", "\n"])
def test_a_damaged_line_is_named(listed: ErasureList, line: str) -> None:
    listed.add([somebody()])
    with listed.file.open("a") as file:
        file.write(line.format(somebody()))

    with pytest.raises(ErasureListFault, match="line 3 is damaged"):
        listed.entries()


def test_another_file_is_no_list(listed: ErasureList) -> None:
    listed.file.write_text("1 2 3\n")

    with pytest.raises(ErasureListFault, match="no erasure list"):
        listed.entries()


def _add(folder: Path, member: MemberId) -> None:
    ErasureList(folder).add([member])


def test_many_at_once_lose_nobody(listed: ErasureList) -> None:
    everybody = [somebody() for _ in range(40)]

    with ThreadPoolExecutor(8) as several:
        list(several.map(partial(_add, listed.file.parent), everybody))

    assert {entry.member for entry in listed.entries()} == set(everybody)
    assert [entry.number for entry in listed.entries()] == list(range(1, 41))


class Kept:
    """A directory with somebody in it, beside its list."""

    def __init__(self, databases: Databases, folder: Path) -> None:
        self.databases, self.listed = databases, ErasureList(folder / "erasures")
        self.erasing = Erasing(databases, self.listed)
        keys = Keys.create_missing(folder / "secrets")
        self.directory = Directory(databases.directory, databases.directory_read, keys)
        self.member = somebody()
        self.directory.write(self.member, {"name": "张三", "phone": "13800138000"})


@pytest.fixture
def kept(databases: Databases, tmp_path: Path) -> Kept:
    made = Kept(databases, tmp_path)
    made.erasing.start(NOW)
    return made


def test_a_start_applies_the_list_to_what_an_older_copy_has(kept: Kept) -> None:
    kept.erasing.erase([kept.member], NOW)
    # An older copy: rows that are there again, and no trace of the erasure.
    with kept.databases.directory.begin() as connection:
        connection.exec_driver_sql("DELETE FROM erasures")
    kept.directory.write(kept.member, {"name": "张三"})

    applied = kept.erasing.start(NOW)

    assert applied.lines == 1
    assert applied.removed > 0
    assert kept.directory.read_all(kept.member) == {}
    assert kept.erasing.start(NOW).removed == 0


def test_a_missing_list_stops_the_start(kept: Kept) -> None:
    kept.listed.file.unlink()

    with pytest.raises(ErasureListFault, match="the erasure list is missing; put it back") as fault:
        kept.erasing.start(NOW)

    assert "\n" not in str(fault.value)


def test_a_list_of_an_earlier_day_stops_the_start(kept: Kept) -> None:
    kept.erasing.erase([kept.member], NOW)
    kept.listed.file.unlink()
    kept.listed.begin()

    with pytest.raises(ErasureListFault, match="lacks erasure 1"):
        kept.erasing.start(NOW)


def test_the_list_of_another_deployment_stops_the_start(kept: Kept) -> None:
    kept.erasing.erase([kept.member], NOW)
    kept.listed.file.unlink()
    kept.listed.begin()
    kept.listed.add([somebody()])

    with pytest.raises(ErasureListFault, match="lacks erasure 1"):
        kept.erasing.start(NOW)


def test_what_is_said_of_an_erasure_follows_the_work(kept: Kept) -> None:
    (begun,) = kept.erasing.erase([kept.member], NOW)
    assert (begun.number, begun.erased, begun.purged) == (1, NOW, None)

    assert kept.erasing.purge(NOW)
    done = kept.erasing.of(kept.member)

    assert done is not None
    assert done.purged == NOW
    assert (kept.erasing.key_due() is None) == (kept.databases.dialect == "sqlite")


def test_a_reader_who_does_not_let_go_puts_the_cleaning_off(
    sqlite_databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.store.file_purging.WAIT_MS", 50)
    kept = Kept(sqlite_databases, tmp_path)
    kept.erasing.start(NOW)
    with sqlite_databases.directory_read.connect() as reader:
        reader.exec_driver_sql("SELECT count(*) FROM fields").fetchone()
        kept.erasing.erase([kept.member], NOW)
        assert not kept.erasing.purge(NOW)
        reader.rollback()

    assert kept.erasing.purge(NOW)


def test_a_deployment_that_was_never_served_begins_its_list(tmp_path: Path) -> None:
    with closing(Databases.open(tmp_path / "home", None)) as databases:
        migrate(databases)
        listed = ErasureList(tmp_path / "elsewhere")

        Erasing(databases, listed).start(NOW)

        assert listed.entries() == []


def test_copies_that_a_killed_restore_left_are_gone_a_day_later(kept: Kept) -> None:
    for name, hours in (("old", 25), ("young", 1)):
        folder = kept.databases.home / f".backup-{name}"
        folder.mkdir(parents=True)
        (folder / "directory.db").write_bytes(b"somebody")
        at = (NOW - timedelta(hours=hours)).timestamp()
        os.utime(folder, (at, at))

    kept.erasing.keep(NOW)

    assert [folder.name for folder in kept.databases.home.glob(".backup-*")] == [".backup-young"]
