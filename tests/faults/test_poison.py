"""A poison event stops one read model, not the system: it is named, the rest and the writes go on, and it resumes.

Against a process that serves, over HTTP: nothing is restarted between the harm and its repair.
"""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from ledger.kernel.envelope import NONCE_BYTES, Envelope
from ledger.kernel.ids import SYSTEM, CommandId, OrganisationId
from ledger.store import append
from ledger.store.codec import Codec
from ledger.store.databases import Databases
from ledger.store.leaves import leaf_hash
from ledger.store.tables import EVENTS
from ledger.tasks.events import TaskPosted
from projections.catalog import PROJECTIONS
from projections.projection import Views
from projections.verification import digests

from .kill_harness.serving import LINLI
from .planted.town import ALARM_WITHIN_SECONDS, FaultyTown, faulty_town

TASK_POSTED = "tasks.task_posted.1"
WATCHFUL = sorted(one.name for one in PROJECTIONS if one.every is not None)
"""The read models that watch every event, of whatever kind."""
DAMAGED = b'{"at":"2026-03-01T04:00:00Z","act'


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultyTown]:
    """A town that is served, on each database. What one story harms it puts right; the last one may not."""
    url = request.getfixturevalue("new_postgres_database")(None) if request.param == "postgresql" else None
    with faulty_town(tmp_path_factory.mktemp("poison"), url) as served:
        yield served


def whole_task() -> bytes:
    """The bytes of a task that was posted."""
    event = TaskPosted(OrganisationId(uuid4()), SYSTEM, 1, 60, datetime(2030, 1, 1, tzinfo=UTC), (), date(2026, 3, 1))
    envelope = Envelope(datetime.now(UTC), SYSTEM, CommandId(uuid4()))
    return Codec().encode(event, envelope, bytes(NONCE_BYTES)).state


def store(town: FaultyTown, name: str, state: bytes) -> tuple[UUID, int]:
    """Put an event into a stream of its own, beside the process that serves; the stream and the position."""
    stream = uuid4()
    with town.databases() as databases, databases.ledger.begin() as connection:
        append.lock(connection)
        positions = append.insert(connection, [append.Row(stream, 1, name, state)], append.head(connection))
    return stream, positions[-1]


def repair(town: FaultyTown, stream: UUID, name: str, state: bytes) -> None:
    """Put whole bytes in the place of damaged ones, as from a backup, past the guard that forbids it."""
    values = {"name": name, "state": state, "leaf": leaf_hash(stream, 1, name, state)}
    with town.databases() as databases, databases.ledger.begin() as connection:
        if databases.dialect == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            connection.execute(text("DROP TRIGGER IF EXISTS events_refuse_update"))
        changed = connection.execute(EVENTS.update().where(EVENTS.c.stream == stream).values(values))
        assert changed.rowcount == 1


def require_named_while_the_rest_goes_on(town: FaultyTown, parked: dict[str, int]) -> None:
    """Let it pass that these read models, and no other, stand before their event, and everything else is done."""
    town.until(lambda: town.health()["parked_at"] == parked, ALARM_WITHIN_SECONDS)
    health = town.health()
    assert (health["ready"], health["alarms"], health["parked"]) == (True, ["figures-parked"], sorted(parked))
    for name, position in parked.items():
        assert f'linli_figures_parked_at{{projection="{name}"}} {float(position)}' in town.metrics()
        assert f'"projection": "{name}", "position": {position}' in town.server.printed()
    for _ in range(5):
        wished = town.wish()
        assert wished.status_code == 201, wished.text
        newest = int(wished.headers["Ledger-Position"])
        assert town.get("/v1/redemptions", min_position=newest).status_code == 200


def require_resumed_alike(town: FaultyTown) -> None:
    """Let it pass that all read models have everything, without a restart, and are what a rebuild makes of the log."""
    town.until(lambda: town.health()["parked"] == [] and town.health()["lag_events"] == 0)
    assert town.health()["alarms"] == []
    town.server.stop()
    with town.databases() as databases:
        before = digests(Views(databases.views, databases.views_read), PROJECTIONS)
    town.server.command("rebuild")
    with town.databases() as databases:
        assert digests(Views(databases.views, databases.views_read), PROJECTIONS) == before
    town.server.start()
    town.server.settle()


def test_an_event_that_a_read_model_cannot_bear_stops_that_one_alone(town: FaultyTown) -> None:
    # given a mistake in the read model of tasks
    town.faults.put("poison")

    # when a task is posted, then tasks are parked and named, and say so when newer ones are asked for
    _, position = store(town, TASK_POSTED, whole_task())
    require_named_while_the_rest_goes_on(town, {"tasks": position})
    newer = town.get("/v1/tasks", min_position=position)
    assert (newer.status_code, newer.json()["code"]) == (503, "figures-behind")
    assert int(newer.headers["Retry-After"]) <= 5
    assert town.get("/v1/tasks").status_code == 200

    # when the mistake is mended, then they go on where they stopped
    town.faults.put()
    require_resumed_alike(town)


def test_an_event_whose_bytes_are_damaged_stops_who_needs_it_and_what_is_decided_on_it(town: FaultyTown) -> None:
    # given a task whose stored bytes are damaged
    task, position = store(town, TASK_POSTED, DAMAGED)

    # then who shows tasks and who watches every event stand before it; nobody decides anything about the task
    require_named_while_the_rest_goes_on(town, dict.fromkeys(["tasks", *WATCHFUL], position))
    claimed = town.post(f"/v1/tasks/{task}/claim", {}, town.paper.residents[0])
    assert (claimed.status_code, claimed.json()["code"]) == (503, "record-unreadable")
    assert 1 <= int(claimed.headers["Retry-After"]) <= 5

    # when its bytes are put right, then all is as if nothing had been
    repair(town, task, TASK_POSTED, whole_task())
    require_resumed_alike(town)


def test_an_event_of_a_name_nobody_knows_stops_only_who_watches_every_event(town: FaultyTown) -> None:
    # given an event of a later release
    stream, position = store(town, "tasks.task_dreamt_of.1", whole_task())

    # then the audit stands before it, and who else watches every event
    assert "audit" in WATCHFUL
    require_named_while_the_rest_goes_on(town, dict.fromkeys(WATCHFUL, position))

    # when the name is one that is known, then it goes on; who handles such events is of another version then
    repair(town, stream, TASK_POSTED, whole_task())
    town.until(lambda: town.health()["parked"] == [])


def test_a_log_that_lost_its_end_is_not_served_until_somebody_has_looked(town: FaultyTown) -> None:
    # given a ledger that lost its last command while nobody served it
    town.until(lambda: town.health()["lag_events"] == 0)
    town.server.stop()
    with town.databases() as databases:
        newest = cut_off_the_last_command(databases)

    # when it is to be served, then one line says why not, and what to do
    words = (sys.executable, *LINLI, "serve")
    refused = subprocess.run(words, env=town.server.environment(), capture_output=True, text=True, timeout=60)
    assert refused.returncode == 1
    (line,) = refused.stderr.splitlines()
    assert f"it has {newest} events" in line
    assert "linli verify" in line

    # when somebody has had everything built from what is left, then it is
    town.server.command("rebuild")
    town.server.start()
    town.server.settle()
    assert town.wish().status_code == 201


def cut_off_the_last_command(databases: Databases) -> int:
    """Remove the last command and its events without a trace in the log; the position of the newest event left."""
    with databases.ledger.begin() as connection:
        if databases.dialect == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            for table in ("events", "commands"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_refuse_delete"))
        (last,) = connection.execute(text("SELECT max(position) FROM commands")).one()
        newest = connection.scalar(text("SELECT max(position) FROM commands WHERE position < :last"), {"last": last})
        for table in ("events", "commands", "refusals"):
            connection.execute(text(f"DELETE FROM {table} WHERE position > :newest"), {"newest": newest})
    assert newest
    return newest
