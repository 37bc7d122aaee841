"""What runs beside the requests: the ledger's writer, the read models' runner, and one thread of chores.

Chores are small and may be late; one that fails is logged and done again the next time. Nothing here is needed for a
fact to be safe: it only keeps figures fresh, counters joined and deadlines kept.
"""

import gc
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from threading import Event, Thread
from typing import Final, NamedTuple

import structlog

from api.deployment import Deployment
from api.finding import keep_people_found
from api.logs import trace
from ledger.application.sweeps import sweep
from projections.due import DueOn
from projections.evidence import evidence_named

log = structlog.get_logger("linli.background")

TICK_SECONDS: Final = 1.0
COLLECT_AFTER: Final = (20_000, 20, 100)
RUNNER_STOPS_WITHIN_SECONDS: Final = 10.0


class Chore(NamedTuple):
    """Something done every so often, first as soon as it can be. run: given the present instant, aware UTC."""

    name: str
    every: timedelta
    run: Callable[[datetime], object]


class Background:
    """The threads of one process. Start it once and stop it once."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._stopping = Event()
        self._runner = Thread(target=self._run_figures, name="read-models", daemon=True)
        self._chores = Thread(target=self._do_chores, name="chores", daemon=True)
        self._finding = Thread(
            target=keep_people_found, args=(deployment.finder, self._stopping), name="finding", daemon=True
        )

    def start(self) -> None:
        """Begin to answer. The first start builds the read models, which takes as long as the log is long."""
        deployment = self._deployment
        deployment.figures.prepare()
        deployment.ledger.on_commit(lambda _position: deployment.figures.wake())
        deployment.checkpoints.start()
        deployment.ledger.start()
        self._runner.start()
        self._chores.start()
        self._finding.start()

    def stop(self) -> None:
        """Answer what waits, then end every thread."""
        self._deployment.ledger.stop()
        self._deployment.checkpoints.stop()
        self._stopping.set()
        self._deployment.figures.wake()
        self._chores.join(RUNNER_STOPS_WITHIN_SECONDS)
        self._runner.join(RUNNER_STOPS_WITHIN_SECONDS)
        self._finding.join(RUNNER_STOPS_WITHIN_SECONDS)

    def _run_figures(self) -> None:
        self._deployment.figures.run_forever(self._stopping)

    def _do_chores(self) -> None:
        due: dict[str, datetime] = {}
        chores = _chores(self._deployment)
        while not self._stopping.wait(TICK_SECONDS):
            now = self._deployment.clock.now()
            for chore in chores:
                if due.get(chore.name, now) <= now and not self._stopping.is_set():
                    due[chore.name] = now + chore.every
                    _do(chore, now)
        # What was recorded since the last look would otherwise be witnessed by nothing while we are away.
        _do(_audit_head(self._deployment), self._deployment.clock.now())


def settle_memory() -> None:
    """Leave what was built at the start out of the cycle collector's walks, and let it walk less often.

    A full collection stopped everything for 85 to 120 ms; without it a batch's p99 fell from 180 to 46 ms.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


def _do(chore: Chore, now: datetime) -> None:
    try:
        chore.run(now)
    except Exception as error:  # noqa: BLE001 (the edge of the thread: one chore that fails must not end the others)
        log.error("chore failed", chore=chore.name, **trace(error))


def _look_at_clock(deployment: Deployment, _now: datetime) -> None:
    deployment.clock_watch.look()


def _note_audit_head(deployment: Deployment, now: datetime) -> None:
    deployment.audit_heads.note(deployment.audit_log.head(), now)


def _audit_head(deployment: Deployment) -> Chore:
    return Chore("audit head", timedelta(minutes=1), partial(_note_audit_head, deployment))


def _keep_erasures(deployment: Deployment, now: datetime) -> None:
    rotated = deployment.erasing.keep(now)
    if rotated is not None:
        facts = {"key": "directory", "key_id": rotated.key_id, "rows": rotated.rows}
        deployment.audit_log.record("keys_rotated", now, facts=facts)


def _drop_orphans(deployment: Deployment, now: datetime) -> None:
    """Pictures only while the read models know of every event that may name one."""
    deployment.orphans.drop_subjects(now)
    if deployment.figures.parked() or not deployment.caught_up(deployment.feed.position()):
        return
    with deployment.views() as connection:
        deployment.orphans.drop_evidence(now, partial(evidence_named, connection))


def _chores(deployment: Deployment) -> tuple[Chore, ...]:
    due_list = DueOn(deployment.views)
    each_second, each_minute, each_hour = timedelta(), timedelta(minutes=1), timedelta(hours=1)
    return (
        Chore("clock", each_second, partial(_look_at_clock, deployment)),
        Chore("limits", each_second, deployment.local_limits.merge),
        Chore("refusals", each_second, deployment.refusals_seen.write),
        Chore("seen sessions", each_second, deployment.sessions.write_seen),
        Chore("sweep", each_minute, partial(sweep, deployment.ledger, due_list)),
        _audit_head(deployment),
        Chore("erasures", each_minute, partial(_keep_erasures, deployment)),
        Chore("orphans", each_hour, partial(_drop_orphans, deployment)),
        Chore("token keys", each_second, deployment.token_ring.look),
        Chore("old audit entries", each_hour, deployment.audit_log.purge),
        Chore("old sessions", each_hour, deployment.sessions.purge),
        Chore("old codes", each_hour, deployment.sign_in_codes.purge),
        Chore("old slip requests", each_hour, deployment.slip_requests.purge),
        Chore("old messages", each_hour, deployment.outbox.purge),
        # Strangers make windows too, one for each token they think up; most are over after a minute.
        Chore("old limits", each_minute, deployment.limits.purge),
    )
