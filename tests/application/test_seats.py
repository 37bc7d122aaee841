"""Stories of people who sit in both trees, and of who may seat them."""

from datetime import timedelta
from uuid import uuid4

from two_communities import NOW, TODAY, Neighbourhood

from ledger.application.founding import FOUND_ADMINISTRATOR, FoundAdministrator
from ledger.application.leaving import MOVE_HOME, MoveHome
from ledger.application.members import (
    GRANT_ROLE,
    REGISTER_MEMBER,
    SUSPEND_MEMBER,
    GrantRole,
    RegisterMember,
    SuspendMember,
)
from ledger.application.organisations import REGISTER_ORGANISATION, RegisterOrganisation
from ledger.application.recutting import END_ORGANISATION, EndOrganisation
from ledger.application.seats import SEAT_MEMBER, UNSEAT_MEMBER, SeatMember, UnseatMember
from ledger.kernel.ids import SYSTEM, MemberId, OrganisationId
from ledger.membership.events import Level
from ledger.membership.member import MEMBER
from ledger.membership.member_state import Seat

DAY = timedelta(days=1)


class Street(Neighbourhood):
    """Old town has two grids; beside the street stands a party committee with two branches and their keeper."""

    def __init__(self) -> None:
        super().__init__()
        self.east, self.west = (self.organisation("grid", self.old_town) for _ in range(2))
        self.committee = self.party("party_committee", None)
        self.branch, self.other_branch = (self.party("party_branch", self.committee) for _ in range(2))
        self.keeper = self.with_role("staff", self.branch)

    def party(self, level: Level, parent: OrganisationId | None) -> OrganisationId:
        node = OrganisationId(uuid4())
        attached = self.street if parent is None else None
        request = RegisterOrganisation(node, level, TODAY, parent, attached_to=attached)
        self.run(REGISTER_ORGANISATION, request, by=self.chief)
        return node

    def seats(self, member: MemberId) -> tuple[Seat, ...]:
        return self.ledger.load(MEMBER, member).state.seats


def test_a_person_sits_in_both_trees_at_once() -> None:
    town = Street()
    member = town.member()

    town.run(SEAT_MEMBER, SeatMember(member, town.east, TODAY), by=town.clerk)
    answer = town.run(SEAT_MEMBER, SeatMember(member, town.branch, TODAY), by=town.keeper)

    assert answer.code == "seat-taken"
    assert town.seats(member) == (Seat(town.east, TODAY), Seat(town.branch, TODAY))


def test_another_seat_in_the_same_tree_ends_the_one_before() -> None:
    town = Street()
    member, later = town.member(), TODAY + 9 * DAY
    for seat in (town.east, town.branch):
        by = town.keeper if seat == town.branch else town.clerk
        town.run(SEAT_MEMBER, SeatMember(member, seat, TODAY), by=by)

    town.run(SEAT_MEMBER, SeatMember(member, town.west, later), by=town.clerk)
    again = len(town.ledger.log)
    town.run(SEAT_MEMBER, SeatMember(member, town.west, later), by=town.clerk)

    assert len(town.ledger.log) == again
    assert town.seats(member) == (Seat(town.east, TODAY, later - DAY), Seat(town.branch, TODAY), Seat(town.west, later))


def test_a_seat_is_left_and_can_be_taken_again() -> None:
    town = Street()
    member = town.member()
    town.run(SEAT_MEMBER, SeatMember(member, town.branch, TODAY), by=town.keeper)

    left = town.run(UNSEAT_MEMBER, UnseatMember(member, town.branch, TODAY), by=town.keeper)
    twice = town.code(UNSEAT_MEMBER, UnseatMember(member, town.branch, TODAY), by=town.keeper)
    town.run(SEAT_MEMBER, SeatMember(member, town.branch, TODAY), by=town.keeper)

    assert (left.code, twice) == ("seat-left", "not-seated-there")
    assert town.seats(member) == (Seat(town.branch, TODAY, TODAY), Seat(town.branch, TODAY))


def test_days_that_do_not_fit_a_seat_are_refused() -> None:
    town = Street()
    member, later = town.member(), TODAY + 9 * DAY
    town.run(SEAT_MEMBER, SeatMember(member, town.east, later), by=town.clerk)

    earlier = SeatMember(member, town.west, TODAY)
    before_it_began = UnseatMember(member, town.east, TODAY)

    assert town.code(SEAT_MEMBER, earlier, by=town.clerk) == "seat-held-then"
    assert town.code(UNSEAT_MEMBER, before_it_began, by=town.clerk) == "seat-held-then"
    town.run(UNSEAT_MEMBER, UnseatMember(member, town.east, later + 9 * DAY), by=town.clerk)
    assert town.code(SEAT_MEMBER, SeatMember(member, town.west, later + DAY), by=town.clerk) == "seat-held-then"


def test_the_party_books_are_kept_by_those_who_have_a_role_there() -> None:
    town = Street()
    member = town.member()
    request = SeatMember(member, town.branch, TODAY)

    assert town.code(SEAT_MEMBER, request, by=town.clerk) == "unknown-id", "staff of the community"
    assert town.code(SEAT_MEMBER, request, by=town.chief) == "unknown-id", "administrator of the street"
    assert town.code(SEAT_MEMBER, SeatMember(member, town.other_branch, TODAY), by=town.keeper) == "unknown-id"
    assert town.code(SEAT_MEMBER, request, by=town.with_role("approver", town.branch)) == "not-permitted"


def test_a_role_in_the_party_gives_nothing_in_the_administrative_tree() -> None:
    town = Street()
    member = town.member()

    assert town.code(SUSPEND_MEMBER, SuspendMember(member, "x"), by=town.keeper) == "unknown-id"
    assert town.code(SEAT_MEMBER, SeatMember(member, town.east, TODAY), by=town.keeper) == "unknown-id"
    somebody = RegisterMember(MemberId(uuid4()), town.branch)
    assert town.code(REGISTER_MEMBER, somebody, by=town.keeper) == "home-in-party-tree"


def test_an_administrator_of_the_street_builds_the_party_tree_and_appoints_in_it() -> None:
    town = Street()
    granted = GrantRole(town.member(), "staff", town.other_branch, TODAY)
    unattached = RegisterOrganisation(OrganisationId(uuid4()), "party_committee", TODAY)
    misplaced = RegisterOrganisation(OrganisationId(uuid4()), "grid", TODAY, town.old_town, attached_to=town.street)
    below_a_street = RegisterOrganisation(OrganisationId(uuid4()), "party_branch", TODAY, town.street)

    assert town.run(GRANT_ROLE, granted, by=town.chief).code == "role-granted"
    assert town.code(REGISTER_ORGANISATION, unattached, by=town.chief) == "not-permitted"
    assert town.code(REGISTER_ORGANISATION, misplaced, by=town.chief) == "attachment-misplaced"
    assert town.code(REGISTER_ORGANISATION, below_a_street, by=town.chief) == "level-not-below-parent"
    own_chief = town.with_role("administrator", town.old_town)
    elsewhere = RegisterOrganisation(OrganisationId(uuid4()), "party_branch", TODAY, town.committee)
    assert town.code(REGISTER_ORGANISATION, elsewhere, by=own_chief) == "unknown-id"


def test_people_sit_only_where_there_are_seats() -> None:
    town = Street()
    member, abroad = town.member(), town.organisation("grid", town.new_town)
    town.run(END_ORGANISATION, EndOrganisation(town.west, TODAY, "x"), by=town.chief)
    tomorrow = NOW + DAY

    assert town.code(SEAT_MEMBER, SeatMember(member, abroad, TODAY), by=town.clerk) == "seat-outside-home"
    assert town.code(SEAT_MEMBER, SeatMember(member, town.old_town, TODAY), by=town.clerk) == "no-seats-at-this-level"
    assert town.code(SEAT_MEMBER, SeatMember(member, OrganisationId(uuid4()), TODAY), by=town.clerk) == "unknown-id"
    west = SeatMember(member, town.west, TODAY)
    assert town.code(SEAT_MEMBER, west, by=town.clerk, at=tomorrow) == "organisation-has-ended"


def test_who_moves_away_leaves_the_grid_and_keeps_the_branch() -> None:
    town = Street()
    member, later = town.member(), TODAY + 9 * DAY
    for seat, by in ((town.east, town.clerk), (town.branch, town.keeper)):
        town.run(SEAT_MEMBER, SeatMember(member, seat, TODAY), by=by)
    mover = town.with_role("staff", town.new_town)

    town.run(MOVE_HOME, MoveHome(member, town.new_town, later, "moved", has_shown=True), by=mover, at=NOW + 9 * DAY)

    assert town.seats(member) == (Seat(town.east, TODAY, later - DAY), Seat(town.branch, TODAY))


def test_the_first_administrator_of_a_party_tree_is_somebody_at_home_elsewhere() -> None:
    town = Street()
    nobody = FoundAdministrator(MemberId(uuid4()), town.committee)

    assert town.code(FOUND_ADMINISTRATOR, nobody, by=SYSTEM) == "home-in-party-tree"
    known = town.run(FOUND_ADMINISTRATOR, FoundAdministrator(town.member(), town.committee), by=SYSTEM)
    assert known.figures == {"roles_granted": 2}
