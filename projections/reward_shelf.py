"""What stands on the shelf: each reward with its price and its pieces, free, reserved and handed over."""

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection

from ledger.application.ports import Notice
from ledger.kernel.units import Unit
from ledger.redemption.events import (
    RewardListed,
    RewardPriced,
    RewardWithdrawn,
    StockHandedOver,
    StockReceived,
    StockReserved,
    StockReturned,
)
from projections.projection import Projection
from projections.rows import Rowset
from projections.view_tables import ViewTable


class RewardRow(Struct, gc=False):
    """A reward. price: for one piece, in `unit`. received = free + reserved + handed, all in whole pieces.

    pieces_per_member_month: None for no limit. is_listed: it can be asked for.
    """

    reward: UUID
    organisation: UUID
    fund: UUID
    unit: Unit
    price: int
    pieces_per_member_month: int | None
    listed_by: UUID
    is_listed: bool = True
    received: int = 0
    free: int = 0
    reserved: int = 0
    handed: int = 0


class Delivery(Struct, gc=False):
    """Pieces that came onto the shelf. use_by: last day to hand them out, None where it does not matter."""

    reward: UUID
    position: int
    pieces: int
    use_by: date | None
    received_by: UUID
    at: datetime


REWARDS = ViewTable(RewardRow, "rewards", indexes=[("organisation", "reward")])
DELIVERIES = ViewTable(Delivery, "reward_deliveries", key=2)


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


def _listed(rows: Rowset, notice: Notice, event: RewardListed) -> None:
    rows[REWARDS].put(
        RewardRow(
            notice.stream,
            event.organisation,
            event.fund,
            event.unit,
            event.price,
            event.pieces_per_member_month,
            event.listed_by,
        )
    )


def _priced(rows: Rowset, notice: Notice, event: RewardPriced) -> None:
    rows[REWARDS].change(notice.stream).price = event.price


def _withdrawn(rows: Rowset, notice: Notice, _event: RewardWithdrawn) -> None:
    rows[REWARDS].change(notice.stream).is_listed = False


def _received(rows: Rowset, notice: Notice, event: StockReceived) -> None:
    row = rows[REWARDS].change(notice.stream)
    row.received += event.pieces
    row.free += event.pieces
    rows[DELIVERIES].add(
        Delivery(notice.stream, notice.position, event.pieces, event.use_by, event.received_by, notice.at)
    )


def _reserved(rows: Rowset, notice: Notice, event: StockReserved) -> None:
    row = rows[REWARDS].change(notice.stream)
    row.free -= event.pieces
    row.reserved += event.pieces


def _returned(rows: Rowset, notice: Notice, event: StockReturned) -> None:
    row = rows[REWARDS].change(notice.stream)
    row.reserved -= event.pieces
    row.free += event.pieces


def _handed_over(rows: Rowset, notice: Notice, event: StockHandedOver) -> None:
    row = rows[REWARDS].change(notice.stream)
    row.reserved -= event.pieces
    row.handed += event.pieces


PROJECTION = Projection(
    name="reward_shelf",
    version=1,
    tables=(REWARDS, DELIVERIES),
    handlers={
        RewardListed: _listed,
        RewardPriced: _priced,
        RewardWithdrawn: _withdrawn,
        StockReceived: _received,
        StockReserved: _reserved,
        StockReturned: _returned,
        StockHandedOver: _handed_over,
    },
)
