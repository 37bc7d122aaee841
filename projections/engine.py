"""Keeps the read models up with the log: one engine for following it live and for building them anew.

One process at a time runs it (a lease); the others wait to take over and may ask how far it is. It is woken inside
the process, and otherwise looks at the log four times a second: what another process wrote is seen within that time.
"""

import logging
import time
from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import contextmanager
from threading import Condition, Event, Lock
from typing import NamedTuple

from ledger.application.ports import Feed
from projections import positions
from projections.leases import lease
from projections.live import Alarm, Live, log_alarm
from projections.positions import Standing
from projections.projection import Projection, Views
from projections.rebuild import Progress, rebuild, silent

PAGE = 1_000

_log = logging.getLogger(__name__)


class Pace(NamedTuple):
    """How often the engine looks. gather: after being woken, how long it lets events gather while nobody waits.

    resume: after how long a parked projection is tried again, twice as long after each further failure up to the most.
    """

    poll_seconds: float = 0.25
    gather_seconds: float = 0.02
    retry_seconds: float = 1.0
    ask_seconds: float = 0.02
    resume_seconds: float = 2.0
    resume_seconds_max: float = 60.0


USUAL_PACE = Pace()


class LogCutShort(Exception):
    """Read models contain events that the log does not have: its end was removed, or an older copy put in its place.

    ahead: the position of each such read model. They are the only witness, so nothing builds them anew unasked.
    """

    def __init__(self, newest: int, ahead: Mapping[str, int]) -> None:
        super().__init__(f"the log ends at {newest}, read models have seen {max(ahead.values())}: {', '.join(ahead)}")
        self.newest = newest
        self.ahead = dict(ahead)


class Engine:
    """Follows `feed` with `projections` in the store `views`. Call `prepare` before anything is read."""

    def __init__(
        self,
        feed: Feed,
        views: Views,
        projections: Sequence[Projection],
        *,
        pace: Pace = USUAL_PACE,
        alarm: Alarm = log_alarm,
    ) -> None:
        self._feed = feed
        self._views = views
        self._projections = {one.name: one for one in projections}
        self._live = Live(views, projections, alarm)
        self._pace = pace
        self._lease = lease(views.write, "run")
        self._working = Lock()
        self._woken = Event()
        self._moved = Condition()
        self._seen: Mapping[str, Standing] = {}
        self._resume_at: dict[str, tuple[float, float]] = {}
        self._is_running = False
        self._waiting = 0

    def prepare(self, progress: Progress = silent) -> None:
        """Build what is missing or of another version; the first start builds all. Raises `LogCutShort`."""
        with self._rebuilding():
            self._make_standings()
            self._require_whole_log()
            self._rebuild(self._outdated(), progress)

    def require_whole_log(self) -> None:
        """Raise `LogCutShort` where a read model contains events that the log does not have."""
        self._make_standings()
        self._require_whole_log()

    def rebuild(self, names: Sequence[str] | None = None, progress: Progress = silent) -> None:
        """Build the projections `names` (None: all) from the first event and exchange them, parked ones too.

        What the log has is then believed, even where they were ahead of it.
        """
        with self._rebuilding():
            self._make_standings()
            self._rebuild(list(self._projections) if names is None else names, progress)

    def catch_up(self) -> None:
        """Apply everything there is. Two engines may do so at once: no event is applied twice."""
        with self._working:
            while self._step():
                pass

    def run_forever(self, stop: Event) -> None:
        """Follow the log until `stop` is set; waits for the lease while another process has it."""
        try:
            while not stop.is_set():
                self._turn(stop)
        finally:
            self._is_running = False
            self._lease.release()

    @property
    def is_running(self) -> bool:
        """Whether this process is the one that follows the log."""
        return self._is_running

    def wake(self) -> None:
        """Tell the engine that there are new events."""
        self._woken.set()

    def wait_for(self, position: int, timeout: float, names: Sequence[str] = ()) -> bool:
        """Whether the projections `names` (none given: all) contain all events up to `position`, within the seconds
        of `timeout`. At once False when one of them is parked before it."""
        wanted = names or list(self._projections)
        deadline = time.monotonic() + timeout
        with self._impatient():
            while (answer := self._has_reached(position, wanted)) is None:
                remaining = deadline - time.monotonic()
                if remaining <= 0:
                    return False
                self._await_move(remaining)
        return answer

    @property
    def names(self) -> tuple[str, ...]:
        """The projections it follows the log with."""
        return tuple(self._projections)

    def tables_of(self, names: Collection[str]) -> frozenset[str]:
        """The names of the tables that the projections `names` fill."""
        return frozenset(table.name for name in names for table in self._projections[name].tables)

    def positions(self) -> dict[str, int]:
        """The position of the last event in each projection; 0 before it is built."""
        standings = self.standings()
        return {name: standings[name].position if name in standings else 0 for name in self._projections}

    def lag(self) -> dict[str, int]:
        """How many events each projection is behind the log; negative where it is ahead of what the log has now."""
        reached = self.positions()
        newest = self._feed.position()
        return {name: newest - position for name, position in reached.items()}

    def parked(self) -> list[Standing]:
        """The projections that stopped at an event they could not apply."""
        return [standing for standing in self.standings().values() if standing.parked_at is not None]

    def resume(self, name: str) -> bool:
        """Let a parked projection try its event again; False when it was not parked."""
        with self._views.write.begin() as connection:
            resumed = positions.unpark(connection, name)
        self.wake()
        return resumed

    def standings(self) -> dict[str, Standing]:
        """Position, time of the last event and failure of each projection of this engine, by name."""
        with self._views.read.connect() as connection:
            found = positions.read(connection)
        return {name: standing for name, standing in found.items() if name in self._projections}

    def _step(self) -> bool:
        self._publish(self.standings())
        running = [one for one in self._seen.values() if one.parked_at is None and self._is_current(one)]
        if not running:
            return False
        start = min(one.position for one in running)
        notices = self._feed.page(start, PAGE)
        # Those that lag behind come up to the next one first, and from there on they go together.
        ahead = min((one.position for one in running if one.position > start), default=None)
        if ahead is not None:
            notices = [notice for notice in notices if notice.position <= ahead]
        if not notices:
            return False
        self._live.apply([one for one in running if one.position == start], notices)
        return True

    def _try_parked_again(self) -> None:
        """Let those whose time has come try their event: what stopped them may have been mended meanwhile."""
        now = time.monotonic()
        parked = {one.name: one for one in self._seen.values() if one.parked_at is not None and self._is_current(one)}
        self._resume_at = {name: self._resume_at.get(name, self._first_resume(now)) for name in parked}
        for name, (due, wait) in self._resume_at.items():
            if due <= now:
                self._resume_at[name] = now + wait, min(2 * wait, self._pace.resume_seconds_max)
                with self._working:
                    notices = self._feed.page(parked[name].position, 1)
                    if notices and self._live.try_again(parked[name], notices):
                        _log.warning("read model runs again: %s", name)
                        self._woken.set()

    def _first_resume(self, now: float) -> tuple[float, float]:
        return now + self._pace.resume_seconds, 2 * self._pace.resume_seconds

    def _is_current(self, standing: Standing) -> bool:
        return standing.version == self._projections[standing.name].version

    def _publish(self, standings: Mapping[str, Standing]) -> None:
        with self._moved:
            self._seen = standings
            self._moved.notify_all()

    def _turn(self, stop: Event) -> None:
        try:
            self._is_running = self._lease.take()
            if self._is_running:
                self.catch_up()
                self._try_parked_again()
        except Exception:  # noqa: BLE001
            # The edge of the thread: nothing may end it but `stop`.
            _log.exception("the read models could not be brought up to date; trying again")
            stop.wait(self._pace.retry_seconds)
        if self._woken.wait(self._pace.poll_seconds):
            self._woken.clear()
            if not self._waiting:
                stop.wait(self._pace.gather_seconds)

    def _has_reached(self, position: int, names: Sequence[str]) -> bool | None:
        standings = self._seen if self._is_running else self.standings()
        known = [standings[name] for name in names if name in standings]
        if any(one.parked_at is not None and one.position < position for one in known):
            return False
        return True if len(known) == len(names) and all(one.position >= position for one in known) else None

    def _await_move(self, remaining: float) -> None:
        if not self._is_running:
            time.sleep(min(remaining, self._pace.ask_seconds))
            return
        with self._moved:
            self._moved.wait(min(remaining, self._pace.ask_seconds))

    @contextmanager
    def _impatient(self) -> Generator[None]:
        self._waiting += 1
        self.wake()
        try:
            yield
        finally:
            self._waiting -= 1

    @contextmanager
    def _rebuilding(self) -> Generator[None]:
        taken = lease(self._views.write, "rebuild")
        while not taken.take():
            time.sleep(self._pace.poll_seconds)
        try:
            yield
        finally:
            taken.release()

    def _make_standings(self) -> None:
        with self._views.write.begin() as connection:
            positions.create(connection)

    def _require_whole_log(self) -> None:
        reached = self.positions()
        newest = self._feed.position()
        ahead = {name: position for name, position in reached.items() if position > newest}
        if ahead:
            raise LogCutShort(newest, ahead)

    def _outdated(self) -> list[str]:
        standings = self.standings()
        return [
            name
            for name, one in self._projections.items()
            if name not in standings or standings[name].version != one.version
        ]

    def _rebuild(self, names: Sequence[str], progress: Progress) -> None:
        if names:
            rebuild(self._feed, self._views, [self._projections[name] for name in names], progress)
            self._publish(self.standings())
