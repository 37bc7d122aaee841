"""The plain service under load: the same members, codes and keys, the same server program, as many processes."""

import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.plain_rows import Mode, address, fill, sums
from bench.processes import Server, free_port, serving
from bench.town import Town

SERVER = ("uvicorn", "--factory", "bench.plain:application", "--loop", "uvloop", "--http", "httptools")


class WrongSums(Exception):
    """The plain service's balances are not what its check-ins earned."""


class PlainService:
    """Rows in a file of `home`, or at `url` on PostgreSQL. mode: with threads, or on the event loop."""

    name = "plain"

    def __init__(self, home: Path, url: str | None, *, workers: int) -> None:
        self.mode: Mode = "sync"
        self.workers = workers
        self._home = home
        self._url = url

    def fill(self, town: Town, tokens: Sequence[str]) -> None:
        """Make the tables and put the town in."""
        fill(self._address("sync"), town.members, town.activities, tokens)

    @contextmanager
    def serving(self) -> Generator[Server]:
        """uvicorn with the plain application, until the block ends."""
        port = free_port()
        environment = {
            "PLAIN_HOME": str(self._home),
            "PLAIN_MODE": self.mode,
            "PLAIN_URL": self._address(self.mode),
            "PLAIN_LIMITS_URL": self._url or f"sqlite:///{self._home / 'plain-limits.db'}",
        }
        quiet = ("--no-access-log", "--log-level", "warning", "--no-server-header")
        command = [sys.executable, "-m", *SERVER, *quiet, "--port", str(port), "--workers", str(self.workers)]
        log = self._home / "plain.log"
        with serving(command, port=port, ready="/ready", environment=environment, log=log) as server:
            yield server

    def stored(self) -> int:
        """How many check-ins there are; raises where ledger, balances and keys do not agree with them."""
        found = sums(self._address("sync"))
        if not found.agree:
            raise WrongSums(str(found))
        return found.check_ins

    def _address(self, mode: Mode) -> str:
        return address(self._url, str(self._home / "plain.db"), mode)
