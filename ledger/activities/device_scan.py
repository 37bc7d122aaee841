"""One scan that a device sent: recorded once under its number, reviewed once where somebody must look at it.

What the device's clock may say is decided here too. Pure: what the door made of the scan comes as an argument.
"""

from datetime import datetime, timedelta
from typing import Final, assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.activities.device_events import DeviceScanEvent, ScanRecorded, ScanReviewed
from ledger.activities.device_refusals import (
    ClockOutOfTolerance,
    CodeOfOtherTime,
    OwnScanReview,
    ScanAlreadyReviewed,
    ScanNotForReview,
    SeenInFuture,
    SequenceReused,
)
from ledger.kernel.decider import Decider, Request
from ledger.kernel.ids import DeviceId, DeviceScanId, derived


class SentScan(Struct, frozen=True):
    """A scan as it is now. recorded None: the device never sent one under this number."""

    recorded: ScanRecorded | None = None
    reviewed: ScanReviewed | None = None


class Record(Request, frozen=True):
    """Keep the scan, with what became of it."""

    scan: ScanRecorded


class Review(Request, frozen=True):
    """Decide on a scan that waits. is_near: the conclusion whether the reviewer is the member or lives with them."""

    review: ScanReviewed
    is_near: bool


DeviceScanCommand = Record | Review


def scan_id(device: DeviceId, sequence: int) -> DeviceScanId:
    """The stream of the device's scan number `sequence`: the same for ever, so that it is recorded once."""
    return DeviceScanId(derived(device, "scan", str(sequence)))


def time_to_count(*, seen_at: datetime, sent_at: datetime, now: datetime, tolerance_minutes: int) -> datetime:
    """The instant that a scan counts for: when the device saw it, but never later than `now`.

    seen_at and sent_at are by the device's clock, now by ours; all are aware. Refuses with ClockOutOfTolerance where
    the clocks differed by more than the tolerance when the scan was sent, then with SeenInFuture where it is said to
    have been made later than that.
    """
    tolerance = timedelta(minutes=tolerance_minutes)
    if abs(sent_at - now) > tolerance:
        raise ClockOutOfTolerance(round((sent_at - now).total_seconds()), tolerance_minutes)
    if seen_at > now + tolerance:
        raise SeenInFuture(seen_at, now)
    return min(seen_at, now)


def require_shown_then(
    seen_at: datetime, *, shown_from: datetime, valid_until: datetime, tolerance_minutes: int
) -> None:
    """Let a live code pass that the phone showed at `seen_at`, give or take the tolerance: the phone's page has its
    code from us, so the two clocks are compared once more. Refuses with CodeOfOtherTime.
    """
    tolerance = timedelta(minutes=tolerance_minutes)
    if not shown_from - tolerance <= seen_at <= valid_until + tolerance:
        raise CodeOfOtherTime(shown_from, valid_until)


def first_sent(state: SentScan, device: DeviceId, sequence: int, *, content: str) -> ScanRecorded | None:
    """What the device sent under this number before; None: nothing. Refuses with SequenceReused another content."""
    if state.recorded is not None and state.recorded.content != content:
        raise SequenceReused(device, sequence)
    return state.recorded


def require_reviewable(state: SentScan, *, is_near: bool) -> None:
    """Let a scan be decided on. Refuses, in this order: ScanNotForReview, ScanAlreadyReviewed, OwnScanReview."""
    if state.recorded is None or state.recorded.outcome == "accepted":
        raise ScanNotForReview
    if state.reviewed is not None:
        raise ScanAlreadyReviewed(state.reviewed.decision)
    if is_near:
        raise OwnScanReview


def decide(state: SentScan, command: DeviceScanCommand) -> tuple[DeviceScanEvent, ...]:
    """What `command` makes of the scan. The same scan again changes nothing.

    Record refuses as `first_sent`, Review as `require_reviewable`.
    """
    match command:
        case Record():
            return _record(state, command.scan)
        case Review():
            require_reviewable(state, is_near=command.is_near)
            return (command.review,)
        case _:
            assert_never(command)


def _record(state: SentScan, scan: ScanRecorded) -> tuple[DeviceScanEvent, ...]:
    known = first_sent(state, scan.device, scan.sequence, content=scan.content)
    return () if known else (scan,)


def evolve(state: SentScan, event: DeviceScanEvent) -> SentScan:
    """The scan after `event`."""
    match event:
        case ScanRecorded():
            return SentScan(event)
        case ScanReviewed():
            return replace(state, reviewed=event)
        case _:
            assert_never(event)


DEVICE_SCAN: Final = Decider(
    name="device scan",
    initial=SentScan(),
    decide=decide,
    evolve=evolve,
    events=(ScanRecorded, ScanReviewed),
)
