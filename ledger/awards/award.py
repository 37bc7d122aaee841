"""One award: a deed turned into an amount by one person, decided on by another, then shown on public notice.

An award of 0 is proposed and approved like any other, so that its reason is seen and checked, and ends there: its
state is `settled_empty` and nothing is ever credited.
"""

from calendar import monthrange
from datetime import date
from uuid import UUID

from ledger.awards.award_state import Award, evolve
from ledger.awards.award_state import AwardStatus as AwardStatus
from ledger.awards.events import (
    AwardApproved,
    AwardCredited,
    AwardEvent,
    AwardFirstApproved,
    AwardObjected,
    AwardProposed,
    AwardRefused,
    AwardReversed,
    ObjectionDecided,
    ObjectionEscalated,
    ReversalApproved,
    ReversalProposed,
    ReversalRefused,
)
from ledger.awards.objection import (
    DecideObjection,
    EscalateObjection,
    ObjectionCommand,
    ObjectToAward,
    check_no_reversal,
    decide_objection,
    may_be_escalated,
)
from ledger.awards.objection_refusals import DecisionNotFinal
from ledger.awards.refusals import (
    AwardAlreadyDecided,
    AwardAlreadyProposed,
    AwardNotApproved,
    AwardUnknown,
    NoticeNotOver,
    OwnHouseholdOrSelf,
    ProposerCannotApprove,
    SecondApproverNeeded,
)
from ledger.awards.reversal import ReversalCommand, decide_reversal
from ledger.kernel.calendar import Deadline
from ledger.kernel.decider import Decider, Request
from ledger.kernel.ids import AccountId, AwardId, LotId, MemberId, derived
from ledger.kernel.units import Unit


class ProposeAward(Request, frozen=True):
    """Put the proposal forward, as it will be stored."""

    award: AwardId
    proposal: AwardProposed


class ApproveAward(Request, frozen=True):
    """Approve it. same_household: whether the approver is the member or lives with them. notice: its last day.

    two_approvers_above: amounts above it, in the award's unit, take two.
    """

    approved_by: MemberId
    same_household: bool
    notice: Deadline
    two_approvers_above: int


class RefuseAward(Request, frozen=True):
    """Refuse it. same_household as for approving. reason: a code."""

    refused_by: MemberId
    same_household: bool
    reason: str


class CreditAward(Request, frozen=True):
    """The notice is over on the community's day `today`: record the lot it became."""

    account: AccountId
    lot: LotId
    today: date


AwardCommand = ProposeAward | ApproveAward | RefuseAward | CreditAward | ObjectionCommand | ReversalCommand


def award_id(source: UUID, member: MemberId, unit: Unit, *, again: int = 0) -> AwardId:
    """The award of one deed in one unit. source: id of the attendance or the claim, which follows from random ids.

    again: how often the deed's awards had all been refused or taken back before, and the deed was recorded anew.
    """
    return AwardId(derived(source, "award", member, unit.value, *(("again", str(again)) if again else ())))


def lot_id(award: AwardId) -> LotId:
    """The lot that the award becomes."""
    return LotId(derived(award, "lot"))


def expires_on(credited_on: date, months: int | None, *, clears_yearly: bool) -> date | None:
    """The first day on which a lot credited on `credited_on` is worth nothing; None when it never expires.

    `months` whole months later on the same day of the month, or on that month's last day where it has no such day:
    3 months from 30 November are 28 (or 29) February. Where the rule clears yearly, the next 1 January at the latest.
    """
    by_months = None if months is None else _months_later(credited_on, months)
    if not clears_yearly:
        return by_months
    new_year = date(credited_on.year + 1, 1, 1)
    return new_year if by_months is None else min(by_months, new_year)


def _months_later(credited_on: date, months: int) -> date:
    years, month = divmod(credited_on.month - 1 + months, 12)
    year = credited_on.year + years
    return date(year, month + 1, min(credited_on.day, monthrange(year, month + 1)[1]))


def is_notice_over(notice_until: date, notice_working_days: int, today: date) -> bool:
    """Whether the award may be credited on `today`: after the last day of notice; without any notice, at once."""
    return today > notice_until or (notice_working_days == 0 and today == notice_until)


def decide(state: Award, command: AwardCommand) -> tuple[AwardEvent, ...]:
    """What happens to the award, each refusal in the order of precedence; objections and reversals: where those stand.

    Proposing: award-already-proposed, own-household-or-self. All others refuse with award-unknown first. Approving and
    refusing: award-already-decided, own-household-or-self, proposer-cannot-approve, and approving also
    second-approver-needed. Crediting: award-not-approved, notice-not-over, decision-not-final, reversal-pending.
    """
    if isinstance(command, ProposeAward):
        return _propose(state, command)
    proposal = state.proposal
    if proposal is None:
        raise AwardUnknown
    match command:
        case ApproveAward():
            return _approve(state, proposal, command)
        case RefuseAward():
            _check_decider(state, proposal, decider=command.refused_by, same_household=command.same_household)
            return (AwardRefused(command.refused_by, command.reason),)
        case CreditAward():
            return _credit(state, proposal, command)
        case ObjectToAward() | DecideObjection() | EscalateObjection():
            return decide_objection(state, proposal, command)
        case _:
            return decide_reversal(state, proposal, command)


AWARD: Decider[Award, AwardCommand, AwardEvent] = Decider(
    name="award",
    initial=Award(),
    decide=decide,
    evolve=evolve,
    events=(
        AwardProposed,
        AwardFirstApproved,
        AwardApproved,
        AwardRefused,
        AwardCredited,
        AwardObjected,
        ObjectionDecided,
        ObjectionEscalated,
        ReversalProposed,
        ReversalApproved,
        ReversalRefused,
        AwardReversed,
    ),
)


def _propose(state: Award, command: ProposeAward) -> tuple[AwardEvent, ...]:
    if state.proposal:
        raise AwardAlreadyProposed(command.award)
    if command.proposal.proposed_by == command.proposal.member:
        raise OwnHouseholdOrSelf(command.proposal.member)
    return (command.proposal,)


def _approve(state: Award, proposal: AwardProposed, command: ApproveAward) -> tuple[AwardEvent, ...]:
    """What one began, another ends, even where the setting has been raised since."""
    _check_decider(state, proposal, decider=command.approved_by, same_household=command.same_household)
    if state.first_approved_by == command.approved_by:
        raise SecondApproverNeeded(command.approved_by)
    if state.first_approved_by is None and proposal.amount > command.two_approvers_above:
        return (AwardFirstApproved(command.approved_by, command.two_approvers_above),)
    return (AwardApproved(command.approved_by, command.notice.day, command.notice.provisional),)


def _check_decider(state: Award, proposal: AwardProposed, *, decider: MemberId, same_household: bool) -> None:
    if state.decided_by:
        raise AwardAlreadyDecided(state.status, state.decided_by)
    if same_household or decider == proposal.member:
        raise OwnHouseholdOrSelf(proposal.member)
    if decider == proposal.proposed_by or decider in proposal.attested_by:
        raise ProposerCannotApprove(decider)


def _credit(state: Award, proposal: AwardProposed, command: CreditAward) -> tuple[AwardEvent, ...]:
    if state.status != "on_notice" or state.notice_until is None:
        raise AwardNotApproved(state.status)
    if not is_notice_over(state.notice_until, proposal.notice_working_days, command.today):
        raise NoticeNotOver(state.notice_until)
    objection = state.objection
    if objection and objection.escalate_until and may_be_escalated(objection, command.today):
        raise DecisionNotFinal(objection.escalate_until)
    check_no_reversal(state)
    return (AwardCredited(command.account, command.lot, command.today),)
