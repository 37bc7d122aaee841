"""Pictures behind hours that were written in: kept once, sealed for their organisation, and copied with a backup."""

from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import MetaData, bindparam, func, select, text, update

from ledger.kernel.ids import OrganisationId
from ledger.store import migrations, stored_rows
from ledger.store.databases import Databases
from ledger.store.directory import Directory, DirectoryFault, Picture
from ledger.store.directory.sealing import Place, Seals
from ledger.store.directory.tables import EVIDENCE, SUBJECT_KEYS
from ledger.store.directory.wrapping import WrappingKeys
from ledger.store.id_type import Id
from ledger.store.keys import Keys
from ledger.store.migrations import configuration, migrate, version

LIST = Picture("image/png", b"\x89PNG canary of the list at the door")
ID = bindparam("m", type_=Id)
OTHER = Picture("image/jpeg", b"\xff\xd8\xff another list")


@pytest.fixture
def directory(databases: Databases, tmp_path: Path) -> Directory:
    return Directory(databases.directory, databases.directory_read, Keys.create_missing(tmp_path / "secrets"))


@pytest.fixture
def community() -> OrganisationId:
    return OrganisationId(uuid4())


def test_a_picture_is_found_by_its_digest(directory: Directory, community: OrganisationId) -> None:
    digest = directory.keep_evidence(community, *LIST)

    assert digest == sha256(LIST.content).hexdigest()
    assert directory.evidence(community, digest) == LIST
    assert directory.owners_of_evidence(digest) == (community,)


def test_a_picture_is_nobody_elses(directory: Directory, community: OrganisationId) -> None:
    digest = directory.keep_evidence(community, *LIST)
    elsewhere = OrganisationId(uuid4())
    unknown = directory.keep_evidence(elsewhere, *OTHER)

    assert directory.evidence(elsewhere, digest) is None
    assert directory.evidence(community, unknown) is None


def test_kept_again_it_stays_one(directory: Directory, databases: Databases, community: OrganisationId) -> None:
    elsewhere = OrganisationId(uuid4())
    digests = {directory.keep_evidence(owner, *LIST) for owner in (community, community, elsewhere)}

    with databases.directory_read.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(EVIDENCE)) == 2
    assert directory.owners_of_evidence(digests.pop()) == tuple(sorted((community, elsewhere)))
    assert not digests


def test_nothing_of_it_is_on_the_disk_in_the_clear(sqlite_databases: Databases, tmp_path: Path) -> None:
    keys = Keys.create_missing(tmp_path / "secrets")
    directory = Directory(sqlite_databases.directory, sqlite_databases.directory_read, keys)
    directory.keep_evidence(OrganisationId(uuid4()), *LIST)

    found = b"".join(file.read_bytes() for file in sorted(sqlite_databases.home.glob("*.db*")))

    assert b"image/png" in found
    assert b"canary" not in found


def test_it_opens_only_where_it_was_sealed(
    directory: Directory, databases: Databases, community: OrganisationId
) -> None:
    one, other = directory.keep_evidence(community, *LIST), directory.keep_evidence(community, *OTHER)
    with databases.directory.begin() as connection:
        sealed = select(EVIDENCE.c.ciphertext).where(EVIDENCE.c.digest == bytes.fromhex(one)).scalar_subquery()
        moved = update(EVIDENCE).where(EVIDENCE.c.digest == bytes.fromhex(other)).values(ciphertext=sealed)
        connection.execute(moved)

    assert directory.evidence(community, one) == LIST
    with pytest.raises(DirectoryFault, match="does not open"):
        directory.evidence(community, other)


def test_without_its_organisations_key_it_is_gone(
    directory: Directory, databases: Databases, community: OrganisationId
) -> None:
    digest = directory.keep_evidence(community, *LIST)
    with databases.directory.begin() as connection:
        connection.execute(SUBJECT_KEYS.delete())

    assert directory.evidence(community, digest) is None


def test_a_directory_of_the_first_release_gets_the_table_and_keeps_its_rows(
    databases: Databases, tmp_path: Path
) -> None:
    # given a directory as the first step left it, with a person in it
    from alembic import command

    keys, member, community = Keys.create_missing(tmp_path / "secrets"), uuid4(), OrganisationId(uuid4())
    seals = Seals(WrappingKeys(keys.directory), keys.deployment)
    wrapped = seals.new_wrapped_key(member, 1)
    sealed = seals.seal(member, wrapped, Place(member, "name", 1), "张三")
    with databases.directory.begin() as connection:
        made = MetaData()
        made.reflect(connection)
        made.drop_all(connection)
        command.upgrade(configuration(connection, "directory"), "0001")
        connection.execute(text("INSERT INTO subject_keys VALUES (:m, :k)").bindparams(ID), {"m": member, "k": wrapped})
        field = text("INSERT INTO fields VALUES (:m, 'name', 1, :m, :c)").bindparams(ID)
        connection.execute(field, {"m": member, "c": sealed})

    # when this release starts
    migrate(databases)
    directory = Directory(databases.directory, databases.directory_read, keys)

    # then the person is there, and pictures can be kept
    assert version(databases, "directory") == migrations.HEADS["directory"]
    assert directory.read([member], "name") == {member: "张三"}
    assert directory.evidence(community, directory.keep_evidence(community, *LIST)) == LIST


def test_whoever_copies_the_table_holds_few_pictures_in_memory(
    directory: Directory, databases: Databases, community: OrganisationId
) -> None:
    kept = {directory.keep_evidence(community, "image/png", bytes([number])) for number in range(40)}

    with databases.directory_read.connect() as connection:
        rows = list(stored_rows.read(connection, EVIDENCE, "directory"))

    assert {row[1].hex() for row in rows} == kept
    assert EVIDENCE.info["rows_a_page"] < stored_rows.PAGE
