"""Stories of registering the tree."""

from uuid import uuid4

from two_communities import TODAY, Neighbourhood

from ledger.application.organisations import REGISTER_ORGANISATION, RegisterOrganisation
from ledger.kernel.ids import SYSTEM, OrganisationId
from ledger.membership.organisation import ORGANISATION


def grid(parent: OrganisationId | None, code: str | None = None) -> RegisterOrganisation:
    return RegisterOrganisation(
        organisation=OrganisationId(uuid4()), level="grid", effective_from=TODAY, parent=parent, division_code=code
    )


def test_an_administrator_adds_a_node_below_their_own_and_again_nothing_happens() -> None:
    town = Neighbourhood()
    request = grid(town.old_town)

    first = town.run(REGISTER_ORGANISATION, request, by=town.chief)
    length = len(town.ledger.log)
    second = town.run(REGISTER_ORGANISATION, request, by=town.chief)

    assert (first.code, second.code) == ("organisation-registered", "already-registered")
    assert first.ids == second.ids == {"organisation": request.organisation}
    assert len(town.ledger.log) == length
    assert town.ledger.load(ORGANISATION, request.organisation).state.parent == town.old_town


def test_only_the_system_registers_the_top_of_a_tree() -> None:
    town = Neighbourhood()

    assert town.code(REGISTER_ORGANISATION, grid(None), by=town.chief) == "not-permitted"
    assert town.run(REGISTER_ORGANISATION, grid(None), by=SYSTEM).code == "organisation-registered"


def test_a_parent_must_exist_and_lie_in_scope() -> None:
    town = Neighbourhood()
    elsewhere = OrganisationId(uuid4())
    top = grid(None)
    town.run(REGISTER_ORGANISATION, top, by=SYSTEM)

    assert town.refusal(REGISTER_ORGANISATION, grid(elsewhere), by=SYSTEM).facts() == {"id": elsewhere}
    assert town.refusal(REGISTER_ORGANISATION, grid(elsewhere), by=town.chief).facts() == {"id": elsewhere}
    assert town.code(REGISTER_ORGANISATION, grid(top.organisation), by=town.chief) == "unknown-id"


def test_staff_do_not_register_organisations() -> None:
    town = Neighbourhood()

    assert town.code(REGISTER_ORGANISATION, grid(town.old_town), by=town.clerk) == "not-permitted"


def test_the_rules_of_the_tree_hold_for_the_system_too() -> None:
    town = Neighbourhood()
    below_a_grid = grid(town.organisation("grid", town.old_town))

    assert town.code(REGISTER_ORGANISATION, below_a_grid, by=SYSTEM) == "level-not-below-parent"
    assert town.code(REGISTER_ORGANISATION, grid(town.old_town, "123"), by=SYSTEM) == "division-code-malformed"
