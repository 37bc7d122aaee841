"""A volunteer team: what it does and for whom, who belongs to it, and who leads it for how long."""

from datetime import date, timedelta
from typing import Final, assert_never, get_args
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from ledger.kernel.decider import Decider, Request
from ledger.kernel.ids import MemberId, OrganisationId
from ledger.membership.events.teams import (
    TeamDisbanded,
    TeamEvent,
    TeamFormed,
    TeamLeaderAppointed,
    TeamLeaderEnded,
    TeamMemberAdded,
    TeamMemberRemoved,
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

TEAM_MEMBERS_MAX: Final = 500
"""Our default: more people than one leader knows; a whole community's volunteers are several teams."""


class Term(Struct, frozen=True):
    """Who leads, both days inclusive. until_day None: until ended."""

    member: MemberId
    from_day: date
    until_day: date | None = None

    def covers(self, day: date) -> bool:
        """Whether the community's day `day` lies in it."""
        return self.from_day <= day and (self.until_day is None or day <= self.until_day)

    def outlasts(self, day: date) -> bool:
        """Whether any day of it comes after `day`."""
        return self.until_day is None or day < self.until_day


def cut(terms: tuple[Term, ...], until_day: date, *, of: UUID | None = None) -> tuple[Term, ...]:
    """`terms` through `until_day` at the latest, of `of` alone where it is given; what is left of none goes."""
    shortened = (
        replace(term, until_day=until_day) if of in {None, term.member} and term.outlasts(until_day) else term
        for term in terms
    )
    return tuple(term for term in shortened if term.until_day is None or term.from_day <= term.until_day)


class Team(Struct, frozen=True):
    """A team as it is now. organisation None: never formed. members: who belongs to it. disbanded_on: its last day.

    terms: of those who lead or led it, in the order of their days, none overlapping.
    """

    organisation: OrganisationId | None = None
    kind: str = ""
    members: frozenset[MemberId] = frozenset()
    terms: tuple[Term, ...] = ()
    disbanded_on: date | None = None

    def leader_on(self, day: date) -> MemberId | None:
        """Who leads the team on the community's day `day`; None: nobody."""
        return next((term.member for term in self.terms if term.covers(day)), None)


class FormTeam(Request, frozen=True):
    """Start a team for `organisation`, with nobody in it yet. kind: a code."""

    organisation: OrganisationId
    kind: str


class AddToTeam(Request, frozen=True):
    """The member belongs to it from `from_day`."""

    member: MemberId
    from_day: date


class RemoveFromTeam(Request, frozen=True):
    """The member belongs to it no longer; `until_day` is the last day that counts. A leader leads it no more on it."""

    member: MemberId
    until_day: date


class AppointLeader(Request, frozen=True):
    """The member leads it from from_day to until_day (inclusive, None: open). today: the community's."""

    member: MemberId
    from_day: date
    until_day: date | None
    appointed_by: MemberId
    today: date


class EndLeader(Request, frozen=True):
    """End the term of whoever leads it on `until_day`, the last day that counts, and what is still to come."""

    until_day: date


class Disband(Request, frozen=True):
    """The team is no more after `until_day`. reason: a code. Its members leave it first, each on their own stream."""

    until_day: date
    reason: str


TeamCommand = FormTeam | AddToTeam | RemoveFromTeam | AppointLeader | EndLeader | Disband


def decide(state: Team, command: TeamCommand) -> tuple[TeamEvent, ...]:
    """What `command` makes of the team.

    Refuses, in this order: FormTeam with TeamAlreadyFormed; others with UnknownTeam, TeamIsDisbanded; AddToTeam with
    TeamFull (who is in it already, the member's own stream says); RemoveFromTeam with NotInTeam; AppointLeader with
    OwnTeamAppointment, NotInTeam, TermBackwards; EndLeader with TeamHasNoLeader.
    """
    if isinstance(command, FormTeam):
        if state.organisation is not None:
            raise TeamAlreadyFormed
        return (TeamFormed(command.organisation, command.kind),)
    if state.organisation is None:
        raise UnknownTeam
    if state.disbanded_on is not None:
        raise TeamIsDisbanded(state.disbanded_on)
    match command:
        case AddToTeam():
            if len(state.members) >= TEAM_MEMBERS_MAX:
                raise TeamFull(TEAM_MEMBERS_MAX)
            return (TeamMemberAdded(command.member, command.from_day),)
        case RemoveFromTeam():
            return _remove(state, command)
        case AppointLeader():
            return _appoint(state, command)
        case EndLeader():
            return _end_leader(state, command.until_day)
        case Disband():
            return (TeamDisbanded(command.until_day, command.reason),)
        case _:
            assert_never(command)


def evolve(state: Team, event: TeamEvent) -> Team:
    """The team after `event`."""
    match event:
        case TeamFormed():
            return replace(state, organisation=event.organisation, kind=event.kind)
        case TeamMemberAdded():
            return replace(state, members=state.members | {event.member})
        case TeamMemberRemoved():
            return replace(state, members=state.members - {event.member})
        case TeamLeaderAppointed():
            before = cut(state.terms, event.from_day - timedelta(days=1))
            return replace(state, terms=(*before, Term(event.member, event.from_day, event.until_day)))
        case TeamLeaderEnded():
            return replace(state, terms=cut(state.terms, event.until_day, of=event.member))
        case TeamDisbanded():
            return replace(state, disbanded_on=event.until_day, terms=cut(state.terms, event.until_day))
        case _:
            assert_never(event)


def _remove(state: Team, command: RemoveFromTeam) -> tuple[TeamEvent, ...]:
    if command.member not in state.members:
        raise NotInTeam(command.member)
    removed = TeamMemberRemoved(command.member, command.until_day)
    before = command.until_day - timedelta(days=1)
    leads = any(term.member == command.member and term.outlasts(before) for term in state.terms)
    return (TeamLeaderEnded(command.member, before), removed) if leads else (removed,)


def _appoint(state: Team, command: AppointLeader) -> tuple[TeamEvent, ...]:
    if command.appointed_by == command.member:
        raise OwnTeamAppointment
    if command.member not in state.members:
        raise NotInTeam(command.member)
    ends_before = command.until_day is not None and command.until_day < command.from_day
    if ends_before or command.from_day < command.today:
        raise TermBackwards(command.from_day, command.until_day)
    return (TeamLeaderAppointed(command.member, command.from_day, command.until_day),)


def _end_leader(state: Team, until_day: date) -> tuple[TeamEvent, ...]:
    leaders = dict.fromkeys(term.member for term in state.terms if term.outlasts(until_day))
    if not leaders:
        raise TeamHasNoLeader
    return tuple(TeamLeaderEnded(member, until_day) for member in leaders)


TEAM: Final = Decider(name="team", initial=Team(), decide=decide, evolve=evolve, events=get_args(TeamEvent))
