"""Objections and reversals as they are shown, and what they mean for when an award is due."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from ledger.accounts.account import account_id
from ledger.accounts.commands import CreditLot, HoldPoints, OpenAccount, ReverseCredit, SpendHold
from ledger.awards.events import (
    AwardApproved,
    AwardCredited,
    AwardObjected,
    AwardProposed,
    AwardReversed,
    ObjectionDecided,
    ObjectionEscalated,
    ReversalApproved,
    ReversalProposed,
    ReversalRefused,
)
from ledger.kernel.clock import business_day, start_of_day
from ledger.kernel.units import Unit
from projections import awards, contested_awards, redemptions, statement
from projections.awards import AwardRow
from projections.contested_awards import ObjectionRow, ReversalRow

from .conftest import Told
from .log import START, Log

TODAY = business_day(START)
UNTIL, LATER = TODAY + timedelta(days=5), TODAY + timedelta(days=9)
PLACE, STREET, MEMBER, STAFF, OTHER, OBJECTOR = (uuid4() for _ in range(6))
ACCOUNT = account_id(MEMBER, Unit.POINTS)


def on_notice(log: Log, award: UUID, amount: int = 3) -> UUID:
    proposal = AwardProposed(
        uuid4(), "task", MEMBER, PLACE, Unit.POINTS, uuid4(), 1, TODAY, 60, 60, 60, 0, 0, amount, 5, (), STAFF
    )
    log.happen(award, proposal, AwardApproved(OTHER, UNTIL))
    return award


def seen(told: Told, log: Log, award: UUID) -> tuple[AwardRow, ObjectionRow | None, ReversalRow | None]:
    connection = told(log, awards.PROJECTION, contested_awards.PROJECTION)
    row = awards.award(connection, award)
    assert row
    objections = contested_awards.objections_to(connection, [award])
    return row, objections.get(award), contested_awards.reversals_of(connection, [award]).get(award)


def over(last: datetime | None = None) -> datetime:
    return last or start_of_day(UNTIL + timedelta(days=1))


def test_an_objection_stops_the_award_until_nobody_can_take_it_further(told: Told) -> None:
    # given an award on notice that somebody objects to
    log, award = Log(), uuid4()
    on_notice(log, award)
    log.happen(award, AwardObjected(OBJECTOR, "was-not-there", UNTIL))
    row, objection, _ = seen(told, log, award)
    assert objection
    assert (row.status, row.due_at) == ("objected", None)
    assert (objection.status, objection.objected_by, objection.reason) == ("open", OBJECTOR, "was-not-there")

    # when it is rejected, then the notice goes on, and the credit waits for the last day of taking it further
    log.happen(award, ObjectionDecided(OTHER, "rejected", "list-checked", LATER))
    row, objection, _ = seen(told, log, award)
    assert objection
    assert (row.status, row.due_at) == ("on_notice", start_of_day(LATER + timedelta(days=1)))
    assert (objection.status, objection.decision_reason, objection.escalate_until) == (
        "rejected",
        "list-checked",
        LATER,
    )

    # and once the street has rejected it, for the notice alone
    log.happen(award, ObjectionEscalated(OBJECTOR, STREET, LATER))
    assert seen(told, log, award)[0].status == "objected"
    log.happen(award, ObjectionDecided(STAFF, "rejected", "list-checked"))
    row, objection, _ = seen(told, log, award)
    assert objection
    assert (row.status, row.due_at, objection.escalated_to) == ("on_notice", over(), STREET)


def test_an_upheld_objection_refuses_the_award_with_its_reason(told: Told) -> None:
    # given an objection
    log, award = Log(), uuid4()
    on_notice(log, award)
    log.happen(award, AwardObjected(OBJECTOR, "was-not-there", UNTIL))

    # when it is upheld, then the award is refused
    log.happen(award, ObjectionDecided(OTHER, "upheld", "list-checked", LATER))
    row, _, _ = seen(told, log, award)
    assert (row.status, row.reason, row.due_at) == ("refused", "list-checked", None)

    # and waits again when it is taken to the street
    log.happen(award, ObjectionEscalated(MEMBER, STREET, LATER))
    row, _, _ = seen(told, log, award)
    assert (row.status, row.reason, row.due_at) == ("objected", None, None)


def test_what_waits_is_listed_where_it_is_decided_and_counted_when_overdue(told: Told) -> None:
    # given two objections, one taken to the street, and one that was decided
    log = Log()
    here, above, done = (on_notice(log, uuid4()) for _ in range(3))
    for award in (here, above, done):
        log.happen(award, AwardObjected(OBJECTOR, "was-not-there", UNTIL))
    log.happen(above, ObjectionDecided(OTHER, "rejected", "x", LATER), ObjectionEscalated(OBJECTOR, STREET, LATER))
    log.happen(done, ObjectionDecided(OTHER, "rejected", "x", LATER))
    connection = told(log, awards.PROJECTION, contested_awards.PROJECTION)

    # when they are listed
    at_home = contested_awards.objected(connection, PLACE)
    rest = contested_awards.objected(connection, PLACE, after=at_home[0].position)
    at_street = contested_awards.objected(connection, STREET)

    # then each place finds its own
    assert [row.award for row in at_home] == [here, above]
    assert [row.award for row in rest] == [row.award for row in at_street] == [above]
    days = (UNTIL, UNTIL + timedelta(days=1), LATER + timedelta(days=1))
    assert [contested_awards.overdue(connection, PLACE, today=day) for day in days] == [0, 1, 2]


def test_a_reversal_waits_is_refused_and_is_done_with_who_paid(told: Told) -> None:
    # given an award on notice that staff want to take back
    log, award = Log(), uuid4()
    on_notice(log, award)
    log.happen(award, ReversalProposed("wrong-member", "owe", STAFF))
    row, _, reversal = seen(told, log, award)
    assert reversal
    assert (row.status, row.due_at, reversal.status, reversal.spent) == ("on_notice", None, "proposed", "owe")
    connection = told(log, awards.PROJECTION, contested_awards.PROJECTION)
    assert [one.award for one in contested_awards.reversing(connection, PLACE)] == [award]

    # when that is refused, then it is due as before
    log.happen(award, ReversalRefused(OTHER, "was-right"))
    row, _, reversal = seen(told, log, award)
    assert reversal
    assert (row.due_at, reversal.status, reversal.decision_reason) == (over(), "refused", "was-right")

    # and when a second one is done, then it says who paid
    log.happen(award, AwardCredited(ACCOUNT, uuid4(), LATER), ReversalProposed("wrong-member", "owe", STAFF))
    log.happen(award, ReversalApproved(OTHER, 2), ReversalApproved(OBJECTOR, 2))
    log.happen(award, AwardReversed(OBJECTOR, 1, 0, 1, 0, 1, LATER))
    row, _, reversal = seen(told, log, award)
    assert reversal
    assert (row.status, row.reversed_on) == ("reversed", LATER)
    assert (reversal.status, reversal.decided_by, reversal.approvals, reversal.approvers_needed) == (
        *("reversed", OBJECTOR),
        *(2, 2),
    )
    paid = reversal.taken, reversal.from_other_lots, reversal.owed, reversal.written_off, reversal.expired
    assert paid == (1, 0, 1, 0, 1)
    assert contested_awards.reversing(told(log, awards.PROJECTION, contested_awards.PROJECTION), PLACE) == []


def test_the_statement_says_why_an_award_was_taken_back_and_what_filled_a_debt(told: Told) -> None:
    # given an award that was spent and taken back, and a later one
    log, first, second, hold = Log(), uuid4(), uuid4(), uuid4()
    for award in (first, second):
        on_notice(log, award)
    log.act(ACCOUNT, OpenAccount(MEMBER, Unit.POINTS, PLACE), CreditLot(first, 3, PLACE, first, TODAY))
    log.act(ACCOUNT, HoldPoints(hold, 2, hold, TODAY), SpendHold(hold, PLACE, hold, TODAY))
    log.happen(first, ReversalProposed("wrong-member", "owe", STAFF))
    log.act(ACCOUNT, ReverseCredit(first, 3, PLACE, "owe", 100, first, TODAY))
    log.act(ACCOUNT, CreditLot(second, 3, PLACE, second, TODAY))

    # when it is read
    everything = statement.PROJECTION, awards.PROJECTION, contested_awards.PROJECTION, redemptions.PROJECTION
    credit, back, _, _ = statement.of_owner(told(log, *everything), MEMBER)

    # then both lines explain themselves
    assert (credit.entry.amount, credit.entry.balance, credit.entry.filled, credit.reversal) == (3, 1, 2, None)
    assert (back.entry.kind, back.entry.amount, back.entry.balance) == ("reversed", -3, -2)
    assert back.reversal
    assert (back.reversal.reason, back.award and back.award.award) == ("wrong-member", first)
