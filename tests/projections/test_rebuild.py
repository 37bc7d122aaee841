"""Building anew beside the live tables, and proving that read models are what the events say."""

from collections.abc import Sequence
from datetime import date
from threading import Thread
from uuid import UUID, uuid4

import pytest
from sqlalchemy import inspect, text

from ledger.application.ports import Notice
from ledger.kernel.ids import OrganisationId
from ledger.membership.events import HouseholdJoined, HouseholdLeft, MemberRegistered, MemberVerified
from ledger.store.databases import Databases
from projections import people
from projections.catalog import PROJECTIONS
from projections.engine import Engine, LogCutShort
from projections.projection import Views
from projections.verification import Difference, digests, verify_views

from .conftest import emptied
from .log import Log, Window
from .village import Village

HOME = OrganisationId(uuid4())


def test_a_rebuild_beside_a_running_engine_loses_nothing_and_leaves_no_other_table(views: Views) -> None:
    # given a log that grows with each page, and a runner that follows it
    log = Village(3).live(120)

    class Growing(Window):
        def page(self, after: int, limit: int) -> Sequence[Notice]:
            self.newest = min(log.position(), self.newest + 40)
            return super().page(after, 50)

    live = Engine(Window(log, log.position()), views, PROJECTIONS)
    Engine(Log(), views, PROJECTIONS).prepare()
    seen: list[tuple[int, int]] = []

    # when all is rebuilt while the live tables go on
    def progress(done: int, total: int) -> None:
        seen.append((done, total))
        live.catch_up()

    Engine(Growing(log, 30), views, PROJECTIONS).rebuild(progress=progress)

    # then the figures never went back, progress went forward, and no shadow is left
    assert set(live.positions().values()) == {log.position()}
    assert seen == sorted(seen)
    assert seen[-1][0] == log.position()
    assert verify_views(log, views, PROJECTIONS) == []
    assert not [name for name in inspect(views.read).get_table_names() if name.startswith("rebuild_")]


def test_events_that_come_before_the_exchange_are_in_the_exchanged_tables(views: Views, log: Log) -> None:
    # given a live runner that goes on after the rebuild has read its last page
    live = Engine(log, views, [people.PROJECTION])
    live.prepare()

    class Late(Window):
        def page(self, after: int, limit: int) -> Sequence[Notice]:
            found = super().page(after, limit)
            if not found and self.newest < 6:
                log.happen(uuid4(), MemberRegistered(HOME), MemberVerified("known-in-person", uuid4()))
                self.newest = log.position()
                live.catch_up()
            return found

    # when all is rebuilt
    Engine(Late(log, 4), views, [people.PROJECTION]).rebuild()

    # then no figure went back
    assert live.positions() == {"people": 6}
    assert verify_views(log, views, [people.PROJECTION]) == []


def test_a_runner_forgets_the_rows_of_tables_that_were_exchanged(views: Views, log: Log) -> None:
    # given a runner that remembers a row which somebody changed by hand
    member = log.notices[0].stream
    runner = Engine(log, views, [people.PROJECTION])
    runner.prepare()
    with views.write.begin() as connection:
        connection.execute(text("UPDATE members SET status = 'left'"))
    log.happen(member, HouseholdJoined(uuid4(), date(2025, 3, 3)))
    runner.catch_up()

    # when another one rebuilds the tables and the first goes on
    Engine(log, views, [people.PROJECTION]).rebuild()
    log.happen(member, HouseholdLeft(uuid4(), date(2025, 3, 4)))
    runner.catch_up()

    # then the row is what the events say
    assert verify_views(log, views, [people.PROJECTION]) == []


def test_a_projection_of_another_version_is_built_anew_at_the_start(views: Views, log: Log) -> None:
    # given read models of an older version
    old = people.PROJECTION._replace(version=0)
    Engine(log, views, [old]).prepare()
    with views.write.begin() as connection:
        connection.execute(text("UPDATE members SET status = 'left'"))

    # when the newer code starts
    engine = Engine(log, views, [people.PROJECTION])
    engine.prepare()

    # then its rows are what the events say; the older code leaves them alone
    assert engine.standings()["people"].version == people.PROJECTION.version
    assert verify_views(log, views, [people.PROJECTION]) == []
    log.happen(uuid4(), MemberRegistered(HOME))
    Engine(log, views, [old]).catch_up()
    assert engine.positions() == {"people": 4}


def test_read_models_ahead_of_the_log_are_kept_as_witnesses_until_a_rebuild_is_asked_for(
    views: Views, log: Log
) -> None:
    # given a log that has lost its last events
    Engine(log, views, [people.PROJECTION]).prepare()
    shorter = Window(log, 2)
    engine = Engine(shorter, views, [people.PROJECTION._replace(version=99)])

    # when the engine starts on it, then it refuses, whatever else is to be built, and says by how much
    with pytest.raises(LogCutShort) as refused:
        engine.prepare()
    assert (refused.value.newest, refused.value.ahead) == (2, {"people": 4})
    assert (engine.positions(), engine.lag()) == ({"people": 4}, {"people": -2})

    # when somebody has a rebuild done, then the read models say what the log says
    engine.rebuild()
    engine.prepare()
    assert engine.positions() == {"people": 2}
    assert verify_views(shorter, views, [people.PROJECTION._replace(version=99)]) == []


def test_verifying_names_the_figure_the_row_and_the_table(views: Views) -> None:
    # given read models in which somebody changed a figure, removed a row and added one
    log = Village(5).live(80)
    Engine(log, views, PROJECTIONS).prepare()
    before = digests(views, PROJECTIONS)
    with views.write.begin() as connection:
        account, posted = connection.execute(text("SELECT account, posted FROM balances ORDER BY account")).first()
        connection.execute(text("UPDATE balances SET posted = posted + 1 WHERE account = :a"), {"a": account})
        connection.execute(text("DELETE FROM consents"))
        connection.execute(
            text("INSERT INTO audit_log SELECT 2, position, events, 'made up', 0, NULL, NULL FROM audit_log")
        )

    # when they are verified
    found = verify_views(log, views, PROJECTIONS)

    # then each is named
    key = str(account if views.dialect == "postgresql" else UUID(bytes=account))
    assert Difference("balances", (key,), "posted", str(posted + 1), str(posted)) in found
    (added,) = (one for one in found if one.table == "audit_log")
    assert (added.key, added.column, added.rebuilt) == (("2",), None, None)
    assert all(one.stored is None for one in found if one.table == "consents")
    assert {one.table for one in found} == {"balances", "audit_log", "consents"}
    changed = {name for name, digest in digests(views, PROJECTIONS).items() if digest != before[name]}
    assert changed == {"balances", "audit", "people"}


@pytest.mark.postgres
def test_an_exchange_waits_for_a_reader_without_holding_up_the_others(one_postgres: Databases, log: Log) -> None:
    # given somebody who reads a live table and takes their time
    views = emptied(one_postgres)
    engine = Engine(log, views, [people.PROJECTION])
    engine.prepare()
    slow = views.read.connect()
    first = people.members_of(slow, HOME)
    rebuilding = Thread(target=engine.rebuild, daemon=True)

    # when the tables are to be exchanged
    rebuilding.start()

    # then others still read, and the exchange happens once the reader is done
    for _ in range(5):
        with views.read.connect() as other:
            assert people.members_of(other, HOME) == first
    assert rebuilding.is_alive()
    slow.close()
    rebuilding.join(20)
    assert not rebuilding.is_alive()
    assert verify_views(log, views, [people.PROJECTION]) == []
