"""`python -m tests.faults.planted.serving FILE serve`: the product, with the faults that are named in FILE right now.

storage-full: the databases' files may not grow. storage-read-only: nothing may be written. poison: the read model of
tasks cannot bear a task that was posted. clock=SECONDS: the machine's clock is so much ahead, or behind.
"""

import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection

from api.command_line import main
from ledger.kernel.clock import SystemClock
from ledger.store import sqlite_files
from ledger.store.clock_watch import ClockWatch
from ledger.tasks.events import TaskPosted
from projections import tasks

PAGES_MAX: Final = 2**32 - 2
"""As many pages as SQLite allows by itself."""


class Faults:
    """The words in a file, read each time they are asked for."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def words(self) -> list[str]:
        """What is wrong now."""
        return self._file.read_text(encoding="ascii").split() if self._file.exists() else []

    def put(self, *words: str) -> None:
        """Let these be wrong from now on, and nothing else."""
        fresh = self._file.with_suffix(".fresh")
        fresh.write_text(" ".join(words), encoding="ascii")
        fresh.replace(self._file)

    def seconds(self) -> float:
        """By how much the clock is ahead."""
        return sum(float(word.removeprefix("clock=")) for word in self.words() if word.startswith("clock="))


def plant(faults: Faults) -> None:
    """Put every fault into this process, to strike while it is named."""
    _plant_disk(faults)
    _plant_clock(faults)
    _plant_poison(faults)


def _plant_disk(faults: Faults) -> None:
    begin = sqlite_files._begin_immediate  # pyright: ignore[reportPrivateUsage]  # the product's own, with its disk

    def begin_on_a_bad_disk(connection: Connection) -> None:
        words = faults.words()
        connection.exec_driver_sql(f"PRAGMA query_only = {int('storage-read-only' in words)}")
        used = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {used if 'storage-full' in words else PAGES_MAX}")
        begin(connection)

    sqlite_files._begin_immediate = begin_on_a_bad_disk  # pyright: ignore[reportPrivateUsage]


def _plant_clock(faults: Faults) -> None:
    now = SystemClock.now
    SystemClock.now = lambda self: now(self) + timedelta(seconds=faults.seconds())
    defaults: Any = ClockWatch.__init__.__kwdefaults__
    defaults["wall"] = lambda: time.time() + faults.seconds()


def _plant_poison(faults: Faults) -> None:
    handlers: Any = tasks.PROJECTION.handlers
    posted = handlers[TaskPosted]

    def posted_poison(*given: Any) -> None:
        if "poison" in faults.words():
            raise ValueError("planted")
        posted(*given)

    handlers[TaskPosted] = posted_poison


if __name__ == "__main__":
    plant(Faults(Path(sys.argv.pop(1))))
    main()
