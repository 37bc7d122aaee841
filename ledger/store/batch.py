"""One batch under the append lock: loads states, runs each command in its own overlay, collects what is to be stored.

Commands run one after another and see what those before them in the batch did. One that is refused or broken leaves
nothing behind. Nothing here commits or answers.
"""

import logging
import os
from collections.abc import Iterable, Iterator
from uuid import UUID

from msgspec.structs import replace

from ledger.application.ports import Answer
from ledger.application.work import AnyDecider, Pending, Stream, Versioned, Work
from ledger.kernel.calendar import WorkingDays
from ledger.kernel.decider import Event, fold
from ledger.kernel.envelope import NONCE_BYTES, Envelope
from ledger.kernel.refusal import Refusal
from ledger.store.append import Row
from ledger.store.cache import Loaded, StateCache
from ledger.store.codec import Codec, UnknownEvent, UnreadableEvent
from ledger.store.commands import Command, refused
from ledger.store.faults import DATABASE_FAULTS
from ledger.store.log_rows import AnsweredRow, LogRows, StoredEvent
from ledger.store.refusals import OtherKind

NONCES_AT_A_TIME = 64

_log = logging.getLogger(__name__)


class Batch:
    """What one batch has seen and made so far. position: of the last event, counting those not stored yet."""

    def __init__(self, rows: LogRows, cache: StateCache, codec: Codec, position: int) -> None:
        self.seen: dict[int, Loaded] = {}
        self.events: list[Row] = []
        self.answers: list[AnsweredRow] = []
        self.position = position
        self._rows = rows
        self._cached = cache.get
        self._codec = codec
        self._nonces = _nonces()

    def run(self, command: Command, calendar: WorkingDays) -> Answer | Exception:
        """What becomes of `command`, if the batch commits: its answer, or the bug or fault that it alone met."""
        call = command.call
        envelope = Envelope(call.at, command.actor, command.id, call.correlation, call.on_behalf_of, call.basis)
        work = Work(self, envelope, calendar)
        try:
            outcome = call.use_case.run(work, call.request)
            events = [self._row(pending, envelope) for pending in work.pending]
            answer_row = command.outcome_row(outcome, self.position + len(events))
        except Refusal as refusal:
            return self._refuse(command, refusal)
        except DATABASE_FAULTS:
            raise
        except Exception as bug:  # noqa: BLE001 a bug in one command must not fail its neighbours
            return broken(command, bug)
        self._keep(work, events, answer_row)
        return Answer(outcome, self.position, command.id, command.actor)

    def load(self, decider: AnyDecider, stream: UUID) -> Versioned:
        """The state of `stream` with what the batch did to it; refuses a stream of another kind."""
        key = stream.int
        loaded = self.seen.get(key) or self._cached(key)
        if loaded is None:
            loaded = self._fold(decider, self._rows.backwards([stream])[stream])
        elif loaded.decider is not decider:
            if loaded.versioned.version:
                raise OtherKind
            loaded = Loaded(decider, Versioned(0, decider.initial))
        self.seen[key] = loaded
        return loaded.versioned

    def prefetch(self, streams: Iterable[Stream]) -> None:
        """Load many streams at once. What cannot be read is left for the command that needs it to meet."""
        seen, cached = self.seen, self._cached
        wanted = {id.int: (id, decider) for decider, id in streams if id.int not in seen and cached(id.int) is None}
        stored = self._rows.backwards([stream for stream, _ in wanted.values()])
        for key, (stream, decider) in wanted.items():
            try:
                seen[key] = self._fold(decider, stored[stream])
            except (OtherKind, UnknownEvent, UnreadableEvent):
                continue

    def _fold(self, decider: AnyDecider, newest_first: Iterator[StoredEvent]) -> Loaded:
        version, events = 0, list[Event]()
        for stored in newest_first:
            version = version or stored.version
            event = self._codec.event(stored.name, stored.state)
            if type(event) not in decider.events:
                raise OtherKind
            events.append(event)
            if type(event) in decider.restarts:
                break
        return Loaded(decider, Versioned(version, fold(decider, reversed(events))))

    def _row(self, pending: Pending, envelope: Envelope) -> Row:
        if pending.correlation is not None:
            envelope = replace(envelope, correlation=pending.correlation)
        name, state = self._codec.encode(pending.event, envelope, next(self._nonces))
        return Row(pending.stream, pending.version, name, state)

    def _keep(self, work: Work, events: list[Row], answer: AnsweredRow) -> None:
        seen = self.seen
        for stream, versioned in work.touched.items():
            seen[stream.int] = Loaded(seen[stream.int].decider, versioned)
        self.events += events
        self.position += len(events)
        self.answers.append(answer)

    def _refuse(self, command: Command, refusal: Refusal) -> Answer:
        told = refused(refusal)
        if refusal.remembered:
            self.answers.append(command.refusal_row(told, self.position))
        return Answer(told, self.position, command.id, command.actor)


def broken(command: Command, bug: Exception) -> Exception:
    """Log a bug or fault that one command met, for its caller to get."""
    _log.error("command %s of %s failed", command.id, command.call.use_case.name, exc_info=bug)
    return bug


def _nonces() -> Iterator[bytes]:
    while True:
        many = os.urandom(NONCE_BYTES * NONCES_AT_A_TIME)
        for start in range(0, len(many), NONCE_BYTES):
            yield many[start : start + NONCE_BYTES]
