"""Every page of the application by every caller of the matrix."""

from collections.abc import Iterator

import pytest

from .callers import Callers, callers
from .pages import about, outcome, page_names, table
from .table import COLUMNS


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callers]:
    with callers(tmp_path_factory.mktemp("pages")) as found:
        yield found


def test_every_page_stands_in_the_table(town: Callers) -> None:
    assert set(page_names(town)) == set(table())


def test_every_page_lets_in_whom_the_table_says(town: Callers) -> None:
    where = about(town, town.things())
    who = {column: "resident" if column == "self" else town.name(column, "own") for column in COLUMNS}
    town.village.house.deployment.caught_up(town.village.house.position())

    # Who is refused asks first: a page that does something can do it once.
    cells = sorted((cell, page, column) for page, row in table().items() for column, cell in row.items())
    wrong = {
        f"{page} by {column}": found
        for cell, page, column in cells
        if (found := outcome(town, page, who[column], where)) != cell
    }

    assert wrong == {}
