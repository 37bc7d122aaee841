"""Leaving, coming back, dying, moving home. What a person decides for themselves takes one; what is decided about
somebody who is not there takes two, neither of the household."""

from datetime import date

from ledger.kernel.decider import Request
from ledger.kernel.ids import MemberId, OrganisationId
from ledger.membership.ending_refusals import (
    AlreadyAtHome,
    AlreadyDeceased,
    DeathAlreadyReported,
    DeathNotReported,
    HasNotLeft,
    MoveDayNotPossible,
    OwnHouseholdStanding,
    OwnStandingProposal,
    ReturnNotProposed,
)
from ledger.membership.events import (
    BalanceChoice,
    DeathReported,
    DeathReportWithdrawn,
    HomeMoved,
    MemberDeceased,
    MemberEvent,
    MemberLeft,
    MemberReturned,
    ReturnProposed,
)
from ledger.membership.member_refusals import MemberHasLeft
from ledger.membership.member_state import MemberState


class Leave(Request, frozen=True):
    """End the membership. balance: what becomes of what is in the accounts; the caller sees to it."""

    balance: BalanceChoice


class ProposeReturn(Request, frozen=True):
    """`by` saw who it is that comes back. basis: a code. same_household: whether `by` lives with the person, or is."""

    by: MemberId
    basis: str
    same_household: bool


class ApproveReturn(Request, frozen=True):
    """`by` agrees. same_household: as above."""

    by: MemberId
    same_household: bool


class ReportDeath(Request, frozen=True):
    """`by` writes the death down. basis: what shows it, a code. same_household: as above."""

    by: MemberId
    basis: str
    same_household: bool


class ConfirmDeath(Request, frozen=True):
    """`by` confirms what another reported. same_household: as above."""

    by: MemberId
    same_household: bool


class WithdrawDeathReport(Request, frozen=True):
    """`by` takes the report back; who made it may."""

    by: MemberId


class MoveHome(Request, frozen=True):
    """From `from_day`, today or before, the member is at home in `home`. basis: how the person agreed, a code."""

    home: OrganisationId
    from_day: date
    basis: str
    by: MemberId
    same_household: bool
    today: date


EndingCommand = Leave | ProposeReturn | ApproveReturn | ReportDeath | ConfirmDeath | WithdrawDeathReport | MoveHome


def decide_ending(state: MemberState, command: EndingCommand) -> tuple[MemberEvent, ...]:
    """What `command` makes of a member who is known and not merged.

    In this order: who may not decide it (own-household-standing), whether it fits how the member stands, who decided
    the step before (own-standing-proposal).
    """
    match command:
        case Leave():
            return _leave(state, command)
        case ProposeReturn() | ApproveReturn():
            return _return(state, command)
        case MoveHome():
            return _move_home(state, command)
        case ReportDeath() | ConfirmDeath() | WithdrawDeathReport():
            return _death(state, command)


def _leave(state: MemberState, command: Leave) -> tuple[MemberEvent, ...]:
    if state.has_left:
        raise MemberHasLeft
    return (MemberLeft(command.balance),)


def _return(state: MemberState, command: ProposeReturn | ApproveReturn) -> tuple[MemberEvent, ...]:
    if command.same_household:
        raise OwnHouseholdStanding
    if state.belonging.ended is None:
        raise HasNotLeft
    if isinstance(command, ProposeReturn):
        return (ReturnProposed(command.by, command.basis),)
    if state.belonging.return_proposed_by is None:
        raise ReturnNotProposed
    if state.belonging.return_proposed_by == command.by:
        raise OwnStandingProposal
    return (MemberReturned(command.by),)


def _death(state: MemberState, command: ReportDeath | ConfirmDeath | WithdrawDeathReport) -> tuple[MemberEvent, ...]:
    if not isinstance(command, WithdrawDeathReport) and command.same_household:
        raise OwnHouseholdStanding
    if state.belonging.ended == "deceased":
        raise AlreadyDeceased
    reported_by = state.belonging.death_reported_by
    if isinstance(command, ReportDeath):
        if reported_by is not None:
            raise DeathAlreadyReported(reported_by)
        return (DeathReported(command.by, command.basis),)
    if reported_by is None:
        raise DeathNotReported
    if isinstance(command, WithdrawDeathReport):
        return (DeathReportWithdrawn(command.by),)
    if reported_by == command.by:
        raise OwnStandingProposal
    return (MemberDeceased(command.by),)


def _move_home(state: MemberState, command: MoveHome) -> tuple[MemberEvent, ...]:
    if command.same_household:
        raise OwnHouseholdStanding
    if state.has_left:
        raise MemberHasLeft
    if state.home == command.home:
        raise AlreadyAtHome(command.home)
    earliest = state.home_since
    if command.from_day > command.today or (earliest is not None and command.from_day < earliest):
        raise MoveDayNotPossible(command.from_day, earliest, command.today)
    return (HomeMoved(command.home, command.from_day, command.basis, command.by),)
