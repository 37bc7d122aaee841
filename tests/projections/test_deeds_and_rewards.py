"""Tasks, awards, rules, the reward shelf and redemptions."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from ledger.awards.events import (
    AwardApproved,
    AwardCredited,
    AwardObjected,
    AwardProposed,
    AwardRefused,
    RuleDrafted,
    RulePublished,
    Terms,
)
from ledger.kernel.clock import business_day
from ledger.kernel.ids import derived
from ledger.kernel.units import Unit
from ledger.redemption.events import (
    Limit,
    RedemptionApproved,
    RedemptionCancelled,
    RedemptionEvent,
    RedemptionHandedOver,
    RedemptionLapsed,
    RedemptionReady,
    RedemptionRejected,
    RedemptionRequested,
    RewardListed,
    RewardPriced,
    RewardWithdrawn,
    StockHandedOver,
    StockReceived,
    StockReserved,
    StockReturned,
)
from ledger.tasks.events import (
    TaskClaimed,
    TaskClaimWithdrawn,
    TaskClosed,
    TaskPosted,
    TaskReportAccepted,
    TaskReported,
    TaskReportReturned,
)
from projections import awards, redemptions, reward_shelf, rules, tasks
from projections.awards import Coming

from .conftest import Told
from .log import START, Log

TODAY = business_day(START)
PLACE, STAFF, MEMBER, OTHER, RULE, REWARD, ASKED, ACCOUNT, LOT = (uuid4() for _ in range(9))


def proposed(log: Log, award: UUID, amount: int, unit: Unit = Unit.POINTS) -> None:
    log.happen(
        award,
        AwardProposed(uuid4(), "task", MEMBER, PLACE, unit, RULE, 1, TODAY, 60, 60, 60, 0, 0, amount, 5, (), STAFF),
    )


def test_a_task_counts_its_claims_and_lists_the_reports_that_wait(told: Told) -> None:
    # given a task with two claims, of which one is reported
    log, task = Log(), uuid4()
    log.happen(task, TaskPosted(PLACE, STAFF, 3, 60, START + timedelta(days=1), (RULE,), TODAY))
    log.happen(task, TaskClaimed(MEMBER), TaskClaimed(OTHER), TaskReported(MEMBER, 70, TODAY))
    connection = told(log, tasks.PROJECTION)

    # when it is read
    row = tasks.task(connection, task)
    (report,) = tasks.reports(connection, PLACE)

    # then counts and reports are there
    assert row
    assert (row.status, row.claims, row.slots, row.rules) == ("open", 2, 3, [RULE])
    assert (report.member, report.minutes, report.service_day) == (MEMBER, 70, TODAY)
    assert tasks.reports(connection, PLACE, after=(task, MEMBER)) == []
    assert tasks.of_organisation(connection, PLACE, status="open") == [row]
    assert tasks.of_organisation(connection, PLACE, after=task) == []
    assert tasks.claim(connection, derived(task, "claim", MEMBER)) == report
    assert tasks.claims_of(connection, MEMBER) == [report]
    assert tasks.claims_of(connection, MEMBER, before=START) == []


def test_a_report_can_be_returned_and_accepted_and_a_claim_withdrawn(told: Told) -> None:
    # given a report that was sent back and then accepted, a claim given back, and the task closed
    log, task = Log(), uuid4()
    log.happen(task, TaskPosted(PLACE, STAFF, 3, 60, START + timedelta(days=1), (), TODAY))
    log.happen(task, TaskClaimed(MEMBER), TaskClaimed(OTHER), TaskClaimWithdrawn(OTHER))
    log.happen(task, TaskReported(MEMBER, 70, TODAY), TaskReportReturned(MEMBER, STAFF, "unclear"))
    (claim,) = tasks.claims(told(log, tasks.PROJECTION), task)
    assert (claim.status, claim.minutes, claim.returned) == ("claimed", None, "unclear")
    log.happen(task, TaskReported(MEMBER, 65, TODAY), TaskReportAccepted(MEMBER, 60, TODAY, STAFF))
    log.happen(task, TaskClosed("cancelled", "no-longer-needed"))

    # when it is read, then the last word counts
    connection = told(log, tasks.PROJECTION)
    (claim,) = tasks.claims(connection, task)
    assert (claim.status, claim.minutes, claim.accepted_by) == ("accepted", 60, STAFF)
    row = tasks.task(connection, task)
    assert row
    assert (row.status, row.reason, row.claims) == ("cancelled", "no-longer-needed", 1)


def test_awards_are_listed_by_state(told: Told) -> None:
    # given one award in each state
    log = Log()
    fresh, noticed, empty, refused, credited = (uuid4() for _ in range(5))
    for award, amount in ((fresh, 1), (noticed, 2), (empty, 0), (refused, 4), (credited, 5)):
        proposed(log, award, amount)
    for award in (noticed, empty, credited):
        log.happen(award, AwardApproved(OTHER, TODAY + timedelta(days=5), provisional=True))
    log.happen(refused, AwardRefused(OTHER, "not-there"))
    log.happen(credited, AwardCredited(ACCOUNT, LOT, TODAY))
    connection = told(log, awards.PROJECTION)

    # when each state is asked for
    states = ("proposed", "on_notice", "settled_empty", "refused", "credited")
    found = [awards.of_organisation(connection, PLACE, status=state) for state in states]

    # then each award is where it belongs, with what was decided
    assert [[row.award for row in rows] for rows in found] == [[fresh], [noticed], [empty], [refused], [credited]]
    assert (found[1][0].notice_until, found[1][0].is_provisional) == (TODAY + timedelta(days=5), True)
    assert (found[3][0].reason, found[3][0].decided_by) == ("not-there", OTHER)
    assert (found[4][0].account, found[4][0].lot, found[4][0].credited_on) == (ACCOUNT, LOT, TODAY)
    newest = [row.award for row in awards.of_member(connection, MEMBER, limit=2)]
    assert newest == [credited, refused]
    assert [row.award for row in awards.of_member(connection, MEMBER, before=4, status="proposed")] == [fresh]
    assert awards.of_organisation(connection, PLACE, status="proposed", after=1) == []
    assert [row.award for row in awards.of_source(connection, found[0][0].source)] == [fresh]
    assert awards.award(connection, LOT) is None


def test_what_is_coming_is_on_notice_or_only_proposed(told: Told) -> None:
    # given awards in two units on their way, and one that has arrived
    log, noticed, credited = Log(), uuid4(), uuid4()
    proposed(log, uuid4(), 1)
    proposed(log, noticed, 2)
    proposed(log, credited, 4)
    proposed(log, uuid4(), 30, Unit.CARE_MINUTES)
    proposed(log, stopped := uuid4(), 8)
    for award in (noticed, credited, stopped):
        log.happen(award, AwardApproved(OTHER, TODAY))
    log.happen(credited, AwardCredited(ACCOUNT, LOT, TODAY))
    log.happen(stopped, AwardObjected(OTHER, "was-not-there", TODAY))

    # when it is read, then each unit has all three figures
    coming = awards.coming(told(log, awards.PROJECTION), MEMBER)
    assert coming == [Coming(Unit.CARE_MINUTES, 0, 30, 0), Coming(Unit.POINTS, 2, 1, 8)]


def test_rules_show_each_version_and_from_when_it_holds(told: Told) -> None:
    # given a rule with a published version and a draft
    log = Log()
    terms = [Terms(Unit.POINTS, "per_hour", rate) for rate in (1, 2)]
    log.happen(RULE, RuleDrafted(PLACE, 1, terms[0], STAFF), RulePublished(1, TODAY, OTHER))
    log.happen(RULE, RuleDrafted(PLACE, 2, terms[1], STAFF))
    connection = told(log, rules.PROJECTION)

    # when it is read, then both are there
    found = rules.versions(connection, RULE)
    assert [(one.version, one.terms, one.valid_from, one.approved_by) for one in found] == [
        (1, terms[0], TODAY, OTHER),
        (2, terms[1], None, None),
    ]
    assert rules.of_organisation(connection, PLACE) == found
    assert rules.versions(connection, PLACE) == []


def test_the_shelf_shows_free_reserved_and_handed_pieces(told: Told) -> None:
    # given ten pieces, of which three were reserved, one came back, and one was handed over
    log, first, second, third = Log(), uuid4(), uuid4(), uuid4()
    log.happen(
        REWARD,
        RewardListed(PLACE, LOT, Unit.POINTS, 2, STAFF, (Limit("member", 4, "month"),)),
        StockReceived(10, STAFF, TODAY),
    )
    for redemption in (first, second, third):
        log.happen(REWARD, StockReserved(redemption, 1, MEMBER, "2025-03"))
    log.happen(REWARD, StockReturned(first, 1), StockHandedOver(second, 1), RewardPriced(3, STAFF))
    connection = told(log, reward_shelf.PROJECTION)

    # when it is read
    row = reward_shelf.reward(connection, REWARD)

    # then the pieces add up
    assert row
    assert (row.received, row.free, row.reserved, row.handed, row.price) == (10, 8, 1, 1, 3)
    assert reward_shelf.of_organisation(connection, PLACE, listed=True) == [row]
    assert reward_shelf.of_organisation(connection, PLACE, after=REWARD) == []
    assert [one.use_by for one in reward_shelf.deliveries(connection, REWARD)] == [TODAY]
    log.happen(REWARD, RewardWithdrawn())
    assert reward_shelf.of_organisation(told(log, reward_shelf.PROJECTION), PLACE, listed=True) == []


@pytest.mark.parametrize(
    ("end", "status", "by", "reason"),
    [
        (RedemptionHandedOver(OTHER, START), "handed_over", OTHER, None),
        (RedemptionRejected(OTHER, "out-of-stock"), "rejected", OTHER, "out-of-stock"),
        (RedemptionCancelled(MEMBER), "cancelled", MEMBER, None),
        (RedemptionLapsed(), "lapsed", None, None),
    ],
)
def test_a_redemption_shows_its_steps_and_its_end(
    told: Told, end: RedemptionEvent, status: str, by: UUID | None, reason: str | None
) -> None:
    # given a redemption that was approved and made ready
    log, lapses_at = Log(), START + timedelta(days=7)
    log.happen(
        ASKED, RedemptionRequested(MEMBER, REWARD, PLACE, LOT, Unit.POINTS, 2, 3, 6, ACCOUNT, LOT, lapses_at, MEMBER)
    )
    log.happen(ASKED, RedemptionApproved(OTHER), RedemptionReady(STAFF))
    connection = told(log, redemptions.PROJECTION)
    (ready,) = redemptions.of_organisation(connection, PLACE, status="ready")
    assert (ready.approved_by, ready.prepared_by, ready.total, ready.lapses_at) == (OTHER, STAFF, 6, lapses_at)
    assert redemptions.of_organisation(connection, PLACE, after=1) == []

    # when it ends, then its end is there
    log.happen(ASKED, end)
    connection = told(log, redemptions.PROJECTION)
    (row,) = redemptions.of_member(connection, MEMBER)
    assert (row.status, row.ended_by, row.ended_at, row.reason) == (status, by, START, reason)
    assert redemptions.of_member(connection, MEMBER, before=1) == []
    assert redemptions.of_member(connection, MEMBER, status="ready") == []
    assert redemptions.redemption(connection, ASKED) == row
