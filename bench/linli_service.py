"""Linli under load: a real deployment with a town in it, served by `linli serve` as anybody would."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from typing import NamedTuple

from sqlalchemy import create_engine, text

from api.settings import Settings
from api.wiring import open_checks, open_deployment
from bench.processes import Server, free_port, serving
from bench.town import Town, people_a_town, sign_in
from ledger.activities.events import CheckedIn
from ledger.store.catalog import CATALOG
from qr.keys import TokenKeys

LINLI = str(Path(sys.executable).parent / "linli")


class BrokenLog(Exception):
    """`linli verify` would complain about what the load has left."""


class LinliService:
    """A deployment in `home`, or at `url` on PostgreSQL, served by `workers` processes."""

    name = "linli"

    def __init__(self, home: Path, url: str | None, *, workers: int) -> None:
        self.home = home
        self.workers = workers
        self._url = url

    @contextmanager
    def serving(self) -> Generator[Server]:
        """`linli serve`, until the block ends."""
        port = free_port()
        environment = {"LINLI_HOME": str(self.home), "PORT": str(port)}
        if self._url:
            environment["LINLI_DATABASE_URL"] = self._url
        command = [LINLI, "serve", "--workers", str(self.workers)]
        log = self.home / "serve.log"
        with serving(command, port=port, ready="/health/ready", environment=environment, log=log) as server:
            yield server

    def stored(self) -> int:
        """How many check-ins are in the log."""
        engine = create_engine(self._url or f"sqlite:///{self.home / 'ledger.db'}")
        events = "ledger.events" if self._url else "events"
        counting = text(f"SELECT count(*) FROM {events} WHERE name = :name")
        with engine.connect() as connection:
            found = connection.execute(counting, {"name": CATALOG.names[CheckedIn]}).scalar_one()
        engine.dispose()
        return found

    def verify(self) -> None:
        """Check the whole log, its hashes and its command rows."""
        with open_checks(Settings(self.home, self._url)) as checks:
            found = checks.log(lambda _done, _total: None)
        if found:
            raise BrokenLog(str(found[:3]))


class Prepared(NamedTuple):
    """A town, the tokens of its members' sessions, and the keys its codes are signed with."""

    town: Town
    tokens: list[str]
    keys: TokenKeys


def prepare(home: Path, url: str | None) -> Prepared:
    """Make a new deployment in `home` with a town in it."""
    rmtree(home, ignore_errors=True)
    deployment = open_deployment(Settings(home, url))
    try:
        deployment.figures.prepare()
        deployment.ledger.start()
        town = people_a_town(deployment)
        tokens = sign_in(deployment, town.members)
        deployment.figures.catch_up()
    finally:
        deployment.ledger.stop()
        deployment.close()
    return Prepared(town, tokens, deployment.tokens)
