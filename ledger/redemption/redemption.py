"""One redemption, from asking to the goods in hand. It decides who may do which step, and that an end is an end.

Its steps: requested → approved → ready → handed_over. Its other ends: rejected, cancelled, lapsed.
"""

from datetime import datetime
from typing import Literal, assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.kernel.decider import Decider, Request
from ledger.kernel.ids import HoldId, MemberId, RedemptionId, derived
from ledger.redemption.events import (
    RedemptionApproved,
    RedemptionCancelled,
    RedemptionEvent,
    RedemptionHandedOver,
    RedemptionLapsed,
    RedemptionReady,
    RedemptionRejected,
    RedemptionRequested,
)
from ledger.redemption.refusals import (
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
)

HAND_OVER_BY_OTHER_ABOVE = 100
"""Above this total, in the reward's unit, whoever approved does not hand over as well. A community's default: below
it, two people for a bar of soap would be one too many."""

RedemptionStatus = Literal[
    "unknown", "requested", "approved", "ready", "handed_over", "rejected", "cancelled", "lapsed"
]
FINISHED: frozenset[RedemptionStatus] = frozenset({"handed_over", "rejected", "cancelled", "lapsed"})


class Redemption(Struct, frozen=True):
    """A redemption. request: None until asked for. handed_over_at, handed_over_by: once it was."""

    status: RedemptionStatus = "unknown"
    request: RedemptionRequested | None = None
    approved_by: MemberId | None = None
    handed_over_at: datetime | None = None
    handed_over_by: MemberId | None = None


class RequestRedemption(Request, frozen=True):
    """Ask for it; stock and points were set aside in the same commit."""

    request: RedemptionRequested


class ApproveRedemption(Request, frozen=True):
    """Approve it. same_household: whether the approver is the member or lives with them."""

    approved_by: MemberId
    same_household: bool
    now: datetime


class RejectRedemption(Request, frozen=True):
    """Reject it. same_household as for approving. reason: a code."""

    rejected_by: MemberId
    same_household: bool
    reason: str


class CancelRedemption(Request, frozen=True):
    """Take it back. Who may is decided by who they are: the member, or staff for the member."""

    cancelled_by: MemberId


class MakeRedemptionReady(Request, frozen=True):
    """Say that the goods lie ready."""

    prepared_by: MemberId
    now: datetime


class HandRedemptionOver(Request, frozen=True):
    """Give the goods into the member's hands."""

    handed_over_by: MemberId
    now: datetime


class LapseRedemption(Request, frozen=True):
    """Write down that nobody came in time."""

    now: datetime


OpenCommand = (
    ApproveRedemption | RejectRedemption | CancelRedemption | MakeRedemptionReady | HandRedemptionOver | LapseRedemption
)
RedemptionCommand = RequestRedemption | OpenCommand


def hold_id(redemption: RedemptionId) -> HoldId:
    """The hold on the member's points for this redemption."""
    return HoldId(derived(redemption, "hold"))


def decide(state: Redemption, command: RedemptionCommand) -> tuple[RedemptionEvent, ...]:
    """What happens to the redemption.

    Asking refuses with redemption-already-requested. Every other step refuses, in this order, with
    redemption-unknown; already-handed-over (a second hand-over); redemption-finished; redemption-in-other-state;
    redemption-overdue (approving, preparing, handing over) or redemption-not-overdue (lapsing); own-redemption;
    approver-cannot-hand-over. Cancelling and lapsing are possible from every open state.
    """
    if isinstance(command, RequestRedemption):
        if state.request:
            raise RedemptionAlreadyRequested
        return (command.request,)
    if state.request is None:
        raise RedemptionUnknown
    _must_be_open(state, command)
    return (_decide_on_open(state, state.request, command),)


def evolve(state: Redemption, event: RedemptionEvent) -> Redemption:
    """The redemption after `event`."""
    match event:
        case RedemptionRequested():
            return Redemption("requested", event)
        case RedemptionApproved():
            return replace(state, status="approved", approved_by=event.approved_by)
        case RedemptionRejected():
            return replace(state, status="rejected")
        case RedemptionCancelled():
            return replace(state, status="cancelled")
        case RedemptionReady():
            return replace(state, status="ready")
        case RedemptionHandedOver():
            return replace(state, status="handed_over", handed_over_at=event.at, handed_over_by=event.handed_over_by)
        case RedemptionLapsed():
            return replace(state, status="lapsed")
        case _:
            assert_never(event)


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
        RedemptionReady,
        RedemptionHandedOver,
        RedemptionLapsed,
    ),
)


def _must_be_open(state: Redemption, command: OpenCommand) -> None:
    if isinstance(command, HandRedemptionOver) and state.handed_over_at and state.handed_over_by:
        raise AlreadyHandedOver(state.handed_over_at, state.handed_over_by)
    if state.status in FINISHED:
        raise RedemptionFinished(state.status)


def _decide_on_open(state: Redemption, request: RedemptionRequested, command: OpenCommand) -> RedemptionEvent:
    match command:
        case ApproveRedemption():
            return _approve(state, request, command)
        case RejectRedemption():
            return _reject(state, request, command)
        case CancelRedemption():
            return RedemptionCancelled(command.cancelled_by)
        case MakeRedemptionReady():
            return _make_ready(state, request, command)
        case HandRedemptionOver():
            return _hand_over(state, request, command)
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


def _hand_over(state: Redemption, request: RedemptionRequested, command: HandRedemptionOver) -> RedemptionEvent:
    _must_be(state, "ready")
    _must_be_in_time(request, command.now)
    _must_not_be_own(request, command.handed_over_by, same_household=False)
    if command.handed_over_by == state.approved_by and request.total > HAND_OVER_BY_OTHER_ABOVE:
        raise ApproverCannotHandOver(request.total, HAND_OVER_BY_OTHER_ABOVE)
    return RedemptionHandedOver(command.handed_over_by, command.now)


def _must_be(state: Redemption, needed: RedemptionStatus) -> None:
    if state.status != needed:
        raise RedemptionNotThatFar(state.status, needed)


def _must_be_in_time(request: RedemptionRequested, now: datetime) -> None:
    if now >= request.lapses_at:
        raise RedemptionOverdue(request.lapses_at)


def _must_not_be_own(request: RedemptionRequested, actor: MemberId, *, same_household: bool) -> None:
    if same_household or actor == request.member:
        raise OwnRedemption(request.member)
