"""Eight processes that stay alive from one test to the next, each with its own connections and its own writer.

An order is a function of a module that both sides import; it is run in every process that is told to, and its result
comes back through a pipe. Processes that must start at one moment wait for each other at a barrier.
"""

import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Barrier, Event, Semaphore
from pathlib import Path
from typing import Any, NamedTuple

from ledger.application.ports import Answer, Call, KeyReused
from ledger.store.databases import Databases
from ledger.store.writer import Writer

from .town import WAIT_SECONDS, writing

PROCESSES = 8

Order = Callable[..., Any]


class Signals(NamedTuple):
    """What all processes share. start: where they wait for each other. busy: raised by each that is at work for long.

    enough: set when such work shall end.
    """

    start: Barrier
    busy: Semaphore
    enough: Event


class Post:
    """What one process has at hand: the databases it was told to open, and its own writer on them."""

    databases: Databases
    writer: Writer

    def __init__(self, number: int, signals: Signals) -> None:
        self.number = number
        self.signals = signals
        self.opened = ExitStack()


def open_databases(post: Post, home: Path, url: str | None) -> None:
    """Begin to work on these databases."""
    post.databases = Databases.open(home, url)
    post.opened.callback(post.databases.close)
    post.writer = post.opened.enter_context(writing(post.databases))


def close_databases(post: Post) -> None:
    """End that work."""
    post.opened.close()


def ask(post: Post, *calls: Call) -> list[Answer | KeyReused]:
    """Send calls at once and wait for their answers."""
    return [_answer(future) for future in [post.writer.submit(call, lane="front") for call in calls]]


def ask_together(post: Post, *calls: Call) -> list[Answer | KeyReused]:
    """As `ask`, at the same moment as all other processes."""
    post.signals.start.wait(WAIT_SECONDS)
    return ask(post, *calls)


class Crew:
    """The processes, seen from the test. `stop` ends them."""

    def __init__(self) -> None:
        context = get_context("spawn")
        self.signals = Signals(context.Barrier(PROCESSES), context.Semaphore(0), context.Event())
        self._lines: list[Connection] = []
        self._processes: list[BaseProcess] = []
        self._orders = [0] * PROCESSES
        for number in range(PROCESSES):
            here, there = context.Pipe()
            process = context.Process(target=_serve, args=(there, number, self.signals), daemon=True)
            process.start()
            there.close()
            self._lines.append(here)
            self._processes.append(process)

    def open(self, databases: Databases) -> None:
        """Let every process work on `databases`, whatever became of its last work."""
        self.signals.start.reset()
        while self.signals.busy.acquire(block=False):
            pass
        self.everyone(open_databases, [place(databases)] * PROCESSES)

    def close(self) -> None:
        """Let every process leave the databases it works on."""
        self.everyone(close_databases, [()] * PROCESSES)

    def everyone(self, order: Order, arguments: Sequence[Sequence[Any]]) -> list[Any]:
        """Let each process run `order` with its own arguments; results in the order of the processes."""
        for number, given in enumerate(arguments):
            self.begin(number, order, *given)
        return [self.result(number) for number in range(len(arguments))]

    def one(self, order: Order, *arguments: Any, number: int = 0) -> Any:
        """Let a single process run `order`."""
        self.begin(number, order, *arguments)
        return self.result(number)

    def begin(self, number: int, order: Order, *arguments: Any) -> None:
        """Let a process begin with `order`; `result` waits for it."""
        self._orders[number] += 1
        self._lines[number].send((self._orders[number], order, arguments))

    def result(self, number: int) -> Any:
        """What came of the order that was begun; fails where the process failed or says nothing."""
        answered = 0
        while answered < self._orders[number]:  # a test that failed may have left results behind
            assert self._lines[number].poll(2 * WAIT_SECONDS), f"process {number} says nothing"
            answered, succeeded, told = self._lines[number].recv()
        assert succeeded, f"process {number} failed:\n{told}"
        return told

    def stop(self) -> None:
        """End all processes."""
        for line in self._lines:
            line.send(None)
        for process in self._processes:
            process.join(WAIT_SECONDS)
            assert process.exitcode == 0


def place(databases: Databases) -> tuple[Path, str | None]:
    """Where another process finds `databases`: their folder, and the address where it is PostgreSQL."""
    postgres = databases.dialect == "postgresql"
    return databases.home, databases.ledger.url.render_as_string(hide_password=False) if postgres else None


def _serve(line: Connection, number: int, signals: Signals) -> None:
    post = Post(number, signals)
    while (told := line.recv()) is not None:
        number, order, arguments = told
        try:
            line.send((number, True, order(post, *arguments)))
        except BaseException:  # noqa: BLE001 the test is told of it and fails
            line.send((number, False, traceback.format_exc()))


def _answer(future: Future[Answer]) -> Answer | KeyReused:
    try:
        return future.result(WAIT_SECONDS)
    except KeyReused as reused:
        return reused
