"""The whole application on SQLite files of its own, with its background threads, and a small town in it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree

import pytest
from api_town import QUICK, People, Person, Town, found_town
from house import House
from litestar import Litestar
from litestar.testing import TestClient

from api.app import build_app
from api.deployment import Deployment
from api.metrics import Meters
from api.settings import Settings
from api.wiring import open_deployment
from ledger.kernel.clock import FixedClock

NOON = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)
"""A Wednesday, noon on the community's clock."""


@pytest.fixture(scope="session")
def prepared_home(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Town]:
    """A data folder with tables, keys, read models and the town, to be copied."""
    home = tmp_path_factory.mktemp("prepared") / "home"
    deployment = open_deployment(Settings(home), FixedClock(NOON))
    deployment.figures.prepare()
    deployment.ledger.start()
    town = found_town(deployment)
    deployment.figures.catch_up()
    deployment.ledger.stop()
    deployment.close()
    return home, town


@pytest.fixture
def staff(house: House) -> Person:
    """The town's staff, in the house that the test's file opens."""
    return house.person(house.town.staff)


@pytest.fixture
def approver(house: House) -> Person:
    """The town's approver, likewise."""
    return house.person(house.town.approver)


@pytest.fixture
def clock() -> FixedClock:
    """The application's clock; a test may put it forward."""
    return FixedClock(NOON)


@pytest.fixture
def deployment(prepared_home: tuple[Path, Town], tmp_path: Path, clock: FixedClock) -> Iterator[Deployment]:
    """The parts behind the application, for what a test prepares or looks up without asking the application."""
    home = tmp_path / "home"
    copytree(prepared_home[0], home)
    opened = open_deployment(Settings(home), clock, cost=QUICK)
    yield opened
    opened.close()


@pytest.fixture
def town(prepared_home: tuple[Path, Town]) -> Town:
    """Who and what there is."""
    return prepared_home[1]


@pytest.fixture(scope="session")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Litestar]:
    """The application, put together once: registering its routes takes longer than most tests."""
    deployment = open_deployment(Settings(tmp_path_factory.mktemp("unused")))
    yield build_app(deployment)
    deployment.close()


@pytest.fixture
def app(application: Litestar, deployment: Deployment) -> Litestar:
    """The application on this test's own data, not running."""
    application.state.deployment = deployment
    application.state.meters = Meters(deployment)
    return application


@pytest.fixture
def client(app: Litestar) -> Iterator[TestClient[Litestar]]:
    """Speaks to the running application without being signed in."""
    with TestClient(app) as running:
        yield running


@pytest.fixture
def signed_in(client: TestClient[Litestar], deployment: Deployment) -> People:
    """`signed_in(town.staff)` is that person's client."""
    return People(client, deployment)
