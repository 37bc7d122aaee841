"""How pieces move on the shelf: from which batch they leave, to which they come back, and what is written off."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from ledger.application.ports import Notice
from ledger.redemption.events import (
    FromBatch,
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
from projections.rows import Rowset
from projections.shelf_rows import DELIVERIES, KINDS, PROPOSALS, REWARDS, Delivery, ProposalRow, RewardRow

Batches = Sequence[FromBatch]


def received(rows: Rowset, notice: Notice, event: StockReceived) -> None:
    """Pieces came in."""
    row = rows[REWARDS].change(notice.stream)
    row.received += event.pieces
    row.free += event.pieces
    _put(row, (FromBatch(event.pieces, event.batch, event.use_by),))
    rows[DELIVERIES].add(
        Delivery(
            notice.stream,
            notice.position,
            event.pieces,
            event.use_by,
            event.received_by,
            notice.at,
            event.batch,
            event.fund,
        )
    )


def reserved(rows: Rowset, notice: Notice, event: StockReserved) -> None:
    """Pieces are set aside; they lie where they lay."""
    row = rows[REWARDS].change(notice.stream)
    row.free -= event.pieces
    row.reserved += event.pieces


def returned(rows: Rowset, notice: Notice, event: StockReturned) -> None:
    """Pieces that were set aside are free again."""
    row = rows[REWARDS].change(notice.stream)
    row.reserved -= event.pieces
    row.free += event.pieces


def handed_over(rows: Rowset, notice: Notice, event: StockHandedOver) -> None:
    """Pieces left the shelf."""
    row = rows[REWARDS].change(notice.stream)
    row.reserved -= event.pieces
    row.handed += event.pieces
    _take(row, event.batches or _oldest(row.batches, event.pieces))


def brought_back(rows: Rowset, notice: Notice, event: StockBroughtBack) -> None:
    """Pieces came back: onto the shelf, or damaged."""
    row = rows[REWARDS].change(notice.stream)
    row.handed -= event.pieces
    if event.condition == "damaged":
        row.written_off += event.pieces
        return
    row.free += event.pieces
    _put(row, event.batches or (FromBatch(event.pieces),))


def write_off_proposed(rows: Rowset, notice: Notice, event: StockWriteOffProposed) -> None:
    """It waits for a second person."""
    rows[PROPOSALS].put(
        ProposalRow(
            notice.stream,
            "write_off",
            event.proposal,
            event.pieces,
            event.proposed_by,
            notice.at,
            reason=event.reason,
            batch=event.batch,
        )
    )


def written_off(rows: Rowset, notice: Notice, event: StockWrittenOff) -> None:
    """The pieces are gone."""
    row = rows[REWARDS].change(notice.stream)
    row.free -= event.pieces
    row.written_off += event.pieces
    _take(row, event.batches)
    decided(rows, notice.stream, event.proposal)


def counted(rows: Rowset, notice: Notice, event: StockCounted) -> None:
    """It waits for a second person."""
    rows[PROPOSALS].put(
        ProposalRow(
            notice.stream, "count", event.proposal, event.pieces, event.counted_by, notice.at, books=event.books
        )
    )


def count_confirmed(rows: Rowset, notice: Notice, event: StockCountConfirmed) -> None:
    """The books are as the shelf was."""
    row, count = rows[REWARDS].change(notice.stream), rows[PROPOSALS].find((notice.stream, "count"))
    row.counted, row.difference, row.counted_at = count and count.figure, event.difference, notice.at
    row.free += event.difference
    if event.difference > 0:
        row.received += event.difference
        _put(row, event.batches)
    else:
        row.written_off -= event.difference
        _take(row, event.batches)
    decided(rows, notice.stream, event.proposal)


def decided(rows: Rowset, reward: UUID, proposal: UUID) -> None:
    """The proposal waits no longer."""
    for kind in KINDS:
        row = rows[PROPOSALS].find((reward, kind))
        if row is not None and row.proposal == proposal:
            rows[PROPOSALS].remove((reward, kind))


def _put(row: RewardRow, came: Batches) -> None:
    lying = {(one.batch, one.use_by): one.pieces for one in row.batches}
    for one in came:
        lying[one.batch, one.use_by] = lying.get((one.batch, one.use_by), 0) + one.pieces
    joined = (FromBatch(pieces, batch, use_by) for (batch, use_by), pieces in lying.items())
    row.batches = sorted(joined, key=lambda one: one.use_by or date.max)


def _take(row: RewardRow, left: Batches) -> None:
    gone = {(one.batch, one.use_by): one.pieces for one in left}
    rest = ((one, one.pieces - gone.get((one.batch, one.use_by), 0)) for one in row.batches)
    row.batches = [FromBatch(pieces, one.batch, one.use_by) for one, pieces in rest if pieces > 0]


def _oldest(batches: Batches, pieces: int) -> Batches:
    """Where it was not written down from which batches pieces left, it was the oldest."""
    chosen: list[FromBatch] = []
    for batch in batches:
        part = min(batch.pieces, pieces)
        if part:
            chosen.append(FromBatch(part, batch.batch, batch.use_by))
        pieces -= part
    return chosen
