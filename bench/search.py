"""Searching a hundred thousand people over HTTP: by name, by pinyin, by first letters and by the end of a telephone.

Asked by clerks of the whole street, who may see everybody: nobody's search has more to look through.
"""

import os
import random
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec
from pypinyin import lazy_pinyin

from api.deployment import Deployment
from bench.figures import Book, Comparison, percentile
from bench.founding import Town, found
from bench.generated_home import empty_ledger, opened
from bench.generated_log import SEED
from bench.linli_service import LinliService
from bench.postgres import Postgres
from bench.processes import Server
from bench.town import sign_in
from demonstration.people import Person, people
from ledger.application.roles import GRANT_ROLE, GrantRole
from ledger.kernel.ids import MemberId

SECTION = "Searching 100 000 people"
COMMUNITIES, EACH = 100, 1_000
CLERKS = 300
"""One may search sixty times a minute: so many ask in turn that no limit is reached in three rounds."""
REQUESTS, WARM_UP = 500, 20
WANTED_MS = 50
READY_WITHIN_SECONDS = 300
KINDS: Mapping[str, Callable[[Person], str]] = {
    "name": lambda person: person.name,
    "surname": lambda person: person.name[:1],
    "pinyin": lambda person: "".join(lazy_pinyin(person.name)),
    "first letters": lambda person: "".join(sound[0] for sound in lazy_pinyin(person.name)),
    "phone tail": lambda person: person.phone[-4:],
}


class NotFound(Exception):
    """A search was not answered, or not with somebody."""


class Asked(NamedTuple):
    """A served town: its people, and the tokens of its clerks."""

    server: Server
    crowd: Sequence[Person]
    tokens: Sequence[str]


def measure(book: Book, folder: Path, postgres: Postgres, *, rounds: int) -> None:  # noqa: ARG001 memory is the same
    """On SQLite, one worker: what is measured is the memory of one process."""
    home = folder / "search"
    crowd, tokens = _prepared(home)
    with LinliService(home, None, workers=1).serving() as server:
        before = server.memory().pss
        asked = Asked(server, crowd, tokens)
        took = _await_index(asked)
        book.sample("search/ready", "s", took)
        book.sample("search/memory", "MiB", server.memory().pss - before)
        for number in range(rounds):
            for kind, query in KINDS.items():
                _round(book, kind, asked, query, seed=number)
    for kind in KINDS:
        book.comparisons.append(Comparison(SECTION, f"{kind}, p99", f"search/{kind}"))
        book.comparisons.append(Comparison(SECTION, f"{kind}, processor time of one", f"search/{kind}/processor"))
    book.comparisons.append(Comparison(SECTION, "from the start to the first answer", "search/ready"))
    book.comparisons.append(Comparison(SECTION, "memory of the index, with what building it left", "search/memory"))


def _prepared(home: Path) -> tuple[Sequence[Person], Sequence[str]]:
    started = time.perf_counter()
    with empty_ledger(home, None) as scribe:
        at = datetime.now(UTC) - timedelta(days=2)
        town = found(scribe, COMMUNITIES, EACH, at=at)
        some = slice(4, 4 + CLERKS // COMMUNITIES)
        clerks = [member for community in town.communities for member in community.members[some]]
        for clerk in clerks:
            granted = GrantRole(clerk, "staff", town.street, date(2020, 1, 1))
            scribe.do(GRANT_ROLE, granted, actor=town.clerk, at=at)
        scribe.commit()
    with opened(home, None) as deployment:
        crowd = _write(deployment, town)
        deployment.figures.prepare()
        tokens = sign_in(deployment, clerks)
    print(f"  {len(crowd):,} people made in {time.perf_counter() - started:.0f} s", file=sys.stderr)
    return crowd, tokens


def _write(deployment: Deployment, town: Town) -> list[Person]:
    members = [member for community in town.communities for member in community.members]
    crowd = list(people(SEED, communities=COMMUNITIES, each=EACH))
    rows = [(member, {"name": one.name, "phone": one.phone}) for member, one in zip(members, crowd, strict=True)]
    for some in _pieces(rows):
        deployment.directory.write_many(some)
        deployment.directory.number_members([MemberId(member) for member, _ in some])
    return crowd


def _pieces(rows: Sequence[tuple[MemberId, dict[str, str]]]) -> Sequence[Sequence[tuple[MemberId, dict[str, str]]]]:
    return [rows[start : start + 5_000] for start in range(0, len(rows), 5_000)]


def _await_index(asked: Asked) -> float:
    """Seconds from the first good answer of the server to the first of a search."""
    connection = _connected(asked)
    started = time.perf_counter()
    while time.perf_counter() - started < READY_WITHIN_SECONDS:
        status, _ = _search(connection, asked.tokens[0], asked.crowd[0].name)
        if status == 200:
            return time.perf_counter() - started
        time.sleep(1.0)
    raise NotFound("the index was not ready in time")


def _round(book: Book, kind: str, asked: Asked, query: Callable[[Person], str], *, seed: int) -> None:
    draw, connection, latencies = random.Random(f"{seed}/{kind}"), _connected(asked), list[float]()
    used = 0.0
    for number in range(WARM_UP + REQUESTS):
        if number == WARM_UP:
            used = -asked.server.processor_seconds()
        typed, token = query(draw.choice(asked.crowd)), asked.tokens[number % len(asked.tokens)]
        began = time.perf_counter()
        status, hits = _search(connection, token, typed)
        took = (time.perf_counter() - began) * 1000
        if status != 200 or not hits:
            raise NotFound(f"{kind}: {status}, {hits} hits")
        if number >= WARM_UP:
            latencies.append(took)
    used += asked.server.processor_seconds()
    p50, p99 = percentile(latencies, 0.5), percentile(latencies, 0.99)
    book.sample(f"search/{kind}", "ms", p99, p50_ms=p50, p99_ms=p99)
    book.sample(f"search/{kind}/processor", "ms", used / REQUESTS * 1000)
    told = f"p50 {p50:.1f}, p99 {p99:.1f} ms (wanted {WANTED_MS}), {used / REQUESTS * 1000:.2f} ms of the processor"
    print(f"  {kind}: {told}, load average {os.getloadavg()[0]:.1f}", file=sys.stderr)


def _connected(asked: Asked) -> HTTPConnection:
    address = urlsplit(asked.server.url)
    return HTTPConnection(address.hostname or "", address.port, timeout=30)


def _search(connection: HTTPConnection, token: str, typed: str) -> tuple[int, int]:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection.request("POST", "/v1/member-searches", msgspec.json.encode({"query": typed}), headers)
    answer = connection.getresponse()
    body = answer.read()
    return answer.status, len(msgspec.json.decode(body)["items"]) if answer.status == 200 else 0
