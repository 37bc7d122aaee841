"""Deployments on folders of their own, and the town in which the shorter stories take place."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .deployments import Linli
from .town import WEDNESDAY_MORNING, Town
from .town_clock import TownClock


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def founded(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    """A town of whose people none is known yet, on each database; not served."""
    url = request.getfixturevalue("empty_postgres_url") if request.param == "postgresql" else None
    town = _founded(tmp_path, url)
    yield town
    town.goes_home()


@pytest.fixture(scope="session")
def served_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town that is served for as long as there are stories."""
    town = _founded(tmp_path_factory.mktemp("town"), None)
    with town.linli.serving():
        town.opens_for_work()
        yield town
    town.goes_home()


@pytest.fixture
def town(served_town: Town) -> Town:
    """Another morning in the town. Stories leave their people behind, so each brings its own."""
    served_town.another_morning()
    return served_town


def _founded(folder: Path, url: str | None) -> Town:
    clock = TownClock(folder / "clock")
    clock.put(WEDNESDAY_MORNING)
    town = Town(Linli(folder / "linli", clock, url))
    town.found(folder)
    return town
