"""Running teams: form, add and let go, appoint a leader for a term, disband."""

from datetime import date
from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from api.answers import written
from api.calls import submit
from api.identity import SIGNED_IN
from api.v1.body_fields import Title
from api.v1.commanding import commanding
from api.v1.texts import Wording, new_with_texts
from ledger.application.authority import Permission
from ledger.application.teams import (
    ADD_TO_TEAM,
    APPOINT_TEAM_LEADER,
    DISBAND_TEAM,
    END_TEAM_LEADER,
    FORM_TEAM,
    REMOVE_FROM_TEAM,
    AddToTeam,
    AppointTeamLeader,
    DisbandTeam,
    EndTeamLeader,
    FormTeam,
    RemoveFromTeam,
)
from ledger.application.vocabulary import Reason, TeamKind
from ledger.kernel.ids import MemberId, OrganisationId, TeamId


class TeamBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A team to be formed. kind: what it does, a code such as `patrol`."""

    name: Title
    organisation: UUID
    kind: TeamKind


class TeamMemberBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Who joins today."""

    member: UUID


class TeamLeavingBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Who leaves today; left out: the caller."""

    member: UUID | None = None


class TeamLeaderBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Who leads it, from today at the earliest; until_day left out: until ended."""

    member: UUID
    from_day: date
    until_day: date | None = None


class DisbandBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Why: a code."""

    reason: Reason


THEMSELVES = TeamLeavingBody()


@commanding("/teams", Permission.RUN_TEAMS, "teams", body=TeamBody, status=201)
async def form_team(request: Request[Any, Any, Any], data: JSONBody[TeamBody]) -> Response[bytes]:
    """Start a team. Its name is kept outside the ledger."""
    organisation = OrganisationId(data.organisation)
    new = await new_with_texts(request, "team", Wording(organisation, Permission.RUN_TEAMS, {"name": data.name}))
    return written(await submit(request, FORM_TEAM, FormTeam(TeamId(new.id), organisation, data.kind)), status=201)


@commanding("/teams/{team:str}/members", Permission.RUN_TEAMS, "teams", body=TeamMemberBody)
async def add_to_team(
    request: Request[Any, Any, Any], team: FromPath[UUID], data: JSONBody[TeamMemberBody]
) -> Response[bytes]:
    """Let somebody join."""
    return written(await submit(request, ADD_TO_TEAM, AddToTeam(TeamId(team), MemberId(data.member))))


@commanding("/teams/{team:str}/leave", SIGNED_IN, "teams", body=TeamLeavingBody)
async def leave_team(
    request: Request[Any, Any, Any], team: FromPath[UUID], data: JSONBody[TeamLeavingBody] = THEMSELVES
) -> Response[bytes]:
    """Leave it oneself, or let somebody go."""
    member = MemberId(data.member) if data.member else None
    return written(await submit(request, REMOVE_FROM_TEAM, RemoveFromTeam(TeamId(team), member)))


@commanding("/teams/{team:str}/leader", Permission.RUN_TEAMS, "teams", body=TeamLeaderBody)
async def appoint_team_leader(
    request: Request[Any, Any, Any], team: FromPath[UUID], data: JSONBody[TeamLeaderBody]
) -> Response[bytes]:
    """Appoint somebody of the team to lead it. What a leader may do at the door comes with the role `team_leader`."""
    asked = AppointTeamLeader(TeamId(team), MemberId(data.member), data.from_day, data.until_day)
    return written(await submit(request, APPOINT_TEAM_LEADER, asked))


@commanding("/teams/{team:str}/leader/end", Permission.RUN_TEAMS, "teams")
async def end_team_leader(request: Request[Any, Any, Any], team: FromPath[UUID]) -> Response[bytes]:
    """End the leader's term at once, and whatever was to follow it."""
    return written(await submit(request, END_TEAM_LEADER, EndTeamLeader(TeamId(team))))


@commanding("/teams/{team:str}/disband", Permission.RUN_TEAMS, "teams", body=DisbandBody)
async def disband_team(
    request: Request[Any, Any, Any], team: FromPath[UUID], data: JSONBody[DisbandBody]
) -> Response[bytes]:
    """End the team with today, and everybody's time in it."""
    return written(await submit(request, DISBAND_TEAM, DisbandTeam(TeamId(team), data.reason)))


HANDLERS = [form_team, add_to_team, leave_team, appoint_team_leader, end_team_leader, disband_team]
