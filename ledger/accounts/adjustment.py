"""One correction of a balance, or the balance another book ended with: proposed by staff, agreed to by somebody else.

It moves nothing itself. The agreement that was still missing is followed by the posting, in one commit with the entry;
for a balance from another book it is followed by a public notice, and the posting waits until that is over.
"""

from datetime import date, timedelta
from typing import Literal, assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.accounts.adjustment_refusals import (
    AdjustmentAlreadyDecided,
    AdjustmentAlreadyProposed,
    AdjustmentApprovedByYou,
    AdjustmentByProposer,
    AdjustmentForOwnHousehold,
    AdjustmentNoticeNotOver,
    AdjustmentNotOnNotice,
    AdjustmentObjectedByYou,
    AdjustmentObjectionPending,
    AdjustmentUnknown,
    InvolvedInAdjustment,
    NoAdjustmentObjection,
)
from ledger.accounts.events import (
    AdjustmentApproved,
    AdjustmentEvent,
    AdjustmentObjected,
    AdjustmentObjectionDecided,
    AdjustmentPosted,
    AdjustmentProposed,
    AdjustmentPutOnNotice,
    AdjustmentRefused,
    ObjectionOutcome,
)
from ledger.accounts.refusals import AmountOutOfBounds, LotAlreadyDue
from ledger.kernel.calendar import Deadline
from ledger.kernel.decider import Decider, Request
from ledger.kernel.ids import AccountId, AdjustmentId, LotId, MemberId, derived
from ledger.kernel.units import AMOUNT_MAX

AdjustmentStatus = Literal["unknown", "proposed", "on_notice", "objected", "refused", "posted"]


class Adjustment(Struct, frozen=True):
    """An adjustment. proposal: None until proposed. approved_by: who agreed so far, each once.

    notice_until: last day of its notice, None where it is not shown. objectors: whoever objected, the newest last.
    """

    status: AdjustmentStatus = "unknown"
    proposal: AdjustmentProposed | None = None
    approved_by: tuple[MemberId, ...] = ()
    notice_until: date | None = None
    objectors: tuple[MemberId, ...] = ()


class ProposeAdjustment(Request, frozen=True):
    """Put it forward, as it will be stored. same_household: whether who proposes is the member or lives with them."""

    proposal: AdjustmentProposed
    same_household: bool


class ApproveAdjustment(Request, frozen=True):
    """Agree to it. same_household: as for proposing. Above `two_approvers_above` of the unit it takes two.

    notice: last day on which an opening balance is shown first; None: it is posted at once, as corrections are.
    """

    approved_by: MemberId
    same_household: bool
    two_approvers_above: int
    account: AccountId
    on_day: date
    notice: Deadline | None = None


class RefuseAdjustment(Request, frozen=True):
    """Refuse it. reason: a code. same_household: as for proposing."""

    refused_by: MemberId
    same_household: bool
    reason: str


class PostAdjustment(Request, frozen=True):
    """Its notice is over on the community's day `today`: it counts."""

    account: AccountId
    today: date


class ObjectToAdjustment(Request, frozen=True):
    """Object to it while it is on notice. reason: a code. decide_by: by when somebody should decide."""

    objected_by: MemberId
    reason: str
    decide_by: Deadline


class DecideAdjustmentObjection(Request, frozen=True):
    """Decide on the newest objection. reason: a code. same_household: whether who decides is the member or lives with
    them; near_objector: the same of who objected."""

    decided_by: MemberId
    outcome: ObjectionOutcome
    reason: str
    same_household: bool
    near_objector: bool


AdjustmentCommand = (
    ProposeAdjustment
    | ApproveAdjustment
    | RefuseAdjustment
    | PostAdjustment
    | ObjectToAdjustment
    | DecideAdjustmentObjection
)


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
    adjustment-for-own-household, adjustment-by-proposer, and approving with adjustment-approved-by-you and
    lot-already-due (it would be worth nothing when its notice is over) last. Posting: adjustment-not-on-notice,
    adjustment-notice-not-over. Objecting: adjustment-objection-pending, adjustment-not-on-notice,
    adjustment-objected-by-you. Deciding on that: no-adjustment-objection, adjustment-for-own-household,
    involved-in-adjustment.
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
        case PostAdjustment():
            return _post(state, command)
        case ObjectToAdjustment():
            return _object(state, command)
        case DecideAdjustmentObjection():
            return _decide_objection(state, state.proposal, command)
        case _:
            assert_never(command)


def evolve(state: Adjustment, event: AdjustmentEvent) -> Adjustment:
    """The adjustment after `event`."""
    match event:
        case AdjustmentProposed():
            return Adjustment("proposed", event)
        case AdjustmentApproved():
            return replace(state, approved_by=(*state.approved_by, event.approved_by))
        case AdjustmentPutOnNotice():
            return replace(state, status="on_notice", notice_until=event.notice_until)
        case AdjustmentObjected():
            return replace(state, status="objected", objectors=(*state.objectors, event.objected_by))
        case AdjustmentObjectionDecided():
            return replace(state, status="refused" if event.outcome == "upheld" else "on_notice")
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
    events=(
        AdjustmentProposed,
        AdjustmentApproved,
        AdjustmentPutOnNotice,
        AdjustmentObjected,
        AdjustmentObjectionDecided,
        AdjustmentRefused,
        AdjustmentPosted,
    ),
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
    if command.notice is None or proposal.kind != "opening_balance":
        return approved, AdjustmentPosted(command.account, command.on_day)
    _check_outlasts(proposal, command.notice.day)
    return approved, AdjustmentPutOnNotice(command.notice.day, command.notice.provisional)


def _check_outlasts(proposal: AdjustmentProposed, notice_until: date) -> None:
    """The day after its notice is the first on which it can count."""
    first = notice_until + timedelta(days=1)
    if proposal.expires_on is not None and proposal.expires_on <= first:
        raise LotAlreadyDue(first, proposal.expires_on)


def _post(state: Adjustment, command: PostAdjustment) -> tuple[AdjustmentEvent, ...]:
    if state.status != "on_notice" or state.notice_until is None:
        raise AdjustmentNotOnNotice(state.status)
    if command.today <= state.notice_until:
        raise AdjustmentNoticeNotOver(state.notice_until)
    return (AdjustmentPosted(command.account, command.today),)


def _object(state: Adjustment, command: ObjectToAdjustment) -> tuple[AdjustmentEvent, ...]:
    if state.status == "objected":
        raise AdjustmentObjectionPending
    if state.status != "on_notice":
        raise AdjustmentNotOnNotice(state.status)
    if command.objected_by in state.objectors:
        raise AdjustmentObjectedByYou
    deadline = command.decide_by
    return (AdjustmentObjected(command.objected_by, command.reason, deadline.day, deadline.provisional),)


def _decide_objection(
    state: Adjustment, proposal: AdjustmentProposed, command: DecideAdjustmentObjection
) -> tuple[AdjustmentEvent, ...]:
    if state.status != "objected":
        raise NoAdjustmentObjection(state.status)
    if command.same_household or command.decided_by == proposal.member:
        raise AdjustmentForOwnHousehold(proposal.member)
    involved = {proposal.proposed_by, *state.approved_by, *state.objectors}
    if command.near_objector or command.decided_by in involved:
        raise InvolvedInAdjustment(command.decided_by)
    return (AdjustmentObjectionDecided(command.decided_by, command.outcome, command.reason),)


def _check_decider(state: Adjustment, proposal: AdjustmentProposed, decider: MemberId, *, same_household: bool) -> None:
    if state.status != "proposed":
        raise AdjustmentAlreadyDecided(state.status)
    if same_household or decider == proposal.member:
        raise AdjustmentForOwnHousehold(proposal.member)
    if decider == proposal.proposed_by:
        raise AdjustmentByProposer(decider)
