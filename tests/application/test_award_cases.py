"""From the door to the account: visits and reports become awards, somebody else decides, and the notice runs."""

from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace
from noticed import on_notice
from village import CARE, HOURLY, WEDNESDAY, Village, named

from ledger.accounts.account import account_id
from ledger.accounts.events import AccountOpened, Counter, Credited, Lot
from ledger.activities.events import ActivityTallied
from ledger.application.activities import CLOSE_ACTIVITY, CloseActivity
from ledger.application.authority import UnknownId
from ledger.application.awards import (
    APPROVE_AWARDS,
    AWARDS_MAX,
    CREDIT_AWARD,
    FINISH_TALLY,
    REFUSE_AWARDS,
    TALLY_VISITS,
    VISITS_MAX,
    ApproveAwards,
    CreditAward,
    FinishTally,
    RefuseAwards,
    TallyVisits,
)
from ledger.application.check_ins import CHECK_IN, SCAN_MEMBER, CheckIn, ScanMember
from ledger.application.members import REINSTATE_MEMBER, SUSPEND_MEMBER, ReinstateMember, SuspendMember
from ledger.application.rules import DRAFT_RULE, PUBLISH_RULE, DraftRule, PublishRule
from ledger.application.visits import CLOSE_VISIT, CONFIRM_OUT, CloseVisit, ConfirmOut
from ledger.awards.award import lot_id
from ledger.awards.events import Step, UsageReleased
from ledger.awards.usage import USAGE, usage_id
from ledger.kernel.ids import SYSTEM, ActivityId, AwardId, MemberId, RuleId
from ledger.kernel.units import Unit

AWARDS_APPROVED = dict.fromkeys(("approved", "awaiting_second", "split_off", "decided_before", "provisional"), 0)


@pytest.fixture
def village() -> Village:
    return Village()


def used_in_october(village: Village, member: MemberId) -> int:
    return village.ledger.load(USAGE, usage_id(member, "2025-10")).state.in_month(Unit.POINTS)


def test_visits_become_one_award_for_each_rule(village: Village) -> None:
    rules = [village.published_rule(HOURLY), village.published_rule(CARE, "care")]
    activity = village.closed_activity(rules, {village.ann: 120, village.ben: 60})

    outcome = village.tallied(activity, village.ann, village.ben)

    assert outcome.code == "visits-tallied"
    assert outcome.figures == {"proposed": 4, "tallied": 2, "skipped": 0, "own": 0, "without_rule": 0}
    ann = village.award(village.award_of(village.ann)).proposal
    assert ann
    assert (ann.amount, ann.minutes_credited, ann.service_day, ann.proposed_by) == (
        2,
        120,
        date(2025, 10, 15),
        village.clerk,
    )
    ben = village.award(village.award_of(village.ben, Unit.CARE_MINUTES)).proposal
    assert ben
    assert (ben.amount, ben.explanation) == (0, (Step("seen", 60), Step("below_floor", 0, 72)))


def test_a_visit_is_tallied_once(village: Village) -> None:
    activity = village.closed_activity([village.published_rule(HOURLY)], {village.ann: 120})
    village.tallied(activity, village.ann)

    again = village.tallied(activity, village.ann, village.ann, village.ben)

    assert again.figures == {"proposed": 0, "tallied": 0, "skipped": 3, "own": 0, "without_rule": 0}
    assert used_in_october(village, village.ann) == 2


def test_nobody_tallies_their_own_visit(village: Village) -> None:
    activity = village.closed_activity([village.published_rule(HOURLY)], {village.ann: 120, village.clerk: 120})

    assert village.tallied(activity, village.ann, village.clerk).figures["own"] == 1

    left = TallyVisits(activity, village.visits(village.clerk))
    assert village.run(TALLY_VISITS, left, village.second_clerk).figures["tallied"] == 1


def test_of_two_rules_with_one_unit_the_first_counts(village: Village) -> None:
    rules = [village.published_rule(HOURLY), village.published_rule(replace(HOURLY, rate=9), "other")]
    activity = village.closed_activity(rules, {village.ann: 60}, minutes=60)

    assert village.tallied(activity, village.ann).figures["proposed"] == 1
    assert used_in_october(village, village.ann) == 1


def test_time_counts_once_in_one_unit_however_many_activities_it_was_spent_at(village: Village) -> None:
    hourly, care = village.published_rule(HOURLY), village.published_rule(CARE, "care")
    first = village.closed_activity([hourly, care], {village.ann: 120}, name="first")
    village.now = WEDNESDAY + timedelta(minutes=60)
    second = village.closed_activity([hourly], {village.ann: 120}, name="second")

    village.tallied(first, village.ann, name="first")
    village.tallied(second, village.ann, name="second")

    later = village.award(village.award_of(village.ann, name="second")).proposal
    assert later
    assert (later.minutes_seen, later.amount) == (120, 0)
    assert later.explanation == (Step("seen", 120), Step("overlap", 60, 60), Step("below_floor", 0, 72))


def test_a_visit_over_midnight_counts_once_even_where_the_month_ends(village: Village) -> None:
    rule = village.published_rule(replace(HOURLY, floor_percent=0))
    village.now = datetime(2025, 10, 31, 15, 0, tzinfo=UTC)
    first = village.closed_activity([rule], {village.ann: 120}, name="first")
    village.now = datetime(2025, 10, 31, 16, 0, tzinfo=UTC)
    second = village.closed_activity([rule], {village.ann: 120}, name="second")

    village.tallied(first, village.ann, name="first")
    village.tallied(second, village.ann, name="second")

    later = village.award(village.award_of(village.ann, name="second")).proposal
    assert later
    assert (later.service_day, later.amount) == (date(2025, 11, 1), 1)


def test_caps_of_the_day_are_reserved_when_an_award_is_proposed(village: Village) -> None:
    rule = village.published_rule(replace(HOURLY, cap_day=3))
    amounts: list[int] = []
    for name in ("morning", "noon", "evening"):
        activity = village.closed_activity([rule], {village.ann: 120}, name=name)
        village.tallied(activity, village.ann, name=name)
        proposal = village.award(village.award_of(village.ann, name=name)).proposal
        amounts.append(proposal.amount if proposal else -1)

    assert amounts == [2, 1, 0]


def test_refusing_an_award_gives_back_what_it_reserved(village: Village) -> None:
    activity = village.closed_activity([village.published_rule(HOURLY)], {village.ann: 120, village.ben: 10})
    village.tallied(activity, village.ann, village.ben)
    both = (village.award_of(village.ann), village.award_of(village.ben))

    outcome = village.run(REFUSE_AWARDS, RefuseAwards(both, "not-seen"), village.approver)

    assert (outcome.code, outcome.figures) == ("awards-refused", {"refused": 2, "split_off": 0, "decided_before": 0})
    assert used_in_october(village, village.ann) == 0
    released = [event for _, event in village.ledger.log if isinstance(event, UsageReleased)]
    assert released == [UsageReleased(both[0])]


def test_a_visit_on_a_day_without_a_rule_waits_and_stops_no_other(village: Village) -> None:
    rule = RuleId(named("rule"))
    village.run(DRAFT_RULE, DraftRule(rule, village.community, HOURLY), village.clerk)
    activity = village.closed_activity([rule], {village.ann: 120, village.ben: 120})

    early = village.tallied(activity, village.ann)
    village.run(PUBLISH_RULE, PublishRule(rule, 1, date(2025, 10, 15)), village.approver)
    later = village.tallied(activity, village.ann)

    assert early.figures == {"proposed": 0, "tallied": 0, "skipped": 0, "own": 0, "without_rule": 1}
    assert (later.figures["tallied"], used_in_october(village, village.ann)) == (1, 2)


def test_a_rule_of_the_community_next_door_pays_nothing_here(village: Village) -> None:
    rule = RuleId(named("rule"))
    village.run(DRAFT_RULE, DraftRule(rule, village.next_door, HOURLY), village.eve)

    with pytest.raises(UnknownId) as refusal:
        village.open_activity([rule])

    assert refusal.value.facts() == {"id": rule}


@pytest.mark.parametrize("count", [0, VISITS_MAX + 1])
def test_a_tally_is_no_larger_than_one_commit_should_be(village: Village, count: int) -> None:
    activity = village.closed_activity([village.published_rule(HOURLY)], {})

    request = TallyVisits(activity, village.visits(village.ann) * count)
    refusal = village.refusal(TALLY_VISITS, request, village.clerk)
    assert (refusal.code, refusal.facts()) == (
        "lines-out-of-bounds",
        {"asked": count, "smallest": 1, "largest": VISITS_MAX},
    )


def test_only_a_closed_activity_of_ones_own_is_tallied(village: Village) -> None:
    activity = village.closed_activity([village.published_rule(HOURLY)], {village.ann: 120})
    request = TallyVisits(activity, village.visits(village.ann))
    assert village.refusal(TALLY_VISITS, request, village.ann).code == "not-permitted"
    assert village.refusal(TALLY_VISITS, request, village.eve).code == "unknown-id"
    stranger = TallyVisits(activity, village.visits(village.ann, name="other"))
    assert village.refusal(TALLY_VISITS, stranger, village.clerk).code == "unknown-id"

    opened = village.open_activity([], "open")
    too_soon = TallyVisits(opened, village.visits(village.ann, name="open"))
    assert village.refusal(TALLY_VISITS, too_soon, village.clerk).facts() == {"stage": "open"}
    assert village.refusal(FINISH_TALLY, FinishTally(opened, 0), village.clerk).code == "activity-not-closed"
    unknown = FinishTally(ActivityId(named("none")), 1)
    assert village.refusal(FINISH_TALLY, unknown, village.clerk).code == "unknown-id"
    assert village.refusal(FINISH_TALLY, FinishTally(activity, -1), village.clerk).code == "lines-out-of-bounds"


def test_a_visit_confirmed_after_the_tally_was_finished_is_tallied_still(village: Village) -> None:
    activity = village.open_activity([village.published_rule(HOURLY)])
    for member in (village.ann, village.ben):
        village.run(CHECK_IN, CheckIn(activity, village.now, "kiosk", "in"), member)
    village.wait(hours=2)
    village.run(CHECK_IN, CheckIn(activity, village.now, "kiosk", "out"), village.ann)
    village.run(CLOSE_ACTIVITY, CloseActivity(activity), village.clerk)
    village.tallied(activity, village.ann, village.ben)
    first = village.run(FINISH_TALLY, FinishTally(activity, 1), village.clerk)
    (left,) = village.visits(village.ben)
    village.wait(days=1)
    village.run(CLOSE_VISIT, CloseVisit(activity, left.session, left.member), SYSTEM)
    end = WEDNESDAY + timedelta(hours=2)
    village.run(CONFIRM_OUT, ConfirmOut(activity, left.session, left.member, end), village.second_clerk)

    late = village.tallied(activity, village.ann, village.ben)
    village.run(FINISH_TALLY, FinishTally(activity, 2), village.clerk)
    village.run(FINISH_TALLY, FinishTally(activity, 2), village.clerk)

    assert (first.code, first.figures) == ("tally-finished", {"visits": 1})
    assert (late.figures["tallied"], late.figures["skipped"]) == (1, 1)
    assert used_in_october(village, village.ben) == 2
    counted = [event.visits for _, event in village.ledger.log if isinstance(event, ActivityTallied)]
    assert counted == [1, 2]


def test_who_confirmed_a_visit_does_not_approve_what_it_earns(village: Village) -> None:
    village.grant(village.approver, "staff", village.community)
    activity = village.closed_activity([village.published_rule(HOURLY)], {village.ann: 120})
    seen = ScanMember(activity, village.ben, WEDNESDAY, "staff", "in")
    village.run(SCAN_MEMBER, seen, village.second_clerk)
    (left,) = village.visits(village.ben)
    village.wait(days=1)
    village.run(CLOSE_VISIT, CloseVisit(activity, left.session, left.member), SYSTEM)
    end = WEDNESDAY + timedelta(hours=2)
    village.run(CONFIRM_OUT, ConfirmOut(activity, left.session, left.member, end), village.approver)

    village.tallied(activity, village.ann, village.ben)

    ann, ben = (village.award(village.award_of(member)).proposal for member in (village.ann, village.ben))
    assert ann
    assert ben
    assert (ann.occasion, ann.attested_by) == (activity, ())
    assert (ben.amount, ben.attested_by) == (2, (village.second_clerk, village.approver))
    both = ApproveAwards((village.award_of(village.ann), village.award_of(village.ben)))
    assert village.run(APPROVE_AWARDS, both, village.approver).figures["split_off"] == 1
    assert village.run(APPROVE_AWARDS, both, village.second_approver).figures["approved"] == 1


def test_time_counts_once_where_a_day_and_night_reach_into_the_day_after_next(village: Village) -> None:
    rule = village.published_rule(replace(HOURLY, floor_percent=0))
    village.now = datetime(2025, 10, 31, 15, 59, tzinfo=UTC)
    first = village.closed_activity([rule], {village.ann: 24 * 60 + 10}, name="first", minutes=24 * 60)
    village.now = datetime(2025, 11, 1, 16, 0, tzinfo=UTC)
    second = village.closed_activity([rule], {village.ann: 69}, name="second", minutes=69)

    village.tallied(first, village.ann, name="first")
    village.tallied(second, village.ann, name="second")

    later = village.award(village.award_of(village.ann, name="second")).proposal
    assert later
    assert (later.service_day, later.amount) == (date(2025, 11, 2), 1)
    assert later.explanation[1] == Step("overlap", 60, 9)


def test_own_lines_and_those_of_the_household_are_split_off_and_the_rest_goes_through(village: Village) -> None:
    people = (village.ann, village.ben, village.cai, village.approver)
    activity = village.closed_activity([village.published_rule(HOURLY)], dict.fromkeys(people, 120))
    village.tallied(activity, *people)
    everyone = tuple(village.award_of(person) for person in people)

    outcome = village.run(APPROVE_AWARDS, ApproveAwards(everyone), village.approver)

    assert outcome.code == "awards-approved"
    assert outcome.figures == AWARDS_APPROVED | {"approved": 2, "split_off": 2, "provisional": 2}
    assert [village.award(award).status for award in everyone] == ["on_notice", "on_notice", "proposed", "proposed"]
    rest = village.run(APPROVE_AWARDS, ApproveAwards(everyone), village.second_approver)
    assert rest.figures == AWARDS_APPROVED | {"approved": 2, "decided_before": 2, "provisional": 2}


def test_a_batch_of_which_nothing_may_be_approved_is_refused(village: Village) -> None:
    activity = village.closed_activity([village.published_rule(HOURLY)], {village.cai: 120, village.ann: 120})
    village.tallied(activity, village.cai, village.ann)
    cai, ann = village.award_of(village.cai), village.award_of(village.ann)
    village.grant(village.clerk, "approver", village.community)

    assert village.refusal(APPROVE_AWARDS, ApproveAwards((cai,)), village.approver).code == "own-household-or-self"
    assert village.refusal(APPROVE_AWARDS, ApproveAwards((ann,)), village.clerk).code == "proposer-cannot-approve"
    assert village.refusal(REFUSE_AWARDS, RefuseAwards((ann,), "x"), village.clerk).code == "proposer-cannot-approve"
    village.run(APPROVE_AWARDS, ApproveAwards((ann,)), village.approver)
    again = village.refusal(APPROVE_AWARDS, ApproveAwards((ann,)), village.second_approver)
    assert again.facts() == {"state": "on_notice", "decided_by": village.approver}


def test_there_is_no_bypass_for_an_administrator(village: Village) -> None:
    activity = village.closed_activity([village.published_rule(HOURLY)], {village.ann: 120})
    village.tallied(activity, village.ann)
    request = ApproveAwards((village.award_of(village.ann),))

    for actor in (village.administrator, village.second_clerk, village.ann, SYSTEM):
        assert village.refusal(APPROVE_AWARDS, request, actor).code == "not-permitted"


def test_another_communitys_award_looks_like_none(village: Village) -> None:
    activity = village.closed_activity([village.published_rule(HOURLY)], {village.ann: 120})
    village.tallied(activity, village.ann)

    for award in (village.award_of(village.ann), AwardId(named("none"))):
        for use_case, request in (
            (APPROVE_AWARDS, ApproveAwards((award,))),
            (REFUSE_AWARDS, RefuseAwards((award,), "x")),
        ):
            refusal = village.refusal(use_case, request, village.eve)
            assert (refusal.code, refusal.facts()) == ("unknown-id", {"id": award})


@pytest.mark.parametrize("count", [0, AWARDS_MAX + 1])
def test_a_batch_of_awards_has_bounds(village: Village, count: int) -> None:
    request = ApproveAwards((AwardId(named("award")),) * count)

    assert village.refusal(APPROVE_AWARDS, request, village.approver).code == "lines-out-of-bounds"


def test_an_award_is_credited_on_the_day_after_its_notice(village: Village) -> None:
    (award,) = on_notice(village, village.ann)
    village.now = datetime(2025, 10, 22, 15, 59, tzinfo=UTC)
    refusal = village.refusal(CREDIT_AWARD, CreditAward(award), SYSTEM)
    assert (refusal.code, refusal.facts()) == ("notice-not-over", {"notice_until": date(2025, 10, 22)})
    village.wait(minutes=1)

    outcome = village.run(CREDIT_AWARD, CreditAward(award), SYSTEM)

    account, day = account_id(village.ann, Unit.POINTS), date(2025, 10, 23)
    ids = {"award": award, "account": account, "lot": lot_id(award), "member": village.ann}
    assert (outcome.code, outcome.ids, outcome.figures) == ("award-credited", ids, {"amount": 2, "filled": 0})
    assert village.account(village.ann).lots == (Lot(lot_id(award), 2, day, date(2026, 10, 23)),)
    assert [event for stream, event in village.ledger.log if stream == account] == [
        AccountOpened(village.ann, Unit.POINTS, village.community),
        Credited(lot_id(award), 2, Counter("issuance", village.community), award, day, date(2026, 10, 23)),
    ]


def test_an_award_is_credited_once_and_by_time_alone(village: Village) -> None:
    (award,) = on_notice(village, village.ann)
    village.wait(days=9)
    assert village.refusal(CREDIT_AWARD, CreditAward(award), village.approver).code == "not-permitted"
    village.run(CREDIT_AWARD, CreditAward(award), SYSTEM)

    again = village.refusal(CREDIT_AWARD, CreditAward(award), SYSTEM)

    assert (again.code, again.facts()) == ("award-not-approved", {"state": "credited"})
    assert village.account(village.ann).posted == 2
    unknown = CreditAward(AwardId(named("none")))
    assert village.refusal(CREDIT_AWARD, unknown, SYSTEM).code == "unknown-id"


def test_two_awards_are_two_lots_of_one_account(village: Village) -> None:
    village.give_points(village.ann, 2, "first")
    village.wait(hours=3)
    village.give_points(village.ann, 3, "second")

    assert sorted(lot.amount for lot in village.account(village.ann).lots) == [2, 3]


def test_a_suspended_member_earns_nothing_until_reinstated(village: Village) -> None:
    (award,) = on_notice(village, village.ann)
    village.run(SUSPEND_MEMBER, SuspendMember(village.ann, "under-review"), village.clerk)
    village.wait(days=9)
    assert village.refusal(CREDIT_AWARD, CreditAward(award), SYSTEM).code == "member-suspended"

    village.run(REINSTATE_MEMBER, ReinstateMember(village.ann), village.clerk)

    assert village.run(CREDIT_AWARD, CreditAward(award), SYSTEM).code == "award-credited"
