"""Teams, who is in them and who leads them, and what members can do: ids, codes and days only, never a name."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, func, select

from ledger.application.ports import Notice
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
from projections.projection import Projection
from projections.rows import Rowset
from projections.view_tables import ViewTable


class LeaderTerm(Struct, frozen=True):
    """Who leads, both days inclusive. until_day None: until ended."""

    member: UUID
    from_day: date
    until_day: date | None = None


class TeamRow(Struct, gc=False):
    """A team. kind: a code. members: how many belong to it now. terms: of those who lead or led it, by their days.

    disbanded_on: its last day, None while there is one; reason: why, a code.
    """

    team: UUID
    organisation: UUID
    kind: str
    formed_at: datetime
    position: int
    members: int = 0
    terms: list[LeaderTerm] = []
    disbanded_on: date | None = None
    reason: str | None = None

    def term_on(self, day: date) -> LeaderTerm | None:
        """The term that the community's day `day` lies in; None: nobody leads."""
        return next((one for one in self.terms if one.from_day <= day and not _ends_before(one, day)), None)


class TeamMemberRow(Struct, gc=False):
    """Somebody who belongs to the team now, since from_day."""

    team: UUID
    member: UUID
    from_day: date


class SkillRow(Struct, gc=False):
    """What a member can do, as it was last recorded. skill, basis: codes. valid_until: last day, None: for good."""

    member: UUID
    skill: str
    basis: str
    recorded_by: UUID
    recorded_at: datetime
    valid_until: date | None = None


TEAMS = ViewTable(TeamRow, "teams", indexes=[("organisation", "position")])
TEAM_MEMBERS = ViewTable(TeamMemberRow, "team_members", key=2, indexes=[("member",)])
SKILLS = ViewTable(SkillRow, "skills", key=2)


def team(connection: Connection, team_id: UUID) -> TeamRow | None:
    """One team; None where there is none."""
    return TEAMS.one(connection, TEAMS.select().where(TEAMS.c.team == team_id))


def of_organisation(connection: Connection, organisation: UUID, *, after: int = 0, limit: int = 50) -> list[TeamRow]:
    """The teams of `organisation`, disbanded ones too, as formed; after: the position of the last one before."""
    c = TEAMS.c
    found = TEAMS.select().where(c.organisation == organisation, c.position > after)
    return TEAMS.read(connection, found.order_by(c.position).limit(limit))


def members_of(
    connection: Connection, team_id: UUID, *, after: UUID | None = None, limit: int = 50
) -> list[TeamMemberRow]:
    """Who belongs to the team now, by id; after: the last one of the page before."""
    c = TEAM_MEMBERS.c
    found = TEAM_MEMBERS.select().where(c.team == team_id).order_by(c.member).limit(limit)
    return TEAM_MEMBERS.read(connection, found if after is None else found.where(c.member > after))


def teams_of(connection: Connection, member: UUID) -> list[TeamMemberRow]:
    """The teams that `member` belongs to now."""
    c = TEAM_MEMBERS.c
    return TEAM_MEMBERS.read(connection, TEAM_MEMBERS.select().where(c.member == member).order_by(c.team))


def is_member(connection: Connection, team_id: UUID, member: UUID) -> bool:
    """Whether `member` belongs to the team now."""
    c = TEAM_MEMBERS.c
    counted = select(func.count()).where(c.team == team_id, c.member == member)
    return bool(connection.scalar(counted))


def skills_of(connection: Connection, member: UUID) -> list[SkillRow]:
    """What `member` can do, passed ones too, by code."""
    return SKILLS.read(connection, SKILLS.select().where(SKILLS.c.member == member).order_by(SKILLS.c.skill))


def skilled(connection: Connection, members: Sequence[UUID]) -> list[SkillRow]:
    """What several members (at most 200) can do, in no order."""
    return SKILLS.read(connection, SKILLS.select().where(SKILLS.c.member.in_(members)))


def _formed(rows: Rowset, notice: Notice, event: TeamFormed) -> None:
    rows[TEAMS].put(TeamRow(notice.stream, event.organisation, event.kind, notice.at, notice.position))


def _added(rows: Rowset, notice: Notice, event: TeamMemberAdded) -> None:
    rows[TEAM_MEMBERS].put(TeamMemberRow(notice.stream, event.member, event.from_day))
    rows[TEAMS].change(notice.stream).members += 1


def _removed(rows: Rowset, notice: Notice, event: TeamMemberRemoved) -> None:
    rows[TEAM_MEMBERS].remove((notice.stream, event.member))
    rows[TEAMS].change(notice.stream).members -= 1


def _appointed(rows: Rowset, notice: Notice, event: TeamLeaderAppointed) -> None:
    row = rows[TEAMS].change(notice.stream)
    before = _cut(row.terms, event.from_day - timedelta(days=1))
    row.terms = [*before, LeaderTerm(event.member, event.from_day, event.until_day)]


def _leader_ended(rows: Rowset, notice: Notice, event: TeamLeaderEnded) -> None:
    row = rows[TEAMS].change(notice.stream)
    row.terms = _cut(row.terms, event.until_day, of=event.member)


def _cut(terms: Sequence[LeaderTerm], until_day: date, *, of: UUID | None = None) -> list[LeaderTerm]:
    """`terms` through `until_day` at the latest, only those of `of` where one is given; what is left of none goes."""
    shortened = [
        replace(one, until_day=until_day) if of in {None, one.member} and not _ends_before(one, until_day) else one
        for one in terms
    ]
    return [one for one in shortened if one.until_day is None or one.from_day <= one.until_day]


def _ends_before(term: LeaderTerm, day: date) -> bool:
    return term.until_day is not None and term.until_day < day


def _disbanded(rows: Rowset, notice: Notice, event: TeamDisbanded) -> None:
    row = rows[TEAMS].change(notice.stream)
    row.disbanded_on, row.reason, row.terms = event.until_day, event.reason, _cut(row.terms, event.until_day)


def _recorded(rows: Rowset, notice: Notice, event: SkillRecorded) -> None:
    recorded = SkillRow(notice.stream, event.skill, event.basis, event.recorded_by, notice.at, event.valid_until)
    rows[SKILLS].put(recorded)


def _withdrawn(rows: Rowset, notice: Notice, event: SkillWithdrawn) -> None:
    rows[SKILLS].remove((notice.stream, event.skill))


PROJECTION = Projection(
    name="teams",
    version=1,
    tables=(TEAMS, TEAM_MEMBERS, SKILLS),
    handlers={
        TeamFormed: _formed,
        TeamMemberAdded: _added,
        TeamMemberRemoved: _removed,
        TeamLeaderAppointed: _appointed,
        TeamLeaderEnded: _leader_ended,
        TeamDisbanded: _disbanded,
        SkillRecorded: _recorded,
        SkillWithdrawn: _withdrawn,
    },
)
