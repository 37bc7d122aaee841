"""The chain of the audit log: how an entry is hashed, and what its stored bytes are. It can never change.

The hash of an entry covers a digest of what it says, so that an old entry can be emptied and the chain still holds.
"""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from struct import Struct as Layout
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec

from ledger.store.audit_kinds import KEPT_DAYS, AuditKind

GENESIS: Final = sha256(b"linli audit log 1").digest()
"""What the first entry follows."""
NONCE_BYTES: Final = 16
SECONDS_A_DAY: Final = 86_400

_LINK = Layout(">QI")


class Said(NamedTuple):
    """What an entry says. at: Unix microseconds. facts: JSON with its keys in order. nonce: keeps the digest private
    once the entry was emptied, for time and member could otherwise be found by trying."""

    at: int
    kind: str
    actor: UUID | None
    subject: UUID | None
    facts: bytes
    nonce: bytes


def digest_of(sequence: int, said: Said) -> bytes:
    """SHA-256 of the JSON array of the sequence and what is said, ids as text, bytes as base64."""
    facts = msgspec.Raw(said.facts)
    told = [sequence, said.at, said.kind, said.actor, said.subject, facts, said.nonce]
    return sha256(msgspec.json.encode(told)).digest()


def linked(before: bytes, sequence: int, keep_until: int, digest: bytes) -> bytes:
    """The hash of an entry after the hash `before`: SHA-256 of both, sequence (8 bytes), day (4 bytes) and digest."""
    return sha256(before + _LINK.pack(sequence, keep_until) + digest).digest()


def facts_bytes(facts: Mapping[str, str | int]) -> bytes:
    """The facts as they are stored and hashed."""
    return msgspec.json.encode(dict(facts), order="sorted")


def facts_of(stored: bytes) -> dict[str, Any]:
    """The facts from their stored bytes."""
    return msgspec.json.decode(stored, type=dict[str, str | int])


def microseconds(at: datetime) -> int:
    """The instant `at` (aware) as it is stored."""
    return round(at.timestamp() * 1_000_000)


def day_of(at: datetime) -> int:
    """Whole days from 1970 to `at` (aware), in UTC."""
    return int(at.timestamp()) // SECONDS_A_DAY


def keep_until(kind: AuditKind, at: datetime) -> int:
    """The first day on which an entry of `at` need not be kept any more."""
    return day_of(at) + KEPT_DAYS[kind] + 1
