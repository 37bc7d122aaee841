"""Check-ins a second over HTTP, at 1, 8 and 64 clients: Linli beside the plain service, in rounds, one at a time.

After every load what is stored is counted: no fewer check-ins than good answers, and no more than were sent.
"""

import sys
import time
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from bench.figures import Book, Comparison
from bench.linli_service import LinliService, prepare
from bench.plain_rows import Mode
from bench.plain_service import PlainService
from bench.postgres import Postgres
from bench.processes import Server
from bench.wrk import Load, Walkers, check_in

SECTION = "Check-ins over HTTP, good answers a second"
CLIENTS = (1, 8, 64)
SECONDS = 3
WARM_UP_SECONDS = 1
SETTLE_SECONDS = 0.4
"""When nothing more was stored for so long, nothing more comes."""
WORKERS = {"SQLite": 1, "PostgreSQL": 2}
WANTED = {"SQLite": 4.0, "PostgreSQL": 2.5}
MODES: tuple[Mode, Mode] = ("sync", "async")


class Lost(Exception):
    """What is stored is not what was answered."""


class Contender(Protocol):
    """A service under load. name: as in the figures."""

    name: str

    def serving(self) -> AbstractContextManager[Server]: ...
    def stored(self) -> int: ...


class Visitors:
    """The members on their way through one contender's doors: who comes next, and that each was let in once."""

    def __init__(self, contender: Contender, walkers: Walkers) -> None:
        self.contender = contender
        self._walkers = walkers
        self._next = 0

    def come(self, server: Server, *, clients: int, seconds: int = SECONDS) -> Load:
        """Load the server, then compare its answers with what it has stored."""
        before = self.contender.stored()
        load = check_in(server.url, self._walkers, clients=clients, seconds=seconds, first=self._next)
        sent, self._next = load.next - self._next, load.next
        stored = self._settled() - before
        if load.refused or load.lost or not load.good <= stored <= sent:
            raise Lost(f"{self.contender.name}: {load.good} good answers of {sent} sent, {stored} stored; {load}")
        return load

    def _settled(self) -> int:
        """What is stored once the requests that wrk leaves behind when its time is up are worked off."""
        stored = -1
        while stored != (stored := self.contender.stored()):
            time.sleep(SETTLE_SECONDS)
        return stored


def measure(book: Book, folder: Path, postgres: Postgres, *, rounds: int) -> None:
    """Both databases, `rounds` rounds each, the two services taking turns at being first."""
    for database, workers in WORKERS.items():
        urls = [postgres.database(name) if database == "PostgreSQL" else None for name in ("linli", "plain")]
        home = folder / f"check-ins-{database}"
        town, tokens, keys = prepare(home, urls[0])
        linli = LinliService(home, urls[0], workers=workers)
        plain = PlainService(home, urls[1], workers=workers)
        plain.fill(town, tokens)
        walkers = Walkers.written(home, tokens, town.activities, keys, datetime.now(UTC))
        ours, peers = Visitors(linli, walkers), Visitors(plain, walkers)
        plain.mode = _better_mode(book, plain, peers, database)
        for number in range(rounds):
            for visitors in (ours, peers) if number % 2 == 0 else (peers, ours):
                postgres.settle()
                _round(book, database, visitors)
        linli.verify()
        _compare(book, database)


def _better_mode(book: Book, plain: PlainService, peers: Visitors, database: str) -> Mode:
    """Threads or event loop: whichever is faster here at 64 clients stands for the plain service."""
    rates: dict[Mode, float] = {}
    for mode in MODES:
        plain.mode = mode
        with plain.serving() as server:
            peers.come(server, clients=8, seconds=WARM_UP_SECONDS)
            rates[mode] = peers.come(server, clients=64, seconds=2).rate
    told = ", ".join(f"{mode} {rate:.0f}/s" for mode, rate in rates.items())
    book.notes.append(f"plain service on {database}, tried once at 64 clients: {told}; the faster one was measured")
    return max(rates, key=rates.__getitem__)


def _round(book: Book, database: str, visitors: Visitors) -> None:
    name = visitors.contender.name
    with visitors.contender.serving() as server:
        visitors.come(server, clients=8, seconds=WARM_UP_SECONDS)
        book.sample(f"check-ins/{database}/memory-before/{name}", "MiB", server.memory().pss)
        for clients in CLIENTS:
            visitors.come(server, clients=clients, seconds=WARM_UP_SECONDS)
            used = server.processor_seconds()
            load = visitors.come(server, clients=clients)
            used = server.processor_seconds() - used
            book.sample(f"check-ins/{database}/processor-{clients}/{name}", "µs", used / load.good * 1e6)
            figure = f"check-ins/{database}/{clients}/{name}"
            book.sample(figure, "/s", load.rate, p50_ms=load.p50_ms, p99_ms=load.p99_ms)
            print(f"  {figure}: {load.rate:.0f}/s, p50 {load.p50_ms:.1f} ms, p99 {load.p99_ms:.1f} ms", file=sys.stderr)
        book.sample(f"check-ins/{database}/memory-after/{name}", "MiB", server.memory().pss)


def _compare(book: Book, database: str) -> None:
    workers = WORKERS[database]
    where = f"{database}, {workers} process{'es' * (workers > 1)}"

    def line(label: str, figure: str, wanted: float | None = None) -> None:
        ours, peer = (f"check-ins/{database}/{figure}/{name}" for name in ("linli", "plain"))
        book.comparisons.append(
            Comparison(SECTION, f"{where}: {label}", ours, peer, against="plain ORM", wanted_ratio=wanted)
        )

    most = max(CLIENTS)
    for clients in CLIENTS:
        line(f"{clients} client{'s' * (clients > 1)}", str(clients), WANTED[database] if clients == most else None)
    line(f"processor time of one, {most} clients", f"processor-{most}")
    line("memory before the load", "memory-before")
    line("memory after the load", "memory-after")
