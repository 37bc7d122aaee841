"""The log of the demonstration: its read models rebuilt in one pass, how long a start takes, memory, bytes on disk."""

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from shutil import rmtree

from sqlalchemy import create_engine, text

from api.settings import Settings
from api.wiring import open_checks
from bench.figures import Book, Comparison
from bench.linli_service import LINLI, LinliService
from bench.postgres import Postgres

REBUILDING = "All read models rebuilt in one pass"
STARTING = "Started with the demonstration's data"
STORING = "On disk, the demonstration's log"
DAYS = 120
WANTED_EVENTS_A_SECOND = 20_000.0
STORED = {"events": ("events",), "events and answered commands": ("events", "commands")}


def measure(book: Book, folder: Path, postgres: Postgres, *, rounds: int) -> None:
    """Both databases; the demonstration is played on each by its own commands."""
    places = {
        database: (folder / f"demonstration-{database}", url)
        for database, url in (("SQLite", None), ("PostgreSQL", postgres.database("demonstration")))
    }
    events = {database: _played(book, database, *place) for database, place in places.items()}
    for _ in range(rounds):
        for database, (home, url) in places.items():
            postgres.settle()
            _rebuild(book, database, home, url)
            _start(book, database, home, url)
    for database, (home, url) in places.items():
        _weigh(book, database, events[database], _sqlite_bytes(home) if url is None else _postgres_bytes(url))
        _compare(book, database, events[database])


def _played(book: Book, database: str, home: Path, url: str | None) -> int:
    """Play the demonstration; how many events it has."""
    rmtree(home, ignore_errors=True)
    home.mkdir()
    environment = {**os.environ, "LINLI_HOME": str(home)} | ({"LINLI_DATABASE_URL": url} if url else {})
    started = time.perf_counter()
    with (home / "demo.log").open("wb") as log:
        command = [LINLI, "demo", "--days", str(DAYS), "--prepare-only"]
        subprocess.run(command, env=environment, stdout=log, stderr=log, check=True)
    seconds = time.perf_counter() - started
    with open_checks(Settings(home, url)) as checks:
        events = checks.feed.position()
    book.sample(f"demonstration/{database}/played", "events/s", events / seconds)
    return events


def _rebuild(book: Book, database: str, home: Path, url: str | None) -> None:
    with open_checks(Settings(home, url)) as checks:
        started = time.perf_counter()
        checks.engine.rebuild()
        rate = checks.feed.position() / (time.perf_counter() - started)
    book.sample(f"demonstration/{database}/rebuilt", "events/s", rate)
    print(f"  demonstration/{database}/rebuilt: {rate:.0f} events/s", file=sys.stderr)


def _start(book: Book, database: str, home: Path, url: str | None) -> None:
    with LinliService(home, url, workers=1).serving() as server:
        memory = server.memory()
    book.sample(f"demonstration/{database}/ready", "s", server.started_seconds)
    book.sample(f"demonstration/{database}/pss", "MiB", memory.pss)
    book.sample(f"demonstration/{database}/rss", "MiB", memory.rss)


def _weigh(book: Book, database: str, events: int, found: dict[str, int]) -> None:
    for label, tables in STORED.items():
        total = sum(found[table] for table in tables)
        book.sample(f"demonstration/{database}/{label}", "B/event", total / events)


def _sqlite_bytes(home: Path) -> dict[str, int]:
    """Bytes of each table with its indexes, in whole pages."""
    asking = "SELECT sum(pgsize) FROM dbstat WHERE name IN (SELECT name FROM sqlite_master WHERE tbl_name = ?)"
    with closing(sqlite3.connect(home / "ledger.db")) as connection:
        return {table: connection.execute(asking, (table,)).fetchone()[0] for table in ("events", "commands")}


def _postgres_bytes(url: str) -> dict[str, int]:
    engine = create_engine(url)
    asking = text("SELECT pg_total_relation_size(CAST(:name AS regclass))")
    with engine.connect() as connection:
        found = {
            table: connection.execute(asking, {"name": f"ledger.{table}"}).scalar_one()
            for table in ("events", "commands")
        }
    engine.dispose()
    return found


def _compare(book: Book, database: str, events: int) -> None:
    def line(section: str, label: str, figure: str, wanted: float | None = None) -> None:
        book.comparisons.append(
            Comparison(section, f"{database}: {label}", f"demonstration/{database}/{figure}", wanted=wanted)
        )

    wanted = WANTED_EVENTS_A_SECOND if database == "SQLite" else None
    line(REBUILDING, f"{events:,} events", "rebuilt", wanted)
    line(REBUILDING, "the demonstration played, commands and all", "played")
    line(STARTING, "from the start of the process to ready", "ready")
    line(STARTING, "memory when ready, shared pages once", "pss")
    line(STARTING, "memory when ready, as each process counts", "rss")
    for label in STORED:
        line(STORING, f"{label}, with indexes", label)
