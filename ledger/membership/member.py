"""One member: which of the rules answers what is asked. The rules have a file by subject: standing, consents, cards,
held roles, dwelling, seats; all that can be asked is offered here too."""

from typing import Final, assert_never, get_args

from ledger.kernel.decider import Decider
from ledger.membership import cards, consents, dwelling, endings, guardians, held_roles, merging, seats, standing
from ledger.membership.abilities import AbilityCommand as AbilityCommand
from ledger.membership.abilities import JoinTeam as JoinTeam
from ledger.membership.abilities import LeaveTeam as LeaveTeam
from ledger.membership.abilities import RecordSkill as RecordSkill
from ledger.membership.abilities import WithdrawSkill as WithdrawSkill
from ledger.membership.abilities import decide_ability
from ledger.membership.cards import Issue as Issue
from ledger.membership.cards import Replace as Replace
from ledger.membership.cards import Revoke as Revoke
from ledger.membership.consents import AddConsent as AddConsent
from ledger.membership.consents import DropConsent as DropConsent
from ledger.membership.dwelling import MoveIn as MoveIn
from ledger.membership.dwelling import MoveOut as MoveOut
from ledger.membership.ending_refusals import MemberIsMerged
from ledger.membership.endings import ApproveReturn as ApproveReturn
from ledger.membership.endings import ConfirmDeath as ConfirmDeath
from ledger.membership.endings import EndingCommand as EndingCommand
from ledger.membership.endings import Leave as Leave
from ledger.membership.endings import MoveHome as MoveHome
from ledger.membership.endings import ProposeReturn as ProposeReturn
from ledger.membership.endings import ReportDeath as ReportDeath
from ledger.membership.endings import WithdrawDeathReport as WithdrawDeathReport
from ledger.membership.events import MemberEvent, MemberRegistered
from ledger.membership.guardians import EndGuardian as EndGuardian
from ledger.membership.guardians import NameGuardian as NameGuardian
from ledger.membership.held_roles import End as End
from ledger.membership.held_roles import Grant as Grant
from ledger.membership.member_refusals import AlreadyRegistered, MemberHasLeft, UnknownMember
from ledger.membership.member_state import MemberState, evolve
from ledger.membership.merging import ApproveMerge as ApproveMerge
from ledger.membership.merging import ApproveUnmerge as ApproveUnmerge
from ledger.membership.merging import LetGo as LetGo
from ledger.membership.merging import MergingCommand as MergingCommand
from ledger.membership.merging import ProposeMerge as ProposeMerge
from ledger.membership.merging import ProposeUnmerge as ProposeUnmerge
from ledger.membership.merging import RefuseMerge as RefuseMerge
from ledger.membership.merging import TakeIn as TakeIn
from ledger.membership.seats import LeaveSeat as LeaveSeat
from ledger.membership.seats import TakeSeat as TakeSeat
from ledger.membership.standing import Register as Register
from ledger.membership.standing import Reinstate as Reinstate
from ledger.membership.standing import Suspend as Suspend
from ledger.membership.standing import Verify as Verify

MemberCommand = (
    Register
    | Verify
    | Suspend
    | Reinstate
    | AddConsent
    | DropConsent
    | Issue
    | Revoke
    | Replace
    | Grant
    | End
    | MoveIn
    | MoveOut
    | TakeSeat
    | LeaveSeat
    | NameGuardian
    | EndGuardian
    | AbilityCommand
    | EndingCommand
    | MergingCommand
)


def decide(state: MemberState, command: MemberCommand) -> tuple[MemberEvent, ...]:
    """What `command` makes of the member.

    First of all UnknownMember (not registered), MemberIsMerged and MemberHasLeft; Register alone wants an unknown one
    and refuses with AlreadyRegistered, and what ends or mends a membership has its own order. Then, in the order
    written in each command's function, what stands in its own way.
    """
    if isinstance(command, Register):
        if state.home is not None:
            raise AlreadyRegistered(state.home)
        return (MemberRegistered(command.home),)
    if state.home is None:
        raise UnknownMember
    if isinstance(command, MergingCommand):
        return merging.decide_merging(state, command)
    if state.belonging.merge is not None:
        raise MemberIsMerged
    if isinstance(command, EndingCommand):
        return endings.decide_ending(state, command)
    if state.has_left:
        raise MemberHasLeft
    return _decide_on_member(state, command)


_OfMember = (
    Register
    | Verify
    | Suspend
    | Reinstate
    | AddConsent
    | DropConsent
    | Issue
    | Revoke
    | Replace
    | Grant
    | End
    | MoveIn
    | MoveOut
    | TakeSeat
    | LeaveSeat
    | NameGuardian
    | EndGuardian
    | AbilityCommand
)


def _decide_on_member(state: MemberState, command: _OfMember) -> tuple[MemberEvent, ...]:
    match command:
        case Verify():
            return standing.verify(state, command)
        case Suspend() | Reinstate():
            return standing.suspend_or_reinstate(state, command)
        case AddConsent() | DropConsent():
            return consents.change_consent(state, command)
        case NameGuardian() | EndGuardian():
            return guardians.change_guardian(state, command)
        case Issue() | Revoke() | Replace():
            return cards.change_card(state, command)
        case Grant():
            return held_roles.grant(state, command)
        case End():
            return held_roles.end(state, command)
        case MoveIn() | MoveOut():
            return dwelling.move(state, command)
        case TakeSeat() | LeaveSeat():
            return seats.change_seat(state, command)
        case JoinTeam() | LeaveTeam() | RecordSkill() | WithdrawSkill():
            return decide_ability(state.abilities, command)
        case Register():
            raise AssertionError("registering is decided before")
        case _:
            assert_never(command)


MEMBER: Final = Decider(
    name="member",
    initial=MemberState(),
    decide=decide,
    evolve=evolve,
    events=get_args(MemberEvent),
)
