"""Activities with their sessions, who signed up or waits, and who was there from when to when."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict, Unpack
from uuid import UUID

from sqlalchemy import Connection, select

from ledger.activities.events import (
    ActivityCancelled,
    ActivityClosed,
    ActivityDrafted,
    ActivityOpened,
    ActivityPublished,
    ActivityTallied,
    PromotedFromWaitingList,
    PutOnWaitingList,
    SignedUp,
    SignUpWithdrawn,
    WaitingListLeft,
)
from ledger.application.ports import Notice
from projections.activity_rows import (
    ACTIVITIES,
    ATTENDANCES,
    SESSIONS,
    SIGN_UPS,
    WAITING,
    ActivityRow,
    ActivityStatus,
    AttendanceRow,
    SessionRow,
    SignUpRow,
    WaitingRow,
)
from projections.projection import Handler, Projection
from projections.rows import Rowset
from projections.visit_roll import VISIT_HANDLERS, due_at_of_place


def activity(connection: Connection, activity_id: UUID) -> ActivityRow | None:
    """One activity; None where there is none."""
    return ACTIVITIES.one(connection, ACTIVITIES.select().where(ACTIVITIES.c.activity == activity_id))


class Listing(TypedDict, total=False):
    """What to list of an organisation's activities; None and left out are the same.

    ending_after, starting_before: a window of time. after: start and id of the last one of the page before. limit: 50
    where left out.
    """

    ending_after: datetime | None
    starting_before: datetime | None
    after: tuple[datetime, UUID] | None
    limit: int


def of_organisation(connection: Connection, organisation: UUID, **asked: Unpack[Listing]) -> list[ActivityRow]:
    """The activities of `organisation` by their start, drafts too."""
    c = ACTIVITIES.c
    found = ACTIVITIES.select().where(c.organisation == organisation).order_by(c.starts_at, c.activity)
    if (ending_after := asked.get("ending_after")) is not None:
        found = found.where(c.ends_at > ending_after)
    if (starting_before := asked.get("starting_before")) is not None:
        found = found.where(c.starts_at < starting_before)
    if (after := asked.get("after")) is not None:
        at, last = after
        found = found.where((c.starts_at > at) | ((c.starts_at == at) & (c.activity > last)))
    return ACTIVITIES.read(connection, found.limit(asked.get("limit", 50)))


def sessions(connection: Connection, activity_id: UUID) -> list[SessionRow]:
    """The sessions of an activity by their start."""
    c = SESSIONS.c
    found = SESSIONS.select().where(c.activity == activity_id).order_by(c.starts_at, c.session)
    return SESSIONS.read(connection, found)


def sign_ups(connection: Connection, activity_id: UUID, *, session: UUID | None = None) -> list[SignUpRow]:
    """Who has a place in `session` (None: in any), by time of signing up; a session has at most its capacity."""
    c = SIGN_UPS.c
    found = SIGN_UPS.select().where(c.activity == activity_id).order_by(c.at, c.member)
    return SIGN_UPS.read(connection, found if session is None else found.where(c.session == session))


def sign_ups_of(connection: Connection, member: UUID) -> list[SignUpRow]:
    """The places `member` has, in sessions past and to come, newest first."""
    c = SIGN_UPS.c
    return SIGN_UPS.read(connection, SIGN_UPS.select().where(c.member == member).order_by(c.at.desc()).limit(200))


def waiting(connection: Connection, activity_id: UUID, *, session: UUID | None = None) -> list[WaitingRow]:
    """Who waits for a place in `session` (None: in any), the first first."""
    c = WAITING.c
    found = WAITING.select().where(c.activity == activity_id).order_by(c.session, c.position)
    return WAITING.read(connection, found if session is None else found.where(c.session == session))


def waits_of(connection: Connection, member: UUID) -> list[WaitingRow]:
    """For which sessions `member` waits, newest first."""
    c = WAITING.c
    return WAITING.read(connection, WAITING.select().where(c.member == member).order_by(c.position.desc()).limit(200))


def attendances(
    connection: Connection,
    activity_id: UUID,
    *,
    session: UUID | None = None,
    after: UUID | None = None,
    limit: int = 200,
) -> list[AttendanceRow]:
    """What is known of each member at `session` (None: at any of the activity), by id; after: the last of the page
    before."""
    c = ATTENDANCES.c
    found = ATTENDANCES.select().where(c.activity == activity_id).order_by(c.attendance).limit(limit)
    if session is not None:
        found = found.where(c.session == session)
    return ATTENDANCES.read(connection, found if after is None else found.where(c.attendance > after))


def in_two_places(connection: Connection, attendance_ids: Sequence[UUID]) -> set[UUID]:
    """Of these visits (at most 200) those whose member was at another session, too, between first in and last out.

    A sign to look at, never a verdict: who goes from one to the other and back is there, too; no minute counts twice.
    """
    here, there = ATTENDANCES.table.alias("here"), ATTENDANCES.table.alias("there")
    meanwhile = (
        (there.c.member == here.c.member)
        & (there.c.attendance != here.c.attendance)
        & (there.c.in_at < here.c.out_at)
        & (there.c.out_at > here.c.in_at)
    )
    asked = select(here.c.attendance).where(here.c.attendance.in_(attendance_ids)).join(there, meanwhile)
    return set(connection.scalars(asked))


def attendance(connection: Connection, attendance_id: UUID) -> AttendanceRow | None:
    """One visit; None where there is none."""
    return ATTENDANCES.one(connection, ATTENDANCES.select().where(ATTENDANCES.c.attendance == attendance_id))


def attendances_of(
    connection: Connection, member: UUID, *, before: datetime | None = None, limit: int = 50
) -> list[AttendanceRow]:
    """The visits of `member`, newest first; before: when the last one of the page before came in."""
    c = ATTENDANCES.c
    came = (c.member == member) & c.in_at.is_not(None)
    found = ATTENDANCES.select().where(came).order_by(c.in_at.desc(), c.attendance).limit(limit)
    return ATTENDANCES.read(connection, found if before is None else found.where(c.in_at < before))


def _drafted(rows: Rowset, notice: Notice, event: ActivityDrafted) -> None:
    rows[ACTIVITIES].put(
        ActivityRow(
            notice.stream,
            event.organisation,
            event.drafted_by,
            event.leader,
            "draft",
            min(one.starts_at for one in event.sessions),
            max(one.ends_at for one in event.sessions),
            event.capacity,
            event.sign_up_required,
            event.poster_check_in,
            list(event.rules),
            skill=event.skill,
            team=event.team,
        )
    )
    for one in event.sessions:
        rows[SESSIONS].put(
            SessionRow(notice.stream, one.session, one.starts_at, one.ends_at, one.early_minutes, one.late_minutes)
        )


def _becoming(status: ActivityStatus) -> Handler:
    def become(rows: Rowset, notice: Notice, _event: object) -> None:
        rows[ACTIVITIES].change(notice.stream).status = status

    return become


def _tallied(rows: Rowset, notice: Notice, event: ActivityTallied) -> None:
    row = rows[ACTIVITIES].change(notice.stream)
    row.status, row.visits = "tallied", event.visits


def _cancelled(rows: Rowset, notice: Notice, event: ActivityCancelled) -> None:
    row = rows[ACTIVITIES].change(notice.stream)
    row.status, row.reason = "cancelled", event.reason


def _signed_up(rows: Rowset, notice: Notice, event: SignedUp | PromotedFromWaitingList) -> None:
    session = rows[SESSIONS].change((notice.stream, event.session))
    session.signed_up += 1
    due_at = due_at_of_place(rows, session, event.member)
    rows[SIGN_UPS].put(SignUpRow(notice.stream, event.session, event.member, notice.at, due_at))


def _sign_up_withdrawn(rows: Rowset, notice: Notice, event: SignUpWithdrawn) -> None:
    rows[SIGN_UPS].remove((notice.stream, event.session, event.member))
    rows[SESSIONS].change((notice.stream, event.session)).signed_up -= 1


def _put_on_waiting_list(rows: Rowset, notice: Notice, event: PutOnWaitingList) -> None:
    rows[WAITING].put(WaitingRow(notice.stream, event.session, event.member, notice.at, notice.position))
    rows[SESSIONS].change((notice.stream, event.session)).waiting += 1


def _waiting_list_left(rows: Rowset, notice: Notice, event: WaitingListLeft | PromotedFromWaitingList) -> None:
    rows[WAITING].remove((notice.stream, event.session, event.member))
    rows[SESSIONS].change((notice.stream, event.session)).waiting -= 1


def _promoted(rows: Rowset, notice: Notice, event: PromotedFromWaitingList) -> None:
    _waiting_list_left(rows, notice, event)
    _signed_up(rows, notice, event)


PROJECTION = Projection(
    name="activity_roll",
    version=4,
    tables=(ACTIVITIES, SESSIONS, SIGN_UPS, WAITING, ATTENDANCES),
    handlers={
        ActivityDrafted: _drafted,
        ActivityPublished: _becoming("published"),
        ActivityOpened: _becoming("open"),
        ActivityClosed: _becoming("closed"),
        ActivityTallied: _tallied,
        ActivityCancelled: _cancelled,
        SignedUp: _signed_up,
        SignUpWithdrawn: _sign_up_withdrawn,
        PutOnWaitingList: _put_on_waiting_list,
        PromotedFromWaitingList: _promoted,
        WaitingListLeft: _waiting_list_left,
        **VISIT_HANDLERS,
    },
)
