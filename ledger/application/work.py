"""The work of one command: load streams, decide, collect what happened in all of them.

A use case gets a `Work` and a request and returns an `Outcome`. It never sees a database: states come through a
`States` port that reads under the append lock, so nothing is decided on what somebody else has changed since.
"""

from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, Generic, NamedTuple, Protocol, TypeVar
from uuid import UUID

from msgspec import Struct

from ledger.kernel.calendar import WorkingDays
from ledger.kernel.clock import business_day
from ledger.kernel.decider import Decider, Event
from ledger.kernel.envelope import Envelope
from ledger.kernel.ids import CommandId, MemberId, derived
from ledger.kernel.refusal import Refusal

State = TypeVar("State")
Command = TypeVar("Command")
EventT = TypeVar("EventT", bound=Event)
RequestT = TypeVar("RequestT")

AnyDecider = Decider[Any, Any, Any]


class Versioned(NamedTuple):
    """A folded state and the version of the last event in it; version 0 is a stream that does not exist."""

    version: int
    state: Any


class Pending(NamedTuple):
    """An event that will be stored as `version` of `stream` if the command commits.

    correlation: what it is part of, None where the command's own holds.
    """

    stream: UUID
    version: int
    event: Event
    correlation: UUID | None = None


class States(Protocol):
    """Gives folded states as they are under the append lock."""

    def load(self, decider: AnyDecider, stream: UUID) -> Versioned: ...


class Outcome(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a command's answer is rendered from, for ever: a stable code, ids and figures; no personal data."""

    code: str
    ids: dict[str, UUID] = {}
    figures: dict[str, int] = {}
    times: dict[str, datetime] = {}


class Work:
    """One command's view of the ledger: reads through its own overlay, so later steps see earlier ones."""

    def __init__(self, states: States, envelope: Envelope, calendar: WorkingDays) -> None:
        self.envelope = envelope
        self.calendar = calendar
        self.pending: list[Pending] = []
        self.touched: dict[UUID, Versioned] = {}
        self._states = states
        self._correlation: UUID | None = None

    @property
    def now(self) -> datetime:
        """The instant of decision, UTC: the command's time, the same for all its steps."""
        return self.envelope.at

    @property
    def today(self) -> date:
        """The community's day of `now`."""
        return business_day(self.envelope.at)

    @property
    def actor(self) -> MemberId:
        """Who acts: a member, staff as member, or the system."""
        return self.envelope.actor

    @property
    def command(self) -> CommandId:
        """The id of the command being run."""
        return self.envelope.command

    def new_id(self, label: str) -> UUID:
        """An id that follows from the command and `label`: a retried command names the same things again."""
        return derived(self.command, label)

    def state(self, decider: Decider[State, Command, EventT], stream: UUID) -> State:
        """The state of `stream`, with what this command has already done to it."""
        return self._versioned(decider, stream).state

    def exists(self, decider: Decider[State, Command, EventT], stream: UUID) -> bool:
        """Whether `stream` has any event."""
        return self._versioned(decider, stream).version > 0

    def act(self, decider: Decider[State, Command, EventT], stream: UUID, command: Command) -> State:
        """Let the rule decide on `command`, keep what happened, and give the state after it. Refusals pass through."""
        version, state = self._versioned(decider, stream)
        for event in decider.decide(state, command):
            version += 1
            state = decider.evolve(state, event)
            self.pending.append(Pending(stream, version, event, self._correlation))
        self.touched[stream] = Versioned(version, state)
        return state

    @contextmanager
    def all_or_nothing(self) -> Generator[None]:
        """One line of a batch: where a step of it is refused, its earlier steps are as if they had not been taken.

        The refusal passes through, for the batch to go on without the line.
        """
        pending, touched = len(self.pending), dict(self.touched)
        try:
            yield
        except Refusal:
            del self.pending[pending:]
            self.touched = touched
            raise

    def correlate(self, deed: UUID | None) -> None:
        """Let what happens from here on carry the id of the deed that it is part of; None: that of the command."""
        self._correlation = deed

    def _versioned(self, decider: AnyDecider, stream: UUID) -> Versioned:
        return self.touched.get(stream) or self._states.load(decider, stream)


class Stream(NamedTuple):
    """A stream a use case will read, so that a batch can load many at once."""

    decider: AnyDecider
    id: UUID


class UseCase(NamedTuple, Generic[RequestT]):
    """One thing a person or the clock can ask of the ledger.

    name: stable, `context.verb`. streams: what it is sure to read for this actor, only a hint for bulk loading.
    """

    name: str
    run: Callable[[Work, RequestT], Outcome]
    streams: Callable[[RequestT, MemberId], Iterable[Stream]]
