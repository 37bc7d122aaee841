"""Stories of a team: who is in it, who leads it and until when, and how it ends."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from ledger.kernel.decider import fold
from ledger.kernel.ids import MemberId, OrganisationId
from ledger.kernel.refusal import Refusal
from ledger.membership.events import (
    TeamDisbanded,
    TeamFormed,
    TeamLeaderEnded,
    TeamMemberAdded,
    TeamMemberRemoved,
)
from ledger.membership.team import (
    TEAM,
    TEAM_MEMBERS_MAX,
    AddToTeam,
    AppointLeader,
    Disband,
    EndLeader,
    FormTeam,
    RemoveFromTeam,
    Team,
    TeamCommand,
)
from ledger.membership.team_refusals import (
    NotInTeam,
    OwnTeamAppointment,
    TeamAlreadyFormed,
    TeamFull,
    TeamHasNoLeader,
    TeamIsDisbanded,
    TermBackwards,
    UnknownTeam,
)

ANN, BEN, CLERK = (MemberId(UUID(int=number)) for number in range(1, 4))
PLACE = OrganisationId(UUID(int=9))
TODAY = date(2026, 3, 4)
DAY = timedelta(days=1)
FORM = FormTeam(PLACE, "patrol")
ANN_JOINS, BEN_JOINS = AddToTeam(ANN, TODAY), AddToTeam(BEN, TODAY)


def appoint(
    member: MemberId = ANN, from_day: date = TODAY, until_day: date | None = None, by: MemberId = CLERK
) -> AppointLeader:
    return AppointLeader(member, from_day, until_day, by, TODAY)


def after(*commands: TeamCommand) -> Team:
    state = Team()
    for command in commands:
        state = fold(TEAM, TEAM.decide(state, command), state)
    return state


def test_people_join_and_leave() -> None:
    state = after(FORM, ANN_JOINS, BEN_JOINS)

    assert TEAM.decide(Team(), FORM) == (TeamFormed(PLACE, "patrol"),)
    assert TEAM.decide(after(FORM), ANN_JOINS) == (TeamMemberAdded(ANN, TODAY),)
    assert TEAM.decide(state, RemoveFromTeam(BEN, TODAY)) == (TeamMemberRemoved(BEN, TODAY),)
    assert after(FORM, ANN_JOINS, BEN_JOINS, RemoveFromTeam(BEN, TODAY)).members == {ANN}


def test_a_leader_leads_for_a_term() -> None:
    until = TODAY + 10 * DAY
    state = after(FORM, ANN_JOINS, appoint(from_day=TODAY + DAY, until_day=until))

    leaders = [state.leader_on(day) for day in (TODAY, TODAY + DAY, until, until + DAY)]

    assert leaders == [None, ANN, ANN, None]


def test_the_next_leader_follows_the_one_before() -> None:
    state = after(FORM, ANN_JOINS, BEN_JOINS, appoint(), appoint(BEN, TODAY + 5 * DAY))

    assert [state.leader_on(TODAY + days * DAY) for days in (0, 4, 5, 500)] == [ANN, ANN, BEN, BEN]


def test_whoever_is_appointed_for_the_same_day_takes_the_place_of_the_other() -> None:
    state = after(FORM, ANN_JOINS, BEN_JOINS, appoint(), appoint(BEN))

    assert (state.leader_on(TODAY), len(state.terms)) == (BEN, 1)


def test_an_end_ends_what_is_to_come_too() -> None:
    state = after(FORM, ANN_JOINS, BEN_JOINS, appoint(), appoint(BEN, TODAY + 5 * DAY))

    assert TEAM.decide(state, EndLeader(TODAY)) == (TeamLeaderEnded(ANN, TODAY), TeamLeaderEnded(BEN, TODAY))
    ended = fold(TEAM, TEAM.decide(state, EndLeader(TODAY)), state)
    assert [ended.leader_on(TODAY + days * DAY) for days in (0, 1, 5)] == [ANN, None, None]


def test_a_leader_who_leaves_the_team_leads_it_no_longer() -> None:
    state = after(FORM, ANN_JOINS, BEN_JOINS, appoint(), appoint(BEN, TODAY + 5 * DAY))

    events = TEAM.decide(state, RemoveFromTeam(ANN, TODAY))

    assert events == (TeamLeaderEnded(ANN, TODAY - DAY), TeamMemberRemoved(ANN, TODAY))
    left = fold(TEAM, events, state)
    assert [left.leader_on(TODAY + days * DAY) for days in (0, 1, 5)] == [None, None, BEN]


def test_a_disbanded_team_has_nobody_to_lead_it_afterwards() -> None:
    state = after(FORM, ANN_JOINS, appoint(), RemoveFromTeam(ANN, TODAY), Disband(TODAY, "no-longer-needed"))

    assert TEAM.decide(after(FORM), Disband(TODAY, "x")) == (TeamDisbanded(TODAY, "x"),)
    assert (state.leader_on(TODAY + DAY), state.disbanded_on, state.members) == (None, TODAY, frozenset())


FULL = (FORM, *(AddToTeam(MemberId(UUID(int=100 + number)), TODAY) for number in range(TEAM_MEMBERS_MAX)))
IN_IT = (FORM, ANN_JOINS)
REFUSED: dict[str, tuple[tuple[TeamCommand, ...], TeamCommand, type[Refusal]]] = {
    "form it twice": ((FORM,), FORM, TeamAlreadyFormed),
    "join what nobody formed": ((), ANN_JOINS, UnknownTeam),
    "join what is disbanded": ((FORM, Disband(TODAY, "x")), ANN_JOINS, TeamIsDisbanded),
    "disband it twice": ((FORM, Disband(TODAY, "x")), Disband(TODAY, "x"), TeamIsDisbanded),
    "join a full one": (FULL, ANN_JOINS, TeamFull),
    "leave what one is not in": ((FORM,), RemoveFromTeam(ANN, TODAY), NotInTeam),
    "appoint oneself": (IN_IT, appoint(by=ANN), OwnTeamAppointment),
    "appoint somebody else's": ((FORM,), appoint(), NotInTeam),
    "end before it starts": (IN_IT, appoint(until_day=TODAY - DAY), TermBackwards),
    "begin in the past": (IN_IT, appoint(from_day=TODAY - DAY), TermBackwards),
    "end what nobody leads": (IN_IT, EndLeader(TODAY), TeamHasNoLeader),
    "end what has ended": ((*IN_IT, appoint(), EndLeader(TODAY)), EndLeader(TODAY), TeamHasNoLeader),
}


@pytest.mark.parametrize(("given", "command", "refusal"), REFUSED.values(), ids=REFUSED)
def test_what_stands_in_the_way_is_named(
    given: tuple[TeamCommand, ...], command: TeamCommand, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        TEAM.decide(after(*given), command)
