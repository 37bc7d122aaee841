"""Stories of who is no longer here: leaving with a choice, coming back, a death on record, moving home."""

from datetime import timedelta
from uuid import uuid4

import pytest
from exchanging import asked, balances, handed_over, lying_ready, offered, redemption_of, with_points
from noticed import on_notice
from village import Village, named

from ledger.accounts.events import Debited
from ledger.application.activities import SIGN_UP, SignUp
from ledger.application.adjustments import PROPOSE_ADJUSTMENT, ProposeAdjustment
from ledger.application.awards import CREDIT_AWARD, CreditAward
from ledger.application.freezes import FREEZE_ACCOUNT, FreezeAccount
from ledger.application.members import (
    APPROVE_RETURN,
    CONFIRM_DEATH,
    GIVE_CONSENT,
    ISSUE_CARD,
    LEAVE_MEMBERSHIP,
    MOVE_HOME,
    PROPOSE_RETURN,
    REPORT_DEATH,
    WITHDRAW_DEATH_REPORT,
    ApproveReturn,
    ConfirmDeath,
    GiveConsent,
    IssueCard,
    LeaveMembership,
    MoveHome,
    OpenThings,
    Place,
    ProposeReturn,
    ReportDeath,
    WithdrawDeathReport,
)
from ledger.application.redemptions import REQUEST_REDEMPTION, RequestRedemption
from ledger.application.returns import RETURN_GOODS, ReturnGoods
from ledger.application.tasks import CLAIM_TASK, POST_TASK, ClaimTask, PostTask
from ledger.application.winding_up import OPEN_THINGS_MAX
from ledger.kernel.clock import business_day
from ledger.kernel.ids import SYSTEM, ActivityId, CardId, MemberId, RedemptionId, SessionId, TaskId
from ledger.kernel.units import Unit
from ledger.membership.household import HOUSEHOLD
from ledger.membership.member import MEMBER
from ledger.membership.member_state import MemberState
from ledger.tasks.decide import TASK


def standing(village: Village, member: MemberId) -> MemberState:
    return village.ledger.load(MEMBER, member).state


def place(village: Village, member: MemberId) -> Place:
    """A place in a session that is to come."""
    activity = village.open_activity([], name="to come")
    session = SessionId(named("to come session"))
    village.run(SIGN_UP, SignUp(activity, session), member)
    return Place(activity, session)


def claim(village: Village, member: MemberId) -> TaskId:
    task = TaskId(uuid4())
    until = village.now + timedelta(days=3)
    village.run(POST_TASK, PostTask(task, village.community, 1, 60, until, ()), village.clerk)
    village.run(CLAIM_TASK, ClaimTask(task), member)
    return task


def gone(village: Village, member: MemberId) -> None:
    village.run(LEAVE_MEMBERSHIP, LeaveMembership("dormant"), member)


def test_who_leaves_gives_everything_back_in_one_commit() -> None:
    # given somebody with goods asked for, a place, a claim, a card, a consent and a household
    village = with_points()
    village.give_points(village.cai, 6, "cai giving")
    reward = offered(village, "soap", 2)
    redemption = asked(village, reward, 2, village.cai)
    card, household = CardId(uuid4()), standing(village, village.cai).household
    village.run(ISSUE_CARD, IssueCard(village.cai, card), village.clerk)
    village.run(GIVE_CONSENT, GiveConsent("boards", "1"), village.cai)
    found = OpenThings((redemption,), (place(village, village.cai),), (claim(village, village.cai),))

    # when they leave, and let their points rest
    left = village.run(LEAVE_MEMBERSHIP, LeaveMembership("dormant", found=found), village.cai)

    # then nothing of theirs is in anybody's way, and the points are all there
    assert left.code == "member-left"
    assert left.figures == {
        "redemptions_cancelled": 1,
        "places_given_up": 1,
        "claims_given_back": 1,
        "roles_ended": 0,
        "cards_revoked": 1,
        "teams_left": 0,
    }
    state = standing(village, village.cai)
    assert (state.status, state.cards, state.consents, state.household) == ("left", frozenset(), (), None)
    assert household is not None
    assert village.cai not in village.ledger.load(HOUSEHOLD, household).state.members
    assert redemption_of(village, redemption).status == "cancelled"
    assert village.ledger.load(TASK, found.tasks[0]).state.claim_of(village.cai) is None
    assert balances(village, village.cai) == (6, 0)
    assert village.refusal(REQUEST_REDEMPTION, RequestRedemption(reward, 1), village.cai).code == "unknown-id"
    assert village.refusal(LEAVE_MEMBERSHIP, LeaveMembership("dormant"), village.cai).code == "member-has-left"


def test_what_is_donated_goes_to_the_programme_and_so_does_what_comes_off_notice_later() -> None:
    village = with_points()
    (award,) = on_notice(village, village.ann, hours=3, by=village.second_approver)

    left = village.run(LEAVE_MEMBERSHIP, LeaveMembership("donate"), village.ann)
    village.wait(days=9)
    village.run(CREDIT_AWARD, CreditAward(award), SYSTEM)

    assert (left.figures["points_donated"], left.figures["care_minutes_donated"]) == (10, 0)
    assert village.account(village.ann).posted == 0
    gone_to = [event.counter.kind for _, event in village.ledger.log if isinstance(event, Debited)]
    assert gone_to == ["donated", "donated"]


def test_nothing_is_settled_while_anything_is_left_or_still_to_come() -> None:
    village = with_points()
    settling = LeaveMembership("settle")

    left = village.refusal(LEAVE_MEMBERSHIP, settling, village.ann)
    (award,) = on_notice(village, village.ben, by=village.second_approver)
    coming = village.refusal(LEAVE_MEMBERSHIP, LeaveMembership("settle", coming=(award,)), village.ben)

    assert (left.code, left.facts()) == ("balance-not-settled", {"unit": "points", "posted": 10, "coming": 0})
    assert (coming.code, coming.facts()) == ("balance-not-settled", {"unit": None, "posted": 0, "coming": 1})
    assert village.run(LEAVE_MEMBERSHIP, settling, village.ben).code == "member-left"


def test_a_hold_nobody_named_stops_the_leaving_and_changes_nothing() -> None:
    village = with_points()
    redemption = asked(village, offered(village, "soap", 2))

    missed = village.refusal(LEAVE_MEMBERSHIP, LeaveMembership("donate"), village.ann)
    strangers = OpenThings((redemption, RedemptionId(uuid4())), (Place(ActivityId(uuid4()), SessionId(uuid4())),))
    others = village.run(LEAVE_MEMBERSHIP, LeaveMembership("donate", found=strangers), village.ben)

    assert (missed.code, missed.facts()) == ("still-held", {"unit": "points", "held": 4})
    assert others.figures["redemptions_cancelled"] == 0
    assert redemption_of(village, redemption).status == "requested"


def test_more_than_one_commit_undoes_is_refused_with_what_it_is() -> None:
    village = Village()
    many = OpenThings(tasks=tuple(TaskId(uuid4()) for _ in range(OPEN_THINGS_MAX + 1)))

    refusal = village.refusal(LEAVE_MEMBERSHIP, LeaveMembership("dormant", found=many), village.ann)

    assert refusal.code == "too-much-open"
    assert refusal.facts() == {"redemptions": 0, "places": 0, "tasks": 61, "open_max": 60}


def test_a_frozen_account_or_a_debt_is_not_donated_away() -> None:
    village = with_points()
    until = business_day(village.now) + timedelta(days=3)
    freeze = FreezeAccount(village.ann, Unit.POINTS, "out", until, "under-review")
    village.run(FREEZE_ACCOUNT, freeze, village.approver)

    assert village.refusal(LEAVE_MEMBERSHIP, LeaveMembership("donate"), village.ann).code == "account-frozen"
    assert village.run(LEAVE_MEMBERSHIP, LeaveMembership("dormant"), village.ann).code == "member-left"


def test_staff_end_a_membership_for_somebody_but_not_of_their_own_household() -> None:
    village = Village()

    assert village.refusal(LEAVE_MEMBERSHIP, LeaveMembership("dormant", village.ann), village.ben).code == (
        "not-permitted"
    )
    assert village.refusal(LEAVE_MEMBERSHIP, LeaveMembership("dormant", village.dan), village.clerk).code == (
        "unknown-id"
    )
    own = village.refusal(LEAVE_MEMBERSHIP, LeaveMembership("dormant", village.cai), village.approver)
    assert own.code == "own-household-standing"
    assert village.run(LEAVE_MEMBERSHIP, LeaveMembership("dormant", village.cai), village.clerk).code == "member-left"
    assert village.refusal(LEAVE_MEMBERSHIP, LeaveMembership("dormant"), MemberId(uuid4())).code == "unknown-id"


def test_who_comes_back_by_two_people_has_what_rested() -> None:
    village = with_points()
    gone(village, village.ann)

    assert village.refusal(APPROVE_RETURN, ApproveReturn(village.ann), village.approver).code == "return-not-proposed"
    village.run(PROPOSE_RETURN, ProposeReturn(village.ann, "identity-card"), village.clerk)
    alone = village.refusal(APPROVE_RETURN, ApproveReturn(village.ann), village.clerk)
    back = village.run(APPROVE_RETURN, ApproveReturn(village.ann), village.second_clerk)

    assert alone.code == "own-standing-proposal"
    assert (back.code, back.figures["points"]) == ("member-returned", 10)
    assert standing(village, village.ann).status == "active"
    asked(village, offered(village, "soap", 2))
    here = village.refusal(PROPOSE_RETURN, ProposeReturn(village.ann, "identity-card"), village.clerk)
    assert here.code == "has-not-left"


def test_a_death_takes_two_people_and_lets_the_points_rest() -> None:
    village = with_points()
    redemption = lying_ready(village, offered(village, "soap", 2))
    found = OpenThings((redemption,))

    unknown = village.refusal(CONFIRM_DEATH, ConfirmDeath(village.ann, found), village.clerk)
    village.run(REPORT_DEATH, ReportDeath(village.ann, "death-certificate"), village.clerk)
    twice = village.refusal(REPORT_DEATH, ReportDeath(village.ann, "told"), village.second_clerk)
    alone = village.refusal(CONFIRM_DEATH, ConfirmDeath(village.ann, found), village.clerk)
    confirmed = village.run(CONFIRM_DEATH, ConfirmDeath(village.ann, found), village.approver)

    assert (unknown.code, twice.code, alone.code) == (
        "death-not-reported",
        "death-already-reported",
        "own-standing-proposal",
    )
    assert (confirmed.code, confirmed.figures["redemptions_cancelled"]) == ("death-confirmed", 1)
    assert (standing(village, village.ann).status, balances(village)) == ("deceased", (10, 0))
    again = village.refusal(REPORT_DEATH, ReportDeath(village.ann, "told"), village.clerk)
    assert again.code == "already-deceased"


def test_a_death_put_down_by_mistake_is_taken_back_before_or_after() -> None:
    village = Village()
    report = ReportDeath(village.ann, "told")
    village.run(REPORT_DEATH, report, village.clerk)

    assert village.run(WITHDRAW_DEATH_REPORT, WithdrawDeathReport(village.ann), village.clerk).code == (
        "death-report-withdrawn"
    )
    assert standing(village, village.ann).status == "active"
    village.run(REPORT_DEATH, report, village.clerk)
    village.run(CONFIRM_DEATH, ConfirmDeath(village.ann), village.approver)
    village.run(PROPOSE_RETURN, ProposeReturn(village.ann, "seen-in-person"), village.second_clerk)
    village.run(APPROVE_RETURN, ApproveReturn(village.ann), village.approver)
    assert standing(village, village.ann).status == "active"


@pytest.mark.parametrize("use_case", ["return", "death", "confirm"])
def test_nobody_decides_about_their_own_household(use_case: str) -> None:
    village = Village()
    about = {
        "return": (PROPOSE_RETURN, ProposeReturn(village.cai, "identity-card")),
        "death": (REPORT_DEATH, ReportDeath(village.cai, "told")),
        "confirm": (CONFIRM_DEATH, ConfirmDeath(village.cai)),
    }
    asked_for, request = about[use_case]

    assert village.refusal(asked_for, request, village.approver).code == "own-household-standing"


def test_who_moves_is_at_home_elsewhere_and_spends_what_they_have_where_they_earned_it() -> None:
    # given ann with ten points kept by her community, where a reward is listed
    village = with_points()
    reward, today = offered(village, "soap", 2), business_day(village.now)
    move = MoveHome(village.ann, village.next_door, today, "live-code", has_shown=True)

    # when the community she moves to writes it down
    assert village.refusal(MOVE_HOME, move, village.clerk).code == "unknown-id"
    moved = village.run(MOVE_HOME, move, village.eve)

    # then she is at home there, her account stays, and her old shelf serves her still
    assert moved.ids == {"member": village.ann, "home": village.next_door, "from": village.community}
    state = standing(village, village.ann)
    assert (state.home, state.home_since) == (village.next_door, today)
    keeper = village.account(village.ann).keeper
    assert keeper is not None
    assert keeper.organisation == village.community
    asked(village, reward)


def test_a_move_is_written_down_when_it_is_done_and_only_once() -> None:
    village = Village()
    today = business_day(village.now)

    def code(**fields: object) -> str:
        asked = {"member": village.ann, "home": village.next_door, "from_day": today, "basis": "live-code"}
        request = asked | {"has_shown": True} | fields
        return village.refusal(MOVE_HOME, MoveHome(**request), village.eve).code  # type: ignore[arg-type]

    assert code(from_day=today + timedelta(days=1)) == "move-day-not-possible"
    assert code(member=MemberId(uuid4())) == "unknown-id"
    assert code(member=village.dan) == "already-at-home"
    assert code(member=village.eve) == "own-household-standing"
    gone(village, village.ben)
    assert code(member=village.ben) == "member-has-left"
    village.run(MOVE_HOME, MoveHome(village.ann, village.next_door, today, "live-code", has_shown=True), village.eve)
    back = MoveHome(village.ann, village.community, today - timedelta(days=1), "live-code", has_shown=True)
    assert village.refusal(MOVE_HOME, back, village.clerk).code == "move-day-not-possible"


def test_nobody_pulls_somebody_in_by_an_id_alone() -> None:
    # given ann's card, and eve who moves members where ann is not at home
    village = Village()
    today, card, other = business_day(village.now), CardId(uuid4()), CardId(uuid4())
    village.run(ISSUE_CARD, IssueCard(village.ann, card), village.clerk)

    def move(**shown: object) -> MoveHome:
        return MoveHome(village.ann, village.next_door, today, "card-shown", **shown)  # type: ignore[arg-type]

    # then neither words nor a card of another's will do, and nothing is told about her
    assert village.refusal(MOVE_HOME, move(), village.eve).code == "unknown-id"
    assert village.refusal(MOVE_HOME, move(card=card), village.eve).code == "unknown-id"
    assert village.refusal(MOVE_HOME, move(has_shown=True, card=other), village.eve).code == "card-revoked"

    # but her own card will
    assert village.run(MOVE_HOME, move(has_shown=True, card=card), village.eve).code == "home-moved"


def test_who_answers_for_both_homes_moves_somebody_on_paper() -> None:
    village = Village()
    for place in (village.community, village.next_door):
        village.grant(village.dan, "staff", place)
    move = MoveHome(village.ann, village.next_door, business_day(village.now), "doorstep")

    moved = village.run(MOVE_HOME, move, village.dan)

    assert moved.code == "home-moved"


def test_goods_brought_back_after_leaving_give_points_that_rest() -> None:
    village = with_points()
    redemption = handed_over(village, offered(village, "soap", 2))
    gone(village, village.ann)

    village.run(RETURN_GOODS, ReturnGoods(redemption, 2, "good"), village.keeper)

    assert balances(village) == (10, 0)


def test_what_is_wrong_with_somebody_gone_can_still_be_corrected() -> None:
    village = with_points()
    gone(village, village.ann)
    correction = ProposeAdjustment("adjustment", village.ann, Unit.POINTS, 5, "miscounted")

    assert village.run(PROPOSE_ADJUSTMENT, correction, village.clerk).code == "adjustment-proposed"
