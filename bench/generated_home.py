"""A deployment with a generated town in it: opened, filled, and ready to be served."""

import time
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from typing import NamedTuple

from api.deployment import Deployment
from api.settings import Settings
from api.wiring import open_databases, open_deployment
from bench.founding import Community, Town
from bench.generated_log import SEED, Shape, generate
from bench.scribe import Scribe, scribing
from demonstration.people import people
from ledger.store.keys import Keys
from ledger.store.working_calendar import OfficialWorkingDays


class Generated(NamedTuple):
    """A generated town, how many events it has, and the seconds they took to write."""

    town: Town
    events: int
    seconds: float


@contextmanager
def empty_ledger(home: Path, url: str | None) -> Generator[Scribe]:
    """A new deployment in `home`, whatever was there before, with a scribe at work until the block ends."""
    rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    keys = Keys.create_missing(home)
    databases = open_databases(Settings(home, url))
    try:
        with scribing(
            databases, keys, OfficialWorkingDays.with_years_from(home / "working-days.json"), "bench"
        ) as scribe:
            yield scribe
    finally:
        databases.close()


def generated(home: Path, url: str | None, shape: Shape) -> Generated:
    """Make a new deployment in `home` and fill it; read models are not built yet."""
    started = time.perf_counter()
    with empty_ledger(home, url) as scribe:
        town = generate(scribe, shape)
        scribe.commit()
        events = scribe.position
    return Generated(town, events, time.perf_counter() - started)


@contextmanager
def opened(home: Path, url: str | None) -> Generator[Deployment]:
    """The deployment in `home`, wired; nothing runs."""
    deployment = open_deployment(Settings(home, url))
    try:
        yield deployment
    finally:
        deployment.close()


def write_names(deployment: Deployment, communities: Iterable[Community]) -> None:
    """Give everybody a synthetic name, as registering over the interface would have."""
    members = [member for community in communities for member in community.members]
    crowd = people(SEED, communities=1, each=len(members))
    deployment.directory.write_many((member, {"name": who.name}) for member, who in zip(members, crowd, strict=True))
