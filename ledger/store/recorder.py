"""eventsourcing's recorders on our log: any topic and any bytes, with gapless notification ids.

Names and envelopes are our codec's duty, not the recorder's, so the library's own applications run on it unchanged.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    IntegrityError,
    Notification,
    ProcessRecorder,
    ProgrammingError,
    StoredEvent,
    Subscription,
    Tracking,
    TrackingRecorder,
)
from sqlalchemy import Connection, Table, insert, select, text

from ledger.store import append
from ledger.store.databases import Databases
from ledger.store.library_errors import library_errors
from ledger.store.library_tables import SNAPSHOTS, TRACKING
from ledger.store.subscription import LogSubscription
from ledger.store.tables import EVENTS

_RAISE_TRACKING = text(
    "INSERT INTO tracking (application_name, notification_id) VALUES (:application, :position) "
    "ON CONFLICT (application_name) DO UPDATE SET notification_id = excluded.notification_id "
    "WHERE tracking.notification_id < excluded.notification_id RETURNING notification_id"
)


class StreamReader:
    """Reads the streams of one table."""

    table: Table

    def __init__(self, databases: Databases) -> None:
        self.databases = databases

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        columns = self.table.c
        query = select(columns.stream, columns.version, columns.name, columns.state)
        query = query.where(columns.stream == _uuid(originator_id)).limit(limit)
        if gt is not None:
            query = query.where(columns.version > gt)
        if lte is not None:
            query = query.where(columns.version <= lte)
        query = query.order_by(columns.version.desc() if desc else columns.version)
        with library_errors(), self.databases.ledger_read.begin() as connection:
            return [StoredEvent(*row) for row in connection.execute(query)]


class LogAggregateRecorder(StreamReader, AggregateRecorder):
    """Reads and appends streams of the log."""

    table = EVENTS

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        self._append(stored_events, kwargs.get("tracking"))
        return None

    def _append(self, stored_events: Sequence[StoredEvent], tracking: Tracking | None) -> list[int]:
        if not stored_events and tracking is None:
            return []
        rows = [append.Row(_uuid(e.originator_id), e.originator_version, e.topic, e.state) for e in stored_events]
        with library_errors(), self.databases.ledger.begin() as connection:
            append.lock(connection)
            positions = append.insert(connection, rows, append.head(connection)) if rows else ()
            if tracking is not None:
                raise_tracking(connection, tracking)
        return list(positions)


class LogApplicationRecorder(LogAggregateRecorder, ApplicationRecorder):
    """Also gives the whole log in order of position."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        return self._append(stored_events, kwargs.get("tracking")) or None

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        columns = EVENTS.c
        query = select(columns.stream, columns.version, columns.name, columns.state, columns.position)
        if start is not None:
            query = query.where(columns.position >= start if inclusive_of_start else columns.position > start)
        if stop is not None:
            query = query.where(columns.position <= stop)
        if topics:
            query = query.where(columns.name.in_(topics))
        with library_errors(), self.databases.ledger_read.begin() as connection:
            return [Notification(*row) for row in connection.execute(query.order_by(columns.position).limit(limit))]

    def max_notification_id(self) -> int | None:
        with library_errors(), self.databases.ledger_read.begin() as connection:
            return append.head(connection) or None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[ApplicationRecorder]:
        return LogSubscription(self, gt=gt, topics=topics)


class LogTrackingRecorder(TrackingRecorder):
    """Remembers how far upstream applications have been followed; a position is taken once, even by two at a time."""

    def __init__(self, databases: Databases) -> None:
        self.databases = databases

    def insert_tracking(self, tracking: Tracking) -> None:
        with library_errors(), self.databases.ledger.begin() as connection:
            raise_tracking(connection, tracking)

    def max_tracking_id(self, application_name: str) -> int | None:
        query = select(TRACKING.c.notification_id).where(TRACKING.c.application_name == application_name)
        with library_errors(), self.databases.ledger_read.begin() as connection:
            return connection.scalar(query)


class LogProcessRecorder(LogTrackingRecorder, LogApplicationRecorder, ProcessRecorder):
    """Events and tracking in one transaction."""


class SnapshotRecorder(StreamReader, AggregateRecorder):
    """Snapshots of the library's aggregates. They have versions, but no place in the log."""

    table = SNAPSHOTS

    def insert_events(self, stored_events: Sequence[StoredEvent], **_kwargs: Any) -> Sequence[int] | None:
        rows = [
            {"stream": _uuid(e.originator_id), "version": e.originator_version, "name": e.topic, "state": e.state}
            for e in stored_events
        ]
        if rows:
            with library_errors(), self.databases.ledger.begin() as connection:
                connection.execute(insert(SNAPSHOTS), rows)
        return None


def raise_tracking(connection: Connection, tracking: Tracking) -> None:
    """Record a tracked position; one that is not above the last of its application is an IntegrityError."""
    values = {"application": tracking.application_name, "position": tracking.notification_id}
    if connection.execute(_RAISE_TRACKING, values).first() is None:
        raise IntegrityError(f"{tracking.application_name} has been followed to {tracking.notification_id} or further")


def _uuid(originator_id: UUID | str) -> UUID:
    if isinstance(originator_id, UUID):
        return originator_id
    raise ProgrammingError("streams are named by UUIDs, not by text")
