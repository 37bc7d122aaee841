"""Who decides for a child under fourteen. Whether a child is that young only the directory knows."""

from ledger.kernel.decider import Request
from ledger.kernel.ids import MemberId
from ledger.membership.ending_refusals import GuardianAlreadyNamed, GuardianUnfit, NoGuardian, OwnGuardianship
from ledger.membership.events import GuardianEnded, GuardianNamed, MemberEvent
from ledger.membership.member_state import MemberState


class NameGuardian(Request, frozen=True):
    """Let `guardian` decide for `member`. basis: what showed it, a code. is_guarded: whether `guardian` has one."""

    member: MemberId
    guardian: MemberId
    basis: str
    named_by: MemberId
    is_guarded: bool


class EndGuardian(Request, frozen=True):
    """The guardian no longer decides. reason: a code."""

    ended_by: MemberId
    reason: str


def change_guardian(state: MemberState, command: NameGuardian | EndGuardian) -> tuple[MemberEvent, ...]:
    """Refuses NameGuardian with own-guardianship, guardian-unfit, guardian-already-named; EndGuardian with
    no-guardian, own-guardianship."""
    if isinstance(command, NameGuardian):
        if command.named_by == command.guardian:
            raise OwnGuardianship
        if command.guardian == command.member or command.is_guarded:
            raise GuardianUnfit
        if state.guardian is not None:
            raise GuardianAlreadyNamed(state.guardian)
        return (GuardianNamed(command.guardian, command.basis, command.named_by),)
    if state.guardian is None:
        raise NoGuardian
    if state.guardian == command.ended_by:
        raise OwnGuardianship
    return (GuardianEnded(state.guardian, command.ended_by, command.reason),)
