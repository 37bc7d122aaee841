"""When something breaks: neighbours are answered, nothing is lost or doubled, and nobody has to restart anything."""

import asyncio
import logging
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from threading import Event as Signal
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import OperationalError

from ledger.application.ports import LedgerBusy
from ledger.application.work import Outcome, UseCase, Work
from ledger.kernel.ids import SYSTEM
from ledger.store import answering
from ledger.store.append import APPEND_LOCK
from ledger.store.databases import Databases
from ledger.store.tables import REFUSALS

from .toys import LOOK, MOVE, Move, call
from .writing import WAIT_SECONDS, ask, ask_together, log, new_writer, writing

JAR_ID = UUID("aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa")
ADD = Move((JAR_ID,), 5)


def test_a_bug_in_one_command_leaves_its_neighbours_alone(
    databases: Databases, caplog: pytest.LogCaptureFixture
) -> None:
    broken = Move((JAR_ID,), 5, broken=True)
    calls = [call(MOVE, ADD, "a"), call(MOVE, broken, "b"), call(MOVE, ADD, "c"), call(MOVE, broken, "b")]

    first, bug, last, same_bug = ask_together(databases, calls)

    assert first.result().position == 1
    assert isinstance(bug.exception(), ZeroDivisionError)
    assert bug.exception() is same_bug.exception()
    assert last.result().result == Outcome("moved", ids=last.result().result.ids, figures={"beans": 10})  # type: ignore[union-attr]
    assert len(log(databases)) == 2
    assert "toys.move failed" in caplog.text


def test_text_that_cannot_be_stored_is_a_bug_of_its_own_command(databases: Databases) -> None:
    def stutter(_work: Work, _move: Move) -> Outcome:
        return Outcome("\ud800")

    stuttering = UseCase("toys.stutter", stutter, lambda _move, _actor: ())

    bad, good = ask_together(databases, [call(stuttering, ADD, "a"), call(MOVE, ADD, "b")])

    assert isinstance(bad.exception(), UnicodeEncodeError)
    assert good.result().position == 1


def test_streams_that_cannot_be_named_are_only_a_hint_lost(
    postgres_databases: Databases, caplog: pytest.LogCaptureFixture
) -> None:
    def lost(_move: Move, _actor: Any) -> Any:
        raise LookupError

    (answered,) = ask_together(postgres_databases, [call(UseCase("toys.lost", MOVE.run, lost), ADD, "k")])

    assert answered.result().position == 1
    assert "toys.lost" in caplog.text


def test_a_call_past_its_deadline_is_not_begun(databases: Databases) -> None:
    writer = new_writer(databases, deadline_seconds=0.0)
    late = writer.submit(call(MOVE, ADD, "k"), lane="front")
    in_time = writer.submit(call(LOOK, ADD, "look"), lane="back")
    writer.start()
    writer.stop()

    assert isinstance(late.exception(WAIT_SECONDS), LedgerBusy)
    assert in_time.result(WAIT_SECONDS).result == Outcome("looked", figures={"beans": 0})


def test_a_full_lane_is_busy_at_once_and_the_other_lane_is_not(databases: Databases) -> None:
    writer = new_writer(databases, front_max=2, back_max=1)
    front = [writer.submit(call(MOVE, ADD, f"{n}"), lane="front") for n in range(3)]
    back = [writer.submit(call(MOVE, ADD, f"back {n}"), lane="back") for n in range(2)]

    assert writer.queue_length() == 3
    assert [future.done() for future in (*front, *back)] == [False, False, True, False, True]
    assert isinstance(front[2].exception(), LedgerBusy)

    writer.start()
    writer.stop()
    assert [future.result().position for future in (front[0], front[1], back[0])] == [1, 2, 3]
    assert writer.queue_length() == 0


def test_a_stopped_writer_is_busy(databases: Databases) -> None:
    with writing(databases) as writer:
        pass

    assert isinstance(writer.submit(call(MOVE, ADD, "k"), lane="front").exception(), LedgerBusy)


def test_a_call_cancelled_while_it_waited_has_no_effect(databases: Databases) -> None:
    writer = new_writer(databases)
    futures = [writer.submit(call(MOVE, ADD, f"{n}"), lane="front") for n in range(3)]
    futures[1].cancel()
    writer.start()
    writer.stop()

    assert [futures[0].result().position, futures[2].result().position] == [1, 2]


@contextmanager
def commit_reply_lost(databases: Databases, *, committed: bool) -> Generator[None]:
    """The next commit happens (or not), and then its connection breaks before the reply is read."""

    def lose(connection: Any) -> None:
        event.remove(databases.ledger, "commit", lose)
        if committed:
            connection.connection.driver_connection.commit()
        raise OperationalError("COMMIT", {}, Exception("the connection is gone"))

    event.listen(databases.ledger, "commit", lose)
    yield


def test_when_a_commit_s_reply_is_lost_its_command_rows_answer(databases: Databases) -> None:
    with writing(databases) as writer:
        ask(writer, call(MOVE, ADD, "before"))
        with commit_reply_lost(databases, committed=True):
            answer = ask(writer, call(MOVE, ADD, "k"))
        again = ask(writer, call(MOVE, ADD, "k"))
        after = ask(writer, call(MOVE, ADD, "after"))

    assert answer.result == Outcome("moved", ids=again.result.ids, figures={"beans": 10})  # type: ignore[union-attr]
    assert (answer.position, again.replayed) == (2, True)
    assert after.result == Outcome("moved", ids=after.result.ids, figures={"beans": 15})  # type: ignore[union-attr]
    assert [position for position, *_ in log(databases)] == [1, 2, 3]


def test_when_a_lost_commit_did_not_happen_the_caller_is_told_to_try_again(databases: Databases) -> None:
    with writing(databases) as writer:
        ask(writer, call(MOVE, ADD, "before"))
        with commit_reply_lost(databases, committed=False), pytest.raises(LedgerBusy):
            ask(writer, call(MOVE, ADD, "k"))
        retried = ask(writer, call(MOVE, ADD, "k"))

    assert (retried.position, retried.replayed) == (2, False)
    assert len(log(databases)) == 2


def test_a_fault_while_storing_changes_nothing_and_the_next_batch_goes_on(
    databases: Databases, caplog: pytest.LogCaptureFixture
) -> None:
    with databases.ledger.begin() as connection:
        connection.execute(text("ALTER TABLE commands RENAME TO hidden"))
    with writing(databases) as writer:
        with pytest.raises(LedgerBusy) as busy:
            ask(writer, call(MOVE, ADD, "k"))
        with databases.ledger.begin() as connection:
            connection.execute(text("ALTER TABLE hidden RENAME TO commands"))
        answer = ask(writer, call(MOVE, ADD, "k"))

    assert 1 <= busy.value.retry_after_seconds <= 5
    assert (answer.position, answer.replayed) == (1, False)
    assert "nothing of it was stored" in caplog.text


@contextmanager
def append_lock_held(databases: Databases) -> Generator[None]:
    """Another process holds the append lock; ours waits for it a tenth of a second at a time."""
    if databases.dialect == "sqlite":
        with databases.ledger.connect() as ours:
            ours.exec_driver_sql("PRAGMA busy_timeout = 100")
        with closing(sqlite3.connect(databases.home / "ledger.db", isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.execute("ROLLBACK")
    else:
        with databases.ledger_read.begin() as connection:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({APPEND_LOCK})"))
            yield


def test_a_held_lock_is_busy_after_the_deadline_and_forgotten_when_let_go(
    databases: Databases, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    with writing(databases, deadline_seconds=1.0) as writer:
        ask(writer, call(MOVE, ADD, "before"))
        with append_lock_held(databases), pytest.raises(LedgerBusy):
            ask(writer, call(MOVE, ADD, "k"))
        answer = ask(writer, call(MOVE, ADD, "k"))

    assert (answer.position, answer.replayed) == (2, False)


def test_a_call_still_in_time_is_answered_once_the_lock_is_had(
    databases: Databases, caplog: pytest.LogCaptureFixture
) -> None:
    with writing(databases, deadline_seconds=60.0) as writer:
        with append_lock_held(databases):
            waiting = writer.submit(call(MOVE, ADD, "k"), lane="front")
            while "no transaction could begin" not in caplog.text:
                Signal().wait(0.02)
            assert not waiting.done()
        assert waiting.result(WAIT_SECONDS).position == 1


def test_cut_connections_are_replaced(postgres_databases: Databases) -> None:
    cut = text(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
        "WHERE pid <> pg_backend_pid() AND datname = current_database()"
    )
    with writing(postgres_databases) as writer:
        ask(writer, call(MOVE, ADD, "before"))
        with postgres_databases.state.begin() as connection:
            connection.execute(cut)
        answer = ask(writer, call(MOVE, ADD, "k"))

    assert answer.position == 2


def test_each_commit_is_announced_with_its_newest_position(
    databases: Databases, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[int] = []

    def deaf(position: int) -> None:
        raise LookupError(position)

    with writing(databases) as writer:
        writer.on_commit(deaf)
        writer.on_commit(heard.append)
        ask(writer, call(MOVE, Move((JAR_ID, uuid4()), 1), "a"))
        ask(writer, call(LOOK, ADD, "nothing stored"))
        ask(writer, call(MOVE, ADD, "b"))

    assert heard == [2, 3]
    assert "who was told of position 2 failed" in caplog.text


def test_an_event_loop_gets_its_answers_and_faults(databases: Databases) -> None:
    async def converse() -> tuple[list[int], list[BaseException | None]]:
        with writing(databases) as writer:
            futures = [writer.submit_async(call(MOVE, ADD, f"{n}"), lane="front") for n in range(100)]
            cancelled = writer.submit_async(call(LOOK, ADD, "cancelled"), lane="front")
            cancelled.cancel()
            bug = writer.submit_async(call(MOVE, Move((JAR_ID,), 1, broken=True), "bug"), lane="front")
            answers = await asyncio.wait_for(asyncio.gather(*futures, bug, return_exceptions=True), WAIT_SECONDS)
        after = writer.submit_async(call(MOVE, ADD, "too late"), lane="front")
        positions = [answer.position for answer in answers[:-1] if not isinstance(answer, BaseException)]
        return positions, [bug.exception(), after.exception()]

    positions, (bug, after) = asyncio.run(converse())

    assert positions == list(range(1, 101))
    assert isinstance(bug, ZeroDivisionError)
    assert isinstance(after, LedgerBusy)


def test_a_full_disk_is_busy_and_the_next_call_finds_room_again(sqlite_databases: Databases) -> None:
    big = Outcome("x" * 100_000)
    filling: UseCase[Move] = UseCase("toys.fill", lambda work, move: big, lambda move, actor: ())
    with writing(sqlite_databases) as writer:
        ask(writer, call(MOVE, ADD, "before"))
        with sqlite_databases.ledger.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(LedgerBusy):
            ask(writer, call(filling, ADD, "too much"))
        answer = ask(writer, call(filling, ADD, "too much"))

    assert (answer.result, answer.position, answer.replayed) == (big, 1, False)


def test_refusals_whose_time_is_over_are_removed(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "FORGET_EVERY_SECONDS", 0.0)
    long_ago = call(MOVE, Move((JAR_ID,), -1), "k")._replace(at=datetime(2020, 1, 1, tzinfo=UTC))
    in_time = call(MOVE, Move((JAR_ID,), -1), "k2")._replace(at=datetime(2999, 1, 1, tzinfo=UTC))
    with writing(databases) as writer:
        for each in (long_ago, in_time, call(MOVE, ADD, "another")):
            ask(writer, each)
        kept = writer.command_id(SYSTEM, in_time.key)

    with databases.ledger_read.begin() as connection:
        assert list(connection.scalars(select(REFUSALS.c.command))) == [kept]
