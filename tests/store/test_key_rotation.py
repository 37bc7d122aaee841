"""New keys under running processes: every row opens before, during and after, wherever the rotation was cut off."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from ledger.kernel.ids import MemberId
from ledger.store import key_files, key_rotation
from ledger.store.databases import Databases
from ledger.store.directory import Directory, DirectoryFault
from ledger.store.directory.tables import SUBJECT_KEYS
from ledger.store.key_files import KeyFault
from ledger.store.key_rotation import plan, require_current_key, rotate_token_key, rotate_wrapping_key
from ledger.store.keys import Keys

NOW = datetime(2026, 3, 4, tzinfo=UTC)
PEOPLE = 7


class Killed(BaseException):
    """As sudden as the end of a process."""


class Kept:
    """A directory with people in it, and its keys."""

    def __init__(self, databases: Databases, home: Path) -> None:
        self.databases, self.home = databases, home
        Keys.create_missing(home)
        self.people = {MemberId(uuid4()): f"张{number}" for number in range(PEOPLE)}
        self.running = self.directory()
        self.running.write_many((member, {"name": name}) for member, name in self.people.items())

    def directory(self) -> Directory:
        """As a process that starts now sees it."""
        return Directory(self.databases.directory, self.databases.directory_read, Keys.open(self.home))

    def wrapping_ids(self) -> set[int]:
        with self.databases.directory_read.connect() as connection:
            return set(connection.execute(select(SUBJECT_KEYS.c.wrapping_key)).scalars())

    def opens_for(self, directory: Directory) -> bool:
        return directory.read(self.people, "name") == self.people


@pytest.fixture
def kept(databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kept:
    monkeypatch.setattr(key_rotation, "ROWS_AT_A_TIME", 2)
    return Kept(databases, tmp_path / "secrets")


def test_every_name_opens_afterwards_and_the_old_key_is_gone(kept: Kept) -> None:
    old = Keys.open(kept.home).directory
    told: list[tuple[int, int]] = []

    rotated = rotate_wrapping_key(kept.databases, kept.home, NOW, lambda done, of: told.append((done, of)))

    assert (rotated.key_id, rotated.thrown_away, rotated.rows) == (2, (1,), PEOPLE)
    assert told[-1] == (PEOPLE, PEOPLE)
    assert list(Keys.open(kept.home).directory) == [2]
    assert Keys.open(kept.home).directory[2] not in old.values()
    assert kept.wrapping_ids() == {2}
    assert kept.opens_for(kept.directory())
    assert not any(old[1].hex() in file.read_text() for file in (kept.home / "keys").iterdir())


def test_a_running_process_goes_on_and_writes_under_the_new_key(kept: Kept) -> None:
    rotate_wrapping_key(kept.databases, kept.home, NOW)

    assert kept.opens_for(kept.running)
    newcomer = MemberId(uuid4())
    kept.running.write(newcomer, {"name": "新来的"})
    assert kept.directory().read([newcomer], "name") == {newcomer: "新来的"}
    assert kept.wrapping_ids() == {2}


def test_the_old_key_opens_nothing_any_more(kept: Kept, tmp_path: Path) -> None:
    thief = Keys.open(kept.home)

    rotate_wrapping_key(kept.databases, kept.home, NOW)

    elsewhere = Keys.create_missing(tmp_path / "other")
    stolen = Directory(
        kept.databases.directory,
        kept.databases.directory_read,
        _with(elsewhere, directory=thief.directory, deployment=thief.deployment),
    )
    with pytest.raises(DirectoryFault):
        stolen.read(kept.people, "name")


def _with(keys: Keys, **changed: Any) -> Keys:
    from msgspec.structs import replace

    return replace(keys, **changed)


@contextmanager
def killed_at(monkeypatch: pytest.MonkeyPatch, step: int) -> Generator[Callable[[], int]]:
    """Kills whoever begins the step with this number: a file put in place, or a piece of rows. Gives the steps seen."""
    seen = 0

    def guarded(real: Callable[..., Any]) -> Callable[..., Any]:
        def stepping(*given: Any) -> Any:
            nonlocal seen
            seen += 1
            if seen == step:
                raise Killed
            return real(*given)

        return stepping

    with monkeypatch.context() as patched:
        patched.setattr(key_files, "replace", guarded(key_files.replace))
        for name in ("_make_current", "_rewrap_some"):
            patched.setattr(key_rotation, name, guarded(getattr(key_rotation, name)))
        yield lambda: seen


@pytest.mark.parametrize("step", range(1, 9))
def test_cut_off_anywhere_every_row_opens_and_the_next_run_finishes(
    kept: Kept, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    # given a rotation that is killed at one of its steps
    with killed_at(monkeypatch, step) as steps, pytest.raises(Killed):
        rotate_wrapping_key(kept.databases, kept.home, NOW)
    assert steps() == step

    # then whoever runs, and whoever starts, opens every row and writes new ones
    newcomer = MemberId(uuid4())
    for directory in (kept.running, kept.directory()):
        assert kept.opens_for(directory)
        directory.write(newcomer, {"name": "新来的"})
        assert directory.read([newcomer], "name") == {newcomer: "新来的"}
    require_current_key(kept.databases, Keys.open(kept.home))

    # and the next run makes one key of it
    resumes = plan(kept.databases, kept.home).resumes
    assert resumes == (step > 1)
    assert rotate_wrapping_key(kept.databases, kept.home, NOW).key_id == 2
    assert list(Keys.open(kept.home).directory) == [2]
    assert kept.wrapping_ids() == {2}
    assert kept.opens_for(kept.running)


def test_looking_at_the_plan_changes_nothing(kept: Kept) -> None:
    assert plan(kept.databases, kept.home) == (2, False, PEOPLE)
    assert list(Keys.open(kept.home).directory) == [1]


def test_the_key_file_of_another_time_is_refused_before_anything_is_served(kept: Kept) -> None:
    before = (kept.home / "keys" / "directory.key").read_text()
    rotate_wrapping_key(kept.databases, kept.home, NOW)
    key_files.replace(kept.home / "keys" / "directory.key", before)

    with pytest.raises(KeyFault, match="the directory was written with key 2"):
        require_current_key(kept.databases, Keys.open(kept.home))


def test_an_older_copy_opens_with_the_key_file_of_its_time(kept: Kept) -> None:
    # given the rows and the file as they were before a rotation, put back together
    file = kept.home / "keys" / "directory.key"
    before = file.read_text()
    with kept.databases.directory.begin() as connection:
        connection.execute(text("CREATE TABLE older AS SELECT * FROM subject_keys"))
    rotate_wrapping_key(kept.databases, kept.home, NOW)
    with kept.databases.directory.begin() as connection:
        connection.execute(text("DELETE FROM subject_keys"))
        connection.execute(text("INSERT INTO subject_keys SELECT * FROM older"))
        connection.execute(text("DELETE FROM sequences WHERE name = 'wrapping_key'"))
    key_files.replace(file, before)

    assert kept.opens_for(kept.directory())
    assert rotate_wrapping_key(kept.databases, kept.home, NOW).key_id == 2
    assert kept.opens_for(kept.directory())


def test_token_keys_are_added_and_the_newest_signs(tmp_path: Path) -> None:
    before = Keys.create_missing(tmp_path)

    assert rotate_token_key(tmp_path) == 2

    after = Keys.open(tmp_path)
    assert after.token_key_current == 2
    assert after.tokens[1] == before.tokens[1]


def test_there_are_no_more_than_256_token_keys(tmp_path: Path) -> None:
    keys = Keys.create_missing(tmp_path)
    key_files.replace(keys.folder / "tokens.key", key_files.numbered_text({255: keys.tokens[1]}))

    with pytest.raises(KeyFault, match="every key id up to 255 is used"):
        rotate_token_key(tmp_path)


def test_subjects_of_both_keys_are_read_in_one_query(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    with killed_at(monkeypatch, 5), pytest.raises(Killed):
        rotate_wrapping_key(kept.databases, kept.home, NOW)

    assert kept.wrapping_ids() == {1, 2}
    assert kept.directory().read([UUID(str(one)) for one in kept.people], "name") == kept.people
