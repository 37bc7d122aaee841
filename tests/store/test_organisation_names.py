"""Other names of organisations: kept under the organisation's key, found at once by every process."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from ledger.store.databases import Databases
from ledger.store.directory import Directory
from ledger.store.directory.organisation_names import Alias, NameInUse, NameNotThere, OrganisationNames
from ledger.store.keys import Keys
from ledger.store.migrations import migrate

PLACE, OTHER = uuid4(), uuid4()
YESTERDAY = date(2026, 3, 3)


class Names:
    """A directory with two organisations, as two processes see it."""

    def __init__(self, folder: Path) -> None:
        self.databases = Databases.open(folder, None)
        migrate(self.databases)
        keys = Keys.create_missing(folder)
        self.directory = Directory(self.databases.directory, self.databases.directory_read, keys)
        self.here, self.there = (OrganisationNames(self.directory, self.databases.directory_read) for _ in range(2))
        self.directory.write_many([(PLACE, {"name": "百亩园社区"}), (OTHER, {"name": "百花社区"})])

    def found(self, text: str, names: OrganisationNames | None = None) -> list[tuple[UUID, str | None]]:
        """Which are found by the other process, and by which alias."""
        search = (names or self.there).search(text, lambda: [PLACE, OTHER], 2, limit=10)
        return [(one.organisation, one.by) for one in search]


@pytest.fixture
def names(tmp_path: Path) -> Iterator[Names]:
    made = Names(tmp_path)
    yield made
    made.databases.close()


def test_an_alias_leads_to_the_organisation_in_every_process(names: Names) -> None:
    assert names.found("百园") == []

    names.here.add(PLACE, "百园社区")

    assert names.found("百园") == [(PLACE, "百园社区")]
    assert names.found("百") == [(PLACE, None), (OTHER, None)], "by name where equally close"
    assert names.here.aliases([PLACE, OTHER]) == {PLACE: [Alias("百园社区")]}


def test_characters_of_any_width_are_found(names: Names) -> None:
    names.here.add(OTHER, "A3 小区")

    assert names.found(" ａ３") == [(OTHER, "A3 小区")]


def test_what_it_was_called_is_kept_with_its_last_day(names: Names) -> None:
    names.here.add(PLACE, "百园社区")
    names.here.rename(PLACE, "新园社区", YESTERDAY)

    assert names.here.aliases([PLACE]) == {PLACE: [Alias("百亩园社区", YESTERDAY), Alias("百园社区")]}
    assert names.found("新园") == [(PLACE, None)]
    assert names.found("百亩园社区") == [(PLACE, "百亩园社区")]


def test_a_removed_alias_leads_nowhere_and_can_come_back(names: Names) -> None:
    names.here.add(PLACE, "百园社区")
    names.here.remove(PLACE, "百园社区")

    assert (names.found("百园社区"), names.here.aliases([PLACE])) == ([], {})
    with pytest.raises(NameNotThere):
        names.here.remove(PLACE, "百园社区")
    names.here.add(PLACE, "百园社区")
    assert names.found("百园社区") == [(PLACE, "百园社区")]


@pytest.mark.parametrize("name", ["百亩园社区", "百园社区"])
def test_a_name_is_given_once(names: Names, name: str) -> None:
    names.here.add(PLACE, "百园社区")

    with pytest.raises(NameInUse):
        names.here.add(PLACE, name)
    with pytest.raises(NameInUse):
        names.here.rename(PLACE, "百亩园社区", YESTERDAY)


def test_only_missing_names_are_added_by_a_list(names: Names) -> None:
    names.here.add(PLACE, "百园社区")
    listed = {PLACE: ["百亩园社区", "百园社区", "百园"], OTHER: []}

    assert (names.here.add_missing(listed), names.here.add_missing(listed)) == (1, 0)
    assert [one.name for one in names.here.aliases([PLACE])[PLACE]] == ["百园", "百园社区"]


def test_the_files_hold_no_name_in_the_clear(names: Names) -> None:
    names.here.add(PLACE, "百园社区")

    with names.databases.directory_read.connect() as connection:
        rows = connection.execute(text("SELECT field, ciphertext FROM fields")).all()
    assert not any("百园社区".encode() in bytes(row[1]) or "百园" in row[0] for row in rows)
