"""What can have happened to a member: standing, consents, cards, roles, household. Permanent; ids and codes only."""

from datetime import date
from typing import Literal

from ledger.kernel.decider import Event
from ledger.kernel.ids import CardId, HouseholdId, MemberId, OrganisationId, RoleId
from ledger.membership.events.endings import (
    DeathReported,
    DeathReportWithdrawn,
    HomeMoved,
    MemberDeceased,
    MemberLeft,
    MemberReturned,
    ReturnProposed,
)
from ledger.membership.events.guardians import GuardianEnded, GuardianNamed
from ledger.membership.events.merging import (
    DuplicateLetGo,
    DuplicateTakenIn,
    MemberMerged,
    MemberUnmerged,
    MergeProposed,
    MergeRefused,
    UnmergeProposed,
)
from ledger.membership.events.seats import SeatLeft, SeatTaken
from ledger.membership.events.teams import SkillRecorded, SkillWithdrawn, TeamJoined, TeamLeft

Role = Literal["team_leader", "grid_worker", "staff", "shelf_keeper", "approver", "auditor", "administrator"]


class MemberRegistered(Event, frozen=True):
    """A person became known to the ledger. home: the community that keeps the person's points."""

    home: OrganisationId


class MemberVerified(Event, frozen=True):
    """Staff saw who the person is. basis: what was seen, a code such as `identity-card` or `known-in-person`."""

    basis: str
    verified_by: MemberId


class MemberSuspended(Event, frozen=True):
    """The member may neither earn nor spend until reinstated. reason: a code."""

    reason: str


class MemberReinstated(Event, frozen=True):
    """The suspension ended."""


class ConsentGiven(Event, frozen=True):
    """The member agreed to `purpose` (`boards`, `notices`, …) in the wording `text_version`."""

    purpose: str
    text_version: str


class ConsentWithdrawn(Event, frozen=True):
    """The member took the consent to `purpose` back."""

    purpose: str


class CardIssued(Event, frozen=True):
    """A printed card was handed to the member. It identifies, it does not authenticate."""

    card: CardId


class CardRevoked(Event, frozen=True):
    """The card is refused everywhere from now on. reason: a code such as `lost`, `replaced`."""

    card: CardId
    reason: str


class RoleGranted(Event, frozen=True):
    """The member may act in `role` for `organisation` and everything below it.

    from_day … until_day: both inclusive; until_day None means until ended.
    """

    role_id: RoleId
    role: Role
    organisation: OrganisationId
    from_day: date
    until_day: date | None = None


class RoleEnded(Event, frozen=True):
    """The role no longer holds, at once."""

    role_id: RoleId


class HouseholdJoined(Event, frozen=True):
    """On the member's stream: the member lives in `household` from `from_day`. One household at a time."""

    household: HouseholdId
    from_day: date


class HouseholdLeft(Event, frozen=True):
    """On the member's stream: the member no longer lives in `household`; `until_day` is the last day that counts."""

    household: HouseholdId
    until_day: date


MemberEvent = (
    MemberRegistered
    | MemberVerified
    | MemberSuspended
    | MemberReinstated
    | MemberLeft
    | ConsentGiven
    | ConsentWithdrawn
    | CardIssued
    | CardRevoked
    | RoleGranted
    | RoleEnded
    | HouseholdJoined
    | HouseholdLeft
    | SeatTaken
    | SeatLeft
    | ReturnProposed
    | MemberReturned
    | DeathReported
    | DeathReportWithdrawn
    | MemberDeceased
    | HomeMoved
    | MergeProposed
    | MergeRefused
    | MemberMerged
    | DuplicateTakenIn
    | UnmergeProposed
    | MemberUnmerged
    | DuplicateLetGo
    | GuardianNamed
    | GuardianEnded
    | TeamJoined
    | TeamLeft
    | SkillRecorded
    | SkillWithdrawn
)
