"""One redemption, from asking to the goods in hand. It decides who may do which step, and that an end is an end.

Its steps: requested → approved → ready → handed_over (whole, in part, or something else instead) → settled. Its other
ends: rejected, cancelled, voided, lapsed. What was handed over can come back for some days.
"""

from datetime import datetime, timedelta
from typing import assert_never

from ledger.kernel.decider import Decider
from ledger.kernel.ids import SYSTEM, HoldId, MemberId, RedemptionId, derived
from ledger.redemption.afterwards import decide_afterwards
from ledger.redemption.events import (
    RedemptionApproved,
    RedemptionCancelled,
    RedemptionEvent,
    RedemptionHandedOver,
    RedemptionLapsed,
    RedemptionPartlyHandedOver,
    RedemptionReady,
    RedemptionRechecked,
    RedemptionRejected,
    RedemptionRequested,
    RedemptionReturned,
    RedemptionSettled,
    RedemptionSubstituted,
    RedemptionVoided,
)
from ledger.redemption.redemption_commands import (
    ApproveAutomatically,
    ApproveRedemption,
    CancelRedemption,
    Handing,
    HandRedemptionOver,
    LapseRedemption,
    MakeRedemptionReady,
    OpenCommand,
    RecheckRedemption,
    RedemptionCommand,
    RejectRedemption,
    RequestRedemption,
    ReturnGoods,
    SettleRedemption,
    SubstituteRedemption,
    VoidRedemption,
)
from ledger.redemption.redemption_refusals import (
    AlreadyHandedOver,
    ApproverCannotHandOver,
    OwnRedemption,
    RedemptionAlreadyRequested,
    RedemptionFinished,
    RedemptionNotOverdue,
    RedemptionNotThatFar,
    RedemptionOverdue,
    RedemptionUnknown,
    RequesterCannotApprove,
    SubstituteTooDear,
)
from ledger.redemption.redemption_state import FINISHED, Redemption, RedemptionStatus, evolve
from ledger.redemption.refusals import MoreThanSetAside


def hold_id(redemption: RedemptionId) -> HoldId:
    """The hold on the member's points for this redemption."""
    return HoldId(derived(redemption, "hold"))


def decide(state: Redemption, command: RedemptionCommand) -> tuple[RedemptionEvent, ...]:
    """What happens to the redemption.

    Asking refuses with redemption-already-requested. Every other step refuses, in this order, with
    redemption-unknown; already-handed-over (a second hand-over); redemption-finished; redemption-in-other-state;
    redemption-overdue (approving, preparing, handing over) or redemption-not-overdue (lapsing); own-redemption;
    approver-cannot-hand-over; more-than-set-aside or substitute-too-dear. Cancelling, voiding and lapsing are possible
    from every open state. What comes after handing over is in `decide_afterwards`.
    """
    if isinstance(command, RequestRedemption):
        if state.request:
            raise RedemptionAlreadyRequested
        return (command.request,)
    if state.request is None:
        raise RedemptionUnknown
    if isinstance(command, ReturnGoods | RecheckRedemption | SettleRedemption):
        return (decide_afterwards(state, state.request, command),)
    return (_decide_on_open(state, state.request, command),)


def check_hand_over(state: Redemption, handing: Handing) -> RedemptionRequested:
    """What was asked for, if it may be handed over so; refuses as `decide` does, before anything else was touched."""
    if state.request is None:
        raise RedemptionUnknown
    if state.in_hand:
        raise AlreadyHandedOver(state.in_hand.at, state.in_hand.by)
    _must_be_open(state)
    _must_be(state, "ready")
    _must_be_in_time(state.request, handing.now)
    _must_not_be_own(state.request, handing.handed_over_by, same_household=handing.same_household)
    if handing.handed_over_by == state.approved_by and state.request.total > handing.other_keeper_above:
        raise ApproverCannotHandOver(state.request.total, handing.other_keeper_above)
    return state.request


REDEMPTION: Decider[Redemption, RedemptionCommand, RedemptionEvent] = Decider(
    name="redemption",
    initial=Redemption(),
    decide=decide,
    evolve=evolve,
    events=(
        RedemptionRequested,
        RedemptionApproved,
        RedemptionRejected,
        RedemptionCancelled,
        RedemptionVoided,
        RedemptionReady,
        RedemptionHandedOver,
        RedemptionPartlyHandedOver,
        RedemptionSubstituted,
        RedemptionReturned,
        RedemptionRechecked,
        RedemptionSettled,
        RedemptionLapsed,
    ),
)


def _decide_on_open(state: Redemption, request: RedemptionRequested, command: OpenCommand) -> RedemptionEvent:
    if isinstance(command, HandRedemptionOver | SubstituteRedemption):
        check_hand_over(state, command.handing)
        return _hand_over(request, command) if isinstance(command, HandRedemptionOver) else _instead(request, command)
    _must_be_open(state)
    match command:
        case ApproveRedemption():
            return _approve(state, request, command)
        case ApproveAutomatically():
            _must_be(state, "requested")
            _must_be_in_time(request, command.now)
            return RedemptionApproved(SYSTEM, command.recheck)
        case RejectRedemption():
            return _reject(state, request, command)
        case CancelRedemption():
            return RedemptionCancelled(command.cancelled_by)
        case VoidRedemption():
            _must_not_be_own(request, command.voided_by, same_household=False)
            return RedemptionVoided(command.voided_by, command.reason)
        case MakeRedemptionReady():
            return _make_ready(state, request, command)
        case LapseRedemption():
            if command.now < request.lapses_at:
                raise RedemptionNotOverdue(request.lapses_at)
            return RedemptionLapsed()
        case _:
            assert_never(command)


def _approve(state: Redemption, request: RedemptionRequested, command: ApproveRedemption) -> RedemptionEvent:
    _must_be(state, "requested")
    _must_be_in_time(request, command.now)
    _must_not_be_own(request, command.approved_by, same_household=command.same_household)
    if command.approved_by == request.requested_by:
        raise RequesterCannotApprove(request.requested_by)
    return RedemptionApproved(command.approved_by)


def _reject(state: Redemption, request: RedemptionRequested, command: RejectRedemption) -> RedemptionEvent:
    _must_be(state, "requested")
    _must_not_be_own(request, command.rejected_by, same_household=command.same_household)
    return RedemptionRejected(command.rejected_by, command.reason)


def _make_ready(state: Redemption, request: RedemptionRequested, command: MakeRedemptionReady) -> RedemptionEvent:
    _must_be(state, "approved")
    _must_be_in_time(request, command.now)
    return RedemptionReady(command.prepared_by)


def _hand_over(request: RedemptionRequested, command: HandRedemptionOver) -> RedemptionEvent:
    if not 1 <= command.pieces <= request.pieces:
        raise MoreThanSetAside(command.pieces, request.pieces)
    by, at, until = command.handing.handed_over_by, command.handing.now, _returnable_until(command.handing)
    if command.pieces == request.pieces:
        return RedemptionHandedOver(by, at, command.parts, command.batches, until)
    total = command.pieces * request.price
    return RedemptionPartlyHandedOver(command.pieces, total, by, at, command.parts, command.batches, until)


def _instead(request: RedemptionRequested, command: SubstituteRedemption) -> RedemptionEvent:
    total = command.pieces * command.price
    if total > request.total:
        raise SubstituteTooDear(total, request.total)
    return RedemptionSubstituted(
        reward=command.reward,
        fund=command.fund,
        merchant=command.merchant,
        pieces=command.pieces,
        price=command.price,
        total=total,
        consent=command.consent,
        handed_over_by=command.handing.handed_over_by,
        at=command.handing.now,
        parts=command.parts,
        batches=command.batches,
        fund_usage=command.fund_usage,
        returnable_until=_returnable_until(command.handing),
    )


def _returnable_until(handing: Handing) -> datetime:
    return handing.now + timedelta(days=handing.return_days)


def _must_be_open(state: Redemption) -> None:
    if state.status in FINISHED:
        raise RedemptionFinished(state.status)


def _must_be(state: Redemption, needed: RedemptionStatus) -> None:
    if state.status != needed:
        raise RedemptionNotThatFar(state.status, needed)


def _must_be_in_time(request: RedemptionRequested, now: datetime) -> None:
    if now >= request.lapses_at:
        raise RedemptionOverdue(request.lapses_at)


def _must_not_be_own(request: RedemptionRequested, actor: MemberId, *, same_household: bool) -> None:
    if same_household or actor == request.member:
        raise OwnRedemption(request.member)
