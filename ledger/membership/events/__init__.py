"""What can have happened to organisations, members and households. Permanent: read in ten years.

Ids are random; names, numbers and addresses are never here but in the directory. Days are the community's days.
"""

from ledger.membership.events.households import HouseholdEvent as HouseholdEvent
from ledger.membership.events.households import HouseholdFormed as HouseholdFormed
from ledger.membership.events.households import HouseholdMemberAdded as HouseholdMemberAdded
from ledger.membership.events.households import HouseholdMemberRemoved as HouseholdMemberRemoved
from ledger.membership.events.members import CardIssued as CardIssued
from ledger.membership.events.members import CardRevoked as CardRevoked
from ledger.membership.events.members import ConsentGiven as ConsentGiven
from ledger.membership.events.members import ConsentWithdrawn as ConsentWithdrawn
from ledger.membership.events.members import HouseholdJoined as HouseholdJoined
from ledger.membership.events.members import HouseholdLeft as HouseholdLeft
from ledger.membership.events.members import MemberEvent as MemberEvent
from ledger.membership.events.members import MemberLeft as MemberLeft
from ledger.membership.events.members import MemberRegistered as MemberRegistered
from ledger.membership.events.members import MemberReinstated as MemberReinstated
from ledger.membership.events.members import MemberSuspended as MemberSuspended
from ledger.membership.events.members import MemberVerified as MemberVerified
from ledger.membership.events.members import Role as Role
from ledger.membership.events.members import RoleEnded as RoleEnded
from ledger.membership.events.members import RoleGranted as RoleGranted
from ledger.membership.events.organisations import Level as Level
from ledger.membership.events.organisations import OrganisationEnded as OrganisationEnded
from ledger.membership.events.organisations import OrganisationEvent as OrganisationEvent
from ledger.membership.events.organisations import OrganisationMoved as OrganisationMoved
from ledger.membership.events.organisations import OrganisationRegistered as OrganisationRegistered
from ledger.membership.events.seats import SeatEvent as SeatEvent
from ledger.membership.events.seats import SeatLeft as SeatLeft
from ledger.membership.events.seats import SeatTaken as SeatTaken
