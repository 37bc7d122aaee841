"""Whether this machine's clock may date events: it must not jump, nor disagree with the database's, nor go back.

A clock is judged by another one that nobody can set, which counts from when the machine was switched on, and on
PostgreSQL by the database's. See docs/adr/0019.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import text

from ledger.kernel.clock import Clock
from ledger.store.databases import Databases
from ledger.store.feed import LogFeed

TOLERANCE_SECONDS: Final = 5.0
"""What a clock may jump by, be apart from the database's, or be behind the newest event."""
SETTLED_SECONDS: Final = 60.0
"""How long a clock must keep to its new time before it is believed again where no other clock can be asked."""

Seconds = Callable[[], float]


def always_right() -> bool:
    """For clocks that a story sets."""
    return True


def since_boot() -> float:
    """Seconds that no change of the clock moves. Where the system can tell, they count while the machine sleeps too."""
    boot: int | None = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


def newest_time(databases: Databases) -> datetime | None:
    """The time of the newest event; None where there is none, or none that can be read."""
    feed = LogFeed(databases)
    last = feed.page(feed.position() - 1, 1)
    return last[0].at if last else None


def server_seconds(databases: Databases) -> float:
    """What the database's clock says, in seconds since 1970."""
    with databases.state_read.connect() as connection:
        return float(connection.execute(text("SELECT extract(epoch from clock_timestamp())")).scalar_one())


class ClockWatch:
    """Asked before each command, and told to `look` about once a second. May be used by many threads.

    newest: the time of the newest event when the process started, which `clock` must not be far before; None where
    there is none. database: the seconds of the database's clock since 1970; None where it is this machine's own.
    """

    def __init__(
        self,
        clock: Clock,
        newest: datetime | None,
        *,
        database: Seconds | None = None,
        wall: Seconds = time.time,
        steady: Seconds = since_boot,
    ) -> None:
        self._clock = clock
        self._earliest = None if newest is None else newest - timedelta(seconds=TOLERANCE_SECONDS)
        self._database = database
        self._wall = wall
        self._steady = steady
        self._trusted = self._offset()
        self._jumped: tuple[float, float] | None = None
        self._is_apart = False

    def is_right(self) -> bool:
        """Whether an event may be dated now."""
        if self._is_apart or not _near(self._offset(), self._trusted):
            return False
        return self._earliest is None or self._clock.now() >= self._earliest

    def look(self) -> None:
        """Compare with the database's clock, follow small corrections, and believe a new time that has settled.

        Raises the database's fault when it cannot be asked; what was known then stands.
        """
        if self._database is not None:
            self._compare(self._database)
            return
        offset, now = self._offset(), self._steady()
        if _near(offset, self._trusted):
            self._trusted, self._jumped = offset, None
        elif self._jumped is None or not _near(offset, self._jumped[0]):
            self._jumped = offset, now
        elif now - self._jumped[1] >= SETTLED_SECONDS:
            self._trusted, self._jumped = offset, None

    def _compare(self, database: Seconds) -> None:
        offset, apart = self._offset(), self._wall() - database()
        self._is_apart = not _near(apart, 0.0)
        if not self._is_apart:
            self._trusted = offset

    def _offset(self) -> float:
        return self._wall() - self._steady()


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= TOLERANCE_SECONDS
