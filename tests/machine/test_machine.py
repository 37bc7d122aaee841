"""Every command of points and goods, in any order: no law is ever broken, and none of them is only ever refused."""

import importlib
import pkgutil
from pathlib import Path
from shutil import copytree
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

import ledger.application
from ledger.application.ports import LedgerBusy
from ledger.application.work import UseCase

from .machine import Machine, founded
from .planted import BUGS, Bug

PARTS = ("accounts", "adjustments", "awards", "funds", "gifts", "redemptions", "rewards")
"""The first part of the names of commands of points and goods."""
OF_ACTIVITIES = {"awards.tally_visits", "awards.finish_tally"}
"""How awards come about, beside the accepted reports that the machine uses."""
OF_MEMBERS = ("members.leave", "members.approve_return", "members.approve_merge", "members.approve_unmerge")
"""Commands of members that move points, or let them rest."""
ACCEPTED_MIN, REFUSED_MIN = 50, 20
MEMBERS_MIN = 10
MOVES, MOVES_MORE, MOVES_DEEP, ROUNDS_MAX = 5_000, 1_000, 25_000, 12
"""A move asks for two commands on average."""
MOVES_EACH = 250
GENERATED = settings(
    stateful_step_count=MOVES_EACH,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
    phases=[Phase.generate],
    database=None,
    report_multiple_bugs=False,
)


@pytest.fixture
def machine(sqlite_template: Path, tmp_path: Path) -> type[Machine]:
    home = tmp_path / "founded"
    copytree(sqlite_template, home)
    Machine.template = founded(home)
    Machine.tries.clear()
    Machine.moves = 0
    return Machine


def commands() -> set[str]:
    """The names of all commands of points and goods."""
    modules = pkgutil.iter_modules(ledger.application.__path__, f"{ledger.application.__name__}.")
    values = (value for module in modules for value in vars(importlib.import_module(module.name)).values())
    use_cases: list[UseCase[Any]] = [value for value in values if isinstance(value, UseCase)]
    return {one.name for one in use_cases if one.name.partition(".")[0] in PARTS} - OF_ACTIVITIES


def play(machine: type[Machine], *, moves: int, begin: int) -> None:
    """Histories with so many moves in all; a failing one is told, and is played again by the same `begin`."""
    run = settings(GENERATED, max_examples=moves // MOVES_EACH)
    run_state_machine_as_test(seed(begin)(machine), settings=run)


def too_seldom(machine: type[Machine]) -> dict[str, tuple[int, int]]:
    """Commands that were not accepted, or not refused, often enough to say something: how often they were."""
    times = {name: (machine.tries[name, True], machine.tries[name, False]) for name in commands()}
    return {name: had for name, had in times.items() if had[0] < ACCEPTED_MIN or had[1] < REFUSED_MIN}


def play_all(machine: type[Machine], *, moves: int, begin: int) -> None:
    """As `play`, and then a few more histories where some command was met too seldom."""
    play(machine, moves=moves, begin=begin)
    for more in range(1, ROUNDS_MAX):
        if not too_seldom(machine):
            break
        play(machine, moves=MOVES_MORE, begin=begin + more)
    assert too_seldom(machine) == {}
    assert min(machine.tries[name, told] for name in OF_MEMBERS for told in (True, False)) >= MEMBERS_MIN


def test_no_law_is_broken_by_any_order_of_commands(machine: type[Machine]) -> None:
    play_all(machine, moves=MOVES, begin=20261122)

    assert machine.moves >= 5_000


@pytest.mark.deep
@pytest.mark.parametrize("part", range(8))
def test_no_law_is_broken_by_any_long_history(machine: type[Machine], part: int) -> None:
    play_all(machine, moves=MOVES_DEEP, begin=1_000 * (part + 1))

    assert machine.moves >= MOVES_DEEP


@pytest.mark.parametrize("bug", BUGS, ids=[bug.what for bug in BUGS])
def test_a_planted_bug_is_caught(machine: type[Machine], bug: Bug, monkeypatch: pytest.MonkeyPatch) -> None:
    if isinstance(bug.owner, dict):
        handlers = cast(dict[Any, Any], bug.owner)
        monkeypatch.setitem(handlers, bug.name, bug.instead)
    else:
        monkeypatch.setattr(machine, "reads_figures", False)
        monkeypatch.setattr(bug.owner, bug.name, bug.instead)

    with pytest.raises((AssertionError, KeyError, LedgerBusy)):
        play(machine, moves=2 * MOVES, begin=7)
