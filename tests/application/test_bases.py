"""Whatever is done in another's name says on what basis: every use case that can, and every one that the list names."""

import importlib
import pkgutil
from functools import cache
from pathlib import Path
from typing import Any, cast, get_args, get_type_hints

import pytest

import api.v1
import ledger.application
from api.sentences.bases import BASES
from ledger.application.bases import FOR_OTHERS, Basis
from ledger.application.work import UseCase
from ledger.kernel.ids import MemberId

NOT_IN_A_NAME = {
    "activities.undo_scan": "takes back what the actor noted by eye or card",
    "teams.remove": "what a team is made of is the staff's to say",
}
"""Use cases whose request may name a member and that do nothing in that member's name, each with the reason."""


def use_cases() -> dict[str, UseCase[Any]]:
    return {value.name: value for _, value in _offered()}


def acts_for_another(use_case: UseCase[Any]) -> bool:
    """Whether its request may leave the member out and then means the actor: else it is done for the one it names."""
    request = get_type_hints(use_case.run).get("request")
    named = get_type_hints(request).get("member") if request is not None else None
    return named == MemberId | None


def test_every_use_case_that_can_act_for_another_stands_in_the_list() -> None:
    found = {name for name, one in use_cases().items() if acts_for_another(one)}

    assert found, "there are some"
    assert found - set(FOR_OTHERS) <= set(NOT_IN_A_NAME)
    assert set(FOR_OTHERS) <= set(use_cases())


def test_every_basis_is_told_in_words() -> None:
    assert set(BASES) == set(get_args(Basis))


@pytest.mark.parametrize("name", sorted(FOR_OTHERS))
def test_the_edge_gives_a_basis_wherever_it_asks_for_it(name: str) -> None:
    """The handlers that submit it give a `behalf` with it."""
    constants = [constant for constant, value in _offered() if value.name == name]

    calls = [call for call in _submits() if any(f", {constant}," in call for constant in constants)]

    assert calls, "somebody asks for it"
    assert all("behalf=" in call for call in calls), calls


@cache
def _offered() -> tuple[tuple[str, UseCase[Any]], ...]:
    """Every constant of the use cases' modules that is one."""
    modules = pkgutil.iter_modules(ledger.application.__path__, f"{ledger.application.__name__}.")
    items: list[tuple[str, object]] = [
        item for module in modules for item in vars(importlib.import_module(module.name)).items()
    ]
    return tuple((constant, cast("UseCase[Any]", value)) for constant, value in items if isinstance(value, UseCase))


@cache
def _submits() -> tuple[str, ...]:
    """Every call of `submit` in the interface, as it is written, to the end of its paragraph."""
    texts = (path.read_text("utf-8") for path in Path(api.v1.__path__[0]).glob("*.py"))
    return tuple(piece.partition("\n\n")[0] for text in texts for piece in text.split("submit(")[1:])
