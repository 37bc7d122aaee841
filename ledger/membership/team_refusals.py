"""Why a team, or what a member can do, is not changed. Facts are ids, codes and days; never a name."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from ledger.kernel.ids import MemberId, TeamId
from ledger.kernel.refusal import Refusal


@dataclass(eq=False)
class TeamAlreadyFormed(Refusal):
    """A team is formed once."""

    code: ClassVar[str] = "team-already-formed"


@dataclass(eq=False)
class UnknownTeam(Refusal):
    """No team was formed under this id."""

    code: ClassVar[str] = "unknown-team"


@dataclass(eq=False)
class TeamIsDisbanded(Refusal):
    """The team is no more since the day after `until_day`."""

    code: ClassVar[str] = "team-disbanded"

    until_day: date


@dataclass(eq=False)
class AlreadyInTeam(Refusal):
    """The member belongs to this team already."""

    code: ClassVar[str] = "already-in-team"

    team: TeamId


@dataclass(eq=False)
class NotInTeam(Refusal):
    """The member does not belong to this team, or no longer."""

    code: ClassVar[str] = "not-in-team"

    member: MemberId


@dataclass(eq=False)
class TeamFull(Refusal):
    """No team may have more than `members_max` people."""

    code: ClassVar[str] = "team-full"

    members_max: int


@dataclass(eq=False)
class TermBackwards(Refusal):
    """A leader's term ends before it starts, or starts on a day that has passed."""

    code: ClassVar[str] = "team-term-backwards"

    from_day: date
    until_day: date | None


@dataclass(eq=False)
class TeamHasNoLeader(Refusal):
    """There is no leader whose term could be ended."""

    code: ClassVar[str] = "team-has-no-leader"


@dataclass(eq=False)
class OwnTeamAppointment(Refusal):
    """Nobody appoints themselves; another member of staff must."""

    code: ClassVar[str] = "own-team-appointment"


@dataclass(eq=False)
class OwnSkill(Refusal):
    """Nobody records what they can do themselves."""

    code: ClassVar[str] = "own-skill"


@dataclass(eq=False)
class SkillPassed(Refusal):
    """A skill is not recorded that no longer counts. valid_until: the last day that was given."""

    code: ClassVar[str] = "skill-passed"

    valid_until: date


@dataclass(eq=False)
class UnknownSkill(Refusal):
    """The member has no such skill on record."""

    code: ClassVar[str] = "unknown-skill"

    skill: str


@dataclass(eq=False)
class SkillMissing(Refusal):
    """This takes a skill that the member has not on record, or that no longer counts."""

    code: ClassVar[str] = "skill-missing"
    remembered: ClassVar[bool] = False

    skill: str
