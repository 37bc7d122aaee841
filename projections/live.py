"""Applies pages to the live tables: all projections in one transaction, and each alone when one of them fails.

A projection that fails three times at the same event is parked there; the others go on. It is tried again now and
then, and goes on where it stopped. Faults of the database are nobody's: they pass through, the page is tried later.
"""

import logging
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from ledger.application.ports import Notice
from projections import positions
from projections.positions import Overtaken, Standing
from projections.projection import FAULTS, Dispatch, HandlerFailed, Projection, Views
from projections.rows import Rowset

ATTEMPTS = 3
ROWS_KEPT_MAX = 20_000
"""Rows remembered between pages, for each table: what a busy evening touches, some tens of MB in all."""

_log = logging.getLogger(__name__)


class Parked(Exception):
    """What the alarm is told: `projection` could not apply the event at `position`, because of a `kind` of failure."""

    def __init__(self, projection: str, position: int, kind: str) -> None:
        super().__init__(f"{projection} is parked at {position}: {kind}")
        self.projection = projection
        self.position = position
        self.kind = kind


Alarm = Callable[[Parked], None]


def log_alarm(parked: Parked) -> None:
    """The alarm where no other is given: a line in the log."""
    _log.error(str(parked))


class Live:
    """The live tables and what is remembered of their rows. Used by one thread at a time."""

    def __init__(self, views: Views, projections: Sequence[Projection], alarm: Alarm) -> None:
        self._views = views
        self._projections = {projection.name: projection for projection in projections}
        self._rowsets = {one.name: Rowset(one.tables, views.dialect) for one in projections}
        self._remembered: dict[str, Standing] = {}
        self._dispatches: dict[tuple[str, ...], Dispatch] = {}
        self._alarm = alarm

    def apply(self, group: Sequence[Standing], notices: Sequence[Notice]) -> None:
        """Bring projections that stand at one place through `notices`, or as far as they can go."""
        try:
            self._apply(group, notices)
        except Overtaken:
            return
        except FAULTS:
            raise
        except Exception:  # noqa: BLE001 (each read model is tried alone, and the failing one parked)
            _log.exception("a page failed; trying each read model alone")
            for standing in group:
                self._apply_alone(standing, notices)

    def try_again(self, parked: Standing, notices: Sequence[Notice]) -> bool:
        """Whether a parked projection could apply `notices`, which begin with its event; it then runs again."""
        try:
            self._apply([parked], notices)
        except (Overtaken, *FAULTS):
            raise
        except Exception:  # noqa: BLE001 (it stays where it is, and its alarm stands)
            return False
        return True

    def _apply(self, group: Sequence[Standing], notices: Sequence[Notice]) -> None:
        rowsets = [self._current_rows(standing) for standing in group]
        try:
            with self._views.write.begin() as connection:
                positions.advance(connection, group, notices[-1].position, as_of=notices[-1].at)
                for rowset in rowsets:
                    rowset.begin(connection)
                self._dispatch(group).apply(notices)
                for rowset in rowsets:
                    rowset.flush(connection)
        except BaseException:
            for rowset in rowsets:
                rowset.forget()
            raise
        for standing, rowset in zip(group, rowsets, strict=True):
            rowset.end(ROWS_KEPT_MAX)
            self._remembered[standing.name] = replace(standing, position=notices[-1].position)

    def _current_rows(self, standing: Standing) -> Rowset:
        rowset = self._rowsets[standing.name]
        remembered = self._remembered.get(standing.name)
        if remembered is None or _place(remembered) != _place(standing):
            rowset.forget()
        return rowset

    def _dispatch(self, group: Sequence[Standing]) -> Dispatch:
        names = tuple(standing.name for standing in group)
        if names not in self._dispatches:
            self._dispatches[names] = Dispatch((self._projections[name], self._rowsets[name]) for name in names)
        return self._dispatches[names]

    def _apply_alone(self, standing: Standing, notices: Sequence[Notice]) -> None:
        """In ever smaller parts, until the one event is found that fails: twenty transactions, not one an event."""
        size = len(notices)
        while notices:
            part = notices[:size]
            try:
                failure = self._failure(standing, part)
                if failure is not None and len(part) == 1:
                    self._park(standing, part[0], failure)
                    return
            except Overtaken:
                return
            if failure is None:
                standing, notices, size = replace(standing, position=part[-1].position), notices[size:], 2 * size
            else:
                size = len(part) // 2

    def _failure(self, standing: Standing, part: Sequence[Notice]) -> Exception | None:
        """What `part` fails with, None where it was applied; a single event has three tries."""
        failure: Exception | None = None
        for _ in range(ATTEMPTS if len(part) == 1 else 1):
            try:
                self._apply([standing], part)
            except (Overtaken, *FAULTS):
                raise
            except Exception as error:  # noqa: BLE001 (whatever it is, it must not stop the other read models)
                failure = error
            else:
                return None
        return failure

    def _park(self, standing: Standing, notice: Notice, failure: Exception) -> None:
        parked = Parked(standing.name, notice.position, f"{cause(failure)} at {notice.name}")
        with self._views.write.begin() as connection:
            positions.park(connection, standing, notice.position, error=parked.kind)
        self._alarm(parked)


def cause(failure: Exception) -> str:
    """The type of what went wrong, without its words: they may hold data."""
    origin = failure.__cause__ if isinstance(failure, HandlerFailed) and failure.__cause__ else failure
    return type(origin).__qualname__


def _place(standing: Standing) -> tuple[int, int]:
    return standing.position, standing.generation
