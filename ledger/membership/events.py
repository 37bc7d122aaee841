"""What can have happened to organisations, members and households. Permanent: read in ten years.

Ids are random; names, numbers and addresses are never here but in the directory. Days are the community's days.
"""

from datetime import date
from typing import Literal

from ledger.kernel.decider import Event
from ledger.kernel.ids import CardId, HouseholdId, MemberId, OrganisationId, RoleId

Level = Literal["province", "city", "county", "street", "community", "grid", "micro_grid", "building"]
Role = Literal["team_leader", "grid_worker", "staff", "shelf_keeper", "approver", "auditor", "administrator"]


class OrganisationRegistered(Event, frozen=True):
    """A node of the administrative tree. division_code: the official 12 digits, None where the state gives none.

    parent: None only for the top of a tree. effective_from: first day on which the node counts.
    """

    level: Level
    effective_from: date
    parent: OrganisationId | None = None
    division_code: str | None = None


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


class MemberLeft(Event, frozen=True):
    """The member ended membership. Balances stay until settled."""


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


class HouseholdFormed(Event, frozen=True):
    """A household, without name or address. organisation: the community it lives in."""

    organisation: OrganisationId


class HouseholdMemberAdded(Event, frozen=True):
    """On the household's stream: the mirror of `HouseholdJoined`."""

    member: MemberId
    from_day: date


class HouseholdMemberRemoved(Event, frozen=True):
    """On the household's stream: the mirror of `HouseholdLeft`."""

    member: MemberId
    until_day: date


OrganisationEvent = OrganisationRegistered
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
)
HouseholdEvent = HouseholdFormed | HouseholdMemberAdded | HouseholdMemberRemoved
