"""Stories of one person registered twice: joined by two people, undone by two, and refused at every door since."""

from uuid import uuid4

from exchanging import asked, balances, handed_over, lying_ready, offered, redemption_of, with_points
from noticed import credited, on_notice
from village import Village

from ledger.accounts.account_state import Account
from ledger.accounts.events import LotsTakenOver
from ledger.application.adjustments import (
    APPROVE_ADJUSTMENT,
    PROPOSE_ADJUSTMENT,
    ApproveAdjustment,
    ProposeAdjustment,
)
from ledger.application.awards import CREDIT_AWARD, CreditAward
from ledger.application.check_ins import ScanMember
from ledger.application.gifts import GIVE_POINTS, GivePoints
from ledger.application.members import (
    APPROVE_MERGE,
    APPROVE_UNMERGE,
    ISSUE_CARD,
    LEAVE_MEMBERSHIP,
    MOVE_HOME,
    PROPOSE_MERGE,
    PROPOSE_UNMERGE,
    REFUSE_MERGE,
    SUSPEND_MEMBER,
    ApproveMerge,
    ApproveUnmerge,
    IssueCard,
    LeaveMembership,
    MoveHome,
    OpenThings,
    ProposeMerge,
    ProposeUnmerge,
    RefuseMerge,
    SuspendMember,
)
from ledger.application.redemptions import REQUEST_REDEMPTION, RequestRedemption
from ledger.application.returns import RETURN_GOODS, ReturnGoods
from ledger.application.reversals import PROPOSE_REVERSAL, ProposeReversal
from ledger.application.scans import SCAN_CARD, ScanCard
from ledger.kernel.clock import business_day
from ledger.kernel.ids import SYSTEM, AdjustmentId, CardId, MemberId
from ledger.kernel.units import Unit
from ledger.membership.member import MEMBER
from ledger.membership.member_state import MemberState


def standing(village: Village, member: MemberId) -> MemberState:
    return village.ledger.load(MEMBER, member).state


def lots(account: Account) -> list[tuple[object, ...]]:
    return sorted((lot.lot, lot.amount, lot.credited_on, lot.expires_on) for lot in account.lots)


def proposed(village: Village) -> Village:
    """Ann was registered twice: what is ann's is really ben's."""
    village.run(PROPOSE_MERGE, ProposeMerge(village.ann, village.ben, "same-identity-card"), village.clerk)
    return village


def merged(village: Village, found: OpenThings | None = None) -> Village:
    proposed(village)
    village.run(APPROVE_MERGE, ApproveMerge(village.ann, found or OpenThings()), village.approver)
    return village


def unmerged(village: Village) -> dict[str, int]:
    village.run(PROPOSE_UNMERGE, ProposeUnmerge(village.ann, "two-identity-cards"), village.clerk)
    return village.run(APPROVE_UNMERGE, ApproveUnmerge(village.ann), village.approver).figures


def test_lots_go_over_as_they_are_and_nothing_else_is_inherited() -> None:
    # given a duplicate with points, goods asked for and a card
    village = with_points()
    before = lots(village.account(village.ann))
    redemption = lying_ready(village, offered(village, "soap", 2))
    card = CardId(uuid4())
    village.run(ISSUE_CARD, IssueCard(village.ann, card), village.clerk)
    proposed(village)

    # when an approver agrees
    outcome = village.run(APPROVE_MERGE, ApproveMerge(village.ann, OpenThings((redemption,))), village.approver)

    # then the same lots stand in the survivor's account, and the duplicate is nobody any more
    assert (outcome.code, outcome.ids) == ("member-merged", {"member": village.ann, "survivor": village.ben})
    assert (outcome.figures["points_moved"], outcome.figures["redemptions_cancelled"]) == (10, 1)
    assert lots(village.account(village.ben)) == before
    assert village.account(village.ann).posted == 0
    assert redemption_of(village, redemption).status == "cancelled"
    duplicate, survivor = standing(village, village.ann), standing(village, village.ben)
    assert (duplicate.status, duplicate.cards, survivor.status, survivor.cards) == (
        "merged",
        frozenset(),
        "active",
        frozenset(),
    )
    assert [one.duplicate for one in survivor.belonging.taken_in] == [village.ann]


def test_two_people_decide_it_and_neither_is_near() -> None:
    village = proposed(with_points())
    village.grant(village.clerk, "approver", village.community)

    assert village.refusal(APPROVE_MERGE, ApproveMerge(village.ann), village.clerk).code == "own-standing-proposal"
    assert village.refusal(APPROVE_MERGE, ApproveMerge(village.ann), village.second_clerk).code == "not-permitted"
    twice = village.refusal(PROPOSE_MERGE, ProposeMerge(village.ann, village.ben, "seen"), village.second_clerk)
    assert twice.code == "merge-already-proposed"
    village.grant(village.ben, "staff", village.community)
    own = village.refusal(PROPOSE_MERGE, ProposeMerge(village.cai, village.ben, "seen"), village.ben)
    village.run(PROPOSE_MERGE, ProposeMerge(village.cai, village.ben, "seen"), village.clerk)
    family = village.refusal(APPROVE_MERGE, ApproveMerge(village.cai), village.approver)
    assert (own.code, family.code) == ("own-merge", "own-merge")


def test_what_cannot_be_one_person_is_not_proposed() -> None:
    village = Village()
    village.run(LEAVE_MEMBERSHIP, LeaveMembership("dormant"), village.cai)

    def code(duplicate: MemberId, survivor: MemberId) -> str:
        return village.refusal(PROPOSE_MERGE, ProposeMerge(duplicate, survivor, "seen"), village.clerk).code

    assert code(village.ann, village.ann) == "merge-into-itself"
    assert code(village.ann, village.cai) == "member-has-left"
    assert code(village.ann, village.dan) == "unknown-id"
    assert village.refusal(APPROVE_MERGE, ApproveMerge(village.ann), village.approver).code == "merge-not-proposed"


def test_a_refused_merge_leaves_two_people() -> None:
    village = proposed(with_points())

    village.run(REFUSE_MERGE, RefuseMerge(village.ann, "sisters"), village.approver)

    assert standing(village, village.ann).status == "active"
    assert village.refusal(APPROVE_MERGE, ApproveMerge(village.ann), village.approver).code == "merge-not-proposed"


def test_every_door_refuses_the_duplicate_and_names_the_survivor_to_who_may_know() -> None:
    village = with_points()
    reward, card = offered(village, "soap", 2), CardId(uuid4())
    village.run(ISSUE_CARD, IssueCard(village.ann, card), village.clerk)
    activity = village.open_activity([])
    (session,) = [one.session for one in village.visits(village.ann)]
    merged(village)
    scan = ScanMember(activity, village.ann, village.now, "card", "in")

    themselves = village.refusal(REQUEST_REDEMPTION, RequestRedemption(reward, 1), village.ann)
    staff = village.refusal(SUSPEND_MEMBER, SuspendMember(village.ann, "test"), village.clerk)
    by_card = village.refusal(SCAN_CARD, ScanCard(scan, card), village.clerk)
    move = MoveHome(village.ann, village.next_door, business_day(village.now), "live-code", has_shown=True)
    stranger = village.refusal(MOVE_HOME, move, village.eve)

    known = {"member": village.ann, "survivor": village.ben}
    assert session is not None
    assert [one.code for one in (themselves, staff, by_card, stranger)] == ["member-merged"] * 4
    assert themselves.facts() == staff.facts() == by_card.facts() == known
    assert stranger.facts() == known | {"survivor": None}
    gift = GivePoints(village.ann, Unit.POINTS, 1)
    assert village.refusal(GIVE_POINTS, gift, village.cai).code == "gifts-not-allowed"
    again = village.refusal(PROPOSE_MERGE, ProposeMerge(village.ann, village.cai, "seen"), village.clerk)
    assert again.code == "member-merged"


def test_what_the_duplicate_earned_before_is_the_survivors() -> None:
    village = Village()
    (award,) = on_notice(village, village.ann, hours=3, by=village.second_approver)
    merged(village)
    village.wait(days=9)

    outcome = village.run(CREDIT_AWARD, CreditAward(award), SYSTEM)

    assert outcome.ids["member"] == village.ben
    assert (village.account(village.ben).posted, village.account(village.ann).posted) == (3, 0)


def test_goods_of_the_duplicate_that_come_back_are_the_survivors_points() -> None:
    village = with_points()
    redemption = handed_over(village, offered(village, "soap", 2))
    merged(village)

    village.run(RETURN_GOODS, ReturnGoods(redemption, 1, "good"), village.keeper)

    assert balances(village, village.ben) == (8, 0)
    assert balances(village, village.ann) == (0, 0)


def test_corrections_of_the_duplicate_are_made_at_the_survivor() -> None:
    village = Village()
    award = credited(village, village.ann)
    correction = ProposeAdjustment("adjustment", village.ann, Unit.POINTS, -1, "miscounted")
    adjustment = AdjustmentId(village.run(PROPOSE_ADJUSTMENT, correction, village.clerk).ids["adjustment"])
    merged(village)

    reversal = ProposeReversal(award, "wrong-person", "write_off")
    assert village.refusal(PROPOSE_REVERSAL, reversal, village.clerk).code == "member-merged"
    assert village.refusal(APPROVE_ADJUSTMENT, ApproveAdjustment(adjustment), village.approver).code == "member-merged"


def test_a_hold_that_was_not_found_stops_the_merge() -> None:
    village = with_points()
    asked(village, offered(village, "soap", 2))
    proposed(village)

    assert village.refusal(APPROVE_MERGE, ApproveMerge(village.ann), village.approver).code == "still-held"


def test_who_left_and_registered_anew_has_the_points_that_rested() -> None:
    village = with_points()
    village.run(LEAVE_MEMBERSHIP, LeaveMembership("dormant"), village.ann)

    merged(village)

    assert village.account(village.ben).posted == 10


def test_an_undone_merge_moves_back_what_is_still_there_and_tells_what_is_not() -> None:
    # given a merge of ten points, of which the survivor has spent four and holds two
    village = merged(with_points())
    soap = offered(village, "soap", 2)
    spent = asked(village, soap, 3, village.ben)

    # when two people part them again
    figures = unmerged(village)

    # then what is free came back with its expiry, and the rest is told
    assert (figures["points_returned"], figures["points_kept"]) == (4, 6)
    assert (village.account(village.ann).posted, village.account(village.ben).posted) == (4, 6)
    assert standing(village, village.ann).status == "active"
    assert standing(village, village.ben).belonging.taken_in == ()
    assert redemption_of(village, spent).status == "requested"


def test_an_undone_merge_leaves_lots_as_they_were() -> None:
    village = with_points()
    before = lots(village.account(village.ann))

    figures = unmerged(merged(village))

    assert (figures["points_returned"], figures["points_kept"]) == (10, 0)
    assert lots(village.account(village.ann)) == before
    assert lots(village.account(village.ben)) == []


def test_undoing_takes_two_people_and_a_merge() -> None:
    village = with_points()
    assert village.refusal(PROPOSE_UNMERGE, ProposeUnmerge(village.ann, "seen"), village.clerk).code == "not-merged"
    assert village.refusal(APPROVE_UNMERGE, ApproveUnmerge(village.ann), village.approver).code == "not-merged"
    merged(village)
    village.grant(village.clerk, "approver", village.community)

    early = village.refusal(APPROVE_UNMERGE, ApproveUnmerge(village.ann), village.approver)
    village.run(PROPOSE_UNMERGE, ProposeUnmerge(village.ann, "seen"), village.clerk)
    alone = village.refusal(APPROVE_UNMERGE, ApproveUnmerge(village.ann), village.clerk)

    assert (early.code, alone.code) == ("merge-not-proposed", "own-standing-proposal")


def test_lots_that_are_due_stay_behind_as_expired() -> None:
    village = with_points()
    village.wait(days=400)

    merged(village)

    assert not [event for _, event in village.ledger.log if isinstance(event, LotsTakenOver)]
    assert balances(village, village.ann) == balances(village, village.ben) == (0, 0)
