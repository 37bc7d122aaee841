"""The law of read models: however they came to be, they are what the events say."""

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

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


@FEW
@given(seed=st.integers(0, 2**32), deeds=st.integers(0, 100))
def test_two_runners_with_random_pages_and_restarts_leave_what_a_rebuild_makes(
    views: Views, seed: int, deeds: int
) -> None:
    # given a history, and two runners that see it grow in steps of their own
    log, chance = Village(seed).live(deeds), Random(seed)
    _empty(views)
    runners = [_runner(log, views), _runner(log, views)]
    while min(runners[0].positions().values()) < log.position():
        place = chance.randrange(2)
        # when one of them is started anew, or goes on from what it remembers
        if chance.random() < 0.2:
            runners[place] = _runner(log, views)
        runners[place].window.grow(chance)
        runners[place].catch_up()

    # then the read models are those that a rebuild makes
    lived = digests(views, PROJECTIONS)
    assert verify_views(log, views, PROJECTIONS) == []
    Engine(log, views, PROJECTIONS).rebuild()
    assert digests(views, PROJECTIONS) == lived


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
