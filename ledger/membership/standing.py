"""Whether somebody is a member in good standing: registered, verified, suspended, reinstated."""

from ledger.kernel.decider import Request
from ledger.kernel.ids import MemberId, OrganisationId
from ledger.membership.events import MemberEvent, MemberReinstated, MemberSuspended, MemberVerified
from ledger.membership.member_refusals import AlreadySuspended, AlreadyVerified, NotSuspended, OwnVerification
from ledger.membership.member_state import MemberState


class Register(Request, frozen=True):
    """Make the person known, at home in `home`."""

    home: OrganisationId


class Verify(Request, frozen=True):
    """`verified_by` saw who the person is. basis: what was seen, a code."""

    member: MemberId
    basis: str
    verified_by: MemberId


class Suspend(Request, frozen=True):
    """Stop the member from earning and spending. reason: a code."""

    reason: str


class Reinstate(Request, frozen=True):
    """End the suspension."""


def verify(state: MemberState, command: Verify) -> tuple[MemberEvent, ...]:
    if command.verified_by == command.member:
        raise OwnVerification
    if state.verified_by is not None:
        raise AlreadyVerified(state.verified_by)
    return (MemberVerified(command.basis, command.verified_by),)


def suspend_or_reinstate(state: MemberState, command: Suspend | Reinstate) -> tuple[MemberEvent, ...]:
    if isinstance(command, Suspend):
        if state.suspended_for is not None:
            raise AlreadySuspended(state.suspended_for)
        return (MemberSuspended(command.reason),)
    if state.suspended_for is None:
        raise NotSuspended
    return (MemberReinstated(),)
