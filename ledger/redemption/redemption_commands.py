"""What can be asked of a redemption. Instants are aware UTC; totals are in the reward's unit."""

from datetime import datetime
from typing import Literal

from ledger.kernel.decider import Request
from ledger.kernel.ids import FundId, FundUsageId, MemberId, OrganisationId, RewardId
from ledger.redemption.events import Condition, FromBatch, RedemptionRequested, SpentPart


class RequestRedemption(Request, frozen=True):
    """Ask for it; stock and points were set aside in the same commit."""

    request: RedemptionRequested


class ApproveRedemption(Request, frozen=True):
    """Approve it. same_household: whether the approver is the member or lives with them."""

    approved_by: MemberId
    same_household: bool
    now: datetime


class ApproveAutomatically(Request, frozen=True):
    """Let the system approve a small one. recheck: whether it was drawn for a look by a person afterwards."""

    recheck: bool
    now: datetime


class RejectRedemption(Request, frozen=True):
    """Reject it. same_household as for approving. reason: a code."""

    rejected_by: MemberId
    same_household: bool
    reason: str


class CancelRedemption(Request, frozen=True):
    """Take it back. Who may is decided by who they are: the member, or staff for the member."""

    cancelled_by: MemberId


class VoidRedemption(Request, frozen=True):
    """Say that the goods are not to be had after all. reason: a code."""

    voided_by: MemberId
    reason: str


class MakeRedemptionReady(Request, frozen=True):
    """Say that the goods lie ready."""

    prepared_by: MemberId
    now: datetime


class Handing(Request, frozen=True):
    """Who hands something over, and when. other_keeper_above: above this total whoever approved does not.

    return_days: for so many times 24 hours the goods may come back. same_household: whether who hands over is the
    member or lives with them.
    """

    handed_over_by: MemberId
    now: datetime
    other_keeper_above: int
    return_days: int
    same_household: bool


class HandRedemptionOver(Request, frozen=True):
    """Give `pieces` into the member's hands: all that were asked for, or fewer. parts: what was spent for them."""

    handing: Handing
    pieces: int
    parts: tuple[SpentPart, ...]
    batches: tuple[FromBatch, ...]


class SubstituteRedemption(Request, frozen=True):
    """Give another reward instead, to which the member agreed. consent: a code for what shows it."""

    handing: Handing
    reward: RewardId
    fund: FundId
    merchant: OrganisationId | None
    pieces: int
    price: int
    consent: str
    parts: tuple[SpentPart, ...]
    batches: tuple[FromBatch, ...]
    fund_usage: FundUsageId | None


class ReturnGoods(Request, frozen=True):
    """Take pieces back. same_household: whether who takes them back is the member or lives with them.

    other_keeper_above: what costs more is not taken back by who handed it over.
    """

    pieces: int
    condition: Condition
    received_by: MemberId
    same_household: bool
    other_keeper_above: int
    now: datetime


class RecheckRedemption(Request, frozen=True):
    """Look at what the system approved. same_household: whether who looks is the member or lives with them."""

    rechecked_by: MemberId
    same_household: bool
    finding: Literal["in_order", "not_in_order"]


class SettleRedemption(Request, frozen=True):
    """Write down that nothing comes back any more."""

    now: datetime


class LapseRedemption(Request, frozen=True):
    """Write down that nobody came in time."""

    now: datetime


OpenCommand = (
    ApproveRedemption
    | ApproveAutomatically
    | RejectRedemption
    | CancelRedemption
    | VoidRedemption
    | MakeRedemptionReady
    | HandRedemptionOver
    | SubstituteRedemption
    | LapseRedemption
)
AfterwardsCommand = ReturnGoods | RecheckRedemption | SettleRedemption
RedemptionCommand = RequestRedemption | OpenCommand | AfterwardsCommand
