"""Every cell of the authority matrix, tried over HTTP: who may, does it; who may not, changes nothing."""

from collections.abc import Iterator

import pytest

from tests.hostile.clean import Operation

from .callers import Callers, callers
from .table import ELSEWHERE, ROLES, Row, matrix

WITHOUT_ROLE = ("nobody", "self", "member", "elsewhere")
AUDITOR_FIRST = sorted(ROLES, key=lambda role: role != "auditor")
"""What the others are refused is soon in the audit log."""


@pytest.fixture(scope="module")
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callers]:
    """One for each place of a role: a town does not bear more than some twelve rounds of everything."""
    with callers(tmp_path_factory.mktemp("authority")) as found:
        yield found


@pytest.fixture(scope="module")
def rows() -> dict[str, Row]:
    return matrix()


def wrong_cells(
    town: Callers, rows: dict[str, Row], column: str, place: str, things: dict[str, Operation]
) -> dict[str, str]:
    """What was not as the matrix says. First what finds nothing, while nothing happened yet; then what is refused."""
    asked = [rows[name] for name in things if rows[name].concerns(column)]
    by = town.name(column, place)
    wrong: dict[str, str] = {}
    for row in sorted(asked, key=lambda row: (row.may(column, place), not row.finds_nothing(column, place))):
        operation = things[row.operation]
        answer = town.ask(operation, operation.fitting.by if column == "self" else by)
        if row.finds_nothing(column, place):
            expected = answer.is_success and '"items":[]' in answer.text
        else:
            expected = answer.is_success if row.may(column, place) else answer.is_refusal
        if not expected:
            wrong[row.operation] = f"{answer.status} {'stored' if answer.stored else ''} {answer.text}"
        elif row.may(column, place) and operation.needs_key and not answer.stored:
            wrong[row.operation] = "answered as done, and nothing was stored"
    return wrong


@pytest.mark.parametrize("town", ["own"], indirect=True)
def test_every_route_of_the_interface_stands_in_the_matrix(town: Callers, rows: dict[str, Row]) -> None:
    assert set(town.route_names()) == set(rows)


@pytest.mark.parametrize("town", ["own"], indirect=True)
@pytest.mark.parametrize("column", WITHOUT_ROLE)
def test_without_a_role_the_matrix_holds(town: Callers, rows: dict[str, Row], column: str) -> None:
    assert wrong_cells(town, rows, column, "own", town.things()) == {}


@pytest.mark.parametrize("town", ["own"], indirect=True)
@pytest.mark.parametrize("column", ROLES)
def test_with_one_role_the_matrix_holds(town: Callers, rows: dict[str, Row], column: str) -> None:
    assert wrong_cells(town, rows, column, "own", town.things()) == {}


@pytest.mark.parametrize(("town", "place"), [(place, place) for place in ELSEWHERE], indirect=["town"])
def test_with_one_role_for_another_place_the_matrix_holds(town: Callers, rows: dict[str, Row], place: str) -> None:
    """What is read or refused, for every role; what is done, once, by the first role that may."""
    things, done = town.things(), set[str]()
    changing = {name for name, one in things.items() if one.method != "GET"}
    for column in AUDITOR_FIRST:
        asked = {name: one for name, one in things.items() if name not in changing or not rows[name].may(column, place)}
        assert wrong_cells(town, rows, column, place, asked) == {}, column
    for column in ROLES:
        may = {name for name in changing - done if rows[name].may(column, place)}
        assert wrong_cells(town, rows, column, place, {name: things[name] for name in may}) == {}, column
        done |= may


@pytest.mark.deep
@pytest.mark.parametrize(("town", "place"), [(place, place) for place in ELSEWHERE], indirect=["town"])
@pytest.mark.parametrize("column", ROLES)
def test_with_one_role_for_another_place_the_whole_matrix_holds(
    town: Callers, rows: dict[str, Row], column: str, place: str
) -> None:
    assert wrong_cells(town, rows, column, place, town.things()) == {}
