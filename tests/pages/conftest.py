"""The house, made once and copied for each test; a client that keeps cookies and follows nothing by itself."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from api.app import build_app
from api.identity import COOKIE_OVER_HTTP

from .house import House, furnish

Opened = tuple[House, TestClient[Litestar]]


@pytest.fixture(scope="session")
def furnished_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with everything in it."""
    home = tmp_path_factory.mktemp("furnished") / "home"
    with _open(home) as (house, _client):
        furnish(house)
        house.settle()
    return home


@pytest.fixture
def opened(furnished_home: Path, tmp_path: Path) -> Iterator[Opened]:
    """The house and a client of its pages."""
    home = tmp_path / "home"
    copytree(furnished_home, home)
    with _open(home) as found:
        yield found


@pytest.fixture
def house(opened: Opened) -> House:
    """The house."""
    return opened[0]


@pytest.fixture
def client(opened: Opened) -> TestClient[Litestar]:
    """A browser without scripts in which nobody is signed in."""
    return opened[1]


@pytest.fixture
def sign_in(house: House, client: TestClient[Litestar]) -> Callable[[str], TestClient[Litestar]]:
    """Signs one of the people in, in the client, and gives the client."""

    def signed_in(name: str) -> TestClient[Litestar]:
        client.cookies.clear()
        client.cookies.set(COOKIE_OVER_HTTP, house.token(name))
        return client

    return signed_in


@pytest.fixture
def opening(furnished_home: Path, tmp_path: Path) -> Callable[..., AbstractContextManager[Opened]]:
    """Opens the house under other settings."""

    def opened_as(**settings: Any) -> AbstractContextManager[Opened]:
        home = tmp_path / "another"
        copytree(furnished_home, home)
        return _open(home, **settings)

    return opened_as


@contextmanager
def _open(home: Path, **settings: Any) -> Iterator[Opened]:
    house = House(home, **settings)
    app = build_app(house.deployment)
    try:
        with warnings.catch_warnings(), TestClient(app, raise_server_exceptions=False) as client:
            client.follow_redirects = False
            yield house, client
    finally:
        house.deployment.close()
