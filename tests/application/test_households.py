"""Stories of households: two streams in one commit, and nobody's own."""

from uuid import uuid4

from two_communities import NOBODY, Neighbourhood

from ledger.application.members import (
    FORM_HOUSEHOLD,
    JOIN_HOUSEHOLD,
    LEAVE_HOUSEHOLD,
    FormHousehold,
    JoinHousehold,
    LeaveHousehold,
)
from ledger.kernel.ids import HouseholdId, MemberId
from ledger.membership.household import HOUSEHOLD
from ledger.membership.member import MEMBER


def form(town: Neighbourhood, *members: MemberId) -> HouseholdId:
    outcome = town.run(FORM_HOUSEHOLD, FormHousehold(town.old_town, members), by=town.clerk)
    assert (outcome.code, outcome.figures) == ("household-formed", {"members": len(members)})
    return HouseholdId(outcome.ids["household"])


def lives_in(town: Neighbourhood, member: MemberId) -> HouseholdId | None:
    return town.ledger.load(MEMBER, member).state.household


def test_both_sides_know_who_lives_together() -> None:
    town = Neighbourhood()
    anna, bo, chen = town.member(), town.member(), town.member()
    household = form(town, anna, bo)

    joined = town.run(JOIN_HOUSEHOLD, JoinHousehold(household, chen), by=town.clerk)
    left = town.run(LEAVE_HOUSEHOLD, LeaveHousehold(anna), by=town.clerk)

    assert (joined.code, joined.ids) == ("household-joined", {"household": household, "member": chen})
    assert (left.code, left.ids) == ("household-left", {"household": household, "member": anna})
    assert town.ledger.load(HOUSEHOLD, household).state.members == {bo, chen}
    assert [lives_in(town, member) for member in (anna, bo, chen)] == [None, household, household]


def test_one_household_at_a_time() -> None:
    town = Neighbourhood()
    anna, bo = town.member(), town.member()
    household = form(town, anna)

    refusal = town.refusal(FORM_HOUSEHOLD, FormHousehold(town.old_town, (bo, anna)), by=town.clerk)

    assert (refusal.code, refusal.facts()) == ("already-in-household", {"household": household})
    assert lives_in(town, bo) is None
    assert town.code(LEAVE_HOUSEHOLD, LeaveHousehold(bo), by=town.clerk) == "not-in-household"


def test_nobody_changes_the_list_of_their_own_household() -> None:
    town = Neighbourhood()
    anna = town.member()
    outcome = town.run(FORM_HOUSEHOLD, FormHousehold(town.old_town, (town.clerk,)), by=town.chief)
    household = HouseholdId(outcome.ids["household"])

    for use_case, request in (
        (LEAVE_HOUSEHOLD, LeaveHousehold(town.clerk)),
        (JOIN_HOUSEHOLD, JoinHousehold(household, anna)),
    ):
        assert town.code(use_case, request, by=town.clerk) == "own-household-change"
    own = town.with_role("staff")
    assert town.code(FORM_HOUSEHOLD, FormHousehold(town.old_town, (anna, own)), by=own) == "own-household-change"


def test_households_are_kept_by_staff_for_people_in_their_scope() -> None:
    town = Neighbourhood()
    anna, bo = town.member(), town.member()
    household = form(town, anna)
    next_door = town.with_role("staff", town.new_town)
    unknown = HouseholdId(uuid4())

    assert town.code(FORM_HOUSEHOLD, FormHousehold(town.old_town, (bo,)), by=bo) == "not-permitted"
    assert town.code(FORM_HOUSEHOLD, FormHousehold(town.old_town, ()), by=next_door) == "unknown-id"
    assert town.refusal(FORM_HOUSEHOLD, FormHousehold(town.new_town, (bo,)), by=next_door).facts() == {"id": bo}
    assert town.refusal(JOIN_HOUSEHOLD, JoinHousehold(household, bo), by=next_door).facts() == {"id": household}
    assert town.refusal(JOIN_HOUSEHOLD, JoinHousehold(unknown, bo), by=town.clerk).facts() == {"id": unknown}
    assert town.refusal(JOIN_HOUSEHOLD, JoinHousehold(household, NOBODY), by=town.clerk).facts() == {"id": NOBODY}
    assert town.refusal(LEAVE_HOUSEHOLD, LeaveHousehold(anna), by=next_door).facts() == {"id": anna}
