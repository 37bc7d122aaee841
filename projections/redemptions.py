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
    RedemptionReady,
    RedemptionRejected,
    RedemptionRequested,
)
from projections.projection import Projection
from projections.rows import Rowset
from projections.view_tables import ViewTable

RedemptionStatus = Literal["requested", "approved", "ready", "handed_over", "rejected", "cancelled", "lapsed"]


class RedemptionRow(Struct, gc=False):
    """A redemption. price: of one piece, total: of all, in `unit`. position: of the request.

    lapses_at: when it lapses unless handed over; due_at: the same while it waits, None once it has ended.
    requested_by: the member, or who asked for the member. ended_by: who handed over, rejected or cancelled.
    reason: why rejected, a code.
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


REDEMPTIONS = ViewTable(
    RedemptionRow,
    "redemptions",
    indexes=[("organisation", "status", "position"), ("member", "position"), ("reward", "position"), ("due_at",)],
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
        )
    )


def _approved(rows: Rowset, notice: Notice, event: RedemptionApproved) -> None:
    row = rows[REDEMPTIONS].change(notice.stream)
    row.status, row.approved_by, row.approved_at = "approved", event.approved_by, notice.at


def _ready(rows: Rowset, notice: Notice, event: RedemptionReady) -> None:
    row = rows[REDEMPTIONS].change(notice.stream)
    row.status, row.prepared_by, row.ready_at = "ready", event.prepared_by, notice.at


def _handed_over(rows: Rowset, notice: Notice, event: RedemptionHandedOver) -> None:
    _end(rows, notice, "handed_over").ended_by = event.handed_over_by


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
    version=1,
    tables=(REDEMPTIONS,),
    handlers={
        RedemptionRequested: _requested,
        RedemptionApproved: _approved,
        RedemptionReady: _ready,
        RedemptionHandedOver: _handed_over,
        RedemptionRejected: _rejected,
        RedemptionCancelled: _cancelled,
        RedemptionLapsed: _lapsed,
    },
)
