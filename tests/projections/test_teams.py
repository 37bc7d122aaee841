"""Teams as staff and leaders see them, and skills as they count."""

from datetime import timedelta
from uuid import uuid4

from ledger.kernel.clock import business_day
from ledger.kernel.ids import MemberId, OrganisationId
from ledger.membership.events import (
    SkillRecorded,
    SkillWithdrawn,
    TeamDisbanded,
    TeamFormed,
    TeamLeaderAppointed,
    TeamLeaderEnded,
    TeamMemberAdded,
    TeamMemberRemoved,
)
from projections import teams

from .conftest import Told
from .log import START, Log

TODAY = business_day(START)
DAY = timedelta(days=1)
TEAM, OTHER, PLACE = uuid4(), uuid4(), OrganisationId(uuid4())
ANN, BEN, CLERK = (MemberId(uuid4()) for _ in range(3))


def formed() -> Log:
    """A team of two, led by ann and from the fifth day on by ben."""
    log = Log()
    log.happen(TEAM, TeamFormed(PLACE, "patrol"), TeamMemberAdded(ANN, TODAY), TeamMemberAdded(BEN, TODAY))
    log.happen(TEAM, TeamLeaderAppointed(ANN, TODAY), TeamLeaderAppointed(BEN, TODAY + 5 * DAY))
    return log


def test_a_team_is_listed_with_how_many_are_in_it_and_who_leads_it_on_a_day(told: Told) -> None:
    log = formed()
    log.happen(OTHER, TeamFormed(PLACE, "choir"))

    connection = told(log, teams.PROJECTION)

    first, second = teams.of_organisation(connection, PLACE)
    assert (first.team, first.kind, first.members, second.team) == (TEAM, "patrol", 2, OTHER)
    terms = [first.term_on(TODAY + days * DAY) for days in (-1, 0, 4, 5)]
    assert [term and term.member for term in terms] == [None, ANN, ANN, BEN]
    assert teams.of_organisation(connection, PLACE, after=first.position) == [second]


def test_who_leaves_is_gone_from_the_list_and_leads_no_longer(told: Told) -> None:
    log = formed()
    log.happen(TEAM, TeamLeaderEnded(ANN, TODAY), TeamMemberRemoved(ANN, TODAY))

    connection = told(log, teams.PROJECTION)

    row = teams.team(connection, TEAM)
    assert row is not None
    assert [one.member for one in teams.members_of(connection, TEAM)] == [BEN]
    assert (teams.teams_of(connection, ANN), teams.is_member(connection, TEAM, BEN)) == ([], True)
    terms = [row.term_on(TODAY + days * DAY) for days in (0, 1, 5)]
    assert [term and term.member for term in terms] == [ANN, None, BEN]


def test_a_disbanded_team_says_since_when_and_why(told: Told) -> None:
    log = formed()
    log.happen(TEAM, TeamMemberRemoved(ANN, TODAY), TeamMemberRemoved(BEN, TODAY), TeamDisbanded(TODAY, "too-few"))

    row = teams.team(told(log, teams.PROJECTION), TEAM)

    assert row is not None
    assert (row.members, row.disbanded_on, row.reason, row.term_on(TODAY + DAY)) == (0, TODAY, "too-few", None)


def test_the_newest_record_of_a_skill_is_shown_until_it_is_withdrawn(told: Told) -> None:
    log = Log()
    log.happen(ANN, SkillRecorded("first-aid", "certificate", CLERK, TODAY), SkillRecorded("driving", "licence", CLERK))
    log.happen(ANN, SkillRecorded("first-aid", "seen-at-work", CLERK))
    log.happen(BEN, SkillRecorded("driving", "licence", CLERK), SkillWithdrawn("driving", "licence-lost"))

    connection = told(log, teams.PROJECTION)

    found = [(one.skill, one.basis, one.valid_until) for one in teams.skills_of(connection, ANN)]
    assert found == [("driving", "licence", None), ("first-aid", "seen-at-work", None)]
    assert {one.member for one in teams.skilled(connection, [ANN, BEN])} == {ANN}
