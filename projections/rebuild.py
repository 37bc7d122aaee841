"""Builds read models from the first event, beside the live ones, and puts them in their place in one transaction.

All are built in one pass over the log. What an empty table does not have in memory does not exist, so rows are looked
up in the database only once there are too many to remember. A projection that fails is built again up to the event
before, and parked there.
"""

import gc
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import OperationalError

from ledger.application.ports import Feed, Notice
from projections import positions
from projections.live import cause
from projections.positions import Standing
from projections.projection import Dispatch, HandlerFailed, Projection, Views
from projections.rows import Rowset, unsaved

PAGE = 5_000
ROWS_UNSAVED_MAX = 50_000
ROWS_KEPT_MAX = 100_000
"""Rows remembered of each table: past that, changing an older one costs a look-up. All of them, some hundred MB."""
SHADOW = "rebuild_"
LOCK_TIMEOUT_MS = 250
EXCHANGE_TRIES = 120

Progress = Callable[[int, int], None]
"""Told how many events are done, and how many there are."""


def silent(done: int, total: int) -> None:
    """No progress is shown."""


class Build:
    """Fills tables, named `prefix` and their own name, from the first event on."""

    def __init__(self, views: Views, projections: Sequence[Projection], *, prefix: str) -> None:
        self._views = views
        self._prefix = prefix
        self.projections = projections
        self.position = 0
        self.as_of: datetime | None = None
        self._rowsets = [Rowset(one.tables, views.dialect, prefix=prefix, is_complete=True) for one in projections]
        self._dispatch = Dispatch(zip(projections, self._rowsets, strict=True))
        with views.write.begin() as connection:
            drop(connection, projections, prefix=prefix)
            for table in (table for one in projections for table in one.tables):
                table.named(prefix + table.name).create(connection)

    def run(self, feed: Feed, progress: Progress, *, until: int | None = None) -> None:
        """Apply every event, or those up to position `until`."""
        total = feed.position() if until is None else until
        with _no_collector():
            while notices := self._page(feed, until):
                with self._views.write.begin() as connection:
                    self.apply(connection, notices)
                progress(self.position, max(total, self.position))
            with self._views.write.begin() as connection:
                self.flush(connection)

    def apply(self, connection: Connection, notices: Sequence[Notice]) -> None:
        """Apply one page, and write when there is much to write."""
        for rowset in self._rowsets:
            rowset.begin(connection)
        self._dispatch.apply(notices)
        self.position, self.as_of = notices[-1].position, notices[-1].at
        if unsaved(self._rowsets) > ROWS_UNSAVED_MAX:
            self.flush(connection)

    def flush(self, connection: Connection) -> None:
        """Write everything that is only in memory."""
        for rowset in self._rowsets:
            rowset.flush(connection)
            rowset.end(ROWS_KEPT_MAX)

    def _page(self, feed: Feed, until: int | None) -> Sequence[Notice]:
        notices = feed.page(self.position, PAGE)
        return notices if until is None else [notice for notice in notices if notice.position <= until]


def rebuild(feed: Feed, views: Views, projections: Sequence[Projection], progress: Progress = silent) -> None:
    """Build `projections` anew and exchange their tables. The caller holds the lease `rebuild`.

    Live tables stay readable, and live runners go on, until the exchange. Raises only faults of the database.
    """
    healthy = list(projections)
    while healthy:
        build = Build(views, healthy, prefix=SHADOW)
        try:
            build.run(feed, progress)
            _exchange(feed, views, build)
        except HandlerFailed as failure:
            (failed,) = (one for one in healthy if one.name == failure.projection)
            _rebuild_as_far_as_it_goes(feed, views, failed, failure)
            healthy.remove(failed)
        else:
            return


@contextmanager
def _no_collector() -> Generator[None]:
    """Rows and events hold no cycles, and looking for them among so many costs a third of the time (measured)."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def drop(connection: Connection, projections: Sequence[Projection], *, prefix: str) -> None:
    """Drop the tables named `prefix` and their own name, where they are."""
    for table in (table for one in projections for table in one.tables):
        connection.execute(text(f"DROP TABLE IF EXISTS {prefix}{table.name}"))


def _rebuild_as_far_as_it_goes(feed: Feed, views: Views, projection: Projection, failure: HandlerFailed) -> None:
    build = Build(views, [projection], prefix=SHADOW)
    build.run(feed, silent, until=failure.position - 1)
    with _alone(views, [projection]) as connection:
        positions.lock(connection)
        _put_in_place(connection, build, parked={projection.name: (failure.position, cause(failure))})


def _exchange(feed: Feed, views: Views, build: Build) -> None:
    with _alone(views, build.projections) as connection:
        standings = positions.lock(connection)
        names = {one.name for one in build.projections}
        reached = max((one.position for one in standings.values() if one.name in names), default=0)
        # Live runners have gone on meanwhile; a reader must never see a figure go back.
        while build.position < reached and (notices := feed.page(build.position, PAGE)):
            build.apply(connection, notices)
        build.flush(connection)
        _put_in_place(connection, build, parked={})


@contextmanager
def _alone(views: Views, projections: Sequence[Projection]) -> Generator[Connection]:
    """A transaction in which nobody reads the live tables; raises the database's fault after `EXCHANGE_TRIES`.

    SQLite's readers keep what they saw. PostgreSQL's would queue behind us for as long as we wait for the slowest of
    them, so we wait only a little at a time.
    """
    with views.write.begin() as connection:
        left = EXCHANGE_TRIES if views.dialect == "postgresql" else 0
        while left:
            try:
                with connection.begin_nested():
                    _lock_tables(connection, projections)
                break
            except OperationalError:
                left -= 1
                if not left:
                    raise
                time.sleep(LOCK_TIMEOUT_MS / 1000)
        yield connection


def _lock_tables(connection: Connection, projections: Sequence[Projection]) -> None:
    present = set(inspect(connection).get_table_names())
    names = sorted({table.name for one in projections for table in one.tables} & present)
    connection.execute(text(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}"))
    if names:
        connection.execute(text(f"LOCK TABLE {', '.join(names)} IN ACCESS EXCLUSIVE MODE"))


def _put_in_place(connection: Connection, build: Build, parked: Mapping[str, tuple[int, str]]) -> None:
    drop(connection, build.projections, prefix="")
    for table in (table for one in build.projections for table in one.tables):
        connection.execute(text(f"ALTER TABLE {SHADOW}{table.name} RENAME TO {table.name}"))
        table.create_indexes(connection)
    positions.replace(
        connection,
        [
            Standing(one.name, one.version, 0, build.position, build.as_of, *parked.get(one.name, (None, None)))
            for one in build.projections
        ],
    )
