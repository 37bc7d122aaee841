"""Agreeing to one award, wherever that is done: by itself, in a batch, or with the line of a sheet it comes from."""

from typing import NamedTuple

from ledger.application.authority import same_household
from ledger.application.programme import settings_of
from ledger.application.work import Work
from ledger.awards.award import AWARD, ApproveAward
from ledger.awards.events import AwardProposed
from ledger.kernel.ids import AwardId


class Approval(NamedTuple):
    """What came of agreeing. awaits_second: it takes another approver before it goes on notice.

    is_provisional: it is on notice, and the working-day table of a year was missing when the day was counted.
    """

    awaits_second: bool
    is_provisional: bool


def approve_award(work: Work, award: AwardId, proposal: AwardProposed) -> Approval:
    """Agree to it as the actor. Above the programme's `two_approvers_above`, counted in the award's own unit as for
    adjustments and reversals (500 are 500 points, or 500 minutes of care), a second approver must agree, too.

    Refuses as approving an award does.
    """
    notice = work.calendar.after(work.today, proposal.notice_working_days)
    command = ApproveAward(
        approved_by=work.actor,
        same_household=same_household(work, work.actor, proposal.member),
        notice=notice,
        two_approvers_above=settings_of(work, proposal.organisation).two_approvers_above,
    )
    awaits_second = work.act(AWARD, award, command).status == "proposed"
    return Approval(awaits_second, is_provisional=notice.provisional and not awaits_second)
