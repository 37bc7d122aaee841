"""The rows of the activity roll: activities, their sessions, places taken and waited for, and visits."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from ledger.application.visit_states import Out, VisitState
from projections.view_tables import ViewTable

ActivityStatus = Literal["draft", "published", "open", "closed", "tallied", "cancelled"]
VisitStatus = Literal["noted", "in", "out", "auto_out", "tallied", "disputed", "no_show", "excused", "annulled"]
"""What is known of a member at a session. noted: only a scan told late, of going out, whose coming in is not known."""


class ActivityRow(Struct, gc=False):
    """An activity. starts_at, ends_at: of its first and last session. reason: why it was cancelled, a code.

    visits: how many were tallied, None until then. capacity: people per session, None for no limit. skill: what signing
    up takes, a code. team: whose activity it is.
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
    skill: str | None = None
    team: UUID | None = None


class SessionRow(Struct, gc=False):
    """One meeting and its counts. present: visits so far, inside: those that have not gone out.

    unconfirmed: visits that count only once the leader confirms them. tallied: visits turned into proposed awards.
    disputed: visits and no-shows whose dispute nobody has decided. no_shows: members with a place whom nobody saw.
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
    waiting: int = 0
    disputed: int = 0
    no_shows: int = 0


class SignUpRow(Struct, gc=False):
    """A place that a member has in a session since `at`.

    due_at: while nobody has seen or excused the member, the last instant at which presence in the session counts.
    """

    activity: UUID
    session: UUID
    member: UUID
    at: datetime
    due_at: datetime | None


class WaitingRow(Struct, gc=False):
    """A member who waits for a place in a session since `at`. position: in the log; who came first has the smallest."""

    activity: UUID
    session: UUID
    member: UUID
    at: datetime
    position: int


class AttendanceRow(Struct, gc=False):
    """What is known of a member at a session. Instants are UTC. visit: as its own rules fold it; the rest follows.

    in_at: when they first came, None where nobody saw them come. out: how the last stay ended; `automatic` is the
    planned end, put there by time alone. minutes_seen: None until it was tallied. confirmed_by: the leader, or the
    supervisor who corrected it. due_at: while nobody has ended it, the last instant at which presence counts.
    """

    attendance: UUID
    activity: UUID
    session: UUID
    member: UUID
    visit: VisitState
    status: VisitStatus
    in_at: datetime | None = None
    in_basis: str | None = None
    in_scanned_by: UUID | None = None
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
        return self.visit.awaits_confirmation


ACTIVITIES = ViewTable(ActivityRow, "activities", indexes=[("organisation", "starts_at", "activity"), ("leader",)])
SESSIONS = ViewTable(SessionRow, "activity_sessions", key=2)
SIGN_UPS = ViewTable(SignUpRow, "sign_ups", key=3, indexes=[("member",), ("due_at",)])
WAITING = ViewTable(WaitingRow, "waiting_lists", key=3, indexes=[("activity", "session", "position"), ("member",)])
ATTENDANCES = ViewTable(
    AttendanceRow, "attendances", indexes=[("activity", "session", "in_at"), ("member", "in_at"), ("due_at",)]
)
