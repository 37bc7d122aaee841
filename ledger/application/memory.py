"""The ledger in memory: the same use cases on a plain dictionary of streams, for stories and for simulations."""

from collections import defaultdict
from datetime import datetime
from uuid import UUID, uuid4

from ledger.application.work import AnyDecider, Outcome, RequestT, UseCase, Versioned, Work
from ledger.kernel.calendar import WeekdaysOnly, WorkingDays
from ledger.kernel.decider import Event, fold
from ledger.kernel.envelope import Envelope
from ledger.kernel.ids import CommandId, MemberId


class MemoryLedger:
    """Runs use cases one at a time; a refused one leaves nothing behind."""

    def __init__(self, calendar: WorkingDays | None = None) -> None:
        self.streams: defaultdict[UUID, list[Event]] = defaultdict(list)
        self.log: list[tuple[UUID, Event]] = []
        self._calendar = calendar or WeekdaysOnly()

    def load(self, decider: AnyDecider, stream: UUID) -> Versioned:
        """The fold of what is stored in `stream`."""
        events = self.streams.get(stream, [])
        return Versioned(len(events), fold(decider, events))

    def run(
        self,
        use_case: UseCase[RequestT],
        request: RequestT,
        *,
        actor: MemberId,
        at: datetime,
        command: UUID | None = None,
    ) -> Outcome:
        """Run one use case as `actor` at the instant `at`; refusals pass through and change nothing."""
        envelope = Envelope(at=at, actor=actor, command=CommandId(command or uuid4()))
        work = Work(self, envelope, self._calendar)
        outcome = use_case.run(work, request)
        for pending in work.pending:
            self.streams[pending.stream].append(pending.event)
            self.log.append((pending.stream, pending.event))
        return outcome
