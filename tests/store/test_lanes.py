"""Who is served next: people first, but those at the back are not passed over for ever."""

from concurrent.futures import Future
from threading import Thread
from time import monotonic
from uuid import uuid4

import pytest

from ledger.application.ports import Lane, LedgerBusy
from ledger.store.databases import Databases
from ledger.store.lanes import Lanes, Waiting
from ledger.store.round import BACK_EVENTS_MAX

from .toys import MOVE, Move, call
from .writing import new_writer

JARS = Move((), 1)


def lanes(patience_seconds: float = 60.0) -> Lanes:
    return Lanes(front_max=10, back_max=10, patience_seconds=patience_seconds)


def joined(queues: Lanes, lane: Lane, count: int) -> list[Waiting]:
    waiting = [Waiting(call(MOVE, JARS, f"{lane} {n}"), lane, Future(), None) for n in range(count)]
    for one in waiting:
        queues.put(one)
    return waiting


def test_the_front_goes_first_and_the_back_when_nobody_waits_there() -> None:
    queues = lanes()
    back, front = joined(queues, "back", 3), joined(queues, "front", 3)

    assert [queues.take(2), queues.take(2)] == [front[:2], front[2:]]
    assert [queues.take(2), queues.take(2)] == [back[:2], back[2:]]


def test_one_of_the_back_comes_along_once_it_waited_too_long() -> None:
    queues = lanes(patience_seconds=0.0)
    back, front = joined(queues, "back", 2), joined(queues, "front", 3)
    back[0].since = monotonic() - 1
    back[1].since = monotonic() + 60

    assert queues.take(2) == [*front[:2], back[0]]
    assert queues.take(2) == front[2:]
    assert queues.take(2) == back[1:]


def test_what_was_put_back_goes_before_all_others_in_its_order() -> None:
    queues = lanes()
    first = joined(queues, "front", 2)
    taken = queues.take(2)
    later = joined(queues, "front", 1)

    queues.put_back(taken)

    assert len(queues) == 3
    assert queues.take(3) == [*first, *later]


def test_a_closed_queue_hands_over_what_waits_and_then_nothing() -> None:
    queues = lanes()
    front = joined(queues, "front", 1)
    queues.close()

    with pytest.raises(LedgerBusy):
        joined(queues, "front", 1)
    assert queues.take(2) == front
    assert queues.take(2) == []


def test_a_taker_wakes_when_the_queue_is_closed() -> None:
    queues = lanes()
    taken: list[list[Waiting]] = []
    taker = Thread(target=lambda: taken.append(queues.take(1)))
    taker.start()
    queues.close()
    taker.join(10)

    assert taken == [[]]


def test_large_work_at_the_back_is_stored_in_several_batches(sqlite_databases: Databases) -> None:
    heard: list[int] = []
    pieces = [Move(tuple(uuid4() for _ in range(150)), 1) for _ in range(6)]
    writer = new_writer(sqlite_databases)
    writer.on_commit(heard.append)
    futures = [writer.submit(call(MOVE, piece, f"{n}"), lane="back") for n, piece in enumerate(pieces)]
    writer.start()
    writer.stop()

    assert [future.result().position for future in futures] == [150, 300, 450, 600, 750, 900]
    assert heard == [450, 900]
    assert 300 < BACK_EVENTS_MAX <= 450
