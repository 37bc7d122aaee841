"""Stories of one node of the tree."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from ledger.kernel.decider import fold
from ledger.kernel.ids import OrganisationId
from ledger.kernel.refusal import Refusal
from ledger.membership.events import Level, OrganisationEnded, OrganisationMoved, OrganisationRegistered
from ledger.membership.levels import LEVELS, PARTY_LEVELS, lies_below, tree_of
from ledger.membership.organisation import ORGANISATION, End, Heir, Move, OrganisationState, Register
from ledger.membership.organisation_refusals import (
    AttachmentMisplaced,
    DivisionCodeMalformed,
    LevelNotBelowParent,
    OrganisationRegisteredOtherwise,
)
from ledger.membership.placement import Placement, above_on, has_ended, parent_on

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


HERE, THERE, NEXT, AFTER = (OrganisationId(UUID(int=number)) for number in range(2, 6))
TODAY = date(2026, 3, 4)
ONE = timedelta(days=1)
SOON = TODAY + 30 * ONE
GRID = OrganisationState("grid", DAY, HERE)


def move(to: OrganisationId = THERE, level: Level = "community", on: date = SOON) -> Move:
    return Move(organisation=NEXT, parent=to, parent_level=level, effective_from=on, today=TODAY)


def end(on: date = TODAY, *heirs: Heir) -> End:
    return End(organisation=NEXT, last_day=on, reason="re-cut", today=TODAY, heirs=heirs)


def after(state: OrganisationState, *commands: Register | Move | End) -> OrganisationState:
    for command in commands:
        state = fold(ORGANISATION, ORGANISATION.decide(state, command), state)
    return state


def test_the_levels_of_both_trees_are_told_apart() -> None:
    assert [level for level in LEVELS if tree_of(level) == "party"] == [one for one in LEVELS if one in PARTY_LEVELS]
    assert lies_below("building", "community")
    assert lies_below("party_branch", "party_committee")
    assert not any(lies_below(level, level) for level in LEVELS)
    assert not any(lies_below(party, other) for party in PARTY_LEVELS for other in LEVELS if other not in PARTY_LEVELS)


def test_a_moved_node_lies_where_it_lay_until_the_day() -> None:
    moved = after(GRID, move())

    assert ORGANISATION.decide(GRID, move()) == (OrganisationMoved(THERE, SOON),)
    assert moved.moves == (Placement(THERE, SOON),)
    assert (parent_on(moved, SOON - ONE), parent_on(moved, SOON)) == (HERE, THERE)


def test_a_move_to_where_the_node_lies_changes_nothing() -> None:
    assert ORGANISATION.decide(GRID, move(HERE)) == ()
    assert ORGANISATION.decide(after(GRID, move()), move()) == ()


def test_a_move_decided_by_mistake_is_corrected_for_the_same_day() -> None:
    assert parent_on(after(GRID, move(), move(AFTER)), SOON) == AFTER


def test_what_a_merged_node_goes_over_into_comes_next_above_it() -> None:
    merged = after(GRID, end(SOON, Heir(AFTER, "grid", DAY)))

    assert (above_on(merged, SOON), above_on(merged, SOON + ONE)) == (HERE, AFTER)
    assert (has_ended(merged, SOON), has_ended(merged, SOON + ONE)) == (False, True)


@pytest.mark.parametrize("heirs", [(), (Heir(AFTER, "grid", DAY), Heir(THERE, "grid", DAY))], ids=["none", "two"])
def test_a_node_that_was_split_or_only_ended_stays_where_it_lay(heirs: tuple[Heir, ...]) -> None:
    ended = after(GRID, end(SOON, *heirs))

    assert ended.successors == tuple(heir.organisation for heir in heirs)
    assert above_on(ended, SOON + ONE) == HERE


def test_the_same_registration_changes_nothing_after_moves_and_the_end() -> None:
    wanted = Register(level="grid", effective_from=DAY, parent=HERE, parent_level="community")

    assert ORGANISATION.decide(after(GRID, move(), end(SOON)), wanted) == ()


@pytest.mark.parametrize(
    ("state", "command", "code"),
    [
        (OrganisationState(), move(), "unknown-organisation"),
        (OrganisationState(), end(), "unknown-organisation"),
        (after(GRID, end(SOON)), move(), "organisation-has-ended"),
        (after(GRID, end(SOON)), end(SOON), "organisation-has-ended"),
        (GRID, move(level="grid", on=DAY), "level-not-below-parent"),
        (GRID, move(level="party_committee"), "level-not-below-parent"),
        (GRID, move(on=TODAY - ONE), "tree-change-in-the-past"),
        (after(GRID, move()), move(HERE, on=SOON - ONE), "tree-change-out-of-order"),
        (GRID, end(TODAY - 2 * ONE, Heir(NEXT, "grid", DAY)), "tree-change-in-the-past"),
        (after(GRID, move()), end(SOON - ONE), "tree-change-out-of-order"),
        (GRID, end(TODAY, Heir(NEXT, "street", DAY)), "own-successor"),
        (GRID, end(TODAY, Heir(AFTER, "grid", DAY), Heir(AFTER, "grid", DAY)), "own-successor"),
        (GRID, end(TODAY, Heir(AFTER, "street", SOON)), "successor-of-other-level"),
        (GRID, end(TODAY, Heir(AFTER, "grid", SOON)), "tree-change-out-of-order"),
    ],
)
def test_what_cannot_be_changed_is_refused_in_this_order(
    state: OrganisationState, command: Move | End, code: str
) -> None:
    with pytest.raises(Refusal) as refusal:
        ORGANISATION.decide(state, command)

    assert refusal.value.code == code


def test_a_node_can_end_yesterday_so_that_what_follows_begins_today() -> None:
    assert ORGANISATION.decide(GRID, end(TODAY - ONE)) == (OrganisationEnded(TODAY - ONE, "re-cut"),)


@pytest.mark.parametrize(
    ("level", "attached_level"), [("grid", "street"), ("party_branch", "party_committee"), ("party_branch", None)]
)
def test_only_a_party_node_is_attached_and_only_to_an_administrative_one(
    level: Level, attached_level: Level | None
) -> None:
    wanted = Register(level=level, effective_from=DAY, attached_to=HERE, attached_level=attached_level)

    with pytest.raises(AttachmentMisplaced):
        ORGANISATION.decide(ORGANISATION.initial, wanted)
