"""What can have happened to volunteer teams and to what members can do. Permanent; opaque ids and codes only."""

from datetime import date

from ledger.kernel.decider import Event
from ledger.kernel.ids import MemberId, OrganisationId, TeamId


class TeamFormed(Event, frozen=True):
    """A team of volunteers, without its name. kind: what it does, a code such as `patrol`."""

    organisation: OrganisationId
    kind: str


class TeamMemberAdded(Event, frozen=True):
    """On the team's stream: the mirror of `TeamJoined`."""

    member: MemberId
    from_day: date


class TeamMemberRemoved(Event, frozen=True):
    """On the team's stream: the mirror of `TeamLeft`."""

    member: MemberId
    until_day: date


class TeamLeaderAppointed(Event, frozen=True):
    """A member of the team leads it from `from_day` to `until_day`, both days counting; None: until ended.

    One leader at a time: whoever led before does so through the day before `from_day` at the latest.
    """

    member: MemberId
    from_day: date
    until_day: date | None = None


class TeamLeaderEnded(Event, frozen=True):
    """The member leads the team no longer; `until_day` is the last day that counts."""

    member: MemberId
    until_day: date


class TeamDisbanded(Event, frozen=True):
    """The team is no more; its members' time in it ended with `until_day`, in the same commit. reason: a code."""

    until_day: date
    reason: str


TeamEvent = TeamFormed | TeamMemberAdded | TeamMemberRemoved | TeamLeaderAppointed | TeamLeaderEnded | TeamDisbanded


class TeamJoined(Event, frozen=True):
    """On the member's stream: the member belongs to `team` from `from_day`. Several teams at a time."""

    team: TeamId
    from_day: date


class TeamLeft(Event, frozen=True):
    """On the member's stream: the member no longer belongs to `team`; `until_day` is the last day that counts."""

    team: TeamId
    until_day: date


class SkillRecorded(Event, frozen=True):
    """On the member's stream: staff saw that the member can do something. A later one of the same skill replaces it.

    skill: a code such as `first-aid`. basis: what was seen, a code such as `certificate`. valid_until: last day that
    counts, None: for good.
    """

    skill: str
    basis: str
    recorded_by: MemberId
    valid_until: date | None = None


class SkillWithdrawn(Event, frozen=True):
    """On the member's stream: the skill no longer counts, at once. reason: a code."""

    skill: str
    reason: str


AbilityEvent = TeamJoined | TeamLeft | SkillRecorded | SkillWithdrawn
