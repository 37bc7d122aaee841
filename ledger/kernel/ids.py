"""Names for the ids of the ledger. Ids of people and things are random; derived ids only combine random ones.

A list on paper (phone numbers, member numbers) can therefore never be turned back into the ids of an erased person.
"""

from functools import lru_cache
from typing import NewType
from uuid import UUID, uuid5

OrganisationId = NewType("OrganisationId", UUID)
MemberId = NewType("MemberId", UUID)
HouseholdId = NewType("HouseholdId", UUID)
TeamId = NewType("TeamId", UUID)
CardId = NewType("CardId", UUID)
RoleId = NewType("RoleId", UUID)
TaskId = NewType("TaskId", UUID)
ActivityId = NewType("ActivityId", UUID)
SessionId = NewType("SessionId", UUID)
AttendanceId = NewType("AttendanceId", UUID)
SheetId = NewType("SheetId", UUID)
AuthorWeekId = NewType("AuthorWeekId", UUID)
RuleId = NewType("RuleId", UUID)
AwardId = NewType("AwardId", UUID)
UsageId = NewType("UsageId", UUID)
AccountId = NewType("AccountId", UUID)
LotId = NewType("LotId", UUID)
HoldId = NewType("HoldId", UUID)
AdjustmentId = NewType("AdjustmentId", UUID)
GiftId = NewType("GiftId", UUID)
RewardId = NewType("RewardId", UUID)
FundId = NewType("FundId", UUID)
FundUsageId = NewType("FundUsageId", UUID)
ExchangesId = NewType("ExchangesId", UUID)
BatchId = NewType("BatchId", UUID)
ProposalId = NewType("ProposalId", UUID)
RedemptionId = NewType("RedemptionId", UUID)
ProgrammeId = NewType("ProgrammeId", UUID)
CommandId = NewType("CommandId", UUID)
DeviceId = NewType("DeviceId", UUID)
DeviceScanId = NewType("DeviceScanId", UUID)
MergeId = NewType("MergeId", UUID)

SYSTEM = MemberId(UUID("00000000-0000-4000-8000-000000000001"))
"""The actor of what time alone causes (sweeps). No person ever has this id."""


@lru_cache(maxsize=8_192)
def derived(root: UUID, *parts: UUID | str) -> UUID:
    """The id that follows from `root` and `parts`: the same inputs give the same id on every machine, for ever.

    `root` must be random (a member, an activity, a command); parts are ids or short constant labels, in order. The last
    few thousand are kept (some 4 MB): one scan asks for its visit's id several times, at 4 µs each.
    """
    return uuid5(root, "/".join(str(part) for part in parts))
