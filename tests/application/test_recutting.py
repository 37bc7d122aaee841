"""Stories of trees that are cut anew: who may, what follows what, and what a role still reaches afterwards."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from two_communities import NOBODY, NOW, TODAY, Neighbourhood

from ledger.application.authority import Permission, line_of, require
from ledger.application.members import (
    GRANT_ROLE,
    REGISTER_MEMBER,
    SUSPEND_MEMBER,
    GrantRole,
    RegisterMember,
    SuspendMember,
)
from ledger.application.organisations import REGISTER_ORGANISATION, RegisterOrganisation
from ledger.application.recutting import (
    END_ORGANISATION,
    MERGE_ORGANISATIONS,
    MOVE_ORGANISATION,
    SPLIT_ORGANISATION,
    EndOrganisation,
    MergeOrganisations,
    MoveOrganisation,
    SplitOrganisation,
    Successor,
)
from ledger.application.work import AnyDecider, Versioned, Work
from ledger.kernel.calendar import WeekdaysOnly
from ledger.kernel.envelope import Envelope
from ledger.kernel.ids import SYSTEM, CommandId, MemberId, OrganisationId
from ledger.kernel.refusal import Refusal
from ledger.membership.organisation import ORGANISATION

SOON = TODAY + timedelta(days=30)
DAY = timedelta(days=1)


NODE = OrganisationId(uuid4())


class Counting:
    """The states of a town, and which of them were asked for."""

    def __init__(self, town: "Town") -> None:
        self.read: list[UUID] = []
        self._ledger = town.ledger

    def load(self, decider: AnyDecider, stream: UUID) -> Versioned:
        self.read.append(stream)
        return self._ledger.load(decider, stream)


class Town(Neighbourhood):
    """The street's two communities; old town has two grids."""

    def __init__(self) -> None:
        super().__init__()
        self.east, self.west = (self.organisation("grid", self.old_town) for _ in range(2))

    def merged(self, *, on: date = SOON) -> OrganisationId:
        """Old and new town become one."""
        successor = Successor(OrganisationId(uuid4()), self.street)
        request = MergeOrganisations((self.old_town, self.new_town), successor, on, "re-cut")
        self.run(MERGE_ORGANISATIONS, request, by=self.chief)
        return successor.organisation

    def line(self, organisation: OrganisationId, day: date) -> list[OrganisationId]:
        return [*line_of(self.work(SYSTEM, TODAY), organisation, day)]

    def work(self, actor: MemberId, day: date) -> Work:
        at = NOW + (day - TODAY)
        return Work(self.ledger, Envelope(at=at, actor=actor, command=CommandId(uuid4())), WeekdaysOnly())

    def may(self, actor: MemberId, organisation: OrganisationId, day: date) -> bool:
        try:
            require(self.work(actor, day), Permission.REGISTER_MEMBERS, organisation)
        except Refusal:
            return False
        return True


def test_a_node_is_moved_from_a_day_on_and_lies_where_it_lay_until_then() -> None:
    town = Town()
    request = MoveOrganisation(town.east, town.new_town, SOON)

    first = town.run(MOVE_ORGANISATION, request, by=town.chief)
    second = town.run(MOVE_ORGANISATION, request, by=town.chief)

    assert (first.code, second.code) == ("organisation-moved", "already-there")
    assert town.line(town.east, SOON - DAY) == [town.east, town.old_town, town.street]
    assert town.line(town.east, SOON) == [town.east, town.new_town, town.street]
    assert town.may(town.clerk, town.east, SOON - DAY)
    assert not town.may(town.clerk, town.east, SOON)


def test_two_communities_become_one_in_a_single_commit() -> None:
    town = Town()
    before = len(town.ledger.log)

    successor = town.merged()

    assert len(town.ledger.log) == before + 3
    assert town.line(town.east, SOON - DAY) == [town.east, town.old_town, town.street]
    assert town.line(town.east, SOON) == [town.east, town.old_town, successor, town.street]
    assert town.ledger.load(ORGANISATION, town.old_town).state.last_day == SOON - DAY


def test_a_node_is_taken_up_by_one_that_is_there_already() -> None:
    town = Town()
    request = MergeOrganisations((town.west,), Successor(town.east), SOON, "re-cut")

    answer = town.run(MERGE_ORGANISATIONS, request, by=town.chief)

    assert (answer.code, answer.ids) == ("organisations-merged", {"successor": town.east})
    assert town.line(town.west, SOON) == [town.west, town.east, town.old_town, town.street]


def test_a_community_is_split_and_its_grids_are_placed() -> None:
    town = Town()
    north, south = OrganisationId(uuid4()), OrganisationId(uuid4())
    successors = (Successor(north, town.street, children=(town.east,)), Successor(south, town.street))

    answer = town.run(SPLIT_ORGANISATION, SplitOrganisation(town.old_town, successors, SOON, "re-cut"), by=town.chief)

    assert answer.code == "organisation-split"
    assert answer.ids == {"organisation": town.old_town, "successor_1": north, "successor_2": south}
    assert town.line(town.east, SOON) == [town.east, north, town.street]
    assert town.line(town.west, SOON) == [town.west, town.old_town, town.street], "nobody placed it"


def test_a_role_for_an_ended_node_reaches_nothing_and_one_above_reaches_what_followed() -> None:
    town = Town()
    successor = town.merged()

    assert town.may(town.clerk, town.old_town, SOON - DAY)
    assert not town.may(town.clerk, town.old_town, SOON)
    assert not town.may(town.clerk, successor, SOON)
    assert all(town.may(town.chief, node, SOON) for node in (successor, town.old_town, town.east))


def test_staff_of_the_successor_act_for_those_at_home_in_what_was_merged() -> None:
    town = Town()
    resident, successor, at = town.member(), town.merged(), NOW + timedelta(days=30)
    clerk = town.member()
    town.run(GRANT_ROLE, GrantRole(clerk, "staff", successor, SOON), by=town.chief)

    answer = town.run(SUSPEND_MEMBER, SuspendMember(resident, "x"), by=clerk, at=at)

    assert answer.code == "member-suspended"


def test_nothing_new_is_placed_in_a_node_that_has_ended() -> None:
    town = Town()
    town.merged()
    at = NOW + timedelta(days=30)
    asked: list[tuple[Any, Any]] = [
        (REGISTER_MEMBER, RegisterMember(NOBODY, town.old_town)),
        (GRANT_ROLE, GrantRole(town.clerk, "auditor", town.old_town, SOON)),
        (REGISTER_ORGANISATION, RegisterOrganisation(OrganisationId(uuid4()), "grid", SOON, town.old_town)),
    ]

    assert {town.code(*one, by=town.chief, at=at) for one in asked} == {"organisation-has-ended"}
    system = RegisterOrganisation(OrganisationId(uuid4()), "grid", SOON, town.old_town)
    assert town.code(REGISTER_ORGANISATION, system, by=SYSTEM, at=at) == "organisation-has-ended"
    assert town.run(REGISTER_MEMBER, RegisterMember(NOBODY, town.old_town), by=town.chief).code == "member-registered"


def test_a_list_that_names_an_ended_node_can_be_imported_again() -> None:
    town = Town()
    town.merged(on=TODAY + DAY)
    again = RegisterOrganisation(town.east, "grid", TODAY, town.old_town)

    assert town.run(REGISTER_ORGANISATION, again, by=SYSTEM, at=NOW + 9 * DAY).code == "already-registered"


def test_a_node_can_end_with_nothing_to_follow_it() -> None:
    town = Town()

    assert town.run(END_ORGANISATION, EndOrganisation(town.east, TODAY, "dissolved"), by=town.chief).ids == {
        "organisation": town.east
    }
    assert town.line(town.east, SOON) == [town.east, town.old_town, town.street]


@pytest.mark.parametrize("who", ["clerk", "resident"])
def test_only_administrators_cut_a_tree(who: str) -> None:
    town = Town()
    actor = town.clerk if who == "clerk" else town.member()

    assert town.code(END_ORGANISATION, EndOrganisation(town.east, TODAY, "x"), by=actor) == "not-permitted"


def test_what_lies_elsewhere_is_unknown_to_an_administrator_of_one_community() -> None:
    town = Town()
    chief = town.with_role("administrator", town.old_town)
    requests: list[tuple[Any, Any]] = [
        (MOVE_ORGANISATION, MoveOrganisation(town.east, town.new_town, SOON)),
        (MERGE_ORGANISATIONS, MergeOrganisations((town.old_town,), Successor(town.new_town), SOON, "x")),
        (MERGE_ORGANISATIONS, MergeOrganisations((town.new_town,), Successor(town.old_town), SOON, "x")),
        (
            SPLIT_ORGANISATION,
            SplitOrganisation(town.old_town, (Successor(OrganisationId(uuid4()), town.street),) * 2, SOON, "x"),
        ),
        (END_ORGANISATION, EndOrganisation(town.new_town, TODAY, "x")),
    ]

    assert [town.code(*one, by=chief) for one in requests] == ["unknown-id"] * 5


def test_what_does_not_fit_is_refused_and_nothing_of_it_is_kept() -> None:
    town = Town()
    new = Successor(OrganisationId(uuid4()), town.street)
    ended = town.organisation("grid", town.old_town)
    town.run(END_ORGANISATION, EndOrganisation(ended, TODAY, "x"), by=town.chief)
    later = RegisterOrganisation(OrganisationId(uuid4()), "community", SOON, town.street)
    town.run(REGISTER_ORGANISATION, later, by=SYSTEM)
    cases: list[tuple[Any, Any, str]] = [
        (MOVE_ORGANISATION, MoveOrganisation(town.old_town, town.new_town, SOON), "level-not-below-parent"),
        (MOVE_ORGANISATION, MoveOrganisation(town.east, town.new_town, TODAY - DAY), "tree-change-out-of-order"),
        (MOVE_ORGANISATION, MoveOrganisation(ended, town.new_town, SOON), "organisation-has-ended"),
        (MOVE_ORGANISATION, MoveOrganisation(town.east, later.organisation, TODAY), "tree-change-out-of-order"),
        (MERGE_ORGANISATIONS, MergeOrganisations((town.east,), Successor(ended), SOON, "x"), "organisation-has-ended"),
        (MERGE_ORGANISATIONS, MergeOrganisations((town.east,), Successor(town.old_town), SOON, "x"),
         "successor-of-other-level"),
        (MERGE_ORGANISATIONS, MergeOrganisations((town.east,), Successor(town.east), SOON, "x"), "own-successor"),
        (MERGE_ORGANISATIONS, MergeOrganisations((town.east, town.west), Successor(town.west), SOON, "x"),
         "own-successor"),
        (MERGE_ORGANISATIONS, MergeOrganisations((town.east,) * 2, Successor(town.west), SOON, "x"),
         "organisation-has-ended"),
        (SPLIT_ORGANISATION, SplitOrganisation(town.old_town, (new, new), SOON, "x"), "own-successor"),
        (SPLIT_ORGANISATION, SplitOrganisation(town.east, (Successor(NODE, town.west),) * 2, SOON, "x"),
         "level-not-below-parent"),
        (END_ORGANISATION, EndOrganisation(town.east, TODAY - 2 * DAY, "x"), "tree-change-in-the-past"),
        (END_ORGANISATION, EndOrganisation(town.east, TODAY - DAY, "x"), "tree-change-out-of-order"),
    ]  # fmt: skip

    assert [town.code(use_case, request, by=town.chief) for use_case, request, _ in cases] == [
        code for _, _, code in cases
    ]


def test_the_usual_line_reads_each_node_once_and_nothing_else() -> None:
    town = Town()
    states = Counting(town)
    envelope = Envelope(at=NOW, actor=town.clerk, command=CommandId(uuid4()))

    line = [*line_of(Work(states, envelope, WeekdaysOnly()), town.east)]

    assert line == states.read == [town.east, town.old_town, town.street]
