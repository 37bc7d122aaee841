"""The audit log: who signed in, read, exported, erased or was refused. It is apart from the ledger and never moves it.

Entries are only added, in one chain without gaps, whichever process adds them. Once `record` has returned, the entry
is on the disk; when it raises, what it was to witness must not be done.
"""

import re
import secrets
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from ledger.kernel.ids import MemberId
from ledger.store import audit_chain
from ledger.store.audit_chain import GENESIS, NONCE_BYTES, Said
from ledger.store.audit_kinds import AuditKind as AuditKind
from ledger.store.audit_tables import ENTRIES, PURGED

AUDIT_LOCK: Final = 0x6C696E6C_69000005
"""The key of PostgreSQL's advisory lock under which entries are added and purged."""
FACTS_MAX: Final = 16
FACT_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
FACT: Final = re.compile(r"[A-Za-z0-9_.:/{}*-]{0,120}")
"""Codes, ids, days and path templates. No blank and no letter of another script, so that no name of a person fits."""
PURGED_AT_ONCE: Final = 5_000

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EMPTY: Final[dict[str, Any]] = dict.fromkeys(("at", "kind", "actor", "subject", "facts", "nonce"))


class AuditEntry(Struct, frozen=True):
    """One thing that was recorded. at: UTC. actor: who did it, None for nobody known or the system. subject: of whom
    or what. facts: codes, counts and ids by name."""

    sequence: int
    at: datetime
    kind: AuditKind
    actor: MemberId | None
    subject: UUID | None
    facts: dict[str, str | int]


class Wanted(NamedTuple):
    """Which entries a reader asks for; what is None or empty does not narrow. since, before: aware; before excluded."""

    subject: UUID | None = None
    actor: MemberId | None = None
    kinds: Collection[AuditKind] = ()
    since: datetime | None = None
    before: datetime | None = None


class Head(NamedTuple):
    """The newest entry: its sequence (0 for none yet) and the hash of the chain up to it."""

    sequence: int
    hash: bytes


class AuditLog:
    """Adds entries through `engine` and reads them through `read_engine`. May be used by many threads."""

    def __init__(self, engine: Engine, read_engine: Engine) -> None:
        self._engine = engine
        self._read_engine = read_engine

    def record(
        self,
        kind: AuditKind,
        now: datetime,
        *,
        actor: MemberId | None = None,
        subject: UUID | None = None,
        facts: Mapping[str, str | int] | None = None,
    ) -> int:
        """Add an entry dated `now` (aware) and give its sequence.

        facts: at most 16 codes, counts, ids and days; ValueError for whatever could be what a person typed. Raises the
        database's fault when it could not be stored.
        """
        stored = _checked(facts or {})
        said = Said(audit_chain.microseconds(now), kind, actor, subject, stored, secrets.token_bytes(NONCE_BYTES))
        with self._engine.begin() as connection:
            _lock(connection)
            before = _head(connection)
            sequence, keep_until = before.sequence + 1, audit_chain.keep_until(kind, now)
            digest = audit_chain.digest_of(sequence, said)
            chain = audit_chain.linked(before.hash, sequence, keep_until, digest)
            link = {"sequence": sequence, "keep_until": keep_until, "digest": digest, "hash": chain}
            connection.execute(insert(ENTRIES), said._asdict() | link)
        return sequence

    def page(
        self, after: int, limit: int, *, subject: UUID | None = None, kinds: Collection[AuditKind] = ()
    ) -> list[AuditEntry]:
        """Up to `limit` entries with a sequence above `after`, oldest first; of one subject, of some kinds."""
        return self.find(after, limit, Wanted(subject=subject, kinds=kinds))

    def find(self, after: int, limit: int, wanted: Wanted) -> list[AuditEntry]:
        """As `page`, narrowed by whatever `wanted` names."""
        with self._read_engine.connect() as connection:
            return [_entry(row) for row in connection.execute(_query(after, limit, wanted))]

    def head(self) -> Head:
        """The newest entry."""
        with self._read_engine.connect() as connection:
            return _head(connection)

    def purge(self, now: datetime) -> int:
        """Empty the entries whose time is over at `now` (aware), and drop those at the beginning; how many emptied.

        A failure half-way leaves a chain that holds; the next call goes on.
        """
        today, emptied = audit_chain.day_of(now), 0
        while found := self._empty(today):
            emptied += found
        with self._engine.begin() as connection:
            _lock(connection)
            _drop_beginning(connection)
        return emptied

    def _empty(self, today: int) -> int:
        over = select(ENTRIES.c.sequence).where(ENTRIES.c.keep_until <= today, ENTRIES.c.kind.is_not(None))
        some = over.order_by(ENTRIES.c.sequence).limit(PURGED_AT_ONCE).scalar_subquery()
        with self._engine.begin() as connection:
            _lock(connection)
            return connection.execute(update(ENTRIES).where(ENTRIES.c.sequence.in_(some)).values(_EMPTY)).rowcount


def _lock(connection: Connection) -> None:
    """On SQLite the transaction's BEGIN IMMEDIATE has locked."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({AUDIT_LOCK})")


def _head(connection: Connection) -> Head:
    for table in (ENTRIES, PURGED):
        newest = select(table.c.sequence, table.c.hash).order_by(table.c.sequence.desc()).limit(1)
        found = connection.execute(newest).one_or_none()
        if found is not None:
            return Head(*found)
    return Head(0, GENESIS)


def _drop_beginning(connection: Connection) -> None:
    kept = connection.scalar(select(func.min(ENTRIES.c.sequence)).where(ENTRIES.c.kind.is_not(None)))
    gone = select(ENTRIES.c.sequence, ENTRIES.c.hash).order_by(ENTRIES.c.sequence.desc()).limit(1)
    last = connection.execute(gone if kept is None else gone.where(ENTRIES.c.sequence < kept)).one_or_none()
    if last is not None:
        connection.execute(delete(PURGED))
        connection.execute(insert(PURGED), {"sequence": last.sequence, "hash": last.hash})
        connection.execute(delete(ENTRIES).where(ENTRIES.c.sequence <= last.sequence))


def _query(after: int, limit: int, wanted: Wanted) -> Any:
    columns = ENTRIES.c
    said = (columns.sequence, columns.at, columns.kind, columns.actor, columns.subject, columns.facts)
    asked = select(*said).where(columns.sequence > after, columns.kind.is_not(None))
    if wanted.subject is not None:
        asked = asked.where(columns.subject == wanted.subject)
    if wanted.actor is not None:
        asked = asked.where(columns.actor == wanted.actor)
    if wanted.kinds:
        asked = asked.where(columns.kind.in_(wanted.kinds))
    if wanted.since is not None:
        asked = asked.where(columns.at >= audit_chain.microseconds(wanted.since))
    if wanted.before is not None:
        asked = asked.where(columns.at < audit_chain.microseconds(wanted.before))
    return asked.order_by(columns.sequence).limit(limit)


def _entry(row: Any) -> AuditEntry:
    at = _EPOCH + timedelta(microseconds=row.at)
    actor = None if row.actor is None else MemberId(row.actor)
    return AuditEntry(row.sequence, at, row.kind, actor, row.subject, audit_chain.facts_of(row.facts))


def _checked(facts: Mapping[str, str | int]) -> bytes:
    if len(facts) > FACTS_MAX:
        raise ValueError(f"more than {FACTS_MAX} facts")
    for name, fact in facts.items():
        if not FACT_KEY.fullmatch(name) or (isinstance(fact, str) and not FACT.fullmatch(fact)):
            raise ValueError(f"{name!r} holds what is neither a code nor an id")
    return audit_chain.facts_bytes(facts)
