"""Argon2id for what people remember: slow on purpose, two at a time, so that guessing costs and a flood cannot fill
the memory.
"""

import base64
import os
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError
from msgspec import Struct

from ledger.application.ports import LedgerBusy

AT_A_TIME: Final = 2
WAITING_MAX: Final = 16
"""Who comes when so many wait is told to come again: each waits in a thread that others need, of which there are 40."""
WAIT_SECONDS: Final = 20.0
"""How long a sign-in waits for its turn: more than all who may wait take on a slow machine."""
_RETRY_SECONDS: Final = 5
_HASH_BYTES: Final = 32
_SALT_BYTES: Final = 16


class Cost(Struct, frozen=True):
    """What one hash costs. memory_kib: KiB. Raising it re-makes each hash at its owner's next sign-in."""

    memory_kib: int
    passes: int
    lanes: int


SHIPPED: Final = Cost(memory_kib=64 * 1024, passes=3, lanes=1)
"""RFC 9106, 4: the second recommended setting, with one lane, as two run side by side."""

places = BoundedSemaphore(AT_A_TIME + WAITING_MAX)
"""Of those that hash or wait for it, in this process."""
_turns = BoundedSemaphore(AT_A_TIME)


class SlowHash:
    """Hashes and checks in this process, `AT_A_TIME` at once over all its instances."""

    def __init__(self, cost: Cost) -> None:
        self._hasher = PasswordHasher(
            time_cost=cost.passes,
            memory_cost=cost.memory_kib,
            parallelism=cost.lanes,
            hash_len=_HASH_BYTES,
            salt_len=_SALT_BYTES,
            type=Type.ID,
        )
        salt, nothing = (base64.b64encode(os.urandom(size)).decode().rstrip("=") for size in (_SALT_BYTES, _HASH_BYTES))
        self._of_nobody = f"$argon2id$v=19$m={cost.memory_kib},t={cost.passes},p={cost.lanes}${salt}${nothing}"

    def hashed(self, secret: bytes) -> str:
        """The hash of `secret` with its parameters and a new salt. Raises LedgerBusy when too many wait for a turn."""
        with _Turn():
            return self._hasher.hash(secret)

    def matches(self, kept: str | None, secret: bytes) -> bool:
        """Whether `kept` is a hash of `secret`. None takes as long and is never. Raises LedgerBusy as `hashed`."""
        with _Turn():
            try:
                return self._hasher.verify(kept or self._of_nobody, secret) and kept is not None
            except (VerificationError, InvalidHashError):
                return False

    def is_outdated(self, kept: str) -> bool:
        """Whether `kept` was made at another cost than today's."""
        return self._hasher.check_needs_rehash(kept)


class _Turn:
    def __enter__(self) -> None:
        if not places.acquire(blocking=False):
            raise LedgerBusy(_RETRY_SECONDS)
        if not _turns.acquire(timeout=WAIT_SECONDS):
            places.release()
            raise LedgerBusy(_RETRY_SECONDS)

    def __exit__(self, *_: object) -> None:
        _turns.release()
        places.release()
