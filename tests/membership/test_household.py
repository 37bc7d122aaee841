"""Stories of one household."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import pytest

from ledger.kernel.decider import fold
from ledger.kernel.ids import MemberId, OrganisationId
from ledger.kernel.refusal import Refusal
from ledger.membership.events import HouseholdEvent, HouseholdFormed, HouseholdMemberAdded, HouseholdMemberRemoved
from ledger.membership.household import (
    HOUSEHOLD,
    HOUSEHOLD_MEMBERS_MAX,
    Admit,
    Form,
    HouseholdCommand,
    Release,
)

COMMUNITY = OrganisationId(UUID(int=1))
ELDER = MemberId(UUID(int=2))
DAY = date(2025, 10, 15)
FORMED = (HouseholdFormed(COMMUNITY),)
LIVED_IN = (*FORMED, HouseholdMemberAdded(ELDER, DAY))
FULL = (
    *FORMED,
    *(HouseholdMemberAdded(MemberId(UUID(int=100 + number)), DAY) for number in range(HOUSEHOLD_MEMBERS_MAX)),
)


@pytest.mark.parametrize(
    ("given", "when", "then"),
    [
        ((), Form(COMMUNITY), HouseholdFormed(COMMUNITY)),
        (FORMED, Admit(ELDER, DAY), HouseholdMemberAdded(ELDER, DAY)),
        (LIVED_IN, Release(ELDER, DAY), HouseholdMemberRemoved(ELDER, DAY)),
        ((*LIVED_IN, HouseholdMemberRemoved(ELDER, DAY)), Admit(ELDER, DAY), HouseholdMemberAdded(ELDER, DAY)),
    ],
)
def test_a_command_in_order_becomes_one_event(
    given: Sequence[HouseholdEvent], when: HouseholdCommand, then: HouseholdEvent
) -> None:
    assert HOUSEHOLD.decide(fold(HOUSEHOLD, given), when) == (then,)


@pytest.mark.parametrize(
    ("given", "when", "code", "facts"),
    [
        (FORMED, Form(COMMUNITY), "household-already-formed", {}),
        ((), Admit(ELDER, DAY), "unknown-household", {}),
        ((), Release(ELDER, DAY), "unknown-household", {}),
        (LIVED_IN, Admit(ELDER, DAY), "already-lives-here", {"member": ELDER}),
        (FULL, Admit(ELDER, DAY), "household-full", {"members_max": HOUSEHOLD_MEMBERS_MAX}),
        (FULL, Admit(MemberId(UUID(int=100)), DAY), "already-lives-here", {"member": MemberId(UUID(int=100))}),
        (FORMED, Release(ELDER, DAY), "does-not-live-here", {"member": ELDER}),
    ],
)
def test_a_command_out_of_order_is_refused_with_its_facts(
    given: Sequence[HouseholdEvent], when: HouseholdCommand, code: str, facts: dict[str, object]
) -> None:
    with pytest.raises(Refusal) as refusal:
        HOUSEHOLD.decide(fold(HOUSEHOLD, given), when)

    assert (refusal.value.code, refusal.value.facts()) == (code, facts)
