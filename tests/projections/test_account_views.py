"""Balances, lots and statements: what a member sees of an account."""

from datetime import date, timedelta
from uuid import UUID, uuid4

from ledger.accounts.account import account_id
from ledger.accounts.commands import CreditLot, ExpireDueLot, HoldPoints, OpenAccount, ReleaseHold, SpendHold
from ledger.awards.events import AwardApproved, AwardCredited, AwardProposed, Step
from ledger.kernel.clock import business_day
from ledger.kernel.units import Unit
from ledger.redemption.events import RedemptionRequested
from projections import awards, balances, contested_awards, lots, redemptions, statement
from projections.lots import Expiring

from .conftest import Told
from .log import START, Log

STATEMENT = (statement.PROJECTION, awards.PROJECTION, contested_awards.PROJECTION, redemptions.PROJECTION)
"""What a statement is read from: its lines, and the reasons behind them."""

TODAY = business_day(START)
MEMBER, HOME, KEEPER = uuid4(), uuid4(), uuid4()
ACCOUNT = account_id(MEMBER, Unit.POINTS)
LOT, OTHER_LOT, HOLD, ASKED = uuid4(), uuid4(), uuid4(), uuid4()
GRACE_DAYS = 7
SOON = TODAY + timedelta(days=10)


def credited(log: Log, lot: UUID, amount: int, *, expires_on: date | None = None, reason: UUID | None = None) -> None:
    """Credit a lot to the member, opening the account where needed."""
    if ACCOUNT not in log.accounts:
        log.act(ACCOUNT, OpenAccount(MEMBER, Unit.POINTS, HOME))
    log.act(ACCOUNT, CreditLot(lot, amount, HOME, reason or uuid4(), business_day(log.now), expires_on))


def test_a_balance_shows_what_is_posted_and_what_is_held(told: Told) -> None:
    # given 10 points of which 4 are held, and 1 of them spent again
    log = Log()
    credited(log, LOT, 10)
    log.act(ACCOUNT, HoldPoints(HOLD, 4, ASKED, TODAY), HoldPoints(ASKED, 1, ASKED, TODAY))
    log.act(ACCOUNT, SpendHold(ASKED, HOME, ASKED, TODAY))

    # when it is read
    connection = told(log, balances.PROJECTION)

    # then both figures are there, by owner, account and keeper
    (balance,) = balances.of_owner(connection, MEMBER)
    assert (balance.unit, balance.posted, balance.held) == (Unit.POINTS, 9, 4)
    assert balances.of_account(connection, ACCOUNT) == balance
    assert balances.of_organisation(connection, HOME) == [balance]
    assert balances.of_organisation(connection, HOME, after=ACCOUNT) == []
    assert balances.of_owner(connection, KEEPER) == []


def test_lots_are_listed_in_the_order_of_spending_and_due_ones_cannot_be_spent(told: Told) -> None:
    # given a lot that never expires and one that does
    log = Log()
    credited(log, LOT, 5)
    credited(log, OTHER_LOT, 3, expires_on=SOON)

    # when they are read
    connection = told(log, lots.PROJECTION)

    # then the expiring one is in front, and worth nothing from its day on
    assert [one.lot for one in lots.of_owner(connection, MEMBER)] == [OTHER_LOT, LOT]
    assert lots.available(connection, MEMBER, Unit.POINTS, day=SOON - timedelta(days=1)) == 8
    assert lots.available(connection, MEMBER, Unit.POINTS, day=SOON) == 5
    expected = [Expiring(MEMBER, Unit.POINTS, ACCOUNT, OTHER_LOT, TODAY, SOON, 3)]
    assert lots.expiring(connection, MEMBER, day=TODAY, until=SOON) == expected
    assert lots.expiring_in(connection, HOME, day=TODAY, until=SOON) == expected
    assert lots.expiring(connection, MEMBER, day=TODAY, until=SOON - timedelta(days=1)) == []


def test_a_part_that_comes_back_after_its_expiry_has_days_of_grace_of_its_own(told: Told) -> None:
    # given a hold of 2 of 3 expiring points that is released after their expiry, before the rest was expired
    log = Log()
    credited(log, LOT, 3, expires_on=SOON)
    log.act(ACCOUNT, HoldPoints(HOLD, 2, ASKED, TODAY))
    late = SOON + timedelta(days=1)
    log.act(ACCOUNT, ReleaseHold(HOLD, ASKED, late, GRACE_DAYS))

    # when it is read, then both parts stand there with an expiry each
    (lot,) = lots.of_owner(told(log, lots.PROJECTION), MEMBER)
    grace = late + timedelta(days=GRACE_DAYS)
    assert [(part.amount, part.expires_on) for part in lot.parts] == [(1, SOON), (2, grace)]
    assert (lot.amount, lot.expires_on) == (3, SOON)

    # and expiring takes the due one only
    log.act(ACCOUNT, ExpireDueLot(LOT, late))
    (lot,) = lots.of_owner(told(log, lots.PROJECTION), MEMBER)
    assert (lot.amount, lot.expires_on) == (2, grace)


def test_a_lot_that_is_wholly_held_or_spent_is_not_open(told: Told) -> None:
    # given a lot that is held as a whole
    log = Log()
    credited(log, LOT, 3)
    log.act(ACCOUNT, HoldPoints(HOLD, 3, ASKED, TODAY))
    assert lots.of_owner(told(log, lots.PROJECTION), MEMBER) == []

    # when it comes back, then it is as it was
    log.act(ACCOUNT, ReleaseHold(HOLD, ASKED, TODAY, GRACE_DAYS))
    (lot,) = lots.of_owner(told(log, lots.PROJECTION), MEMBER)
    assert (lot.amount, lot.credited_on, lot.expires_on) == (3, TODAY, None)


def test_each_line_of_a_statement_is_explained(told: Told) -> None:
    # given a credit by an award, a redemption, and an expiry
    log, award, source, rule, reward = Log(), uuid4(), uuid4(), uuid4(), uuid4()
    steps = (Step("seen", 130), Step("over_ceiling", 120, 120), Step("per_hour", 6, 3))
    proposal = AwardProposed(
        source, "attendance", MEMBER, HOME, Unit.POINTS, rule, 2, TODAY, 120, 130, 120, 0, 0, 6, 5, steps, KEEPER
    )
    log.happen(award, proposal, AwardApproved(KEEPER, TODAY))
    credited(log, LOT, 6, reason=award, expires_on=SOON)
    log.happen(award, AwardCredited(ACCOUNT, LOT, TODAY))
    log.act(ACCOUNT, HoldPoints(HOLD, 4, ASKED, TODAY))
    request = RedemptionRequested(
        MEMBER, reward, HOME, KEEPER, Unit.POINTS, 2, 2, 4, ACCOUNT, HOLD, START + timedelta(days=7), MEMBER
    )
    log.happen(ASKED, request)
    log.act(ACCOUNT, SpendHold(HOLD, HOME, ASKED, TODAY))
    log.later(days=11)
    log.act(ACCOUNT, ExpireDueLot(LOT, SOON))

    # when it is read
    connection = told(log, *STATEMENT)

    # then the newest is in front, and each says why
    expiry, redemption, credit = statement.of_owner(connection, MEMBER)
    assert [
        (line.entry.number, line.entry.kind, line.entry.amount, line.entry.balance)
        for line in (credit, redemption, expiry)
    ] == [(1, "credited", 6, 6), (2, "redeemed", -4, 2), (3, "expired", -2, 0)]
    assert credit.award is not None
    assert (credit.award.rule, credit.award.rule_version, credit.award.explanation) == (rule, 2, list(steps))
    assert redemption.redemption is not None
    assert (redemption.redemption.reward, redemption.redemption.pieces) == (reward, 2)
    assert (expiry.award, expiry.redemption, expiry.entry.reason) == (None, None, LOT)
    assert (credit.entry.on_day, expiry.entry.on_day) == (TODAY, SOON)


def test_a_statement_is_read_in_pages_and_tells_the_balance_of_a_day(told: Told) -> None:
    # given a line a day for three days
    log = Log()
    for day in range(3):
        credited(log, uuid4(), 1 + day)
        log.later(days=1)
    connection = told(log, *STATEMENT)

    # when it is read in pages of two
    first = statement.of_owner(connection, MEMBER, unit=Unit.POINTS, limit=2)
    second = statement.of_owner(connection, MEMBER, before=first[-1].entry.position, limit=2)

    # then no line is missing or twice
    assert [line.entry.number for line in (*first, *second)] == [3, 2, 1]
    assert statement.of_owner(connection, MEMBER, unit=Unit.CARE_MINUTES) == []
    days = [TODAY + timedelta(days=day) for day in (-1, 0, 1, 9)]
    assert [statement.balance_on(connection, MEMBER, Unit.POINTS, day=day) for day in days] == [0, 1, 3, 6]
