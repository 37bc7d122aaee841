"""Use cases of objections: a member stops one award on notice, somebody not involved decides, the street may too."""

from typing import Final
from uuid import UUID

from ledger.application.authority import (
    NotPermitted,
    Permission,
    UnknownId,
    line_of,
    require,
    require_for,
    require_known_member,
    same_household,
)
from ledger.application.earning import proposal_of, release_usage, restore_usage
from ledger.application.programme import settings_of
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.awards import objection as steps
from ledger.awards.award import AWARD
from ledger.awards.award_state import Award
from ledger.awards.events import AwardProposed, Decision
from ledger.kernel.calendar import Deadline
from ledger.kernel.decider import Request
from ledger.kernel.ids import AwardId, MemberId, OrganisationId
from ledger.membership.member import MEMBER
from ledger.membership.organisation import LEVELS, ORGANISATION


class ObjectToAward(Request, frozen=True):
    """Object to an award on public notice, as a member of its community. reason: a code."""

    award: AwardId
    reason: str


class DecideObjection(Request, frozen=True):
    """Decide on the objection: `upheld`, the award is refused, or `rejected`, its notice goes on. reason: a code."""

    award: AwardId
    outcome: Decision
    reason: str


class EscalateObjection(Request, frozen=True):
    """Take the decision on an objection to the node above the community, once: who lost by it may."""

    award: AwardId


def _object(work: Work, request: ObjectToAward) -> Outcome:
    proposal = proposal_of(work, request.award)
    require_of_the_place(work, request.award, proposal.organisation, beneficiary=proposal.member)
    work.correlate(proposal.occasion)
    deadline = _deadline(work, proposal.organisation)
    work.act(AWARD, request.award, steps.ObjectToAward(work.actor, request.reason, deadline))
    return Outcome("award-objected", ids={"award": request.award})


def _decide(work: Work, request: DecideObjection) -> Outcome:
    """What an upheld objection ends gives back what it had reserved."""
    award = work.state(AWARD, request.award)
    require_for(work, Permission.APPROVE_AWARDS, award.proposal and award.proposal.organisation, request.award)
    proposal = proposal_of(work, request.award)
    _require_above(work, award)
    work.correlate(proposal.occasion)
    work.act(AWARD, request.award, _decision(work, request, award, proposal))
    if request.outcome == "upheld":
        release_usage(work, request.award, proposal)
    return Outcome(f"objection-{request.outcome}", ids={"award": request.award})


def _escalate(work: Work, request: EscalateObjection) -> Outcome:
    """While the node above decides, the award keeps the room it had under limits: what an upheld objection gave back
    is reserved again, or usage-taken-since."""
    proposal = proposal_of(work, request.award)
    require_of_the_place(work, request.award, proposal.organisation, beneficiary=proposal.member)
    work.correlate(proposal.occasion)
    was = work.state(AWARD, request.award).status
    above = _node_above(work, proposal.organisation)
    command = steps.EscalateObjection(
        escalated_by=work.actor,
        organisation=above,
        decide_by=_deadline(work, above or proposal.organisation),
        today=work.today,
    )
    work.act(AWARD, request.award, command)
    if was == "refused":
        restore_usage(work, request.award, proposal)
    return Outcome("objection-escalated", ids={"award": request.award})


def _decision(work: Work, request: DecideObjection, award: Award, proposal: AwardProposed) -> steps.DecideObjection:
    objector = award.objection and award.objection.objected_by
    return steps.DecideObjection(
        decided_by=work.actor,
        outcome=request.outcome,
        reason=request.reason,
        near_beneficiary=same_household(work, work.actor, proposal.member),
        near_objector=objector is not None and same_household(work, work.actor, objector),
        escalate_until=_deadline(work, proposal.organisation),
    )


def require_of_the_place(work: Work, asked: UUID, organisation: OrganisationId, *, beneficiary: MemberId) -> None:
    """Let members pass whose home is `organisation`, above or below it, and whose the thing `asked` is.

    Refuses with UnknownId, as for a thing that is not there, and MemberSuspendedNow.
    """
    home = require_known_member(work, work.actor).home
    if work.actor == beneficiary or home is None:
        return
    if home not in line_of(work, organisation) and organisation not in line_of(work, home):
        raise UnknownId(asked)


def _require_above(work: Work, award: Award) -> None:
    """What was taken to the node above is decided by an approver of that node. Refuses with NotPermitted."""
    above = award.objection and award.objection.escalated_to
    if above is None:
        return
    try:
        require(work, Permission.APPROVE_AWARDS, above)
    except UnknownId:
        raise NotPermitted(Permission.APPROVE_AWARDS) from None


def _node_above(work: Work, organisation: OrganisationId) -> OrganisationId | None:
    """The nearest node above `organisation` that is wider than a community; None where the tree has none."""
    for node in line_of(work, organisation):
        level = work.state(ORGANISATION, node).level
        if node != organisation and level is not None and LEVELS.index(level) < LEVELS.index("community"):
            return node
    return None


def _deadline(work: Work, organisation: OrganisationId) -> Deadline:
    return work.calendar.after(work.today, settings_of(work, organisation).objection_working_days)


def _reads(request: ObjectToAward | DecideObjection | EscalateObjection, actor: MemberId) -> tuple[Stream, ...]:
    return (Stream(MEMBER, actor), Stream(AWARD, request.award))


OBJECT_TO_AWARD: Final = UseCase[ObjectToAward]("awards.object", _object, _reads)
DECIDE_OBJECTION: Final = UseCase[DecideObjection]("awards.decide_objection", _decide, _reads)
ESCALATE_OBJECTION: Final = UseCase[EscalateObjection]("awards.escalate_objection", _escalate, _reads)
