"""What can be asked of a reward. Pieces are whole and positive; prices are of one piece; days are the community's."""

from datetime import date

from ledger.kernel.decider import Request
from ledger.kernel.ids import BatchId, FundId, HouseholdId, MemberId, ProposalId, RedemptionId
from ledger.redemption.events import Condition, FromBatch, RewardDrafted


class DraftReward(Request, frozen=True):
    """Write down what is to be offered."""

    draft: RewardDrafted


class ApproveReward(Request, frozen=True):
    """Let the drafted reward be asked for; approved_by did not draft it."""

    approved_by: MemberId


class ProposePrice(Request, frozen=True):
    """Propose a price from a day on, today at the earliest. proposal: a new id."""

    proposal: ProposalId
    price: int
    from_day: date
    proposed_by: MemberId
    today: date


class ApprovePrice(Request, frozen=True):
    """Give one piece the proposed price, from its day on or, where that is over, from today."""

    proposal: ProposalId
    approved_by: MemberId
    today: date


class WithdrawReward(Request, frozen=True):
    """Let it no longer be asked for. What is open goes on."""


class DeclineProposal(Request, frozen=True):
    """Do not carry the open proposal out; who made it may take it back so."""

    proposal: ProposalId
    declined_by: MemberId


class ReceiveStock(Request, frozen=True):
    """Put pieces onto the shelf. use_by: last day to hand them out, None where it does not matter."""

    pieces: int
    received_by: MemberId
    today: date
    use_by: date | None = None
    batch: BatchId | None = None
    fund: FundId | None = None


class ReserveStock(Request, frozen=True):
    """Set pieces aside for a redemption. household: the member's today, None for who lives in none."""

    redemption: RedemptionId
    pieces: int
    member: MemberId
    today: date
    household: HouseholdId | None = None


class ReturnStock(Request, frozen=True):
    """Make all the pieces that are still set aside for the redemption free again."""

    redemption: RedemptionId


class HandStockOver(Request, frozen=True):
    """Let pieces set aside for the redemption leave the shelf, the oldest batch first."""

    redemption: RedemptionId
    pieces: int
    today: date


class BringStockBack(Request, frozen=True):
    """Take pieces back that were handed over for the redemption. batches: those they came from, () if not known."""

    redemption: RedemptionId
    pieces: int
    condition: Condition
    received_by: MemberId
    batches: tuple[FromBatch, ...]


class ProposeWriteOff(Request, frozen=True):
    """Propose that pieces be written off. reason: a code. batch: of which, None for the oldest."""

    proposal: ProposalId
    pieces: int
    reason: str
    proposed_by: MemberId
    batch: BatchId | None = None


class ApproveWriteOff(Request, frozen=True):
    """Take the proposed pieces off the shelf; approved_by did not propose it."""

    proposal: ProposalId
    approved_by: MemberId


class CountStock(Request, frozen=True):
    """Write down how many pieces lie there, reserved ones too."""

    proposal: ProposalId
    pieces: int
    counted_by: MemberId


class ConfirmCount(Request, frozen=True):
    """Set the books right by the difference that was counted; confirmed_by did not count."""

    proposal: ProposalId
    confirmed_by: MemberId


OnOffer = ReceiveStock | ReserveStock | ProposePrice | ApprovePrice | WithdrawReward
"""What is possible only while the reward is not withdrawn."""
OnShelf = (
    ReturnStock
    | HandStockOver
    | BringStockBack
    | ProposeWriteOff
    | ApproveWriteOff
    | CountStock
    | ConfirmCount
    | DeclineProposal
)
"""What is possible as long as pieces lie there, whatever became of the reward."""
RewardCommand = DraftReward | ApproveReward | OnOffer | OnShelf
