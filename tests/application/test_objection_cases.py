"""Objections as people raise and decide them: who may, by when, and what becomes of the award and its limits."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from msgspec.structs import replace
from noticed import NOTICE_UNTIL, on_notice, reserved
from village import HOURLY, WEDNESDAY, Village, named

from ledger.application.awards import APPROVE_AWARDS, CREDIT_AWARD, ApproveAwards, CreditAward
from ledger.application.members import SUSPEND_MEMBER, SuspendMember
from ledger.application.objections import (
    DECIDE_OBJECTION,
    ESCALATE_OBJECTION,
    OBJECT_TO_AWARD,
    DecideObjection,
    EscalateObjection,
    ObjectToAward,
)
from ledger.application.programme import DRAFT_SETTINGS, PUBLISH_SETTINGS, DraftSettings, PublishSettings
from ledger.application.visit_corrections import ANNUL_VISIT, AnnulAttendance
from ledger.application.work import Work
from ledger.awards.events import AwardObjected, Decision, ObjectionDecided, ObjectionEscalated
from ledger.kernel.calendar import WeekdaysOnly
from ledger.kernel.envelope import Envelope
from ledger.kernel.ids import SYSTEM, ActivityId, AwardId, CommandId, MemberId
from ledger.programme.events import Settings


@pytest.fixture
def village() -> Village:
    village = Village()
    village.grant(village.keeper, "approver", village.street)
    return village


def object_(village: Village, award: AwardId, by: MemberId) -> None:
    assert village.run(OBJECT_TO_AWARD, ObjectToAward(award, "was-not-there"), by).code == "award-objected"


def decide(village: Village, award: AwardId, outcome: Decision, by: MemberId) -> None:
    decided = village.run(DECIDE_OBJECTION, DecideObjection(award, outcome, "list-checked"), by)
    assert decided.code == f"objection-{outcome}"


def escalate(village: Village, award: AwardId, by: MemberId) -> None:
    assert village.run(ESCALATE_OBJECTION, EscalateObjection(award), by).code == "objection-escalated"


def newest(village: Village, award: AwardId) -> object:
    return village.ledger.streams[award][-1]


def test_an_objection_stops_that_line_only(village: Village) -> None:
    ann, ben = on_notice(village, village.ann, village.ben)

    object_(village, ann, village.cai)

    assert newest(village, ann) == AwardObjected(village.cai, "was-not-there", date(2025, 10, 22), provisional=True)
    village.wait(days=9)
    stopped = village.refusal(CREDIT_AWARD, CreditAward(ann), SYSTEM)
    assert (stopped.code, stopped.facts()) == ("award-not-approved", {"state": "objected"})
    assert village.run(CREDIT_AWARD, CreditAward(ben), SYSTEM).code == "award-credited"


def test_the_days_for_deciding_are_those_of_the_community(village: Village) -> None:
    (award,) = on_notice(village, village.ann)
    draft = DraftSettings(village.community, Settings(objection_working_days=2))
    village.run(DRAFT_SETTINGS, draft, village.clerk)
    village.run(PUBLISH_SETTINGS, PublishSettings(village.community, 1, date(2025, 10, 15)), village.approver)

    object_(village, award, village.cai)

    assert newest(village, award) == AwardObjected(village.cai, "was-not-there", date(2025, 10, 17), provisional=True)


def test_only_members_of_the_community_in_good_standing_object(village: Village) -> None:
    (award,) = on_notice(village, village.ann)
    village.run(SUSPEND_MEMBER, SuspendMember(village.ben, "under-review"), village.clerk)
    request = ObjectToAward(award, "was-not-there")

    outside = village.refusal(OBJECT_TO_AWARD, request, village.dan)
    suspended = village.refusal(OBJECT_TO_AWARD, request, village.ben)
    unknown = village.refusal(OBJECT_TO_AWARD, ObjectToAward(AwardId(named("none")), "x"), village.ann)

    assert (outside.code, outside.facts()) == ("unknown-id", {"id": award})
    assert (suspended.code, unknown.code) == ("member-suspended", "unknown-id")
    assert village.refusal(OBJECT_TO_AWARD, request, SYSTEM).code == "unknown-id"


def test_upheld_gives_back_what_the_award_had_reserved_and_rejected_keeps_it(village: Village) -> None:
    ann, ben = on_notice(village, village.ann, village.ben)
    for award in (ann, ben):
        object_(village, award, village.cai)

    decide(village, ann, "upheld", village.second_approver)
    decide(village, ben, "rejected", village.second_approver)

    assert (village.award(ann).status, reserved(village, village.ann)) == ("refused", 0)
    assert (village.award(ben).status, reserved(village, village.ben)) == ("on_notice", 2)
    assert village.award(ben).notice_until == NOTICE_UNTIL


def test_who_had_a_part_or_lives_with_one_of_them_does_not_decide(village: Village) -> None:
    approved_by_second, of_cai = (
        on_notice(village, who, by=village.second_approver, name=name)[0]
        for who, name in ((village.ann, "first"), (village.cai, "second"))
    )
    village.grant(village.clerk, "approver", village.community)
    object_(village, approved_by_second, village.cai)
    object_(village, of_cai, village.ben)

    def refused(award: AwardId, by: MemberId) -> str:
        return village.refusal(DECIDE_OBJECTION, DecideObjection(award, "upheld", "x"), by).code

    assert refused(approved_by_second, village.second_approver) == "involved-in-award"
    assert refused(approved_by_second, village.clerk) == "involved-in-award"
    assert refused(approved_by_second, village.approver) == "involved-in-award"
    assert refused(of_cai, village.approver) == "own-household-or-self"
    for actor in (village.second_clerk, village.ann, village.administrator, SYSTEM):
        assert refused(of_cai, actor) == "not-permitted"
    assert refused(of_cai, village.eve) == "unknown-id"
    decide(village, of_cai, "upheld", village.keeper)


def test_a_rejected_objection_goes_to_the_street_which_decides_for_good(village: Village) -> None:
    (award,) = on_notice(village, village.ann)
    object_(village, award, village.cai)
    decide(village, award, "rejected", village.second_approver)

    escalate(village, award, village.cai)

    assert newest(village, award) == ObjectionEscalated(village.cai, village.street, date(2025, 10, 22), True)
    village.grant(village.clerk, "approver", village.community)
    below = village.refusal(DECIDE_OBJECTION, DecideObjection(award, "upheld", "x"), village.clerk)
    assert below.code == "not-permitted"
    decide(village, award, "rejected", village.keeper)
    assert newest(village, award) == ObjectionDecided(village.keeper, "rejected", "list-checked")
    assert village.refusal(ESCALATE_OBJECTION, EscalateObjection(award), village.cai).code == "objection-final"
    village.wait(days=9)
    assert village.run(CREDIT_AWARD, CreditAward(award), SYSTEM).code == "award-credited"


def test_the_credit_waits_until_nobody_can_take_the_decision_further(village: Village) -> None:
    (award,) = on_notice(village, village.ann)
    object_(village, award, village.cai)
    village.wait(days=7)
    decide(village, award, "rejected", village.second_approver)
    village.wait(days=7)

    waits = village.refusal(CREDIT_AWARD, CreditAward(award), SYSTEM)
    village.wait(days=1)

    assert (waits.code, waits.facts()) == ("decision-not-final", {"escalate_until": date(2025, 10, 29)})
    late = village.refusal(ESCALATE_OBJECTION, EscalateObjection(award), village.cai)
    assert (late.code, late.facts()) == ("escalation-too-late", {"escalate_until": date(2025, 10, 29)})
    assert village.run(CREDIT_AWARD, CreditAward(award), SYSTEM).code == "award-credited"


def test_whose_award_was_refused_goes_to_the_street_and_keeps_the_room_meanwhile(village: Village) -> None:
    (award,) = on_notice(village, village.ann)
    object_(village, award, village.cai)
    decide(village, award, "upheld", village.second_approver)
    assert village.refusal(ESCALATE_OBJECTION, EscalateObjection(award), village.cai).code == "not-yours-to-escalate"

    escalate(village, award, village.ann)

    assert (village.award(award).status, reserved(village, village.ann)) == ("objected", 2)
    decide(village, award, "rejected", village.keeper)
    village.wait(days=9)
    assert village.run(CREDIT_AWARD, CreditAward(award), SYSTEM).figures == {"amount": 2, "filled": 0}
    assert reserved(village, village.ann) == 2


def test_the_street_may_uphold_as_well(village: Village) -> None:
    (award,) = on_notice(village, village.ann)
    object_(village, award, village.cai)
    decide(village, award, "upheld", village.second_approver)
    escalate(village, award, village.ann)

    decide(village, award, "upheld", village.keeper)

    assert (village.award(award).status, reserved(village, village.ann)) == ("refused", 0)


def test_minutes_that_were_given_to_another_award_since_are_not_given_back(village: Village) -> None:
    (award,) = on_notice(village, village.ann, name="first")
    object_(village, award, village.cai)
    decide(village, award, "upheld", village.second_approver)
    village.now = WEDNESDAY + timedelta(minutes=60)
    on_notice(village, village.ann, name="second")

    refusal = village.refusal(ESCALATE_OBJECTION, EscalateObjection(award), village.ann)

    assert (refusal.code, refusal.facts()) == ("usage-taken-since", {"award": award})
    assert village.award(award).status == "refused"


def test_room_under_a_limit_that_was_used_since_is_not_given_back(village: Village) -> None:
    rule = village.published_rule(replace(HOURLY, cap_day=2), "capped")
    first = village.closed_activity([rule], {village.ann: 120}, name="first")
    village.tallied(first, village.ann, name="first")
    award = village.award_of(village.ann, name="first")
    village.run(APPROVE_AWARDS, ApproveAwards((award,)), village.approver)
    object_(village, award, village.cai)
    decide(village, award, "upheld", village.second_approver)
    on_notice(village, village.ann, name="second")

    assert village.refusal(ESCALATE_OBJECTION, EscalateObjection(award), village.ann).code == "usage-taken-since"


def test_the_visit_stays_as_it_is_while_its_refused_award_may_yet_count(village: Village) -> None:
    (award,) = on_notice(village, village.ann)
    object_(village, award, village.cai)
    decide(village, award, "upheld", village.second_approver)
    visit = village.visits(village.ann)[0]
    annul = AnnulAttendance(ActivityId(named("activity")), visit.session, village.ann, "was-not-there")

    refusal = village.refusal(ANNUL_VISIT, annul, village.second_clerk)
    village.wait(days=8)

    assert refusal.code == "visit-award-undecided"
    assert village.run(ANNUL_VISIT, annul, village.second_clerk).code == "visit-annulled"


def test_what_belongs_to_one_deed_carries_its_id(village: Village) -> None:
    (award,) = on_notice(village, village.ann)
    village.wait(days=9)
    work = Work(village.ledger, Envelope(village.now, SYSTEM, CommandId(uuid4())), WeekdaysOnly())

    CREDIT_AWARD.run(work, CreditAward(award))

    assert len(work.pending) == 3
    assert {pending.correlation for pending in work.pending} == {named("activity")}
