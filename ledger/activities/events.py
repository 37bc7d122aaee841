"""What can have happened to activities and attendances. Permanent: read in ten years.

Instants are aware UTC. An attendance is one member at one session; its stream id follows from the three ids.
"""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from ledger.activities.device_events import Decision as Decision
from ledger.activities.device_events import DeviceEvent as DeviceEvent
from ledger.activities.device_events import DeviceRegistered as DeviceRegistered
from ledger.activities.device_events import DeviceRevoked as DeviceRevoked
from ledger.activities.device_events import DeviceScanEvent as DeviceScanEvent
from ledger.activities.device_events import ScanOutcome as ScanOutcome
from ledger.activities.device_events import ScanRecorded as ScanRecorded
from ledger.activities.device_events import ScanReviewed as ScanReviewed
from ledger.activities.sheet_events import AuthorWeekEvent as AuthorWeekEvent
from ledger.activities.sheet_events import HoursEntered as HoursEntered
from ledger.activities.sheet_events import ManualMinutesReleased as ManualMinutesReleased
from ledger.activities.sheet_events import ManualMinutesReserved as ManualMinutesReserved
from ledger.activities.sheet_events import SheetEntered as SheetEntered
from ledger.activities.sheet_events import SheetEvent as SheetEvent
from ledger.activities.sheet_events import SheetKind as SheetKind
from ledger.activities.sheet_events import SheetLine as SheetLine
from ledger.activities.sheet_events import SheetLineApproved as SheetLineApproved
from ledger.activities.sheet_events import SheetLineRefused as SheetLineRefused
from ledger.kernel.decider import Event
from ledger.kernel.ids import ActivityId, DeviceId, MemberId, OrganisationId, RuleId, SessionId, TeamId

Basis = Literal["kiosk", "poster", "card", "live_code", "typed", "staff"]
"""What the visit rests on: the rotating code, the printed poster, the member's card or phone shown to staff, a typed
code, or staff's own word."""


class Session(Struct, frozen=True, forbid_unknown_fields=True):
    """One meeting of an activity. early_minutes before the start and late_minutes after the end still count."""

    session: SessionId
    starts_at: datetime
    ends_at: datetime
    early_minutes: int = 15
    late_minutes: int = 15


class ActivityDrafted(Event, frozen=True):
    """An activity was written down. capacity: people per session, None for no limit.

    rules: earning rules that apply to each attendance, each for its own unit. sign_up_required: only people who signed
    up may check themselves in. poster_check_in: whether the printed poster may check people in. skill: what whoever
    signs up must be able to do, a code, None: nothing. team: whose activity it is, so that its leader may scan its
    members.
    """

    organisation: OrganisationId
    drafted_by: MemberId
    leader: MemberId
    sessions: tuple[Session, ...]
    rules: tuple[RuleId, ...]
    capacity: int | None = None
    sign_up_required: bool = False
    poster_check_in: bool = False
    skill: str | None = None
    team: TeamId | None = None


class ActivityPublished(Event, frozen=True):
    """Residents can see it and sign up."""


class ActivityOpened(Event, frozen=True):
    """The door is open: codes check people in."""


class ActivityClosed(Event, frozen=True):
    """The door is shut; visits can be tallied."""


class ActivityTallied(Event, frozen=True):
    """Every visit that counted by then was turned into proposed awards.

    visits: how many in all, as counted by who said so; the record is each visit's `AttendanceTallied`. Written again
    when visits were tallied that had been confirmed later.
    """

    visits: int


class ActivityCancelled(Event, frozen=True):
    """It does not take place. reason: a code such as `weather`."""

    reason: str


class SignedUp(Event, frozen=True):
    """The member has a place in the session."""

    session: SessionId
    member: MemberId


class SignUpWithdrawn(Event, frozen=True):
    """The member gave the place back."""

    session: SessionId
    member: MemberId


class PutOnWaitingList(Event, frozen=True):
    """All places of the session were taken; the member waits for one, behind those who wait already."""

    session: SessionId
    member: MemberId


class PromotedFromWaitingList(Event, frozen=True):
    """A place became free, and the first who waited has it."""

    session: SessionId
    member: MemberId


class WaitingListLeft(Event, frozen=True):
    """The member waits no more."""

    session: SessionId
    member: MemberId


class CheckedIn(Event, frozen=True):
    """The member came in. seen_at: when the code was seen (the scan ticket's time), not when the server wrote it.

    scanned_by: who scanned the member's card; None when the member presented the activity's code.
    device: the registered device that read the card; None when none was named (a browser).
    """

    activity: ActivityId
    session: SessionId
    member: MemberId
    seen_at: datetime
    basis: Basis
    scanned_by: MemberId | None = None
    device: DeviceId | None = None


class CheckedOut(Event, frozen=True):
    """The member went out. Fields as for coming in."""

    seen_at: datetime
    basis: Basis
    scanned_by: MemberId | None = None
    device: DeviceId | None = None


class ScanNoted(Event, frozen=True):
    """A device told late of a scan that changes nothing yet: going out before any coming in is known, or one more of
    the same. It counts as soon as scans that are told later make room for it. Fields as for coming in.
    """

    activity: ActivityId
    session: SessionId
    member: MemberId
    direction: Literal["in", "out"]
    seen_at: datetime
    basis: Basis
    scanned_by: MemberId
    device: DeviceId


class AutomaticallyCheckedOut(Event, frozen=True):
    """Nobody checked the member out; the visit was closed at the session's planned end. Counts only once confirmed."""

    out_at: datetime


class StayConfirmed(Event, frozen=True):
    """The leader says the member stayed until `out_at`, where nobody checked them out or the scan was of the poster."""

    out_at: datetime
    confirmed_by: MemberId


class AttendanceTallied(Event, frozen=True):
    """The visit was turned into proposed awards. minutes_seen: whole minutes inside the session's window."""

    minutes_seen: int


class VisitAnnulled(Event, frozen=True):
    """The visit is taken back, as if nobody had come; a later scan begins it anew.

    reason: a code such as `wrong-card`; `undo` by who made the last scan, soon after it. device: on which that scan was
    made and undone; None when none was named.
    """

    annulled_by: MemberId
    reason: str
    device: DeviceId | None = None


class VisitCorrected(Event, frozen=True):
    """A supervisor says when the member came and left, in place of all scans. reason: a code such as `wrong-clock`."""

    in_at: datetime
    out_at: datetime
    corrected_by: MemberId
    reason: str


class MarkedNoShow(Event, frozen=True):
    """The member had a place and was not seen until the session was over. A scan told later takes it back."""

    activity: ActivityId
    session: SessionId
    member: MemberId


class Excused(Event, frozen=True):
    """The member does not come, or did not, for a good reason: it is no no-show. reason: a code such as `ill`.

    excused_by: the member, before the session began, or staff.
    """

    activity: ActivityId
    session: SessionId
    member: MemberId
    excused_by: MemberId
    reason: str


class VisitDisputed(Event, frozen=True):
    """The member says that what stands here of them is not right. reason: a code such as `left-later`.

    Until somebody decides, the visit is not tallied.
    """

    disputed_by: MemberId
    reason: str


class DisputeDecided(Event, frozen=True):
    """Staff who had no part in the visit decided. outcome: upheld, the member is right and a correction may follow;
    rejected, what stands here stays. reason: a code.
    """

    decided_by: MemberId
    outcome: Literal["upheld", "rejected"]
    reason: str


ActivityEvent = (
    ActivityDrafted
    | ActivityPublished
    | ActivityOpened
    | ActivityClosed
    | ActivityTallied
    | ActivityCancelled
    | SignedUp
    | SignUpWithdrawn
    | PutOnWaitingList
    | PromotedFromWaitingList
    | WaitingListLeft
)
AttendanceEvent = (
    CheckedIn
    | CheckedOut
    | ScanNoted
    | AutomaticallyCheckedOut
    | StayConfirmed
    | AttendanceTallied
    | VisitAnnulled
    | VisitCorrected
    | MarkedNoShow
    | Excused
    | VisitDisputed
    | DisputeDecided
    | HoursEntered
)
