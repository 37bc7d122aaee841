"""Stories where a visit and its awards meet: nothing changes behind an award, and no minute counts twice."""

from datetime import timedelta

import pytest
from msgspec.structs import replace
from village import HOURLY, WEDNESDAY, Village, named

from ledger.activities.attendance import attendance_id
from ledger.application.activities import CLOSE_ACTIVITY, CloseActivity
from ledger.application.awards import (
    APPROVE_AWARDS,
    CREDIT_AWARD,
    REFUSE_AWARDS,
    ApproveAwards,
    CreditAward,
    RefuseAwards,
)
from ledger.application.check_ins import CHECK_IN, SCAN_MEMBER, CheckIn, ScanMember
from ledger.application.devices import REGISTER_DEVICE, RegisterDevice
from ledger.application.members import ISSUE_CARD, IssueCard
from ledger.application.scans import RECORD_DEVICE_SCAN, CodeSeen, RecordDeviceScan
from ledger.application.visit_corrections import (
    ANNUL_VISIT,
    CORRECT_VISIT,
    DECIDE_DISPUTE,
    DISPUTE_VISIT,
    AnnulAttendance,
    CorrectAttendance,
    DecideDisputedAttendance,
    DisputeAttendance,
)
from ledger.awards.award import award_id
from ledger.awards.events import Step
from ledger.awards.refusals import ProposerCannotApprove
from ledger.kernel.ids import SYSTEM, ActivityId, AwardId, CardId, DeviceId, MemberId, SessionId
from ledger.kernel.units import Unit

SOON = replace(HOURLY, notice_working_days=0)


@pytest.fixture
def village() -> Village:
    return Village()


def session_of(name: str = "activity") -> SessionId:
    return SessionId(named(f"{name} session"))


def tallied(village: Village, minutes: int = 60) -> ActivityId:
    """An activity of two hours to which ann came for so many minutes, tallied."""
    activity = village.closed_activity([village.published_rule(replace(SOON, floor_percent=0))], {village.ann: minutes})
    village.wait(minutes=120)
    village.tallied(activity, village.ann)
    return activity


def annul(village: Village, activity: ActivityId) -> AnnulAttendance:
    return AnnulAttendance(activity, session_of(), village.ann, "wrong-card")


def correct(village: Village, activity: ActivityId, minutes: int) -> CorrectAttendance:
    until = WEDNESDAY + timedelta(minutes=minutes)
    return CorrectAttendance(activity, session_of(), village.ann, WEDNESDAY, until, "wrong-clock")


def clerk_who_approves(village: Village) -> MemberId:
    """Somebody who may both correct visits and approve awards."""
    village.grant(village.second_approver, "staff", village.community)
    return village.second_approver


def second_award(village: Village, activity: ActivityId) -> AwardId:
    return award_id(attendance_id(activity, session_of(), village.ann), village.ann, Unit.POINTS, again=1)


def test_while_an_award_is_undecided_it_must_be_refused_before_the_visit_changes(village: Village) -> None:
    activity = tallied(village)
    award = village.award_of(village.ann)

    asked = (ANNUL_VISIT, annul(village, activity)), (CORRECT_VISIT, correct(village, activity, 120))
    for use_case, request in asked:
        refusal = village.refusal(use_case, request, village.second_clerk)
        assert (refusal.code, refusal.facts()) == ("visit-award-undecided", {"minutes_seen": 60})
    village.run(APPROVE_AWARDS, ApproveAwards((award,)), village.approver)
    assert village.refusal(ANNUL_VISIT, annul(village, activity), village.second_clerk).code == "visit-award-undecided"


def test_once_an_award_counts_only_taking_it_back_changes_the_visit(village: Village) -> None:
    activity = tallied(village)
    award = village.award_of(village.ann)
    village.run(APPROVE_AWARDS, ApproveAwards((award,)), village.approver)
    village.run(CREDIT_AWARD, CreditAward(award), SYSTEM)

    asked = (ANNUL_VISIT, annul(village, activity)), (CORRECT_VISIT, correct(village, activity, 120))
    for use_case, request in asked:
        assert village.refusal(use_case, request, village.second_clerk).code == "visit-already-tallied"


def test_after_a_refused_award_the_corrected_visit_is_tallied_anew(village: Village) -> None:
    activity = tallied(village)
    village.run(REFUSE_AWARDS, RefuseAwards((village.award_of(village.ann),), "wrong-minutes"), village.approver)

    village.run(CORRECT_VISIT, correct(village, activity, 120), clerk_who_approves(village))
    again = village.tallied(activity, village.ann)

    award = village.award(second_award(village, activity)).proposal
    assert again.figures["proposed"] == 1
    assert award
    source = attendance_id(activity, session_of(), village.ann)
    assert (award.amount, award.minutes_seen, award.source) == (2, 120, source)
    assert village.award(village.award_of(village.ann)).status == "refused"


def test_who_corrected_a_visit_does_not_approve_what_it_earns(village: Village) -> None:
    activity = village.closed_activity([village.published_rule(replace(SOON, floor_percent=0))], {village.ann: 60})
    village.wait(minutes=120)
    both = clerk_who_approves(village)
    village.run(CORRECT_VISIT, correct(village, activity, 120), both)
    village.tallied(activity, village.ann)
    approve = ApproveAwards((village.award_of(village.ann),))

    assert isinstance(village.answer(APPROVE_AWARDS, approve, both), ProposerCannotApprove)
    assert village.run(APPROVE_AWARDS, approve, village.approver).figures["approved"] == 1


def test_who_sent_a_visit_from_a_device_does_not_approve_what_it_earns(village: Village) -> None:
    activity = village.closed_activity([village.published_rule(replace(SOON, floor_percent=0))], {})
    village.wait(minutes=120)
    both, device, card = clerk_who_approves(village), DeviceId(named("gate")), CardId(named("card"))
    village.run(REGISTER_DEVICE, RegisterDevice(device, village.community), both)
    village.run(ISSUE_CARD, IssueCard(village.ann, card), both)
    for sequence, direction, minutes in ((1, "in", 0), (2, "out", 120)):
        seen_at = WEDNESDAY + timedelta(minutes=minutes)
        scan = RecordDeviceScan(
            device=device,
            sequence=sequence,
            content=f"{sequence:032x}",
            activity=activity,
            direction=direction,  # type: ignore[arg-type]
            seen_at=seen_at,
            sent_at=village.now,
            code=CodeSeen("card", village.ann, card),
        )
        assert village.run(RECORD_DEVICE_SCAN, scan, both).figures["for_review"] == 0
    village.tallied(activity, village.ann)
    approve = ApproveAwards((village.award_of(village.ann),))

    assert isinstance(village.answer(APPROVE_AWARDS, approve, both), ProposerCannotApprove)
    assert village.run(APPROVE_AWARDS, approve, village.approver).figures["approved"] == 1


def test_after_a_refused_award_a_visit_can_be_annulled_and_what_is_scanned_then_is_tallied(village: Village) -> None:
    activity = tallied(village)
    village.run(REFUSE_AWARDS, RefuseAwards((village.award_of(village.ann),), "wrong-person"), village.approver)
    village.run(ANNUL_VISIT, annul(village, activity), village.second_clerk)
    nothing_left = village.tallied(activity, village.ann)

    for minutes, direction in ((0, "in"), (120, "out")):
        seen_at = WEDNESDAY + timedelta(minutes=minutes)
        scan = ScanMember(activity, village.ann, seen_at, "card", direction)  # type: ignore[arg-type]
        village.run(SCAN_MEMBER, scan, village.clerk)
    again = village.tallied(activity, village.ann)

    assert (nothing_left.figures["skipped"], again.figures["tallied"]) == (1, 1)
    award = village.award(second_award(village, activity)).proposal
    assert award
    assert award.amount == 2


def test_a_disputed_visit_is_tallied_once_somebody_decided(village: Village) -> None:
    activity = village.closed_activity([village.published_rule(SOON)], {village.ann: 120})
    village.run(DISPUTE_VISIT, DisputeAttendance(activity, session_of(), "left-later"), village.ann)

    before = village.tallied(activity, village.ann)
    verdict = DecideDisputedAttendance(activity, session_of(), village.ann, "rejected", "seen")
    village.run(DECIDE_DISPUTE, verdict, village.second_clerk)
    after = village.tallied(activity, village.ann)

    assert (before.figures["skipped"], after.figures["tallied"]) == (1, 1)


def test_of_two_visits_at_once_both_stand_and_each_minute_counts_once_even_in_pieces(village: Village) -> None:
    rule, start = village.published_rule(replace(SOON, floor_percent=0)), village.now
    village.open_activity([rule], "choir")
    village.open_activity([rule], "garden")

    def seen(name: str, direction: str, minutes: int) -> None:
        village.now = start + timedelta(minutes=minutes)
        scan = CheckIn(ActivityId(named(name)), village.now, "kiosk", direction)  # type: ignore[arg-type]
        assert village.run(CHECK_IN, scan, village.ann).code == f"checked-{direction}"

    # given somebody at the choir for two hours, who goes to the garden before, in the middle and after
    seen("garden", "in", -15)
    seen("choir", "in", 0)
    seen("garden", "out", 30)
    seen("garden", "in", 60)
    seen("garden", "out", 90)
    seen("choir", "out", 120)
    for name in ("choir", "garden"):
        village.run(CLOSE_ACTIVITY, CloseActivity(ActivityId(named(name))), village.clerk)

    # when both are tallied
    for name in ("choir", "garden"):
        village.tallied(ActivityId(named(name)), village.ann, name=name)

    # then the garden counts its quarter of an hour that the choir does not
    garden = village.award(village.award_of(village.ann, name="garden")).proposal
    assert garden
    assert (garden.minutes_seen, garden.minutes_credited) == (75, 15)
    assert garden.explanation[:2] == (Step("seen", 75), Step("overlap", 15, 60))
