"""The restore drill, on a ledger of a million events: save, verify, restore elsewhere, build everything anew, compare.

It is done with the commands that an operator has. What is compared: position and root of the tree as both places tell
them, and a digest of every read model.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import NamedTuple

from api.settings import Settings
from api.wiring import open_checks
from bench.figures import Book, Comparison
from bench.generated_home import generated
from bench.generated_log import Shape
from bench.linli_service import LINLI
from bench.postgres import Postgres
from projections.catalog import PROJECTIONS
from projections.projection import Views
from projections.verification import digests

SECTION = "Restore drill"
SHAPE = Shape(communities=100, members_each=500, deeds=2)
"""A little more than a million events."""
EVENTS_WANTED = 1_000_000
MIB = 1024 * 1024
LOOKS_EVERY_SECONDS = 0.05


class Place(NamedTuple):
    """Where a ledger is: its folder, and the address of its database where that is not in the folder."""

    home: Path
    url: str | None


class Different(Exception):
    """What was restored is not what was saved."""


def measure(book: Book, folder: Path, postgres: Postgres, *, rounds: int) -> None:  # noqa: ARG001 a drill is done once
    """From SQLite to SQLite, and the same backup to PostgreSQL."""
    saved = Place(folder / "drill-saved", None)
    made = generated(saved.home, None, SHAPE)
    if made.events < EVENTS_WANTED:
        raise Different(f"{made.events} events were generated, {EVENTS_WANTED} are wanted")
    book.notes.append(
        f"restore drill: {made.events:,} events written in {made.seconds:.0f} s, load average {os.getloadavg()[0]:.1f}"
    )
    drill = Drill(book, made.events)
    drill.save(saved, folder / "drill.backup")
    for database, url in (("SQLite", None), ("PostgreSQL", postgres.database("drill"))):
        restored = Place(folder / f"drill-restored-{database}", url)
        drill.restore(folder / "drill.backup", restored, database=database, keys=saved.home / "keys")
        drill.compare(saved, restored)
        postgres.settle()


class Drill:
    """The steps, each timed."""

    def __init__(self, book: Book, events: int) -> None:
        self._book = book
        self._events = events

    def save(self, place: Place, file: Path) -> None:
        """Build and verify what is to be saved, then save it."""
        file.unlink(missing_ok=True)
        self._timed("SQLite", "read models built anew", place, "rebuild")
        self._timed("SQLite", "log and every figure verified", place, "verify")
        self._timed("SQLite", "saved while it could be served", place, "backup", str(file))
        self._weighed("SQLite", "the ledger's file", (place.home / "ledger.db").stat().st_size)
        self._weighed("SQLite", "the read models' file", (place.home / "views.db").stat().st_size)
        self._weighed("SQLite", "the backup", file.stat().st_size)

    def restore(self, file: Path, place: Place, *, database: str, keys: Path) -> None:
        """Restore to an empty place with its keys put back, and build the read models.

        Restoring verifies the log; that every figure is right follows from `compare`, for those saved were verified.
        """
        shutil.rmtree(place.home, ignore_errors=True)
        self._timed(database, "restored, its log verified", place, "restore", str(file), str(place.home))
        for folder in (keys, keys.with_name("erasures")):
            shutil.copytree(folder, place.home / folder.name, copy_function=shutil.copy2, dirs_exist_ok=True)
        self._timed(database, "restored: read models built anew", place, "rebuild")

    def compare(self, saved: Place, restored: Place) -> None:
        """Raise Different unless both places show the same figures at the same position."""
        before, after = figures_of(saved), figures_of(restored)
        wrong = [name for name, digest in before.digests.items() if after.digests[name] != digest]
        if wrong or before.position != after.position or before.position != self._events:
            raise Different(f"positions {before.position} and {after.position}, read models that differ: {wrong}")
        self._book.notes.append(
            f"restore drill to {(restored.url and 'PostgreSQL') or 'SQLite'}: {len(before.digests)} read models have"
            f" equal digests at position {after.position:,}"
        )

    def _timed(self, database: str, step: str, place: Place, *command: str) -> None:
        environment = {**os.environ, "LINLI_HOME": str(place.home)}
        environment |= {"LINLI_DATABASE_URL": place.url} if place.url else {}
        ran = _run(command, environment)
        told = f"{ran.seconds:.1f} s, {ran.processor_seconds:.1f} s of the processors, {ran.memory_mib:.0f} MiB at most"
        print(f"  drill/{database}/{step}: {told}, load average {os.getloadavg()[0]:.1f}", file=sys.stderr)
        self._line(database, step, "s", ran.seconds)
        self._line(database, f"{step}: of the processors", "s", ran.processor_seconds)
        self._line(database, f"{step}: memory at most", "MiB", ran.memory_mib)

    def _weighed(self, database: str, what: str, size: int) -> None:
        self._line(database, what, "MiB", size / MIB)

    def _line(self, database: str, label: str, unit: str, value: float) -> None:
        figure = f"drill/{database}/{label}"
        self._book.sample(figure, unit, value)
        self._book.comparisons.append(Comparison(SECTION, f"{database}: {label}", figure))


class Ran(NamedTuple):
    """What a command took: seconds by the clock and of the processors, and MiB when it held most."""

    seconds: float
    processor_seconds: float
    memory_mib: float


def _run(command: Sequence[str], environment: Mapping[str, str]) -> Ran:
    """Run `linli` to its end. Raises Different where it does not end well."""
    started, most = time.perf_counter(), 0.0
    with TemporaryFile() as told:
        with subprocess.Popen([LINLI, *command], env=environment, stdout=told, stderr=told) as process:
            while not (ended := os.wait4(process.pid, os.WNOHANG))[0]:
                most = max(most, _most_memory(process.pid))
                time.sleep(LOOKS_EVERY_SECONDS)
            process.returncode = os.waitstatus_to_exitcode(ended[1])
        seconds = time.perf_counter() - started
        if process.returncode:
            told.seek(0)
            raise Different(f"linli {command[0]}: {told.read()[-2000:].decode(errors='replace')}")
    return Ran(seconds, ended[2].ru_utime + ended[2].ru_stime, most)


def _most_memory(pid: int) -> float:
    """MiB of resident memory when the process held most so far; 0 once it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except FileNotFoundError:
        return 0.0
    return max((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), default=0.0)


class Figures(NamedTuple):
    """What a place shows: the position of the log, and the digest of each read model."""

    position: int
    digests: dict[str, str]


def figures_of(place: Place) -> Figures:
    """Read them; whoever is behind is brought up to date first."""
    with open_checks(Settings(place.home, place.url)) as checks:
        checks.engine.prepare()
        checks.engine.catch_up()
        views = Views(checks.databases.views, checks.databases.views_read)
        return Figures(checks.feed.position(), digests(views, PROJECTIONS))
