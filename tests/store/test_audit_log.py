"""The audit log: entries in one chain without gaps, whoever adds them, kept as long as their kind asks."""

import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from ledger.kernel.ids import MemberId
from ledger.store.audit_kinds import KEPT_DAYS, KINDS
from ledger.store.audit_log import AuditLog, Wanted
from ledger.store.databases import Databases

NOON = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)
ANN, BEN = MemberId(uuid4()), MemberId(uuid4())
WRITE_FIFTY = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from ledger.store.audit_log import AuditLog
from ledger.store.databases import Databases
databases = Databases.open(Path(sys.argv[1]), sys.argv[2] or None)
log = AuditLog(databases.audit, databases.audit_read)
sys.stdin.read()
for number in range(50):
    log.record("sign_in_failed", datetime(2026, 3, 4, tzinfo=UTC), facts={"number": number})
databases.close()
"""


@pytest.fixture
def log(databases: Databases) -> AuditLog:
    return AuditLog(databases.audit, databases.audit_read)


def test_an_entry_comes_back_as_it_was_recorded(log: AuditLog) -> None:
    facts: Mapping[str, str | int] = {"purpose": "paying-out", "fields": 2}
    sequence = log.record("personal_fields_read", NOON, actor=ANN, subject=BEN, facts=facts)

    (entry,) = log.page(0, 10)
    assert (entry.sequence, entry.at, entry.kind) == (sequence, NOON, "personal_fields_read")
    assert (entry.actor, entry.subject, entry.facts) == (ANN, BEN, facts)


def test_entries_are_narrowed_by_whatever_is_asked(log: AuditLog) -> None:
    log.record("signed_in", NOON, actor=ANN, subject=ANN)
    log.record("personal_fields_read", NOON + timedelta(days=1), actor=ANN, subject=BEN)
    log.record("exported", NOON + timedelta(days=2), actor=BEN)

    def found(**wanted: object) -> list[int]:
        return [entry.sequence for entry in log.find(0, 10, Wanted(**wanted))]  # pyright: ignore[reportArgumentType]

    assert found() == [1, 2, 3]
    assert found(actor=ANN) == [1, 2]
    assert found(subject=BEN) == [2]
    assert found(kinds=["signed_in", "exported"]) == [1, 3]
    assert found(since=NOON + timedelta(days=1)) == [2, 3]
    assert found(before=NOON + timedelta(days=1)) == [1]
    assert [entry.sequence for entry in log.page(1, 1)] == [2]


@pytest.mark.parametrize("fact", ["王小明", "Ann Smith", "x" * 121])
def test_what_a_person_could_have_typed_is_no_fact(log: AuditLog, fact: str) -> None:
    with pytest.raises(ValueError, match="neither a code nor an id"):
        log.record("refused", NOON, facts={"code": fact})

    assert log.page(0, 10) == []


def test_four_processes_leave_no_gap(databases: Databases, log: AuditLog) -> None:
    url = databases.ledger.url.render_as_string(hide_password=False) if databases.dialect == "postgresql" else ""
    command = [sys.executable, "-W", "error", "-c", WRITE_FIFTY, str(databases.home), url]
    writers = [subprocess.Popen(command, stdin=subprocess.PIPE) for _ in range(4)]
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.close()

    assert [writer.wait(60) for writer in writers] == [0] * 4
    assert [entry.sequence for entry in log.page(0, 1_000)] == list(range(1, 201))


def test_an_entry_that_cannot_be_stored_is_a_fault(sqlite_databases: Databases) -> None:
    log = AuditLog(sqlite_databases.audit_read, sqlite_databases.audit_read)

    with pytest.raises(OperationalError, match="readonly"):
        log.record("exported", NOON)


def test_every_kind_is_kept_six_months_or_three_years() -> None:
    assert set(KEPT_DAYS) == set(KINDS)
    assert set(KEPT_DAYS.values()) == {184, 1_096}
    assert KEPT_DAYS["sign_in_failed"] == 184
    assert KEPT_DAYS["erased"] == 1_096


def test_old_entries_are_emptied_and_the_beginning_dropped(databases: Databases, log: AuditLog) -> None:
    # given sign-ins around a read that is kept longer
    for kind in ("signed_in", "personal_fields_read", "signed_in"):
        log.record(kind, NOON, actor=ANN, subject=BEN, facts={"code": "card"})

    # when the sign-ins' time is not over, and when it is
    assert log.purge(NOON + timedelta(days=184)) == 0
    assert log.purge(NOON + timedelta(days=185)) == 2

    # then the first is gone, the last is empty, and what comes next goes on behind it
    assert [entry.kind for entry in log.page(0, 10)] == ["personal_fields_read"]
    with databases.audit_read.connect() as connection:
        rows = connection.execute(text("SELECT sequence, at, actor, subject, facts, nonce FROM entries")).all()
    assert sorted(row.sequence for row in rows) == [2, 3]
    assert [tuple(row[1:]) for row in rows if row.sequence == 3] == [(None,) * 5]
    assert log.record("exported", NOON + timedelta(days=185)) == 4


def test_a_log_that_was_emptied_altogether_goes_on_where_it_ended(log: AuditLog) -> None:
    log.record("exported", NOON)
    log.record("exported", NOON)

    assert log.purge(NOON + timedelta(days=1_097)) == 2
    assert log.head().sequence == 2
    assert log.record("exported", NOON + timedelta(days=1_097)) == 3
