"""Use cases of awards: visits and reports become proposals, somebody else decides, and after the notice they count.

In a batch, lines that the actor must not decide on are split off and the rest goes through.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final, Literal, NamedTuple

from msgspec import Struct

from ledger.activities import activity as activities
from ledger.activities.activity import ACTIVITY
from ledger.activities.activity_state import ActivityState
from ledger.activities.attendance import ATTENDANCE, TallyVisit, attendance_id
from ledger.application.approving import approve_award
from ledger.application.authority import (
    Permission,
    UnknownId,
    require_for,
    require_over_activity,
    same_household,
)
from ledger.application.batches import LinesOutOfBounds, require_lines
from ledger.application.crediting import CREDIT_AWARD as CREDIT_AWARD
from ledger.application.crediting import CreditAward as CreditAward
from ledger.application.earning import (
    proposal_of,
    propose_awards,
    release_usage,
    service_of_report,
    service_of_visit,
)
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.awards import award as awards
from ledger.awards.award import AWARD
from ledger.awards.events import AwardProposed
from ledger.awards.refusals import (
    AwardAlreadyDecided,
    OwnHouseholdOrSelf,
    ProposerCannotApprove,
    RuleNotInForce,
    SecondApproverNeeded,
)
from ledger.kernel.decider import Request
from ledger.kernel.ids import ActivityId, AwardId, MemberId, OrganisationId, SessionId, TaskId
from ledger.kernel.refusal import Refusal
from ledger.membership.member import MEMBER
from ledger.tasks.decide import TASK, Accept

VISITS_MAX = 50
"""Most visits tallied in one commit: a large activity is tallied in several, so that nobody waits for it."""
AWARDS_MAX = 100
"""Most awards decided on in one commit."""


class Visit(Struct, frozen=True, forbid_unknown_fields=True):
    """One member at one session of the activity."""

    session: SessionId
    member: MemberId


class TallyVisits(Request, frozen=True):
    """Turn up to `VISITS_MAX` finished visits of a closed activity into proposed awards.

    Possible after the tally was finished too: a leader may confirm a visit days later.
    """

    activity: ActivityId
    visits: tuple[Visit, ...]


class FinishTally(Request, frozen=True):
    """Say that every visit of the activity that counts by now was tallied. visits: how many in all, as counted by who
    says so; the visits' own events are the record. Later visits may be tallied still, and this said again."""

    activity: ActivityId
    visits: int


class AcceptReport(Request, frozen=True):
    """Confirm `minutes` of a member's report on a task and propose the awards for them."""

    task: TaskId
    member: MemberId
    minutes: int


class ApproveAwards(Request, frozen=True):
    """Approve up to `AWARDS_MAX` awards; each then goes on public notice, large ones once a second approver agreed."""

    awards: tuple[AwardId, ...]


class RefuseAwards(Request, frozen=True):
    """Refuse up to `AWARDS_MAX` awards and give back what they reserved. reason: a code."""

    awards: tuple[AwardId, ...]
    reason: str


_Found = Literal["tallied", "skipped", "own", "without_rule"]


def _tally(work: Work, request: TallyVisits) -> Outcome:
    """The actor's own visits are left for somebody else (`own`); what is open, unconfirmed or tallied is `skipped`.

    `without_rule` are visits of days on which a rule of the activity does not hold, or not yet; they stay as they are,
    so that one such day never stops the others.
    """
    activity = require_over_activity(work, Permission.PROPOSE_AWARDS, request.activity)
    activities.require_closed(activity)
    require_lines(len(request.visits), VISITS_MAX)
    figures = {"proposed": 0, "tallied": 0, "skipped": 0, "own": 0, "without_rule": 0}
    for visit in request.visits:
        found, proposed = _tally_visit(work, request.activity, activity, visit)
        figures[found] += 1
        figures["proposed"] += proposed
    return Outcome("visits-tallied", ids={"activity": request.activity}, figures=figures)


def _tally_visit(work: Work, id: ActivityId, activity: ActivityState, visit: Visit) -> tuple[_Found, int]:
    """What became of one visit, and how many awards were proposed for it."""
    if visit.member == work.actor:
        return "own", 0
    session = activity.session(visit.session)
    if session is None:
        raise UnknownId(visit.session)
    source = attendance_id(id, visit.session, visit.member)
    attendance = work.state(ATTENDANCE, source)
    service = service_of_visit(activity, session, visit.member, attendance, id=id)
    if service is None:
        return "skipped", 0
    try:
        proposed = propose_awards(work, service)
    except RuleNotInForce:
        return "without_rule", 0
    work.act(ATTENDANCE, source, TallyVisit(visit.session, service.minutes_seen))
    return "tallied", proposed


def _finish_tally(work: Work, request: FinishTally) -> Outcome:
    require_over_activity(work, Permission.PROPOSE_AWARDS, request.activity)
    visits_max = activities.SESSIONS_MAX * activities.CAPACITY_MAX
    if not 0 <= request.visits <= visits_max:
        raise LinesOutOfBounds(request.visits, 0, visits_max)
    work.act(ACTIVITY, request.activity, activities.FinishTally(request.visits))
    return Outcome("tally-finished", ids={"activity": request.activity}, figures={"visits": request.visits})


def _accept_report(work: Work, request: AcceptReport) -> Outcome:
    require_for(work, Permission.ACCEPT_REPORTS, work.state(TASK, request.task).organisation, request.task)
    work.correlate(request.task)
    command = Accept(
        member=request.member,
        minutes=request.minutes,
        accepted_by=work.actor,
        accepter_shares_household=same_household(work, work.actor, request.member),
    )
    task = work.act(TASK, request.task, command)
    claim = task.claim_of(request.member)
    service = claim and service_of_report(task, claim, id=request.task)
    proposed = propose_awards(work, service) if service else 0
    return Outcome(
        "report-accepted",
        ids={"task": request.task, "member": request.member},
        figures={"minutes": request.minutes, "proposed": proposed},
    )


def _approve(work: Work, request: ApproveAwards) -> Outcome:
    """Large awards that the actor agreed to, now or before, wait for a second approver (`awaiting_second`); `approved`
    are those on notice now.
    """
    begun = provisional = 0

    def approve_one(award: AwardId, proposal: AwardProposed) -> None:
        nonlocal begun, provisional
        approval = approve_award(work, award, proposal)
        begun += approval.awaits_second
        provisional += approval.is_provisional

    decided = _decide_each(work, request.awards, approve_one)
    figures = {
        "approved": decided.done - begun,
        "awaiting_second": begun + decided.begun_before,
        "split_off": decided.split_off,
        "decided_before": decided.before,
        "provisional": provisional,
    }
    return Outcome("awards-approved", figures=figures)


def _refuse(work: Work, request: RefuseAwards) -> Outcome:
    def refuse_one(award: AwardId, proposal: AwardProposed) -> None:
        is_near = same_household(work, work.actor, proposal.member)
        command = awards.RefuseAward(refused_by=work.actor, same_household=is_near, reason=request.reason)
        work.act(AWARD, award, command)
        release_usage(work, award, proposal)

    decided = _decide_each(work, request.awards, refuse_one)
    figures = {"refused": decided.done, "split_off": decided.split_off, "decided_before": decided.before}
    return Outcome("awards-refused", figures=figures)


class _Decided(NamedTuple):
    """How many lines were decided on now, left for somebody else, decided on before, and agreed to by the actor before,
    so that it takes another."""

    done: int
    split_off: int
    before: int
    begun_before: int


def _decide_each(
    work: Work, ids: tuple[AwardId, ...], decide_one: Callable[[AwardId, AwardProposed], None]
) -> _Decided:
    """Decide on each award once; refuses with the first line's obstacle when no line could be decided on."""
    require_lines(len(ids), AWARDS_MAX)
    proposals = _in_scope(work, ids)
    obstacles: list[Refusal] = []
    for award, proposal in proposals.items():
        work.correlate(proposal.occasion)
        try:
            decide_one(award, proposal)
        except (AwardAlreadyDecided, OwnHouseholdOrSelf, ProposerCannotApprove, SecondApproverNeeded) as obstacle:
            obstacles.append(obstacle)
    if len(obstacles) == len(proposals):
        raise obstacles[0]
    kinds = Counter(map(type, obstacles))
    before, begun = kinds[AwardAlreadyDecided], kinds[SecondApproverNeeded]
    return _Decided(len(proposals) - len(obstacles), len(obstacles) - before - begun, before, begun)


def _in_scope(work: Work, ids: tuple[AwardId, ...]) -> dict[AwardId, AwardProposed]:
    """The proposals, each once; every one must lie in the scope of the actor's right to approve."""
    proposals: dict[AwardId, AwardProposed] = {}
    passed: set[OrganisationId] = set()
    for award in ids:
        proposal = work.state(AWARD, award).proposal
        if proposal is None or proposal.organisation not in passed:
            require_for(work, Permission.APPROVE_AWARDS, proposal and proposal.organisation, award)
        proposals[award] = proposal_of(work, award)
        passed.add(proposals[award].organisation)
    return proposals


def _reads_activity(request: TallyVisits | FinishTally, actor: MemberId) -> tuple[Stream, ...]:
    return (Stream(MEMBER, actor), Stream(ACTIVITY, request.activity))


def _tally_reads(request: TallyVisits, actor: MemberId) -> Iterator[Stream]:
    yield from _reads_activity(request, actor)
    for visit in request.visits[:VISITS_MAX]:
        yield Stream(ATTENDANCE, attendance_id(request.activity, visit.session, visit.member))


def _report_reads(request: AcceptReport, actor: MemberId) -> tuple[Stream, ...]:
    return (Stream(MEMBER, actor), Stream(TASK, request.task), Stream(MEMBER, request.member))


def _batch_reads(request: ApproveAwards | RefuseAwards, actor: MemberId) -> Iterator[Stream]:
    yield Stream(MEMBER, actor)
    yield from (Stream(AWARD, award) for award in request.awards[:AWARDS_MAX])


TALLY_VISITS: Final = UseCase[TallyVisits]("awards.tally_visits", _tally, _tally_reads)
FINISH_TALLY: Final = UseCase[FinishTally]("awards.finish_tally", _finish_tally, _reads_activity)
ACCEPT_REPORT: Final = UseCase[AcceptReport]("awards.accept_report", _accept_report, _report_reads)
APPROVE_AWARDS: Final = UseCase[ApproveAwards]("awards.approve", _approve, _batch_reads)
REFUSE_AWARDS: Final = UseCase[RefuseAwards]("awards.refuse", _refuse, _batch_reads)
