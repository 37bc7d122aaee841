"""Servers under measurement: started, waited for, weighed, and ended with all their children."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil
from msgspec import Struct

READY_WITHIN_SECONDS = 120
LOOKS_EVERY_SECONDS = 0.01
MIB = 1024 * 1024


class Memory(Struct, frozen=True):
    """MiB of a server's processes together. pss: shared pages counted once; rss: counted in each process."""

    pss: float
    rss: float


class NotReady(Exception):
    """The server did not come up; its last words are told."""


class Server(Struct, frozen=True):
    """A server that answers. started_seconds: from the start of its process to its first good answer."""

    url: str
    process: "subprocess.Popen[bytes]"
    started_seconds: float

    def memory(self) -> Memory:
        """What its processes hold now."""
        found = [process.memory_full_info() for process in self._processes()]
        return Memory(sum(one.pss for one in found) / MIB, sum(one.rss for one in found) / MIB)

    def processor_seconds(self) -> float:
        """What its processes have used of the processors since they began; a database server is not among them."""
        found = [process.cpu_times() for process in self._processes()]
        return sum(one.user + one.system for one in found)

    def _processes(self) -> list[psutil.Process]:
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(
    command: Sequence[str], *, port: int, ready: str, environment: Mapping[str, str], log: Path
) -> Generator[Server]:
    """Run `command`, which serves on `port`, until the block ends. ready: a path that answers 200 once it is ready."""
    url = f"http://127.0.0.1:{port}"
    started = time.perf_counter()
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _await(f"{url}{ready}", process, log)
        yield Server(url, process, time.perf_counter() - started)
    finally:
        _end(process)


def _await(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(LOOKS_EVERY_SECONDS)
    raise NotReady(f"{url} did not answer: {log.read_text(errors='replace')[-2000:]}")


def _end(process: "subprocess.Popen[bytes]") -> None:
    group = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for left in psutil.wait_procs(group, timeout=5)[1]:
        left.kill()
