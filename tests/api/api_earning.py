"""Points and minutes for the tests of figures, earned in the usual way: claimed, reported, accepted, approved."""

from datetime import timedelta
from uuid import uuid4

from api_town import Town, run

from api.deployment import Deployment
from ledger.application.awards import (
    ACCEPT_REPORT,
    APPROVE_AWARDS,
    CREDIT_AWARD,
    AcceptReport,
    ApproveAwards,
    CreditAward,
)
from ledger.application.rules import DRAFT_RULE, PUBLISH_RULE, DraftRule, PublishRule
from ledger.application.tasks import CLAIM_TASK, POST_TASK, REPORT_TASK, ClaimTask, PostTask, ReportTask
from ledger.awards.award import award_id
from ledger.awards.events import Terms
from ledger.kernel.clock import business_day
from ledger.kernel.ids import AwardId, MemberId, RuleId, TaskId, derived
from ledger.kernel.units import Unit

AT_ONCE = Terms(Unit.POINTS, "per_hour", 1, ceiling_minutes=None, notice_working_days=0, expiry_months=12)
ON_NOTICE = Terms(Unit.POINTS, "per_hour", 1, ceiling_minutes=None, notice_working_days=5, expiry_months=12)
CARE = Terms(Unit.CARE_MINUTES, "per_minute", 1, ceiling_minutes=None, notice_working_days=0)


def propose(deployment: Deployment, town: Town, member: MemberId, *, minutes: int, terms: Terms) -> AwardId:
    """Let `member` do `minutes` of work; the award is proposed."""
    now = deployment.clock.now()
    today = business_day(now)
    rule, task = RuleId(uuid4()), TaskId(uuid4())
    run(deployment, DRAFT_RULE, DraftRule(rule, town.community, terms), actor=town.staff)
    run(deployment, PUBLISH_RULE, PublishRule(rule, 1, today), actor=town.approver)
    post = PostTask(task, town.community, 1, minutes, now + timedelta(days=1), (rule,))
    run(deployment, POST_TASK, post, actor=town.staff)
    run(deployment, CLAIM_TASK, ClaimTask(task), actor=member)
    run(deployment, REPORT_TASK, ReportTask(task, minutes, today), actor=member)
    run(deployment, ACCEPT_REPORT, AcceptReport(task, member, minutes), actor=town.staff)
    return award_id(derived(task, "claim", member), member, terms.unit)


def approve(deployment: Deployment, town: Town, award: AwardId) -> int:
    """Let the approver approve it; the position afterwards."""
    return run(deployment, APPROVE_AWARDS, ApproveAwards((award,)), actor=town.approver).position


def earn(deployment: Deployment, town: Town, member: MemberId, *, minutes: int, terms: Terms = AT_ONCE) -> int:
    """Let `member` earn under `terms` that need no notice; the position after the credit."""
    award = propose(deployment, town, member, minutes=minutes, terms=terms)
    approve(deployment, town, award)
    return run(deployment, CREDIT_AWARD, CreditAward(award)).position
