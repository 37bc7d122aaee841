"""It degrades and never lies: what cannot be written is told with 503 or 507, reads go on, and nothing is restarted.

Each story is told over HTTP to a process that serves, from before something is wrong until it is right again.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from ledger.store.append import APPEND_LOCK

from .kill_harness.own_postgres import OwnPostgres, own_postgres
from .planted.town import FaultyTown, faulty_town

RETRY_AFTER_SECONDS_MAX = 5
WISHES_MAX = 100
"""More than fit into the pages a database has already."""
NOT_MUCH_BYTES = 48 * 2**20


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultyTown]:
    """A town on SQLite that is served through all that goes wrong."""
    with faulty_town(tmp_path_factory.mktemp("degrading")) as served:
        yield served


@pytest.fixture(scope="module")
def town_on_postgres(
    new_postgres_database: Callable[[str | None], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FaultyTown]:
    """The same on PostgreSQL."""
    with faulty_town(tmp_path_factory.mktemp("degrading"), new_postgres_database(None)) as served:
        yield served


@pytest.fixture(scope="module")
def three_processes(
    new_postgres_database: Callable[[str | None], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FaultyTown]:
    """A town on PostgreSQL that three processes serve, with no fault planted in any."""
    with faulty_town(tmp_path_factory.mktemp("three"), new_postgres_database(None), workers=3) as served:
        yield served


@pytest.fixture(params=["town", pytest.param("town_on_postgres", marks=pytest.mark.postgres)])
def either(request: pytest.FixtureRequest) -> FaultyTown:
    """The town on each database."""
    return request.getfixturevalue(request.param)


def require_told(answer: httpx.Response, status: int, code: str) -> None:
    """Let an answer pass that says what is wrong and when to come again."""
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert 1 <= int(answer.headers["Retry-After"]) <= RETRY_AFTER_SECONDS_MAX
    assert answer.json()["title"]


def require_reads(town: FaultyTown) -> None:
    """Let it pass that people can still look."""
    for path in ("/v1/me", "/v1/redemptions", "/v1/tasks"):
        assert town.get(path).status_code == 200


def require_right_again(town: FaultyTown, key: str) -> None:
    """Let it pass that what was refused under `key` is done now, once, and can be read."""
    answers: list[httpx.Response] = []

    def is_done() -> bool:
        town.another_session()
        answers.append(town.post("/v1/redemptions", town.wanted, town.paper.residents[0], key))
        return answers[-1].status_code == 201

    town.until(is_done, every=0.5)
    again = town.post("/v1/redemptions", town.wanted, town.paper.residents[0], key)
    assert (again.status_code, again.headers.get("Idempotent-Replayed")) == (201, "true")
    assert again.json() == answers[-1].json()
    newest = int(again.headers["Ledger-Position"])
    town.until(lambda: town.get("/v1/redemptions", min_position=newest).status_code == 200)


def refused(town: FaultyTown, key: str) -> httpx.Response:
    """The first answer to the same wish under `key`, or under others before it, that is not a success."""
    for number in range(WISHES_MAX):
        answer = town.post("/v1/redemptions", town.wanted, town.paper.residents[0], f"{key}-{number}")
        if answer.status_code != 201:
            return town.post("/v1/redemptions", town.wanted, town.paper.residents[0], key)
        town.another_session()
    raise AssertionError("nothing was refused")


@pytest.mark.parametrize(("code", "status"), [("storage-full", 507), ("storage-read-only", 503)])
def test_a_disk_that_takes_no_more_is_told_and_reads_go_on(town: FaultyTown, code: str, status: int) -> None:
    town.faults.put(code)
    require_told(refused(town, f"key-{code}"), status, code)
    require_reads(town)

    town.faults.put()
    require_right_again(town, f"key-{code}")


def test_a_lock_that_another_process_holds_is_busy_and_reads_go_on(either: FaultyTown) -> None:
    with append_lock_held(either):
        require_told(refused(either, "key-held-lock"), 503, "ledger-busy")
        require_reads(either)

    require_right_again(either, "key-held-lock")


@pytest.mark.parametrize("seconds", [3_600, -3_600])
def test_a_clock_that_jumped_dates_nothing_until_it_is_right_again(either: FaultyTown, seconds: int) -> None:
    key = f"key-clock-{seconds}"
    either.faults.put(f"clock={seconds}")
    require_told(refused(either, key), 503, "clock-wrong")
    assert "clock-wrong" in either.health()["problems"]
    assert "linli_clock_right 0.0" in either.metrics()
    require_reads(either)

    either.faults.put()
    require_right_again(either, key)
    either.until(lambda: either.health()["problems"] == [])


def test_a_position_that_the_log_does_not_have_is_refused_at_once(either: FaultyTown) -> None:
    answer = either.get("/v1/redemptions", min_position=either.health()["position"] + 1_000)

    assert (answer.status_code, answer.json()["code"]) == (400, "bad-query")


def test_what_is_wrong_is_told_in_the_reader_s_language(town: FaultyTown) -> None:
    town.faults.put("storage-read-only")
    headers = {
        "Authorization": f"Bearer {town.paper.tokens[town.paper.residents[1]][0]}",
        "Idempotency-Key": "key-words",
    }
    told = [
        httpx.post(f"{town.origin}/v1/redemptions", json=town.wanted, headers=headers | {"Accept-Language": language})
        for language in ("zh-CN", "en")
    ]
    town.faults.put()

    assert [one.json()["title"] for one in told] == [
        "现在只能看，不能改，请稍等再试。什么都没有改变。",
        "Things can only be read just now. Try again in a moment; nothing has changed.",
    ]


def test_a_real_disk_that_is_full_or_read_only_is_told_and_reads_go_on(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk, faulty_town(disk) as town:
        # when something else fills the disk
        filler = disk / "filler"
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(2**12))
        require_told(refused(town, "key-real-full"), 507, "storage-full")
        require_reads(town)

        # when there is room again
        filler.unlink()
        require_right_again(town, "key-real-full")


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of a few megabytes; skips where this account may not mount one."""
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", f"size={NOT_MUCH_BYTES}", "tmpfs", str(folder)]
    if sys.platform != "linux" or subprocess.run(words, capture_output=True).returncode:
        pytest.skip("this account may not mount a file system")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def append_lock_held(town: FaultyTown) -> Iterator[None]:
    """Another process is in the middle of a write and does not go on."""
    with town.databases() as databases, databases.ledger.begin() as connection:
        if databases.dialect == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({APPEND_LOCK})"))
        yield


def outage(tmp_path: Path, postgres: OwnPostgres, seconds: float) -> None:
    """Stop the database under a process that serves, look, and start it after so many seconds."""
    with faulty_town(tmp_path, postgres.database("linli")) as town:
        assert town.wish().status_code == 201

        postgres.stop_immediately()
        until = time.monotonic() + seconds
        while True:
            town.another_session()
            answer = town.post("/v1/redemptions", town.wanted, town.paper.residents[0], "key-gone")
            assert answer.json()["code"] in {"database-unavailable", "outcome-unknown"}
            require_told(answer, 503, answer.json()["code"])
            require_told(town.get("/v1/redemptions"), 503, "database-unavailable")
            assert town.get("/health/live").status_code == 200
            assert town.health()["problems"] == ["database-unavailable"]
            assert "linli_database_up 0.0" in town.metrics()
            if time.monotonic() > until:
                break

        postgres.start()
        require_right_again(town, "key-gone")
        town.until(lambda: town.health()["ready"] and town.health()["lag_events"] == 0)


@pytest.mark.postgres
def test_a_database_that_went_is_told_and_found_again_without_a_restart(tmp_path: Path) -> None:
    with own_postgres() as postgres:
        outage(tmp_path, postgres, 1)


@pytest.mark.postgres
@pytest.mark.deep
def test_a_database_that_is_gone_for_20_seconds_is_found_again_without_a_restart(tmp_path: Path) -> None:
    with own_postgres() as postgres:
        outage(tmp_path, postgres, 20)


def read_own_writes(town: FaultyTown, times: int) -> None:
    """Write through any process, read through any other, and find it each time."""
    for _ in range(times):
        by = town.anybody()
        wished = town.elsewhere("POST", "/v1/redemptions", by, json=town.wanted)
        assert wished.status_code == 201, wished.text
        newest = int(wished.headers["Ledger-Position"])
        mine = town.elsewhere("GET", "/v1/redemptions", by, params={"min_position": newest})
        assert mine.status_code == 200, mine.text
        assert wished.json()["ids"]["redemption"] in {one["id"] for one in mine.json()["items"]}


@pytest.mark.postgres
def test_what_one_wrote_one_reads_through_any_of_three_processes(three_processes: FaultyTown) -> None:
    read_own_writes(three_processes, 60)


@pytest.mark.postgres
@pytest.mark.deep
def test_1000_times_what_one_wrote_one_reads_through_any_of_three_processes(three_processes: FaultyTown) -> None:
    read_own_writes(three_processes, 1_000)
