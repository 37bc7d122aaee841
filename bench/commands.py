"""Check-ins in process at batches of 64: the writer fed directly, beside eventsourcing's own modules doing the like."""

import asyncio
import sys
import time
from collections import deque
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from typing import NamedTuple
from uuid import UUID

import uvloop

from api.background import settle_memory
from api.deployment import Deployment
from api.settings import Settings
from api.wiring import open_deployment
from bench import library
from bench.figures import Book, Comparison, percentile
from bench.library import Doors
from bench.postgres import Postgres
from bench.town import people_a_town
from ledger.application.check_ins import CHECK_IN, CheckIn
from ledger.application.ports import Answer, Call, CommandKey, Refused
from ledger.kernel.ids import ActivityId, MemberId

SECTION = "Check-ins in process, one event each, batches of 64"
BATCH = 64
BATCHES_IN_FLIGHT = 3
"""One with the writer, and a full one behind it at all times."""
MEMBERS = 6_400
LIBRARY_EACH_ROUND = 800
DOORS_A_ROUND = 3
WANTED = 8.0

Pair = tuple[UUID, UUID]


class NotCheckedIn(Exception):
    """A command was answered otherwise than expected."""


def measure(book: Book, folder: Path, postgres: Postgres, *, rounds: int) -> None:
    """Both databases, `rounds` rounds each."""
    for database in ("SQLite", "PostgreSQL"):
        names = ("bench_commands", "bench_library", "bench_library_cached")
        urls = [postgres.database(name) if database == "PostgreSQL" else None for name in names]
        home = folder / f"commands-{database}"
        rmtree(home, ignore_errors=True)
        home.mkdir()
        with _town(home, urls[0], rounds) as ours, _library(home, urls[1:], rounds) as peers:
            for number in range(rounds):
                postgres.settle()
                _ours(book, database, home, urls[0], pairs=ours[number])
                _peers(book, database, peers, number)
        _compare(book, database)


@contextmanager
def _opened(home: Path, url: str | None) -> Generator[Deployment]:
    deployment = open_deployment(Settings(home, url))
    deployment.ledger.start()
    settle_memory()
    try:
        yield deployment
    finally:
        deployment.ledger.stop()
        deployment.close()


@contextmanager
def _town(home: Path, url: str | None, rounds: int) -> Generator[list[list[list[Pair]]]]:
    """For each round, two lists of who checks in where."""
    with _opened(home, url) as deployment:
        deployment.figures.prepare()
        town = people_a_town(deployment, members=MEMBERS, activities=2 * rounds)
    yield [
        [[(member, town.activities[2 * number + turn]) for member in town.members] for turn in (0, 1)]
        for number in range(rounds)
    ]


def _ours(book: Book, database: str, home: Path, url: str | None, *, pairs: list[list[Pair]]) -> None:
    """A freshly started writer reads every member from the log; the second time it has them in memory."""
    with _opened(home, url) as deployment:
        for turn, name in zip(pairs, ("cold", "warm"), strict=True):
            before = deployment.feed.position()
            rate, latencies = _timed(deployment, turn)
            if deployment.feed.position() - before != len(turn):
                raise NotCheckedIn(f"{len(turn)} commands, {deployment.feed.position() - before} events")
            _sample(book, f"commands/{database}/{name}", rate, latencies)


def _timed(deployment: Deployment, pairs: Sequence[Pair]) -> tuple[float, list[float]]:
    """Check-ins a second, and each one's milliseconds from its submission to its answer."""
    latencies: list[float] = []
    started = time.perf_counter()
    uvloop.run(_feed(deployment, pairs, latencies))
    return len(pairs) / (time.perf_counter() - started), latencies


async def _feed(deployment: Deployment, pairs: Sequence[Pair], latencies: list[float]) -> None:
    """Submit from an event loop, as the JSON interface does: one batch with the writer, full ones behind it."""
    waiting: deque[list[asyncio.Future[Answer]]] = deque()
    for start in range(0, len(pairs), BATCH):
        waiting.append([_submitted(deployment, pair, latencies) for pair in pairs[start : start + BATCH]])
        if len(waiting) == BATCHES_IN_FLIGHT:
            await _answered(waiting.popleft())
    for batch in waiting:
        await _answered(batch)


def _submitted(deployment: Deployment, pair: Pair, latencies: list[float]) -> asyncio.Future[Answer]:
    (member, activity), now, submitted = pair, deployment.clock.now(), time.perf_counter()
    key = CommandKey("POST /v1/check-ins", f"{member}/{activity}", activity.bytes)
    call = Call(CHECK_IN, CheckIn(ActivityId(activity), now, "kiosk", "in"), MemberId(member), key, now)
    future = deployment.ledger.submit_async(call, lane="front")
    future.add_done_callback(lambda _: latencies.append((time.perf_counter() - submitted) * 1000))
    return future


async def _answered(batch: list[asyncio.Future[Answer]]) -> None:
    for future in batch:
        result = (await future).result
        if isinstance(result, Refused) or result.code != "checked-in":
            raise NotCheckedIn(str(result))


class _Peer(NamedTuple):
    """The library's application with the ids of whom it knows."""

    application: Doors
    members: list[UUID]
    gatherings: list[UUID]


@contextmanager
def _library(home: Path, urls: Sequence[str | None], rounds: int) -> Generator[dict[str, _Peer]]:
    """The application as it is by default, and with its cache."""
    found: dict[str, _Peer] = {}
    try:
        for name, url in zip(("plain", "cached"), urls, strict=True):
            application = Doors(env=library.settings(home, url, cached=name == "cached"))
            found[name] = _Peer(application, *application.populate(DOORS_A_ROUND * rounds))
        yield found
    finally:
        for peer in found.values():
            peer.application.close()


def _peers(book: Book, database: str, peers: dict[str, _Peer], number: int) -> None:
    plain, cached = peers["plain"], peers["cached"]
    cached.application.remember(cached.members[:LIBRARY_EACH_ROUND])
    doors = plain.gatherings[number * DOORS_A_ROUND :]
    ways = {
        "library-plain": (plain.application.check_in, plain.members, doors[0]),
        "library-once": (plain.application.check_in_once, plain.members, doors[1]),
        "library-cached": (cached.application.check_in, cached.members, cached.gatherings[number * DOORS_A_ROUND]),
    }
    for name, (check_in, members, door) in ways.items():
        rate, latencies = library.timed(check_in, [(member, door) for member in members[:LIBRARY_EACH_ROUND]])
        _sample(book, f"commands/{database}/{name}", rate, latencies)
    members = plain.members[:LIBRARY_EACH_ROUND]
    together = library.timed_together(plain.application, members, doors[2], at_once=BATCH)
    _sample(book, f"commands/{database}/library-together", together, [])


def _sample(book: Book, figure: str, rate: float, latencies: list[float]) -> None:
    p50, p99 = (percentile(latencies, share) if latencies else None for share in (0.5, 0.99))
    book.sample(figure, "/s", rate, p50_ms=p50, p99_ms=p99)
    print(f"  {figure}: {rate:.0f}/s", file=sys.stderr)


def _compare(book: Book, database: str) -> None:
    def line(label: str, ours: str, against: str, peer: str, wanted: float | None = None) -> None:
        names = [f"commands/{database}/{name}" for name in (ours, peer)]
        book.comparisons.append(
            Comparison(SECTION, f"{database}: {label}", names[0], names[1], against, wanted_ratio=wanted)
        )

    line("members known to the writer", "warm", "eventsourcing as it comes", "library-plain", WANTED)
    line("writer just started", "cold", "eventsourcing as it comes", "library-plain")
    line("members known to the writer", "warm", "the answer kept under its key", "library-once")
    line("members known to the writer", "warm", "its aggregate cache on", "library-cached")
    line("members known to the writer", "warm", f"{BATCH} aggregates in each save", "library-together")
