"""The rows of the activity roll: activities, their sessions, places taken, and visits."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from projections.view_tables import ViewTable

ActivityStatus = Literal["draft", "published", "open", "closed", "tallied", "cancelled"]
Out = Literal["none", "scanned", "automatic", "confirmed"]


class ActivityRow(Struct, gc=False):
    """An activity. starts_at, ends_at: of its first and last session. reason: why it was cancelled, a code.

    visits: how many were tallied, None until then. capacity: people per session, None for no limit.
    """

    activity: UUID
    organisation: UUID
    drafted_by: UUID
    leader: UUID
    status: ActivityStatus
    starts_at: datetime
    ends_at: datetime
    capacity: int | None
    sign_up_required: bool
    poster_check_in: bool
    rules: list[UUID]
    visits: int | None = None
    reason: str | None = None


class SessionRow(Struct, gc=False):
    """One meeting and its counts. present: visits so far, inside: those that have not gone out.

    unconfirmed: visits that count only once the leader confirms them. tallied: visits turned into proposed awards.
    """

    activity: UUID
    session: UUID
    starts_at: datetime
    ends_at: datetime
    early_minutes: int
    late_minutes: int
    signed_up: int = 0
    present: int = 0
    inside: int = 0
    unconfirmed: int = 0
    tallied: int = 0


class SignUpRow(Struct, gc=False):
    """A place that a member has in a session since `at`."""

    activity: UUID
    session: UUID
    member: UUID
    at: datetime


class AttendanceRow(Struct, gc=False):
    """A visit. Instants are UTC. out: how it ended; `automatic` is the planned end, put there by time alone.

    on_poster: one of its scans was of the printed poster. minutes_seen: None until it was tallied.
    due_at: while nobody has ended it, the last instant at which presence in the session counts; None otherwise.
    """

    attendance: UUID
    activity: UUID
    session: UUID
    member: UUID
    in_at: datetime
    in_basis: str
    in_scanned_by: UUID | None
    on_poster: bool
    out: Out = "none"
    out_at: datetime | None = None
    out_basis: str | None = None
    out_scanned_by: UUID | None = None
    confirmed_by: UUID | None = None
    minutes_seen: int | None = None
    due_at: datetime | None = None

    @property
    def awaits_confirmation(self) -> bool:
        """It ended without a scan at the door, or rests on the poster, and no leader has confirmed it."""
        return self.out == "automatic" or (self.out == "scanned" and self.on_poster)


ACTIVITIES = ViewTable(ActivityRow, "activities", indexes=[("organisation", "starts_at", "activity"), ("leader",)])
SESSIONS = ViewTable(SessionRow, "activity_sessions", key=2)
SIGN_UPS = ViewTable(SignUpRow, "sign_ups", key=3, indexes=[("member",)])
ATTENDANCES = ViewTable(
    AttendanceRow, "attendances", indexes=[("activity", "session", "in_at"), ("member", "in_at"), ("due_at",)]
)
