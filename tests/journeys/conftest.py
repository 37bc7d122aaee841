"""Deployments on folders of their own, and the town in which the shorter stories take place."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from .deployments import Linli
from .town import WEDNESDAY_MORNING, Town
from .town_clock import TownClock


@pytest.fixture
def nothing_yet(tmp_path: Path) -> Iterator[Linli]:
    """An empty folder on a Wednesday morning."""
    with _deployed(tmp_path) as linli:
        yield linli


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def founded(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    """A town of whose people none is known yet, on each database; not served."""
    url = request.getfixturevalue("empty_postgres_url") if request.param == "postgresql" else None
    with _deployed(tmp_path, url) as linli:
        yield _founded(linli, tmp_path)


@pytest.fixture(scope="session")
def served_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town that is served for as long as there are stories."""
    folder = tmp_path_factory.mktemp("town")
    with _deployed(folder) as linli:
        town = _founded(linli, folder)
        with linli.serving():
            town.opens_for_work()
            yield town


@pytest.fixture
def town(served_town: Town) -> Town:
    """Another morning in the town. Stories leave their people behind, so each brings its own."""
    served_town.another_morning()
    return served_town


@contextmanager
def _deployed(folder: Path, url: str | None = None) -> Iterator[Linli]:
    clock = TownClock(folder / "clock")
    clock.put(WEDNESDAY_MORNING)
    linli = Linli(folder / "linli", clock, url)
    yield linli
    linli.close()


def _founded(linli: Linli, folder: Path) -> Town:
    town = Town(linli)
    town.found(folder)
    return town
