"""Writes long histories quickly: real use cases, the store's own batches and rows, thousands of events a commit.

It stands in for the writer while nobody else has the ledger open, and leaves what the writer would have left.
"""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

from ledger.application.ports import Answer, Call, CommandKey, Refused
from ledger.application.work import Outcome, UseCase
from ledger.kernel.calendar import WorkingDays
from ledger.kernel.ids import SYSTEM, CommandId, MemberId
from ledger.store import append
from ledger.store.batch import Batch
from ledger.store.cache import StateCache
from ledger.store.codec import Codec
from ledger.store.commands import Command, CommandNames
from ledger.store.databases import Databases
from ledger.store.keys import Keys
from ledger.store.log_rows import LogRows, log_rows

EVENTS_A_COMMIT = 5_000
STREAMS_MAX = 40_000
"""States kept between commits: some communities of a thousand, so that a long history needs no more memory."""


class NotAccepted(Exception):
    """A command of the history was refused: a mistake in the history."""


class Done(NamedTuple):
    """A command that was carried out. command: its id, from which others follow; outcome: what it came to."""

    command: CommandId
    outcome: Outcome


class Scribe:
    """Carries commands out one after another; only `scribing` makes one."""

    def __init__(self, connection: Connection, names: CommandNames, calendar: WorkingDays, scope: str) -> None:
        self.position: int = append.head(connection)
        self._connection = connection
        self._names = names
        self._calendar = calendar
        self._scope = scope
        self._number = 0
        self._cache = StateCache(STREAMS_MAX)
        self._rows: LogRows
        self._begin()

    def do(self, use_case: UseCase[Any], asked: Any, *, actor: MemberId = SYSTEM, at: datetime) -> Done:
        """Carry `asked` out in the name of `actor` at the instant `at`."""
        self._number += 1
        call = Call(use_case, asked, actor, CommandKey(self._scope, str(self._number), b""), at)
        command = Command(call, actor, self._names)
        answer = self._batch.run(command, self._calendar)
        if not isinstance(answer, Answer) or isinstance(answer.result, Refused):
            raise NotAccepted(f"{use_case.name}: {answer}")
        if len(self._batch.events) >= EVENTS_A_COMMIT:
            self.commit()
        return Done(command.id, answer.result)

    def commit(self) -> None:
        """Store what was done so far."""
        append.insert(self._connection, self._batch.events, self.position)
        self._rows.remember(self._batch.answers)
        self._connection.commit()
        self._cache.keep(self._batch.seen)
        self.position = self._batch.position
        self._begin()

    def _begin(self) -> None:
        self._connection.rollback()
        self._connection.begin()
        append.lock(self._connection)
        self._rows = log_rows(self._connection)
        self._batch = Batch(self._rows, self._cache, Codec(), self.position)


@contextmanager
def scribing(databases: Databases, keys: Keys, calendar: WorkingDays, scope: str) -> Generator[Scribe]:
    """A scribe who has the ledger to itself; what it did is stored when the block ends well."""
    with databases.ledger.connect() as connection:
        scribe = Scribe(connection, CommandNames(keys.requests), calendar, scope)
        yield scribe
        scribe.commit()
        connection.rollback()
