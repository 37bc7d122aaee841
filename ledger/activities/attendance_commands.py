"""What can be asked of one visit. Conclusions about other streams (household, awards, sign-up) come as arguments."""

from datetime import datetime
from typing import Literal

from ledger.activities.entered_hours import EnterHours
from ledger.activities.events import Basis, Session
from ledger.kernel.decider import Request
from ledger.kernel.ids import ActivityId, DeviceId, MemberId, SessionId

Told = Literal["at_once", "late"]
"""Whether a scan is told as it is made, so that it is the last word, or by a device that may have kept it for hours."""
AwardsOfVisit = Literal["none", "undecided", "standing"]
"""What became of the awards proposed from a visit: there are none or all were refused or taken back; one may still be
refused; one counts."""


class RecordIn(Request, frozen=True):
    """Record that the member came in. may_enter: the conclusion that the session needs no sign-up, or there is one."""

    activity: ActivityId
    session: SessionId
    member: MemberId
    seen_at: datetime
    basis: Basis
    may_enter: bool
    scanned_by: MemberId | None = None
    device: DeviceId | None = None


class RecordOut(Request, frozen=True):
    """Record that the member went out."""

    session: SessionId
    seen_at: datetime
    basis: Basis
    scanned_by: MemberId | None = None
    device: DeviceId | None = None


class TellScan(Request, frozen=True):
    """Record a scan that a device may have kept for hours, in the place where it belongs in time."""

    activity: ActivityId
    session: SessionId
    member: MemberId
    direction: Literal["in", "out"]
    seen_at: datetime
    basis: Basis
    scanned_by: MemberId
    device: DeviceId


class CloseByTime(Request, frozen=True):
    """End a visit that nobody checked out, once the session's window is over at `now`."""

    session: Session
    now: datetime


class ConfirmStay(Request, frozen=True):
    """`confirmed_by` says that the member stayed until `out_at`; `now` is the instant of saying it.

    is_near: the conclusion whether `confirmed_by` is the member or lives with them. confirm_days: how many times 24
    hours after the end this may be said.
    """

    session: Session
    out_at: datetime
    confirmed_by: MemberId
    is_near: bool
    now: datetime
    confirm_days: int


class TallyVisit(Request, frozen=True):
    """Awards were proposed from the visit, for `minutes_seen` whole minutes (0 or more)."""

    session: SessionId
    minutes_seen: int


class UndoVisit(Request, frozen=True):
    """Take the visit back soon after its last scan, by who made that scan, or holds the `device` that did.

    member: whose visit it is; their own scan is theirs to undo. undo_minutes: how long after the scan.
    """

    session: SessionId
    member: MemberId
    undone_by: MemberId
    now: datetime
    undo_minutes: int
    awards: AwardsOfVisit
    device: DeviceId | None = None


class AnnulVisit(Request, frozen=True):
    """Take the visit back, as a supervisor. is_near as for ConfirmStay. reason: a code."""

    session: SessionId
    annulled_by: MemberId
    reason: str
    is_near: bool
    awards: AwardsOfVisit


class CorrectVisit(Request, frozen=True):
    """Say, as a supervisor, when the member was there. is_near as for ConfirmStay. reason: a code."""

    session: Session
    in_at: datetime
    out_at: datetime
    corrected_by: MemberId
    reason: str
    is_near: bool
    awards: AwardsOfVisit
    now: datetime


class MarkNoShow(Request, frozen=True):
    """Say that a member who had a place was not seen until the session was over at `now`."""

    activity: ActivityId
    session: Session
    member: MemberId
    now: datetime


class Excuse(Request, frozen=True):
    """Excuse the member for a good reason (a code). is_near as for ConfirmStay; nothing where it is their own word."""

    activity: ActivityId
    session: Session
    member: MemberId
    excused_by: MemberId
    reason: str
    is_near: bool
    now: datetime


class DisputeVisit(Request, frozen=True):
    """The member says that what stands here of them is wrong. reason: a code."""

    session: SessionId
    disputed_by: MemberId
    reason: str


class DecideDispute(Request, frozen=True):
    """Say who is right. is_near as for ConfirmStay. reason: a code."""

    session: SessionId
    decided_by: MemberId
    outcome: Literal["upheld", "rejected"]
    reason: str
    is_near: bool


AttendanceCommand = (
    RecordIn
    | RecordOut
    | TellScan
    | CloseByTime
    | ConfirmStay
    | TallyVisit
    | UndoVisit
    | AnnulVisit
    | CorrectVisit
    | MarkNoShow
    | Excuse
    | DisputeVisit
    | DecideDispute
    | EnterHours
)
