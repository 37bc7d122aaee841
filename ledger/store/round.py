"""The calls of one batch: who makes them, which were answered before, which are the same, and what each comes to."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from time import monotonic
from typing import NamedTuple
from uuid import UUID

from msgspec import Struct

from ledger.application.ports import Answer, FaultCode, KeyReused, LedgerBusy
from ledger.application.work import Stream
from ledger.kernel.calendar import WorkingDays
from ledger.kernel.ids import CommandId, MemberId
from ledger.store.batch import Batch
from ledger.store.callers import Identities, actors
from ledger.store.commands import Command, CommandNames, refused
from ledger.store.delivery import Reply
from ledger.store.lanes import Waiting
from ledger.store.log_rows import AnsweredRow, LogRows
from ledger.store.refusals import NotSignedIn

BACK_EVENTS_MAX = 400
"""A batch leaves the back lane's calls waiting once it has this many events, so that nobody in front waits for more."""

NOBODY = UUID(int=0)
"""Actor and command in the answer to a caller who is not signed in."""

_log = logging.getLogger(__name__)


class Surroundings(Struct, frozen=True):
    """What decisions need beside the log: who is signed in, which days count, how commands are named."""

    identities: Identities
    calendar: WorkingDays
    names: CommandNames


class Asked(NamedTuple):
    """A waiting call and the command it makes."""

    waiting: Waiting
    command: Command


class Round:
    """One batch of calls on its way to replies. left: calls it did not reach, which go on waiting."""

    def __init__(self, taken: Sequence[Waiting]) -> None:
        now = monotonic()
        waiting = [one for one in taken if not one.future.cancelled()]
        self.replies = [Reply(one, one.busy(1)) for one in waiting if one.due <= now]
        self.left: list[Waiting] = []
        self._waiting = [one for one in waiting if one.due > now]
        self._asked: list[Asked] = []

    def decide(self, around: Surroundings, rows: LogRows, batch: Batch) -> None:
        """Run what was not answered before, in the order it came; equal keys are one command."""
        self._name(around, batch.position)
        groups = self._new_ones(rows)
        if rows.many_at_once:
            batch.prefetch(_named_streams(group[0].command for group in groups))
        for group in groups:
            if group[0].waiting.lane == "back" and len(batch.events) >= BACK_EVENTS_MAX:
                self.left += [asked.waiting for asked in group]
            else:
                self._run(group, batch, around.calendar)

    def doubt(self) -> None:
        """Note that whether the commands of this batch were stored could not be seen."""
        left = {id(waiting) for waiting in self.left}
        for waiting, _ in self._asked:
            waiting.is_in_doubt = id(waiting) not in left

    def look_up(self, rows: LogRows, code: FaultCode) -> None:
        """Answer each command from its row alone, and `code` where there is none: its commit did not happen."""
        found = self._answered_before(rows)
        left = {id(waiting) for waiting in self.left}
        named = {id(asked.waiting) for asked in self._asked}
        self.replies = [reply for reply in self.replies if id(reply.waiting) not in named]
        for waiting, command in self._asked:
            if id(waiting) not in left:
                row = found.get(command.id)
                self.replies.append(Reply(waiting, (row and command.replay(row)) or LedgerBusy(1, code)))

    def _name(self, around: Surroundings, position: int) -> None:
        calls = [one.call for one in self._waiting]
        for waiting, actor in zip(self._waiting, actors(calls, around.identities), strict=True):
            if actor is None:
                answer = Answer(refused(NotSignedIn()), position, CommandId(NOBODY), MemberId(NOBODY))
                self.replies.append(Reply(waiting, answer))
            else:
                self._asked.append(Asked(waiting, Command(waiting.call, actor, around.names)))

    def _new_ones(self, rows: LogRows) -> list[list[Asked]]:
        """Commands that were never answered, each with all the calls that make it; replies to the others."""
        found = self._answered_before(rows)
        groups: dict[CommandId, list[Asked]] = {}
        for asked in self._asked:
            row = found.get(asked.command.id)
            replayed = row and asked.command.replay(row)
            if replayed:
                self.replies.append(Reply(asked.waiting, replayed))
            else:
                groups.setdefault(asked.command.id, []).append(asked)
        return list(groups.values())

    def _answered_before(self, rows: LogRows) -> dict[CommandId, AnsweredRow]:
        """The row of each command that has one. Of two, an old refusal and what was agreed to since, the latter."""
        found = rows.answered([asked.command.id for asked in self._asked])
        return {row.command: row for row in sorted(found, key=lambda row: row.until is None)}

    def _run(self, group: list[Asked], batch: Batch, calendar: WorkingDays) -> None:
        first = group[0]
        result = batch.run(first.command, calendar)
        self.replies.append(Reply(first.waiting, result))
        for waiting, command in group[1:]:
            again = result._replace(replayed=True) if isinstance(result, Answer) else result
            same = command.digest == first.command.digest
            self.replies.append(Reply(waiting, again if same else KeyReused()))


def _named_streams(commands: Iterable[Command]) -> Iterator[Stream]:
    for command in commands:
        try:
            yield from command.call.use_case.streams(command.call.request, command.actor)
        except Exception:  # noqa: BLE001 it is only a hint: the command loads what it needs by itself
            _log.exception("the streams of %s could not be named", command.call.use_case.name)
