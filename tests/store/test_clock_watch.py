"""A clock that jumps, differs from the database's, or is before the newest event dates nothing until it is right."""

from datetime import timedelta
from uuid import uuid4

import pytest

from ledger.application.ports import LedgerBusy
from ledger.kernel.clock import FixedClock
from ledger.store.clock_watch import SETTLED_SECONDS, ClockWatch, newest_time, server_seconds, since_boot
from ledger.store.databases import Databases

from .toys import LOOK, MOVE, NOON, Move, call
from .writing import ask, writing

ADD = Move((), 1)


class Machine:
    """A machine's two clocks and the database's, in seconds."""

    def __init__(self) -> None:
        self.wall = self.database = 1_800_000_000.0
        self.steady = 100.0

    def wait(self, seconds: float) -> None:
        """Time passes, for all of them."""
        self.wall += seconds
        self.database += seconds
        self.steady += seconds

    def watch(self, *, asks_the_database: bool = False) -> ClockWatch:
        database = (lambda: self.database) if asks_the_database else None
        now = FixedClock(NOON)
        return ClockWatch(now, None, database=database, wall=lambda: self.wall, steady=lambda: self.steady)


@pytest.mark.parametrize("seconds", [3_600, 5.1, -5.1, -3_600])
def test_a_clock_that_jumped_is_wrong_at_once_and_right_when_it_is_back(seconds: float) -> None:
    machine = Machine()
    watch = machine.watch()
    machine.wait(60)
    assert watch.is_right()

    machine.wall += seconds
    assert not watch.is_right()
    watch.look()
    assert not watch.is_right()

    machine.wall -= seconds
    assert watch.is_right()


def test_small_corrections_are_followed() -> None:
    machine = Machine()
    watch = machine.watch()
    for _ in range(10):
        machine.wait(1)
        machine.wall -= 4.9
        watch.look()
        assert watch.is_right()


def test_a_new_time_that_has_settled_is_believed_where_there_is_no_other_clock() -> None:
    machine = Machine()
    watch = machine.watch()
    machine.wall += 3_600
    watch.look()
    machine.wait(SETTLED_SECONDS - 1)
    machine.wall += 10
    watch.look()
    machine.wait(SETTLED_SECONDS - 1)
    watch.look()
    assert not watch.is_right()

    machine.wait(1)
    watch.look()
    assert watch.is_right()


def test_the_database_s_clock_decides_where_there_is_one() -> None:
    machine = Machine()
    watch = machine.watch(asks_the_database=True)

    # when both were set, then the new time is right; when only one was, it is not, however long it stands
    machine.wall += 3_600
    machine.database += 3_600
    assert not watch.is_right()
    watch.look()
    assert watch.is_right()
    machine.database -= 6
    for _ in range(3):
        machine.wait(SETTLED_SECONDS)
        watch.look()
        assert not watch.is_right()
    machine.database += 6
    watch.look()
    assert watch.is_right()


def test_nothing_is_dated_before_the_newest_event() -> None:
    clock = FixedClock(NOON - timedelta(seconds=6))
    watch = ClockWatch(clock, NOON)
    assert not watch.is_right()

    clock.at += timedelta(seconds=1)
    assert watch.is_right()


def test_the_newest_event_s_time_is_read_from_the_log(databases: Databases) -> None:
    assert newest_time(databases) is None
    with writing(databases) as writer:
        ask(writer, call(MOVE, Move((uuid4(),), 1), "k"))

    assert newest_time(databases) is not None


def test_a_writer_takes_no_call_while_the_clock_is_wrong(databases: Databases) -> None:
    answers = [False, True]
    with writing(databases, is_clock_right=lambda: answers.pop(0)) as writer:
        with pytest.raises(LedgerBusy) as refused:
            ask(writer, call(LOOK, ADD, "k"))
        assert refused.value.code == "clock-wrong"
        assert ask(writer, call(LOOK, ADD, "k")).replayed is False


def test_the_clocks_there_are_can_be_asked(postgres_databases: Databases) -> None:
    first = since_boot()

    assert server_seconds(postgres_databases) > NOON.timestamp()
    assert since_boot() >= first
