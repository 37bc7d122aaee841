"""What reading costs when a ledger grows a hundredfold: the same requests to two servers in turn, one small, one large.

Both towns have ten communities under one street, so that every board, every list and every table has grown.
"""

import os
import random
import sys
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

from api.deployment import Deployment
from bench.figures import Book, Comparison, percentile
from bench.founding import Town
from bench.generated_home import generated, opened, write_names
from bench.generated_log import SEED, STAFF, Shape
from bench.linli_service import LinliService
from bench.postgres import Postgres
from bench.processes import Server
from bench.town import sign_in

SECTION = "Reading over HTTP as the town grows: p99 of one request"
COMMUNITIES = 10
SIZES = (1_000, 100_000)
READERS = 400
REQUESTS = 600
"""Of each kind to each of both servers a round."""
WARM_UP = 60
WANTED = 1.3


class Reader(Struct, frozen=True):
    """Who asks. token: of their session; places: community, street and year, as paths name them."""

    token: str
    places: dict[str, str]


class Asked(Struct, frozen=True):
    """A server and who asks it."""

    server: Server
    connection: HTTPConnection
    readers: list[Reader]


class NotRead(Exception):
    """A request was not answered with what was asked for."""


KINDS = {
    "balances": "/v1/members/me/balances",
    "statement": "/v1/members/me/statement",
    "lots": "/v1/members/me/lots",
    "board of a community": "/v1/leaderboards/points?period={year}&scope={community}",
    "board of the street": "/v1/leaderboards/points?period={year}&scope={street}",
}
"""What is asked. year: of the day on which everything was credited."""


def measure(book: Book, folder: Path, postgres: Postgres, *, rounds: int) -> None:
    """Both databases, `rounds` rounds each."""
    for database in ("SQLite", "PostgreSQL"):
        with ExitStack() as stack:
            both: dict[int, Asked] = {}
            for size in SIZES:
                url = postgres.database(f"growth_{size}") if database == "PostgreSQL" else None
                both[size] = stack.enter_context(_served(book, folder / f"growth-{database}-{size}", url, size))
            postgres.settle()
            for number in range(rounds):
                for kind, path in KINDS.items():
                    _round(book, f"growth/{database}/{kind}", both, path, seed=number)
        _compare(book, database)


@contextmanager
def _served(book: Book, home: Path, url: str | None, size: int) -> Generator[Asked]:
    made = generated(home, url, Shape(COMMUNITIES, size // COMMUNITIES))
    database = "SQLite" if url is None else "PostgreSQL"
    book.notes.append(f"growth on {database}: {size:,} members, {made.events:,} events written in {made.seconds:.0f} s")
    with opened(home, url) as deployment:
        write_names(deployment, made.town.communities)
        started = time.perf_counter()
        deployment.figures.prepare()
        took = time.perf_counter() - started
        readers = _readers(deployment, made.town)
    print(f"  {book.notes[-1]}, read models built in {took:.0f} s", file=sys.stderr)
    with LinliService(home, url, workers=1).serving() as server:
        address = urlsplit(server.url)
        yield Asked(server, HTTPConnection(address.hostname or "", address.port, timeout=30), readers)


def _readers(deployment: Deployment, town: Town) -> list[Reader]:
    """Volunteers of all communities, signed in."""
    year = f"{datetime.now(UTC) - timedelta(days=2):%Y}"
    volunteers = {
        member: {"community": str(community.organisation), "street": str(town.street), "year": year}
        for community in town.communities
        for member in community.members[STAFF:]
    }
    drawn = random.Random(SEED).sample(list(volunteers), min(READERS, len(volunteers)))
    tokens = sign_in(deployment, drawn)
    return [Reader(token, volunteers[member]) for token, member in zip(tokens, drawn, strict=True)]


def _round(book: Book, figure: str, both: dict[int, Asked], path: str, *, seed: int) -> None:
    """One request here, one there: what else the machine does meets both alike."""
    latencies: dict[int, list[float]] = {size: [] for size in both}
    draws = {size: random.Random(seed) for size in both}
    order = list(both)
    used = dict.fromkeys(both, 0.0)
    for number in range(WARM_UP + REQUESTS):
        if number == WARM_UP:
            used = {size: -asked.server.processor_seconds() for size, asked in both.items()}
        order.reverse()
        for size in order:
            asked = both[size]
            reader = draws[size].choice(asked.readers)
            took = read(asked.connection, reader.token, path.format(**reader.places))
            if number >= WARM_UP:
                latencies[size].append(took)
    for size, found in latencies.items():
        used[size] += both[size].server.processor_seconds()
        book.sample(f"{figure}/processor/{size}", "ms", used[size] / REQUESTS * 1000)
        p50, p99 = percentile(found, 0.5), percentile(found, 0.99)
        book.sample(f"{figure}/{size}", "ms", p99, p50_ms=p50, p99_ms=p99)
    told = ", ".join(
        f"{size:,} members p50 {percentile(found, 0.5):.1f} and p99 {percentile(found, 0.99):.1f} ms"
        for size, found in latencies.items()
    )
    print(f"  {figure}: {told}, load average {os.getloadavg()[0]:.1f}", file=sys.stderr)


def read(connection: HTTPConnection, token: str, path: str) -> float:
    """Milliseconds until the whole answer is there."""
    started = time.perf_counter()
    connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise NotRead(f"{path}: {answer.status} {body[:300]!r}")
    return (time.perf_counter() - started) * 1000


def _compare(book: Book, database: str) -> None:
    small, large = SIZES

    def line(label: str, figure: str, wanted: float | None = None) -> None:
        ours, peer = (f"growth/{database}/{figure}/{size}" for size in (large, small))
        book.comparisons.append(Comparison(SECTION, label, ours, peer, f"{small:,} members", wanted_most=wanted))

    for kind in KINDS:
        line(f"{database}: {kind}, {large:,} members", kind, WANTED)
        line(f"{database}: {kind}, processor time of one", f"{kind}/processor")
