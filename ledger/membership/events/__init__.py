"""What can have happened to organisations, members and households. Permanent: read in ten years.

Ids are random; names, numbers and addresses are never here but in the directory. Days are the community's days.
"""

from ledger.membership.events.endings import BalanceChoice as BalanceChoice
from ledger.membership.events.endings import DeathReported as DeathReported
from ledger.membership.events.endings import DeathReportWithdrawn as DeathReportWithdrawn
from ledger.membership.events.endings import EndingEvent as EndingEvent
from ledger.membership.events.endings import HomeMoved as HomeMoved
from ledger.membership.events.endings import MemberDeceased as MemberDeceased
from ledger.membership.events.endings import MemberLeft as MemberLeft
from ledger.membership.events.endings import MemberReturned as MemberReturned
from ledger.membership.events.endings import ReturnProposed as ReturnProposed
from ledger.membership.events.guardians import GuardianEnded as GuardianEnded
from ledger.membership.events.guardians import GuardianEvent as GuardianEvent
from ledger.membership.events.guardians import GuardianNamed as GuardianNamed
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
from ledger.membership.events.members import MemberRegistered as MemberRegistered
from ledger.membership.events.members import MemberReinstated as MemberReinstated
from ledger.membership.events.members import MemberSuspended as MemberSuspended
from ledger.membership.events.members import MemberVerified as MemberVerified
from ledger.membership.events.members import Role as Role
from ledger.membership.events.members import RoleEnded as RoleEnded
from ledger.membership.events.members import RoleGranted as RoleGranted
from ledger.membership.events.merging import DuplicateLetGo as DuplicateLetGo
from ledger.membership.events.merging import DuplicateTakenIn as DuplicateTakenIn
from ledger.membership.events.merging import MemberMerged as MemberMerged
from ledger.membership.events.merging import MemberUnmerged as MemberUnmerged
from ledger.membership.events.merging import MergeProposed as MergeProposed
from ledger.membership.events.merging import MergeRefused as MergeRefused
from ledger.membership.events.merging import MergingEvent as MergingEvent
from ledger.membership.events.merging import MovedLot as MovedLot
from ledger.membership.events.merging import UnmergeProposed as UnmergeProposed
from ledger.membership.events.organisations import Level as Level
from ledger.membership.events.organisations import OrganisationEnded as OrganisationEnded
from ledger.membership.events.organisations import OrganisationEvent as OrganisationEvent
from ledger.membership.events.organisations import OrganisationMoved as OrganisationMoved
from ledger.membership.events.organisations import OrganisationRegistered as OrganisationRegistered
from ledger.membership.events.seats import SeatEvent as SeatEvent
from ledger.membership.events.seats import SeatLeft as SeatLeft
from ledger.membership.events.seats import SeatTaken as SeatTaken
