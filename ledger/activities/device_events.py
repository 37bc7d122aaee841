"""What can have happened to scanning devices and to the scans they send. Permanent: read in ten years.

A device numbers its scans from 1; device and number name a scan for ever. Instants are aware UTC. What a code says is
not kept: of one that led to nobody there is only a keyed digest.
"""

from datetime import datetime
from typing import Literal

from ledger.kernel.decider import Event
from ledger.kernel.ids import (
    ActivityId,
    AttendanceId,
    CardId,
    DeviceId,
    MemberId,
    OrganisationId,
    SessionId,
)

ScanOutcome = Literal["accepted", "for_review"]
ScanBasis = Literal["card", "live_code"]
Decision = Literal["accepted", "dismissed"]


class DeviceRegistered(Event, frozen=True):
    """A device may send scans for `organisation` and everything below it."""

    organisation: OrganisationId
    registered_by: MemberId


class DeviceRevoked(Event, frozen=True):
    """The device is lost or given back: what it still sends waits for review. reason: a code such as `lost`."""

    revoked_by: MemberId
    reason: str


class ScanRecorded(Event, frozen=True):
    """A device sent a scan. Written once for each device and sequence, whatever becomes of the scan.

    sequence: the device's own count, from 1. content: keyed digest (32 hexadecimal digits) of all that was sent, which
    tells a repetition from another scan under the same number. organisation: whose staff review it: the activity's, or
    the device's where there is no such activity. activity, session, direction: as the device says; session None: it
    does not say. seen_at, sent_at: by the device's clock; when the server got it, the envelope says.
    uploaded_by: the member whose session sent it. reason: for `accepted` what the door answered, for `for_review` what
    stands in the way; a code. member: whom the code led to, None: nobody. basis: None where the code was not ours.
    card: of a card. counted_at, attendance: instant and visit that were recorded; None while it waits for review.
    code: keyed digest (32 hexadecimal digits) of a code that led to nobody.
    """

    device: DeviceId
    sequence: int
    content: str
    organisation: OrganisationId
    activity: ActivityId
    direction: Literal["in", "out"]
    seen_at: datetime
    sent_at: datetime
    uploaded_by: MemberId
    outcome: ScanOutcome
    reason: str
    session: SessionId | None = None
    member: MemberId | None = None
    basis: ScanBasis | None = None
    card: CardId | None = None
    counted_at: datetime | None = None
    attendance: AttendanceId | None = None
    code: str | None = None


class ScanReviewed(Event, frozen=True):
    """Somebody decided on a scan that waited. reason: a code; for `accepted` what the door answered.

    counted_at, attendance: instant (as it was, or corrected) and visit that were recorded; None where dismissed.
    """

    decision: Decision
    reviewed_by: MemberId
    reason: str
    counted_at: datetime | None = None
    attendance: AttendanceId | None = None


DeviceEvent = DeviceRegistered | DeviceRevoked
DeviceScanEvent = ScanRecorded | ScanReviewed
