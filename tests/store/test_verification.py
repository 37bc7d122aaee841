"""Each way of tampering with a log is found and named; a log that is as it was written gives no finding."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from ledger.kernel.envelope import Envelope
from ledger.kernel.ids import CommandId, MemberId
from ledger.store import append
from ledger.store.codec import Codec
from ledger.store.databases import Databases
from ledger.store.verification import FINDINGS_MAX, Finding, verify_log
from ledger.tasks.events import TaskClaimed

ENVELOPE = Envelope(datetime(2025, 9, 29, tzinfo=UTC), MemberId(uuid4()), CommandId(uuid4()))
FIRST, SECOND = UUID(int=1), UUID(int=2)


def rows(stream: UUID, count: int) -> list[append.Row]:
    codec = Codec()
    event = TaskClaimed(MemberId(uuid4()))
    return [
        append.Row(stream, version, *codec.encode(event, ENVELOPE, version.to_bytes(16)))
        for version in range(1, count + 1)
    ]


def append_rows(databases: Databases, events: list[append.Row]) -> None:
    with databases.ledger.begin() as connection:
        append.lock(connection)
        append.insert(connection, events, append.head(connection))


@pytest.fixture
def log(databases: Databases) -> Databases:
    """Six events: positions 1 to 4 are the first stream, 5 and 6 the second. The guards are off, as an intruder's."""
    append_rows(databases, [*rows(FIRST, 4), *rows(SECOND, 2)])
    with databases.ledger.begin() as connection:
        if databases.dialect == "postgresql":
            connection.execute(text("ALTER TABLE events DISABLE TRIGGER USER"))
        else:
            connection.execute(text("DROP TRIGGER events_refuse_update"))
            connection.execute(text("DROP TRIGGER events_refuse_delete"))
    return databases


def change(databases: Databases, statement: str, **values: object) -> None:
    with databases.ledger.begin() as connection:
        connection.execute(text(statement), values)


def found(databases: Databases) -> list[tuple[str, str]]:
    return [(finding.kind, finding.where) for finding in verify_log(databases)]


def test_an_untouched_log_gives_no_finding(log: Databases) -> None:
    assert verify_log(log, views={"balances": 6}) == []


def test_an_empty_log_gives_no_finding(databases: Databases) -> None:
    assert verify_log(databases) == []


@pytest.mark.parametrize("column", ["state", "leaf"])
def test_one_changed_byte_is_named(log: Databases, column: str) -> None:
    with log.ledger_read.connect() as connection:
        stored: bytes = connection.scalar(text(f"SELECT {column} FROM events WHERE position = 3"))
    change(log, f"UPDATE events SET {column} = :value WHERE position = 3", value=stored[:-1] + bytes([stored[-1] ^ 1]))

    assert found(log) == [("leaf-differs", f"position 3 (stream {FIRST}, version 3)")]


def test_another_name_is_named(log: Databases) -> None:
    change(log, "UPDATE events SET name = 'tasks.task_posted.1' WHERE position = 2")

    assert found(log) == [("leaf-differs", f"position 2 (stream {FIRST}, version 2)")]


def test_a_removed_row_is_named(log: Databases) -> None:
    change(log, "DELETE FROM events WHERE position = 2")

    assert verify_log(log) == [
        Finding("position-missing", "position 2", "the log goes on at 3"),
        Finding("version-out-of-order", f"stream {FIRST}", "position 3 holds version 3, not 2"),
    ]


def test_a_removed_run_of_rows_is_one_finding(log: Databases) -> None:
    change(log, "DELETE FROM events WHERE position IN (3, 4, 5)")

    assert ("position-missing", "positions 3 to 5") in found(log)


def test_exchanged_positions_are_named(log: Databases) -> None:
    for before, after in ((1, 100), (2, 1), (100, 2)):
        change(log, f"UPDATE events SET position = {after} WHERE position = {before}")

    assert found(log) == [("version-out-of-order", f"stream {FIRST}")] * 3


@pytest.mark.parametrize("table", ["commands", "refusals"])
def test_an_end_that_was_cut_off_is_seen_by_the_answers(log: Databases, table: str) -> None:
    command = uuid4()
    body, more, last = ("outcome", "", "") if table == "commands" else ("refused", ", until", ", 0")
    shown = command.bytes if log.dialect == "sqlite" else command
    insert = f"INSERT INTO {table} (command, digest, {body}, position{more}) VALUES (:id, :b, :b, 6{last})"
    change(log, insert, id=shown, b=b"x")
    assert found(log) == []

    change(log, "DELETE FROM events WHERE position = 6")

    assert found(log) == [(f"{table[:-1].removesuffix('s')}-ahead", f"command {command}")]


def test_an_end_that_was_cut_off_is_seen_by_the_views(log: Databases) -> None:
    change(log, "DELETE FROM events WHERE position = 6")

    assert verify_log(log, views={"balances": 6, "lots": 5}) == [
        Finding("view-ahead", "view balances", "has seen position 6, the log ends at 5")
    ]


def test_a_name_outside_the_catalog_is_named(log: Databases) -> None:
    append_rows(log, [append.Row(uuid4(), 1, "gardens.laid.1", rows(FIRST, 1)[0].state)])

    (finding,) = verify_log(log)

    assert (finding.kind, finding.detail) == ("event-unknown", "gardens.laid.1 is not in the catalog")


def test_bytes_that_are_not_what_their_name_promises_are_named(log: Databases) -> None:
    append_rows(log, [append.Row(FIRST, 5, "tasks.task_posted.1", b'{"not":"ours"}')])

    assert found(log) == [("event-unreadable", f"position 7 (stream {FIRST}, version 5)")]


def test_a_column_of_another_kind_is_named(sqlite_databases: Databases) -> None:
    append_rows(sqlite_databases, rows(FIRST, 1))
    change(sqlite_databases, "DROP TRIGGER events_refuse_update")
    change(sqlite_databases, "UPDATE events SET version = 'one', stream = 'ab'")

    assert ("row-damaged", "position 1") in found(sqlite_databases)


def test_a_right_leaf_does_not_hide_a_gap(log: Databases) -> None:
    append_rows(log, [append.Row(FIRST, 9, *rows(FIRST, 1)[0][2:])])

    assert found(log) == [("version-out-of-order", f"stream {FIRST}")]


def test_findings_end_somewhere(log: Databases) -> None:
    append_rows(log, rows(uuid4(), FINDINGS_MAX))
    change(log, "UPDATE events SET leaf = :empty", empty=b"")

    assert len(verify_log(log)) == FINDINGS_MAX


def test_progress_ends_with_all_events(log: Databases) -> None:
    told: list[tuple[int, int]] = []

    verify_log(log, progress=lambda done, total: told.append((done, total)))

    assert told == [(6, 6)]


def test_events_that_come_meanwhile_are_no_findings(log: Databases) -> None:
    later: Iterator[list[append.Row]] = iter([rows(uuid4(), 3)])

    assert verify_log(log, progress=lambda _done, _total: append_rows(log, next(later, []))) == []
