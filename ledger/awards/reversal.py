"""Taking an award back: proposed by one, agreed to by another (or two), once. How much the member still has of it is
the account's to say; here stands what came of it."""

from datetime import date
from typing import assert_never

from ledger.awards.award_state import Award, Reversal
from ledger.awards.events import (
    AwardProposed,
    AwardReversed,
    ReversalApproved,
    ReversalProposed,
    ReversalRefused,
    Spent,
)
from ledger.awards.objection import check_no_reversal
from ledger.awards.refusals import OwnHouseholdOrSelf, ProposerCannotApprove, SecondApproverNeeded
from ledger.awards.reversal_refusals import (
    AwardNotReversible,
    ReversalNotAgreed,
    ReversalNotProposed,
)
from ledger.kernel.decider import Request
from ledger.kernel.ids import MemberId


class ProposeReversal(Request, frozen=True):
    """Propose to take it back. reason: a code. same_household: whether who proposes is the member or lives with them.

    spent: what is to become of the part that was used.
    """

    proposed_by: MemberId
    same_household: bool
    reason: str
    spent: Spent


class ApproveReversal(Request, frozen=True):
    """Agree to it. two_approvers_above: amounts above it, in the award's unit, take two. same_household as above."""

    approved_by: MemberId
    same_household: bool
    two_approvers_above: int


class RefuseReversal(Request, frozen=True):
    """Leave the award as it is. reason: a code. same_household as above."""

    refused_by: MemberId
    same_household: bool
    reason: str


class ReverseAward(Request, frozen=True):
    """Record what came of it on the community's day `today`: amounts as in `AwardReversed`."""

    taken: int
    from_other_lots: int
    owed: int
    written_off: int
    expired: int
    today: date


ReversalCommand = ProposeReversal | ApproveReversal | RefuseReversal | ReverseAward
ReversalEvent = ReversalProposed | ReversalApproved | ReversalRefused | AwardReversed


def decide_reversal(state: Award, proposal: AwardProposed, command: ReversalCommand) -> tuple[ReversalEvent, ...]:
    """What happens to the reversal, each refusal in the order of precedence.

    Proposing: award-not-reversible, reversal-pending, own-household-or-self. Approving and refusing:
    reversal-not-proposed, own-household-or-self, proposer-cannot-approve (of the reversal), and approving also
    second-approver-needed. Taking back: reversal-not-proposed, reversal-not-agreed.
    """
    match command:
        case ProposeReversal():
            return _propose(state, proposal, command)
        case ApproveReversal():
            return _approve(state, proposal, command)
        case RefuseReversal():
            reversal = _pending(state)
            _check_decider(proposal, reversal, decider=command.refused_by, same_household=command.same_household)
            return (ReversalRefused(command.refused_by, command.reason),)
        case ReverseAward():
            return _reverse(state, command)
        case _:
            assert_never(command)


def _propose(state: Award, proposal: AwardProposed, command: ProposeReversal) -> tuple[ReversalEvent, ...]:
    if state.status not in ("on_notice", "credited"):
        raise AwardNotReversible(state.status)
    check_no_reversal(state)
    if command.same_household or command.proposed_by == proposal.member:
        raise OwnHouseholdOrSelf(proposal.member)
    return (ReversalProposed(command.reason, command.spent, command.proposed_by),)


def _approve(state: Award, proposal: AwardProposed, command: ApproveReversal) -> tuple[ReversalEvent, ...]:
    reversal = _pending(state)
    _check_decider(proposal, reversal, decider=command.approved_by, same_household=command.same_household)
    if command.approved_by in reversal.approved_by:
        raise SecondApproverNeeded(command.approved_by)
    needed = 2 if proposal.amount > command.two_approvers_above else 1
    return (ReversalApproved(command.approved_by, needed),)


def _reverse(state: Award, command: ReverseAward) -> tuple[ReversalEvent, ...]:
    reversal = _pending(state)
    if not reversal.is_agreed:
        raise ReversalNotAgreed
    return (
        AwardReversed(
            reversal.approved_by[-1],
            taken=command.taken,
            from_other_lots=command.from_other_lots,
            owed=command.owed,
            written_off=command.written_off,
            expired=command.expired,
            on_day=command.today,
        ),
    )


def _pending(state: Award) -> Reversal:
    if state.reversal is None:
        raise ReversalNotProposed(state.status)
    return state.reversal


def _check_decider(proposal: AwardProposed, reversal: Reversal, *, decider: MemberId, same_household: bool) -> None:
    if same_household or decider == proposal.member:
        raise OwnHouseholdOrSelf(proposal.member)
    if decider == reversal.proposal.proposed_by:
        raise ProposerCannotApprove(decider)
