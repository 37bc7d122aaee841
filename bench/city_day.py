"""A city's day at the door, as fast as it goes: every check-in once, in the order of the day, through the real writer.

One process does everything, as `linli serve` does: the writer, the read models that follow it, and the event loop that
feeds it. Beside them the queue, the memory and the lag of the read models are looked at several times a second.
"""

import asyncio
import os
import random
import sys
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import psutil
import uvloop
from msgspec import Struct

from api.background import settle_memory
from api.deployment import Deployment
from bench.day_picture import Moment, draw_day
from bench.figures import Book, Comparison, percentile
from bench.founding import Gathering, found, open_activity
from bench.generated_home import empty_ledger, opened
from bench.generated_log import SEED
from bench.postgres import Postgres
from ledger.application.check_ins import CHECK_IN, CheckIn
from ledger.application.ports import Call, CommandKey, LedgerBusy, Refused
from ledger.kernel.ids import MemberId

SECTION = "A city's day of check-ins, as fast as it goes"
COMMUNITIES = 900
MEMBERS_EACH = 186
"""Together 167 400 people, who each come once: about a day of a city of a million volunteers."""
WAITING = 512
"""How many people stand at the doors at any time and wait for their answer."""
LOOK_SECONDS = 0.25
CAUGHT_UP_SECONDS = 300
STARTS_UTC = (0, 1, 1, 2, 5, 6, 6, 7, 10, 11)
"""Hours at which sessions begin, as many of each as communities meet then: 8 in the morning to 19 in the evening."""
PICTURE = Path(__file__).parent.parent / "docs" / "city-day.svg"
MIB = 1024 * 1024


class Coming(Struct, frozen=True):
    """Somebody who comes: who, to what, and when by the clock of that day."""

    at: datetime
    member: MemberId
    gathering: Gathering


class WrongDay(Exception):
    """The day did not go as it should: an answer or an event too few or too many."""


def measure(book: Book, folder: Path, postgres: Postgres, *, rounds: int) -> None:  # noqa: ARG001 one day is long enough
    """Both databases, one day each; draws `docs/city-day.svg`."""
    days: dict[str, list[Moment]] = {}
    for database in ("SQLite", "PostgreSQL"):
        url = postgres.database("city_day") if database == "PostgreSQL" else None
        home = folder / f"city-day-{database}"
        coming = _city(home, url)
        postgres.settle()
        days[database] = _day(book, database, home, url, coming=coming)
        _compare(book, database)
        draw_day(PICTURE, days)


def _city(home: Path, url: str | None) -> list[Coming]:
    """Register everybody and open every door; who comes, in the order of the day."""
    draw, midnight = random.Random(SEED), datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    coming: list[Coming] = []
    with empty_ledger(home, url) as scribe:
        city = found(scribe, COMMUNITIES, MEMBERS_EACH, at=midnight - timedelta(days=30))
        for community in city.communities:
            starts_at = midnight - timedelta(days=1) + timedelta(hours=draw.choice(STARTS_UTC))
            gathering = open_activity(scribe, city, community, starts_at=starts_at)
            for member in community.members:
                late = timedelta(seconds=max(-840.0, draw.gauss(-120, 400)))
                coming.append(Coming(starts_at + late, member, gathering))
    return sorted(coming, key=lambda one: one.at)


def _day(book: Book, database: str, home: Path, url: str | None, *, coming: Sequence[Coming]) -> list[Moment]:
    with opened(home, url) as deployment:
        deployment.figures.prepare()
        before = deployment.feed.position()
        with _running(deployment):
            settle_memory()
            watch, latencies = Watch(deployment), list[float]()
            load = os.getloadavg()[0]
            with watch.looking():
                started = time.perf_counter()
                uvloop.run(_feed(deployment, coming, latencies, watch))
                seconds = time.perf_counter() - started
                caught_up = _catch_up(deployment, before + len(coming))
        _check(deployment, before + len(coming))
    _keep(book, database, watch, seconds=seconds, latencies=latencies)
    book.sample(f"city-day/{database}/caught-up", "s", caught_up)
    book.notes.append(f"city day on {database}: {len(coming):,} check-ins, load average {load:.1f} when it began")
    return watch.moments


@contextmanager
def _running(deployment: Deployment) -> Generator[None]:
    """The threads of a serving process, but for chores that have nothing to do with it."""
    stop = Event()
    figures = Thread(target=deployment.figures.run_forever, args=(stop,), daemon=True)
    deployment.ledger.on_commit(lambda _position: deployment.figures.wake())
    deployment.checkpoints.start()
    deployment.ledger.start()
    figures.start()
    try:
        yield
    finally:
        deployment.ledger.stop()
        deployment.checkpoints.stop()
        stop.set()
        deployment.figures.wake()
        figures.join()


class Watch:
    """Looks at the process while the day goes on. answered, put_off: counted by whoever feeds.

    put_off: how often somebody was told that the ledger is busy and came again.
    """

    def __init__(self, deployment: Deployment) -> None:
        self.moments: list[Moment] = []
        self.answered = 0
        self.put_off = 0
        self._deployment = deployment
        self._process = psutil.Process()

    @contextmanager
    def looking(self) -> Generator[None]:
        """Look until the block ends."""
        stop = Event()
        thread = Thread(target=self._look_until, args=(stop,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def _look_until(self, stop: Event) -> None:
        started, is_over = time.perf_counter(), False
        while not is_over:
            is_over = stop.wait(LOOK_SECONDS)
            self.moments.append(
                Moment(
                    seconds=time.perf_counter() - started,
                    answered=self.answered,
                    queue=self._deployment.ledger.queue_length(),
                    memory_mib=self._process.memory_info().rss / MIB,
                    lag=max(self._deployment.figures.lag().values()),
                )
            )


async def _feed(deployment: Deployment, coming: Sequence[Coming], latencies: list[float], watch: Watch) -> None:
    """Keep `WAITING` people at the doors: whoever is answered makes room for the next."""
    queue = iter(coming)

    async def let_in() -> None:
        for one in queue:
            started = time.perf_counter()
            await _come(deployment, one, watch)
            latencies.append((time.perf_counter() - started) * 1000)

    await asyncio.gather(*(let_in() for _ in range(WAITING)))


async def _come(deployment: Deployment, one: Coming, watch: Watch) -> None:
    """Check in; whoever is told that the ledger is busy comes again when told to, with the same key."""
    activity, session = one.gathering
    key = CommandKey("POST /v1/check-ins", str(one.member), activity.bytes)
    call = Call(CHECK_IN, CheckIn(activity, one.at, "kiosk", "in", session.session), one.member, key, one.at)
    while True:
        try:
            result = (await deployment.ledger.submit_async(call, lane="front")).result
        except LedgerBusy as busy:
            watch.put_off += 1
            await asyncio.sleep(busy.retry_after_seconds)
        else:
            break
    if isinstance(result, Refused) or result.code != "checked-in":
        raise WrongDay(str(result))
    watch.answered += 1


def _catch_up(deployment: Deployment, position: int) -> float:
    """Seconds until the read models have seen the last check-in."""
    started = time.perf_counter()
    if not deployment.figures.wait_for(position, timeout=CAUGHT_UP_SECONDS):
        raise WrongDay(f"the read models are behind: {deployment.figures.lag()}")
    return time.perf_counter() - started


def _check(deployment: Deployment, position: int) -> None:
    if deployment.feed.position() != position:
        raise WrongDay(f"the log ends at {deployment.feed.position()}, not {position}")


def _keep(book: Book, database: str, watch: Watch, *, seconds: float, latencies: Sequence[float]) -> None:
    found, moments = list(latencies), watch.moments
    p50, p99 = percentile(found, 0.5), percentile(found, 0.99)
    book.sample(f"city-day/{database}/rate", "/s", len(found) / seconds, p50_ms=p50, p99_ms=p99)
    book.sample(f"city-day/{database}/seconds", "s", seconds)
    book.sample(f"city-day/{database}/put-off", "times", watch.put_off)
    book.sample(f"city-day/{database}/queue", "calls", max(one.queue for one in moments))
    book.sample(f"city-day/{database}/lag", "events", max(one.lag for one in moments))
    book.sample(f"city-day/{database}/memory-before", "MiB", moments[0].memory_mib)
    book.sample(f"city-day/{database}/memory-most", "MiB", max(one.memory_mib for one in moments))
    print(f"  city-day/{database}: {len(found) / seconds:.0f}/s, p50 {p50:.0f} ms, p99 {p99:.0f} ms", file=sys.stderr)


def _lines() -> Iterator[tuple[str, str]]:
    yield f"check-ins a second, {WAITING} people waiting", "rate"
    yield "the whole day", "seconds"
    yield "told that the ledger is busy, and let in later", "put-off"
    yield "longest queue of the writer", "queue"
    yield "most events the read models were behind", "lag"
    yield "read models caught up after the last answer", "caught-up"
    yield "memory of the process at the first look", "memory-before"
    yield "memory of the process at most", "memory-most"


def _compare(book: Book, database: str) -> None:
    for label, figure in _lines():
        book.comparisons.append(Comparison(SECTION, f"{database}: {label}", f"city-day/{database}/{figure}"))
