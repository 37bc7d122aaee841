"""Use cases about somebody's standing: register, verify, suspend and reinstate."""

from collections.abc import Iterable
from typing import Final

from ledger.application.authority import (
    Permission,
    require_over_member,
)
from ledger.application.placing import require_home
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import MemberId, OrganisationId
from ledger.membership.ending_refusals import GuardianNeeded
from ledger.membership.member import MEMBER, Register, Reinstate, Suspend, Verify


class RegisterMember(Request, frozen=True):
    """Make a person known, at home in the community `home`."""

    member: MemberId
    home: OrganisationId


class VerifyMember(Request, frozen=True):
    """The actor saw who the person is. basis: a code such as `identity-card`.

    is_child: whether the directory says that the person is under fourteen; then a guardian must be on record.
    """

    member: MemberId
    basis: str
    is_child: bool = False


class SuspendMember(Request, frozen=True):
    """Stop the member from earning, spending and acting. reason: a code."""

    member: MemberId
    reason: str


class ReinstateMember(Request, frozen=True):
    """End the member's suspension."""

    member: MemberId


def _register(work: Work, request: RegisterMember) -> Outcome:
    require_home(work, Permission.REGISTER_MEMBERS, request.home)
    work.act(MEMBER, request.member, Register(request.home))
    return Outcome("member-registered", ids={"member": request.member, "home": request.home})


def _verify(work: Work, request: VerifyMember) -> Outcome:
    state = require_over_member(work, Permission.VERIFY_MEMBERS, request.member)
    if request.is_child and state.guardian is None:
        raise GuardianNeeded
    command = Verify(member=request.member, basis=request.basis, verified_by=work.actor)
    work.act(MEMBER, request.member, command)
    return Outcome("member-verified", ids={"member": request.member})


def _suspend(work: Work, request: SuspendMember) -> Outcome:
    require_over_member(work, Permission.SUSPEND_MEMBERS, request.member)
    work.act(MEMBER, request.member, Suspend(request.reason))
    return Outcome("member-suspended", ids={"member": request.member})


def _reinstate(work: Work, request: ReinstateMember) -> Outcome:
    require_over_member(work, Permission.SUSPEND_MEMBERS, request.member)
    work.act(MEMBER, request.member, Reinstate())
    return Outcome("member-reinstated", ids={"member": request.member})


def _reads_both(
    request: RegisterMember | VerifyMember | SuspendMember | ReinstateMember, actor: MemberId
) -> Iterable[Stream]:
    return (Stream(MEMBER, actor), Stream(MEMBER, request.member or actor))


REGISTER_MEMBER: Final = UseCase[RegisterMember]("members.register", _register, _reads_both)
VERIFY_MEMBER: Final = UseCase[VerifyMember]("members.verify", _verify, _reads_both)
SUSPEND_MEMBER: Final = UseCase[SuspendMember]("members.suspend", _suspend, _reads_both)
REINSTATE_MEMBER: Final = UseCase[ReinstateMember]("members.reinstate", _reinstate, _reads_both)
