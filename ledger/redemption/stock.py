"""The rules of a shelf: the oldest pieces leave first, none past its last day, and no one alone writes any off.

What is written off and what a count finds missing takes two people, and never touches what is set aside.
"""

from datetime import date
from typing import assert_never

from ledger.kernel.ids import MemberId, RedemptionId
from ledger.redemption import batches as lying
from ledger.redemption.batches import Batches
from ledger.redemption.bounds import pieces_in_bounds
from ledger.redemption.events import (
    FromBatch,
    ProposalDeclined,
    RewardEvent,
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
from ledger.redemption.limits import label_of, owner_of
from ledger.redemption.refusals import (
    LimitReached,
    MoreThanHandedOver,
    MoreThanSetAside,
    OutOfStock,
    OwnProposal,
    PiecesPastUseBy,
    ProposalGone,
    StockAlreadyReserved,
    StockNotReserved,
    StockPastUseBy,
)
from ledger.redemption.reward_commands import (
    ApproveWriteOff,
    BringStockBack,
    ConfirmCount,
    CountStock,
    DeclineProposal,
    HandStockOver,
    OnShelf,
    ProposeWriteOff,
    ReceiveStock,
    ReserveStock,
    ReturnStock,
)
from ledger.redemption.reward_state import Reserved, Reward


def receive(command: ReceiveStock) -> StockReceived:
    """Refuses with pieces-out-of-bounds, stock-past-use-by."""
    pieces_in_bounds(command.pieces)
    if command.use_by is not None and command.use_by < command.today:
        raise StockPastUseBy(command.use_by, command.today)
    return StockReceived(command.pieces, command.received_by, command.use_by, command.batch, command.fund)


def reserve(state: Reward, command: ReserveStock) -> StockReserved:
    """Refuses with pieces-out-of-bounds, stock-already-reserved, limit-reached, out-of-stock."""
    pieces_in_bounds(command.pieces)
    if any(one.redemption == command.redemption for one in state.reserved):
        raise StockAlreadyReserved(command.redemption)
    month = f"{command.today:%Y-%m}"
    for tally in state.tallies:
        limit, owner = tally.limit, owner_of(tally.limit, command.member, command.household)
        used = tally.used(owner, label_of(limit, month))
        if used + command.pieces > limit.pieces:
            raise LimitReached(command.pieces, limit.pieces, used, limit.per, limit.period)
    if command.pieces > (free := state.to_be_had(command.today)):
        raise OutOfStock(command.pieces, free)
    return StockReserved(command.redemption, command.pieces, command.member, month, command.household)


def leaving_first(state: Reward, pieces: int, today: date) -> Batches:
    """From which batches `pieces` are handed out on `today`. Refuses with pieces-past-use-by."""
    if (fresh := lying.fresh(state.batches, today)) < pieces:
        raise PiecesPastUseBy(pieces, fresh)
    return lying.oldest(state.batches, pieces, today=today)


def decide_on_shelf(state: Reward, command: OnShelf) -> tuple[RewardEvent, ...]:
    """What happens to pieces that lie there or were handed over.

    Returning and handing over refuse with stock-not-reserved, more-than-set-aside, pieces-past-use-by; bringing back
    with pieces-out-of-bounds, more-than-handed-over; proposing a write-off with pieces-out-of-bounds, out-of-stock;
    counting with pieces-out-of-bounds; approving and confirming with proposal-gone, own-proposal, out-of-stock;
    declining with proposal-gone.
    """
    match command:
        case ReturnStock():
            return (StockReturned(command.redemption, _reservation(state, command.redemption).pieces),)
        case HandStockOver():
            return (_hand_over(state, command),)
        case BringStockBack():
            return (_bring_back(state, command),)
        case ProposeWriteOff():
            return (_propose_write_off(state, command),)
        case ApproveWriteOff():
            return (_approve_write_off(state, command),)
        case CountStock():
            pieces_in_bounds(command.pieces, smallest=0)
            return (StockCounted(command.proposal, command.pieces, state.on_shelf, command.counted_by),)
        case ConfirmCount():
            return (_confirm_count(state, command),)
        case DeclineProposal():
            if all(one.proposal != command.proposal for one in state.proposals()):
                raise ProposalGone(command.proposal)
            return (ProposalDeclined(command.proposal, command.declined_by),)
        case _:
            assert_never(command)


def _hand_over(state: Reward, command: HandStockOver) -> StockHandedOver:
    reserved = _reservation(state, command.redemption)
    pieces_in_bounds(command.pieces)
    if command.pieces > reserved.pieces:
        raise MoreThanSetAside(command.pieces, reserved.pieces)
    return StockHandedOver(command.redemption, command.pieces, leaving_first(state, command.pieces, command.today))


def _bring_back(state: Reward, command: BringStockBack) -> StockBroughtBack:
    pieces_in_bounds(command.pieces)
    if command.pieces > state.handed_over:
        raise MoreThanHandedOver(command.pieces, state.handed_over)
    batches = command.batches if command.condition == "good" else ()
    return StockBroughtBack(command.redemption, command.pieces, command.condition, command.received_by, batches)


def _propose_write_off(state: Reward, command: ProposeWriteOff) -> StockWriteOffProposed:
    pieces_in_bounds(command.pieces)
    proposed = StockWriteOffProposed(
        command.proposal, command.pieces, command.reason, command.proposed_by, command.batch
    )
    _leaving(state, proposed)
    return proposed


def _approve_write_off(state: Reward, command: ApproveWriteOff) -> StockWrittenOff:
    proposed = state.write_off
    if proposed is None or proposed.proposal != command.proposal:
        raise ProposalGone(command.proposal)
    _not_own(proposed.proposed_by, command.approved_by)
    left = _leaving(state, proposed)
    return StockWrittenOff(proposed.proposal, proposed.pieces, proposed.reason, command.approved_by, left)


def _leaving(state: Reward, proposed: StockWriteOffProposed) -> Batches:
    """What the write-off takes from the shelf; what is set aside stays."""
    there = tuple(one for one in state.batches if proposed.batch is None or one.batch == proposed.batch)
    free = min(state.free, lying.total(there))
    if proposed.pieces > free:
        raise OutOfStock(proposed.pieces, free)
    return lying.oldest(there, proposed.pieces, today=None)


def _confirm_count(state: Reward, command: ConfirmCount) -> StockCountConfirmed:
    count = state.count
    if count is None or count.proposal != command.proposal:
        raise ProposalGone(command.proposal)
    _not_own(count.counted_by, command.confirmed_by)
    difference = count.pieces - count.books
    return StockCountConfirmed(count.proposal, difference, command.confirmed_by, _set_right(state, difference))


def _set_right(state: Reward, difference: int) -> Batches:
    """Missing pieces are the oldest; found ones join the batch that must leave first, lest they stay for ever."""
    if difference > 0:
        first = state.batches[0] if state.batches else FromBatch(0)
        return (FromBatch(difference, first.batch, first.use_by),)
    if -difference > state.free:
        raise OutOfStock(-difference, state.free)
    return lying.oldest(state.batches, -difference, today=None)


def _reservation(state: Reward, redemption: RedemptionId) -> Reserved:
    for one in state.reserved:
        if one.redemption == redemption:
            return one
    raise StockNotReserved(redemption)


def _not_own(proposed_by: MemberId, actor: MemberId) -> None:
    if proposed_by == actor:
        raise OwnProposal(proposed_by)
