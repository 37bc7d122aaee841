"""Stories of one node of the tree."""

from datetime import date
from uuid import UUID

import pytest

from ledger.kernel.decider import fold
from ledger.kernel.ids import OrganisationId
from ledger.membership.events import OrganisationRegistered
from ledger.membership.organisation import (
    ORGANISATION,
    DivisionCodeMalformed,
    LevelNotBelowParent,
    OrganisationRegisteredOtherwise,
    OrganisationState,
    Register,
)

STREET = OrganisationId(UUID(int=1))
DAY = date(2025, 1, 1)
COMMUNITY = Register(
    level="community", effective_from=DAY, parent=STREET, parent_level="street", division_code="210922100001"
)


def test_a_node_is_registered_below_its_parent() -> None:
    events = ORGANISATION.decide(ORGANISATION.initial, COMMUNITY)

    assert events == (OrganisationRegistered("community", DAY, STREET, "210922100001"),)
    assert fold(ORGANISATION, events) == OrganisationState("community", DAY, STREET, "210922100001")


def test_the_same_node_again_changes_nothing() -> None:
    state = fold(ORGANISATION, ORGANISATION.decide(ORGANISATION.initial, COMMUNITY))

    assert ORGANISATION.decide(state, COMMUNITY) == ()


def test_the_node_with_other_particulars_is_refused_with_those_registered() -> None:
    state = fold(ORGANISATION, ORGANISATION.decide(ORGANISATION.initial, COMMUNITY))

    with pytest.raises(OrganisationRegisteredOtherwise) as refusal:
        ORGANISATION.decide(state, Register(level="grid", effective_from=DAY, parent=STREET, parent_level="grid"))

    assert refusal.value.code == "organisation-registered-otherwise"
    assert refusal.value.facts() == {
        "level": "community",
        "effective_from": DAY,
        "parent": STREET,
        "division_code": "210922100001",
    }


@pytest.mark.parametrize("parent_level", ["community", "grid", "building"])
def test_a_community_is_refused_below_a_community_or_anything_smaller(parent_level: str) -> None:
    wanted = Register(level="community", effective_from=DAY, parent=STREET, parent_level=parent_level)  # pyright: ignore[reportArgumentType]

    with pytest.raises(LevelNotBelowParent) as refusal:
        ORGANISATION.decide(ORGANISATION.initial, wanted)

    assert refusal.value.facts() == {"level": "community", "parent_level": parent_level}


@pytest.mark.parametrize("code", ["", "21092210000", "2109221000011", "21092210000x", "２１０９２２１００００１"])
def test_a_division_code_that_is_not_twelve_digits_is_refused(code: str) -> None:
    with pytest.raises(DivisionCodeMalformed) as refusal:
        ORGANISATION.decide(ORGANISATION.initial, Register(level="city", effective_from=DAY, division_code=code))

    assert refusal.value.facts() == {"division_code": code, "digits": 12}


def test_the_level_is_checked_before_the_code() -> None:
    wanted = Register(level="city", effective_from=DAY, parent=STREET, parent_level="street", division_code="x")

    with pytest.raises(LevelNotBelowParent):
        ORGANISATION.decide(ORGANISATION.initial, wanted)
