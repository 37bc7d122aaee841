"""The ledger's port on a database: one thread that answers batches of waiting calls, and never dies of a fault.

Whoever calls gets a future. A fault of the database, a full queue and a deadline passed are `LedgerBusy`; the next
batch starts afresh, so nothing needs to be restarted once the database is back.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from threading import Event as Signal
from threading import Thread
from time import monotonic

from msgspec import Struct

from ledger.application.ports import Answer, Call, CommandKey, FaultCode, Lane, LedgerBusy
from ledger.kernel.calendar import WorkingDays
from ledger.kernel.ids import CommandId, MemberId
from ledger.store.answering import Answered, Answering, NotBegun
from ledger.store.callers import Identities
from ledger.store.clock_watch import always_right
from ledger.store.codec import Codec
from ledger.store.commands import CommandNames
from ledger.store.databases import Databases
from ledger.store.delivery import Reply, deliver
from ledger.store.faults import DATABASE_FAULTS, code_of
from ledger.store.lanes import Lanes, Waiting
from ledger.store.round import Surroundings

PAUSE_SECONDS = 0.05
"""After a batch that could not begin: the first pause, longer with each further failure, up to ten times as long."""

RETRY_AFTER_SECONDS_MAX = 5

PASSING: frozenset[FaultCode] = frozenset({"ledger-busy", "database-unavailable"})
"""What may be over before a call's deadline, so that it is worth waiting. A full disk is told at once."""

_log = logging.getLogger(__name__)


class WriterSettings(Struct, frozen=True):
    """Bounds of the writer, and how it reads and writes events. Deadlines are seconds from a call to its decision.

    front_max, back_max: calls that may wait in each lane. batch_max: calls answered by one commit. patience_seconds:
    how long the back lane is passed over. streams_max: folded states kept. is_clock_right: asked before each call is
    taken, for events must not be dated by a clock that cannot be right.
    """

    front_max: int = 2_000
    back_max: int = 2_000
    batch_max: int = 64
    deadline_seconds: float = 3.0
    back_deadline_seconds: float = 60.0
    patience_seconds: float = 1.0
    streams_max: int = 50_000
    codec: Codec = Codec()
    is_clock_right: Callable[[], bool] = always_right


DEFAULTS = WriterSettings()


class Writer:
    """The only way to add to the ledger. Start it once a process; several processes may share one database."""

    def __init__(
        self,
        databases: Databases,
        identities: Identities,
        calendar: WorkingDays,
        secret: bytes,
        settings: WriterSettings = DEFAULTS,
    ) -> None:
        self._names = CommandNames(secret)
        self._settings = settings
        self._lanes = Lanes(
            front_max=settings.front_max, back_max=settings.back_max, patience_seconds=settings.patience_seconds
        )
        around = Surroundings(identities, calendar, self._names)
        self._answering = Answering(databases.ledger, around, codec=settings.codec, streams_max=settings.streams_max)
        self._callbacks: list[Callable[[int], None]] = []
        self._stopping = Signal()
        self._failures = 0
        self._thread = Thread(target=self._work, name="ledger-writer", daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Take no more calls, answer those that wait, then end."""
        self._stopping.set()
        self._lanes.close()
        if self._thread.ident is not None:
            self._thread.join()

    def submit(self, call: Call, *, lane: Lane) -> Future[Answer]:
        """Put `call` into the queue. Its future fails with `LedgerBusy`, `KeyReused`, or the bug or fault it met."""
        future: Future[Answer] = Future()
        self._join(Waiting(call, lane, future, None))
        return future

    def submit_async(self, call: Call, *, lane: Lane) -> asyncio.Future[Answer]:
        """As `submit`, for the running event loop, which is woken once for all its answers of a batch."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Answer] = loop.create_future()
        self._join(Waiting(call, lane, future, loop))
        return future

    def command_id(self, actor: MemberId, key: CommandKey) -> CommandId:
        """The id the command of `actor` under `key` has, before and after it is submitted."""
        return self._names.command_id(actor, key)

    def digest(self, body: bytes) -> bytes:
        """What tells `body` from any other without telling what it says: keyed, the same in every process for ever."""
        return self._names.digest(body)

    def on_commit(self, callback: Callable[[int], None]) -> None:
        """Call `callback` with the newest position after each commit that stored events, in the writer's thread."""
        self._callbacks.append(callback)

    def queue_length(self) -> int:
        """How many calls wait in both lanes."""
        return len(self._lanes)

    def _join(self, waiting: Waiting) -> None:
        settings = self._settings
        waiting.due += settings.deadline_seconds if waiting.lane == "front" else settings.back_deadline_seconds
        try:
            if not settings.is_clock_right():
                raise LedgerBusy(RETRY_AFTER_SECONDS_MAX, "clock-wrong")
            self._lanes.put(waiting)
        except LedgerBusy as busy:
            waiting.future.set_exception(busy)

    def _work(self) -> None:
        while taken := self._lanes.take(self._settings.batch_max):
            try:
                answered = self._answering.answer(taken)
            except NotBegun as fault:
                self._try_again(taken, fault)
            except Exception as fault:  # noqa: BLE001 the thread's edge: no fault or bug may end it
                _log.exception("a batch of %d calls failed, nothing of it was stored", len(taken))
                self._give_up(taken, code_of(fault) if isinstance(fault, DATABASE_FAULTS) else "ledger-busy")
            else:
                self._finish(answered)

    def _finish(self, answered: Answered) -> None:
        self._failures = 0
        self._lanes.put_back(answered.left)
        deliver(answered.replies)
        if answered.stored is not None:
            self._tell(answered.stored)

    def _tell(self, position: int) -> None:
        for callback in self._callbacks:
            try:
                callback(position)
            except Exception:  # noqa: BLE001 what is committed stays committed, whoever fails to hear of it
                _log.exception("who was told of position %d failed", position)

    def _try_again(self, taken: Sequence[Waiting], fault: NotBegun) -> None:
        """Let those wait on who still can; the database may be back in a moment."""
        _log.warning("no transaction could begin: %s", fault.__cause__)
        code = code_of(fault.__cause__)
        now = monotonic() if not self._stopping.is_set() else float("inf")
        may_wait = {id(one) for one in taken if one.due > now and (one.is_in_doubt or code in PASSING)}
        self._lanes.put_back([one for one in taken if id(one) in may_wait])
        self._give_up([one for one in taken if id(one) not in may_wait], code)
        self._stopping.wait(PAUSE_SECONDS * min(self._failures, 10))

    def _give_up(self, taken: Sequence[Waiting], code: FaultCode) -> None:
        self._failures += 1
        seconds = min(self._failures, RETRY_AFTER_SECONDS_MAX)
        deliver(Reply(waiting, waiting.busy(seconds, code)) for waiting in taken)
