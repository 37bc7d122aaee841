"""What a member can do and in which teams: dated places in teams, the other side of the teams' own streams, and skills
that staff have seen."""

from datetime import date
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.kernel.decider import Request
from ledger.kernel.ids import MemberId, TeamId
from ledger.membership.events.teams import AbilityEvent, SkillRecorded, SkillWithdrawn, TeamJoined, TeamLeft
from ledger.membership.team_refusals import (
    AlreadyInTeam,
    NotInTeam,
    OwnSkill,
    SkillMissing,
    SkillPassed,
    UnknownSkill,
)


class Skill(Struct, frozen=True):
    """Something a member can do, a code, as it was last recorded. valid_until: last day that counts, None: for good."""

    skill: str
    basis: str
    valid_until: date | None = None

    def counts_on(self, day: date) -> bool:
        """Whether it counts on the community's day `day`."""
        return self.valid_until is None or day <= self.valid_until


class Abilities(Struct, frozen=True):
    """The teams that the member belongs to now, and the skills that were not withdrawn."""

    teams: tuple[TeamId, ...] = ()
    skills: tuple[Skill, ...] = ()


class JoinTeam(Request, frozen=True):
    """The member belongs to `team` from `from_day`."""

    team: TeamId
    from_day: date


class LeaveTeam(Request, frozen=True):
    """The member belongs to it no longer; `until_day` is the last day that counts."""

    member: MemberId
    team: TeamId
    until_day: date


class RecordSkill(Request, frozen=True):
    """`recorded_by` saw that `member` can do it; basis: what was seen. skill, basis: codes. today: the community's."""

    member: MemberId
    skill: str
    basis: str
    recorded_by: MemberId
    valid_until: date | None
    today: date


class WithdrawSkill(Request, frozen=True):
    """It counts no longer. reason: a code."""

    skill: str
    reason: str


AbilityCommand = JoinTeam | LeaveTeam | RecordSkill | WithdrawSkill


def require_skill(abilities: Abilities, skill: str | None, today: date) -> None:
    """Refuses with SkillMissing where `skill` is asked for (not None) and none on record counts on `today`."""
    if skill is not None and not any(one.skill == skill and one.counts_on(today) for one in abilities.skills):
        raise SkillMissing(skill)


def decide_ability(state: Abilities, command: AbilityCommand) -> tuple[AbilityEvent, ...]:
    """What `command` makes of a member in good standing.

    JoinTeam refuses with AlreadyInTeam, LeaveTeam with NotInTeam; RecordSkill, in this order, with OwnSkill and
    SkillPassed; WithdrawSkill with UnknownSkill.
    """
    match command:
        case JoinTeam():
            if command.team in state.teams:
                raise AlreadyInTeam(command.team)
            return (TeamJoined(command.team, command.from_day),)
        case LeaveTeam():
            if command.team not in state.teams:
                raise NotInTeam(command.member)
            return (TeamLeft(command.team, command.until_day),)
        case RecordSkill():
            return _record(command)
        case WithdrawSkill():
            if all(one.skill != command.skill for one in state.skills):
                raise UnknownSkill(command.skill)
            return (SkillWithdrawn(command.skill, command.reason),)
        case _:
            assert_never(command)


def evolve(state: Abilities, event: AbilityEvent) -> Abilities:
    """What the member can do after `event`."""
    match event:
        case TeamJoined():
            return replace(state, teams=(*state.teams, event.team))
        case TeamLeft():
            return replace(state, teams=tuple(team for team in state.teams if team != event.team))
        case SkillRecorded():
            recorded = Skill(event.skill, event.basis, event.valid_until)
            return replace(state, skills=(*_others(state, event.skill), recorded))
        case SkillWithdrawn():
            return replace(state, skills=_others(state, event.skill))
        case _:
            assert_never(event)


def _record(command: RecordSkill) -> tuple[AbilityEvent, ...]:
    if command.recorded_by == command.member:
        raise OwnSkill
    if command.valid_until is not None and command.valid_until < command.today:
        raise SkillPassed(command.valid_until)
    return (SkillRecorded(command.skill, command.basis, command.recorded_by, command.valid_until),)


def _others(state: Abilities, skill: str) -> tuple[Skill, ...]:
    return tuple(one for one in state.skills if one.skill != skill)
