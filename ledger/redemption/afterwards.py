"""What can still happen when the goods are in hand: some come back, somebody looks at it again, or it is settled."""

from typing import assert_never

from ledger.redemption.events import (
    RedemptionEvent,
    RedemptionRechecked,
    RedemptionRequested,
    RedemptionReturned,
    RedemptionSettled,
)
from ledger.redemption.redemption_commands import (
    AfterwardsCommand,
    RecheckRedemption,
    ReturnGoods,
    SettleRedemption,
)
from ledger.redemption.redemption_refusals import (
    NothingToReturn,
    OwnRedemption,
    RecheckNotOpen,
    RedemptionFinished,
    RedemptionNotThatFar,
    ReturnStillPossible,
    ReturnTooLate,
    TookPart,
)
from ledger.redemption.redemption_state import IN_HAND, OPEN, Redemption, batches_back, parts_back
from ledger.redemption.refusals import MoreThanHandedOver


def decide_afterwards(state: Redemption, request: RedemptionRequested, command: AfterwardsCommand) -> RedemptionEvent:
    """What happens to a redemption whose goods are in hand.

    Returning refuses with nothing-to-return (also where it was not written down what was spent), own-redemption,
    return-too-late, more-than-handed-over, took-part; rechecking with recheck-not-open, redemption-in-other-state,
    own-redemption, took-part; settling with redemption-in-other-state, redemption-finished, return-still-possible.
    """
    match command:
        case ReturnGoods():
            return _return(state, request, command)
        case RecheckRedemption():
            return _recheck(state, request, command)
        case SettleRedemption():
            return _settle(state, command)
        case _:
            assert_never(command)


def _return(state: Redemption, request: RedemptionRequested, command: ReturnGoods) -> RedemptionEvent:
    had = state.in_hand
    if had is None or state.status not in IN_HAND or not had.parts:
        raise NothingToReturn(state.status)
    if command.same_household or command.received_by == request.member:
        raise OwnRedemption(request.member)
    if command.now >= (until := had.returnable_until):
        raise ReturnTooLate(until)
    if not 1 <= command.pieces <= had.pieces:
        raise MoreThanHandedOver(command.pieces, had.pieces)
    total = command.pieces * had.price
    # Goods that never came back must not bring points back: of much, a second pair of eyes sees them.
    if command.received_by == had.by and total > command.other_keeper_above:
        raise TookPart(command.received_by)
    return RedemptionReturned(
        pieces=command.pieces,
        total=total,
        condition=command.condition,
        received_by=command.received_by,
        at=command.now,
        parts=parts_back(had.parts, total),
        batches=batches_back(had.batches, command.pieces),
    )


def _recheck(state: Redemption, request: RedemptionRequested, command: RecheckRedemption) -> RedemptionEvent:
    if state.recheck != "open":
        raise RecheckNotOpen
    if state.in_hand is None:
        raise RedemptionNotThatFar(state.status, "handed_over")
    if command.same_household or command.rechecked_by == request.member:
        raise OwnRedemption(request.member)
    if command.rechecked_by in (request.requested_by, request.witness, state.in_hand.by):
        raise TookPart(command.rechecked_by)
    return RedemptionRechecked(command.rechecked_by, command.finding)


def _settle(state: Redemption, command: SettleRedemption) -> RedemptionEvent:
    if state.status in OPEN:
        raise RedemptionNotThatFar(state.status, "handed_over")
    if state.in_hand is None or state.status not in IN_HAND:
        raise RedemptionFinished(state.status)
    if command.now < (until := state.in_hand.returnable_until):
        raise ReturnStillPossible(until)
    return RedemptionSettled()
