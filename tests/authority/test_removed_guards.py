"""The control of the matrix: with any one of these guards taken out, some cell of it no longer holds."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest

from api.readers import Reader
from ledger.activities.activity import ACTIVITY
from ledger.membership.member import MEMBER
from projections import people
from tests.hostile.clean import Operation

from .callers import Callers, callers
from .table import Row, matrix


class Guard(NamedTuple):
    """Something that turns people away. where: a module, or `Reader`. lets_in: operations it alone stands before."""

    where: str
    name: str
    lets_in: frozenset[str]


def guard(where: str, name: str, *lets_in: str) -> Guard:
    return Guard(where, name, frozenset(lets_in))


GUARDS = [
    guard("ledger.application.awards", "require_for", "approve_awards", "refuse_awards"),
    guard("ledger.application.rules", "require_for", "publish_rule"),
    guard("ledger.application.roles", "require_over_tree", "grant_role", "end_role"),
    guard("ledger.application.funds", "require_for", "approve_cap"),
    guard("ledger.application.tasks", "require_for", "close_task"),
    guard("ledger.application.visit_corrections", "require_over_activity", "annul_visit", "correct_visit"),
    guard("ledger.application.devices", "require_for", "revoke_device"),
    guard("ledger.application.households", "require_over_member", "leave_household"),
    guard("ledger.application.standing", "require_over_member", "suspend_member"),
    guard("ledger.application.sheet_decisions", "require_for", "approve_sheet"),
    guard("ledger.application.programme", "require", "publish_settings"),
    guard("Reader", "require", "list_members", "get_card_sheet"),
    guard("Reader", "require_over_member", "get_member", "get_statement"),
]


def nobody_is_turned_away(name: str) -> Callable[..., Any]:
    """What stands where the guard `name` stood."""
    match name:
        case "require_over_member":
            return lambda work, _permission, member: work.state(MEMBER, member)
        case "require_over_activity":
            return lambda work, _permission, activity: work.state(ACTIVITY, activity)
        case _:
            return lambda *_: None


def take_out(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    if guard.where != "Reader":
        monkeypatch.setattr(f"{guard.where}.{guard.name}", nobody_is_turned_away(guard.name))
    elif guard.name == "require":
        monkeypatch.setattr(Reader, "require", lambda *_: None)
    else:
        monkeypatch.setattr(
            Reader, "require_over_member", lambda self, member, *_: people.member(self.connection, member)
        )


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callers]:
    with callers(tmp_path_factory.mktemp("guards")) as found:
        yield found


@pytest.fixture(scope="module")
def things(town: Callers) -> dict[str, Operation]:
    return town.things()


@pytest.fixture(scope="module")
def resident(town: Callers) -> str:
    """Who may do next to nothing."""
    name = town.name("member", "own")
    assert name
    return name


def let_in(town: Callers, things: dict[str, Operation], by: str) -> set[str]:
    """Operations that the matrix refuses to `by`, and that were not refused."""
    rows: dict[str, Row] = matrix()
    refused = [name for name in things if rows[name].concerns("member") and not rows[name].may("member")]
    return {name for name in refused if not town.ask(things[name], by).is_refusal}


def test_with_all_guards_in_place_nobody_is_let_in(town: Callers, things: dict[str, Operation], resident: str) -> None:
    assert let_in(town, things, resident) == set()


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: f"{guard.where.rsplit('.')[-1]}.{guard.name}")
def test_a_guard_that_is_gone_is_noticed(
    town: Callers, things: dict[str, Operation], resident: str, monkeypatch: pytest.MonkeyPatch, guard: Guard
) -> None:
    take_out(guard, monkeypatch)

    assert guard.lets_in <= let_in(town, things, resident)


def test_ten_guards_and_more_are_taken_out_one_by_one() -> None:
    assert len(GUARDS) >= 10
