"""One correction of a balance, or the balance another book ended with: proposed by staff, agreed to by somebody else.

It moves nothing itself. The agreement that was still missing is followed by the posting, in one commit with the entry.
"""

from datetime import date
from typing import Literal, assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.accounts.adjustment_refusals import (
    AdjustmentAlreadyDecided,
    AdjustmentAlreadyProposed,
    AdjustmentApprovedByYou,
    AdjustmentByProposer,
    AdjustmentForOwnHousehold,
    AdjustmentUnknown,
)
from ledger.accounts.events import (
    AdjustmentApproved,
    AdjustmentEvent,
    AdjustmentPosted,
    AdjustmentProposed,
    AdjustmentRefused,
)
from ledger.accounts.refusals import AmountOutOfBounds
from ledger.kernel.decider import Decider, Request
from ledger.kernel.ids import AccountId, AdjustmentId, LotId, MemberId, derived
from ledger.kernel.units import AMOUNT_MAX

AdjustmentStatus = Literal["unknown", "proposed", "refused", "posted"]


class Adjustment(Struct, frozen=True):
    """An adjustment. proposal: None until proposed. approved_by: who agreed so far, each once."""

    status: AdjustmentStatus = "unknown"
    proposal: AdjustmentProposed | None = None
    approved_by: tuple[MemberId, ...] = ()


class ProposeAdjustment(Request, frozen=True):
    """Put it forward, as it will be stored. same_household: whether who proposes is the member or lives with them."""

    proposal: AdjustmentProposed
    same_household: bool


class ApproveAdjustment(Request, frozen=True):
    """Agree to it. same_household: as for proposing. Above `two_approvers_above` of the unit it takes two."""

    approved_by: MemberId
    same_household: bool
    two_approvers_above: int
    account: AccountId
    on_day: date


class RefuseAdjustment(Request, frozen=True):
    """Refuse it. reason: a code. same_household: as for proposing."""

    refused_by: MemberId
    same_household: bool
    reason: str


AdjustmentCommand = ProposeAdjustment | ApproveAdjustment | RefuseAdjustment


def opening_id(account: AccountId) -> AdjustmentId:
    """The one opening balance an account may have: two clerks with one paper book meet the same stream."""
    return AdjustmentId(derived(account, "opening"))


def adjustment_lot(adjustment: AdjustmentId) -> LotId:
    """The lot that an adjustment upwards or an opening balance becomes."""
    return LotId(derived(adjustment, "lot"))


def decide(state: Adjustment, command: AdjustmentCommand) -> tuple[AdjustmentEvent, ...]:
    """What happens to the adjustment.

    What was refused may be proposed anew. Proposing refuses with adjustment-already-proposed, amount-out-of-bounds,
    adjustment-for-own-household. Deciding refuses with adjustment-unknown, adjustment-already-decided,
    adjustment-for-own-household, adjustment-by-proposer, and approving with adjustment-approved-by-you last.
    """
    if isinstance(command, ProposeAdjustment):
        return _propose(state, command)
    if state.proposal is None:
        raise AdjustmentUnknown
    match command:
        case ApproveAdjustment():
            return _approve(state, state.proposal, command)
        case RefuseAdjustment():
            _check_decider(state, state.proposal, command.refused_by, same_household=command.same_household)
            return (AdjustmentRefused(command.refused_by, command.reason),)
        case _:
            assert_never(command)


def evolve(state: Adjustment, event: AdjustmentEvent) -> Adjustment:
    """The adjustment after `event`."""
    match event:
        case AdjustmentProposed():
            return Adjustment("proposed", event)
        case AdjustmentApproved():
            return replace(state, approved_by=(*state.approved_by, event.approved_by))
        case AdjustmentRefused():
            return replace(state, status="refused")
        case AdjustmentPosted():
            return replace(state, status="posted")
        case _:
            assert_never(event)


ADJUSTMENT: Decider[Adjustment, AdjustmentCommand, AdjustmentEvent] = Decider(
    name="adjustment",
    initial=Adjustment(),
    decide=decide,
    evolve=evolve,
    events=(AdjustmentProposed, AdjustmentApproved, AdjustmentRefused, AdjustmentPosted),
)


def _propose(state: Adjustment, command: ProposeAdjustment) -> tuple[AdjustmentEvent, ...]:
    proposal = command.proposal
    if state.proposal is not None and state.status != "refused":
        raise AdjustmentAlreadyProposed
    smallest = 1 if proposal.kind == "opening_balance" else -AMOUNT_MAX
    if not smallest <= proposal.amount <= AMOUNT_MAX or proposal.amount == 0:
        raise AmountOutOfBounds(proposal.amount, smallest, AMOUNT_MAX)
    if command.same_household or proposal.proposed_by == proposal.member:
        raise AdjustmentForOwnHousehold(proposal.member)
    return (proposal,)


def _approve(
    state: Adjustment, proposal: AdjustmentProposed, command: ApproveAdjustment
) -> tuple[AdjustmentEvent, ...]:
    _check_decider(state, proposal, command.approved_by, same_household=command.same_household)
    if command.approved_by in state.approved_by:
        raise AdjustmentApprovedByYou(command.approved_by)
    approved = AdjustmentApproved(command.approved_by)
    needed = 2 if abs(proposal.amount) > command.two_approvers_above else 1
    if len(state.approved_by) + 1 < needed:
        return (approved,)
    return approved, AdjustmentPosted(command.account, command.on_day)


def _check_decider(state: Adjustment, proposal: AdjustmentProposed, decider: MemberId, *, same_household: bool) -> None:
    if state.status != "proposed":
        raise AdjustmentAlreadyDecided(state.status)
    if same_household or decider == proposal.member:
        raise AdjustmentForOwnHousehold(proposal.member)
    if decider == proposal.proposed_by:
        raise AdjustmentByProposer(decider)
