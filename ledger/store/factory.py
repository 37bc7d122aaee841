"""The persistence module: `PERSISTENCE_MODULE=ledger.store` runs an eventsourcing application on our log.

It reads LINLI_HOME (the folder of the SQLite files) or LINLI_DATABASE_URL (PostgreSQL; wins over the folder). Each name
may carry the application's prefix, as the library does it. Applications that share an address share one log.
"""

from pathlib import Path
from typing import Any, TypeVar

from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    InfrastructureFactory,
    ProcessRecorder,
    TrackingRecorder,
)
from eventsourcing.utils import Environment, EnvType, resolve_topic, strtobool

from ledger.store.databases import Databases
from ledger.store.library_tables import LIBRARY
from ledger.store.migrations import migrate
from ledger.store.recorder import (
    LogAggregateRecorder,
    LogApplicationRecorder,
    LogProcessRecorder,
    LogTrackingRecorder,
    SnapshotRecorder,
)

RecorderT = TypeVar("RecorderT")

HOME = "LINLI_HOME"
DATABASE_URL = "LINLI_DATABASE_URL"
CREATE_TABLE = "CREATE_TABLE"
"""The library's own switch: false leaves making the tables to whoever runs the migrations."""


class Factory(InfrastructureFactory[TrackingRecorder]):
    """Makes recorders on one ledger and closes it."""

    def __init__(self, env: Environment | EnvType | None) -> None:
        super().__init__(env)
        home, url = self.env.get(HOME), self.env.get(DATABASE_URL)
        if not home and not url:
            names = [*self.env.create_keys(HOME), *self.env.create_keys(DATABASE_URL)]
            raise OSError(f"no ledger is named in the environment; set one of {', '.join(names)}")
        self.databases = Databases.open(Path(home or "."), url or None)
        self._tables_made = False

    def aggregate_recorder(self, purpose: str = "events") -> AggregateRecorder:
        """Reads and appends streams; with the purpose `snapshots`, keeps snapshots apart from the log."""
        self._make_tables()
        return SnapshotRecorder(self.databases) if purpose == "snapshots" else LogAggregateRecorder(self.databases)

    def application_recorder(self) -> ApplicationRecorder:
        """The log as notifications."""
        return self._recorder(self.env.get(self.APPLICATION_RECORDER_TOPIC), LogApplicationRecorder)

    def tracking_recorder(self, tracking_recorder_class: type[TrackingRecorder] | None = None) -> TrackingRecorder:
        """The class that is given, or named by TRACKING_RECORDER_TOPIC, or ours."""
        topic = None if tracking_recorder_class else self.env.get(self.TRACKING_RECORDER_TOPIC)
        return self._recorder(topic, tracking_recorder_class or LogTrackingRecorder)

    def process_recorder(self) -> ProcessRecorder:
        """The log and tracking in one transaction."""
        return self._recorder(self.env.get(self.PROCESS_RECORDER_TOPIC), LogProcessRecorder)

    def close(self) -> None:
        """Close every connection."""
        self.databases.close()

    def _recorder(self, topic: str | None, kind: type[RecorderT]) -> RecorderT:
        self._make_tables()
        chosen: type[Any] = resolve_topic(topic) if topic else kind
        return chosen(self.databases)

    def _make_tables(self) -> None:
        if not self._tables_made and strtobool(self.env.get(CREATE_TABLE) or "yes"):
            migrate(self.databases)
            LIBRARY.create_all(self.databases.ledger)
            self._tables_made = True
