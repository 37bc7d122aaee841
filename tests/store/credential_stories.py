"""What the stories of credentials share: secrets nobody would guess, an authenticator, and many at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

from pyotp.totp import TOTP

from ledger.kernel.ids import MemberId
from ledger.kernel.refusal import Refusal
from ledger.store.credentials import Credentials
from ledger.store.slow_hash import Cost

NOW = datetime(2026, 3, 4, 4, tzinfo=UTC)
PERIOD = timedelta(seconds=30)
WINDOW = timedelta(minutes=15)
QUICK = Cost(memory_kib=64, passes=1, lanes=1)
"""The shipped cost has a test of its own; elsewhere it would only take time."""
PIN, PASSWORD = "730418", "sieben-leise-Kraniche"


def with_totp(credentials: Credentials, member: MemberId) -> TOTP:
    """An authenticator that was confirmed five periods ago."""
    authenticator, then = TOTP(credentials.begin_totp(member, NOW)), NOW - 5 * PERIOD
    credentials.confirm_totp(member, authenticator.at(then), then)
    return authenticator


def at_once(doings: list[Callable[[], Any]]) -> list[type[Refusal] | None]:
    """What each was refused with, None where it passed; all begin together."""
    barrier = Barrier(len(doings))

    def one(doing: Callable[[], Any]) -> type[Refusal] | None:
        barrier.wait()
        try:
            doing()
        except Refusal as refusal:
            return type(refusal)
        return None

    with ThreadPoolExecutor(len(doings)) as threads:
        return list(threads.map(one, doings))
