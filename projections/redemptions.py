"""Redemptions: who asked for what, how far it is, and until when it waits."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection

from ledger.application.ports import Notice
from ledger.kernel.units import Unit
from ledger.redemption.events import (
    RedemptionApproved,
    RedemptionCancelled,
    RedemptionHandedOver,
    RedemptionLapsed,
    RedemptionPartlyHandedOver,
    RedemptionReady,
    RedemptionRechecked,
    RedemptionRejected,
    RedemptionRequested,
    RedemptionReturned,
    RedemptionSettled,
    RedemptionSubstituted,
    RedemptionVoided,
    returnable_until,
)
from projections.projection import Projection
from projections.rows import Rowset
from projections.view_tables import ViewTable

RedemptionStatus = Literal[
    "requested",
    "approved",
    "ready",
    "handed_over",
    "partly_handed_over",
    "substituted",
    "returned",
    "settled",
    "rejected",
    "cancelled",
    "voided",
    "lapsed",
]
Recheck = Literal["not_drawn", "open", "in_order", "not_in_order"]


class RedemptionRow(Struct, gc=False):
    """A redemption. price: of one piece, total: of all, in `unit`. position: of the request.

    lapses_at: when it lapses unless handed over; due_at: the same while it waits, None once it has ended.
    requested_by: the member, or who asked for the member. ended_by: who handed over, rejected, cancelled or voided.
    reason: why rejected or voided, a code. handed_reward, handed_pieces, handed_total: what the member got, which may
    be less than was asked for, or another reward. returned_pieces, returned_total: what of it came back.
    returnable_until: while it is in hand, when nothing comes back any more; None otherwise. witness: who stood by
    at the counter. recheck: whether somebody is to look at what the system approved, and what they found.
    """

    redemption: UUID
    organisation: UUID
    member: UUID
    status: RedemptionStatus
    reward: UUID
    fund: UUID
    unit: Unit
    pieces: int
    price: int
    total: int
    account: UUID
    hold: UUID
    requested_at: datetime
    lapses_at: datetime
    due_at: datetime | None
    position: int
    requested_by: UUID
    approved_by: UUID | None = None
    approved_at: datetime | None = None
    prepared_by: UUID | None = None
    ready_at: datetime | None = None
    ended_by: UUID | None = None
    ended_at: datetime | None = None
    reason: str | None = None
    handed_reward: UUID | None = None
    handed_pieces: int = 0
    handed_total: int = 0
    returned_pieces: int = 0
    returned_total: int = 0
    returnable_until: datetime | None = None
    witness: UUID | None = None
    recheck: Recheck = "not_drawn"


REDEMPTIONS = ViewTable(
    RedemptionRow,
    "redemptions",
    indexes=[
        ("organisation", "status", "position"),
        ("organisation", "position"),
        ("organisation", "recheck", "position"),
        ("member", "position"),
        ("reward", "position"),
        ("due_at",),
        ("returnable_until",),
    ],
)


def redemption(connection: Connection, redemption_id: UUID) -> RedemptionRow | None:
    """One redemption; None where there is none."""
    return REDEMPTIONS.one(connection, REDEMPTIONS.select().where(REDEMPTIONS.c.redemption == redemption_id))


def by_id(connection: Connection, redemption_ids: Sequence[UUID]) -> list[RedemptionRow]:
    """Those of `redemption_ids` (at most 200) that are redemptions, in no order."""
    return REDEMPTIONS.read(connection, REDEMPTIONS.select().where(REDEMPTIONS.c.redemption.in_(redemption_ids)))


def of_organisation(
    connection: Connection,
    organisation: UUID,
    *,
    status: RedemptionStatus | None = None,
    after: int = 0,
    limit: int = 50,
) -> list[RedemptionRow]:
    """The redemptions of `organisation` (with `status`, None: all), oldest first.

    after: the position of the last one of the page before.
    """
    c = REDEMPTIONS.c
    found = REDEMPTIONS.select().where(c.organisation == organisation, c.position > after).order_by(c.position)
    return REDEMPTIONS.read(connection, (found if status is None else found.where(c.status == status)).limit(limit))


def of_member(
    connection: Connection,
    member: UUID,
    *,
    status: RedemptionStatus | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[RedemptionRow]:
    """The redemptions of `member` (with `status`, None: all), newest first.

    before: the position of the last one of the page before.
    """
    c = REDEMPTIONS.c
    found = REDEMPTIONS.select().where(c.member == member).order_by(c.position.desc()).limit(limit)
    if status is not None:
        found = found.where(c.status == status)
    return REDEMPTIONS.read(connection, found if before is None else found.where(c.position < before))


def to_recheck(connection: Connection, organisation: UUID, *, after: int = 0, limit: int = 50) -> list[RedemptionRow]:
    """What was handed over at `organisation` and somebody is to look at, oldest first.

    after: the position of the last one of the page before.
    """
    c = REDEMPTIONS.c
    found = REDEMPTIONS.select().where(
        c.organisation == organisation, c.recheck == "open", c.handed_pieces > 0, c.position > after
    )
    return REDEMPTIONS.read(connection, found.order_by(c.position).limit(limit))


def _requested(rows: Rowset, notice: Notice, event: RedemptionRequested) -> None:
    rows[REDEMPTIONS].put(
        RedemptionRow(
            notice.stream,
            event.organisation,
            event.member,
            "requested",
            event.reward,
            event.fund,
            event.unit,
            event.pieces,
            event.price,
            event.total,
            event.account,
            event.hold,
            notice.at,
            event.lapses_at,
            event.lapses_at,
            notice.position,
            event.requested_by,
            witness=event.witness,
        )
    )


def _approved(rows: Rowset, notice: Notice, event: RedemptionApproved) -> None:
    row = rows[REDEMPTIONS].change(notice.stream)
    row.status, row.approved_by, row.approved_at = "approved", event.approved_by, notice.at
    row.recheck = "open" if event.recheck else "not_drawn"


def _ready(rows: Rowset, notice: Notice, event: RedemptionReady) -> None:
    row = rows[REDEMPTIONS].change(notice.stream)
    row.status, row.prepared_by, row.ready_at = "ready", event.prepared_by, notice.at


def _handed_over(rows: Rowset, notice: Notice, event: RedemptionHandedOver) -> None:
    row = _end(rows, notice, "handed_over")
    row.ended_by, row.returnable_until = event.handed_over_by, returnable_until(event)
    row.handed_reward, row.handed_pieces, row.handed_total = row.reward, row.pieces, row.total


def _partly_handed_over(rows: Rowset, notice: Notice, event: RedemptionPartlyHandedOver) -> None:
    row = _end(rows, notice, "partly_handed_over")
    row.ended_by, row.returnable_until = event.handed_over_by, returnable_until(event)
    row.handed_reward, row.handed_pieces, row.handed_total = row.reward, event.pieces, event.total


def _substituted(rows: Rowset, notice: Notice, event: RedemptionSubstituted) -> None:
    row = _end(rows, notice, "substituted")
    row.ended_by, row.returnable_until = event.handed_over_by, returnable_until(event)
    row.handed_reward, row.handed_pieces, row.handed_total = event.reward, event.pieces, event.total


def _returned(rows: Rowset, notice: Notice, event: RedemptionReturned) -> None:
    row = rows[REDEMPTIONS].change(notice.stream)
    row.returned_pieces += event.pieces
    row.returned_total += event.total
    if row.returned_pieces == row.handed_pieces:
        row.status, row.returnable_until = "returned", None


def _settled(rows: Rowset, notice: Notice, _event: RedemptionSettled) -> None:
    row = rows[REDEMPTIONS].change(notice.stream)
    row.status, row.returnable_until = "settled", None


def _rechecked(rows: Rowset, notice: Notice, event: RedemptionRechecked) -> None:
    rows[REDEMPTIONS].change(notice.stream).recheck = event.finding


def _voided(rows: Rowset, notice: Notice, event: RedemptionVoided) -> None:
    row = _end(rows, notice, "voided")
    row.ended_by, row.reason = event.voided_by, event.reason


def _rejected(rows: Rowset, notice: Notice, event: RedemptionRejected) -> None:
    row = _end(rows, notice, "rejected")
    row.ended_by, row.reason = event.rejected_by, event.reason


def _cancelled(rows: Rowset, notice: Notice, event: RedemptionCancelled) -> None:
    _end(rows, notice, "cancelled").ended_by = event.cancelled_by


def _lapsed(rows: Rowset, notice: Notice, _event: RedemptionLapsed) -> None:
    _end(rows, notice, "lapsed")


def _end(rows: Rowset, notice: Notice, status: RedemptionStatus) -> RedemptionRow:
    row = rows[REDEMPTIONS].change(notice.stream)
    row.status, row.ended_at, row.due_at = status, notice.at, None
    return row


PROJECTION = Projection(
    name="redemptions",
    version=3,
    tables=(REDEMPTIONS,),
    handlers={
        RedemptionRequested: _requested,
        RedemptionApproved: _approved,
        RedemptionReady: _ready,
        RedemptionHandedOver: _handed_over,
        RedemptionPartlyHandedOver: _partly_handed_over,
        RedemptionSubstituted: _substituted,
        RedemptionReturned: _returned,
        RedemptionSettled: _settled,
        RedemptionRechecked: _rechecked,
        RedemptionVoided: _voided,
        RedemptionRejected: _rejected,
        RedemptionCancelled: _cancelled,
        RedemptionLapsed: _lapsed,
    },
)
