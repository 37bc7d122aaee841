"""The crew of processes, started once, and for every test a copy of a town that was settled once on each database."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from shutil import copytree
from typing import NamedTuple

import pytest
from sqlalchemy import make_url

from ledger.store.databases import Databases

from . import stored
from .crew import Crew
from .town import Town, writing


class Settled(NamedTuple):
    """A town, and where its ledger with all read models lies: a folder, or the address on PostgreSQL."""

    town: Town
    home: Path
    url: str | None


@pytest.fixture(scope="session")
def processes() -> Iterator[Crew]:
    """Eight processes that work on no database yet."""
    crew = Crew()
    yield crew
    crew.stop()


@pytest.fixture(scope="session")
def settled_on_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Settled:
    """A town in SQLite files."""
    home = tmp_path_factory.mktemp("settled") / "home"
    copytree(sqlite_template, home)
    return settled(home, None)


@pytest.fixture(scope="session")
def settled_on_postgres(
    new_postgres_database: Callable[[str | None], str], postgres_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Settled:
    """A town on PostgreSQL."""
    return settled(tmp_path_factory.mktemp("settled"), new_postgres_database(postgres_template))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Settled:
    """A copy of the town of the test's own, once on each database."""
    if request.param == "sqlite":
        original: Settled = request.getfixturevalue("settled_on_sqlite")
        return original._replace(home=Path(copytree(original.home, tmp_path / "home")))
    original = request.getfixturevalue("settled_on_postgres")
    url = request.getfixturevalue("new_postgres_database")(make_url(original.url).database)
    return Settled(original.town, tmp_path / "home", url)


@pytest.fixture
def databases(place: Settled) -> Iterator[Databases]:
    """The four stores of the town, with its read models."""
    with closing(Databases.open(place.home, place.url)) as opened:
        yield opened


@pytest.fixture
def town(place: Settled, databases: Databases) -> Iterator[Town]:
    """The town, written by this process."""
    with writing(databases) as writer:
        yield place.town.seen_by(writer)


@pytest.fixture
def crew(processes: Crew, databases: Databases) -> Iterator[Crew]:
    """Eight processes at work on the town."""
    processes.open(databases)
    yield processes
    processes.close()


def settled(home: Path, url: str | None) -> Settled:
    """Settle a town on empty databases."""
    town = Town()
    with closing(Databases.open(home, url)) as opened:
        with writing(opened) as writer:
            town.settle(writer)
        stored.require_sound(opened)
    return Settled(town, home, url)
