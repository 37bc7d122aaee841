"""No acknowledged effect is lost or doubled by killing what serves or what stores, at any moment, under load.

Each journal of answers is kept by another process. The short runs show that the proof works; the deep ones are the
proof: 200 kills on SQLite, 50 of a worker and 20 of the database server on PostgreSQL.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .kill_harness.killing import Run, people_at_work, served_town
from .kill_harness.own_postgres import OwnPostgres, own_postgres
from .kill_harness.serving import Server

CONTROL = ("-m", "tests.faults.kill_harness.answering_too_soon")
CONTROL_KILLS_MAX = 5
WORKERS = 3


@pytest.fixture(scope="module")
def postgres() -> Iterator[OwnPostgres]:
    """A database server that these tests may stop."""
    with own_postgres() as server:
        yield server


def require_all_as_acknowledged(run: Run) -> None:
    """Let a run pass that is over: judged, asked again, checked, rebuilt."""
    run.server.settle()
    assert run.faults() == []
    assert run.ask_all_again() == []
    assert run.faults() == []
    run.server.settle()
    run.server.stop()
    run.require_rebuilt_alike()
    found = run.tally()
    assert found.retried, "no kill met a command on its way"
    sys.stdout.write(f"{found}\n")


def survive_kills_of_the_serving_process(home: Path, *, times: int) -> None:
    with served_town(Server(home, None), kills=times, seed=times) as run:
        with people_at_work(run):
            run.kill_serving(times)
        require_all_as_acknowledged(run)


def test_nothing_acknowledged_is_lost_or_doubled_when_the_serving_process_is_killed(tmp_path: Path) -> None:
    survive_kills_of_the_serving_process(tmp_path / "home", times=5)


@pytest.mark.deep
def test_nothing_acknowledged_is_lost_or_doubled_by_two_hundred_kills(tmp_path: Path) -> None:
    survive_kills_of_the_serving_process(tmp_path / "home", times=200)


@pytest.mark.postgres
def test_nothing_acknowledged_is_lost_or_doubled_when_workers_and_then_the_database_are_ended(
    tmp_path: Path, postgres: OwnPostgres
) -> None:
    with served_town(Server(tmp_path / "home", postgres.database("short"), workers=2), kills=3, seed=3) as run:
        with people_at_work(run):
            run.kill_workers(2)
            run.stop_database(postgres, 1)
        require_all_as_acknowledged(run)


@pytest.mark.deep
@pytest.mark.postgres
def test_nothing_acknowledged_is_lost_or_doubled_by_fifty_kills_of_a_worker(
    tmp_path: Path, postgres: OwnPostgres
) -> None:
    url = postgres.database("workers")
    with served_town(Server(tmp_path / "home", url, workers=WORKERS), kills=50, seed=50) as run:
        with people_at_work(run):
            run.kill_workers(50)
        require_all_as_acknowledged(run)


@pytest.mark.deep
@pytest.mark.postgres
def test_nothing_acknowledged_is_lost_or_doubled_by_twenty_stops_of_the_database(
    tmp_path: Path, postgres: OwnPostgres
) -> None:
    url = postgres.database("stopped")
    with served_town(Server(tmp_path / "home", url, workers=WORKERS), kills=20, seed=20) as run:
        with people_at_work(run):
            run.stop_database(postgres, 20)
        require_all_as_acknowledged(run)


def test_a_process_that_answers_before_it_commits_is_caught(tmp_path: Path) -> None:
    with served_town(Server(tmp_path / "home", None, launcher=CONTROL), kills=CONTROL_KILLS_MAX, seed=0) as run:
        for _ in range(CONTROL_KILLS_MAX):
            with people_at_work(run):
                run.kill_serving(1)
            if any(fault.kind == "lost" for fault in run.faults()):
                return
    raise AssertionError("answers were given too soon, and nobody noticed")
