"""One award: a deed turned into an amount by one person, decided on by another, then shown on public notice.

An award of 0 is proposed and approved like any other, so that its reason is seen and checked, and ends there: its
state is `settled_empty` and nothing is ever credited.
"""

from calendar import monthrange
from datetime import date
from typing import Literal, assert_never
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from ledger.awards.events import (
    AwardApproved,
    AwardCredited,
    AwardEvent,
    AwardProposed,
    AwardRefused,
)
from ledger.awards.refusals import (
    AwardAlreadyDecided,
    AwardAlreadyProposed,
    AwardNotApproved,
    AwardUnknown,
    NoticeNotOver,
    OwnHouseholdOrSelf,
    ProposerCannotApprove,
)
from ledger.kernel.calendar import Deadline
from ledger.kernel.decider import Decider, Request
from ledger.kernel.ids import AccountId, AwardId, LotId, MemberId, derived
from ledger.kernel.units import Unit

AwardStatus = Literal["unknown", "proposed", "on_notice", "settled_empty", "refused", "credited"]


class Award(Struct, frozen=True):
    """An award. proposal: None until proposed. decided_by: who approved or refused it. notice_until: as approved."""

    status: AwardStatus = "unknown"
    proposal: AwardProposed | None = None
    decided_by: MemberId | None = None
    notice_until: date | None = None


class ProposeAward(Request, frozen=True):
    """Put the proposal forward, as it will be stored."""

    award: AwardId
    proposal: AwardProposed


class ApproveAward(Request, frozen=True):
    """Approve it. same_household: whether the approver is the member or lives with them. notice: its last day."""

    approved_by: MemberId
    same_household: bool
    notice: Deadline


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


AwardCommand = ProposeAward | ApproveAward | RefuseAward | CreditAward


def award_id(source: UUID, member: MemberId, unit: Unit) -> AwardId:
    """The award of one deed in one unit. source: id of the attendance or the claim, which follows from random ids."""
    return AwardId(derived(source, "award", member, unit.value))


def lot_id(award: AwardId) -> LotId:
    """The lot that the award becomes."""
    return LotId(derived(award, "lot"))


def expires_on(credited_on: date, months: int | None) -> date | None:
    """The first day on which a lot credited on `credited_on` is worth nothing; None when it never expires.

    `months` whole months later on the same day of the month, or on that month's last day where it has no such day:
    3 months from 30 November are 28 (or 29) February.
    """
    if months is None:
        return None
    years, month = divmod(credited_on.month - 1 + months, 12)
    year = credited_on.year + years
    return date(year, month + 1, min(credited_on.day, monthrange(year, month + 1)[1]))


def is_notice_over(notice_until: date, notice_working_days: int, today: date) -> bool:
    """Whether the award may be credited on `today`: after the last day of notice; without any notice, at once."""
    return today > notice_until or (notice_working_days == 0 and today == notice_until)


def decide(state: Award, command: AwardCommand) -> tuple[AwardEvent, ...]:
    """What happens to the award.

    Proposing refuses with award-already-proposed, own-household-or-self. Approving and refusing refuse with
    award-unknown, award-already-decided, own-household-or-self, proposer-cannot-approve. Crediting refuses with
    award-unknown, award-not-approved, notice-not-over.
    """
    if isinstance(command, ProposeAward):
        return _propose(state, command)
    if state.proposal is None:
        raise AwardUnknown
    match command:
        case ApproveAward():
            _check_decider(state, state.proposal, decider=command.approved_by, same_household=command.same_household)
            return (AwardApproved(command.approved_by, command.notice.day, command.notice.provisional),)
        case RefuseAward():
            _check_decider(state, state.proposal, decider=command.refused_by, same_household=command.same_household)
            return (AwardRefused(command.refused_by, command.reason),)
        case CreditAward():
            return _credit(state, state.proposal, command)
        case _:
            assert_never(command)


def evolve(state: Award, event: AwardEvent) -> Award:
    """The award after `event`."""
    match event:
        case AwardProposed():
            return Award("proposed", event)
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
        case _:
            assert_never(event)


AWARD: Decider[Award, AwardCommand, AwardEvent] = Decider(
    name="award",
    initial=Award(),
    decide=decide,
    evolve=evolve,
    events=(AwardProposed, AwardApproved, AwardRefused, AwardCredited),
)


def _propose(state: Award, command: ProposeAward) -> tuple[AwardEvent, ...]:
    if state.proposal:
        raise AwardAlreadyProposed(command.award)
    if command.proposal.proposed_by == command.proposal.member:
        raise OwnHouseholdOrSelf(command.proposal.member)
    return (command.proposal,)


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
    return (AwardCredited(command.account, command.lot, command.today),)
