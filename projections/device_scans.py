"""Scanning devices: what each has sent, which numbers are missing, and the scans that wait for somebody to decide.

Numbers that came are kept as ranges, in blocks, so that one more costs the same however many there are, and a device
that skips every second number costs no more than one that skips none.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection

from ledger.activities.events import (
    Decision,
    DeviceRegistered,
    DeviceRevoked,
    ScanRecorded,
    ScanReviewed,
)
from ledger.application.ports import Notice
from projections.projection import Projection
from projections.rows import Rowset
from projections.view_tables import ViewTable

BLOCK = 1_024
"""Numbers in a block: at most 512 ranges, some 6 KB, are read and written for one scan."""


class Range(Struct, frozen=True, array_like=True):
    """Consecutive numbers from `first` to `last`, both included."""

    first: int
    last: int


class DeviceRow(Struct, gc=False):
    """A device. last_sequence: the highest number that came, 0 before the first; recorded: how many came.

    recorded = accepted + for_review + review_accepted + dismissed: accepted at once, waiting, and decided since.
    last_sent_at: when the newest scan was sent, by our clock; clock_ahead_seconds: by how much the device's was ahead.
    """

    device: UUID
    organisation: UUID
    registered_by: UUID
    registered_at: datetime
    revoked_at: datetime | None = None
    revoked_for: str | None = None
    last_sequence: int = 0
    recorded: int = 0
    accepted: int = 0
    for_review: int = 0
    review_accepted: int = 0
    dismissed: int = 0
    last_sent_at: datetime | None = None
    clock_ahead_seconds: int | None = None


class BlockRow(Struct, gc=False):
    """Which of the numbers from `block` times BLOCK on came, in order."""

    device: UUID
    block: int
    came: list[Range]


class WaitingScanRow(Struct, gc=False):
    """A scan that was not accepted at once. waits_in: the organisation whose staff decide; None once they have.

    seen_at, sent_at: by the device's clock; received_at: by ours. counted_at: the instant that was accepted.
    """

    scan: UUID
    organisation: UUID
    waits_in: UUID | None
    position: int
    device: UUID
    sequence: int
    activity: UUID
    session: UUID | None
    member: UUID | None
    basis: str | None
    direction: str
    seen_at: datetime
    sent_at: datetime
    received_at: datetime
    uploaded_by: UUID
    reason: str
    decision: Decision | None = None
    decided_by: UUID | None = None
    decided_at: datetime | None = None
    decision_reason: str | None = None
    counted_at: datetime | None = None


DEVICES = ViewTable(DeviceRow, "devices", indexes=[("organisation", "device")])
BLOCKS = ViewTable(BlockRow, "device_sequences", key=2)
SCANS = ViewTable(WaitingScanRow, "device_scans", indexes=[("waits_in", "position"), ("organisation", "position")])


def device(connection: Connection, device_id: UUID) -> DeviceRow | None:
    """One device; None where there is none."""
    return DEVICES.one(connection, DEVICES.select().where(DEVICES.c.device == device_id))


def of_organisation(
    connection: Connection, organisation: UUID, *, after: UUID | None = None, limit: int = 50
) -> list[DeviceRow]:
    """The devices of `organisation`, by id; after: the last one of the page before."""
    c = DEVICES.c
    found = DEVICES.select().where(c.organisation == organisation).order_by(c.device).limit(limit)
    return DEVICES.read(connection, found if after is None else found.where(c.device > after))


def missing(connection: Connection, device_id: UUID, *, below: int, limit: int) -> list[Range]:
    """The numbers from 1 to less than `below` that never came from the device: the lowest `limit` ranges of them."""
    c = BLOCKS.c
    found = BLOCKS.select().where(c.device == device_id, c.block * BLOCK < below).order_by(c.block)
    return list(islice(_gaps(BLOCKS.read(connection, found), below), limit))


def scan(connection: Connection, scan_id: UUID) -> WaitingScanRow | None:
    """One scan that was not accepted at once; None where there is none."""
    return SCANS.one(connection, SCANS.select().where(SCANS.c.scan == scan_id))


def scans_of_organisation(
    connection: Connection, organisation: UUID, *, only_waiting: bool, after: int = 0, limit: int = 50
) -> list[WaitingScanRow]:
    """The scans that `organisation` has to decide on, or with those it has decided on, oldest first.

    after: the position of the last one of the page before.
    """
    c = SCANS.c
    whose = c.waits_in if only_waiting else c.organisation
    found = SCANS.select().where(whose == organisation, c.position > after).order_by(c.position).limit(limit)
    return SCANS.read(connection, found)


def with_number(came: list[Range], number: int) -> list[Range]:
    """`came` (in order, apart from each other) with `number`, which is not among them."""
    before = [one for one in came if one.last < number]
    behind = came[len(before) :]
    first = before.pop().first if before and before[-1].last == number - 1 else number
    last = behind.pop(0).last if behind and behind[0].first == number + 1 else number
    return [*before, Range(first, last), *behind]


def _gaps(blocks: list[BlockRow], below: int) -> Iterator[Range]:
    expected = 1
    for came in (one for block in blocks for one in block.came):
        if came.first >= below:
            break
        if came.first > expected:
            yield Range(expected, came.first - 1)
        expected = came.last + 1
    if expected < below:
        yield Range(expected, below - 1)


def _registered(rows: Rowset, notice: Notice, event: DeviceRegistered) -> None:
    rows[DEVICES].put(DeviceRow(notice.stream, event.organisation, event.registered_by, notice.at))


def _revoked(rows: Rowset, notice: Notice, event: DeviceRevoked) -> None:
    row = rows[DEVICES].change(notice.stream)
    row.revoked_at, row.revoked_for = notice.at, event.reason


def _recorded(rows: Rowset, notice: Notice, event: ScanRecorded) -> None:
    row = rows[DEVICES].change(event.device)
    row.recorded += 1
    row.last_sequence = max(row.last_sequence, event.sequence)
    row.last_sent_at = notice.at
    row.clock_ahead_seconds = round((event.sent_at - notice.at).total_seconds())
    block = rows[BLOCKS].ensure((event.device, event.sequence // BLOCK), _block, event.device, event.sequence // BLOCK)
    block.came = with_number(block.came, event.sequence)
    if event.outcome == "accepted":
        row.accepted += 1
    else:
        row.for_review += 1
        rows[SCANS].put(_waiting(notice, event))


def _block(device_id: UUID, block: int) -> BlockRow:
    return BlockRow(device_id, block, [])


def _waiting(notice: Notice, event: ScanRecorded) -> WaitingScanRow:
    return WaitingScanRow(
        scan=notice.stream,
        organisation=event.organisation,
        waits_in=event.organisation,
        position=notice.position,
        device=event.device,
        sequence=event.sequence,
        activity=event.activity,
        session=event.session,
        member=event.member,
        basis=event.basis,
        direction=event.direction,
        seen_at=event.seen_at,
        sent_at=event.sent_at,
        received_at=notice.at,
        uploaded_by=event.uploaded_by,
        reason=event.reason,
    )


def _reviewed(rows: Rowset, notice: Notice, event: ScanReviewed) -> None:
    scan_row = rows[SCANS].change(notice.stream)
    scan_row.waits_in = None
    scan_row.decision, scan_row.decided_by, scan_row.decided_at = event.decision, event.reviewed_by, notice.at
    scan_row.decision_reason, scan_row.counted_at = event.reason, event.counted_at
    row = rows[DEVICES].change(scan_row.device)
    row.for_review -= 1
    if event.decision == "accepted":
        row.review_accepted += 1
    else:
        row.dismissed += 1


PROJECTION = Projection(
    name="device_scans",
    version=1,
    tables=(DEVICES, BLOCKS, SCANS),
    handlers={
        DeviceRegistered: _registered,
        DeviceRevoked: _revoked,
        ScanRecorded: _recorded,
        ScanReviewed: _reviewed,
    },
)
