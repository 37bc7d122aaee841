"""Use cases of opening balances on public notice: a member objects, somebody not involved decides, time posts them.

How one is proposed and agreed to stands in `adjustments`. The decision on an objection is for good.
"""

from typing import Final

from ledger.accounts import adjustment as steps
from ledger.accounts.account import account_id
from ledger.accounts.adjustment import ADJUSTMENT
from ledger.accounts.events import AdjustmentProposed, ObjectionOutcome
from ledger.application.adjustments import adjusted, enter
from ledger.application.authority import Permission, UnknownId, require_for, require_system, same_household
from ledger.application.objections import require_of_the_place
from ledger.application.programme import settings_of
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import AdjustmentId, MemberId
from ledger.membership.member import MEMBER


class PostOpeningBalance(Request, frozen=True):
    """Its notice is over: it becomes a lot of its member's account."""

    adjustment: AdjustmentId


class ObjectToOpeningBalance(Request, frozen=True):
    """Object to one on public notice, as a member of its community. reason: a code."""

    adjustment: AdjustmentId
    reason: str


class DecideOpeningObjection(Request, frozen=True):
    """Decide on the objection: `upheld`, the balance is refused, or `rejected`, its notice goes on. reason: a code."""

    adjustment: AdjustmentId
    outcome: ObjectionOutcome
    reason: str


def _post(work: Work, request: PostOpeningBalance) -> Outcome:
    """An account that is frozen against what comes in refuses: it stays on notice and is tried again."""
    require_system(work)
    proposal = _proposal(work, request.adjustment)
    account = account_id(proposal.member, proposal.unit)
    work.act(ADJUSTMENT, request.adjustment, steps.PostAdjustment(account, work.today))
    enter(work, request.adjustment, proposal)
    return adjusted("adjustment-posted", request.adjustment, proposal)


def _object(work: Work, request: ObjectToOpeningBalance) -> Outcome:
    proposal = _proposal(work, request.adjustment)
    require_of_the_place(work, request.adjustment, proposal.organisation, beneficiary=proposal.member)
    deadline = work.calendar.after(work.today, settings_of(work, proposal.organisation).objection_working_days)
    command = steps.ObjectToAdjustment(work.actor, request.reason, deadline)
    work.act(ADJUSTMENT, request.adjustment, command)
    return Outcome("adjustment-objected", ids={"adjustment": request.adjustment})


def _decide(work: Work, request: DecideOpeningObjection) -> Outcome:
    state = work.state(ADJUSTMENT, request.adjustment)
    place = state.proposal and state.proposal.organisation
    require_for(work, Permission.APPROVE_ADJUSTMENTS, place, request.adjustment)
    proposal = _proposal(work, request.adjustment)
    command = steps.DecideAdjustmentObjection(
        decided_by=work.actor,
        outcome=request.outcome,
        reason=request.reason,
        same_household=same_household(work, work.actor, proposal.member),
        near_objector=any(same_household(work, work.actor, objector) for objector in state.objectors[-1:]),
    )
    work.act(ADJUSTMENT, request.adjustment, command)
    return Outcome(f"adjustment-objection-{request.outcome}", ids={"adjustment": request.adjustment})


def _proposal(work: Work, adjustment: AdjustmentId) -> AdjustmentProposed:
    proposal = work.state(ADJUSTMENT, adjustment).proposal
    if proposal is None:
        raise UnknownId(adjustment)
    return proposal


def _reads(
    request: PostOpeningBalance | ObjectToOpeningBalance | DecideOpeningObjection, actor: MemberId
) -> tuple[Stream, ...]:
    return (Stream(MEMBER, actor), Stream(ADJUSTMENT, request.adjustment))


POST_OPENING_BALANCE: Final = UseCase[PostOpeningBalance]("adjustments.post", _post, _reads)
OBJECT_TO_OPENING_BALANCE: Final = UseCase[ObjectToOpeningBalance]("adjustments.object", _object, _reads)
DECIDE_OPENING_OBJECTION: Final = UseCase[DecideOpeningObjection]("adjustments.decide_objection", _decide, _reads)
