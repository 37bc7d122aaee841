"""The engine: fence, lease, parking, and waiting for one's own writes."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event

from ledger.application.ports import Notice
from ledger.kernel.ids import OrganisationId
from ledger.membership.events import MemberRegistered, MemberSuspended
from projections import people, positions
from projections.catalog import PROJECTIONS
from projections.engine import Engine, Pace
from projections.live import Parked
from projections.positions import Overtaken
from projections.projection import Projection, Views
from projections.rows import Rowset
from projections.verification import verify_views
from projections.view_tables import ViewTable

from .log import START, Log, Window
from .village import Village

HASTE = Pace(poll_seconds=0.02, gather_seconds=0, retry_seconds=0.02, ask_seconds=0.005, resume_seconds=0.05)
HOME = OrganisationId(uuid4())


class _Poison:
    """A copy of `people` that cannot stand a suspension while `strength` lasts."""

    def __init__(self, strength: int = 10**9) -> None:
        self.strength = strength
        self.tried = 0
        self.alarms: list[Parked] = []
        table = ViewTable(people.MemberRow, "poisoned")
        self.projection = Projection(
            "poisoned", 1, (table,), {MemberRegistered: self._put, MemberSuspended: self._fail}
        )
        self.table = table

    def _put(self, rows: Rowset, notice: Notice, event: Any) -> None:
        rows[self.table].put(people.MemberRow(notice.stream, event.home, "registered", notice.at))

    def _fail(self, rows: Rowset, notice: Notice, event: Any) -> None:
        self.tried += 1
        rows[self.table].change(notice.stream).status = "suspended"
        if self.tried <= self.strength:
            raise ValueError("secret words")

    def engine(self, log: Log, views: Views) -> Engine:
        return Engine(log, views, [self.projection, people.PROJECTION], pace=HASTE, alarm=self.alarms.append)


@contextmanager
def running(engine: Engine) -> Iterator[None]:
    """The engine follows its log in a thread."""
    stop = Event()
    thread = Thread(target=engine.run_forever, args=[stop])
    thread.start()
    try:
        yield
    finally:
        stop.set()
        engine.wake()
        thread.join(5)
        assert not thread.is_alive()


def test_an_event_that_cannot_be_applied_parks_one_projection_and_the_others_go_on(views: Views, log: Log) -> None:
    # given a projection that fails at position 3
    poison = _Poison()
    engine = poison.engine(Log(), views)
    engine.prepare()

    # when the log is read
    engine = poison.engine(log, views)
    engine.catch_up()

    # then it stands before that event after three tries, said without the words of the failure
    assert engine.positions() == {"poisoned": 2, "people": 4}
    (standing,) = engine.parked()
    assert (standing.name, standing.parked_at, standing.error) == (
        "poisoned",
        3,
        "ValueError at membership.MemberSuspended",
    )
    assert [str(alarm) for alarm in poison.alarms] == [
        "poisoned is parked at 3: ValueError at membership.MemberSuspended"
    ]
    assert engine.lag() == {"poisoned": 2, "people": 0}


def test_a_projection_that_fails_twice_is_not_parked(views: Views, log: Log) -> None:
    # given a projection that fails in the page and in two tries of the event alone
    poison = _Poison(strength=3)
    poison.engine(Log(), views).prepare()

    # when the log is read
    engine = poison.engine(log, views)
    engine.catch_up()

    # then the third try counts
    assert engine.positions() == {"poisoned": 4, "people": 4}
    assert (engine.parked(), poison.alarms, poison.tried) == ([], [], 4)


def test_a_parked_projection_resumes_where_it_stopped(views: Views, log: Log) -> None:
    # given a parked projection whose cause was mended
    poison = _Poison()
    poison.engine(Log(), views).prepare()
    engine = poison.engine(log, views)
    engine.catch_up()
    poison.strength = 0

    # when it is resumed
    assert engine.resume("poisoned")
    engine.catch_up()

    # then it has the rest, once
    assert engine.positions() == {"poisoned": 4, "people": 4}
    assert verify_views(log, views, [poison.projection]) == []
    assert not engine.resume("poisoned")


def test_waiting_for_a_parked_projection_ends_at_once(views: Views, log: Log) -> None:
    # given a parked projection
    poison = _Poison()
    poison.engine(Log(), views).prepare()
    engine = poison.engine(log, views)
    engine.catch_up()

    # when somebody waits for it, and for the others
    started = time.monotonic()

    # then the answer is there at once
    assert not engine.wait_for(3, timeout=30)
    assert engine.wait_for(2, timeout=30)
    assert engine.wait_for(4, timeout=30, names=["people"])
    assert time.monotonic() - started < 5


def test_a_rebuild_parks_what_fails_and_puts_the_others_in_place(views: Views, log: Log) -> None:
    # given a projection that fails at position 3
    poison = _Poison()

    # when all is built from the first event
    engine = poison.engine(log, views)
    engine.prepare()

    # then it stands before the event, and a rebuild frees it once its cause is mended
    assert engine.positions() == {"poisoned": 2, "people": 4}
    assert [standing.parked_at for standing in engine.parked()] == [3]
    poison.strength = 0
    engine.rebuild(["poisoned"])
    assert (engine.positions(), engine.parked()) == ({"poisoned": 4, "people": 4}, [])


def test_the_fence_lets_one_runner_pass(views: Views, log: Log) -> None:
    # given two runners that both saw a projection at the beginning
    Engine(Log(), views, PROJECTIONS).prepare()
    with views.read.connect() as connection:
        before = list(positions.read(connection).values())
    with views.write.begin() as connection:
        positions.advance(connection, before, 4, as_of=START)

    # when the second one comes with what it saw
    with pytest.raises(Overtaken), views.write.begin() as connection:
        positions.advance(connection, before, 4, as_of=START)

    # then nothing moved twice
    assert set(Engine(log, views, PROJECTIONS).positions().values()) == {4}


def test_a_runner_that_was_overtaken_forgets_what_it_remembered(views: Views) -> None:
    # given a runner that remembers rows of the first half of a history
    log = Village(7).live(80)
    half = Window(log, log.position() // 2)
    first = Engine(half, views, PROJECTIONS)
    first.prepare()
    first.rebuild()
    half.newest += 5
    first.catch_up()

    # when another runner goes on, and then the first one again
    half.newest += 40
    Engine(half, views, PROJECTIONS).catch_up()
    half.newest = log.position()
    first.catch_up()

    # then nothing is applied twice and nothing is lost
    assert verify_views(log, views, PROJECTIONS) == []


def test_own_writes_are_read_while_the_engine_runs(views: Views, log: Log) -> None:
    # given an engine that runs
    engine = Engine(log, views, [people.PROJECTION], pace=HASTE)
    engine.prepare()
    with running(engine):
        for _ in range(20):
            # when something is written
            member = uuid4()
            log.happen(member, MemberRegistered(HOME))

            # then a reader that names its position finds it
            assert engine.wait_for(log.position(), timeout=10)
            with views.read.connect() as connection:
                assert people.member(connection, member)
    assert not engine.wait_for(log.position() + 1, timeout=0.05)


def test_one_process_runs_at_a_time_and_the_next_takes_over(views: Views, log: Log) -> None:
    # given two engines, of which the first runs
    first, second = (Engine(log, views, [people.PROJECTION], pace=HASTE) for _ in range(2))
    first.prepare()
    with running(second):
        with running(first):
            log.happen(uuid4(), MemberRegistered(HOME))
            # when both are asked, then both see what one of them did
            assert first.wait_for(log.position(), timeout=10)
            assert second.wait_for(log.position(), timeout=10)
            assert [first.is_running, second.is_running].count(True) == 1

        # when the one that ran ends, then the other goes on
        log.happen(uuid4(), MemberRegistered(HOME))
        assert second.wait_for(log.position(), timeout=10)
        assert second.is_running


def test_a_fault_of_the_database_parks_nothing_and_is_tried_again(views: Views, log: Log) -> None:
    # given a feed that is away for a while
    class Away(Window):
        failures = 3

        def page(self, after: int, limit: int) -> Sequence[Notice]:
            if self.failures:
                self.failures -= 1
                raise OSError("away")
            return super().page(after, limit)

    engine = Engine(Log(), views, [people.PROJECTION])
    engine.prepare()
    engine = Engine(Away(log, 4), views, [people.PROJECTION], pace=HASTE)

    # when the engine runs, then it comes through
    with running(engine):
        assert engine.wait_for(4, timeout=10)
    assert engine.parked() == []


def test_a_parked_projection_is_tried_again_by_itself_and_goes_on(views: Views, log: Log) -> None:
    # given a projection that runs into its event while the engine runs
    poison = _Poison()
    poison.engine(Log(), views).prepare()
    engine = poison.engine(log, views)
    with running(engine):
        assert engine.wait_for(4, timeout=10, names=["people"])
        deadline = time.monotonic() + 10
        while not poison.alarms:
            assert time.monotonic() < deadline
            time.sleep(0.01)

        # when its cause is mended, then it has the rest without anybody's help, and one alarm was given
        poison.strength = 0
        while engine.positions()["poisoned"] != 4:
            assert time.monotonic() < deadline
            time.sleep(0.01)
    assert (engine.parked(), len(poison.alarms)) == ([], 1)
    assert verify_views(log, views, [poison.projection]) == []


def test_the_event_that_fails_is_found_without_a_transaction_for_each(views: Views) -> None:
    # given a long page with one event that a projection cannot bear
    log = Log()
    for _ in range(300):
        log.happen(uuid4(), MemberRegistered(HOME))
    log.happen(log.notices[-1].stream, MemberSuspended("late"))
    for _ in range(300):
        log.happen(uuid4(), MemberRegistered(HOME))
    poison = _Poison()
    poison.engine(Log(), views).prepare()
    transactions: list[object] = []
    event.listen(views.write, "begin", transactions.append)

    # when the page is read
    engine = poison.engine(log, views)
    engine.catch_up()

    # then the projection stands before that event
    assert engine.positions() == {"poisoned": 300, "people": 601}
    assert len(transactions) < 40


@pytest.mark.parametrize(("damaged", "parked"), [(MemberSuspended, ["people", "watcher"]), (None, ["watcher"])])
def test_an_event_that_cannot_be_read_stops_only_who_must_see_it(
    views: Views, log: Log, damaged: type[MemberSuspended] | None, parked: list[str]
) -> None:
    # given an event whose bytes are damaged, or whose name is unknown
    seen: list[int] = []
    table = ViewTable(people.MemberRow, "watched")
    watcher = Projection("watcher", 1, (table,), {}, lambda _rows, notice, _event: seen.append(notice.position))
    other = Projection("other", 1, (ViewTable(people.MemberRow, "others"),), {})
    whole = log.notices[2]
    log.notices[2] = whole._replace(event=None, damaged=damaged)
    projections = [people.PROJECTION, watcher, other]
    Engine(Log(), views, projections).prepare()

    # when the log is read, then they stand before it, and the others have everything
    engine = Engine(log, views, projections)
    engine.catch_up()
    assert sorted(one.name for one in engine.parked()) == parked
    assert {name: position for name, position in engine.positions().items() if name in parked} == dict.fromkeys(
        parked, 2
    )
    assert engine.positions()["other"] == 4

    # when it is whole again, then they go on
    log.notices[2] = whole
    assert all(engine.resume(name) for name in parked)
    engine.catch_up()
    assert set(engine.positions().values()) == {4}
    assert seen[-2:] == [3, 4]
