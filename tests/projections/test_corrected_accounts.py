"""What a member sees of an account that was corrected: debts, goods brought back, gifts, freezes, notices."""

from datetime import date, timedelta
from uuid import UUID, uuid4

from ledger.accounts.account import account_id
from ledger.accounts.commands import (
    AccountCommand,
    AnnounceExpiry,
    CreditLot,
    DebitPoints,
    ExpireDueLot,
    ExtendFreeze,
    FreezeAccount,
    HoldPoints,
    OpenAccount,
    ReleaseHold,
    ReturnSpent,
    ReverseCredit,
    SpendHold,
    UnfreezeAccount,
)
from ledger.accounts.events import (
    AdjustmentApproved,
    AdjustmentPosted,
    AdjustmentProposed,
    AdjustmentRefused,
    Counter,
    Take,
)
from ledger.kernel.clock import business_day
from ledger.kernel.units import Unit
from projections import (
    adjustments,
    awards,
    balances,
    care_hours,
    contested_awards,
    leaderboards,
    lots,
    redemptions,
    statement,
)

from .conftest import Told
from .log import START, Log

TODAY = business_day(START)
MEMBER, HOME, STAFF, OTHER, FALSE, TRUE, HOLD, DEED, GIFT = (uuid4() for _ in range(9))
ACCOUNT = account_id(MEMBER, Unit.POINTS)
SOON = TODAY + timedelta(days=10)
READ = (
    balances.PROJECTION,
    lots.PROJECTION,
    statement.PROJECTION,
    awards.PROJECTION,
    contested_awards.PROJECTION,
    redemptions.PROJECTION,
)


def lived(*commands: AccountCommand, unit: Unit = Unit.POINTS) -> Log:
    log = Log()
    log.act(account_id(MEMBER, unit), OpenAccount(MEMBER, unit, HOME), *commands)
    return log


def credit(lot: UUID, amount: int, expires_on: date | None = None, kind: str = "issuance") -> CreditLot:
    return CreditLot(lot, amount, HOME, DEED, TODAY, expires_on, kind)


def reverse(spent: str, amount: int = 10) -> ReverseCredit:
    return ReverseCredit(FALSE, amount, HOME, spent, 100, DEED, TODAY)


def give_back(amount: int) -> ReturnSpent:
    return ReturnSpent(HOLD, (Take(FALSE, amount, TODAY),), HOME, DEED, TODAY, grace_days=7)


SPENT = (credit(FALSE, 10), HoldPoints(HOLD, 6, DEED, TODAY), SpendHold(HOLD, HOME, DEED, TODAY))


def figures(told: Told, log: Log) -> tuple[int, int, int, int]:
    """Posted, held and owed, and what can be spent."""
    connection = told(log, *READ)
    (row,) = balances.of_owner(connection, MEMBER)
    return row.posted, row.held, row.owed, lots.available(connection, MEMBER, Unit.POINTS, day=TODAY)


def lines(told: Told, log: Log) -> list[tuple[str, int, int]]:
    connection = told(log, *READ)
    found = [line.entry for line in statement.of_owner(connection, MEMBER)]
    return [(one.kind, one.amount, one.balance) for one in reversed(found)]


def test_what_is_owed_stands_beside_the_balance_until_it_is_made_good(told: Told) -> None:
    # given a credit that was spent in part and is taken back
    log = lived(*SPENT, reverse("owe"))
    assert figures(told, log) == (-6, 0, 6, 0)

    # when other credits come in, then they fill the hole first
    log.act(ACCOUNT, credit(TRUE, 4))
    assert figures(told, log) == (-2, 0, 2, 0)
    log.act(ACCOUNT, credit(OTHER, 5))
    assert figures(told, log) == (3, 0, 0, 3)
    assert lines(told, log)[2:] == [("reversed", -10, -6), ("credited", 4, -2), ("credited", 5, 3)]


def test_a_hold_that_comes_back_pays_what_is_owed(told: Told) -> None:
    # given a credit taken back while a part of it is held
    log = lived(credit(FALSE, 10), HoldPoints(HOLD, 6, DEED, TODAY), reverse("owe"))
    assert figures(told, log) == (0, 6, 6, 0)

    # when the hold is released, then nothing is owed and nothing is left
    log.act(ACCOUNT, ReleaseHold(HOLD, DEED, TODAY, 7))
    assert figures(told, log) == (0, 0, 0, 0)


def test_goods_brought_back_are_a_line_of_their_own(told: Told) -> None:
    # given goods that were bought, when some come back, then their points do
    log = lived(*SPENT, give_back(2))

    assert figures(told, log) == (6, 0, 0, 6)
    assert lines(told, log) == [("credited", 10, 10), ("redeemed", -6, 4), ("returned", 2, 6)]


def test_what_was_written_off_is_no_line_and_does_not_come_back(told: Told) -> None:
    # given a spent part that nobody paid, when the goods come back, then the balance stays as it is
    log = lived(*SPENT, reverse("write_off"), give_back(6))

    assert figures(told, log) == (0, 0, 0, 0)
    assert lines(told, log)[2:] == [("reversed", -4, 0)]

    # and a hold that gives back what was written off takes it from the balance
    held = lived(credit(FALSE, 10), HoldPoints(HOLD, 6, DEED, TODAY), reverse("write_off"))
    held.act(ACCOUNT, ReleaseHold(HOLD, DEED, TODAY, 7))
    assert figures(told, held) == (0, 0, 0, 0)
    assert lines(told, held) == [("credited", 10, 10), ("reversed", -4, 6), ("reversed", -6, 0)]


def test_each_kind_of_coming_and_going_has_its_word(told: Told) -> None:
    log = lived(
        credit(TRUE, 9, kind="opening"),
        credit(FALSE, 3, kind="adjustment"),
        credit(OTHER, 2, SOON, kind="gift"),
        DebitPoints(4, Counter("adjustment", HOME), DEED, TODAY),
        DebitPoints(5, Counter("gift", HOME), DEED, TODAY),
    )

    assert lines(told, log) == [
        ("opening_balance", 9, 9),
        ("adjusted", 3, 12),
        ("gift_received", 2, 14),
        ("adjusted", -4, 10),
        ("gift_given", -5, 5),
    ]
    assert figures(told, log) == (5, 0, 0, 5)


def test_a_freeze_is_shown_until_it_ends(told: Told) -> None:
    # given an account that is frozen, and for longer
    until = TODAY + timedelta(days=3)
    log = lived(FreezeAccount("out", TODAY, "x", STAFF, TODAY, 15), ExtendFreeze(until, "x", STAFF, TODAY, 15))

    # then it is listed with its last day, and not after it
    connection = told(log, balances.PROJECTION)
    (row,) = balances.frozen_in(connection, HOME, day=until)
    assert (row.owner, row.frozen, row.frozen_until) == (MEMBER, "out", until)
    assert balances.frozen_in(connection, HOME, day=until + timedelta(days=1)) == []

    # nor once somebody ended it
    log.act(ACCOUNT, UnfreezeAccount("x", STAFF, TODAY))
    assert balances.frozen_in(told(log, balances.PROJECTION), HOME, day=TODAY) == []


def test_notices_of_expiry_can_be_read_until_the_day_comes(told: Told) -> None:
    # given a lot of which both notices were given
    late = SOON - timedelta(days=5)
    log = lived(credit(TRUE, 5, SOON), AnnounceExpiry(30, 7, TODAY), AnnounceExpiry(7, 0, late))

    # then the newest is shown, with lot, amount and day
    (notice,) = lots.announced(told(log, lots.PROJECTION), MEMBER, day=late)
    assert (notice.lot, notice.amount, notice.expires_on, notice.days_before) == (TRUE, 5, SOON, 7)
    assert notice.told_on == late

    # and nothing from the day on
    log.act(ACCOUNT, ExpireDueLot(TRUE, SOON))
    assert lots.announced(told(log, lots.PROJECTION), MEMBER, day=SOON) == []


def test_boards_and_care_hours_count_what_was_earned_and_not_what_was_taken_back_or_given(told: Told) -> None:
    # given minutes earned, given by somebody, entered from a book, and some of them taken back a month later
    account, month = account_id(MEMBER, Unit.CARE_MINUTES), "2025-03"
    log = lived(credit(FALSE, 10), credit(OTHER, 60), unit=Unit.CARE_MINUTES)
    log.act(account, credit(TRUE, 90, kind="gift"), credit(uuid4(), 30, kind="opening"))
    later = TODAY + timedelta(days=31)
    log.act(account, ReverseCredit(FALSE, 10, HOME, "owe", 100, DEED, later))

    # then a closed month stays as it was, and the correction stands in its own
    connection = told(log, care_hours.PROJECTION, leaderboards.PROJECTION)
    rows = {row.month: (row.minutes, row.deeds) for row in care_hours.of_member(connection, MEMBER)}
    assert rows == {month: (70, 2), "2025-04": (-10, -1)}
    earned = leaderboards.earned
    assert earned(connection, HOME, MEMBER, unit=Unit.CARE_MINUTES, period=month) == 70
    assert earned(connection, HOME, MEMBER, unit=Unit.CARE_MINUTES, period="2025") == 60
    assert leaderboards.board(connection, HOME, unit=Unit.CARE_MINUTES, period="2025-04").participants == 0


def test_adjustments_are_listed_by_what_became_of_them(told: Told) -> None:
    # given one that waits, one that was posted, and one that was refused
    log, waits, posted, refused = Log(), *(uuid4() for _ in range(3))
    digest = "0" * 64
    proposal = AdjustmentProposed("adjustment", MEMBER, Unit.POINTS, HOME, -5, "counted-twice", STAFF, evidence=digest)
    for one in (waits, posted, refused):
        log.happen(one, proposal)
    log.happen(waits, AdjustmentApproved(OTHER))
    log.happen(posted, AdjustmentApproved(OTHER), AdjustmentPosted(ACCOUNT, TODAY))
    log.happen(refused, AdjustmentRefused(OTHER, "no-paper"))

    # when they are read
    connection = told(log, adjustments.PROJECTION)

    # then each is listed where it belongs
    listed = {
        status: adjustments.of_organisation(connection, HOME, status=status)
        for status in ("proposed", "posted", "refused")
    }
    assert {status: [row.adjustment for row in rows] for status, rows in listed.items()} == {
        "proposed": [waits],
        "posted": [posted],
        "refused": [refused],
    }
    assert listed["proposed"][0].approved_by == [OTHER]
    assert (listed["posted"][0].posted_on, listed["refused"][0].decision_reason) == (TODAY, "no-paper")
    one = adjustments.adjustment(connection, waits)
    assert one is not None
    assert (one.amount, one.evidence, one.proposed_by, one.proposed_at) == (-5, digest, STAFF, START)
    assert adjustments.of_organisation(connection, HOME, status="proposed", after=one.position) == []
