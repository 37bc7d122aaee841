"""Writers for tests: started on a database, fed with toy calls, stopped at the end."""

from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from ledger.application.ports import Answer, Call
from ledger.kernel.calendar import WeekdaysOnly
from ledger.kernel.ids import MemberId
from ledger.store.databases import Databases
from ledger.store.feed import LogFeed
from ledger.store.writer import Writer, WriterSettings

from .toys import TOY_CODEC

SECRET = bytes(range(32))
SETTINGS = WriterSettings(codec=TOY_CODEC)
WAIT_SECONDS = 20


class KnownSessions:
    """Sessions by token hash, in memory. asked: how many look-ups were made."""

    def __init__(self, members: Mapping[bytes, MemberId] | None = None) -> None:
        self.by_hash = dict(members or {})
        self.asked = 0

    def members(self, token_hashes: Sequence[bytes], now: datetime) -> Mapping[bytes, MemberId]:
        self.asked += 1
        return {known: self.by_hash[known] for known in token_hashes if known in self.by_hash}


def new_writer(databases: Databases, sessions: KnownSessions | None = None, **settings: Any) -> Writer:
    """A writer that is not started yet."""
    return Writer(databases, sessions or KnownSessions(), WeekdaysOnly(), SECRET, replace(SETTINGS, **settings))


@contextmanager
def writing(databases: Databases, sessions: KnownSessions | None = None, **settings: Any) -> Generator[Writer]:
    """A running writer."""
    writer = new_writer(databases, sessions, **settings)
    writer.start()
    try:
        yield writer
    finally:
        writer.stop()


def ask(writer: Writer, call: Call) -> Answer:
    """The answer to one call; raises what its future fails with."""
    return writer.submit(call, lane="front").result(WAIT_SECONDS)


def ask_together(
    databases: Databases, calls: Sequence[Call], sessions: KnownSessions | None = None
) -> list[Future[Answer]]:
    """All calls in one batch of a fresh writer, done."""
    writer = new_writer(databases, sessions)
    futures = [writer.submit(call, lane="front") for call in calls]
    writer.start()
    writer.stop()
    return futures


def log(databases: Databases) -> list[tuple[int, UUID, int, object]]:
    """Everything that is stored: position, stream, version and event."""
    notices = LogFeed(databases, TOY_CODEC).page(0, 100_000)
    return [(notice.position, notice.stream, notice.version, notice.event) for notice in notices]
