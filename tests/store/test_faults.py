"""What stands in the way is known from the driver's own number, however deep it lies, and never from words."""

import sqlite3
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoFreeConnection

from ledger.application.ports import FaultCode
from ledger.store.databases import Databases
from ledger.store.faults import code_of


def wrapped(origin: BaseException) -> Exception:
    """As it comes out of SQLAlchemy, under a fault of our own."""
    ours = RuntimeError("ours")
    ours.__cause__ = OperationalError("statement", {}, origin)
    return ours


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (wrapped(psycopg.errors.DiskFull("x")), "storage-full"),
        (wrapped(psycopg.errors.ReadOnlySqlTransaction("x")), "storage-read-only"),
        (psycopg.errors.LockNotAvailable("x"), "ledger-busy"),
        (wrapped(psycopg.errors.AdminShutdown("x")), "database-unavailable"),
        (psycopg.OperationalError("no such host"), "database-unavailable"),
        (NoFreeConnection("x"), "ledger-busy"),
        (wrapped(sqlite3.OperationalError("database or disk is full")), "database-unavailable"),
        (RuntimeError("x"), "database-unavailable"),
        (None, "database-unavailable"),
    ],
)
def test_a_fault_has_the_code_of_what_caused_it(fault: BaseException | None, code: FaultCode) -> None:
    assert code_of(fault) == code


def test_a_file_that_is_locked_full_or_read_only_says_so(tmp_path: Path) -> None:
    first = sqlite3.connect(tmp_path / "file", isolation_level=None)
    second = sqlite3.connect(tmp_path / "file", isolation_level=None, timeout=0)
    first.execute("CREATE TABLE one (a)")
    first.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError) as locked:
        second.execute("BEGIN IMMEDIATE")
    first.execute("ROLLBACK")
    second.execute("PRAGMA max_page_count = 2")
    with pytest.raises(sqlite3.OperationalError) as full:
        second.execute("INSERT INTO one VALUES (randomblob(100000))")
    second.execute("PRAGMA query_only = 1")
    with pytest.raises(sqlite3.OperationalError) as read_only:
        second.execute("INSERT INTO one VALUES (1)")
    first.close()
    second.close()

    codes = [code_of(one.value) for one in (locked, full, read_only)]
    assert codes == ["ledger-busy", "storage-full", "storage-read-only"]


def test_a_reading_connection_to_postgresql_is_read_only(postgres_databases: Databases) -> None:
    with postgres_databases.ledger_read.connect() as connection, pytest.raises(Exception) as refused:
        connection.execute(text("DELETE FROM commands"))

    assert code_of(refused.value) == "storage-read-only"
