"""Deeds and what becomes of their awards: proposed, decided on, objected to, credited, taken back."""

from datetime import timedelta
from uuid import UUID

from ledger.application.awards import (
    ACCEPT_REPORT,
    APPROVE_AWARDS,
    CREDIT_AWARD,
    REFUSE_AWARDS,
    AcceptReport,
    ApproveAwards,
    CreditAward,
    RefuseAwards,
)
from ledger.application.objections import (
    DECIDE_OBJECTION,
    ESCALATE_OBJECTION,
    OBJECT_TO_AWARD,
    DecideObjection,
    EscalateObjection,
    ObjectToAward,
)
from ledger.application.reversals import (
    APPROVE_REVERSAL,
    PROPOSE_REVERSAL,
    REFUSE_REVERSAL,
    ApproveReversal,
    ProposeReversal,
    RefuseReversal,
)
from ledger.application.tasks import CLAIM_TASK, POST_TASK, REPORT_TASK, ClaimTask, PostTask, ReportTask
from ledger.kernel.ids import SYSTEM, AwardId, MemberId, TaskId

from .conduct import near
from .people import APPROVERS, CLERKS, COMMUNITY, RESIDENTS, RULE, STREET_APPROVER, named
from .town import Move, Town

HOUR = 60


def deed(town: Town) -> UUID | None:
    """Somebody does a task; a clerk accepts the report, which proposes an award."""
    member = town.choose.one(RESIDENTS)
    task = TaskId(named(f"task {town.world.position}"))
    until = town.world.now + timedelta(days=1)
    town.ask(POST_TASK, PostTask(task, COMMUNITY, 1, 8 * HOUR, until, (RULE,)), CLERKS[0])
    town.ask(CLAIM_TASK, ClaimTask(task), member)
    minutes = HOUR * town.choose.number(1, 12)
    town.ask(REPORT_TASK, ReportTask(task, minutes, town.world.today), member)
    asked = town.ask(ACCEPT_REPORT, AcceptReport(task, member, minutes), town.actor(CLERKS[1]))
    return next((one.stream for one in asked.stored if one.stream in town.laws.awards), None)


def approved(town: Town) -> UUID | None:
    """An award on notice, with as few steps as it takes."""
    award = _one(town, "proposed") or deed(town)
    if award is None:
        return None
    for approver in (APPROVERS[1], _second_for(town, award)):
        if town.laws.awards[award] == "proposed":
            town.ask(APPROVE_AWARDS, ApproveAwards((AwardId(award),)), approver)
    return award if town.laws.awards[award] == "on_notice" else None


def _second_for(town: Town, award: UUID) -> MemberId:
    """Who may agree to it beside the second approver; the third is left to decide on objections where that can be."""
    return APPROVERS[2] if near(APPROVERS[0], town.laws.conduct.awards[award].member) else APPROVERS[0]


def credited(town: Town) -> UUID | None:
    """A credited award, with as few steps as it takes."""
    award = _one(town, "on_notice") or approved(town)
    if award is None:
        return None
    town.world.wait(days=4)
    asked = town.ask(CREDIT_AWARD, CreditAward(AwardId(award)), SYSTEM)
    return award if asked.is_accepted else None


def approve(town: Town) -> None:
    """Decide on one proposal or on all there are."""
    award = AwardId(town.pick(_all(town, "proposed"), lambda: deed(town)))
    batch = tuple(AwardId(one) for one in _all(town, "proposed")[:5]) if town.choose.often(20) else (award,)
    town.ask(APPROVE_AWARDS, ApproveAwards(batch), town.actor(*APPROVERS))


def refuse(town: Town) -> None:
    award = AwardId(town.pick(_all(town, "proposed"), lambda: deed(town)))
    town.ask(REFUSE_AWARDS, RefuseAwards((award,), "not-seen"), town.actor(*APPROVERS))


def credit(town: Town) -> None:
    """Credit what was long enough on notice, or not long enough."""
    award = AwardId(town.pick(_all(town, "on_notice"), lambda: approved(town)))
    town.world.wait(days=town.choose.one((0, 4, 5)))
    town.ask(CREDIT_AWARD, CreditAward(award), town.actor(SYSTEM))


def object_to(town: Town) -> None:
    found = _all(town, "credited" if town.choose.often(15) else "on_notice")
    award = AwardId(town.pick(found, lambda: approved(town)))
    town.ask(OBJECT_TO_AWARD, ObjectToAward(award, "was-not-there"), town.actor(*RESIDENTS, *CLERKS))


def objected(town: Town) -> UUID | None:
    """An award that somebody objects to, with as few steps as it takes."""
    award = approved(town)
    if award is None:
        return None
    town.ask(OBJECT_TO_AWARD, ObjectToAward(AwardId(award), "was-not-there"), RESIDENTS[3])
    return award


def decide_objection(town: Town) -> None:
    award = AwardId(town.pick(_all(town, "objected"), lambda: objected(town)))
    outcome = town.choose.one(("upheld", "rejected"))
    actor = town.actor(APPROVERS[0], APPROVERS[2], STREET_APPROVER)
    town.ask(DECIDE_OBJECTION, DecideObjection(award, outcome, "seen-by-others"), actor)


def escalate(town: Town) -> None:
    """Whoever lost by a decision takes it to the street; anybody may try."""
    found = town.laws.conduct.decided
    award = town.pick([*found] if town.choose.often(30) else [], lambda: _decided(town))
    actor = town.actor(*found.get(award, RESIDENTS))
    town.ask(ESCALATE_OBJECTION, EscalateObjection(AwardId(award)), actor)


def propose_reversal(town: Town) -> None:
    award = AwardId(town.pick([*_all(town, "credited"), *_all(town, "on_notice")], lambda: credited(town)))
    spent = town.choose.one(("other_lots", "owe", "write_off"))
    town.ask(PROPOSE_REVERSAL, ProposeReversal(award, "wrong-person", spent), town.actor(*CLERKS))


def approve_reversal(town: Town) -> None:
    award = AwardId(town.pick(_to_reverse(town), lambda: _reversal(town)))
    town.ask(APPROVE_REVERSAL, ApproveReversal(award), town.actor(APPROVERS[1], APPROVERS[2]))


def refuse_reversal(town: Town) -> None:
    award = AwardId(town.pick(_to_reverse(town), lambda: _reversal(town)))
    town.ask(REFUSE_REVERSAL, RefuseReversal(award, "it-was-right"), town.actor(*APPROVERS))


def _decided(town: Town) -> UUID | None:
    award = objected(town)
    if award is None:
        return None
    asked = town.ask(DECIDE_OBJECTION, DecideObjection(AwardId(award), "rejected", "seen"), APPROVERS[2])
    return award if asked.is_accepted else None


def _reversal(town: Town) -> UUID | None:
    award = credited(town)
    if award is None:
        return None
    spent = town.choose.one(("other_lots", "owe", "write_off"))
    asked = town.ask(PROPOSE_REVERSAL, ProposeReversal(AwardId(award), "wrong-person", spent), CLERKS[0])
    return award if asked.is_accepted else None


def _to_reverse(town: Town) -> list[UUID]:
    return [award for award in town.laws.conduct.reversals if town.laws.awards[award] in {"credited", "on_notice"}]


def _all(town: Town, status: str) -> list[UUID]:
    return [award for award, has in town.laws.awards.items() if has == status]


def _one(town: Town, status: str) -> UUID | None:
    found = _all(town, status)
    return found[-1] if found else None


MOVES = (
    Move("deed", deed),
    Move("approve awards", approve),
    Move("refuse awards", refuse, weight=6),
    Move("credit an award", credit),
    Move("object to an award", object_to, weight=3),
    Move("decide an objection", decide_objection, weight=3),
    Move("escalate an objection", escalate, weight=8),
    Move("propose a reversal", propose_reversal, weight=4),
    Move("approve a reversal", approve_reversal, weight=5),
    Move("refuse a reversal", refuse_reversal, weight=7),
)
