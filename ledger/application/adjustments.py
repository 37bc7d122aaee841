"""Use cases of adjustments: staff propose to correct a balance or to enter one from before, approvers agree.

The entry is made in the commit of the agreement that was still missing, or, for a balance from before, when its public
notice is over (`opening_balances`). Nobody acts for themselves or their household.
"""

from datetime import date
from typing import Final

from ledger.accounts import adjustment as steps
from ledger.accounts.account import ACCOUNT, account_id
from ledger.accounts.adjustment import ADJUSTMENT, adjustment_lot
from ledger.accounts.commands import CreditLot, DebitPoints
from ledger.accounts.events import AdjustmentKind, AdjustmentProposed, Counter
from ledger.application.accounts import opened_account
from ledger.application.authority import (
    Permission,
    UnknownId,
    refuse_merged,
    require_for,
    require_over_member,
    same_household,
)
from ledger.application.programme import settings_of
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.calendar import Deadline
from ledger.kernel.decider import Request
from ledger.kernel.ids import AdjustmentId, MemberId
from ledger.kernel.units import Unit
from ledger.membership.member import MEMBER

OPENING_NOTICE_WORKING_DAYS: Final = 5
"""So long a balance from another book is shown where the programme says nothing: as long as an award by default."""
_APPROVED: Final = {"posted": "adjustment-posted", "on_notice": "adjustment-on-notice"}


class ProposeAdjustment(Request, frozen=True):
    """Propose to change a member's balance by `amount` (signed, not 0) of `unit`.

    kind: a correction, or the balance that another book ended with (positive, one for each member and unit). reason: a
    code. evidence: SHA-256, in hex, of the paper behind it. expires_on: first day on which what comes in is worth
    nothing, None: never.
    """

    kind: AdjustmentKind
    member: MemberId
    unit: Unit
    amount: int
    reason: str
    evidence: str | None = None
    expires_on: date | None = None


class ApproveAdjustment(Request, frozen=True):
    """Agree to it; a large one takes two. A balance from another book then goes on public notice."""

    adjustment: AdjustmentId


class RefuseAdjustment(Request, frozen=True):
    """Leave the balance as it is. reason: a code."""

    adjustment: AdjustmentId
    reason: str


def _propose(work: Work, request: ProposeAdjustment) -> Outcome:
    """Somebody suspended or gone may be corrected too: what is wrong is wrong."""
    home = require_over_member(work, Permission.PROPOSE_ADJUSTMENTS, request.member).home
    if home is None:
        raise UnknownId(request.member)
    proposal = AdjustmentProposed(
        request.kind,
        request.member,
        request.unit,
        home,
        request.amount,
        request.reason,
        work.actor,
        evidence=request.evidence,
        expires_on=request.expires_on,
    )
    near = same_household(work, work.actor, request.member)
    opening = steps.opening_id(account_id(request.member, request.unit))
    adjustment = opening if request.kind == "opening_balance" else AdjustmentId(work.new_id("adjustment"))
    work.act(ADJUSTMENT, adjustment, steps.ProposeAdjustment(proposal, near))
    return adjusted("adjustment-proposed", adjustment, proposal)


def _approve(work: Work, request: ApproveAdjustment) -> Outcome:
    proposal = _proposed(work, request.adjustment)
    refuse_merged(work, proposal.member)
    command = steps.ApproveAdjustment(
        approved_by=work.actor,
        same_household=same_household(work, work.actor, proposal.member),
        two_approvers_above=settings_of(work, proposal.organisation).two_approvers_above,
        account=account_id(proposal.member, proposal.unit),
        on_day=work.today,
        notice=_notice_of(work, proposal),
    )
    state = work.act(ADJUSTMENT, request.adjustment, command)
    if state.status == "posted":
        enter(work, request.adjustment, proposal)
    return adjusted(_APPROVED.get(state.status, "adjustment-approved"), request.adjustment, proposal)


def _notice_of(work: Work, proposal: AdjustmentProposed) -> Deadline | None:
    """How long it is shown first; None for what counts at once."""
    if proposal.kind != "opening_balance":
        return None
    days = settings_of(work, proposal.organisation).opening_notice_working_days
    wanted = OPENING_NOTICE_WORKING_DAYS if days is None else days
    return work.calendar.after(work.today, wanted) if wanted else None


def _refuse(work: Work, request: RefuseAdjustment) -> Outcome:
    proposal = _proposed(work, request.adjustment)
    near = same_household(work, work.actor, proposal.member)
    work.act(ADJUSTMENT, request.adjustment, steps.RefuseAdjustment(work.actor, near, request.reason))
    return adjusted("adjustment-refused", request.adjustment, proposal)


def enter(work: Work, adjustment: AdjustmentId, proposal: AdjustmentProposed) -> None:
    """Upwards a new lot, downwards free lots in the order of spending: never more than there is."""
    account = opened_account(work, proposal.member, proposal.unit)
    if proposal.amount < 0:
        counter = Counter("adjustment", proposal.organisation)
        work.act(ACCOUNT, account, DebitPoints(-proposal.amount, counter, adjustment, work.today))
        return
    credit = CreditLot(
        adjustment_lot(adjustment),
        proposal.amount,
        proposal.organisation,
        adjustment,
        work.today,
        expires_on=proposal.expires_on,
        kind="opening" if proposal.kind == "opening_balance" else "adjustment",
    )
    work.act(ACCOUNT, account, credit)


def _proposed(work: Work, adjustment: AdjustmentId) -> AdjustmentProposed:
    """The proposal, in the scope of the actor's right to decide."""
    proposal = work.state(ADJUSTMENT, adjustment).proposal
    require_for(work, Permission.APPROVE_ADJUSTMENTS, proposal and proposal.organisation, adjustment)
    if proposal is None:
        raise UnknownId(adjustment)
    return proposal


def adjusted(code: str, adjustment: AdjustmentId, proposal: AdjustmentProposed) -> Outcome:
    return Outcome(code, ids={"adjustment": adjustment, "member": proposal.member}, figures={"amount": proposal.amount})


def _propose_reads(request: ProposeAdjustment, actor: MemberId) -> tuple[Stream, ...]:
    return (Stream(MEMBER, actor), Stream(MEMBER, request.member))


def _reads(request: ApproveAdjustment | RefuseAdjustment, actor: MemberId) -> tuple[Stream, ...]:
    return (Stream(MEMBER, actor), Stream(ADJUSTMENT, request.adjustment))


PROPOSE_ADJUSTMENT: Final = UseCase[ProposeAdjustment]("adjustments.propose", _propose, _propose_reads)
APPROVE_ADJUSTMENT: Final = UseCase[ApproveAdjustment]("adjustments.approve", _approve, _reads)
REFUSE_ADJUSTMENT: Final = UseCase[RefuseAdjustment]("adjustments.refuse", _refuse, _reads)
