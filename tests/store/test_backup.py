"""A backup under load is whole and of one moment; restored anywhere, to either database, it is the same ledger."""

import sqlite3
import tarfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from threading import Event, Thread
from uuid import UUID, uuid4

import msgspec
import pytest
from sqlalchemy import insert, select, text

from ledger.kernel.envelope import Envelope
from ledger.kernel.ids import CommandId, MemberId
from ledger.store import append
from ledger.store.backup import backup, restore
from ledger.store.backup_file import MANIFEST, BackupRefused, Manifest, contents, pack
from ledger.store.codec import Codec
from ledger.store.databases import Databases
from ledger.store.directory.tables import CARDS, SEQUENCES, SUBJECT_KEYS
from ledger.store.migrations import migrate
from ledger.store.tables import COMMANDS, EVENTS
from ledger.store.verification import verify_log
from ledger.tasks.events import TaskClaimed

NOW = datetime(2025, 9, 29, 4, 0, tzinfo=UTC)
MEMBER = MemberId(uuid4())


def claimed(stream: UUID) -> append.Row:
    envelope = Envelope(NOW, MEMBER, CommandId(uuid4()))
    return append.Row(stream, 1, *Codec().encode(TaskClaimed(MEMBER), envelope, bytes(16)))


def one_command(databases: Databases) -> None:
    """As our commands do: the name first, then the event and its answer in one transaction."""
    subject = uuid4()
    with databases.directory.begin() as connection:
        connection.execute(insert(SUBJECT_KEYS).values(subject=subject, wrapped=b"key"))
    with databases.ledger.begin() as connection:
        append.lock(connection)
        position = append.insert(connection, [claimed(subject)], append.head(connection))[-1]
        answer = {"command": uuid4(), "digest": b"d", "outcome": b"{}", "position": position}
        connection.execute(insert(COMMANDS).values(answer))


@pytest.fixture
def saved(databases: Databases) -> Databases:
    for _ in range(20):
        one_command(databases)
    with databases.directory.begin() as connection:
        connection.execute(insert(CARDS).values(card=uuid4(), member=MEMBER))
        connection.execute(insert(SEQUENCES).values(name="member", last=7))
    return databases


def everything(databases: Databases) -> dict[str, list[tuple[object, ...]]]:
    tables = {"ledger": (EVENTS, COMMANDS), "directory": (SUBJECT_KEYS, CARDS, SEQUENCES)}
    rows: dict[str, list[tuple[object, ...]]] = {}
    for store, kept in tables.items():
        with getattr(databases, f"{store}_read").connect() as connection:
            for table in kept:
                rows[table.name] = [
                    tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))
                ]
    return rows


@contextmanager
def under_load(databases: Databases) -> Iterator[None]:
    stopping, begun = Event(), Event()

    def work() -> None:
        while not stopping.is_set():
            one_command(databases)
            begun.set()

    thread = Thread(target=work)
    thread.start()
    assert begun.wait(10)
    yield
    stopping.set()
    thread.join()


@contextmanager
def restored_to(file: Path, home: Path, url: str | None) -> Iterator[Databases]:
    assert restore(file, home, url).findings == []
    with closing(Databases.open(home, url)) as databases:
        yield databases


def test_a_backup_restores_to_the_same_ledger(saved: Databases, tmp_path: Path) -> None:
    manifest = backup(saved, tmp_path / "b.tar.gz", made_at=NOW)

    assert manifest.contents.position == 20
    with restored_to(tmp_path / "b.tar.gz", tmp_path / "new", None) as restored:
        assert everything(restored) == everything(saved)
        one_command(restored)
        assert verify_log(restored) == []
        with pytest.raises(Exception, match="never changed"), restored.ledger.begin() as connection:
            connection.execute(text("DELETE FROM events"))


@pytest.mark.postgres
def test_a_backup_moves_to_postgres_and_back(
    saved: Databases, tmp_path: Path, empty_postgres_url: str, new_postgres_database: Callable[[str | None], str]
) -> None:
    backup(saved, tmp_path / "first.tar.gz", made_at=NOW)

    with restored_to(tmp_path / "first.tar.gz", tmp_path / "city", empty_postgres_url) as city:
        assert everything(city) == everything(saved)
        there = backup(city, tmp_path / "second.tar.gz", made_at=NOW)
    with restored_to(tmp_path / "second.tar.gz", tmp_path / "town", None) as town:
        assert everything(town) == everything(saved)
        back = backup(town, tmp_path / "third.tar.gz", made_at=NOW)

    assert there.contents == back.contents


def test_a_backup_under_load_is_of_one_moment(saved: Databases, tmp_path: Path) -> None:
    with under_load(saved):
        manifest = backup(saved, tmp_path / "b.tar.gz", made_at=NOW)

    assert manifest.contents.position >= 20
    with restored_to(tmp_path / "b.tar.gz", tmp_path / "new", None) as restored:
        rows = everything(restored)
    assert len(rows["events"]) == manifest.contents.position == len(rows["commands"])
    named = {row[0] for row in rows["subject_keys"]}
    assert all(row[1] in named for row in rows["events"])


def test_the_file_is_private_and_says_what_it_holds(saved: Databases, tmp_path: Path) -> None:
    manifest = backup(saved, tmp_path / "b.tar.gz", made_at=NOW)

    assert (tmp_path / "b.tar.gz").stat().st_mode & 0o077 == 0
    assert {file.name for file in tmp_path.iterdir()} <= {"b.tar.gz", "home"}
    with tarfile.open(tmp_path / "b.tar.gz") as archive:
        assert archive.getnames() == [MANIFEST, "ledger.db", "directory.db", "audit.db"]
        told = archive.extractfile(MANIFEST)
        assert told is not None
        assert msgspec.json.decode(told.read(), type=Manifest) == manifest
    assert manifest.contents.rows["directory.cards"] == 1


def test_an_empty_ledger_can_be_saved(databases: Databases, tmp_path: Path) -> None:
    backup(databases, tmp_path / "b.tar.gz", made_at=NOW)

    with restored_to(tmp_path / "b.tar.gz", tmp_path / "new", None) as restored:
        assert everything(restored)["events"] == []


def test_an_existing_file_is_left_as_it_is(saved: Databases, tmp_path: Path) -> None:
    (tmp_path / "b.tar.gz").write_bytes(b"older")

    with pytest.raises(BackupRefused, match="exists already"):
        backup(saved, tmp_path / "b.tar.gz", made_at=NOW)

    assert (tmp_path / "b.tar.gz").read_bytes() == b"older"


def test_a_home_in_use_is_refused(sqlite_databases: Databases, tmp_path: Path) -> None:
    backup(sqlite_databases, tmp_path / "b.tar.gz", made_at=NOW)
    one_command(sqlite_databases)

    with pytest.raises(BackupRefused, match=r"is in use: it has ledger.db"):
        restore(tmp_path / "b.tar.gz", sqlite_databases.home, None)

    assert len(everything(sqlite_databases)["events"]) == 1


@pytest.mark.postgres
def test_a_database_in_use_is_refused(postgres_databases: Databases, postgres_url: str, tmp_path: Path) -> None:
    backup(postgres_databases, tmp_path / "b.tar.gz", made_at=NOW)
    one_command(postgres_databases)

    with pytest.raises(BackupRefused, match=r"ledger.events has rows"):
        restore(tmp_path / "b.tar.gz", tmp_path / "new", postgres_url)

    assert len(everything(postgres_databases)["events"]) == 1


@pytest.mark.parametrize("part", [0.02, 0.3, 0.6, 0.9])
def test_a_damaged_backup_is_refused_and_leaves_nothing(
    sqlite_databases: Databases, tmp_path: Path, part: float
) -> None:
    one_command(sqlite_databases)
    backup(sqlite_databases, tmp_path / "b.tar.gz", made_at=NOW)
    stored = bytearray((tmp_path / "b.tar.gz").read_bytes())
    at = int(len(stored) * part)
    stored[at : at + 16] = bytes(byte ^ 0xFF for byte in stored[at : at + 16])
    (tmp_path / "b.tar.gz").write_bytes(stored)

    with pytest.raises(BackupRefused, match=r"damaged|not a whole backup"):
        restore(tmp_path / "b.tar.gz", tmp_path / "new", None)

    assert list((tmp_path / "new").iterdir()) == []


def test_half_a_backup_is_refused(saved: Databases, tmp_path: Path) -> None:
    backup(saved, tmp_path / "b.tar.gz", made_at=NOW)
    stored = (tmp_path / "b.tar.gz").read_bytes()
    (tmp_path / "b.tar.gz").write_bytes(stored[: len(stored) // 2])

    with pytest.raises(BackupRefused, match="not a whole backup"):
        restore(tmp_path / "b.tar.gz", tmp_path / "new", None)


def test_a_log_that_was_damaged_before_it_was_saved_is_restored_with_its_findings(
    sqlite_databases: Databases, tmp_path: Path
) -> None:
    one_command(sqlite_databases)
    with sqlite_databases.ledger.begin() as connection:
        connection.execute(text("DROP TRIGGER events_refuse_update"))
        connection.execute(text("UPDATE events SET state = x'00'"))
    backup(sqlite_databases, tmp_path / "b.tar.gz", made_at=NOW)

    restored = restore(tmp_path / "b.tar.gz", tmp_path / "new", None)

    assert [finding.kind for finding in restored.findings] == ["leaf-differs"]


def test_tables_of_another_release_are_not_saved(tmp_path: Path) -> None:
    with closing(Databases.open(tmp_path / "home", None)) as unmigrated:
        with pytest.raises(BackupRefused, match="linli migrate"):
            backup(unmigrated, tmp_path / "b.tar.gz", made_at=NOW)
        migrate(unmigrated)
        backup(unmigrated, tmp_path / "b.tar.gz", made_at=NOW)


def test_a_backup_of_a_newer_release_is_refused(sqlite_databases: Databases, tmp_path: Path) -> None:
    one_command(sqlite_databases)
    pack(sqlite_databases.home, tmp_path / "b.tar.gz", versions={"ledger": "9999", "directory": "0001"}, made_at=NOW)

    with pytest.raises(BackupRefused, match=r"newer release \(ledger 9999\)"):
        restore(tmp_path / "b.tar.gz", tmp_path / "new", None)


def test_a_backup_of_another_form_is_refused(sqlite_databases: Databases, tmp_path: Path) -> None:
    manifest = backup(sqlite_databases, tmp_path / "b.tar.gz", made_at=NOW)
    told = msgspec.json.encode(msgspec.structs.replace(manifest, format=2))
    with tarfile.open(tmp_path / "later.tar.gz", "w:gz") as archive:
        entry = tarfile.TarInfo(MANIFEST)
        entry.size = len(told)
        archive.addfile(entry, BytesIO(told))

    with pytest.raises(BackupRefused, match="has the form 2"):
        restore(tmp_path / "later.tar.gz", tmp_path / "new", None)


def test_the_root_is_over_the_leaves_that_are_stored(sqlite_databases: Databases, tmp_path: Path) -> None:
    before = contents(sqlite_databases.home)
    one_command(sqlite_databases)
    with closing(sqlite3.connect(sqlite_databases.home / "ledger.db")) as connection:
        (leaf,) = connection.execute("SELECT leaf FROM events").fetchone()

    assert before.root != contents(sqlite_databases.home).root == leaf.hex()
