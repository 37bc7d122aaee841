"""What each fund pays for: its cap, what was asked of it in a month, and what was handed out and came back.

A statement counts by the month in which goods changed hands, so that a month that is over never changes: what comes
back later stands in the month of its return.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection

from ledger.application.ports import Notice
from ledger.kernel.clock import business_day
from ledger.kernel.units import Unit
from ledger.redemption.events import (
    FundCapDeclined,
    FundCapProposed,
    FundCapSet,
    FundOpened,
    FundPointsReleased,
    FundPointsReserved,
    RedemptionCancelled,
    RedemptionHandedOver,
    RedemptionLapsed,
    RedemptionPartlyHandedOver,
    RedemptionRejected,
    RedemptionRequested,
    RedemptionReturned,
    RedemptionSubstituted,
    RedemptionVoided,
    RewardListed,
)
from projections.projection import Projection
from projections.rows import Rowset
from projections.view_tables import ViewTable


class FundRow(Struct, gc=False):
    """A fund. is_open: somebody opened it; else `organisation` is that of the first reward that named it.

    monthly_cap: in points, None for none. proposal, proposed_cap, proposed_by: of a cap that waits for approval.
    """

    fund: UUID
    organisation: UUID
    is_open: bool
    monthly_cap: int | None = None
    proposal: UUID | None = None
    proposed_cap: int | None = None
    proposed_by: UUID | None = None


class FundUsageRow(Struct, gc=False):
    """What was asked of a fund in `month` (`YYYY-MM`) and not given back, in points."""

    usage: UUID
    fund: UUID
    month: str
    used: int = 0


class SettlementRow(Struct, gc=False):
    """What one reward cost its fund in `month` (`YYYY-MM`): whole pieces, and totals in `unit`."""

    fund: UUID
    month: str
    reward: UUID
    organisation: UUID
    unit: Unit
    merchant: UUID | None = None
    handed_pieces: int = 0
    handed_total: int = 0
    returned_pieces: int = 0
    returned_total: int = 0


class PaidFor(Struct, gc=False):
    """What a redemption that did not end without goods is for: as asked, or what was handed over instead."""

    redemption: UUID
    fund: UUID
    reward: UUID
    organisation: UUID
    unit: Unit
    merchant: UUID | None
    pieces: int
    total: int


class MerchantRow(Struct, gc=False):
    """A partner hands out rewards of the organisation."""

    merchant: UUID
    organisation: UUID


FUNDS = ViewTable(FundRow, "funds", indexes=[("organisation", "fund")])
USAGES = ViewTable(FundUsageRow, "fund_usages", indexes=[("fund", "month")])
SETTLEMENTS = ViewTable(SettlementRow, "fund_settlements", key=3, indexes=[("merchant", "month")])
PAID_FOR = ViewTable(PaidFor, "fund_redemptions")
MERCHANTS = ViewTable(MerchantRow, "fund_merchants", key=2)


def fund(connection: Connection, fund_id: UUID) -> FundRow | None:
    """One fund; None where nobody opened it and no reward names it."""
    return FUNDS.one(connection, FUNDS.select().where(FUNDS.c.fund == fund_id))


def of_organisation(
    connection: Connection, organisation: UUID, *, after: UUID | None = None, limit: int = 50
) -> list[FundRow]:
    """The funds of `organisation`, by id. after: the last one of the page before."""
    c = FUNDS.c
    found = FUNDS.select().where(c.organisation == organisation).order_by(c.fund).limit(limit)
    return FUNDS.read(connection, found if after is None else found.where(c.fund > after))


def used(connection: Connection, fund_id: UUID, month: str) -> int:
    """What was asked of the fund in `month` (`YYYY-MM`) and counts towards its cap, in points."""
    c = USAGES.c
    row = USAGES.one(connection, USAGES.select().where(c.fund == fund_id, c.month == month))
    return row.used if row else 0


def statement(connection: Connection, fund_id: UUID, month: str) -> list[SettlementRow]:
    """What changed hands at the fund's cost in `month`, by reward."""
    c = SETTLEMENTS.c
    found = SETTLEMENTS.select().where(c.fund == fund_id, c.month == month).order_by(c.reward)
    return SETTLEMENTS.read(connection, found)


def merchant_statement(connection: Connection, merchant: UUID, month: str) -> list[SettlementRow]:
    """What the merchant handed out and took back in `month`, by fund and reward."""
    c = SETTLEMENTS.c
    found = SETTLEMENTS.select().where(c.merchant == merchant, c.month == month).order_by(c.fund, c.reward)
    return SETTLEMENTS.read(connection, found)


def served_by(connection: Connection, merchant: UUID) -> list[UUID]:
    """The organisations whose rewards the merchant hands out; empty for who is no merchant."""
    found = MERCHANTS.select().where(MERCHANTS.c.merchant == merchant).order_by(MERCHANTS.c.organisation)
    return [row.organisation for row in MERCHANTS.read(connection, found)]


def _listed(rows: Rowset, _notice: Notice, event: RewardListed) -> None:
    if rows[FUNDS].find(event.fund) is None:
        rows[FUNDS].put(FundRow(event.fund, event.organisation, is_open=False))
    if event.merchant is not None:
        rows[MERCHANTS].put(MerchantRow(event.merchant, event.organisation))


def _opened(rows: Rowset, notice: Notice, event: FundOpened) -> None:
    rows[FUNDS].put(FundRow(notice.stream, event.organisation, is_open=True))


def _cap_proposed(rows: Rowset, notice: Notice, event: FundCapProposed) -> None:
    row = rows[FUNDS].change(notice.stream)
    row.proposal, row.proposed_cap, row.proposed_by = event.proposal, event.monthly_cap, event.proposed_by


def _cap_set(rows: Rowset, notice: Notice, event: FundCapSet) -> None:
    row = rows[FUNDS].change(notice.stream)
    row.monthly_cap = event.monthly_cap
    row.proposal = row.proposed_cap = row.proposed_by = None


def _cap_declined(rows: Rowset, notice: Notice, _event: FundCapDeclined) -> None:
    row = rows[FUNDS].change(notice.stream)
    row.proposal = row.proposed_cap = row.proposed_by = None


def _reserved(rows: Rowset, notice: Notice, event: FundPointsReserved) -> None:
    row = rows[USAGES].ensure(notice.stream, FundUsageRow, notice.stream, event.fund, event.month)
    row.used += event.points


def _released(rows: Rowset, notice: Notice, event: FundPointsReleased) -> None:
    rows[USAGES].change(notice.stream).used -= event.points


def _requested(rows: Rowset, notice: Notice, event: RedemptionRequested) -> None:
    rows[PAID_FOR].put(
        PaidFor(
            notice.stream,
            event.fund,
            event.reward,
            event.organisation,
            event.unit,
            event.merchant,
            event.pieces,
            event.total,
        )
    )


def _ended(rows: Rowset, notice: Notice, _event: Any) -> None:
    rows[PAID_FOR].remove(notice.stream)


def _handed_over(rows: Rowset, notice: Notice, event: RedemptionHandedOver) -> None:
    paid = rows[PAID_FOR].find(notice.stream)
    if paid is not None:
        _hand(rows, paid, event.at)


def _partly_handed_over(rows: Rowset, notice: Notice, event: RedemptionPartlyHandedOver) -> None:
    paid = rows[PAID_FOR].change(notice.stream)
    paid.pieces, paid.total = event.pieces, event.total
    _hand(rows, paid, event.at)


def _substituted(rows: Rowset, notice: Notice, event: RedemptionSubstituted) -> None:
    paid = rows[PAID_FOR].change(notice.stream)
    paid.fund, paid.reward, paid.merchant = event.fund, event.reward, event.merchant
    paid.pieces, paid.total = event.pieces, event.total
    _hand(rows, paid, event.at)


def _hand(rows: Rowset, paid: PaidFor, at: datetime) -> None:
    row = _settlement(rows, paid, at)
    row.handed_pieces += paid.pieces
    row.handed_total += paid.total


def _returned(rows: Rowset, notice: Notice, event: RedemptionReturned) -> None:
    paid = rows[PAID_FOR].find(notice.stream)
    if paid is not None:
        row = _settlement(rows, paid, event.at)
        row.returned_pieces += event.pieces
        row.returned_total += event.total


def _settlement(rows: Rowset, paid: PaidFor, at: datetime) -> SettlementRow:
    month = f"{business_day(at):%Y-%m}"
    key = (paid.fund, month, paid.reward)
    return rows[SETTLEMENTS].ensure(key, SettlementRow, *key, paid.organisation, paid.unit, paid.merchant)


PROJECTION = Projection(
    name="funds",
    version=1,
    tables=(FUNDS, USAGES, SETTLEMENTS, PAID_FOR, MERCHANTS),
    handlers={
        RewardListed: _listed,
        FundOpened: _opened,
        FundCapProposed: _cap_proposed,
        FundCapSet: _cap_set,
        FundCapDeclined: _cap_declined,
        FundPointsReserved: _reserved,
        FundPointsReleased: _released,
        RedemptionRequested: _requested,
        RedemptionRejected: _ended,
        RedemptionCancelled: _ended,
        RedemptionVoided: _ended,
        RedemptionLapsed: _ended,
        RedemptionHandedOver: _handed_over,
        RedemptionPartlyHandedOver: _partly_handed_over,
        RedemptionSubstituted: _substituted,
        RedemptionReturned: _returned,
    },
)
