"""What stands on the shelf: each reward with its price and its pieces, free, reserved, handed over and written off.

With it what waits for a second person (a price, a write-off, a count), what came in, and how each count ended.
"""

from uuid import UUID

from sqlalchemy import Connection

from ledger.application.ports import Notice
from ledger.redemption.events import (
    PriceProposed,
    ProposalDeclined,
    RewardDrafted,
    RewardListed,
    RewardPriced,
    RewardWithdrawn,
    StockBroughtBack,
    StockCountConfirmed,
    StockCounted,
    StockHandedOver,
    StockReceived,
    StockReserved,
    StockReturned,
    StockWriteOffProposed,
    StockWrittenOff,
)
from projections.projection import Projection
from projections.rows import Rowset
from projections.shelf_rows import DELIVERIES as DELIVERIES
from projections.shelf_rows import PROPOSALS, REWARDS, ProposalRow
from projections.shelf_rows import Delivery as Delivery
from projections.shelf_rows import RewardRow as RewardRow
from projections.shelf_stock import (
    brought_back,
    count_confirmed,
    counted,
    decided,
    handed_over,
    received,
    reserved,
    returned,
    write_off_proposed,
    written_off,
)


def reward(connection: Connection, reward_id: UUID) -> RewardRow | None:
    """One reward; None where there is none."""
    return REWARDS.one(connection, REWARDS.select().where(REWARDS.c.reward == reward_id))


def of_organisation(
    connection: Connection,
    organisation: UUID,
    *,
    listed: bool | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> list[RewardRow]:
    """The rewards of `organisation`, by id. listed: only those that can (not) be asked for, None: all.

    after: the last one of the page before.
    """
    c = REWARDS.c
    found = REWARDS.select().where(c.organisation == organisation).order_by(c.reward).limit(limit)
    if listed is not None:
        found = found.where(c.is_listed == listed)
    return REWARDS.read(connection, found if after is None else found.where(c.reward > after))


def deliveries(connection: Connection, reward_id: UUID) -> list[Delivery]:
    """What came onto the shelf of one reward, oldest first."""
    c = DELIVERIES.c
    return DELIVERIES.read(connection, DELIVERIES.select().where(c.reward == reward_id).order_by(c.position))


def proposals(connection: Connection, *reward_ids: UUID) -> list[ProposalRow]:
    """What waits for a second person at these rewards (at most 200), by kind."""
    c = PROPOSALS.c
    return PROPOSALS.read(connection, PROPOSALS.select().where(c.reward.in_(reward_ids)).order_by(c.kind))


def _drafted(rows: Rowset, notice: Notice, event: RewardDrafted) -> None:
    rows[REWARDS].put(
        RewardRow(
            reward=notice.stream,
            organisation=event.organisation,
            fund=event.fund,
            unit=event.unit,
            price=event.price,
            limits=list(event.limits),
            merchant=event.merchant,
            status="drafted",
            drafted_by=event.drafted_by,
        )
    )


def _listed(rows: Rowset, notice: Notice, event: RewardListed) -> None:
    known = rows[REWARDS].find(notice.stream)
    row = RewardRow(
        reward=notice.stream,
        organisation=event.organisation,
        fund=event.fund,
        unit=event.unit,
        price=event.price,
        limits=list(event.limits),
        merchant=event.merchant,
        status="listed",
        drafted_by=event.drafted_by,
        is_listed=True,
        listed_by=event.listed_by,
    )
    if known is not None:
        # Pieces may have come before anybody approved the reward.
        row.received, row.free, row.batches = known.received, known.free, known.batches
        row.written_off, row.counted, row.difference = known.written_off, known.counted, known.difference
        row.counted_at = known.counted_at
    rows[REWARDS].put(row)


def _price_proposed(rows: Rowset, notice: Notice, event: PriceProposed) -> None:
    rows[PROPOSALS].put(
        ProposalRow(
            notice.stream,
            "price",
            event.proposal,
            event.price,
            event.proposed_by,
            notice.at,
            from_day=event.from_day,
        )
    )


def _priced(rows: Rowset, notice: Notice, event: RewardPriced) -> None:
    row = rows[REWARDS].change(notice.stream)
    if event.from_day is None or event.on_day is None or event.from_day <= event.on_day:
        row.price, row.next_price, row.next_price_from = event.price, None, None
    else:
        row.price = row.price_on(event.on_day)
        row.next_price, row.next_price_from = event.price, event.from_day
    if event.proposal is not None:
        decided(rows, notice.stream, event.proposal)


def _withdrawn(rows: Rowset, notice: Notice, _event: RewardWithdrawn) -> None:
    row = rows[REWARDS].change(notice.stream)
    row.is_listed, row.status = False, "withdrawn"
    rows[PROPOSALS].remove((notice.stream, "price"))


def _declined(rows: Rowset, notice: Notice, event: ProposalDeclined) -> None:
    decided(rows, notice.stream, event.proposal)


PROJECTION = Projection(
    name="reward_shelf",
    version=2,
    tables=(REWARDS, DELIVERIES, PROPOSALS),
    handlers={
        RewardDrafted: _drafted,
        RewardListed: _listed,
        PriceProposed: _price_proposed,
        RewardPriced: _priced,
        RewardWithdrawn: _withdrawn,
        ProposalDeclined: _declined,
        StockReceived: received,
        StockReserved: reserved,
        StockReturned: returned,
        StockHandedOver: handed_over,
        StockBroughtBack: brought_back,
        StockWriteOffProposed: write_off_proposed,
        StockWrittenOff: written_off,
        StockCounted: counted,
        StockCountConfirmed: count_confirmed,
    },
)
