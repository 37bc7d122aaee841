"""A story with eventsourcing's own Application and Aggregate, written as its users write them, on our store."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import IntegrityError, OperationalError, ProgrammingError

from ledger.store.databases import Databases
from ledger.store.leaves import leaf_hash
from ledger.store.tables import EVENTS


class Garden(Aggregate):
    """A shared garden whose beds are taken by neighbours."""

    @event("Laid")
    def __init__(self, beds: int) -> None:
        self.beds = beds
        self.keepers: list[str] = []

    @event("BedTaken")
    def take_bed(self, keeper: str) -> None:
        assert len(self.keepers) < self.beds
        self.keepers.append(keeper)


class Gardens(Application[UUID]):
    snapshotting_intervals = {Garden: 3}  # noqa: RUF012 - the library's own way of saying it


@pytest.fixture
def environment(databases: Databases, request: pytest.FixtureRequest) -> dict[str, str]:
    named = {"PERSISTENCE_MODULE": "ledger.store", "GARDENS_LINLI_HOME": str(databases.home)}
    if databases.dialect == "postgresql":
        named["GARDENS_LINLI_DATABASE_URL"] = request.getfixturevalue("postgres_url")
    return named


@pytest.fixture
def gardens(environment: dict[str, str]) -> Iterator[Gardens]:
    with Gardens(environment) as application:
        yield application


def test_an_unmodified_application_lives_on_the_ledger(
    gardens: Gardens, environment: dict[str, str], databases: Databases
) -> None:
    garden = Garden(beds=4)
    for keeper in ("keeper-1", "keeper-2", "keeper-3"):
        garden.take_bed(keeper)
    gardens.save(garden)

    with Gardens(environment) as another_process:
        loaded: Garden = another_process.repository.get(garden.id)
        assert (loaded.version, loaded.keepers) == (4, ["keeper-1", "keeper-2", "keeper-3"])
        assert another_process.snapshots is not None
        assert [snapshot.originator_version for snapshot in another_process.snapshots.get(garden.id)] == [3]
        assert [item.id for item in another_process.notification_log["1,10"].items] == [1, 2, 3, 4]
    with databases.ledger_read.connect() as connection:
        for row in connection.execute(EVENTS.select()):
            assert row.leaf == leaf_hash(row.stream, row.version, row.name, row.state)


def test_the_slower_of_two_people_is_told_so(gardens: Gardens) -> None:
    garden = Garden(beds=2)
    gardens.save(garden)
    first: Garden = gardens.repository.get(garden.id)
    second: Garden = gardens.repository.get(garden.id)
    first.take_bed("keeper-1")
    second.take_bed("keeper-2")
    gardens.save(first)

    with pytest.raises(IntegrityError):
        gardens.save(second)

    assert gardens.repository.get(garden.id).keepers == ["keeper-1"]
    assert gardens.recorder.max_notification_id() == 2


def test_a_lock_that_is_not_to_be_had_is_an_operational_error(gardens: Gardens, databases: Databases) -> None:
    with databases.ledger.begin() as holder:
        if databases.dialect == "postgresql":
            holder.exec_driver_sql("LOCK TABLE events IN EXCLUSIVE MODE")
        with pytest.raises(OperationalError):
            gardens.save(Garden(beds=1))


def test_an_application_without_an_address_says_which_names_it_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LINLI_HOME", "LINLI_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)

    with pytest.raises(OSError, match="GARDENS_LINLI_HOME"):
        Gardens({"PERSISTENCE_MODULE": "ledger.store"})


def test_streams_named_by_text_are_refused(gardens: Gardens) -> None:
    with pytest.raises(ProgrammingError, match="named by UUIDs"):
        gardens.recorder.select_events("garden-1")
