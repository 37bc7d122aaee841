"""A reward's rules: offered and priced by two people; its pieces received, set aside, handed over and accounted for."""

from typing import assert_never

from ledger.kernel.decider import Decider
from ledger.kernel.ids import MemberId
from ledger.kernel.units import AMOUNT_MAX, Unit
from ledger.redemption.bounds import pieces_in_bounds
from ledger.redemption.events import (
    PriceProposed,
    ProposalDeclined,
    RewardDrafted,
    RewardEvent,
    RewardListed,
    RewardPriced,
    RewardWithdrawn,
    StockBroughtBack,
    StockCountConfirmed,
    StockCounted,
    StockHandedOver,
    StockReceived,
    StockReserved,
    StockReturned,
    StockWriteOffProposed,
    StockWrittenOff,
)
from ledger.redemption.refusals import (
    LimitsRepeated,
    OwnProposal,
    PriceDayOver,
    PriceOutOfBounds,
    ProposalGone,
    RewardAlreadyListed,
    RewardNotListed,
    RewardWithdrawnAlready,
    UnitNotExchangeable,
)
from ledger.redemption.reward_commands import (
    ApprovePrice,
    ApproveReward,
    DraftReward,
    OnOffer,
    ProposePrice,
    ReceiveStock,
    ReserveStock,
    RewardCommand,
    WithdrawReward,
)
from ledger.redemption.reward_state import Reward, evolve
from ledger.redemption.stock import decide_on_shelf, receive, reserve

EXCHANGEABLE = frozenset({Unit.POINTS})
"""Units that goods can be had for. Care minutes are kept for care, and exchanging never reduces service time; party
points are seen by the branch only."""


def decide(state: Reward, command: RewardCommand) -> tuple[RewardEvent, ...]:
    """What happens to the reward.

    Drafting refuses with reward-already-listed, unit-not-exchangeable, price-out-of-bounds, pieces-out-of-bounds (a
    limit), limits-repeated. All others refuse with reward-not-listed where nobody drafted it. Approving the draft then
    refuses with reward-already-listed, reward-withdrawn, own-proposal. What is done to pieces that lie there goes on
    whatever became of the reward (see `decide_on_shelf`); the rest refuses with reward-withdrawn first, and but for
    receiving and withdrawing with reward-not-listed while it is a draft.
    """
    if isinstance(command, DraftReward):
        return _draft(state, command.draft)
    if state.status == "unknown":
        raise RewardNotListed
    match command:
        case ApproveReward():
            return _approve(state, command.approved_by)
        case ReceiveStock() | ReserveStock() | ProposePrice() | ApprovePrice() | WithdrawReward():
            return _decide_on_offer(state, command)
        case _:
            return decide_on_shelf(state, command)


REWARD: Decider[Reward, RewardCommand, RewardEvent] = Decider(
    name="reward",
    initial=Reward(),
    decide=decide,
    evolve=evolve,
    events=(
        RewardDrafted,
        RewardListed,
        PriceProposed,
        RewardPriced,
        RewardWithdrawn,
        ProposalDeclined,
        StockReceived,
        StockReserved,
        StockReturned,
        StockHandedOver,
        StockBroughtBack,
        StockWriteOffProposed,
        StockWrittenOff,
        StockCounted,
        StockCountConfirmed,
    ),
)


def _draft(state: Reward, draft: RewardDrafted) -> tuple[RewardEvent, ...]:
    if state.status != "unknown":
        raise RewardAlreadyListed
    if draft.unit not in EXCHANGEABLE:
        raise UnitNotExchangeable(draft.unit)
    _price_in_bounds(draft.price)
    for limit in draft.limits:
        pieces_in_bounds(limit.pieces)
    if len({(limit.per, limit.period) for limit in draft.limits}) < len(draft.limits):
        raise LimitsRepeated
    return (draft,)


def _approve(state: Reward, approved_by: MemberId) -> tuple[RewardEvent, ...]:
    if state.status == "withdrawn":
        raise RewardWithdrawnAlready
    if state.draft is None or state.listing:
        raise RewardAlreadyListed
    draft = state.draft
    _not_own(draft.drafted_by, approved_by)
    return (
        RewardListed(
            organisation=draft.organisation,
            fund=draft.fund,
            unit=draft.unit,
            price=draft.price,
            listed_by=approved_by,
            limits=draft.limits,
            merchant=draft.merchant,
            drafted_by=draft.drafted_by,
        ),
    )


def _decide_on_offer(state: Reward, command: OnOffer) -> tuple[RewardEvent, ...]:
    if state.status == "withdrawn":
        raise RewardWithdrawnAlready
    match command:
        case ReceiveStock():
            return (receive(command),)
        case WithdrawReward():
            return (RewardWithdrawn(),)
        case ProposePrice() | ApprovePrice() | ReserveStock() if state.listing is None:
            raise RewardNotListed
        case ProposePrice():
            return _propose_price(command)
        case ApprovePrice():
            return _approve_price(state, command)
        case ReserveStock():
            return (reserve(state, command),)
        case _:
            assert_never(command)


def _propose_price(command: ProposePrice) -> tuple[RewardEvent, ...]:
    _price_in_bounds(command.price)
    if command.from_day < command.today:
        raise PriceDayOver(command.from_day, command.today)
    return (PriceProposed(command.proposal, command.price, command.from_day, command.proposed_by),)


def _approve_price(state: Reward, command: ApprovePrice) -> tuple[RewardEvent, ...]:
    proposal = state.price_proposal
    if proposal is None or proposal.proposal != command.proposal:
        raise ProposalGone(command.proposal)
    _not_own(proposal.proposed_by, command.approved_by)
    from_day = max(proposal.from_day, command.today)
    return (RewardPriced(proposal.price, command.approved_by, proposal.proposal, from_day, command.today),)


def _not_own(proposed_by: MemberId, actor: MemberId) -> None:
    if proposed_by == actor:
        raise OwnProposal(proposed_by)


def _price_in_bounds(price: int) -> None:
    if not 1 <= price <= AMOUNT_MAX:
        raise PriceOutOfBounds(price, 1, AMOUNT_MAX)
