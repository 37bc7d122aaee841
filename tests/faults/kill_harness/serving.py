"""`linli serve` as a process that can be killed at any moment and started again on the same data."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from random import Random
from typing import Any, Final

import msgspec
import psutil
from click.testing import CliRunner

from api.command_line import commands

ROOT: Final = Path(__file__).parents[3]
LINLI: Final = ("-c", "from api.command_line import main; main()")
SETTLES_WITHIN_SECONDS: Final = 150
STOPS_WITHIN_SECONDS: Final = 30
LOOKS_EVERY_SECONDS: Final = 0.03


class Server:
    """A deployment in `home`, at `url` on PostgreSQL, always on the same port. launcher: Python's words before `serve`.

    workers: how many processes serve.
    """

    def __init__(self, home: Path, url: str | None, *, launcher: Sequence[str] = LINLI, workers: int = 1) -> None:
        self.home = home
        self.url = url
        self.port = _free_port()
        self._launcher = launcher
        self._wanted = workers
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """What it printed and logged in all its lives."""
        return self.home.with_suffix(".log")

    def start(self) -> None:
        """Start it, without waiting for anything."""
        command = [sys.executable, *self._launcher, "serve", *self._workers_option()]
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment(), stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )

    def kill(self) -> None:
        """End it as a machine would that has no memory left: at once, wherever it is."""
        if self._process is not None:
            workers = self.workers()
            self._process.kill()
            self._process.wait()
            for worker in workers:
                with suppress(psutil.NoSuchProcess):
                    worker.kill()

    def stop(self) -> None:
        """Tell it to stop and see that it does."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(STOPS_WITHIN_SECONDS)

    def workers(self) -> list[psutil.Process]:
        """The processes that serve under it, where there are several."""
        assert self._process is not None
        with suppress(psutil.NoSuchProcess):
            return [one for one in psutil.Process(self._process.pid).children() if _serves(one)]
        return []

    def kill_worker(self, chance: Random) -> None:
        """Kill one of them, once all are there; who started them starts another."""
        deadline = time.monotonic() + SETTLES_WITHIN_SECONDS
        while len(workers := self.workers()) < self._wanted:
            assert time.monotonic() < deadline, self.printed()
            time.sleep(LOOKS_EVERY_SECONDS)
        chance.choice(workers).kill()

    def settle(self) -> int:
        """Wait until the read models hold everything; the position of the newest event."""
        deadline = time.monotonic() + SETTLES_WITHIN_SECONDS
        while time.monotonic() < deadline:
            standing = self._standing()
            assert not standing.get("parked"), standing
            if standing.get("ready") and standing["lag_events"] == 0:
                return standing["position"]
            time.sleep(LOOKS_EVERY_SECONDS)
        raise AssertionError(self.printed())

    def command(self, *words: str) -> str:
        """Run `linli WORDS` on the deployment, in this process; what it said. A refusal fails the test."""
        ran = CliRunner().invoke(commands, words, env=self.environment(), catch_exceptions=False)
        assert ran.exit_code == 0, ran.output
        return ran.output

    def printed(self) -> str:
        """The end of its log."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-5_000:]

    def environment(self) -> dict[str, str]:
        """The settings of the deployment, as its processes get them."""
        given = {"LINLI_HOME": str(self.home), "LINLI_LANGUAGE": "en", "HOST": "127.0.0.1", "PORT": str(self.port)}
        return {**os.environ, "LINLI_PUBLIC_URL": "", "LINLI_DATABASE_URL": self.url or "", **given}

    def _standing(self) -> Any:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            try:
                connection.request("GET", "/health/ready")
                return msgspec.json.decode(connection.getresponse().read())
            except (OSError, HTTPException):
                return {}

    def _workers_option(self) -> list[str]:
        return ["--workers", str(self._wanted)] if self._wanted > 1 else []


def _serves(process: psutil.Process) -> bool:
    """Whether it is a worker and not what Python's own multiprocessing keeps beside them."""
    with suppress(psutil.NoSuchProcess):
        return any("spawn_main" in word for word in process.cmdline())
    return False


def _free_port() -> int:
    with closing(socket.socket()) as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]
