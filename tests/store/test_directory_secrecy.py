"""What the directory promises: nothing in the clear on the disk, and what is sealed opens only where it was sealed."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import delete, select, text, update

from ledger.store.databases import Databases
from ledger.store.directory import Directory, DirectoryFault
from ledger.store.directory.look_up import digest
from ledger.store.directory.sealing import Place, Seals
from ledger.store.directory.tables import BLIND, CHANGES, FIELDS, SUBJECT_KEYS
from ledger.store.directory.wrapping import WrappingKeys
from ledger.store.keys import Keys

CANARIES = {
    "name": "欧阳金丝雀",
    "phone": "13800138000",
    "identity_number": "210922194903070019",
    "address": "canary lane",
}


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys.create_missing(tmp_path / "secrets")


@pytest.fixture
def directory(databases: Databases, keys: Keys) -> Directory:
    return Directory(databases.directory, databases.directory_read, keys)


@pytest.fixture
def people(directory: Directory) -> tuple[UUID, UUID]:
    one, other = uuid4(), uuid4()
    directory.write_many([(one, {"name": "张三", "address": "张三"}), (other, {"name": "李四"})])
    return one, other


def change(databases: Databases, subject: UUID, field: str, **values: Any) -> None:
    with databases.directory.begin() as connection:
        named = FIELDS.c.subject == subject, FIELDS.c.field == field
        assert connection.execute(update(FIELDS).where(*named).values(**values)).rowcount == 1


def ciphertext(databases: Databases, subject: UUID, field: str) -> bytes:
    query = select(FIELDS.c.ciphertext).where(FIELDS.c.subject == subject, FIELDS.c.field == field)
    with databases.directory_read.connect() as connection:
        return connection.execute(query).scalar_one()


def bytes_on_disk(home: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(home.glob("*.db*")))


def test_nothing_a_person_typed_is_on_the_disk_in_the_clear(sqlite_databases: Databases, keys: Keys) -> None:
    directory = Directory(sqlite_databases.directory, sqlite_databases.directory_read, keys)
    member = uuid4()
    directory.write(member, CANARIES)
    with sqlite_databases.directory.begin() as connection:
        connection.execute(text("CREATE TABLE control (said TEXT)"))
        connection.execute(text("INSERT INTO control VALUES ('control canary')"))

    found = bytes_on_disk(sqlite_databases.home)

    assert directory.read_all(member) == CANARIES
    assert b"control canary" in found
    assert [text for text in CANARIES.values() if text.encode() in found] == []


def test_what_was_replaced_leaves_no_row_behind(directory: Directory, databases: Databases) -> None:
    member = uuid4()
    directory.write(member, CANARIES)
    directory.write(member, dict.fromkeys(CANARIES, "1"))

    with databases.directory_read.connect() as connection:
        assert len(connection.execute(select(BLIND)).all()) == 2
        assert set(connection.execute(select(FIELDS.c.version)).scalars()) == {2}


def test_equal_texts_have_different_ciphertexts(databases: Databases, people: tuple[UUID, UUID]) -> None:
    assert ciphertext(databases, people[0], "name")[12:] != ciphertext(databases, people[0], "address")[12:]


def test_a_ciphertext_moved_to_another_field_does_not_open(
    directory: Directory, databases: Databases, people: tuple[UUID, UUID]
) -> None:
    change(databases, people[0], "address", ciphertext=ciphertext(databases, people[0], "name"))

    with pytest.raises(DirectoryFault, match="does not open"):
        directory.read([people[0]], "address")


@pytest.mark.parametrize("owner", [0, 1], ids=["with its key", "without its key"])
def test_a_ciphertext_moved_to_another_subject_does_not_open(
    directory: Directory, databases: Databases, people: tuple[UUID, UUID], owner: int
) -> None:
    stolen = ciphertext(databases, people[0], "name")
    change(databases, people[1], "name", ciphertext=stolen, key_owner=people[owner])

    with pytest.raises(DirectoryFault, match="does not open"):
        directory.read([people[1]], "name")


def test_an_older_ciphertext_put_back_does_not_open(
    directory: Directory, databases: Databases, people: tuple[UUID, UUID]
) -> None:
    older = ciphertext(databases, people[0], "name")
    directory.write(people[0], {"name": "张四"})
    change(databases, people[0], "name", ciphertext=older)

    with pytest.raises(DirectoryFault, match="does not open"):
        directory.read([people[0]], "name")


def test_the_key_of_another_subject_does_not_open(
    directory: Directory, databases: Databases, people: tuple[UUID, UUID]
) -> None:
    change(databases, people[0], "name", key_owner=people[1])

    with pytest.raises(DirectoryFault, match=r"name of .* does not open"):
        directory.read([people[0]], "name")


def test_a_wrapped_key_given_to_another_subject_does_not_open(
    directory: Directory, databases: Databases, people: tuple[UUID, UUID]
) -> None:
    one = select(SUBJECT_KEYS.c.wrapped).where(SUBJECT_KEYS.c.subject == people[0]).scalar_subquery()
    with databases.directory.begin() as connection:
        connection.execute(update(SUBJECT_KEYS).where(SUBJECT_KEYS.c.subject == people[1]).values(wrapped=one))

    with pytest.raises(DirectoryFault, match=r"the key of .* does not open"):
        directory.read([people[1]], "name")


@pytest.mark.parametrize("changed", ["directory", "deployment"])
def test_another_deployment_opens_nothing(
    databases: Databases, keys: Keys, people: tuple[UUID, UUID], changed: str, tmp_path: Path
) -> None:
    others = Keys.create_missing(tmp_path / "other secrets")
    mixed = replace(keys, folder=others.folder, **{changed: getattr(others, changed)})
    elsewhere = Directory(databases.directory, databases.directory_read, mixed)

    with pytest.raises(DirectoryFault, match=r"directory\.key"):
        elsewhere.read([people[0]], "name")


def test_another_blind_key_finds_nobody(directory: Directory, databases: Databases, keys: Keys) -> None:
    directory.write(uuid4(), {"phone": "13800138000"})
    elsewhere = Directory(databases.directory, databases.directory_read, replace(keys, blind=bytes(range(32))))

    assert len(directory.find("phone", "13800138000")) == 1
    assert elsewhere.find("phone", "13800138000") == ()


def test_without_its_key_a_subject_is_gone_at_once_for_every_worker(
    directory: Directory, databases: Databases, keys: Keys, people: tuple[UUID, UUID]
) -> None:
    elsewhere = Directory(databases.directory, databases.directory_read, keys)
    assert elsewhere.read(people, "name") == directory.read(people, "name")

    with databases.directory.begin() as connection:
        connection.execute(delete(SUBJECT_KEYS).where(SUBJECT_KEYS.c.subject == people[0]))

    for worker in (directory, elsewhere):
        assert worker.read(people, "name") == {people[1]: "李四"}
        assert worker.read_all(people[0]) == {}


def test_deleting_key_and_rows_leaves_no_byte_even_for_who_has_the_wrapping_key(
    sqlite_databases: Databases, keys: Keys
) -> None:
    directory = Directory(sqlite_databases.directory, sqlite_databases.directory_read, keys)
    member = uuid4()
    directory.write(member, CANARIES)
    sealed = [ciphertext(sqlite_databases, member, field) for field in CANARIES]
    before = bytes_on_disk(sqlite_databases.home)

    with sqlite_databases.directory.begin() as connection:
        for table in (FIELDS, BLIND, CHANGES, SUBJECT_KEYS):
            connection.execute(delete(table).where(table.c.subject == member))
    with closing(sqlite3.connect(sqlite_databases.home / "directory.db")) as connection:
        assert connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone() == (0, 0, 0)

    after = bytes_on_disk(sqlite_databases.home)
    assert all(each in before for each in sealed)
    assert [each for each in [*sealed, member.bytes] if each in after] == []


@given(
    text=st.text(st.characters(exclude_categories=["Cs"])),
    field=st.text("abc_", min_size=1),
    version=st.integers(1, 2**31),
)
def test_unsealing_gives_back_what_was_sealed_and_nothing_altered(text: str, field: str, version: int) -> None:
    seals, owner = Seals(WrappingKeys({1: bytes(range(32))}), b"d" * 32), uuid4()
    wrapped, place = seals.new_wrapped_key(owner, 1), Place(uuid4(), field, version)

    sealed = seals.seal(owner, wrapped, place, text)

    assert seals.unseal(owner, wrapped, place, sealed) == text
    for altered in (
        sealed[:-1],
        sealed[:11],
        b"",
        sealed[:-1] + bytes([sealed[-1] ^ 1]),
        bytes([sealed[0] ^ 1]) + sealed[1:],
    ):
        with pytest.raises(DirectoryFault):
            seals.unseal(owner, wrapped, place, altered)


def test_digests_of_kinds_never_meet() -> None:
    kinds = ("phone", "identity_number", "member_number")

    assert len({digest(b"k" * 32, kind, "12345678") for kind in kinds}) == 3
