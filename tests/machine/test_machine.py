"""Every command of points and goods, in any order: no law is ever broken, and none of them is only ever refused."""

from pathlib import Path
from shutil import copytree

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from .machine import Machine, founded


@pytest.fixture
def machine(sqlite_template: Path, tmp_path: Path) -> type[Machine]:
    home = tmp_path / "founded"
    copytree(sqlite_template, home)
    Machine.template = founded(home)
    Machine.tries.clear()
    return Machine


def test_no_law_is_broken_by_any_order_of_commands(machine: type[Machine]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=20, stateful_step_count=60, deadline=None, suppress_health_check=[*HealthCheck]
        ),
    )
    for (name, accepted), times in sorted(Machine.tries.items()):
        print(name, accepted, times)
