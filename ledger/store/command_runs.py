"""Follows which command each event of the log belongs to, and tells which commands are not where they were answered.

A leaf does not cover its position, so two whole rows of different streams could change places unseen. But a command's
events lie together and end where its answer says.
"""

from collections.abc import Iterator
from typing import NamedTuple

from ledger.kernel.ids import CommandId
from ledger.store.log_rows import LogRows

COMMANDS_AT_A_TIME = 256


class Run(NamedTuple):
    """Events of one command that lie together. position: of the last of them."""

    command: CommandId
    position: int


class Misplaced(NamedTuple):
    """A run that does not end where its command was answered to have ended."""

    run: Run
    answered: int


class CommandRuns:
    """Takes events in the order of the log. Commands without an answer (none of ours) are passed over."""

    def __init__(self, rows: LogRows) -> None:
        self._rows = rows
        self._run: Run | None = None
        self._ended: list[Run] = []

    def see(self, position: int, command: CommandId | None) -> Iterator[Misplaced]:
        """Take the next event. command: None where it cannot be read; then the run before it may be a part, too."""
        if self._run is not None and command is not None and self._run.command != command:
            self._ended.append(self._run)
        self._run = None if command is None else Run(command, position)
        if len(self._ended) >= COMMANDS_AT_A_TIME:
            yield from self._compare()

    def end(self) -> Iterator[Misplaced]:
        """The log is over."""
        if self._run is not None:
            self._ended.append(self._run)
        yield from self._compare()

    def _compare(self) -> Iterator[Misplaced]:
        found = self._rows.answered([run.command for run in self._ended])
        answered = {row.command: row.position for row in found if row.until is None}
        for run in self._ended:
            position = answered.get(run.command, run.position)
            if position != run.position:
                yield Misplaced(run, position)
        self._ended.clear()
