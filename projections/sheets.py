"""Sheets of hours that no scan recorded: what waits for somebody to decide, and what became of each line."""

from datetime import datetime
from typing import Literal, TypedDict, Unpack
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection

from ledger.activities.events import SheetEntered, SheetKind, SheetLineApproved, SheetLineRefused
from ledger.application.ports import Notice
from projections.projection import Projection
from projections.rows import Rowset
from projections.view_tables import ViewTable

SheetStatus = Literal["open", "decided"]
SheetLineStatus = Literal["open", "approved", "refused"]


class SheetRow(Struct, gc=False):
    """A sheet. status: open while a line of it is. evidence: SHA-256 of the paper's picture, hexadecimal.

    open_lines, approved_lines, refused_lines: how many. left_out: whose lines somebody else had to enter.
    reason: why nothing was scanned, a code; None for some paper sheets. position: of the entering event.
    """

    sheet: UUID
    organisation: UUID
    kind: str
    activity: UUID
    session: UUID
    entered_by: UUID
    entered_at: datetime
    position: int
    evidence: str
    reason: str | None
    left_out: list[UUID]
    open_lines: int
    status: SheetStatus = "open"
    approved_lines: int = 0
    refused_lines: int = 0


class SheetLineRow(Struct, gc=False):
    """A line, by its number on the sheet (from 1). recorded_before: the door knew of the member when it was entered.

    decided_by: None while open. reason: why it was refused, a code.
    """

    sheet: UUID
    member: UUID
    number: int
    in_at: datetime
    out_at: datetime
    recorded_before: bool
    status: SheetLineStatus = "open"
    decided_by: UUID | None = None
    reason: str | None = None


SHEETS = ViewTable(
    SheetRow, "sheets", indexes=[("organisation", "status", "position"), ("activity", "position"), ("evidence",)]
)
LINES = ViewTable(SheetLineRow, "sheet_lines", key=2, indexes=[("member", "sheet")])


def sheet(connection: Connection, sheet_id: UUID) -> SheetRow | None:
    """One sheet; None where there is none."""
    return SHEETS.one(connection, SHEETS.select().where(SHEETS.c.sheet == sheet_id))


def lines(connection: Connection, sheet_id: UUID) -> list[SheetLineRow]:
    """The lines of a sheet (50 at most) in the order of the paper."""
    return LINES.read(connection, LINES.select().where(LINES.c.sheet == sheet_id).order_by(LINES.c.number))


def of_picture(connection: Connection, evidence: str, *, limit: int = 50) -> list[SheetRow]:
    """The sheets that rest on the picture with this digest, oldest first."""
    found = SHEETS.select().where(SHEETS.c.evidence == evidence).order_by(SHEETS.c.position).limit(limit)
    return SHEETS.read(connection, found)


class Listing(TypedDict, total=False):
    """Which sheets to list. kind: None and left out are both kinds.

    after: the position of the last one of the page before, 0 where left out. limit: 50 where left out.
    """

    kind: SheetKind | None
    after: int
    limit: int


def of_organisation(
    connection: Connection, organisation: UUID, *, status: SheetStatus, **asked: Unpack[Listing]
) -> list[SheetRow]:
    """The sheets of `organisation` with `status`, in the order in which they were entered."""
    c = SHEETS.c
    found = SHEETS.select().where(c.organisation == organisation, c.status == status)
    if (kind := asked.get("kind")) is not None:
        found = found.where(c.kind == kind)
    found = found.where(c.position > asked.get("after", 0)).order_by(c.position)
    return SHEETS.read(connection, found.limit(asked.get("limit", 50)))


def _entered(rows: Rowset, notice: Notice, event: SheetEntered) -> None:
    rows[SHEETS].put(
        SheetRow(
            notice.stream,
            event.organisation,
            event.kind,
            event.activity,
            event.session,
            event.entered_by,
            notice.at,
            notice.position,
            event.evidence,
            event.reason,
            list(event.left_out),
            len(event.lines),
        )
    )
    for number, line in enumerate(event.lines, start=1):
        rows[LINES].put(SheetLineRow(notice.stream, line.member, number, line.in_at, line.out_at, line.recorded_before))


def _approved(rows: Rowset, notice: Notice, event: SheetLineApproved) -> None:
    line = rows[LINES].change((notice.stream, event.member))
    line.status, line.decided_by = "approved", event.approved_by
    _decided(rows, notice).approved_lines += 1


def _refused(rows: Rowset, notice: Notice, event: SheetLineRefused) -> None:
    line = rows[LINES].change((notice.stream, event.member))
    line.status, line.decided_by, line.reason = "refused", event.refused_by, event.reason
    _decided(rows, notice).refused_lines += 1


def _decided(rows: Rowset, notice: Notice) -> SheetRow:
    row = rows[SHEETS].change(notice.stream)
    row.open_lines -= 1
    row.status = "open" if row.open_lines else "decided"
    return row


PROJECTION = Projection(
    name="sheets",
    version=1,
    tables=(SHEETS, LINES),
    handlers={SheetEntered: _entered, SheetLineApproved: _approved, SheetLineRefused: _refused},
)
