"""Use cases of teams: form, add and remove people, appoint a leader for a term, disband.

Each writes the team's and the members' streams in one commit. A leader acts at the door by the role `team_leader`,
which administrators grant; leading a team says whose people that reaches.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final, Protocol

from ledger.activities.activity import ACTIVITY
from ledger.activities.activity_state import ActivityState
from ledger.application.authority import (
    NotPermitted,
    Permission,
    UnknownId,
    line_of,
    require,
    require_for,
    require_known_member,
    require_over_activity,
)
from ledger.application.placing import require_place
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import ActivityId, MemberId, OrganisationId, TeamId
from ledger.membership import team as steps
from ledger.membership.abilities import JoinTeam, LeaveTeam
from ledger.membership.member import MEMBER
from ledger.membership.team import TEAM, Team
from ledger.membership.team_refusals import NotInTeam, TeamIsDisbanded


class FormTeam(Request, frozen=True):
    """Start a team in `organisation`. kind: what it does, a code. Its name is directory data."""

    team: TeamId
    organisation: OrganisationId
    kind: str


class AddToTeam(Request, frozen=True):
    """The member belongs to the team from today."""

    team: TeamId
    member: MemberId


class RemoveFromTeam(Request, frozen=True):
    """The member leaves the team; today still counts. member None: the actor, who may always go."""

    team: TeamId
    member: MemberId | None = None


class AppointTeamLeader(Request, frozen=True):
    """Let a member of the team lead it from from_day, today at the earliest, to until_day (None: until ended)."""

    team: TeamId
    member: MemberId
    from_day: date
    until_day: date | None = None


class EndTeamLeader(Request, frozen=True):
    """Nobody leads the team any more, at once: yesterday was the last day that counts."""

    team: TeamId


class DisbandTeam(Request, frozen=True):
    """The team is no more; today still counts. reason: a code."""

    team: TeamId
    reason: str


class _OfTeam(Protocol):
    @property
    def team(self) -> TeamId: ...


def end_team_memberships(work: Work, member: MemberId) -> int:
    """Take a member who leaves out of every team, before their own stream is closed; gives how many there were."""
    teams = work.state(MEMBER, member).abilities.teams
    for team in teams:
        _leave(work, team, member)
    return len(teams)


def leads_member(work: Work, team: TeamId, member: MemberId) -> bool:
    """Whether the actor leads `team` today and `member` belongs to it."""
    state = work.state(TEAM, team)
    return state.leader_on(work.today) == work.actor and member in state.members


def require_at_door(work: Work, activity: ActivityId, member: MemberId) -> ActivityState:
    """Let whoever may scan others at the activity pass, and a team's leader for the members of the team whose activity
    it is, whoever runs its door. Refuses as `require_over_activity`.
    """
    try:
        return require_over_activity(work, Permission.SCAN_OTHERS, activity)
    except NotPermitted:
        state = work.state(ACTIVITY, activity)
        if state.organisation is None or state.team is None or not leads_member(work, state.team, member):
            raise
        require(work, Permission.SCAN_OTHERS, state.organisation)
        return state


def require_team_of(work: Work, organisation: OrganisationId, team: TeamId | None) -> None:
    """Let a team (None: none is named) of `organisation`, above or below it pass. Else UnknownId; TeamIsDisbanded."""
    if team is None:
        return
    state = work.state(TEAM, team)
    if state.organisation is None:
        raise UnknownId(team)
    near = {*line_of(work, organisation)}
    if state.organisation not in near and organisation not in line_of(work, state.organisation):
        raise UnknownId(team)
    if state.disbanded_on is not None:
        raise TeamIsDisbanded(state.disbanded_on)


def _form(work: Work, request: FormTeam) -> Outcome:
    require_place(work, Permission.RUN_TEAMS, request.organisation)
    work.act(TEAM, request.team, steps.FormTeam(request.organisation, request.kind))
    return Outcome("team-formed", ids={"team": request.team})


def _add(work: Work, request: AddToTeam) -> Outcome:
    """Somebody from next door may belong to it."""
    _team(work, request.team)
    require_known_member(work, request.member)
    work.act(MEMBER, request.member, JoinTeam(request.team, work.today))
    work.act(TEAM, request.team, steps.AddToTeam(request.member, work.today))
    return Outcome("team-joined", ids={"team": request.team, "member": request.member})


def _remove(work: Work, request: RemoveFromTeam) -> Outcome:
    member = request.member or work.actor
    if member != work.actor or member not in work.state(TEAM, request.team).members:
        _team(work, request.team)
    _leave(work, request.team, member)
    return Outcome("team-left", ids={"team": request.team, "member": member})


def _appoint(work: Work, request: AppointTeamLeader) -> Outcome:
    _team(work, request.team)
    require_known_member(work, request.member)
    command = steps.AppointLeader(
        member=request.member,
        from_day=request.from_day,
        until_day=request.until_day,
        appointed_by=work.actor,
        today=work.today,
    )
    work.act(TEAM, request.team, command)
    return Outcome("team-leader-appointed", ids={"team": request.team, "member": request.member})


def _end_leader(work: Work, request: EndTeamLeader) -> Outcome:
    _team(work, request.team)
    work.act(TEAM, request.team, steps.EndLeader(work.today - timedelta(days=1)))
    return Outcome("team-leader-ended", ids={"team": request.team})


def _disband(work: Work, request: DisbandTeam) -> Outcome:
    members = sorted(_team(work, request.team).members)
    for member in members:
        _leave(work, request.team, member)
    work.act(TEAM, request.team, steps.Disband(work.today, request.reason))
    return Outcome("team-disbanded", ids={"team": request.team}, figures={"members": len(members)})


def _team(work: Work, team: TeamId) -> Team:
    """The team, in the scope of the actor's right to run it."""
    state = work.state(TEAM, team)
    require_for(work, Permission.RUN_TEAMS, state.organisation, team)
    return state


def _leave(work: Work, team: TeamId, member: MemberId) -> None:
    """Both sides of it; NotInTeam where the member is in no such team."""
    if member not in work.state(TEAM, team).members:
        raise NotInTeam(member)
    work.act(TEAM, team, steps.RemoveFromTeam(member, work.today))
    work.act(MEMBER, member, LeaveTeam(member, team, work.today))


def _reads(request: _OfTeam, actor: MemberId) -> Iterable[Stream]:
    return (Stream(MEMBER, actor), Stream(TEAM, request.team))


FORM_TEAM: Final = UseCase[FormTeam]("teams.form", _form, _reads)
ADD_TO_TEAM: Final = UseCase[AddToTeam]("teams.add", _add, _reads)
REMOVE_FROM_TEAM: Final = UseCase[RemoveFromTeam]("teams.remove", _remove, _reads)
APPOINT_TEAM_LEADER: Final = UseCase[AppointTeamLeader]("teams.appoint_leader", _appoint, _reads)
END_TEAM_LEADER: Final = UseCase[EndTeamLeader]("teams.end_leader", _end_leader, _reads)
DISBAND_TEAM: Final = UseCase[DisbandTeam]("teams.disband", _disband, _reads)
