"""The ledger as it runs: a real writer on a real database, its read models beside it, and one clock that is set."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from msgspec.structs import fields

from ledger.application.ports import Answer, Call, CommandKey, Refused
from ledger.application.work import Outcome, UseCase
from ledger.kernel.calendar import WeekdaysOnly
from ledger.kernel.clock import business_day
from ledger.kernel.decider import Event
from ledger.kernel.envelope import Envelope
from ledger.kernel.ids import MemberId
from ledger.store.codec import Codec
from ledger.store.databases import Databases
from ledger.store.feed import LogFeed
from ledger.store.writer import Writer
from projections.catalog import PROJECTIONS
from projections.engine import Engine
from projections.projection import Views

from .people import FOUNDED, founding

SECRET = bytes(range(32))
CODEC = Codec()


class Nobody:
    """No sessions: everybody here is named directly."""

    def members(self, token_hashes: Sequence[bytes], now: datetime) -> dict[bytes, MemberId]:
        return {}


class Stored(NamedTuple):
    """One event as it was stored, and who brought it about in which command."""

    stream: UUID
    event: Event
    actor: MemberId
    command: UUID


class Asked(NamedTuple):
    """A command, its answer and what it stored."""

    call: Call
    result: Outcome | Refused
    stored: tuple[Stored, ...]

    @property
    def is_accepted(self) -> bool:
        return isinstance(self.result, Outcome)


class World:
    """One history in `home`. tries: commands by name and whether they were accepted."""

    def __init__(self, home: Path) -> None:
        self.databases = Databases.open(home, None)
        self.feed = LogFeed(self.databases)
        self.figures = Engine(self.feed, Views(self.databases.views, self.databases.views_read), PROJECTIONS)
        self.writer = Writer(self.databases, Nobody(), WeekdaysOnly(), SECRET)
        self.writer.start()
        self.now = FOUNDED
        self.position = 0
        self.tries: Counter[tuple[str, bool]] = Counter()
        self._number = 0
        self._began = self.feed.position()

    def close(self) -> None:
        self.writer.stop()
        self.databases.close()

    @property
    def today(self) -> date:
        return business_day(self.now)

    def wait(self, **time: float) -> None:
        self.now += timedelta(**time)

    def found(self) -> None:
        """Run the commands that found the town."""
        for use_case, request, actor in founding():
            asked = self.ask(use_case, request, actor)
            assert asked.is_accepted, asked
        self.figures.prepare()
        self.figures.catch_up()

    def history(self) -> tuple[Stored, ...]:
        """Everything stored since this world last looked; each event's bytes must be those its value makes again."""
        found: list[Stored] = []
        for raw in self.feed.page_raw(self.position, 100_000):
            recorded, event = CODEC.decode(raw.name, raw.state)
            assert event is not None
            envelope = Envelope(**{field.name: getattr(recorded, field.name) for field in fields(Envelope)})
            assert CODEC.encode(event, envelope, recorded.nonce) == (raw.name, raw.state)
            assert raw.position == self.position + 1, "the log has no gaps"
            self.position = raw.position
            found.append(Stored(raw.stream, event, recorded.actor, recorded.command))
        return tuple(found)

    def ask(self, use_case: UseCase[Any], request: object, actor: MemberId) -> Asked:
        """One command now, as `actor`."""
        self._number += 1
        call = Call(use_case, request, actor, CommandKey(f"from {self._began}", str(self._number), b""), self.now)
        answer = self.answer(call)
        asked = Asked(call, answer.result, self.history())
        self.tries[use_case.name, asked.is_accepted] += 1
        return asked

    def answer(self, call: Call) -> Answer:
        return self.writer.submit(call, lane="front").result(30)
