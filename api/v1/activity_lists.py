"""Reading activities: what takes place when and where."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from msgspec import Struct

from api.answers import answers, read
from api.identity import SIGNED_IN, UnknownId, needs
from api.readers import MinPosition, Page, Reader, after, next_url, reading
from api.v1.visibility import home_of, require_sight
from ledger.application.authority import Permission
from ledger.kernel.clock import start_of_day
from projections import activity_roll, own_places
from projections.activity_roll import ActivityRow, ActivityStatus, SessionRow


class ActivityView(Struct, frozen=True):
    """An activity. starts_at, ends_at: of its first and last session. visits: how many were tallied.

    skill: what signing up takes, a code. team: whose activity it is.
    """

    id: UUID
    title: str
    place: str
    description: str
    organisation: UUID
    leader: UUID
    status: ActivityStatus
    starts_at: datetime
    ends_at: datetime
    capacity: int | None
    sign_up_required: bool
    poster_check_in: bool
    rules: list[UUID]
    visits: int | None
    reason: str | None
    skill: str | None
    team: UUID | None


class SessionView(Struct, frozen=True):
    """One meeting. present: visits so far, inside: those not gone yet, unconfirmed: those the leader must confirm.

    waiting: members who wait for a place. no_shows: members with a place whom nobody saw. disputed: visits and no-shows
    that somebody must decide on.
    """

    id: UUID
    starts_at: datetime
    ends_at: datetime
    early_minutes: int
    late_minutes: int
    signed_up: int
    present: int
    inside: int
    unconfirmed: int
    tallied: int
    waiting: int
    no_shows: int
    disputed: int


class Wait(Struct, frozen=True):
    """The reader's place on a session's waiting list: 1 gets the next place."""

    session: UUID
    position: int


class ActivityDetail(Struct, frozen=True):
    """An activity with its sessions. places: the sessions in which the reader has a place; waits: where they wait."""

    activity: ActivityView
    sessions: list[SessionView]
    places: list[UUID]
    waits: list[Wait]


class ActivityList(Struct, frozen=True):
    """Activities in the order of their start."""

    items: list[ActivityView]


@get("/activities", opt=needs(SIGNED_IN), sync_to_thread=True, responses=answers(ActivityList), tags=["activities"])
def list_activities(
    request: Request[Any, Any, Any],
    page: NamedDependency[Page],
    organisation: FromQuery[UUID | None] = None,
    day: FromQuery[date | None] = None,
) -> Response[bytes]:
    """The activities of an organisation (left out: the reader's home), on one day or all. Drafts are for the staff."""
    with reading(request, page.min_position) as reader:
        place = organisation or home_of(reader)
        require_sight(reader, place)
        rows = activity_roll.of_organisation(
            reader.connection,
            place,
            ending_after=start_of_day(day) if day else None,
            starting_before=start_of_day(day + timedelta(days=1)) if day else None,
            after=after(page.cursor, tuple[datetime, UUID]),
            limit=page.limit,
        )
        runs = reader.may(Permission.RUN_ACTIVITIES, place)
        views = _views(reader, [row for row in rows if runs or row.status != "draft"])
    last = (rows[-1].starts_at, rows[-1].activity) if rows else None
    return read(request, ActivityList(views), next_url=next_url(request, rows, page.limit, last))


@get(
    "/activities/{activity:str}",
    opt=needs(SIGNED_IN),
    sync_to_thread=True,
    responses=answers(ActivityDetail),
    tags=["activities"],
)
def get_activity(
    request: Request[Any, Any, Any], activity: FromPath[UUID], min_position: MinPosition = None
) -> Response[bytes]:
    """One activity and its sessions."""
    with reading(request, min_position) as reader:
        row = activity_roll.activity(reader.connection, activity)
        if row is None:
            raise UnknownId
        require_sight(reader, row.organisation)
        if row.status == "draft" and not reader.may(Permission.RUN_ACTIVITIES, row.organisation):
            raise UnknownId
        sessions = activity_roll.sessions(reader.connection, activity)
        places, waits = own_places.in_activity(reader.connection, reader.member, activity)
        (view,) = _views(reader, [row])
    return read(
        request, ActivityDetail(view, [_session(one) for one in sessions], places, [Wait(*one) for one in waits])
    )


def _views(reader: Reader, rows: list[ActivityRow]) -> list[ActivityView]:
    ids = [row.activity for row in rows]
    titles, places, descriptions = (reader.texts(ids, field) for field in ("title", "place", "description"))
    return [
        ActivityView(
            row.activity,
            titles[row.activity],
            places[row.activity],
            descriptions[row.activity],
            row.organisation,
            row.leader,
            row.status,
            row.starts_at,
            row.ends_at,
            row.capacity,
            row.sign_up_required,
            row.poster_check_in,
            row.rules,
            row.visits,
            row.reason,
            row.skill,
            row.team,
        )
        for row in rows
    ]


def _session(row: SessionRow) -> SessionView:
    return SessionView(
        row.session,
        row.starts_at,
        row.ends_at,
        row.early_minutes,
        row.late_minutes,
        row.signed_up,
        row.present,
        row.inside,
        row.unconfirmed,
        row.tallied,
        row.waiting,
        row.no_shows,
        row.disputed,
    )


HANDLERS = [list_activities, get_activity]
