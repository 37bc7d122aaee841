"""Use cases of reversals: staff propose to take an award back, an approver (or two) agree, and the account follows.

An award that is still on notice is taken back without any account; a credited one in the same commit as its account.
"""

from typing import Final, NamedTuple

from ledger.accounts.account import ACCOUNT, account_id
from ledger.accounts.commands import ReverseCredit
from ledger.accounts.events import CreditReversed
from ledger.application.authority import Permission, refuse_merged, require_for, same_household
from ledger.application.earning import proposal_of, release_usage
from ledger.application.programme import settings_of
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.awards import reversal as steps
from ledger.awards.award import AWARD, lot_id
from ledger.awards.events import AwardProposed, Spent
from ledger.kernel.decider import Request
from ledger.kernel.ids import AwardId, MemberId
from ledger.membership.member import MEMBER


class ProposeReversal(Request, frozen=True):
    """Propose to take an award back. reason: a code. spent: what is to become of the part that was used."""

    award: AwardId
    reason: str
    spent: Spent


class ApproveReversal(Request, frozen=True):
    """Agree to it, as somebody who did not propose it; large ones take two."""

    award: AwardId


class RefuseReversal(Request, frozen=True):
    """Leave the award as it is. reason: a code."""

    award: AwardId
    reason: str


class _Paid(NamedTuple):
    """By whom the amount was paid, in the award's unit; all 0 where it was never credited."""

    taken: int = 0
    from_other_lots: int = 0
    owed: int = 0
    written_off: int = 0
    expired: int = 0


def _propose(work: Work, request: ProposeReversal) -> Outcome:
    proposal = _over(work, Permission.PROPOSE_REVERSALS, request.award)
    refuse_merged(work, proposal.member)
    command = steps.ProposeReversal(
        proposed_by=work.actor,
        same_household=same_household(work, work.actor, proposal.member),
        reason=request.reason,
        spent=request.spent,
    )
    work.act(AWARD, request.award, command)
    return Outcome("reversal-proposed", ids={"award": request.award})


def _approve(work: Work, request: ApproveReversal) -> Outcome:
    """A freeze of the account stops no correction: what was credited wrongly is taken back all the same. A duplicate's
    account is empty: what went over to the survivor is corrected there, by an adjustment.
    """
    proposal = _over(work, Permission.APPROVE_AWARDS, request.award)
    refuse_merged(work, proposal.member)
    command = steps.ApproveReversal(
        approved_by=work.actor,
        same_household=same_household(work, work.actor, proposal.member),
        two_approvers_above=settings_of(work, proposal.organisation).two_approvers_above,
    )
    award = work.act(AWARD, request.award, command)
    reversal = award.reversal
    if reversal is None or not reversal.is_agreed:
        return Outcome("reversal-approved", ids={"award": request.award})
    credited = award.status == "credited"
    paid = _take_back(work, request.award, proposal, reversal.proposal.spent) if credited else _Paid()
    work.act(AWARD, request.award, steps.ReverseAward(*paid, today=work.today))
    release_usage(work, request.award, proposal)
    return Outcome(
        "award-reversed",
        ids={"award": request.award, "member": proposal.member},
        figures=paid._asdict(),
    )


def _refuse(work: Work, request: RefuseReversal) -> Outcome:
    proposal = _over(work, Permission.APPROVE_AWARDS, request.award)
    near = same_household(work, work.actor, proposal.member)
    work.act(AWARD, request.award, steps.RefuseReversal(work.actor, near, request.reason))
    return Outcome("reversal-refused", ids={"award": request.award})


def _take_back(work: Work, award: AwardId, proposal: AwardProposed, spent: Spent) -> _Paid:
    lot = lot_id(award)
    command = ReverseCredit(
        lot=lot,
        amount=proposal.amount,
        issuer=proposal.organisation,
        spent=spent,
        debt_max=settings_of(work, proposal.organisation).debt_max,
        reason=award,
        on_day=work.today,
    )
    before = len(work.pending)
    work.act(ACCOUNT, account_id(proposal.member, proposal.unit), command)
    entries = (pending.event for pending in work.pending[before:])
    (entry,) = (one for one in entries if isinstance(one, CreditReversed))
    own = sum(take.amount for take in entry.takes if take.lot == lot)
    others = sum(take.amount for take in entry.takes) - own
    return _Paid(own, others, entry.owed, entry.written_off, entry.expired or 0)


def _over(work: Work, permission: Permission, award: AwardId) -> AwardProposed:
    """The proposal of an award in the scope of the actor's right; what happens next is part of its deed."""
    proposal = work.state(AWARD, award).proposal
    require_for(work, permission, proposal and proposal.organisation, award)
    found = proposal_of(work, award)
    work.correlate(found.occasion)
    return found


def _reads(request: ProposeReversal | ApproveReversal | RefuseReversal, actor: MemberId) -> tuple[Stream, ...]:
    return (Stream(MEMBER, actor), Stream(AWARD, request.award))


PROPOSE_REVERSAL: Final = UseCase[ProposeReversal]("awards.propose_reversal", _propose, _reads)
APPROVE_REVERSAL: Final = UseCase[ApproveReversal]("awards.approve_reversal", _approve, _reads)
REFUSE_REVERSAL: Final = UseCase[RefuseReversal]("awards.refuse_reversal", _refuse, _reads)
