"""The two bounded queues in front of the writer: people in front, imports and sweeps at the back."""

import asyncio
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from threading import Condition
from time import monotonic

from ledger.application.ports import Answer, Call, FaultCode, Lane, LedgerBusy

AnswerFuture = Future[Answer] | asyncio.Future[Answer]


class Waiting:
    """A call in a queue. due: monotonic second after which it is not begun. loop: whose future it is, if a loop's.

    is_in_doubt: its commit was sent, and whether it happened could not be seen yet.
    """

    __slots__ = ("call", "due", "future", "is_in_doubt", "lane", "loop", "since")

    def __init__(self, call: Call, lane: Lane, future: AnswerFuture, loop: asyncio.AbstractEventLoop | None) -> None:
        self.call = call
        self.lane: Lane = lane
        self.future = future
        self.loop = loop
        self.since = monotonic()
        self.due = self.since
        self.is_in_doubt = False

    def busy(self, retry_after_seconds: int, code: FaultCode = "ledger-busy") -> LedgerBusy:
        """What its caller is told when it is given up: never that nothing changed where that is not known."""
        return LedgerBusy(retry_after_seconds, "outcome-unknown" if self.is_in_doubt else code)


class Lanes:
    """Hands waiting calls over in batches. The back is served when nobody waits in front, or one call after `patience`.

    front_max, back_max: calls that may wait. patience_seconds: how long the first at the back is passed over.
    """

    def __init__(self, *, front_max: int, back_max: int, patience_seconds: float) -> None:
        self._front: deque[Waiting] = deque()
        self._back: deque[Waiting] = deque()
        self._front_max = front_max
        self._back_max = back_max
        self._patience_seconds = patience_seconds
        self._changed = Condition()
        self._closed = False

    def __len__(self) -> int:
        return len(self._front) + len(self._back)

    def put(self, waiting: Waiting) -> None:
        """Join the queue, or raise `LedgerBusy`: it is full, or the writer is stopping."""
        queue, most = (self._front, self._front_max) if waiting.lane == "front" else (self._back, self._back_max)
        with self._changed:
            if self._closed or len(queue) >= most:
                raise LedgerBusy(1)
            queue.append(waiting)
            self._changed.notify()

    def put_back(self, batch: Sequence[Waiting]) -> None:
        """Let calls that were taken wait again, before all others."""
        with self._changed:
            for waiting in reversed(batch):
                (self._front if waiting.lane == "front" else self._back).appendleft(waiting)

    def take(self, most: int) -> list[Waiting]:
        """The next batch of up to `most`, as soon as there is one; empty when all is closed and nothing is left."""
        with self._changed:
            while not self._front and not self._back and not self._closed:
                self._changed.wait()
            batch = _first(self._front, most)
            if not batch:
                return _first(self._back, most)
            if self._back and monotonic() - self._back[0].since > self._patience_seconds:
                batch += _first(self._back, 1)
            return batch

    def close(self) -> None:
        """Let nobody join any more; those waiting are still handed over."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()


def _first(queue: deque[Waiting], most: int) -> list[Waiting]:
    return [queue.popleft() for _ in range(min(most, len(queue)))]
