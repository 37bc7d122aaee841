"""Volunteer teams: formed and run by staff, seen by whoever is around, their list by their leader and by staff."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from msgspec import Struct

from api.answers import answers, read
from api.identity import SIGNED_IN, NotAllowed, UnknownId, needs
from api.readers import MinPosition, Page, Reader, after, next_url, reading
from api.v1.visibility import home_of, may_any, require_sight, sees
from ledger.application.authority import Permission
from ledger.application.masked_details import masked
from projections import teams
from projections.teams import TeamRow

HANDLING = (Permission.RUN_TEAMS, Permission.READ_MEMBERS)
"""Who sees the list of any team in their scope."""


class TeamView(Struct, frozen=True):
    """A team. kind: a code. leader: who leads it today, None for nobody; leader_name: masked. leader_until: last day.

    members: how many. disbanded_on: its last day; reason: why, a code.
    """

    id: UUID
    name: str
    organisation: UUID
    kind: str
    formed_at: datetime
    members: int
    leader: UUID | None
    leader_name: str
    leader_until: date | None
    disbanded_on: date | None
    reason: str | None


class TeamSkillView(Struct, frozen=True):
    """What somebody can do, a code. valid_until: last day, None: for good."""

    skill: str
    valid_until: date | None


class TeamMemberView(Struct, frozen=True):
    """Somebody in the team. Name and phone are masked: the number on the card says who it is."""

    id: UUID
    name: str
    number: str
    phone: str
    from_day: date
    skills: list[TeamSkillView]


class TeamList(Struct, frozen=True):
    """Teams in the order in which they were formed."""

    items: list[TeamView]


class TeamMembers(Struct, frozen=True):
    """One page of who belongs to a team."""

    items: list[TeamMemberView]


@get("/teams", opt=needs(SIGNED_IN), sync_to_thread=True, responses=answers(TeamList), tags=["teams"])
def list_teams(
    request: Request[Any, Any, Any], page: NamedDependency[Page], organisation: FromQuery[UUID | None] = None
) -> Response[bytes]:
    """The teams of an organisation; left out: the reader's home."""
    begin = after(page.cursor, int) or 0
    with reading(request, page.min_position) as reader:
        place = organisation or home_of(reader)
        require_sight(reader, place)
        rows = teams.of_organisation(reader.connection, place, after=begin, limit=page.limit)
        views = _views(reader, rows)
    last = rows[-1].position if rows else None
    return read(request, TeamList(views), next_url=next_url(request, rows, page.limit, last))


@get("/teams/{team:str}", opt=needs(SIGNED_IN), sync_to_thread=True, responses=answers(TeamView), tags=["teams"])
def get_team(
    request: Request[Any, Any, Any], team: FromPath[UUID], min_position: MinPosition = None
) -> Response[bytes]:
    """One team, for everybody around and for who belongs to it."""
    with reading(request, min_position) as reader:
        row = _seen(reader, team)
        (view,) = _views(reader, [row])
    return read(request, view)


@get(
    "/teams/{team:str}/members",
    opt=needs(SIGNED_IN),
    sync_to_thread=True,
    responses=answers(TeamMembers),
    tags=["teams"],
)
def list_team_members(
    request: Request[Any, Any, Any], page: NamedDependency[Page], team: FromPath[UUID]
) -> Response[bytes]:
    """Who belongs to a team, with masked contacts: for whoever leads it today, and for staff."""
    with reading(request, page.min_position) as reader:
        row = _seen(reader, team)
        term = row.term_on(reader.today)
        if (term is None or term.member != reader.member) and not may_any(reader, HANDLING, row.organisation):
            raise NotAllowed
        found = teams.members_of(reader.connection, team, after=after(page.cursor, UUID), limit=page.limit)
        views = _members(reader, [(one.member, one.from_day) for one in found])
    last = found[-1].member if found else None
    return read(request, TeamMembers(views), next_url=next_url(request, found, page.limit, last))


def _seen(reader: Reader, team: UUID) -> TeamRow:
    """The team, if the reader sees where it is, or belongs to it. Raises UnknownId."""
    row = teams.team(reader.connection, team)
    if row is None:
        raise UnknownId
    if not sees(reader, row.organisation) and not teams.is_member(reader.connection, team, reader.member):
        raise UnknownId
    return row


def _views(reader: Reader, rows: list[TeamRow]) -> list[TeamView]:
    titles = reader.texts([row.team for row in rows])
    terms = {row.team: row.term_on(reader.today) for row in rows}
    names = reader.names({term.member for term in terms.values() if term})
    return [
        TeamView(
            id=row.team,
            name=titles[row.team],
            organisation=row.organisation,
            kind=row.kind,
            formed_at=row.formed_at,
            members=row.members,
            leader=term.member if (term := terms[row.team]) else None,
            leader_name=names[term.member] if term else "",
            leader_until=term.until_day if term else None,
            disbanded_on=row.disbanded_on,
            reason=row.reason,
        )
        for row in rows
    ]


def _members(reader: Reader, rows: list[tuple[UUID, date]]) -> list[TeamMemberView]:
    members = [member for member, _ in rows]
    names, numbers = reader.names(members), reader.texts(members, "member_number")
    phones = reader.texts(members, "phone")
    skills: dict[UUID, list[TeamSkillView]] = {member: [] for member in members}
    for one in teams.skilled(reader.connection, members):
        skills[one.member].append(TeamSkillView(one.skill, one.valid_until))
    return [
        TeamMemberView(
            id=member,
            name=names[member],
            number=numbers[member],
            phone=masked("phone", phones[member]),
            from_day=from_day,
            skills=sorted(skills[member], key=lambda one: one.skill),
        )
        for member, from_day in rows
    ]


HANDLERS = [list_teams, get_team, list_team_members]
