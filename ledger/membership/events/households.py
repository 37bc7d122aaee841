"""What can have happened to a household. Permanent; opaque ids only."""

from datetime import date

from ledger.kernel.decider import Event
from ledger.kernel.ids import MemberId, OrganisationId


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


HouseholdEvent = HouseholdFormed | HouseholdMemberAdded | HouseholdMemberRemoved
