"""What an award is by now: its proposal, who decided, an objection to it and a reversal of it. It decides nothing."""

from datetime import date
from typing import Literal, assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.awards.events import (
    AwardApproved,
    AwardCredited,
    AwardEvent,
    AwardFirstApproved,
    AwardObjected,
    AwardProposed,
    AwardRefused,
    AwardReversed,
    Decision,
    ObjectionDecided,
    ObjectionEscalated,
    ReversalApproved,
    ReversalProposed,
    ReversalRefused,
)
from ledger.kernel.ids import MemberId, OrganisationId

AwardStatus = Literal[
    "unknown", "proposed", "on_notice", "settled_empty", "refused", "credited", "objected", "reversed"
]


class Objection(Struct, frozen=True):
    """The newest objection to an award. decided_by, outcome: of the newest decision on it, None before the first.

    escalated_to: the node above that decides for good, None while nobody took it there. escalate_until: as decided.
    """

    objected_by: MemberId
    decided_by: MemberId | None = None
    outcome: Decision | None = None
    escalate_until: date | None = None
    escalated_to: OrganisationId | None = None


class Reversal(Struct, frozen=True):
    """A reversal that was proposed. approvers_needed: None until the first approved."""

    proposal: ReversalProposed
    approved_by: tuple[MemberId, ...] = ()
    approvers_needed: int | None = None

    @property
    def is_agreed(self) -> bool:
        """Whether as many approved as must."""
        return self.approvers_needed is not None and len(self.approved_by) >= self.approvers_needed


class Award(Struct, frozen=True):
    """An award. proposal: None until proposed. decided_by: who approved or refused it. notice_until: as approved.

    objectors: everybody who ever objected. reversal: the one that waits for approval, None where none does.
    first_approved_by: who agreed first to one that takes two; None where nobody did, or one was enough.
    """

    status: AwardStatus = "unknown"
    proposal: AwardProposed | None = None
    decided_by: MemberId | None = None
    notice_until: date | None = None
    objectors: tuple[MemberId, ...] = ()
    objection: Objection | None = None
    reversal: Reversal | None = None
    first_approved_by: MemberId | None = None


def evolve(state: Award, event: AwardEvent) -> Award:
    """The award after `event`."""
    match event:
        case AwardProposed():
            return Award("proposed", event)
        case AwardFirstApproved():
            return replace(state, first_approved_by=event.approved_by)
        case AwardApproved():
            earns = state.proposal is not None and state.proposal.amount > 0
            return replace(
                state,
                status="on_notice" if earns else "settled_empty",
                decided_by=event.approved_by,
                notice_until=event.notice_until,
            )
        case AwardRefused():
            return replace(state, status="refused", decided_by=event.refused_by)
        case AwardCredited():
            return replace(state, status="credited")
        case AwardObjected() | ObjectionDecided() | ObjectionEscalated():
            return _with_objection(state, event)
        case ReversalProposed():
            return replace(state, reversal=Reversal(event))
        case ReversalApproved():
            return replace(state, reversal=_approved(state.reversal, event))
        case ReversalRefused():
            return replace(state, reversal=None)
        case AwardReversed():
            return replace(state, status="reversed", reversal=None)
        case _:
            assert_never(event)


def _with_objection(state: Award, event: AwardObjected | ObjectionDecided | ObjectionEscalated) -> Award:
    if isinstance(event, AwardObjected):
        objectors = (*state.objectors, event.objected_by)
        return replace(state, status="objected", objectors=objectors, objection=Objection(event.objected_by))
    if isinstance(event, ObjectionEscalated):
        escalated = state.objection and replace(state.objection, escalated_to=event.organisation)
        return replace(state, status="objected", objection=escalated)
    decided = state.objection and replace(
        state.objection, decided_by=event.decided_by, outcome=event.outcome, escalate_until=event.escalate_until
    )
    return replace(state, status="refused" if event.outcome == "upheld" else "on_notice", objection=decided)


def _approved(reversal: Reversal | None, event: ReversalApproved) -> Reversal | None:
    return reversal and replace(
        reversal,
        approved_by=(*reversal.approved_by, event.approved_by),
        approvers_needed=event.approvers_needed,
    )
