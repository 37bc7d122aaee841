"""The law of read models: however they came to be, they are what the events say."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text

from ledger.store.databases import Databases
from projections.catalog import PROJECTIONS
from projections.engine import Engine
from projections.positions import STANDINGS
from projections.projection import Views
from projections.rebuild import drop
from projections.verification import digests, verify_views

from .conftest import emptied
from .log import Log, Window
from .village import Village

FEW = settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
MANY = settings(FEW, max_examples=100)
HISTORIES = given(seed=st.integers(0, 2**32), deeds=st.integers(0, 100))


@FEW
@HISTORIES
def test_two_runners_with_random_pages_and_kills_leave_what_a_rebuild_makes(
    views: Views, seed: int, deeds: int
) -> None:
    _live_as_rebuilt(views, seed, deeds)


@pytest.mark.deep
@MANY
@HISTORIES
def test_a_hundred_histories_leave_what_a_rebuild_makes(views: Views, seed: int, deeds: int) -> None:
    _live_as_rebuilt(views, seed, deeds)


def _live_as_rebuilt(views: Views, seed: int, deeds: int) -> None:
    # given a history, and two runners that see it grow in steps of their own
    log, chance = Village(seed).live(deeds), Random(seed)
    _empty(views)
    runners = [_runner(log, views), _runner(log, views)]
    while min(runners[0].positions().values()) < log.position():
        place = chance.randrange(2)
        runners[place].window.grow(chance)
        # when one of them goes on from what it remembers, or is killed at some statement and started anew
        with _killing(views, chance.randrange(1, 30) if chance.random() < 0.2 else 0) as killed:
            runners[place].catch_up()
        if killed:
            runners[place] = _runner(log, views)

    # then the read models are those that a rebuild makes
    lived = digests(views, PROJECTIONS)
    assert verify_views(log, views, PROJECTIONS) == []
    Engine(log, views, PROJECTIONS).rebuild()
    assert digests(views, PROJECTIONS) == lived


class _Killed(BaseException):
    """What a runner sees of `kill -9`: nothing after this."""


@contextmanager
def _killing(views: Views, at_statement: int) -> Iterator[list[int]]:
    """Kill whoever writes at its statement or commit number `at_statement` (0: never); tells whether that happened."""
    seen, killed = count(1), list[int]()

    def die(*_: object) -> None:
        if (now := next(seen)) == at_statement:
            killed.append(now)
            raise _Killed

    listeners = [("before_cursor_execute", die), ("commit", die)]
    for name, listener in listeners:
        event.listen(views.write, name, listener)
    try:
        yield killed
    except _Killed:
        pass
    finally:
        for name, listener in listeners:
            event.remove(views.write, name, listener)


@pytest.mark.postgres
def test_digests_are_the_same_on_both_databases(sqlite_databases: Databases, one_postgres: Databases) -> None:
    # given the same history on each database
    log = Village(1).live(100)

    # when the read models are built
    seen: list[dict[str, str]] = []
    for views in (Views(sqlite_databases.views, sqlite_databases.views_read), emptied(one_postgres)):
        Engine(log, views, PROJECTIONS).prepare()
        seen.append(digests(views, PROJECTIONS))

    # then they are the same
    assert seen[0] == seen[1]


class _Runner(Engine):
    """An engine that sees the log through a window of its own."""

    def __init__(self, window: "_GrowingWindow", views: Views) -> None:
        super().__init__(window, views, PROJECTIONS)
        self.window = window


class _GrowingWindow(Window):
    def grow(self, chance: Random) -> None:
        self.newest = min(self._log.position(), self.newest + chance.randrange(1, 60))
        self.page_max = chance.choice([1, 7, 1_000])


def _runner(log: Log, views: Views) -> _Runner:
    runner = _Runner(_GrowingWindow(log, 0), views)
    if not _is_built(views):
        runner.prepare()
    runner.window.newest = max(runner.positions().values())
    return runner


def _is_built(views: Views) -> bool:
    with views.read.connect() as connection:
        return views.read.dialect.has_table(connection, STANDINGS.name)


def _empty(views: Views) -> None:
    with views.write.begin() as connection:
        drop(connection, PROJECTIONS, prefix="")
        connection.execute(text(f"DROP TABLE IF EXISTS {STANDINGS.name}"))
