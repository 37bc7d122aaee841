"""Who is signed in. A token is 32 random bytes that only the browser or program has; here is its SHA-256.

Deleting a row ends the session on every worker at once, because writes look sessions up under the append lock.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any, Final, Literal
from uuid import UUID, uuid4

from msgspec import Struct
from sqlalchemy import Engine, bindparam, delete, insert, or_, select, update

from ledger.kernel.ids import MemberId
from ledger.store.state_tables import SESSIONS

SessionKind = Literal["staff", "member", "enrolment"]
"""An enrolment begins with a one-time code and is good only for setting what its owner will sign in with."""

TOKEN_BYTES: Final = 32
IDLE: Final[Mapping[SessionKind, timedelta]] = {
    "staff": timedelta(minutes=30),
    "member": timedelta(days=30),
    "enrolment": timedelta(minutes=15),
}
"""How long a session lives without being used."""
LONGEST: Final[Mapping[SessionKind, timedelta]] = {
    "staff": timedelta(hours=12),
    "member": timedelta(days=180),
    "enrolment": timedelta(minutes=30),
}
"""How long a session lives however much it is used."""
SEEN_EVERY_SECONDS: Final = 60
"""`last_seen` is written at most this often, so that reading pages costs no writes."""
_HASHES_A_STATEMENT: Final = 500


class SessionInfo(Struct, frozen=True, forbid_unknown_fields=True):
    """A session that counts. device: random id of this session for live codes. Instants are UTC.

    last_seen may be a minute old. ends: the session ends then, or earlier when it is not used. stepped_up: when its
    owner last showed more than the token; opening it counts.
    """

    member: MemberId
    kind: SessionKind
    device: UUID
    opened: datetime
    last_seen: datetime
    ends: datetime
    stepped_up: datetime


def token_hash(token: str) -> bytes:
    """The SHA-256 (32 bytes) under which the session of `token` is kept."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


class Sessions:
    """The sessions of all workers, in the state store: `engine` writes it, `read_engine` reads it.

    Instants given (`now`) are aware. Safe to use from several threads.
    """

    def __init__(self, engine: Engine, read_engine: Engine) -> None:
        self._engine = engine
        self._read_engine = read_engine
        self._postgres = engine.dialect.name == "postgresql"
        self._seen: set[bytes] = set()
        self._written: dict[bytes, int] = {}
        self._lock = Lock()

    def open(self, member: MemberId, kind: SessionKind, now: datetime) -> str:
        """Open a session for `member` and give its token: the only time that it is known here."""
        return self.open_many([member], kind, now)[0]

    def open_many(self, members: Sequence[MemberId], kind: SessionKind, now: datetime) -> list[str]:
        """Open a session for each of `members` in one transaction; tokens in their order."""
        tokens = [secrets.token_urlsafe(TOKEN_BYTES) for _ in members]
        rows = [_row(member, kind, now, token=token) for member, token in zip(members, tokens, strict=True)]
        if rows:
            with self._engine.begin() as connection:
                connection.execute(insert(SESSIONS), rows)
        return tokens

    def members(self, token_hashes: Sequence[bytes], now: datetime) -> Mapping[bytes, MemberId]:
        """Who is behind the hashes of sessions that count at `now`; the others and enrolments are left out. One query.

        Called once a batch while the append lock is held, hence plain driver SQL that the drivers keep prepared.
        """
        if not token_hashes:
            return {}
        connection = self._read_engine.raw_connection()
        try:
            # psycopg's binary form takes a batch of 64 from 0.53 to 0.32 ms.
            cursor = connection.cursor(binary=True) if self._postgres else connection.cursor()
            cursor.execute(*self._members_query(token_hashes, _seconds(now)))
            return {bytes(found): _member(member) for found, member in cursor.fetchall()}
        finally:
            connection.close()

    def lookup(self, token_hash: bytes, now: datetime) -> SessionInfo | None:
        """The session behind a hash; None when there is none, it no longer counts at `now`, or it is an enrolment."""
        found = self.lookup_any(token_hash, now)
        return None if found is None or found.kind == "enrolment" else found

    def lookup_any(self, token_hash: bytes, now: datetime) -> SessionInfo | None:
        """As `lookup`, enrolments too: for what sets credentials, and for nothing else."""
        with self._read_engine.connect() as connection:
            row = connection.execute(_LOOKUP, {"known": token_hash, "at": _seconds(now)}).one_or_none()
        return None if row is None else _info(row)

    def of(self, member: MemberId, now: datetime) -> list[SessionInfo]:
        """Every session of `member` that counts at `now`, the newest first."""
        with self._read_engine.connect() as connection:
            return [_info(row) for row in connection.execute(_OF_MEMBER, {"member": member, "at": _seconds(now)})]

    def device_of(self, token_hash: bytes, now: datetime) -> UUID | None:
        """The random id that live codes of this session carry; None when the session does not count."""
        found = self.lookup(token_hash, now)
        return found.device if found else None

    def member_of_device(self, device: UUID, now: datetime) -> MemberId | None:
        """Whose live code carries `device`; None when that session does not count at `now`."""
        with self._read_engine.connect() as connection:
            return connection.execute(_OF_DEVICE, {"device": device, "at": _seconds(now)}).scalar_one_or_none()

    def members_of_devices(self, devices: Iterable[UUID], now: datetime) -> dict[UUID, MemberId]:
        """Whose live codes carry `devices`, in one query a few hundred; those that do not count at `now` are left out.

        Not the devices of `ledger.activities`, which scan: the random ids of sign-in sessions.
        """
        wanted, found = list(dict.fromkeys(devices)), dict[UUID, MemberId]()
        with self._read_engine.connect() as connection:
            for start in range(0, len(wanted), _HASHES_A_STATEMENT):
                piece = wanted[start : start + _HASHES_A_STATEMENT]
                found |= dict(connection.execute(_OF_DEVICES, {"devices": piece, "at": _seconds(now)}).all())
        return found

    def seen(self, token_hash: bytes) -> None:
        """Note, without a write, that a session that counts is in use; `write_seen` writes it, about once a second."""
        with self._lock:
            self._seen.add(token_hash)

    def write_seen(self, now: datetime) -> None:
        """Write what `seen` noted since the last call; a session written within the last minute waits for the next."""
        cutoff = _seconds(now) - SEEN_EVERY_SECONDS
        with self._lock:
            self._written = {known: at for known, at in self._written.items() if at > cutoff}
            due = [known for known in self._seen if known not in self._written]
            self._seen.clear()
            self._written.update(dict.fromkeys(due, _seconds(now)))
        self.touch(due, now)

    def touch(self, token_hashes: Iterable[bytes], now: datetime) -> None:
        """Write that sessions were used at `now`, where the last such note is a minute old; not under the lock."""
        at = _seconds(now)
        rows = [{"known": known, "at": at} for known in sorted(set(token_hashes))]
        if not rows:
            return
        statement = (
            update(SESSIONS)
            .where(SESSIONS.c.token_hash == bindparam("known"), _COUNTS)
            .where(SESSIONS.c.last_seen <= at - SEEN_EVERY_SECONDS)
            .values(last_seen=at, idle_until=at + SESSIONS.c.idle_seconds)
        )
        with self._engine.begin() as connection:
            connection.execute(statement, rows)

    def close(self, token_hash: bytes) -> None:
        """End the session now; nothing happens when it is not there."""
        with self._engine.begin() as connection:
            connection.execute(delete(SESSIONS).where(SESSIONS.c.token_hash == token_hash))

    def step_up(self, old: bytes, now: datetime) -> str | None:
        """Note that its owner showed more than the token hashed as `old`, and give a new token, which is told only now.

        The old one ends. The session goes on and ends when it would have. None when it does not count at `now`; of any
        number of callers at once one gets the new token.
        """
        token, at = secrets.token_urlsafe(TOKEN_BYTES), _seconds(now)
        renewed = {"token_hash": token_hash(token), "stepped_up": at, "last_seen": at}
        statement = update(SESSIONS).where(SESSIONS.c.token_hash == bindparam("known"), _GOOD).values(renewed)
        with self._engine.begin() as connection:
            return token if connection.execute(statement, {"known": old, "at": at}).rowcount == 1 else None

    def close_device(self, member: MemberId, device: UUID) -> bool:
        """End the one session of `member` whose random id is `device`; False where there is none."""
        own = (SESSIONS.c.member == member) & (SESSIONS.c.device == device)
        with self._engine.begin() as connection:
            return connection.execute(delete(SESSIONS).where(own)).rowcount == 1

    def close_all(self, member: MemberId, *, but: bytes = b"") -> None:
        """End every session of `member` now: after a lost phone, a suspension, a new activation slip.

        but: the hash of one that goes on.
        """
        # Locked in the order of `touch`, so that the two cannot wait for each other.
        others = (SESSIONS.c.member == member) & (SESSIONS.c.token_hash != but)
        own = select(SESSIONS.c.token_hash).where(others).order_by(SESSIONS.c.token_hash)
        with self._engine.begin() as connection:
            connection.execute(delete(SESSIONS).where(SESSIONS.c.token_hash.in_(own.with_for_update())))

    def purge(self, now: datetime) -> int:
        """Delete the sessions that no longer count at `now`; how many there were."""
        at = _seconds(now)
        ended = or_(SESSIONS.c.ends <= at, SESSIONS.c.idle_until <= at)
        with self._engine.begin() as connection:
            return connection.execute(delete(SESSIONS).where(ended)).rowcount

    def _members_query(self, token_hashes: Sequence[bytes], at: int) -> tuple[str, tuple[Any, ...]]:
        text = "SELECT token_hash, member FROM sessions WHERE token_hash {} AND idle_until > {} AND ends > {}"
        text += " AND kind <> 'enrolment'"
        if self._postgres:
            return text.format("= ANY(%b::bytea[])", "%s", "%s"), (list(token_hashes), at, at)
        marks = ",".join("?" * len(token_hashes))
        return text.format(f"IN ({marks})", "?", "?"), (*token_hashes, at, at)


_COUNTS: Final = (SESSIONS.c.idle_until > bindparam("at")) & (SESSIONS.c.ends > bindparam("at"))
_GOOD: Final = _COUNTS & (SESSIONS.c.kind != "enrolment")
_INFO: Final = select(
    SESSIONS.c.member,
    SESSIONS.c.kind,
    SESSIONS.c.device,
    SESSIONS.c.opened,
    SESSIONS.c.last_seen,
    SESSIONS.c.ends,
    SESSIONS.c.stepped_up,
)
_LOOKUP: Final = _INFO.where(SESSIONS.c.token_hash == bindparam("known"), _COUNTS)
_OF_MEMBER: Final = _INFO.where(SESSIONS.c.member == bindparam("member"), _COUNTS).order_by(
    SESSIONS.c.opened.desc(), SESSIONS.c.device
)
_OF_DEVICES: Final = select(SESSIONS.c.device, SESSIONS.c.member).where(
    SESSIONS.c.device.in_(bindparam("devices", expanding=True)), _GOOD
)
_OF_DEVICE: Final = select(SESSIONS.c.member).where(SESSIONS.c.device == bindparam("device"), _GOOD)


def _row(member: MemberId, kind: SessionKind, now: datetime, *, token: str) -> dict[str, Any]:
    at, idle = _seconds(now), int(IDLE[kind].total_seconds())
    return {
        "token_hash": token_hash(token),
        "member": member,
        "kind": kind,
        "device": uuid4(),
        "opened": at,
        "last_seen": at,
        "idle_seconds": idle,
        "idle_until": at + idle,
        "ends": at + int(LONGEST[kind].total_seconds()),
        "stepped_up": at,
    }


def _info(row: Any) -> SessionInfo:
    member, kind, device, *instants = row
    opened, last_seen, ends, stepped_up = (datetime.fromtimestamp(instant, UTC) for instant in instants)
    return SessionInfo(member, kind, device, opened, last_seen, ends, stepped_up)


def _member(stored: Any) -> MemberId:
    return MemberId(stored if isinstance(stored, UUID) else UUID(bytes=stored))


def _seconds(now: datetime) -> int:
    return int(now.timestamp())
