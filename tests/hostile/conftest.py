"""The village is made and opened once for each module: a run of hostile requests changes it."""

from collections.abc import Iterator

import pytest

from .fittings import fittings
from .town import Fitting, Village, village


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Village]:
    """The village, being served."""
    with village(tmp_path_factory.mktemp("hostile")) as running:
        yield running


@pytest.fixture(scope="module")
def fitting(found: Village) -> dict[str, Fitting]:
    """For each operation, by its name, a request of its own that succeeds once."""
    return fittings(found)
