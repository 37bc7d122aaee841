"""Walks the chain of the audit log and names what is not as it was written: changed, removed, emptied early, cut off.

A chain that was rewritten with every hash is seen by the heads that were noted outside the database.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, select

from ledger.store.audit_chain import GENESIS, Said, digest_of, linked
from ledger.store.audit_heads import AuditHeads, NotedHead, UnreadableHeads
from ledger.store.audit_kinds import KEPT_DAYS
from ledger.store.audit_log import Head
from ledger.store.audit_tables import ENTRIES, PURGED
from ledger.store.databases import Databases
from ledger.store.stored_rows import read, snapshot
from ledger.store.verification import FINDINGS_MAX, Finding

_EPOCH = date(1970, 1, 1)
_DAMAGED = (TypeError, ValueError, OverflowError, AttributeError)


class Row(NamedTuple):
    """One stored entry, its ids as 16 bytes, in the order of the table's columns."""

    sequence: int
    at: int | None
    kind: str | None
    actor: bytes | None
    subject: bytes | None
    facts: bytes | None
    nonce: bytes | None
    keep_until: int
    digest: bytes
    hash: bytes


class AuditCheck(NamedTuple):
    """What was found, at most as many things as `verify_log` tells; and the newest entry, to be written down."""

    findings: list[Finding]
    head: Head


def verify_audit(databases: Databases, heads: AuditHeads, today: date) -> AuditCheck:
    """Check the chain against itself and against the noted heads. today: in UTC; no entry may be emptied before then.

    Kinds: file-damaged, audit-entry-changed, audit-entry-missing, audit-entry-emptied, audit-cut-short,
    audit-rewritten, audit-heads-unreadable.
    """
    with snapshot(databases.audit_read.connect()) as connection, connection.begin():
        findings = list(_damage(connection))
        try:
            noted = {head.sequence: head for head in heads.read()}
        except UnreadableHeads as fault:
            findings.append(Finding("audit-heads-unreadable", "audit log", str(fault)))
            noted = {}
        begin = _begin(connection)
        findings += _young_and_gone(begin, noted, today)
        walk = _Walk(begin, noted, (today - _EPOCH).days)
        for found in read(connection, ENTRIES, "audit"):
            findings += walk.see(Row(*found))
            if len(findings) >= FINDINGS_MAX:
                break
        else:
            findings += walk.end()
    return AuditCheck(findings[:FINDINGS_MAX], walk.head)


class _Walk:
    """Where the walk stands. head: the newest entry seen, with the hash that is stored there."""

    def __init__(self, begin: Head, noted: Mapping[int, NotedHead], today: int) -> None:
        self.head = begin
        self._noted = noted
        self._today = today

    def see(self, row: Row) -> Iterator[Finding]:
        expected, follows = self.head.sequence + 1, self.head.hash
        if row.sequence != expected:
            yield _missing(expected, row.sequence)
            follows = None
        yield from self._row(row, follows)
        self.head = Head(row.sequence, row.hash)
        yield from self._against_noted()

    def end(self) -> Iterator[Finding]:
        newest = max(self._noted, default=0)
        if newest > self.head.sequence:
            told = f"entry {newest} was noted on {self._noted[newest].day}; the log ends at {self.head.sequence}"
            yield Finding("audit-cut-short", f"audit entry {self.head.sequence + 1}", told)

    def _row(self, row: Row, follows: bytes | None) -> Iterator[Finding]:
        where = f"audit entry {row.sequence}"
        try:
            if row.kind is None and row.keep_until > self._today:
                yield Finding("audit-entry-emptied", where, "emptied before its time was over")
            if row.kind is not None and digest_of(row.sequence, _said(row)) != row.digest:
                yield Finding("audit-entry-changed", where, "what it says is not what was recorded")
            elif follows is not None and linked(follows, row.sequence, row.keep_until, row.digest) != row.hash:
                yield Finding("audit-entry-changed", where, "its hash does not follow from the entry before")
        except _DAMAGED as error:
            yield Finding("audit-entry-changed", where, f"it cannot be read ({type(error).__name__})")

    def _against_noted(self) -> Iterator[Finding]:
        noted = self._noted.get(self.head.sequence)
        if noted is not None and noted.hash != self.head.hash:
            told = f"its hash is not the one that was noted on {noted.day}"
            yield Finding("audit-rewritten", f"audit entry {noted.sequence}", told)


def _damage(connection: Connection) -> Iterator[Finding]:
    if connection.dialect.name == "sqlite":
        for (told,) in connection.exec_driver_sql(f"PRAGMA integrity_check({FINDINGS_MAX})"):
            if told != "ok":
                yield Finding("file-damaged", "audit.db", told)


def _begin(connection: Connection) -> Head:
    found = connection.execute(select(PURGED.c.sequence, PURGED.c.hash).order_by(PURGED.c.sequence.desc())).first()
    return Head(0, GENESIS) if found is None else Head(*found)


def _young_and_gone(begin: Head, noted: Mapping[int, NotedHead], today: date) -> Iterator[Finding]:
    """What followed a noted head was written on its day or later, so that it may not be gone before its time."""
    for head in noted.values():
        is_young = (today - head.day).days <= min(KEPT_DAYS.values())
        if is_young and begin.sequence > head.sequence:
            yield _missing(head.sequence + 1, begin.sequence + 1)
            return


def _missing(expected: int, found: int) -> Finding:
    where = f"audit entry {expected}" if found == expected + 1 else f"audit entries {expected} to {found - 1}"
    return Finding("audit-entry-missing", where, f"the log goes on at {found}")


def _said(row: Row) -> Said:
    values: Any = row
    return Said(values.at, values.kind, _id(row.actor), _id(row.subject), values.facts, values.nonce)


def _id(stored: bytes | None) -> UUID | None:
    return None if stored is None else UUID(bytes=stored)
