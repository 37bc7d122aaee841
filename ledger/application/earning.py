"""From a deed to its proposed awards: one a rule, with what they take of the member's day and month reserved.

The proposal and the reservation are one commit, so two awards never use the same room under a limit or the same minute.
"""

from datetime import date, timedelta
from uuid import UUID

from msgspec import Struct

from ledger.activities.activity_state import ActivityState
from ledger.activities.attendance import attendance_id, minutes_of, visit_spans
from ledger.activities.attendance_state import AttendanceState
from ledger.activities.events import Session
from ledger.application.authority import UnknownId
from ledger.application.work import Work
from ledger.awards.award import AWARD, ProposeAward, award_id
from ledger.awards.events import AwardProposed, SourceKind, Span
from ledger.awards.reckoning import Deed, Reckoned, not_yet_counted, reckon, whole_minutes
from ledger.awards.rule import RULE, Version, in_force
from ledger.awards.usage import USAGE, ReleaseUsage, ReserveUsage, RestoreUsage, Usage, month_of, usage_id
from ledger.kernel.clock import business_day
from ledger.kernel.ids import ActivityId, AwardId, MemberId, OrganisationId, RuleId, TaskId, UsageId, derived
from ledger.kernel.units import Unit
from ledger.tasks.state import Claim, TaskState

NEAR = timedelta(days=2)
"""A session of 24 hours that begins in the evening, with its margins, ends on the day after next: so far apart can two
service days lie whose deeds share a minute."""


class Service(Struct, frozen=True):
    """One member's deed. source: id of the attendance or of the task's claim. occasion: the activity or task.

    rules: those of the occasion. minutes_planned, minutes_seen: whole minutes. spans: when it was, empty where unknown
    (a task's report says how long, not when). attested_by: as in the proposal. proposed_by: in whose name, None for the
    actor's; whoever entered hours that somebody else approves proposes what they earn. again: as for `award_id`.
    """

    source: UUID
    source_kind: SourceKind
    occasion: UUID
    member: MemberId
    organisation: OrganisationId
    rules: tuple[RuleId, ...]
    service_day: date
    minutes_planned: int
    minutes_seen: int
    spans: tuple[Span, ...] = ()
    attested_by: tuple[MemberId, ...] = ()
    proposed_by: MemberId | None = None
    again: int = 0


class _Case(Struct, frozen=True):
    """A deed under one version of one rule."""

    service: Service
    rule: RuleId
    version: Version

    @property
    def unit(self) -> Unit:
        return self.version.terms.unit


def service_of_visit(
    activity: ActivityState, session: Session, member: MemberId, visit: AttendanceState, *, id: ActivityId
) -> Service | None:
    """The deed of a finished visit to the activity `id`; None while nothing of it counts, or once it was tallied."""
    spans = visit_spans(session, visit)
    if spans is None or visit.tallied or activity.organisation is None:
        return None
    return Service(
        source=attendance_id(id, session.session, member),
        source_kind="attendance",
        occasion=id,
        member=member,
        organisation=activity.organisation,
        rules=activity.rules,
        service_day=business_day(session.starts_at),
        minutes_planned=minutes_of((session.starts_at, session.ends_at)),
        minutes_seen=minutes_of(*spans),
        spans=tuple(Span(*span) for span in spans),
        # A card can be scanned without its owner: who scanned vouches for the visit, and does not decide on it.
        attested_by=tuple(dict.fromkeys((*visit.attested_by, *visit.scanners))),
        again=visit.tallies_undone,
    )


def service_of_report(task: TaskState, claim: Claim, *, id: TaskId) -> Service | None:
    """The deed of an accepted report; None while nothing was reported."""
    if claim.minutes is None or claim.service_day is None or task.organisation is None:
        return None
    return Service(
        source=derived(id, "claim", claim.member),
        source_kind="task",
        occasion=id,
        member=claim.member,
        organisation=task.organisation,
        rules=task.rules,
        service_day=claim.service_day,
        minutes_planned=task.minutes_planned,
        minutes_seen=claim.minutes,
    )


def propose_awards(work: Work, service: Service) -> int:
    """As `propose_each`; gives how many were proposed."""
    return len(propose_each(work, service))


def propose_each(work: Work, service: Service) -> tuple[AwardId, ...]:
    """Propose one award a unit for the deed, in the name of `service.proposed_by`, and give their ids.

    Of two rules with one unit the first counts. Refuses with rule-not-in-force before anything is proposed, then with
    award-already-proposed, own-household-or-self (the proposer's own deed).
    """
    work.correlate(service.occasion)
    cases: dict[Unit, _Case] = {}
    for rule in service.rules:
        case = _Case(service, rule, in_force(work.state(RULE, rule), rule, service.service_day))
        cases.setdefault(case.unit, case)
    return tuple(_propose(work, case) for case in cases.values())


def proposal_of(work: Work, award: AwardId) -> AwardProposed:
    """The award's proposal; UnknownId where nobody proposed it."""
    proposal = work.state(AWARD, award).proposal
    if proposal is None:
        raise UnknownId(award)
    return proposal


def release_usage(work: Work, award: AwardId, proposal: AwardProposed) -> None:
    """Give back what a refused award had reserved; an award of 0 had reserved nothing."""
    if proposal.amount:
        work.act(USAGE, _usage_of(proposal.member, proposal.service_day), ReleaseUsage(award))


def restore_usage(work: Work, award: AwardId, proposal: AwardProposed) -> None:
    """Reserve again what `release_usage` gave back. Refuses with usage-taken-since."""
    terms = work.state(RULE, proposal.rule).versions[proposal.rule_version - 1].terms
    counted = _counted(work, proposal.member, proposal.service_day, proposal.unit)
    command = RestoreUsage(award, counted, terms.cap_day, terms.cap_month)
    work.act(USAGE, _usage_of(proposal.member, proposal.service_day), command)


def _propose(work: Work, case: _Case) -> AwardId:
    service, unit = case.service, case.unit
    award = award_id(service.source, service.member, unit, again=service.again)
    stream = _usage_of(service.member, service.service_day)
    usage = work.state(USAGE, stream)
    counted = _counted(work, service.member, service.service_day, unit) if service.spans else ()
    left = not_yet_counted(service.spans, counted)
    overlapping = service.minutes_seen - whole_minutes(left) if service.spans else 0
    proposal = _proposal(work, case, usage, overlapping=overlapping)
    work.act(AWARD, award, ProposeAward(award, proposal))
    if proposal.amount:
        work.act(USAGE, stream, ReserveUsage(award, unit, service.service_day, proposal.amount, left))
    return award


def _proposal(work: Work, case: _Case, usage: Usage, *, overlapping: int) -> AwardProposed:
    service, terms = case.service, case.version.terms
    deed = Deed(
        minutes_planned=service.minutes_planned,
        minutes_seen=service.minutes_seen,
        minutes_overlapping=overlapping,
        used_day=usage.on_day(case.unit, service.service_day),
        used_month=usage.in_month(case.unit),
    )
    return _as_stored(work, case, deed, reckon(terms, deed))


def _as_stored(work: Work, case: _Case, deed: Deed, reckoned: Reckoned) -> AwardProposed:
    service, terms = case.service, case.version.terms
    return AwardProposed(
        source=service.source,
        source_kind=service.source_kind,
        member=service.member,
        organisation=service.organisation,
        unit=case.unit,
        rule=case.rule,
        rule_version=case.version.number,
        service_day=service.service_day,
        minutes_planned=deed.minutes_planned,
        minutes_seen=deed.minutes_seen,
        minutes_credited=reckoned.minutes_credited,
        used_day=deed.used_day,
        used_month=deed.used_month,
        amount=reckoned.amount,
        notice_working_days=terms.notice_working_days,
        explanation=reckoned.explanation,
        proposed_by=service.proposed_by or work.actor,
        expiry_months=terms.expiry_months,
        occasion=service.occasion,
        attested_by=service.attested_by,
        clears_yearly=terms.clears_yearly,
    )


def _counted(work: Work, member: MemberId, day: date, unit: Unit) -> tuple[Span, ...]:
    """What already counts in the member's days around `day`: a visit over midnight may touch two months."""
    months = dict.fromkeys(month_of(near) for near in (day - NEAR, day, day + NEAR))
    usages = (work.state(USAGE, usage_id(member, month)) for month in months)
    return tuple(span for usage in usages for span in usage.spans(unit))


def _usage_of(member: MemberId, service_day: date) -> UsageId:
    return usage_id(member, month_of(service_day))
