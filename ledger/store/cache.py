"""Folded states kept between batches. The writer follows the log, so what is here is never older than the log.

Streams are known here by the number of their id: an id is hashed in Python, several times a command, a number is not.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

from ledger.application.work import AnyDecider, Versioned


class Loaded(NamedTuple):
    """A stream's state, and the rule it was folded by."""

    decider: AnyDecider
    versioned: Versioned


class StateCache:
    """The states of the streams used last, at most `streams_max` of them."""

    def __init__(self, streams_max: int) -> None:
        self._streams_max = streams_max
        self._states: OrderedDict[int, Loaded] = OrderedDict()
        self.get = self._states.get
        self.clear = self._states.clear

    def __len__(self) -> int:
        return len(self._states)

    def keep(self, states: Mapping[int, Loaded]) -> None:
        """Put what a committed batch saw or made in front, and let the longest unused go."""
        kept = self._states
        for stream, loaded in states.items():
            kept[stream] = loaded
            kept.move_to_end(stream)
        while len(kept) > self._streams_max:
            kept.popitem(last=False)

    def drop(self, streams: Iterable[UUID]) -> None:
        """Forget the states of `streams`: somebody else has added to them."""
        for stream in streams:
            self._states.pop(stream.int, None)
