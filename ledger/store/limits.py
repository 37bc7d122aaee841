"""How often something may be tried. A window of time is counted; past its limit the answer is how long to wait.

Where guessing is the danger (sign-in, forged codes) every try is counted in the state store, over all workers. Where
only the load is (check-ins, redemptions) each process counts for itself and counts are joined once a second, since a
write for each request would cost more than the request. What is counted is kept as a keyed digest.
"""

import hmac
from collections.abc import Mapping
from datetime import datetime
from threading import Lock
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Engine, delete, update
from sqlalchemy.dialects import postgresql, sqlite

from ledger.store.state_tables import WINDOWS


class Rate(NamedTuple):
    """At most `limit` times in a window of `window_seconds`."""

    limit: int
    window_seconds: int


SIGN_IN: Final = Rate(5, 15 * 60)
"""Per account or, where a code names none, per place it comes from. Exact."""
BAD_TOKENS: Final = Rate(20, 60)
"""Forged and unknown codes, per device or session. Exact."""
CODES_BY_MESSAGE: Final = Rate(3, 60 * 60)
"""Codes sent to a phone, per person and per what was typed. Exact."""
MESSAGES_FROM_A_PLACE: Final = Rate(30, 60 * 60)
"""The same per address. Exact. A telephone company's customers share a few addresses: three would lock all out."""
SELF_CHECK_INS: Final = Rate(6, 60)
"""Per member. Local."""
REDEMPTIONS: Final = Rate(10, 60)
"""Per member. Local."""

_KEY_BYTES: Final = 16


class Tried(NamedTuple):
    """One counted try: how many its window has had with it, and the seconds to wait where those are too many."""

    tries: int
    wait_seconds: int | None


class _Window(NamedTuple):
    """Windows of one length follow each other without gaps from 1970 on, so that all workers agree on them."""

    key: bytes
    start: int
    ends: int


class Limits:
    """Exact counters over all workers, in the state store. `secret` keys the digests of what is counted."""

    def __init__(self, engine: Engine, secret: bytes) -> None:
        self._engine = engine
        self._secret = secret

    def hit(self, key: str, rate: Rate, now: datetime) -> int | None:
        """Count one try of `key` (purpose and id, `sign-in:…`) at `now` (aware).

        None when it may go on, else the whole seconds (≥ 1) until the next window. Refused tries are counted too and
        do not lengthen the wait. Around the turn of a window up to twice the limit can fall into its length.
        """
        return self.count(key, rate, now).wait_seconds

    def count(self, key: str, rate: Rate, now: datetime) -> Tried:
        """As `hit`, telling also how many tries the window has had."""
        window = _window(self._secret, key, rate.window_seconds, now)
        with self._engine.begin() as connection:
            count = _add(connection, [(window, 1)])[window]
        return Tried(count, _wait(count, rate, window, now))

    def give_back(self, key: str, rate: Rate, now: datetime) -> None:
        """Undo one `hit` of the same window: what turned out to be no guess shall not lock out the next person."""
        window = _window(self._secret, key, rate.window_seconds, now)
        fewer = (
            update(WINDOWS)
            .where(WINDOWS.c.key == window.key, WINDOWS.c.start == window.start, WINDOWS.c.count > 0)
            .values(count=WINDOWS.c.count - 1)
        )
        with self._engine.begin() as connection:
            connection.execute(fewer)

    def purge(self, now: datetime) -> int:
        """Delete the windows that are over at `now`; how many there were."""
        with self._engine.begin() as connection:
            return connection.execute(delete(WINDOWS).where(WINDOWS.c.ends <= _seconds(now))).rowcount


class LocalLimits:
    """Counters in this process, joined with those of the other workers by `merge`; never a write for a request.

    Until a merge a worker knows only its own tries, so n workers may together allow n times the limit in that second.
    """

    def __init__(self, engine: Engine, secret: bytes) -> None:
        self._engine = engine
        self._secret = secret
        self._lock = Lock()
        self._joined: dict[_Window, int] = {}
        self._own: dict[_Window, int] = {}

    def hit(self, key: str, rate: Rate, now: datetime) -> int | None:
        """Count one try of `key` at `now` (aware) in memory; None or the seconds to wait, as `Limits.hit`."""
        window = _window(self._secret, key, rate.window_seconds, now)
        with self._lock:
            self._own[window] = self._own.get(window, 0) + 1
            count = self._joined.get(window, 0) + self._own[window]
        return _wait(count, rate, window, now)

    def merge(self, now: datetime) -> None:
        """Add this worker's counts to the common ones, learn the others', forget what is over: one write for all.

        To be called about once a second by one thread. When it fails, nothing is lost and the next call adds it.
        """
        with self._lock:
            own = [(window, count) for window, count in self._own.items() if window.ends > _seconds(now)]
        joined: Mapping[_Window, int] = {}
        if own:
            with self._engine.begin() as connection:
                joined = _add(connection, sorted(own))
        with self._lock:
            for window, count in own:
                self._own[window] -= count
            self._joined.update(joined)
            self._own = {window: count for window, count in self._own.items() if count and window.ends > _seconds(now)}
            self._joined = {window: count for window, count in self._joined.items() if window.ends > _seconds(now)}


def _window(secret: bytes, key: str, seconds: int, now: datetime) -> _Window:
    start = _seconds(now) // seconds * seconds
    digest = hmac.digest(secret, f"{seconds} {key}".encode(), "sha256")[:_KEY_BYTES]
    return _Window(digest, start, start + seconds)


def _wait(count: int, rate: Rate, window: _Window, now: datetime) -> int | None:
    return None if count <= rate.limit else max(1, window.ends - _seconds(now))


def _add(connection: Connection, counts: list[tuple[_Window, int]]) -> dict[_Window, int]:
    postgres = connection.dialect.name == "postgresql"
    statement: Any = (postgresql if postgres else sqlite).insert(WINDOWS)
    added = statement.on_conflict_do_update(
        index_elements=[WINDOWS.c.key, WINDOWS.c.start],
        set_={"count": WINDOWS.c.count + statement.excluded.count},
    ).returning(WINDOWS.c.key, WINDOWS.c.start, WINDOWS.c.ends, WINDOWS.c.count)
    rows = [{**window._asdict(), "count": count} for window, count in counts]
    found: Any = connection.execute(added, rows)
    return {_Window(key, start, ends): count for key, start, ends, count in found}


def _seconds(now: datetime) -> int:
    return int(now.timestamp())
