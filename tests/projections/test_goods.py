"""The shelf's books, the ways a redemption can go, and each fund's statement, as read models tell them."""

from datetime import date, timedelta
from uuid import uuid4

from ledger.kernel.units import Unit
from ledger.redemption.events import (
    FromBatch,
    FundCapProposed,
    FundCapSet,
    FundOpened,
    FundPointsReleased,
    FundPointsReserved,
    PriceProposed,
    ProposalDeclined,
    RedemptionApproved,
    RedemptionHandedOver,
    RedemptionPartlyHandedOver,
    RedemptionReady,
    RedemptionRechecked,
    RedemptionRequested,
    RedemptionReturned,
    RedemptionSettled,
    RedemptionSubstituted,
    RedemptionVoided,
    RewardDrafted,
    RewardListed,
    RewardPriced,
    StockBroughtBack,
    StockCountConfirmed,
    StockCounted,
    StockHandedOver,
    StockReceived,
    StockReserved,
    StockWriteOffProposed,
    StockWrittenOff,
)
from projections import funds, redemptions, reward_shelf
from projections.shelf_rows import RewardRow

from .conftest import Told
from .log import START, Log

PLACE, STAFF, OTHER, MEMBER, SHOP = (uuid4() for _ in range(5))
REWARD, TOWEL, FUND, FUND_2, USAGE, ACCOUNT, HOLD = (uuid4() for _ in range(7))
OLD, NEW, PRICE, OFF, COUNT, ASKED = (uuid4() for _ in range(6))
SOON, LATE = date(2025, 4, 1), date(2026, 4, 1)


def listed(log: Log) -> None:
    log.happen(REWARD, RewardDrafted(PLACE, FUND, Unit.POINTS, 2, STAFF, (), SHOP))
    log.happen(REWARD, RewardListed(PLACE, FUND, Unit.POINTS, 2, OTHER, (), SHOP, STAFF))


def shelf(told: Told, log: Log) -> RewardRow:
    row = reward_shelf.reward(told(log, reward_shelf.PROJECTION), REWARD)
    assert row
    return row


def test_the_books_follow_every_piece(told: Told) -> None:
    # given two batches, of which pieces were handed over, came back, and were written off
    log = Log()
    listed(log)
    log.happen(REWARD, StockReceived(5, STAFF, LATE, NEW), StockReceived(4, STAFF, SOON, OLD))
    log.happen(REWARD, StockReserved(ASKED, 6, MEMBER, "2025-03"))
    log.happen(REWARD, StockHandedOver(ASKED, 6, (FromBatch(4, OLD, SOON), FromBatch(2, NEW, LATE))))
    log.happen(REWARD, StockBroughtBack(ASKED, 1, "good", STAFF, (FromBatch(1, OLD, SOON),)))
    log.happen(REWARD, StockBroughtBack(ASKED, 1, "damaged", STAFF))
    log.happen(REWARD, StockWriteOffProposed(OFF, 2, "broken", STAFF, NEW))
    waiting = reward_shelf.proposals(told(log, reward_shelf.PROJECTION), REWARD)

    # when it is read
    log.happen(REWARD, StockWrittenOff(OFF, 2, "broken", OTHER, (FromBatch(2, NEW, LATE),)))
    row = shelf(told, log)

    # then the books add up, and the proposal waited until it was decided
    assert [(one.kind, one.proposal, one.figure, one.reason, one.batch) for one in waiting] == [
        ("write_off", OFF, 2, "broken", NEW)
    ]
    assert reward_shelf.proposals(told(log, reward_shelf.PROJECTION), REWARD) == []
    assert row.batches == [FromBatch(1, OLD, SOON), FromBatch(1, NEW, LATE)]
    assert (row.received, row.free, row.reserved, row.handed, row.written_off) == (9, 2, 0, 4, 3)


def test_a_count_sets_the_books_right(told: Told) -> None:
    # given seven pieces, of which only five were found, and later eight
    log = Log()
    listed(log)
    log.happen(REWARD, StockReceived(7, STAFF, None, NEW), StockCounted(COUNT, 5, 7, STAFF))
    (waiting,) = reward_shelf.proposals(told(log, reward_shelf.PROJECTION), REWARD)
    log.happen(REWARD, StockCountConfirmed(COUNT, -2, OTHER, (FromBatch(2, NEW),)))
    missing = shelf(told, log)

    # when it is confirmed, then the books say what lies there
    log.happen(REWARD, StockCounted(COUNT, 8, 5, STAFF), StockCountConfirmed(COUNT, 3, OTHER, (FromBatch(3, NEW),)))
    found = shelf(told, log)
    assert (waiting.kind, waiting.figure, waiting.books) == ("count", 5, 7)
    assert (missing.free, missing.written_off, missing.counted, missing.difference) == (5, 2, 5, -2)
    assert (found.free, found.received, found.counted, found.difference) == (8, 10, 8, 3)
    assert found.batches == [FromBatch(8, NEW)]


def test_a_price_waits_and_then_holds_from_its_day(told: Told) -> None:
    # given a draft that was approved, and a price that was proposed
    log, on = Log(), date(2025, 3, 3)
    listed(log)
    log.happen(REWARD, PriceProposed(PRICE, 5, on + timedelta(days=3), STAFF))
    (waiting,) = reward_shelf.proposals(told(log, reward_shelf.PROJECTION), REWARD)

    # when it is approved, then it is still to come
    log.happen(REWARD, RewardPriced(5, OTHER, PRICE, on + timedelta(days=3), on))
    row = shelf(told, log)
    assert (waiting.kind, waiting.figure, waiting.from_day) == ("price", 5, on + timedelta(days=3))
    assert [row.price_on(on + timedelta(days=days)) for days in (0, 2, 3)] == [2, 2, 5]
    assert (row.drafted_by, row.listed_by, row.status, row.is_listed) == (STAFF, OTHER, "listed", True)

    # and a declined one is gone
    log.happen(REWARD, PriceProposed(OFF, 9, on, STAFF), ProposalDeclined(OFF, OTHER))
    assert reward_shelf.proposals(told(log, reward_shelf.PROJECTION), REWARD) == []


def test_a_draft_is_not_listed(told: Told) -> None:
    log = Log()
    log.happen(REWARD, RewardDrafted(PLACE, FUND, Unit.POINTS, 2, STAFF), StockReceived(3, STAFF, None, NEW))
    draft = shelf(told, log)
    log.happen(REWARD, RewardListed(PLACE, FUND, Unit.POINTS, 2, OTHER, drafted_by=STAFF))

    assert (draft.status, draft.is_listed, draft.free) == ("drafted", False, 3)
    assert (shelf(told, log).is_listed, shelf(told, log).free) == (True, 3)


def requested(log: Log, *, recheck: bool = False, pieces: int = 3) -> None:
    lapses_at = START + timedelta(days=7)
    log.happen(
        ASKED,
        RedemptionRequested(
            MEMBER, REWARD, PLACE, FUND, Unit.POINTS, pieces, 2, 2 * pieces, ACCOUNT, HOLD, lapses_at, MEMBER, SHOP
        ),
        RedemptionApproved(OTHER, recheck),
        RedemptionReady(STAFF),
    )


def test_a_redemption_shows_what_was_got_and_what_came_back(told: Told) -> None:
    # given a redemption of three, of which two were handed over
    log = Log()
    requested(log)
    log.happen(ASKED, RedemptionPartlyHandedOver(2, 4, STAFF, START, (), ()))
    part = redemptions.redemption(told(log, redemptions.PROJECTION), ASKED)

    # when one comes back and then the other
    log.happen(ASKED, RedemptionReturned(1, 2, "good", STAFF, START, (), ()))
    one = redemptions.redemption(told(log, redemptions.PROJECTION), ASKED)
    log.happen(ASKED, RedemptionReturned(1, 2, "good", STAFF, START, (), ()))
    both = redemptions.redemption(told(log, redemptions.PROJECTION), ASKED)

    # then each step is there
    assert part
    assert one
    assert both
    assert (part.status, part.handed_reward, part.handed_pieces, part.handed_total) == (
        "partly_handed_over", REWARD, 2, 4,
    )  # fmt: skip
    assert (one.status, one.returned_pieces, one.returned_total) == ("partly_handed_over", 1, 2)
    assert (both.status, both.returned_pieces, both.returnable_until) == ("returned", 2, None)


def test_a_redemption_shows_a_substitute_a_settlement_and_a_voiding(told: Told) -> None:
    log, other = Log(), Log()
    requested(log)
    instead = RedemptionSubstituted(TOWEL, FUND_2, None, 1, 5, 5, "voucher-shown", STAFF, START, (), ())
    log.happen(ASKED, instead)
    row = redemptions.redemption(told(log, redemptions.PROJECTION), ASKED)
    log.happen(ASKED, RedemptionSettled())
    settled = redemptions.redemption(told(log, redemptions.PROJECTION), ASKED)
    requested(other)
    other.happen(ASKED, RedemptionVoided(STAFF, "out-of-stock"))
    voided = redemptions.redemption(told(other, redemptions.PROJECTION), ASKED)

    assert row
    assert settled
    assert voided
    assert (row.status, row.handed_reward, row.handed_total) == ("substituted", TOWEL, 5)
    assert row.returnable_until == START + timedelta(days=7)
    assert (settled.status, settled.returnable_until) == ("settled", None)
    assert (voided.status, voided.reason, voided.ended_by, voided.due_at) == ("voided", "out-of-stock", STAFF, None)


def test_what_was_drawn_waits_for_a_look_once_it_is_in_hand(told: Told) -> None:
    log = Log()
    requested(log, recheck=True)
    assert redemptions.to_recheck(told(log, redemptions.PROJECTION), PLACE) == []
    log.happen(ASKED, RedemptionHandedOver(STAFF, START))
    connection = told(log, redemptions.PROJECTION)
    assert [row.redemption for row in redemptions.to_recheck(connection, PLACE)] == [ASKED]
    assert redemptions.to_recheck(connection, SHOP) == []
    log.happen(ASKED, RedemptionRechecked(OTHER, "not_in_order"))
    connection = told(log, redemptions.PROJECTION)
    assert redemptions.to_recheck(connection, PLACE) == []
    row = redemptions.redemption(connection, ASKED)
    assert row
    assert row.recheck == "not_in_order"


def test_a_fund_shows_its_cap_and_what_a_month_used(told: Told) -> None:
    # given a fund that a reward names before anybody opened it
    log = Log()
    listed(log)
    named = funds.fund(told(log, funds.PROJECTION), FUND)
    log.happen(FUND, FundOpened(PLACE, STAFF), FundCapProposed(PRICE, 50, STAFF))
    proposed = funds.fund(told(log, funds.PROJECTION), FUND)

    # when its cap is set and points are asked of it
    log.happen(FUND, FundCapSet(PRICE, 50, OTHER))
    log.happen(USAGE, FundPointsReserved(ASKED, FUND, "2025-03", 9), FundPointsReleased(ASKED, 2))
    connection = told(log, funds.PROJECTION)
    row = funds.fund(connection, FUND)

    # then all of it is there
    assert named
    assert proposed
    assert row
    assert (named.is_open, proposed.is_open) == (False, True)
    assert (proposed.monthly_cap, proposed.proposed_cap, proposed.proposed_by) == (None, 50, STAFF)
    assert (row.monthly_cap, row.proposal, row.proposed_cap) == (50, None, None)
    assert (funds.used(connection, FUND, "2025-03"), funds.used(connection, FUND, "2025-04")) == (7, 0)
    assert funds.of_organisation(connection, PLACE) == [row]
    assert funds.of_organisation(connection, PLACE, after=FUND) == []


def test_a_statement_counts_by_the_month_in_which_goods_changed_hands(told: Told) -> None:
    # given three pieces handed over in March, of which one came back in April
    log = Log()
    listed(log)
    requested(log)
    log.happen(ASKED, RedemptionHandedOver(STAFF, START))
    later = START + timedelta(days=31)
    log.happen(ASKED, RedemptionReturned(1, 2, "good", STAFF, later, (), ()))
    connection = told(log, funds.PROJECTION)

    # when the months are read
    (march,), (april,) = (funds.statement(connection, FUND, month) for month in ("2025-03", "2025-04"))

    # then the closed month is what it was
    assert (march.handed_pieces, march.handed_total, march.returned_pieces) == (3, 6, 0)
    assert (april.handed_pieces, april.returned_pieces, april.returned_total) == (0, 1, 2)
    assert (march.merchant, march.organisation, march.unit) == (SHOP, PLACE, Unit.POINTS)
    assert funds.merchant_statement(connection, SHOP, "2025-03") == [march]
    assert funds.served_by(connection, SHOP) == [PLACE]
    assert funds.served_by(connection, PLACE) == []


def test_a_substitute_is_paid_for_by_its_own_fund(told: Told) -> None:
    log = Log()
    requested(log)
    log.happen(ASKED, RedemptionSubstituted(TOWEL, FUND_2, None, 1, 5, 5, "voucher-shown", STAFF, START, (), ()))
    connection = told(log, funds.PROJECTION)

    assert funds.statement(connection, FUND, "2025-03") == []
    (line,) = funds.statement(connection, FUND_2, "2025-03")
    assert (line.reward, line.handed_pieces, line.handed_total, line.merchant) == (TOWEL, 1, 5, None)


def test_what_ended_without_goods_stands_in_no_statement(told: Told) -> None:
    log = Log()
    requested(log)
    log.happen(ASKED, RedemptionVoided(STAFF, "out-of-stock"))

    assert funds.statement(told(log, funds.PROJECTION), FUND, "2025-03") == []
