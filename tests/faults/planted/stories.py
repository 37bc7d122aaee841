"""Every use case as a command that is accepted, with all that has to happen before it: taken from its own stories.

The stories of the use cases are played once in memory and written down. Played again on a real ledger, command by
command under the same ids and at the same instants, they come to the same outcomes.
"""

import importlib
import inspect
import pkgutil
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple
from uuid import UUID, uuid5

import pytest

import ledger.application
from ledger.application.memory import MemoryLedger
from ledger.application.work import Outcome, UseCase

STORIES = Path(__file__).parents[2] / "application"
PARAMETERS_MAX = 2
ROOT = UUID("5d5fbb5e-6d4b-4a5c-8a3c-1b4dd7a3a1f2")


class Played(NamedTuple):
    """One accepted command: who asked for what and when, the id it had, and what came of it."""

    use_case: UseCase[Any]
    request: Any
    actor: Any
    at: datetime
    command: UUID
    outcome: Outcome
    events: int


class Story(NamedTuple):
    """A story's accepted commands in order."""

    name: str
    played: tuple[Played, ...]

    @property
    def names(self) -> frozenset[str]:
        """The use cases that occur in it."""
        return frozenset(one.use_case.name for one in self.played)


def use_cases() -> dict[str, UseCase[Any]]:
    """Every use case of the application, by name."""
    modules = [
        importlib.import_module(f"ledger.application.{one.name}")
        for one in pkgutil.iter_modules(ledger.application.__path__)
    ]
    found = (value for module in modules for value in vars(module).values())
    return {one.name: one for one in found if isinstance(one, UseCase)}


@cache
def chosen() -> tuple[Story, ...]:
    """Few stories in which every use case that has one occurs: each next one brings most that is new."""
    left, told, picked = set(use_cases()), list(_told()), list[Story]()
    while left and told:
        best = max(told, key=lambda story: (len(story.names & left), -len(story.played)))
        if not best.names & left:
            break
        picked.append(best)
        left -= best.names
    return tuple(picked)


def _told() -> Iterator[Story]:
    """Every story that needs nothing but the village, or nothing at all."""
    for file in sorted(STORIES.glob("test_*.py")):
        module = _module(file)
        for name, story in inspect.getmembers(module, inspect.isfunction):
            if name.startswith("test_") and story.__module__ == module.__name__:
                for known in _parameters(story):
                    played = _play(module, story, known)
                    if played:
                        yield Story(f"{file.stem}::{name}", played)


def _module(file: Path) -> ModuleType:
    if str(STORIES) not in sys.path:
        sys.path.append(str(STORIES))
    return importlib.import_module(file.stem)


def _play(module: ModuleType, story: Callable[..., None], known: dict[str, Any]) -> tuple[Played, ...]:
    """What is accepted in a story; nothing where it needs more than its module has, or several ledgers, or fails."""
    written, ledgers = list[Played](), dict[int, MemoryLedger]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MemoryLedger, "run", _writing_down(written, ledgers))
        try:
            story(**_given(module, story, known))
        except Exception:  # noqa: BLE001 (its own test says why)
            return ()
    # What a story puts into a stream by hand is no command, and cannot be played again.
    stored = sum(len(events) for ledger in ledgers.values() for events in ledger.streams.values())
    is_whole = len(ledgers) == 1 and stored == sum(one.events for one in written)
    return tuple(written) if is_whole else ()


def _given(module: ModuleType, wanting: Callable[..., Any], known: dict[str, Any]) -> dict[str, Any]:
    """What a story or fixture asks for by name, made by the fixtures of its module, each once."""
    for name in inspect.signature(wanting).parameters:
        if name not in known:
            maker = getattr(module, name)._get_wrapped_function()
            known[name] = maker(**_given(module, maker, known))
    return {name: known[name] for name in inspect.signature(wanting).parameters}


def _parameters(story: Callable[..., None]) -> Iterator[dict[str, Any]]:
    """What a story is told with: nothing, or each first two of what it is parametrized with."""
    marks = [mark for mark in getattr(story, "pytestmark", ()) if mark.name == "parametrize"]
    for number in range(PARAMETERS_MAX if marks else 1):
        known: dict[str, Any] = {}
        for mark in marks:
            names = [one.strip() for one in mark.args[0].split(",")] if isinstance(mark.args[0], str) else mark.args[0]
            values = list(mark.args[1])
            chosen = values[min(number, len(values) - 1)]
            known |= dict(zip(names, chosen if len(names) > 1 else (chosen,), strict=True))
        yield known


def _writing_down(written: list[Played], ledgers: dict[int, MemoryLedger]) -> Callable[..., Outcome]:
    really = MemoryLedger.run

    def run(
        self: MemoryLedger, use_case: UseCase[Any], request: Any, *, command: UUID | None = None, **about: Any
    ) -> Outcome:
        named = command or uuid5(ROOT, str(len(written)))
        before = len(self.log)
        outcome = really(self, use_case, request, command=named, **about)
        ledgers[id(self)] = self
        written.append(Played(use_case, request, about["actor"], about["at"], named, outcome, len(self.log) - before))
        return outcome

    return run
