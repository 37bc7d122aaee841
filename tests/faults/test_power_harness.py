"""The model of a disk keeps what was synced and nothing else for sure; the record of calls is read in their order."""

from pathlib import Path
from random import Random

import pytest

from .power_harness.calls import SystemCall, system_calls
from .power_harness.disk import SECTOR_BYTES, Change, Disk, DiskFile

NOTHING, ALL = 0.0, 1.0


def after(file: DiskFile, survives: float) -> bytes:
    return file.after_cut(Random(0), survives)


def calls(*lines: bytes) -> list[SystemCall]:
    return list(system_calls(lines))


def test_what_was_synced_is_there_and_what_was_written_later_is_not() -> None:
    file = DiskFile(b"old")
    file.change(Change(0, b"new"))
    file.synced(file.mark())
    file.change(Change(3, b"er"))

    assert after(file, NOTHING) == b"new"
    assert after(file, ALL) == b"newer"


def test_a_sync_does_not_cover_what_is_written_while_it_goes_on() -> None:
    file = DiskFile()
    file.change(Change(0, b"before"))
    mark = file.mark()
    file.change(Change(6, b", after"))
    file.synced(mark)

    assert after(file, NOTHING) == b"before"
    file.synced(file.mark())
    assert after(file, NOTHING) == b"before, after"


def test_an_unsynced_write_survives_by_whole_sectors() -> None:
    file = DiskFile(bytes(4 * SECTOR_BYTES))
    file.change(Change(100, b"x" * (3 * SECTOR_BYTES)))

    found = after(file, 0.5)

    sectors = [found[first : first + SECTOR_BYTES] for first in range(0, len(found), SECTOR_BYTES)]
    assert all(sector.count(b"x") in (0, SECTOR_BYTES) for sector in sectors[1:3])
    assert 0 < found.count(b"x") < 3 * SECTOR_BYTES


@pytest.mark.parametrize("size", [2, 8])
def test_a_new_size_counts_once_it_is_synced(size: int) -> None:
    file = DiskFile(b"four")
    file.change(Change(size, None))

    assert after(file, NOTHING) == b"four"
    file.synced(file.mark())
    assert after(file, NOTHING) == b"four"[:size] + bytes(max(0, size - 4))


def test_a_new_name_is_there_once_its_folder_was_synced(tmp_path: Path) -> None:
    home, path = tmp_path / "home", str(tmp_path / "home" / "log")
    home.mkdir()
    disk = Disk(home, ignored=())
    disk.opened(path, emptied=False)
    disk.file(path).change(Change(0, b"kept"))
    disk.file(path).synced(1)

    disk.cut(tmp_path / "before", Random(0), NOTHING)
    disk.folder_synced(str(home))
    disk.cut(tmp_path / "after", Random(0), NOTHING)

    assert not (tmp_path / "before" / "log").exists()
    assert (tmp_path / "after" / "log").read_bytes() == b"kept"


def test_a_removed_name_is_gone_once_its_folder_was_synced(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "log").write_bytes(b"old")
    disk = Disk(home, ignored=())
    disk.removed(str(home / "log"))

    disk.cut(tmp_path / "before", Random(0), NOTHING)
    disk.folder_synced(str(home))
    disk.cut(tmp_path / "after", Random(0), NOTHING)

    assert (tmp_path / "before" / "log").read_bytes() == b"old"
    assert not (tmp_path / "after" / "log").exists()


def test_a_write_is_read_with_its_bytes_and_its_offset() -> None:
    begun, ended = calls(rb'7 pwrite64(3</data/log>, "\0\1a\"\n\377", 6, 4096) = 6' + b"\n")

    assert (begun.ended, ended.ended) == (False, True)
    assert (ended.thread, ended.name, ended.path, ended.result) == (7, "pwrite64", "/data/log", 6)
    assert (ended.text, ended.last_number) == (b'\0\1a"\n\xff', 4096)


def test_a_call_that_another_interrupts_ends_where_it_was_resumed() -> None:
    told = calls(
        b"7 fdatasync(3</data/log> <unfinished ...>\n",
        b'8 pwrite64(3</data/log>, "x", 1, 0) = 1\n',
        b"7 <... fdatasync resumed>)          = 0\n",
        b"8 +++ exited with 0 +++\n",
    )

    assert [(one.thread, one.name, one.ended) for one in told] == [
        (7, "fdatasync", False),
        (8, "pwrite64", False),
        (8, "pwrite64", True),
        (7, "fdatasync", True),
    ]
    assert told[-1].path == "/data/log"
    assert told[-1].result == 0


def test_a_call_that_failed_gives_its_result() -> None:
    assert calls(b'7 unlink("/data/log") = -1 ENOENT (No such file or directory)\n')[-1].result == -1
