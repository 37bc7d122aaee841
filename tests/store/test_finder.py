"""The people in memory against the directory on disk, on both databases: changed here or by another process."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from uuid import UUID, uuid4

import pytest

from ledger.kernel.ids import MemberId
from ledger.store.databases import Databases
from ledger.store.directory import Directory
from ledger.store.directory.tables import SUBJECT_KEYS
from ledger.store.erasure_places import personal_fields
from ledger.store.finding import Finder, NotReady, finder
from ledger.store.keys import Keys

HERE = uuid4()


class Home(NamedTuple):
    member: UUID
    home: UUID
    since: int


class Homes:
    """As the read models would say it."""

    def __init__(self) -> None:
        self.rows: dict[UUID, Home] = {}

    def put(self, member: UUID, home: UUID = HERE) -> None:
        newest = max((row.since for row in self.rows.values()), default=0)
        self.rows[member] = Home(member, home, newest + 1)

    def changed_since(self, position: int) -> Sequence[Home]:
        return sorted((row for row in self.rows.values() if row.since > position), key=lambda row: row.since)

    def of(self, members: Sequence[UUID]) -> Sequence[Home]:
        return [self.rows[one] for one in members if one in self.rows]


class Book(NamedTuple):
    """A directory, its finder, and what the finder's alarm was told."""

    directory: Directory
    elsewhere: Directory
    homes: Homes
    finder: Finder
    alarms: list[int]

    def add(self, name: str, **more: str) -> UUID:
        member = uuid4()
        self.elsewhere.write(member, {"name": name, **more})
        self.homes.put(member)
        return member

    def found(self, typed: str, *, here: UUID = HERE) -> list[str]:
        hits = self.finder.find(typed, {here}.intersection, 50)
        names = self.directory.read(hits, "name")
        return sorted(names[one] for one in hits)


@pytest.fixture
def book(databases: Databases, tmp_path: Path) -> Book:
    keys = Keys.create_missing(tmp_path / "secrets")
    here, elsewhere = (Directory(databases.directory, databases.directory_read, keys) for _ in range(2))
    homes, alarms = Homes(), list[int]()
    return Book(here, elsewhere, homes, Finder(here, homes, alarms.append), alarms)


def test_before_it_is_made_nobody_can_search(book: Book) -> None:
    with pytest.raises(NotReady):
        book.found("zhang")


def test_what_another_process_writes_is_found_at_the_next_request(book: Book) -> None:
    book.add("张三", phone="13811112222")
    book.finder.make()
    member = book.add("张四", phone="13833334444")
    assert book.found("zhang") == ["张三", "张四"]
    book.elsewhere.correct(member, {"name": "李四"}, ["phone"])
    assert book.found("zhang") == ["张三"]
    assert book.found("lisi") == ["李四"]
    assert book.found("4444") == []


def test_somebody_whose_home_is_told_later_is_found_from_then_on(book: Book) -> None:
    book.finder.make()
    member = uuid4()
    book.elsewhere.write(member, {"name": "张三"})
    assert book.found("zhang") == []
    book.homes.put(member)
    assert book.found("zhang") == ["张三"]


def test_who_moves_is_found_where_they_are_at_home_now(book: Book) -> None:
    member, there = book.add("张三"), uuid4()
    book.finder.make()
    book.homes.put(member, there)
    assert book.found("zhang") == []
    assert book.found("zhang", here=there) == ["张三"]


def test_an_erased_person_is_gone_at_the_next_request_and_soon_from_memory(book: Book, databases: Databases) -> None:
    members = [book.add("张三", phone="13811112222"), book.add("张四")]
    book.finder.make()
    personal_fields(databases, [MemberId(members[0])])
    assert book.found("zhang") == ["张四"]
    assert book.found("2222") == []
    book.finder.renew()
    assert sum(len(layer.people) for layer in book.finder._layers) == 1


def test_organisations_have_names_and_are_no_people(book: Book) -> None:
    book.elsewhere.write(uuid4(), {"name": "张家港社区"})
    book.finder.make()
    assert book.found("zhang") == []


def test_lost_keys_are_left_out_and_broken_fields_told(book: Book, databases: Databases) -> None:
    lost, broken = book.add("张三"), book.add("张四")
    book.add("张五")
    with databases.directory.begin() as connection:
        connection.execute(SUBJECT_KEYS.delete().where(SUBJECT_KEYS.c.subject == lost))
        connection.execute(SUBJECT_KEYS.update().where(SUBJECT_KEYS.c.subject == broken).values(wrapped=bytes(60)))
    book.finder.make()
    assert book.found("zhang") == ["张五"]
    assert book.alarms == [1]


def test_many_small_changes_become_one_layer_and_a_thousand_a_new_index(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finder, "LAYERS_MAX", 3)
    monkeypatch.setattr(finder, "NEW_MAX", 5)
    book.add("张三")
    book.finder.make()
    for name in ("张四", "张五", "张六", "张七"):
        book.add(name)
        assert name in book.found("zhang")
    book.finder.tidy()
    assert len(book.finder._layers) == 2
    assert len(book.found("zhang")) == 5
    for name in ("张八", "张九"):
        book.add(name)
    book.finder.tidy()
    book.finder.renew()
    assert len(book.finder._layers) == 1
    assert len(book.found("zhang")) == 7


def test_making_can_be_given_up(book: Book) -> None:
    book.add("张三")
    book.finder.make(lambda: True)
    with pytest.raises(NotReady):
        book.found("zhang")


def test_nobody_is_missed_who_changes_while_everybody_is_read(book: Book) -> None:
    book.add("张三")
    late: list[UUID] = []

    def arriving() -> bool:
        if not late:
            late.append(book.add("张四"))
        return False

    book.finder.make(arriving)
    assert book.found("zhang") == ["张三", "张四"]


def test_numbers_of_changes_only_grow_and_name_who_changed(book: Book) -> None:
    before = book.directory.newest_change()
    member = book.add("张三")
    other = book.add("李四")
    changed = book.directory.changed_since(before)
    assert changed.subjects == (member, other)
    assert changed.newest > before
    assert book.directory.changed_since(changed.newest).subjects == ()
    book.elsewhere.write(member, {"address": "三号楼"})
    assert book.directory.changed_since(changed.newest).subjects == ()
