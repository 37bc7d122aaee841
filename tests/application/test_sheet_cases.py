"""After a power cut: one person writes the list in, another approves it, and what it earns goes on notice at once."""

from datetime import date, timedelta
from typing import Any

import pytest
from programme_of import set_programme
from village import CARE, HOURLY, Village, named

from ledger.activities.activity_refusals import ActivityNotClosed, ActivityNotOpen, UnknownSession
from ledger.activities.attendance import ATTENDANCE, attendance_id
from ledger.activities.author_week import AUTHOR_WEEK, author_week_id
from ledger.activities.events import AttendanceTallied, HoursEntered, Session, SheetKind
from ledger.activities.sheet import LINES_MAX, SHEET
from ledger.activities.sheet_refusals import (
    EntererCannotDecide,
    LineAlreadyDecided,
    LineNotOnSheet,
    OwnHours,
    VisitAlreadyRecorded,
    WeekMinutesUsedUp,
)
from ledger.application.activities import (
    CANCEL_ACTIVITY,
    CLOSE_ACTIVITY,
    DRAFT_ACTIVITY,
    CancelActivity,
    CloseActivity,
    DraftActivity,
)
from ledger.application.authority import MemberSuspendedNow, NotPermitted, UnknownId
from ledger.application.awards import CREDIT_AWARD, TALLY_VISITS, CreditAward, TallyVisits
from ledger.application.batches import LinesOutOfBounds
from ledger.application.check_ins import CHECK_IN, CheckIn
from ledger.application.members import FORM_HOUSEHOLD, SUSPEND_MEMBER, FormHousehold, SuspendMember
from ledger.application.sheet_decisions import APPROVE_LINES, REFUSE_LINES, ApproveLines, RefuseLines
from ledger.application.sheets import ENTER_SHEET, EnteredLine, EnterSheet
from ledger.application.work import Outcome
from ledger.awards.refusals import RuleNotInForce
from ledger.awards.usage import USAGE, usage_id
from ledger.kernel.ids import SYSTEM, ActivityId, MemberId, RuleId, SessionId, SheetId
from ledger.kernel.refusal import Refusal
from ledger.kernel.units import Unit

PHOTO = "5e" * 32


class PaperVillage(Village):
    """A village whose activity of two hours is over and shut; the list of who was there is on paper."""

    def __init__(self) -> None:
        super().__init__()
        self.activity = ActivityId(named("activity"))
        self.session = SessionId(named("activity session"))
        self.start = self.now

    def shut(self, *rules: RuleId) -> None:
        self.open_activity(rules)
        self.wait(hours=3)
        self.run(CLOSE_ACTIVITY, CloseActivity(self.activity), self.clerk)

    def line(self, member: MemberId, minutes: int = 120) -> EnteredLine:
        return EnteredLine(member, self.start, self.start + timedelta(minutes=minutes))

    def asked(self, *members: MemberId, kind: SheetKind = "paper_sheet", **more: Any) -> EnterSheet:
        fields: dict[str, Any] = {
            "activity": self.activity,
            "session": self.session,
            "lines": tuple(map(self.line, members)),
            "evidence": PHOTO,
            "reason": None if kind == "paper_sheet" else "forgot-card",
        }
        return EnterSheet(kind=kind, **(fields | more))

    def entered(self, *members: MemberId, by: MemberId | None = None, **more: Any) -> SheetId:
        return SheetId(self.run(ENTER_SHEET, self.asked(*members, **more), by or self.clerk).ids["sheet"])

    def approved(self, sheet: SheetId, *members: MemberId, kind: SheetKind = "paper_sheet") -> Outcome:
        return self.run(APPROVE_LINES, ApproveLines(sheet, kind, members), self.second_approver)

    def visit(self, member: MemberId) -> Any:
        return self.ledger.load(ATTENDANCE, attendance_id(self.activity, self.session, member)).state

    def week_minutes(self, author: MemberId, week: str = "2025-W42", kind: SheetKind = "manual_hours") -> int:
        return self.ledger.load(AUTHOR_WEEK, author_week_id(author, week, kind)).state.minutes

    def used(self, member: MemberId) -> int:
        return self.ledger.load(USAGE, usage_id(member, "2025-10")).state.in_month(Unit.POINTS)


@pytest.fixture
def village() -> PaperVillage:
    return PaperVillage()


@pytest.fixture
def paid(village: PaperVillage) -> PaperVillage:
    """With one rule in force."""
    village.shut(village.published_rule(HOURLY))
    return village


def test_a_sheet_of_two_people_is_entered_and_approved_by_two(village: PaperVillage) -> None:
    village.shut(village.published_rule(HOURLY), village.published_rule(CARE, "care"))

    # when a clerk enters the list and an approver approves all of it
    entered = village.run(ENTER_SHEET, village.asked(village.ann, village.ben), village.clerk)
    sheet = SheetId(entered.ids["sheet"])
    outcome = village.approved(sheet)

    # then both visits stand, tallied, and what they earn is on notice, by the same two people
    assert entered.figures == {"lines": 2, "minutes": 240, "recorded_before": 0, "left_out": 0}
    assert outcome.code == "lines-approved"
    assert (outcome.figures["approved"], outcome.figures["awards"], outcome.figures["split_off"]) == (2, 4, 0)
    for member in (village.ann, village.ben):
        award = village.award(village.award_of(member))
        assert award.proposal
        assert (award.status, award.decided_by) == ("on_notice", village.second_approver)
        assert (award.proposal.amount, award.proposal.proposed_by) == (2, village.clerk)
        assert (award.proposal.source_kind, award.proposal.occasion) == ("paper_sheet", village.activity)
        assert village.visit(member).minutes_seen == 120
        stored = village.ledger.streams[attendance_id(village.activity, village.session, member)]
        assert [type(event) for event in stored] == [HoursEntered, AttendanceTallied]


def test_what_a_sheet_earned_is_credited_after_its_notice(paid: PaperVillage) -> None:
    paid.approved(paid.entered(paid.ann))

    paid.wait(days=9)
    paid.run(CREDIT_AWARD, CreditAward(paid.award_of(paid.ann)), SYSTEM)

    assert paid.account(paid.ann).posted == 2


def test_a_tally_after_the_sheet_finds_the_visit_done(paid: PaperVillage) -> None:
    paid.approved(paid.entered(paid.ann))

    again = paid.run(TALLY_VISITS, TallyVisits(paid.activity, paid.visits(paid.ann)), paid.clerk)

    assert (again.figures["skipped"], again.figures["proposed"]) == (1, 0)
    assert paid.used(paid.ann) == 2


def test_an_activity_without_rules_keeps_the_hours_all_the_same(village: PaperVillage) -> None:
    village.shut()

    outcome = village.approved(village.entered(village.ann))

    assert (outcome.figures["approved"], outcome.figures["awards"]) == (1, 0)
    assert village.visit(village.ann).minutes_seen == 120


def test_who_was_scanned_is_told_when_entering_and_never_approved(village: PaperVillage) -> None:
    # given ann, whom the door saw before the power went
    village.closed_activity([village.published_rule(HOURLY)], {village.ann: 90})
    village.wait(hours=2)

    entered = village.run(ENTER_SHEET, village.asked(village.ann, village.ben), village.clerk)
    outcome = village.approved(SheetId(entered.ids["sheet"]))

    assert (entered.figures["recorded_before"], entered.ids["recorded_before_1"]) == (1, village.ann)
    assert (outcome.figures["approved"], outcome.figures["recorded_before"]) == (1, 1)
    assert village.visit(village.ann).minutes_seen is None
    only_ann = ApproveLines(SheetId(entered.ids["sheet"]), "paper_sheet", (village.ann,))
    assert isinstance(village.refusal(APPROVE_LINES, only_ann, village.second_approver), VisitAlreadyRecorded)


def test_of_two_sheets_with_one_line_the_first_approved_counts(paid: PaperVillage) -> None:
    first, second = paid.entered(paid.ann), paid.entered(paid.ann, paid.ben, by=paid.second_clerk)

    paid.approved(first)
    outcome = paid.approved(second)

    assert (outcome.figures["approved"], outcome.figures["recorded_before"]) == (1, 1)
    assert paid.used(paid.ann) == 2


def test_no_minute_counts_twice_though_it_was_spent_at_two_activities(paid: PaperVillage) -> None:
    # given hours of ann's at an activity that ran at the same time
    paid.approved(paid.entered(paid.ann))
    paid.now = paid.start
    other = paid.open_activity([RuleId(named("rule"))], "other")
    paid.wait(hours=3)
    paid.run(CLOSE_ACTIVITY, CloseActivity(other), paid.clerk)

    sheet = paid.entered(paid.ann, activity=other, session=SessionId(named("other session")))
    paid.approved(sheet)

    proposal = paid.award(paid.award_of(paid.ann, name="other")).proposal
    assert proposal
    assert (proposal.amount, [step.code for step in proposal.explanation][:2]) == (0, ["seen", "overlap"])


def test_lines_of_the_approvers_household_are_split_off_for_another(paid: PaperVillage) -> None:
    # cai lives with the first approver
    sheet = paid.entered(paid.ann, paid.cai)

    first = paid.run(APPROVE_LINES, ApproveLines(sheet, "paper_sheet"), paid.approver)
    assert (first.figures["approved"], first.figures["split_off"]) == (1, 1)
    left = ApproveLines(sheet, "paper_sheet", (paid.cai,))
    assert isinstance(paid.refusal(APPROVE_LINES, left, paid.approver), OwnHours)

    other = paid.approved(sheet)
    assert (other.figures["approved"], other.figures["decided_before"]) == (1, 1)
    assert isinstance(paid.refusal(APPROVE_LINES, left, paid.second_approver), LineAlreadyDecided)


def test_the_enterers_own_household_is_left_out_for_another_to_enter(paid: PaperVillage) -> None:
    paid.run(FORM_HOUSEHOLD, FormHousehold(paid.community, (paid.clerk, paid.ben)), paid.administrator)

    outcome = paid.run(ENTER_SHEET, paid.asked(paid.ann, paid.ben, paid.clerk), paid.clerk)

    assert (outcome.figures["lines"], outcome.figures["left_out"]) == (1, 2)
    assert (outcome.ids["left_out_1"], outcome.ids["left_out_2"]) == (paid.ben, paid.clerk)
    state = paid.ledger.load(SHEET, outcome.ids["sheet"]).state
    assert [one.line.member for one in state.lines] == [paid.ann]
    assert paid.entered(paid.ben, paid.clerk, by=paid.second_clerk)
    assert isinstance(paid.refusal(ENTER_SHEET, paid.asked(paid.ben), paid.clerk), OwnHours)


def test_whoever_entered_a_sheet_does_not_decide_on_it(paid: PaperVillage) -> None:
    paid.grant(paid.clerk, "approver", paid.community)
    sheet = paid.entered(paid.ann)

    for use_case, request in (
        (APPROVE_LINES, ApproveLines(sheet, "paper_sheet")),
        (REFUSE_LINES, RefuseLines(sheet, "paper_sheet", "not-seen")),
    ):
        assert isinstance(paid.refusal(use_case, request, paid.clerk), EntererCannotDecide)


def test_a_line_without_a_rule_in_force_waits_while_the_others_go_through(village: PaperVillage) -> None:
    village.shut(village.published_rule(HOURLY, valid_from=date(2025, 12, 1)))
    sheet = village.entered(village.ann)

    assert isinstance(
        village.refusal(APPROVE_LINES, ApproveLines(sheet, "paper_sheet"), village.second_approver), RuleNotInForce
    )
    assert village.visit(village.ann).in_at is None


def test_a_line_that_cannot_be_approved_leaves_no_trace(village: PaperVillage) -> None:
    # given two units, of which the second has no rule in force: the first must not be proposed either
    village.shut(village.published_rule(HOURLY), village.published_rule(CARE, "care", date(2025, 12, 1)))
    sheet = village.entered(village.ann)

    refusal = village.refusal(APPROVE_LINES, ApproveLines(sheet, "paper_sheet"), village.second_approver)

    assert isinstance(refusal, RuleNotInForce)
    assert village.award(village.award_of(village.ann)).status == "unknown"


def test_refused_lines_earn_nothing_and_stay_refused(paid: PaperVillage) -> None:
    sheet = paid.entered(paid.ann, paid.ben)

    refused = paid.run(
        REFUSE_LINES, RefuseLines(sheet, "paper_sheet", "not-on-photo", (paid.ann,)), paid.second_approver
    )
    approved = paid.approved(sheet)

    assert refused.figures == {"refused": 1, "split_off": 0, "decided_before": 0}
    assert (approved.figures["approved"], approved.figures["decided_before"]) == (1, 1)
    assert paid.visit(paid.ann).in_at is None


def test_manual_hours_are_marked_as_such(paid: PaperVillage) -> None:
    sheet = paid.entered(paid.ann, kind="manual_hours")

    paid.approved(sheet, kind="manual_hours")

    proposal = paid.award(paid.award_of(paid.ann)).proposal
    assert proposal
    assert proposal.source_kind == "manual_hours"


def test_manual_hours_of_one_author_are_capped_by_the_week(paid: PaperVillage) -> None:
    # given ten hours, which is what a week has room for by default
    paid.entered(paid.ann, paid.ben, paid.cai, paid.keeper, paid.approver, kind="manual_hours")
    assert paid.week_minutes(paid.clerk) == 600

    refusal = paid.refusal(ENTER_SHEET, paid.asked(paid.dan, kind="manual_hours"), paid.clerk)

    assert isinstance(refusal, WeekMinutesUsedUp)
    assert refusal.facts() == {"asked": 120, "used": 600, "allowed": 600}
    assert paid.entered(paid.dan, kind="manual_hours", by=paid.second_clerk)
    assert paid.entered(paid.dan)
    paid.wait(days=5)
    assert paid.entered(paid.dan, kind="manual_hours")


def test_refused_manual_hours_give_their_minutes_back(paid: PaperVillage) -> None:
    sheet = paid.entered(paid.ann, paid.ben, kind="manual_hours")

    paid.wait(days=6)
    paid.run(REFUSE_LINES, RefuseLines(sheet, "manual_hours", "not-seen", (paid.ben,)), paid.second_approver)

    assert (paid.week_minutes(paid.clerk), paid.week_minutes(paid.clerk, "2025-W43")) == (120, 0)


def test_a_paper_sheet_takes_of_another_week_than_manual_hours(paid: PaperVillage) -> None:
    sheet = paid.entered(paid.ann, paid.ben)

    assert (paid.week_minutes(paid.clerk), paid.week_minutes(paid.clerk, kind="paper_sheet")) == (0, 240)
    paid.run(REFUSE_LINES, RefuseLines(sheet, "paper_sheet", "not-seen", (paid.ben,)), paid.second_approver)
    assert paid.week_minutes(paid.clerk, kind="paper_sheet") == 120


def test_paper_sheets_of_one_author_are_capped_by_the_week(paid: PaperVillage) -> None:
    set_programme(paid, paper_week_minutes_max=240)
    paid.entered(paid.ann, paid.ben)

    refusal = paid.refusal(ENTER_SHEET, paid.asked(paid.dan), paid.clerk)

    assert (refusal.code, refusal.facts()) == ("week-minutes-used-up", {"asked": 120, "used": 240, "allowed": 240})
    assert paid.entered(paid.dan, by=paid.second_clerk)


def test_who_may_enter_and_who_may_approve(paid: PaperVillage) -> None:
    leader, other = paid.person("leader"), paid.ann
    sheet = paid.entered(paid.ben)

    assert isinstance(paid.refusal(ENTER_SHEET, paid.asked(paid.ben), other), NotPermitted)
    assert isinstance(paid.refusal(ENTER_SHEET, paid.asked(paid.ben), paid.approver), NotPermitted)
    assert isinstance(paid.refusal(ENTER_SHEET, paid.asked(paid.ben), paid.eve), UnknownId)
    paid.grant(other, "team_leader", paid.community)
    assert isinstance(paid.refusal(ENTER_SHEET, paid.asked(paid.ben), other), NotPermitted)
    for actor, kind in ((paid.second_clerk, NotPermitted), (paid.eve, UnknownId), (leader, NotPermitted)):
        assert isinstance(paid.refusal(APPROVE_LINES, ApproveLines(sheet, "paper_sheet"), actor), kind)


def test_a_sheet_is_decided_on_as_what_it_is(paid: PaperVillage) -> None:
    sheet = paid.entered(paid.ann)

    for asked in (ApproveLines(sheet, "manual_hours"), ApproveLines(SheetId(named("no sheet")), "paper_sheet")):
        assert isinstance(paid.refusal(APPROVE_LINES, asked, paid.second_approver), UnknownId)
    stranger = ApproveLines(sheet, "paper_sheet", (paid.ben,))
    assert isinstance(paid.refusal(APPROVE_LINES, stranger, paid.second_approver), LineNotOnSheet)


def test_lines_are_approved_once_the_door_is_shut(village: PaperVillage) -> None:
    village.open_activity([village.published_rule(HOURLY)])
    village.wait(hours=2)
    sheet = village.entered(village.ann)

    refusal = village.refusal(APPROVE_LINES, ApproveLines(sheet, "paper_sheet"), village.second_approver)

    assert isinstance(refusal, ActivityNotClosed)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"session": SessionId(named("elsewhere"))}, UnknownSession),
        ({"lines": ()}, LinesOutOfBounds),
        ({"activity": ActivityId(named("elsewhere"))}, UnknownId),
    ],
)
def test_what_cannot_be_entered(paid: PaperVillage, change: dict[str, Any], refusal: type[Refusal]) -> None:
    assert isinstance(paid.refusal(ENTER_SHEET, paid.asked(paid.ann, **change), paid.clerk), refusal)


@pytest.mark.parametrize("kind", ["paper_sheet", "manual_hours"])
def test_a_sheet_has_only_so_many_lines(paid: PaperVillage, kind: SheetKind) -> None:
    lines = (paid.line(paid.ann),) * (LINES_MAX[kind] + 1)

    assert isinstance(paid.refusal(ENTER_SHEET, paid.asked(kind=kind, lines=lines), paid.clerk), LinesOutOfBounds)


def test_hours_are_entered_for_members_in_good_standing(paid: PaperVillage) -> None:
    paid.run(SUSPEND_MEMBER, SuspendMember(paid.ann, "fraud"), paid.clerk)

    assert isinstance(paid.refusal(ENTER_SHEET, paid.asked(paid.ann), paid.clerk), MemberSuspendedNow)
    nobody = MemberId(named("nobody"))
    assert isinstance(paid.refusal(ENTER_SHEET, paid.asked(nobody), paid.clerk), UnknownId)


def test_no_hours_are_entered_for_what_residents_never_saw(village: PaperVillage) -> None:
    session = Session(village.session, village.now, village.now + timedelta(hours=2))
    village.run(
        DRAFT_ACTIVITY, DraftActivity(village.activity, village.community, village.clerk, (session,), ()), village.clerk
    )
    assert isinstance(village.refusal(ENTER_SHEET, village.asked(village.ann), village.clerk), ActivityNotOpen)
    village.run(CANCEL_ACTIVITY, CancelActivity(village.activity, "weather"), village.clerk)
    assert isinstance(village.refusal(ENTER_SHEET, village.asked(village.ann), village.clerk), ActivityNotOpen)


def test_a_scan_of_the_code_after_the_hours_changes_nothing(village: PaperVillage) -> None:
    village.open_activity([village.published_rule(HOURLY)])
    village.wait(hours=2)
    sheet = village.entered(village.ann)
    village.run(CLOSE_ACTIVITY, CloseActivity(village.activity), village.clerk)
    village.approved(sheet)
    stored = len(village.ledger.log)

    village.run(CHECK_IN, CheckIn(village.activity, village.now, "kiosk", "out"), village.ann)

    assert len(village.ledger.log) == stored
