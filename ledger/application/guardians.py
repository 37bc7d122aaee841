"""Use cases about who decides for a child under fourteen (Personal Information Protection Law, article 31).

How old somebody is the ledger does not know: the edge asks the directory and says so in the request, never in an event.
"""

from collections.abc import Iterable
from typing import Final

from ledger.application.authority import Permission, require_active_member, require_over_member
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import MemberId
from ledger.membership import guardians
from ledger.membership.member import MEMBER


class NameGuardian(Request, frozen=True):
    """Let `guardian`, a verified member, decide for `member`. basis: what showed it, such as `household-register`."""

    member: MemberId
    guardian: MemberId
    basis: str


class EndGuardian(Request, frozen=True):
    """The guardian no longer decides. reason: a code."""

    member: MemberId
    reason: str


def _name(work: Work, request: NameGuardian) -> Outcome:
    require_over_member(work, Permission.VERIFY_MEMBERS, request.member)
    guardian = require_active_member(work, request.guardian)
    command = guardians.NameGuardian(
        member=request.member,
        guardian=request.guardian,
        basis=request.basis,
        named_by=work.actor,
        is_guarded=guardian.guardian is not None,
    )
    work.act(MEMBER, request.member, command)
    return Outcome("guardian-named", ids={"member": request.member, "guardian": request.guardian})


def _end(work: Work, request: EndGuardian) -> Outcome:
    require_over_member(work, Permission.VERIFY_MEMBERS, request.member)
    work.act(MEMBER, request.member, guardians.EndGuardian(work.actor, request.reason))
    return Outcome("guardian-ended", ids={"member": request.member})


def _reads(request: NameGuardian | EndGuardian, actor: MemberId) -> Iterable[Stream]:
    return (Stream(MEMBER, actor), Stream(MEMBER, request.member))


NAME_GUARDIAN: Final = UseCase[NameGuardian]("members.name_guardian", _name, _reads)
END_GUARDIAN: Final = UseCase[EndGuardian]("members.end_guardian", _end, _reads)
