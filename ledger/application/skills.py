"""Use cases of skills: staff record what they have seen that a member can do, and take it back."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from ledger.application.authority import Permission, require_over_member
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import MemberId
from ledger.membership import abilities as steps
from ledger.membership.member import MEMBER


class RecordSkill(Request, frozen=True):
    """The member can do it. skill: a code; basis: what the actor saw, a code; valid_until: last day, None: for good."""

    member: MemberId
    skill: str
    basis: str
    valid_until: date | None = None


class WithdrawSkill(Request, frozen=True):
    """It counts no longer. reason: a code."""

    member: MemberId
    skill: str
    reason: str


def require_skilled(work: Work, member: MemberId, skill: str | None) -> None:
    """Refuses with SkillMissing where `skill` is asked for (not None) and the member has none that counts today."""
    steps.require_skill(work.state(MEMBER, member).abilities, skill, work.today)


def _record(work: Work, request: RecordSkill) -> Outcome:
    require_over_member(work, Permission.RECORD_SKILLS, request.member)
    command = steps.RecordSkill(
        member=request.member,
        skill=request.skill,
        basis=request.basis,
        recorded_by=work.actor,
        valid_until=request.valid_until,
        today=work.today,
    )
    work.act(MEMBER, request.member, command)
    return Outcome("skill-recorded", ids={"member": request.member})


def _withdraw(work: Work, request: WithdrawSkill) -> Outcome:
    require_over_member(work, Permission.RECORD_SKILLS, request.member)
    work.act(MEMBER, request.member, steps.WithdrawSkill(request.skill, request.reason))
    return Outcome("skill-withdrawn", ids={"member": request.member})


def _reads(request: RecordSkill | WithdrawSkill, actor: MemberId) -> Iterable[Stream]:
    return (Stream(MEMBER, actor), Stream(MEMBER, request.member))


RECORD_SKILL: Final = UseCase[RecordSkill]("skills.record", _record, _reads)
WITHDRAW_SKILL: Final = UseCase[WithdrawSkill]("skills.withdraw", _withdraw, _reads)
