"""The catalog is closed and complete: every event that a rule can bring about has one name, for ever."""

import importlib
import pkgutil
import re
from collections import Counter
from typing import Any

import pytest

import ledger
from ledger.kernel.decider import Decider, Event
from ledger.store.catalog import CATALOG, NAMES, Catalog, Upcast

from .toys import BeansAdded, BeansTaken

CONTEXTS = ("accounts", "activities", "awards", "membership", "programme", "redemption", "tasks")


def deciders() -> list[Decider[Any, Any, Any]]:
    """Every rule of every context."""
    found: dict[int, Decider[Any, Any, Any]] = {}
    for context in CONTEXTS:
        package = importlib.import_module(f"ledger.{context}")
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            values = vars(importlib.import_module(module.name)).values()
            found |= {id(value): value for value in values if isinstance(value, Decider)}
    return list(found.values())


def events_defined() -> set[type[Event]]:
    """Every event type of every context's permanent record."""
    return {kind for kind in Event.__subclasses__() if kind.__module__.startswith(f"{ledger.__name__}.")}


def test_every_event_type_is_in_the_catalog_exactly_once() -> None:
    assert Counter(NAMES.values()) == Counter(events_defined())


def test_every_event_of_every_rule_is_in_the_catalog() -> None:
    of_rules = [kind for decider in deciders() for kind in decider.events]

    assert deciders()
    assert set(of_rules) <= set(NAMES.values())
    assert Counter(of_rules).most_common(1)[0][1] == 1


def test_every_event_belongs_to_a_rule() -> None:
    of_rules = {kind for decider in deciders() for kind in decider.events}

    assert of_rules == set(NAMES.values())


def test_restarts_are_among_the_events_of_their_rule() -> None:
    for decider in deciders():
        assert set(decider.restarts) <= set(decider.events), decider.name


@pytest.mark.parametrize(("name", "kind"), CATALOG.types.items())
def test_a_name_tells_context_and_event(name: str, kind: type[Event]) -> None:
    words = re.findall(r"[A-Z][a-z]*", kind.__name__)

    assert re.fullmatch(rf"{kind.__module__.split('.')[1]}\.{'_'.join(words).lower()}\.[1-9][0-9]*", name)


def test_one_type_cannot_have_two_names() -> None:
    with pytest.raises(ValueError, match="one name"):
        Catalog({"toys.beans_added.1": BeansAdded, "toys.beans_added.2": BeansAdded}, {})


def test_a_name_cannot_be_both_of_today_and_older() -> None:
    with pytest.raises(ValueError, match="one name"):
        Catalog({"toys.beans_added.1": BeansAdded}, {"toys.beans_added.1": Upcast("toys.beans_added.1", dict)})


@pytest.mark.parametrize("leads_to", ["toys.beans_lost.1", "toys.beans_added.1"])
def test_an_older_name_must_lead_to_a_name_of_today(leads_to: str) -> None:
    with pytest.raises(ValueError, match="no event's name"):
        Catalog({"toys.beans_taken.1": BeansTaken}, {"toys.beans_added.1": Upcast(leads_to, dict)})
