"""eventsourcing's published test cases, unmodified, on our persistence module: each on SQLite and on PostgreSQL."""

from pathlib import Path
from typing import Any

import pytest
from eventsourcing.persistence import InfrastructureFactory, Tracking
from eventsourcing.tests import application, persistence, projection
from eventsourcing.utils import Environment, get_topic
from sqlalchemy import Column, Integer, MetaData, Table, Text, select, update
from sqlalchemy import insert as insert_into

from ledger.store import Factory, postgres_schemas
from ledger.store.databases import Databases
from ledger.store.library_errors import library_errors
from ledger.store.recorder import (
    LogAggregateRecorder,
    LogApplicationRecorder,
    LogProcessRecorder,
    LogTrackingRecorder,
    SnapshotRecorder,
    raise_tracking,
)

READS_WARNINGS = pytest.mark.filterwarnings("always:'log' is deprecated")
"""One of the cases looks at this warning itself, so it must not become an error."""


class OnSQLite:
    """A fresh ledger, named in the environment as an application would find it."""

    env: Any
    pytestmark = READS_WARNINGS

    @pytest.fixture(autouse=True)
    def ledger(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.name_ledger(monkeypatch, {"LINLI_HOME": str(tmp_path / "home")})

    def name_ledger(self, monkeypatch: pytest.MonkeyPatch, names: dict[str, str]) -> None:
        self.env = Environment("", {"PERSISTENCE_MODULE": "ledger.store", **names})
        for name, value in self.env.items():
            monkeypatch.setenv(name, value)

    def new_factory(self) -> Factory:
        factory = InfrastructureFactory.construct(self.env)
        assert isinstance(factory, Factory)
        self.addCleanup(factory.close)  # type: ignore[attr-defined]
        return factory


class OnPostgres(OnSQLite):
    pytestmark = pytest.mark.postgres

    @pytest.fixture(autouse=True)
    def ledger(self, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        # A published case lets a hundred threads contend for one aggregate, and counts one that is told busy as broken.
        monkeypatch.setattr(postgres_schemas, "LOCK_TIMEOUT_MS", 30_000)
        self.name_ledger(monkeypatch, {"LINLI_DATABASE_URL": postgres_url})


class AggregateRecorder(OnSQLite):
    def create_recorder(self) -> LogAggregateRecorder:
        return self.new_factory().aggregate_recorder()


class Snapshots(OnSQLite):
    def create_recorder(self) -> SnapshotRecorder:
        return self.new_factory().aggregate_recorder(purpose="snapshots")


class ApplicationRecorder(OnSQLite):
    def create_recorder(self) -> LogApplicationRecorder:
        return self.new_factory().application_recorder()


class Subscribing(ApplicationRecorder):
    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TrackingRecorder(OnSQLite):
    def create_recorder(self) -> LogTrackingRecorder:
        return self.new_factory().tracking_recorder()


class ProcessRecorder(OnSQLite):
    def create_recorder(self) -> LogProcessRecorder:
        return self.new_factory().process_recorder()


class Infrastructure(OnSQLite):
    def expected_factory_class(self) -> type[Factory]:
        return Factory

    def expected_aggregate_recorder_class(self) -> type[LogAggregateRecorder]:
        return LogAggregateRecorder

    def expected_application_recorder_class(self) -> type[LogApplicationRecorder]:
        return LogApplicationRecorder

    def expected_tracking_recorder_class(self) -> type[LogTrackingRecorder]:
        return LogTrackingRecorder

    def tracking_recorder_subclass(self) -> type[LogTrackingRecorder]:
        return TrackingSubclass

    def expected_process_recorder_class(self) -> type[LogProcessRecorder]:
        return LogProcessRecorder


class TrackingSubclass(LogTrackingRecorder):
    """What an application brings along when it keeps its own view beside the tracking."""


class Example(OnSQLite):
    expected_factory_topic = get_topic(Factory)


COUNTED = Table("counted", MetaData(), Column("kind", Text, primary_key=True), Column("number", Integer))


class CountersView(LogTrackingRecorder, projection.EventCountersView):
    """A view as the library's users write one: its rows and the tracking in one transaction."""

    def __init__(self, databases: Databases) -> None:
        super().__init__(databases)
        COUNTED.create(databases.ledger)
        with databases.ledger.begin() as connection:
            connection.execute(insert_into(COUNTED), [{"kind": kind, "number": 0} for kind in ("created", "later")])

    def get_created_event_counter(self) -> int:
        return self.number("created")

    def get_subsequent_event_counter(self) -> int:
        return self.number("later")

    def incr_created_event_counter(self, tracking: Tracking) -> None:
        self.count("created", tracking)

    def incr_subsequent_event_counter(self, tracking: Tracking) -> None:
        self.count("later", tracking)

    def number(self, kind: str) -> int:
        with self.databases.ledger_read.connect() as connection:
            return connection.execute(select(COUNTED.c.number).where(COUNTED.c.kind == kind)).scalar_one()

    def count(self, kind: str, tracking: Tracking) -> None:
        with library_errors(), self.databases.ledger.begin() as connection:
            connection.execute(update(COUNTED).where(COUNTED.c.kind == kind).values(number=COUNTED.c.number + 1))
            raise_tracking(connection, tracking)


class View(OnSQLite):
    def construct_event_counters_view(self) -> CountersView:
        view = self.new_factory().tracking_recorder(CountersView)
        assert isinstance(view, CountersView)
        return view


class Followed(OnSQLite):
    view_class = CountersView


CASES: dict[type[OnSQLite], type[Any]] = {
    AggregateRecorder: persistence.AggregateRecorderTestCase,
    Snapshots: persistence.AggregateRecorderTestCase,
    Subscribing: persistence.ApplicationRecorderTestCase,
    TrackingRecorder: persistence.TrackingRecorderTestCase,
    ProcessRecorder: persistence.ProcessRecorderTestCase,
    ApplicationRecorder: persistence.NonInterleavingNotificationIDsBaseCase,
    Infrastructure: persistence.InfrastructureFactoryTestCase,
    View: projection.EventCountersViewTestCase,
    Followed: projection.AggregateEventCountersProjectionTestCase,
    Example: application.ExampleApplicationTestCase,
    OnSQLite: application.ApplicationTestCase,
}


def named(ours: type[OnSQLite], published: type[Any], database: type[OnSQLite]) -> type[Any]:
    bases = dict.fromkeys((database, ours, published) if issubclass(database, OnPostgres) else (ours, published))
    if ours is OnSQLite:
        bases = dict.fromkeys((database, published))
    name = f"{published.__name__}_{ours.__name__}_{database.__name__}"
    return type(name, tuple(bases), {"__module__": __name__})


globals().update(
    (case.__name__, case)
    for case in (named(*pair, database) for pair in CASES.items() for database in (OnSQLite, OnPostgres))
)
