"""Awards in every state there is, and the commands that lead there: for stories and for the table of both."""

from datetime import date
from uuid import UUID

from ledger.awards.award import (
    AWARD,
    ApproveAward,
    Award,
    AwardCommand,
    CreditAward,
    ProposeAward,
    RefuseAward,
    award_id,
    lot_id,
)
from ledger.awards.events import AwardEvent, AwardProposed, Decision, Spent, Step
from ledger.awards.objection import DecideObjection, EscalateObjection, ObjectToAward
from ledger.awards.reversal import ApproveReversal, ProposeReversal, RefuseReversal, ReverseAward
from ledger.kernel.calendar import Deadline
from ledger.kernel.decider import fold
from ledger.kernel.ids import AccountId, MemberId, OrganisationId, RuleId
from ledger.kernel.units import Unit

MEMBER, PROPOSER, APPROVER, SOMEBODY, OTHER, OBJECTOR, STREET_APPROVER = (
    MemberId(UUID(int=number)) for number in (1, 2, 3, 8, 9, 10, 11)
)
PLACE, STREET = OrganisationId(UUID(int=6)), OrganisationId(UUID(int=12))
SOURCE = UUID(int=4)
ID = award_id(SOURCE, MEMBER, Unit.POINTS)
ACCOUNT = AccountId(UUID(int=5))
TODAY, UNTIL = date(2025, 10, 15), date(2025, 10, 22)
DECIDE_BY, ESCALATE_UNTIL, DAY_AFTER = date(2025, 10, 24), date(2025, 10, 29), date(2025, 10, 23)
AFTER_ALL = date(2025, 10, 30)
"""Notice over, and nothing can be taken further any more."""


def proposal(amount: int = 2, proposed_by: MemberId = PROPOSER, notice_working_days: int = 5) -> ProposeAward:
    return ProposeAward(
        ID,
        AwardProposed(
            source=SOURCE,
            source_kind="attendance",
            member=MEMBER,
            organisation=PLACE,
            unit=Unit.POINTS,
            rule=RuleId(UUID(int=7)),
            rule_version=1,
            service_day=TODAY,
            minutes_planned=120,
            minutes_seen=120,
            minutes_credited=120,
            used_day=0,
            used_month=0,
            amount=amount,
            notice_working_days=notice_working_days,
            explanation=(Step("seen", 120),),
            proposed_by=proposed_by,
        ),
    )


def approve(by: MemberId = APPROVER, *, same_household: bool = False, above: int = 500) -> ApproveAward:
    return ApproveAward(by, same_household, Deadline(UNTIL, provisional=False), above)


def refuse(by: MemberId = APPROVER, *, same_household: bool = False) -> RefuseAward:
    return RefuseAward(by, same_household, "not-seen")


def credit(today: date) -> CreditAward:
    return CreditAward(ACCOUNT, lot_id(ID), today)


def history(*commands: AwardCommand) -> list[AwardEvent]:
    events: list[AwardEvent] = []
    for command in commands:
        events += AWARD.decide(fold(AWARD, events), command)
    return events


def after(*commands: AwardCommand) -> Award:
    return fold(AWARD, history(*commands))


def object_(by: MemberId = OBJECTOR) -> ObjectToAward:
    return ObjectToAward(by, "was-not-there", Deadline(DECIDE_BY, provisional=False))


def decide(
    outcome: Decision, by: MemberId = SOMEBODY, *, near_beneficiary: bool = False, near_objector: bool = False
) -> DecideObjection:
    return DecideObjection(
        decided_by=by,
        outcome=outcome,
        reason="list-checked",
        near_beneficiary=near_beneficiary,
        near_objector=near_objector,
        escalate_until=Deadline(ESCALATE_UNTIL, provisional=False),
    )


def escalate(
    by: MemberId = OBJECTOR, to: OrganisationId | None = STREET, today: date = ESCALATE_UNTIL
) -> EscalateObjection:
    return EscalateObjection(by, to, Deadline(date(2025, 11, 5), provisional=False), today)


def propose_reversal(by: MemberId = PROPOSER, spent: Spent = "owe", *, same_household: bool = False) -> ProposeReversal:
    return ProposeReversal(by, same_household, "wrong-member", spent)


def approve_reversal(by: MemberId = APPROVER, *, above: int = 500, same_household: bool = False) -> ApproveReversal:
    return ApproveReversal(by, same_household, above)


def refuse_reversal(by: MemberId = APPROVER, *, same_household: bool = False) -> RefuseReversal:
    return RefuseReversal(by, same_household, "was-right")


def take_back(taken: int = 2) -> ReverseAward:
    return ReverseAward(taken=taken, from_other_lots=0, owed=0, written_off=0, expired=0, today=AFTER_ALL)


ON_NOTICE = (proposal(), approve())
OBJECTED = (*ON_NOTICE, object_())
CREDITED = (*ON_NOTICE, credit(AFTER_ALL))
STATES: dict[str, tuple[AwardCommand, ...]] = {
    "unknown": (),
    "proposed": (proposal(),),
    "approved by one of two": (proposal(), approve(above=1)),
    "approved by both": (proposal(), approve(OTHER, above=1), approve(above=1)),
    "on_notice": ON_NOTICE,
    "settled_empty": (proposal(amount=0), approve()),
    "refused": (proposal(), refuse()),
    "credited": CREDITED,
    "objected": OBJECTED,
    "objection rejected": (*OBJECTED, decide("rejected")),
    "objection upheld": (*OBJECTED, decide("upheld")),
    "escalated": (*OBJECTED, decide("rejected"), escalate()),
    "rejected for good": (*OBJECTED, decide("rejected"), escalate(), decide("rejected", STREET_APPROVER)),
    "on notice, reversal proposed": (*ON_NOTICE, propose_reversal()),
    "reversal proposed": (*CREDITED, propose_reversal()),
    "reversal approved": (*CREDITED, propose_reversal(), approve_reversal()),
    "reversed": (*CREDITED, propose_reversal(), approve_reversal(), take_back()),
}
"""How each state is reached."""
