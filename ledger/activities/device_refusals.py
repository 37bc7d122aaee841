"""What can stand in the way of a device and of a scan it sends: told as a refusal, or kept as a reason for review."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from ledger.kernel.ids import CardId, DeviceId, DeviceScanId
from ledger.kernel.refusal import Refusal


@dataclass(eq=False)
class DeviceAlreadyRegistered(Refusal):
    """A device is registered once."""

    code: ClassVar[str] = "device-already-registered"


@dataclass(eq=False)
class SequenceReused(Refusal):
    """The device sent another scan under this number before; that one stays as it is, and this one was not recorded."""

    code: ClassVar[str] = "sequence-reused"
    remembered: ClassVar[bool] = False

    device: DeviceId
    sequence: int


@dataclass(eq=False)
class DeviceNoLongerGood(Refusal):
    """The device was revoked: its scans count only when somebody has looked at them."""

    code: ClassVar[str] = "device-revoked"

    device: DeviceId


@dataclass(eq=False)
class ClockOutOfTolerance(Refusal):
    """The device's clock was `off_seconds` away from ours when it sent the scan; `allowed_minutes` are let pass."""

    code: ClassVar[str] = "clock-out-of-tolerance"

    off_seconds: int
    allowed_minutes: int


@dataclass(eq=False)
class SeenInFuture(Refusal):
    """The scan is said to have been made at `seen_at`, which is yet to come at `now` (both UTC)."""

    code: ClassVar[str] = "seen-in-future"

    seen_at: datetime
    now: datetime


@dataclass(eq=False)
class CodeNotReadable(Refusal):
    """What was scanned is neither a member's card nor the live code of a phone."""

    code: ClassVar[str] = "code-not-readable"


@dataclass(eq=False)
class CodeOfNobody(Refusal):
    """A genuine card or live code that leads to nobody: never handed out, or its session is over."""

    code: ClassVar[str] = "code-of-nobody"


@dataclass(eq=False)
class CodeOfOtherTime(Refusal):
    """A phone showed the code from `shown_from` until `valid_until` (UTC), and the scan is of another time."""

    code: ClassVar[str] = "code-of-other-time"

    shown_from: datetime
    valid_until: datetime


@dataclass(eq=False)
class CardNoLongerGood(Refusal):
    """The card was revoked, or was never the member's: it is refused everywhere."""

    code: ClassVar[str] = "card-revoked"

    card: CardId


@dataclass(eq=False)
class CardReplaced(Refusal):
    """The card was revoked and its holder has a new one: whoever found this one gives it back."""

    code: ClassVar[str] = "card-replaced"

    card: CardId


@dataclass(eq=False)
class ScanNotForReview(Refusal):
    """The scan was accepted at once: there is nothing to decide."""

    code: ClassVar[str] = "scan-not-for-review"


@dataclass(eq=False)
class ScanAlreadyReviewed(Refusal):
    """Somebody decided on the scan before: `decision`."""

    code: ClassVar[str] = "scan-already-reviewed"

    decision: str


@dataclass(eq=False)
class OwnScanReview(Refusal):
    """Nobody decides on their own scan, nor on that of somebody they live with."""

    code: ClassVar[str] = "own-scan-review"


@dataclass(eq=False)
class ScanOfNobody(Refusal):
    """Nobody knows whose scan it was, so it can only be dismissed: hours are entered by two people, on a sheet."""

    code: ClassVar[str] = "scan-of-nobody"

    scan: DeviceScanId
