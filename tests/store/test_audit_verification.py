"""Whatever is done to the audit log behind its back is named: changed, removed, emptied early, cut off, rewritten."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from ledger.kernel.ids import MemberId
from ledger.store.audit_chain import GENESIS, Said, digest_of, linked
from ledger.store.audit_heads import FILE, AuditHeads
from ledger.store.audit_log import AuditLog
from ledger.store.audit_verification import verify_audit
from ledger.store.databases import Databases

NOON = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)
ANN = MemberId(uuid4())
GUARDS = ("entries_keep", "entries_stay")


@pytest.fixture
def log(databases: Databases) -> AuditLog:
    """Ten entries; the head after the seventh was noted."""
    log = AuditLog(databases.audit, databases.audit_read)
    for number in range(10):
        log.record("personal_fields_read", NOON, actor=ANN, facts={"number": number})
        if number == 6:
            AuditHeads(databases.home).note(log.head(), NOON)
    return log


def behind_its_back(databases: Databases, *statements: str) -> None:
    """What the database's administrator can do."""
    with databases.audit.begin() as connection:
        for guard in GUARDS:
            on = " ON entries" if databases.dialect == "postgresql" else ""
            connection.execute(text(f"DROP TRIGGER IF EXISTS {guard}{on}"))
        for statement in statements:
            connection.execute(text(statement))


def named(databases: Databases, at: datetime = NOON) -> list[tuple[str, str]]:
    check = verify_audit(databases, AuditHeads(databases.home), at.date())
    return [(finding.kind, finding.where) for finding in check.findings]


def test_an_untouched_log_is_found_right(databases: Databases, log: AuditLog) -> None:
    check = verify_audit(databases, AuditHeads(databases.home), NOON.date())

    assert check.findings == []
    assert check.head == log.head()


def test_a_log_with_nothing_in_it_is_right(databases: Databases) -> None:
    assert named(databases) == []


def test_a_purged_log_is_right(databases: Databases, log: AuditLog) -> None:
    log.record("signed_in", NOON)
    log.record("exported", NOON + timedelta(days=300))
    late = NOON + timedelta(days=1_200)

    for at in (NOON + timedelta(days=200), late):
        log.purge(at)
        assert named(databases, at) == []
    assert [entry.sequence for entry in log.page(0, 20)] == [12]


CHANGES: dict[str, tuple[str, tuple[str, str]]] = {
    "a fact": ("UPDATE entries SET kind = 'exported' WHERE sequence = 4", ("audit-entry-changed", "audit entry 4")),
    "a time": ("UPDATE entries SET at = at + 1 WHERE sequence = 1", ("audit-entry-changed", "audit entry 1")),
    "a digest": ("UPDATE entries SET digest = hash WHERE sequence = 9", ("audit-entry-changed", "audit entry 9")),
    "a term": (
        "UPDATE entries SET keep_until = 0 WHERE sequence = 3",
        ("audit-entry-changed", "audit entry 3"),
    ),
    "removed in the middle": ("DELETE FROM entries WHERE sequence = 5", ("audit-entry-missing", "audit entry 5")),
    "the beginning": ("DELETE FROM entries WHERE sequence < 3", ("audit-entry-missing", "audit entries 1 to 2")),
    "emptied early": (
        "UPDATE entries SET at = NULL, kind = NULL, actor = NULL, facts = NULL, nonce = NULL WHERE sequence = 2",
        ("audit-entry-emptied", "audit entry 2"),
    ),
    "cut off": ("DELETE FROM entries WHERE sequence > 6", ("audit-cut-short", "audit entry 7")),
    "all of it": ("DELETE FROM entries", ("audit-cut-short", "audit entry 1")),
}


@pytest.mark.parametrize("what", CHANGES)
def test_the_first_wrong_entry_is_named(databases: Databases, log: AuditLog, what: str) -> None:
    statement, finding = CHANGES[what]
    behind_its_back(databases, statement)

    assert named(databases)[0] == finding


def test_what_only_looks_purged_is_named(databases: Databases, log: AuditLog) -> None:
    behind_its_back(
        databases,
        "INSERT INTO purged SELECT sequence, hash FROM entries WHERE sequence = 8",
        "DELETE FROM entries WHERE sequence <= 8",
    )

    assert named(databases) == [("audit-entry-missing", "audit entry 8")]


def rehash(connection: Connection, kind: str) -> None:
    """Tell every entry anew, and make every hash fit."""
    rows = connection.execute(
        text("SELECT sequence, at, facts, nonce, keep_until FROM entries ORDER BY sequence")
    ).all()
    before = GENESIS
    for row in rows:
        digest = digest_of(row.sequence, Said(row.at, kind, None, None, bytes(row.facts), bytes(row.nonce)))
        before = linked(before, row.sequence, row.keep_until, digest)
        told = (
            "UPDATE entries SET kind = :kind, actor = NULL, digest = :digest, hash = :hash WHERE sequence = :sequence"
        )
        values = {"kind": kind, "digest": digest, "hash": before, "sequence": row.sequence}
        connection.execute(text(told), values)


def test_a_rewritten_chain_is_named_by_the_head_that_was_noted(databases: Databases, log: AuditLog) -> None:
    behind_its_back(databases)
    with databases.audit.begin() as connection:
        rehash(connection, "searched")

    assert named(databases) == [("audit-rewritten", "audit entry 7")]


def test_the_table_refuses_to_change_or_lose_an_entry(databases: Databases, log: AuditLog) -> None:
    for statement in ("UPDATE entries SET kind = 'exported'", "DELETE FROM entries WHERE sequence = 10"):
        with pytest.raises(DBAPIError, match="never changed"), databases.audit.begin() as connection:
            connection.execute(text(statement))


def test_a_damaged_file_of_heads_is_named_and_left_alone(databases: Databases, log: AuditLog) -> None:
    file = databases.home / FILE
    file.write_text("2026-03-04 many 00\n")

    AuditHeads(databases.home).note(log.head(), NOON)

    assert named(databases) == [("audit-heads-unreadable", "audit log")]


def test_one_head_a_day_is_noted_and_never_an_earlier_one(databases: Databases, log: AuditLog) -> None:
    heads, noted = AuditHeads(databases.home), log.head()
    note: Callable[[int], None] = lambda days: heads.note(log.head(), NOON + timedelta(days=days))  # noqa: E731
    note(0)
    log.record("exported", NOON)
    note(1)
    heads.note(noted, NOON + timedelta(days=2))

    assert [(head.day.day, head.sequence) for head in heads.read()] == [(4, 10), (5, 11)]
    assert (databases.home / FILE).stat().st_mode & 0o077 == 0


def test_heads_are_set_aside_with_what_they_knew(tmp_path: Path, databases: Databases, log: AuditLog) -> None:
    heads = AuditHeads(databases.home)
    heads.set_aside(NOON)

    assert heads.read() == []
    assert len(list(databases.home.glob(f"{FILE}.until-*"))) == 1
