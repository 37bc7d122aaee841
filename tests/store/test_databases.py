"""Opening the stores: what is refused, who may write, and that a lock is waited for no longer than was said."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError

from ledger.store import append
from ledger.store.databases import Databases
from ledger.store.refused_settings import DatabaseMissing, UnsafeSettings
from ledger.store.sqlite_files import check_settings

WRITERS = ("ledger", "directory", "views", "state", "audit")


def test_five_files_lie_in_a_private_folder(sqlite_databases: Databases) -> None:
    home = sqlite_databases.home

    assert {file.name for file in home.glob("*.db")} == {f"{store}.db" for store in WRITERS}


def test_a_new_home_is_closed_to_other_people(tmp_path: Path) -> None:
    Databases.open(tmp_path / "new" / "home", None).close()

    assert (tmp_path / "new" / "home").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("store", "synchronous"), [("ledger", 2), ("directory", 2), ("views", 1), ("state", 1), ("audit", 2)]
)
def test_sqlite_syncs_what_cannot_be_rebuilt(sqlite_databases: Databases, store: str, synchronous: int) -> None:
    with getattr(sqlite_databases, store).connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == synchronous
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA secure_delete").scalar() == 1


@pytest.mark.parametrize("store", WRITERS)
def test_a_reader_cannot_write(databases: Databases, store: str) -> None:
    with (
        pytest.raises(DBAPIError, match=r"readonly|read-only"),
        getattr(databases, f"{store}_read").begin() as connection,
    ):
        connection.execute(text("CREATE TABLE sneaked (a int)"))


def test_a_writer_holds_the_lock_from_its_first_moment(sqlite_databases: Databases) -> None:
    with sqlite_databases.ledger.begin():
        other = sqlite3.connect(sqlite_databases.home / "ledger.db", timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()


def test_what_is_rolled_back_to_a_savepoint_is_gone(databases: Databases) -> None:
    with databases.views.begin() as connection:
        connection.execute(text("CREATE TABLE kept (a int)"))
        savepoint = connection.begin_nested()
        connection.execute(text("INSERT INTO kept VALUES (1)"))
        savepoint.rollback()
        connection.execute(text("INSERT INTO kept VALUES (2)"))

    with databases.views_read.connect() as connection:
        assert connection.scalars(text("SELECT a FROM kept")).all() == [2]


def test_a_wrong_setting_is_named() -> None:
    with pytest.raises(UnsafeSettings, match=r"ledger.db: synchronous is 1, not 2"):
        check_settings(Path("ledger.db"), {"synchronous": 1, "busy_timeout": 2}, {"synchronous": 2, "busy_timeout": 2})


def test_a_ledger_in_another_journal_mode_is_refused(sqlite_databases: Databases) -> None:
    sqlite_databases.close()
    outsider = sqlite3.connect(sqlite_databases.home / "ledger.db", isolation_level=None)
    outsider.execute("PRAGMA journal_mode = DELETE")
    outsider.close()

    with pytest.raises(UnsafeSettings, match="journal_mode is delete, not wal"):
        sqlite_databases.ledger.connect()


@pytest.mark.postgres
@pytest.mark.parametrize("setting", ["synchronous_commit=off", "synchronous_commit=local"])
def test_postgres_is_refused_with_weaker_commits(postgres_url: str, tmp_path: Path, setting: str) -> None:
    weaker = make_url(postgres_url).update_query_dict({"options": f"-c{setting}"})

    with pytest.raises(UnsafeSettings, match="synchronous_commit is"):
        Databases.open(tmp_path, weaker.render_as_string(hide_password=False))


@pytest.mark.postgres
def test_postgres_is_refused_when_it_decides_on_an_older_state(postgres_url: str, tmp_path: Path) -> None:
    stricter = make_url(postgres_url).update_query_dict(
        {"options": r"-cdefault_transaction_isolation=repeatable\ read"}
    )

    with pytest.raises(UnsafeSettings, match="transaction_isolation is 'repeatable read', not 'read committed'"):
        Databases.open(tmp_path, stricter.render_as_string(hide_password=False))


@pytest.mark.postgres
@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_all_spellings_of_the_address_are_understood(postgres_url: str, tmp_path: Path, scheme: str) -> None:
    address = scheme + postgres_url[postgres_url.index("://") :]

    databases = Databases.open(tmp_path, address)

    assert databases.dialect == "postgresql"
    databases.close()


@pytest.mark.parametrize("address", ["mysql://host/name", "sqlite:///file", "nonsense"])
def test_other_addresses_are_refused_in_plain_words(tmp_path: Path, address: str) -> None:
    with pytest.raises(DatabaseMissing, match=r"PostgreSQL|postgresql"):
        Databases.open(tmp_path, address)


@pytest.mark.postgres
def test_the_append_lock_is_waited_for_about_a_second(postgres_databases: Databases) -> None:
    with postgres_databases.ledger.begin() as holder:
        append.lock(holder)
        started = monotonic()
        with pytest.raises(OperationalError, match="lock timeout"), postgres_databases.ledger.begin() as waiter:
            append.lock(waiter)

    assert 0.9 < monotonic() - started < 3


@pytest.mark.postgres
def test_two_ledgers_on_one_server_do_not_wait_for_each_other(
    new_postgres_database: Callable[[str | None], str], postgres_databases: Databases, tmp_path: Path
) -> None:
    other = Databases.open(tmp_path / "other", new_postgres_database(None))
    with postgres_databases.ledger.begin() as first, other.ledger.begin() as second:
        append.lock(first)
        append.lock(second)
    other.close()


@pytest.mark.postgres
def test_a_connection_the_server_ended_is_replaced(postgres_databases: Databases) -> None:
    with postgres_databases.ledger.connect() as connection:
        ended = connection.scalar(text("SELECT pg_backend_pid()"))
    with postgres_databases.state.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": ended})

    with postgres_databases.ledger.begin() as connection:
        assert connection.scalar(text("SELECT pg_backend_pid()")) != ended
