"""The rows of the shelf: rewards, what came in, and what waits for a second person."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from ledger.kernel.units import Unit
from ledger.redemption.events import FromBatch, Limit
from projections.view_tables import ViewTable

RewardStatus = Literal["drafted", "listed", "withdrawn"]
ProposalKind = Literal["price", "write_off", "count"]


class RewardRow(Struct, gc=False):
    """A reward. price: for one piece, in `unit`; next_price: from `next_price_from` on, None where none is to come.

    received = free + reserved + handed + written_off, all in whole pieces. is_listed: it can be asked for. batches:
    what lies there, the oldest first. counted, difference, counted_at: of the newest count that was confirmed.
    """

    reward: UUID
    organisation: UUID
    fund: UUID
    unit: Unit
    price: int
    limits: list[Limit]
    merchant: UUID | None
    status: RewardStatus
    drafted_by: UUID | None
    is_listed: bool = False
    listed_by: UUID | None = None
    next_price: int | None = None
    next_price_from: date | None = None
    received: int = 0
    free: int = 0
    reserved: int = 0
    handed: int = 0
    written_off: int = 0
    batches: list[FromBatch] = []
    counted: int | None = None
    difference: int | None = None
    counted_at: datetime | None = None

    def price_on(self, day: date) -> int:
        """The price of one piece for what is asked for on `day`."""
        if self.next_price is not None and self.next_price_from is not None and self.next_price_from <= day:
            return self.next_price
        return self.price


class Delivery(Struct, gc=False):
    """Pieces that came onto the shelf. use_by: last day to hand them out, None where it does not matter.

    batch: names them, None for the oldest ones. fund: who paid, None for the reward's own.
    """

    reward: UUID
    position: int
    pieces: int
    use_by: date | None
    received_by: UUID
    at: datetime
    batch: UUID | None = None
    fund: UUID | None = None


class ProposalRow(Struct, gc=False):
    """What waits for a second person: the newest of its kind. figure: the price, or the number of pieces.

    from_day: of a price. reason, batch: of a write-off. books: what should lie there, where a count waits.
    """

    reward: UUID
    kind: ProposalKind
    proposal: UUID
    figure: int
    proposed_by: UUID
    at: datetime
    from_day: date | None = None
    reason: str | None = None
    batch: UUID | None = None
    books: int | None = None


REWARDS = ViewTable(RewardRow, "rewards", indexes=[("organisation", "reward")])
DELIVERIES = ViewTable(Delivery, "reward_deliveries", key=2)
PROPOSALS = ViewTable(ProposalRow, "reward_proposals", key=2)
KINDS: tuple[ProposalKind, ...] = ("price", "write_off", "count")
