"""Objections during the public notice: one line stops, somebody not involved decides, and once the node above may.

A rejected objection lets the notice go on; one that is upheld ends the award as refused. Nothing is decided by time.
"""

from datetime import date
from typing import assert_never

from ledger.awards.award_state import Award, Objection
from ledger.awards.events import (
    AwardObjected,
    AwardProposed,
    Decision,
    ObjectionDecided,
    ObjectionEscalated,
)
from ledger.awards.objection_refusals import (
    AlreadyObjected,
    AwardNotOnNotice,
    EscalationTooLate,
    InvolvedInAward,
    NoDecisionToEscalate,
    NoObjectionPending,
    NotYoursToEscalate,
    NowhereToEscalate,
    ObjectionFinal,
    ObjectionPending,
)
from ledger.awards.refusals import OwnHouseholdOrSelf
from ledger.awards.reversal_refusals import ReversalPending
from ledger.kernel.calendar import Deadline
from ledger.kernel.decider import Request
from ledger.kernel.ids import MemberId, OrganisationId


class ObjectToAward(Request, frozen=True):
    """Object to it. reason: a code. decide_by: by when somebody should decide."""

    objected_by: MemberId
    reason: str
    decide_by: Deadline


class DecideObjection(Request, frozen=True):
    """Decide on it. reason: a code. escalate_until: last day for taking a first decision further.

    near_beneficiary, near_objector: whether who decides is that person or lives with them.
    """

    decided_by: MemberId
    outcome: Decision
    reason: str
    near_beneficiary: bool
    near_objector: bool
    escalate_until: Deadline


class EscalateObjection(Request, frozen=True):
    """Take the decision to `organisation`, the node above; None: there is none. today: the community's day."""

    escalated_by: MemberId
    organisation: OrganisationId | None
    decide_by: Deadline
    today: date


ObjectionCommand = ObjectToAward | DecideObjection | EscalateObjection
ObjectionEvent = AwardObjected | ObjectionDecided | ObjectionEscalated


def decide_objection(state: Award, proposal: AwardProposed, command: ObjectionCommand) -> tuple[ObjectionEvent, ...]:
    """What happens to the objection, each refusal in the order of precedence.

    Objecting: objection-pending, award-not-on-notice, reversal-pending, objection-final, already-objected. Deciding:
    no-objection-pending, own-household-or-self (the beneficiary's), involved-in-award. Escalating: objection-pending,
    objection-final, no-decision-to-escalate, not-yours-to-escalate, escalation-too-late, reversal-pending,
    nowhere-to-escalate.
    """
    match command:
        case ObjectToAward():
            return _object(state, command)
        case DecideObjection():
            return _decide(state, proposal, command)
        case EscalateObjection():
            return _escalate(state, proposal, command)
        case _:
            assert_never(command)


def check_no_reversal(state: Award) -> None:
    """Refuses with reversal-pending: what may be taken back altogether stays as it is until that is decided."""
    if state.reversal:
        raise ReversalPending(state.reversal.proposal.proposed_by)


def may_be_escalated(objection: Objection | None, today: date) -> bool:
    """Whether the newest decision can still be taken to the node above on the community's day `today`."""
    until = objection and objection.escalate_until
    return until is not None and today <= until


def _object(state: Award, command: ObjectToAward) -> tuple[ObjectionEvent, ...]:
    _check_none_pending(state)
    if state.status != "on_notice":
        raise AwardNotOnNotice(state.status)
    check_no_reversal(state)
    if state.objection and state.objection.escalated_to:
        raise ObjectionFinal
    if command.objected_by in state.objectors:
        raise AlreadyObjected
    deadline = command.decide_by
    return (AwardObjected(command.objected_by, command.reason, deadline.day, deadline.provisional),)


def _decide(state: Award, proposal: AwardProposed, command: DecideObjection) -> tuple[ObjectionEvent, ...]:
    objection = state.objection
    if state.status != "objected" or objection is None:
        raise NoObjectionPending(state.status)
    if command.near_beneficiary or command.decided_by == proposal.member:
        raise OwnHouseholdOrSelf(proposal.member)
    approvers = {state.first_approved_by, state.decided_by}
    involved = {proposal.proposed_by, *proposal.attested_by, *approvers, *state.objectors, objection.decided_by}
    if command.near_objector or command.decided_by in involved:
        raise InvolvedInAward(command.decided_by)
    until = None if objection.escalated_to else command.escalate_until.day
    return (ObjectionDecided(command.decided_by, command.outcome, command.reason, until),)


def _escalate(state: Award, proposal: AwardProposed, command: EscalateObjection) -> tuple[ObjectionEvent, ...]:
    _check_none_pending(state)
    objection = state.objection
    if objection and objection.escalated_to:
        raise ObjectionFinal
    if objection is None or objection.escalate_until is None or state.status not in ("on_notice", "refused"):
        raise NoDecisionToEscalate(state.status)
    lost = proposal.member if objection.outcome == "upheld" else objection.objected_by
    if command.escalated_by != lost:
        raise NotYoursToEscalate
    if not may_be_escalated(objection, command.today):
        raise EscalationTooLate(objection.escalate_until)
    check_no_reversal(state)
    if command.organisation is None:
        raise NowhereToEscalate(proposal.organisation)
    deadline = command.decide_by
    return (ObjectionEscalated(command.escalated_by, command.organisation, deadline.day, deadline.provisional),)


def _check_none_pending(state: Award) -> None:
    if state.status == "objected":
        raise ObjectionPending
