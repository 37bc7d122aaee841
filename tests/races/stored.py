"""What a database really holds, read past the writers: states folded anew, and which command stored which events."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from ledger.application.work import AnyDecider
from ledger.kernel.decider import Event, fold
from ledger.kernel.ids import CommandId, MemberId
from ledger.store.codec import Codec
from ledger.store.databases import Databases
from ledger.store.feed import LogFeed
from ledger.store.recorder import LogAggregateRecorder
from ledger.store.verification import verify_log
from projections import audit
from projections.catalog import PROJECTIONS
from projections.engine import Engine
from projections.projection import Views
from projections.verification import verify_views

_codec = Codec()


class StoredEvent(NamedTuple):
    """One event with what its envelope says."""

    position: int
    stream: UUID
    command: CommandId
    actor: MemberId
    event: Event


class StoredCommand(NamedTuple):
    """The events that one command stored. position: of the last of them."""

    command: CommandId
    position: int
    events: tuple[type[Event], ...]


def state(databases: Databases, decider: AnyDecider, stream: UUID) -> Any:
    """The state of `stream`, folded from its first event."""
    stored = LogAggregateRecorder(databases).select_events(stream)
    return fold(decider, [_codec.event(one.topic, one.state) for one in stored])


def head(databases: Databases) -> int:
    """The position of the newest event."""
    return LogFeed(databases).position()


def events(databases: Databases, *, after: int = 0) -> Iterator[StoredEvent]:
    """Everything after a position."""
    for raw in LogFeed(databases).page_raw(after, 1_000_000):
        recorded, event = _codec.decode(raw.name, raw.state)
        assert event is not None
        yield StoredEvent(raw.position, raw.stream, recorded.command, recorded.actor, event)


def commands(databases: Databases, *, after: int = 0) -> list[StoredCommand]:
    """Which command stored what after a position. The events of one command must lie together."""
    found = [
        StoredCommand(command, own[-1].position, tuple(type(one.event) for one in own))
        for command, group in groupby(events(databases, after=after), key=lambda one: one.command)
        if (own := list(group))
    ]
    assert len({one.command for one in found}) == len(found), "another command came between"
    return found


def views(databases: Databases) -> Views:
    """The store of the read models."""
    return Views(databases.views, databases.views_read)


def require_sound(databases: Databases) -> None:
    """Let `databases` pass whose log has neither gap nor damage and whose books balance at every event."""
    feed = LogFeed(databases)
    engine = Engine(feed, views(databases), PROJECTIONS)
    engine.prepare()
    engine.catch_up()
    assert verify_log(databases, views=engine.positions()) == []
    assert verify_views(feed, views(databases), PROJECTIONS) == []
    with databases.views_read.connect() as connection:
        assert audit.findings(connection) == []
        assert {one.sum for one in audit.sums(connection)} <= {0}
        end = audit.log_end(connection)
    assert end is not None
    assert end.events == end.position == feed.position()
