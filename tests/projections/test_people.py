"""Members, roles, consents and organisations."""

from datetime import timedelta
from uuid import uuid4

from ledger.kernel.clock import business_day
from ledger.membership.events import (
    ConsentGiven,
    ConsentWithdrawn,
    HouseholdJoined,
    HouseholdLeft,
    MemberLeft,
    MemberRegistered,
    MemberReinstated,
    MemberSuspended,
    MemberVerified,
    RoleEnded,
    RoleGranted,
)
from projections import people

from .conftest import Told
from .log import START, Log

TODAY = business_day(START)
STREET, HOME, STAFF, ROLE, HOUSEHOLD = (uuid4() for _ in range(5))
MEMBER, OTHER = sorted([uuid4(), uuid4()])


def test_a_member_goes_through_each_state(told: Told) -> None:
    # given a member at each step
    log, seen = Log(), []
    steps = (
        MemberRegistered(HOME),
        MemberSuspended("late"),
        MemberVerified("identity-card", STAFF),
        MemberReinstated(),
        MemberSuspended("late"),
        MemberReinstated(),
        MemberLeft(),
    )
    for step in steps:
        log.happen(MEMBER, step)
        # when the member is read
        row = people.member(told(log, people.PROJECTION), MEMBER)
        assert row
        seen.append((row.status, row.is_verified))

    # then the state is there
    assert seen == [
        ("registered", False),
        ("suspended", False),
        ("suspended", True),
        ("verified", True),
        ("suspended", True),
        ("verified", True),
        ("left", True),
    ]


def test_members_are_listed_by_home_in_pages_and_counted(told: Told) -> None:
    # given two members of one community, one of whom left
    log = Log()
    for member in (MEMBER, OTHER):
        log.happen(member, MemberRegistered(HOME))
    log.happen(OTHER, MemberLeft())
    connection = told(log, people.PROJECTION)

    # when they are listed, then in order of id, page by page
    assert [row.member for row in people.members_of(connection, HOME, limit=1)] == [MEMBER]
    assert [row.member for row in people.members_of(connection, HOME, after=MEMBER)] == [OTHER]
    assert people.count_by_home(connection, [HOME, STREET]) == {HOME: 1}
    assert people.member(connection, STAFF) is None


def test_roles_hold_from_their_first_to_their_last_day_unless_ended(told: Told) -> None:
    # given a role for ten days and one that was ended
    log, last = Log(), TODAY + timedelta(days=9)
    log.happen(MEMBER, RoleGranted(ROLE, "staff", HOME, TODAY, last), RoleGranted(STAFF, "approver", HOME, TODAY))
    log.happen(MEMBER, RoleEnded(STAFF))
    connection = told(log, people.PROJECTION)

    # when a day is named, then the roles of that day are given
    days = [TODAY - timedelta(days=1), TODAY, last, last + timedelta(days=1)]
    assert [[role.role for role in people.roles_of(connection, MEMBER, day=day)] for day in days] == [
        [],
        ["staff"],
        ["staff"],
        [],
    ]
    assert [len(people.roles_from(connection, MEMBER, day=day)) for day in days] == [1, 1, 1, 0]
    assert [role.member for role in people.roles_in(connection, HOME, day=TODAY)] == [MEMBER]


def test_consents_and_the_household_are_those_that_hold_now(told: Told) -> None:
    # given consents given and taken back, and a household joined
    log = Log()
    log.happen(MEMBER, MemberRegistered(HOME), ConsentGiven("boards", "1"), ConsentGiven("notices", "2"))
    log.happen(MEMBER, ConsentWithdrawn("boards"), HouseholdJoined(HOUSEHOLD, TODAY))

    # when they are read
    connection = told(log, people.PROJECTION)

    # then only those that hold are there
    assert [(one.purpose, one.text_version) for one in people.consents_of(connection, MEMBER)] == [("notices", "2")]
    assert [row.member for row in people.members_in_household(connection, HOUSEHOLD)] == [MEMBER]
    log.happen(MEMBER, HouseholdLeft(HOUSEHOLD, TODAY))
    assert people.members_in_household(told(log, people.PROJECTION), HOUSEHOLD) == []
