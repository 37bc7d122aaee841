"""Awards on public notice, earned in the usual way: where stories of objections and reversals begin."""

from datetime import date

from msgspec.structs import replace
from village import HOURLY, Village

from ledger.application.awards import APPROVE_AWARDS, CREDIT_AWARD, ApproveAwards, CreditAward
from ledger.awards.usage import USAGE, usage_id
from ledger.kernel.ids import SYSTEM, AwardId, MemberId
from ledger.kernel.units import Unit

NOTICE_UNTIL = date(2025, 10, 22)


def on_notice(
    village: Village, *members: MemberId, hours: int = 2, by: MemberId | None = None, name: str = "activity"
) -> list[AwardId]:
    """Awards of 1 an hour for `members`, each `hours` at one activity, approved `by` the approver (None) today."""
    rule = village.published_rule(replace(HOURLY, ceiling_minutes=None), f"{name} rule")
    activity = village.closed_activity([rule], dict.fromkeys(members, 60 * hours), name=name, minutes=60 * hours)
    village.tallied(activity, *members, name=name)
    awards = [village.award_of(member, name=name) for member in members]
    village.run(APPROVE_AWARDS, ApproveAwards(tuple(awards)), by or village.approver)
    return awards


def credited(village: Village, member: MemberId, *, hours: int = 2, name: str = "activity") -> AwardId:
    """An award whose notice is over; the clock is nine days later."""
    (award,) = on_notice(village, member, hours=hours, name=name, by=village.second_approver)
    village.wait(days=9)
    village.run(CREDIT_AWARD, CreditAward(award), SYSTEM)
    return award


def reserved(village: Village, member: MemberId, month: str = "2025-10") -> int:
    """Points that count towards the member's limits of the service month."""
    return village.ledger.load(USAGE, usage_id(member, month)).state.in_month(Unit.POINTS)
