"""One deployment of Linli: a data folder, a database, its commands, and the process that serves it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from api.command_line import commands
from ledger.kernel.clock import SystemClock
from ledger.store.databases import Databases
from projections.catalog import PROJECTIONS
from projections.projection import Views
from projections.verification import digests

from .town_clock import TownClock

ROOT = Path(__file__).parents[2]
STARTS_WITHIN_SECONDS = 60
STOPS_WITHIN_SECONDS = 20


class Linli:
    """Commands run here, the server in a process of its own; all go by the same clock."""

    def __init__(self, home: Path, clock: TownClock, url: str | None = None) -> None:
        self.home = home
        self.clock = clock
        self._url = url
        self._port = _free_port()
        self.origin = f"http://127.0.0.1:{self._port}"
        self._clients: list[httpx.Client] = []
        self._probe = self.client()

    def client(self) -> httpx.Client:
        """A client that keeps cookies. It loads no certificates: here is none to check, and loading takes 0.1 s."""
        headers = {"Accept-Language": "zh-CN"}
        client = httpx.Client(base_url=self.origin, follow_redirects=True, verify=False, headers=headers)
        self._clients.append(client)
        return client

    def command(self, *words: str | Path) -> str:
        """Run `linli WORDS`; what it said. A refusal fails the story."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(SystemClock, "now", lambda _: self.clock.now())
            given = [str(word) for word in words]
            result = CliRunner().invoke(commands, given, env=self._settings(), catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    @property
    def log(self) -> Path:
        """What the server printed and logged."""
        return self.home.with_suffix(".log")

    @contextmanager
    def serving(self, *words: str) -> Iterator[None]:
        """`linli serve` (or WORDS), until the story leaves; nothing may have gone wrong inside by then."""
        launcher = [sys.executable, "-m", "tests.journeys.linli_by_clock", str(self.clock.file)]
        command = [*launcher, *(words or ("serve",))]
        environment = {**os.environ, **{name: value or "" for name, value in self._settings().items()}}
        with self.log.open("ab") as output:
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
        try:
            self._await_ready(process)
            yield
        finally:
            _stop(process)
        assert '"level": "error"' not in self.printed(), self.printed()

    def printed(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def figures(self) -> dict[str, str]:
        """The digest of each read model."""
        databases = Databases.open(self.home, self._url)
        try:
            return digests(Views(databases.views, databases.views_read), PROJECTIONS)
        finally:
            databases.close()

    def settle(self) -> int:
        """Wait until the read models contain everything; the position of the newest event."""
        deadline = time.monotonic() + STARTS_WITHIN_SECONDS
        while time.monotonic() < deadline:
            standing: dict[str, Any] = self._probe.get("/health/ready").json()
            assert not standing["parked"], standing
            if standing["lag_events"] == 0:
                return standing["position"]
            time.sleep(0.01)
        raise AssertionError("the read models did not catch up")

    def close(self) -> None:
        """Everybody puts the phone away."""
        for client in self._clients:
            client.close()

    def _await_ready(self, process: subprocess.Popen[bytes]) -> None:
        """Until it says that it should get requests; fails with its log when it ends before."""
        deadline = time.monotonic() + STARTS_WITHIN_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            try:
                if self._probe.get("/health/ready").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.03)
        raise AssertionError(self.printed())

    def _settings(self) -> dict[str, str | None]:
        return {
            "LINLI_HOME": str(self.home),
            "LINLI_DATABASE_URL": self._url,
            "LINLI_LANGUAGE": "zh-CN",
            "LINLI_DEMONSTRATION": "1",
            "LINLI_PUBLIC_URL": None,
            "HOST": "127.0.0.1",
            "PORT": str(self._port),
        }


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ask it to end, as a service manager does, and see that it does."""
    process.send_signal(signal.SIGTERM)
    process.wait(STOPS_WITHIN_SECONDS)


def _free_port() -> int:
    with closing(socket.socket()) as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]
