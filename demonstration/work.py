"""One volunteer task: posted, claimed by two, reported, accepted by staff, awards approved."""

import random
from datetime import date, timedelta
from uuid import UUID

from demonstration.community import Community
from demonstration.stage import Stage, instant
from ledger.application.awards import ACCEPT_REPORT, APPROVE_AWARDS, AcceptReport, ApproveAwards
from ledger.application.tasks import CLAIM_TASK, POST_TASK, REPORT_TASK, ClaimTask, PostTask, ReportTask
from ledger.awards.award import award_id
from ledger.kernel.ids import TaskId, derived
from ledger.kernel.units import Unit

TITLES = ("帮独居老人买菜", "清理楼道杂物", "修理活动室桌椅", "整理图书角", "接送孩子过马路")


def errand(stage: Stage, community: Community, draw: random.Random, *, day: date) -> None:
    """An hour or two of work for two people on one day."""
    task = TaskId(UUID(int=draw.getrandbits(128), version=4))
    stage.names.write_many([(task, {"title": draw.choice(TITLES)})], key_owner=community.organisation)
    send, minutes = stage.sender.send, draw.choice((60, 90, 120))
    asked = PostTask(
        task,
        community.organisation,
        slots=2,
        minutes_planned=minutes,
        claim_until=instant(day, 12),
        rules=(stage.town.points_rule,),
    )
    send(POST_TASK, asked, actor=community.staff, at=instant(day, 8))
    for member in draw.sample(community.members[5:60], 2):
        send(CLAIM_TASK, ClaimTask(task), actor=member, at=instant(day, 9))
        send(REPORT_TASK, ReportTask(task, minutes, day), actor=member, at=instant(day, 15))
        send(ACCEPT_REPORT, AcceptReport(task, member, minutes), actor=community.staff, at=instant(day, 17))
        award = award_id(derived(task, "claim", member), member, Unit.POINTS)
        at = instant(day, 17) + timedelta(minutes=30)
        send(APPROVE_AWARDS, ApproveAwards((award,)), actor=community.approver, at=at)
