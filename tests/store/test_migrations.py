"""Migrations: many at once, none twice, and in the end exactly the tables that the code names."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, text
from sqlalchemy.exc import DBAPIError

from ledger.store.audit_tables import AUDIT
from ledger.store.databases import Databases
from ledger.store.directory.tables import DIRECTORY
from ledger.store.migrations import HEADS, configuration, migrate, version
from ledger.store.refused_settings import NewerTables
from ledger.store.state_tables import STATE
from ledger.store.tables import LEDGER

METADATA = {"ledger": LEDGER, "directory": DIRECTORY, "state": STATE, "audit": AUDIT}
ONE_START = """
import sys
from pathlib import Path
from ledger.store.audit_tables import AUDIT
from ledger.store.databases import Databases
from ledger.store.migrations import migrate
sys.stdin.read()
databases = Databases.open(Path(sys.argv[1]), sys.argv[2] or None)
migrate(databases)
databases.close()
"""


def start_six_at_once(home: Path, url: str) -> Sequence[tuple[int, str]]:
    starts = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", ONE_START, str(home), url],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(6)
    ]
    for start in starts:
        assert start.stdin is not None
        start.stdin.close()
        start.stdin = None
    return [(start.returncode, errors) for start in starts for _, errors in [start.communicate(timeout=60)]]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest) -> str:
    return "" if request.param == "sqlite" else request.getfixturevalue("empty_postgres_url")


def test_six_processes_may_migrate_an_empty_database_at_once(empty_url: str, tmp_path: Path) -> None:
    outcomes = start_six_at_once(tmp_path / "home", empty_url)

    assert outcomes == [(0, "")] * 6
    databases = Databases.open(tmp_path / "home", empty_url or None)
    assert {store: version(databases, store) for store in HEADS} == HEADS
    databases.close()


@pytest.mark.parametrize("store", METADATA)
def test_migrated_tables_are_those_the_code_names(databases: Databases, store: str) -> None:
    with getattr(databases, store).connect() as connection:
        options = {"version_table": f"{store}_version", "compare_type": True}
        differences = compare_metadata(MigrationContext.configure(connection, opts=options), METADATA[store])

    assert differences == []


def test_the_comparison_can_fail(databases: Databases) -> None:
    with databases.ledger.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), MetaData()) != []


def test_heads_are_the_newest_steps(databases: Databases) -> None:
    for store, head in HEADS.items():
        with getattr(databases, store).connect() as connection:
            assert ScriptDirectory.from_config(configuration(connection, store)).get_heads() == [head]


def test_a_migrated_database_is_left_alone(databases: Databases) -> None:
    migrate(databases)

    assert {store: version(databases, store) for store in HEADS} == HEADS


def test_tables_of_a_newer_release_are_left_alone(databases: Databases) -> None:
    with databases.state.begin() as connection:
        connection.execute(text("UPDATE state_version SET version_num = '9999'"))

    with pytest.raises(NewerTables, match=r"state has the tables of a newer release \(step 9999\)"):
        migrate(databases)


@pytest.mark.parametrize("change", ["UPDATE events SET name = 'other'", "DELETE FROM events"])
def test_a_stored_event_refuses_to_be_changed(databases: Databases, change: str) -> None:
    with databases.ledger.begin() as connection:
        connection.execute(text("INSERT INTO events VALUES (1, :stream, 1, 'n', :b, :b)"), new_event(databases))

    with pytest.raises(DBAPIError, match="stored events are never changed"), databases.ledger.begin() as connection:
        connection.execute(text(change))


@pytest.mark.postgres
def test_events_refuse_to_be_truncated(postgres_databases: Databases) -> None:
    with pytest.raises(DBAPIError, match="never changed"), postgres_databases.ledger.begin() as connection:
        connection.execute(text("TRUNCATE events"))


def new_event(databases: Databases) -> dict[str, object]:
    stream = bytes(16) if databases.dialect == "sqlite" else "00000000-0000-0000-0000-000000000000"
    return {"stream": stream, "b": b"{}"}
