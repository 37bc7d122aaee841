"""One member: which of the rules answers what is asked. The rules have a file by subject: standing, consents, cards,
held roles, dwelling, seats; all that can be asked is offered here too."""

from typing import Final, assert_never

from ledger.kernel.decider import Decider
from ledger.membership import cards, consents, dwelling, held_roles, seats, standing
from ledger.membership.cards import Issue as Issue
from ledger.membership.cards import Revoke as Revoke
from ledger.membership.consents import AddConsent as AddConsent
from ledger.membership.consents import DropConsent as DropConsent
from ledger.membership.dwelling import MoveIn as MoveIn
from ledger.membership.dwelling import MoveOut as MoveOut
from ledger.membership.events import (
    CardIssued,
    CardRevoked,
    ConsentGiven,
    ConsentWithdrawn,
    HouseholdJoined,
    HouseholdLeft,
    MemberEvent,
    MemberLeft,
    MemberRegistered,
    MemberReinstated,
    MemberSuspended,
    MemberVerified,
    RoleEnded,
    RoleGranted,
    SeatLeft,
    SeatTaken,
)
from ledger.membership.held_roles import End as End
from ledger.membership.held_roles import Grant as Grant
from ledger.membership.member_refusals import AlreadyRegistered, MemberHasLeft, UnknownMember
from ledger.membership.member_state import MemberState, evolve
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
    | Grant
    | End
    | MoveIn
    | MoveOut
    | TakeSeat
    | LeaveSeat
)


def decide(state: MemberState, command: MemberCommand) -> tuple[MemberEvent, ...]:
    """What `command` makes of the member.

    First of all UnknownMember (not registered) and MemberHasLeft; Register alone wants an unknown one and refuses
    with AlreadyRegistered. Then, in the order written in each command's function, what stands in its own way.
    """
    if isinstance(command, Register):
        if state.home is not None:
            raise AlreadyRegistered(state.home)
        return (MemberRegistered(command.home),)
    if state.home is None:
        raise UnknownMember
    if state.has_left:
        raise MemberHasLeft
    return _decide_on_known(state, command)


def _decide_on_known(state: MemberState, command: MemberCommand) -> tuple[MemberEvent, ...]:
    match command:
        case Verify():
            return standing.verify(state, command)
        case Suspend() | Reinstate():
            return standing.suspend_or_reinstate(state, command)
        case AddConsent() | DropConsent():
            return consents.change_consent(state, command)
        case Issue() | Revoke():
            return cards.change_card(state, command)
        case Grant():
            return held_roles.grant(state, command)
        case End():
            return held_roles.end(state, command)
        case MoveIn() | MoveOut():
            return dwelling.move(state, command)
        case TakeSeat() | LeaveSeat():
            return seats.change_seat(state, command)
        case Register():
            raise AssertionError("registering is decided before")
        case _:
            assert_never(command)


MEMBER: Final = Decider(
    name="member",
    initial=MemberState(),
    decide=decide,
    evolve=evolve,
    events=(
        MemberRegistered,
        MemberVerified,
        MemberSuspended,
        MemberReinstated,
        MemberLeft,
        ConsentGiven,
        ConsentWithdrawn,
        CardIssued,
        CardRevoked,
        RoleGranted,
        RoleEnded,
        HouseholdJoined,
        HouseholdLeft,
        SeatTaken,
        SeatLeft,
    ),
)
