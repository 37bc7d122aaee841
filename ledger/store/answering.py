"""Answers one batch of calls in one transaction: lock, follow the log, look up, load, decide, store, commit.

Everything is decided under the append lock on states that are as new as the log. An answer leaves here only after its
commit; when a commit's reply is lost, the command rows tell what became of each.
"""

import logging
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from time import monotonic, time
from typing import NamedTuple

from sqlalchemy import Connection, Engine

from ledger.application.ports import FaultCode
from ledger.store import append
from ledger.store.batch import Batch
from ledger.store.cache import StateCache
from ledger.store.codec import Codec
from ledger.store.delivery import Reply
from ledger.store.faults import DATABASE_FAULTS, code_of
from ledger.store.lanes import Waiting
from ledger.store.log_rows import LogRows, log_rows
from ledger.store.round import Round, Surroundings

FOLLOWED_MAX = 10_000
"""When more events than this are newer than the cache, it is emptied instead of being told of each stream."""

FORGET_EVERY_SECONDS = 3_600.0
"""How often refusals whose time is over are removed."""

_log = logging.getLogger(__name__)


class NotBegun(Exception):
    """The database was not there or its append lock was not to be had: nothing was decided."""


class CommitInDoubt(Exception):
    """The commit was sent and its reply was lost."""


class Answered(NamedTuple):
    """A finished batch. stored: the newest position where it stored events, else None. left: calls it did not reach."""

    replies: list[Reply]
    stored: int | None
    left: list[Waiting]


class Answering:
    """Answers batches one after another and keeps folded states between them. Used by one thread."""

    def __init__(self, engine: Engine, around: Surroundings, *, codec: Codec, streams_max: int) -> None:
        self._engine = engine
        self._around = around
        self._codec = codec
        self._cache = StateCache(streams_max)
        self._position = 0
        self._forget_at = monotonic() + FORGET_EVERY_SECONDS

    def answer(self, taken: Sequence[Waiting]) -> Answered:
        """Answer `taken`. Raises NotBegun when nothing was tried, any other fault when nothing was stored."""
        round_ = Round(taken)
        try:
            stored = self._decide_and_store(round_)
        except CommitInDoubt as doubt:
            _log.exception("the reply to a commit was lost, looking its commands up")
            self._cache.clear()
            stored = self._look_up(round_, code_of(doubt.__cause__))
        return Answered(round_.replies, stored, round_.left)

    def _decide_and_store(self, round_: Round) -> int | None:
        with self._locked() as connection:
            rows, head = log_rows(connection), append.head(connection)
            self._follow(rows, head)
            batch = Batch(rows, self._cache, self._codec, head)
            round_.decide(self._around, rows, batch)
            if batch.answers:
                append.insert(connection, batch.events, head)
                rows.remember(batch.answers)
                self._forget_refusals(rows)
                _commit(connection)
            self._cache.keep(batch.seen)
            self._position = batch.position
            return batch.position if batch.events else None

    def _follow(self, rows: LogRows, head: int) -> None:
        """Drop what others have added to since our last batch: then every cached state is as new as the log."""
        if head < self._position or head - self._position > FOLLOWED_MAX:
            self._cache.clear()
        elif head > self._position:
            self._cache.drop(rows.newer_streams(self._position))

    def _look_up(self, round_: Round, code: FaultCode) -> int | None:
        """Under the lock, which the lost transaction holds until its fate is settled. code: what the commit met."""
        try:
            with self._locked() as connection:
                round_.look_up(log_rows(connection), code)
                return append.head(connection)
        except NotBegun:
            round_.doubt()
            raise
        except DATABASE_FAULTS as fault:
            round_.doubt()
            raise NotBegun from fault

    def _forget_refusals(self, rows: LogRows) -> None:
        if monotonic() >= self._forget_at:
            self._forget_at = monotonic() + FORGET_EVERY_SECONDS
            rows.forget_refusals(int(time()))

    @contextmanager
    def _locked(self) -> Generator[Connection]:
        """A transaction that holds the append lock. What is not committed is undone; a fault ends the connection."""
        connection = self._begin()
        try:
            yield connection
        except BaseException:
            connection.invalidate()
            raise
        finally:
            connection.close()

    def _begin(self) -> Connection:
        try:
            connection = self._engine.connect()
        except DATABASE_FAULTS as fault:
            raise NotBegun from fault
        try:
            connection.begin()
            append.lock(connection)
        except DATABASE_FAULTS as fault:
            if code_of(fault) != "ledger-busy":
                # A file that was opened while nothing could be written stays so for this connection.
                connection.invalidate()
            connection.close()
            raise NotBegun from fault
        return connection


def _commit(connection: Connection) -> None:
    try:
        connection.commit()
    except DATABASE_FAULTS as fault:
        raise CommitInDoubt from fault
