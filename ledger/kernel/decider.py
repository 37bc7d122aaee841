"""The shape of every rule: `decide` says what happens, `evolve` says what it means. Both are pure.

`decide(state, command)` returns the events or raises a refusal. `evolve(state, event)` never refuses, so that history
loads for ever whatever the rules become.
"""

from collections.abc import Callable, Iterable
from typing import Generic, NamedTuple, TypeVar

from msgspec import Struct

State = TypeVar("State")
Command = TypeVar("Command")
EventT = TypeVar("EventT")


class Event(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A stored fact. Its fields are for ever: each says its unit and whose id it is; no names of people."""


class Request(Struct, frozen=True, forbid_unknown_fields=True):
    """A command or a use case's input."""


class Decider(NamedTuple, Generic[State, Command, EventT]):
    """One kind of stream: where it starts, how it decides, how it folds.

    `events`: every event type the stream may hold. `restarts`: event types that carry the whole state, so that
    folding may begin at the newest one (an account's carried-forward).
    """

    name: str
    initial: State
    decide: Callable[[State, Command], tuple[EventT, ...]]
    evolve: Callable[[State, EventT], State]
    events: tuple[type[Event], ...]
    restarts: tuple[type[Event], ...] = ()


def fold(decider: Decider[State, Command, EventT], events: Iterable[EventT], state: State | None = None) -> State:
    """The state after `events`, from `state` or, when None, from the decider's initial state."""
    reached = decider.initial if state is None else state
    for event in events:
        reached = decider.evolve(reached, event)
    return reached
