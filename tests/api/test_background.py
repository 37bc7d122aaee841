"""The threads beside the requests: chores are done, one that fails stops nothing, and everything stops."""

import hashlib
import threading
from datetime import timedelta
from threading import Event

import pytest
import structlog
from api_earning import ON_NOTICE, approve, propose
from api_town import Town

from api import background
from api.background import Background
from api.deployment import Deployment
from ledger.kernel.clock import FixedClock
from ledger.kernel.units import Unit
from projections import lots

PATIENCE_SECONDS = 10.0


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chores look at the clock all the time."""
    monkeypatch.setattr(background, "TICK_SECONDS", 0.01)


def threads() -> set[str]:
    return {
        thread.name for thread in threading.enumerate() if thread.name in {"ledger-writer", "read-models", "chores"}
    }


def test_everything_runs_and_stops(deployment: Deployment) -> None:
    running = Background(deployment)
    running.start()
    assert threads() == {"ledger-writer", "read-models", "chores"}

    running.stop()
    assert threads() == set()


def test_an_award_is_credited_when_its_notice_is_over(deployment: Deployment, town: Town, clock: FixedClock) -> None:
    running = Background(deployment)
    running.start()
    award = propose(deployment, town, town.resident, minutes=120, terms=ON_NOTICE)
    before = approve(deployment, town, award)

    committed = Event()
    deployment.ledger.on_commit(lambda _position: committed.set())
    assert deployment.caught_up(before)
    clock.at += timedelta(days=9)

    assert committed.wait(PATIENCE_SECONDS)
    position = deployment.feed.position()
    assert position > before
    assert deployment.caught_up(position)
    with deployment.views() as connection:
        assert lots.available(connection, town.resident, Unit.POINTS, day=clock.at.date()) == 2
    running.stop()


def test_a_chore_that_fails_stops_no_other(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, clock: FixedClock
) -> None:
    done = Event()
    failed = Event()

    def fail(_now: object) -> None:
        failed.set()
        raise ValueError("words that nobody should read")

    always = timedelta()
    chores = (background.Chore("first", always, fail), background.Chore("second", always, lambda _now: done.set()))
    monkeypatch.setattr(background, "_chores", lambda _deployment: chores)
    with structlog.testing.capture_logs() as logs:
        running = Background(deployment)
        running.start()
        assert failed.wait(PATIENCE_SECONDS)
        assert done.wait(PATIENCE_SECONDS)
        running.stop()

    assert logs[0]["chore"] == "first"
    assert logs[0]["error"] == "ValueError"
    assert "words" not in str(logs)


def test_noted_use_keeps_a_session_alive(deployment: Deployment, town: Town, clock: FixedClock) -> None:
    token = deployment.sessions.open(town.staff, "staff", clock.now())
    proof = hashlib.sha256(token.encode()).digest()
    clock.at += timedelta(minutes=20)
    deployment.sessions.seen(proof)
    running = Background(deployment)
    running.start()
    written = Event()
    deadline = threading.Timer(PATIENCE_SECONDS, written.set)
    deadline.start()
    while not written.is_set():
        found = deployment.sessions.lookup(proof, clock.now())
        if found is not None and found.last_seen == clock.at:
            break
    deadline.cancel()
    running.stop()

    assert deployment.sessions.lookup(proof, clock.now() + timedelta(minutes=29)) is not None
