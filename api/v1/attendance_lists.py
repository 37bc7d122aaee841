"""Reading who has a place at an activity, who waits for one, and what is known of each at each session."""

from collections import Counter
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from msgspec import Struct

from api.answers import answers, read
from api.identity import needs
from api.readers import MinPosition, Page, Reader, after, next_url, reading
from api.v1.visibility import activity_for
from ledger.activities.stays import Out
from ledger.application.authority import Permission
from projections import activity_roll, awards
from projections.activity_rows import AttendanceRow, VisitStatus

Status = Literal[VisitStatus, "accepted"]
UNDECIDED: Final = {"proposed", "objected"}
ACCEPTED: Final = {"on_notice", "credited", "settled_empty"}


class StayView(Struct, frozen=True):
    """From one coming in to the next going out; out_at None while the member is there."""

    in_at: datetime
    out: Out
    out_at: datetime | None


class AttendanceView(Struct, frozen=True):
    """What is known of a member at a session. status: `accepted` once nothing proposed from the visit is undecided.

    in_at: None where nobody saw them come. out: how the visit ended; `automatic` was put there by time and counts only
    once it is confirmed. stays: each time they were there, oldest first. excused_for: a code. in_two_places: they were
    also at another session between coming and going; a sign to look at, while no minute counts twice.
    """

    id: UUID
    session: UUID
    member: UUID
    name: str
    status: Status
    in_at: datetime | None
    in_basis: str | None
    out: Out
    out_at: datetime | None
    stays: list[StayView]
    awaits_confirmation: bool
    confirmed_by: UUID | None
    minutes_seen: int | None
    excused_for: str | None
    in_two_places: bool


class AttendanceList(Struct, frozen=True):
    """Visits, no-shows and excuses in the order of their ids."""

    items: list[AttendanceView]


class PlaceView(Struct, frozen=True):
    """A place in a session, or a wait for one. position: on the waiting list, 1 gets the next place."""

    session: UUID
    member: UUID
    name: str
    status: Literal["signed_up", "waiting"]
    at: datetime
    position: int | None


class PlaceList(Struct, frozen=True):
    """Who has a place, by time of signing up, then who waits, the first first."""

    items: list[PlaceView]


@get(
    "/activities/{activity:str}/attendances",
    opt=needs(Permission.SCAN_OTHERS),
    sync_to_thread=True,
    responses=answers(AttendanceList),
    tags=["activities"],
)
def list_attendances(
    request: Request[Any, Any, Any],
    page: NamedDependency[Page],
    activity: FromPath[UUID],
    session: FromQuery[UUID | None] = None,
) -> Response[bytes]:
    """Who was there, with masked names; no-shows and excuses too."""
    begin = after(page.cursor, UUID)
    with reading(request, page.min_position) as reader:
        activity_for(reader, Permission.SCAN_OTHERS, activity)
        rows = activity_roll.attendances(reader.connection, activity, session=session, after=begin, limit=page.limit)
        names = reader.names(row.member for row in rows)
        accepted = _accepted(reader, rows)
        doubled = activity_roll.in_two_places(reader.connection, [row.attendance for row in rows])
    views = [
        _attendance(
            row, names[row.member], is_accepted=row.attendance in accepted, in_two_places=row.attendance in doubled
        )
        for row in rows
    ]
    last = rows[-1].attendance if rows else None
    return read(request, AttendanceList(views), next_url=next_url(request, rows, page.limit, last))


@get(
    "/activities/{activity:str}/sign-ups",
    opt=needs(Permission.SCAN_OTHERS),
    sync_to_thread=True,
    responses=answers(PlaceList),
    tags=["activities"],
)
def list_sign_ups(
    request: Request[Any, Any, Any],
    activity: FromPath[UUID],
    session: FromQuery[UUID | None] = None,
    min_position: MinPosition = None,
) -> Response[bytes]:
    """Who has a place in a session (left out: in any) and who waits for one, with masked names."""
    with reading(request, min_position) as reader:
        activity_for(reader, Permission.SCAN_OTHERS, activity)
        places = activity_roll.sign_ups(reader.connection, activity, session=session)
        waiting = activity_roll.waiting(reader.connection, activity, session=session)
        names = reader.names(one.member for one in (*places, *waiting))
    views = [PlaceView(one.session, one.member, names[one.member], "signed_up", one.at, None) for one in places]
    queues: Counter[UUID] = Counter()
    for one in waiting:
        queues[one.session] += 1
        views.append(PlaceView(one.session, one.member, names[one.member], "waiting", one.at, queues[one.session]))
    return read(request, PlaceList(views))


def _accepted(reader: Reader, rows: list[AttendanceRow]) -> set[UUID]:
    """Of the tallied visits those of which an award was approved and none is undecided."""
    tallied = [row.attendance for row in rows if row.status == "tallied"]
    found: dict[UUID, set[str]] = {}
    for award in awards.of_sources(reader.connection, tallied):
        found.setdefault(award.source, set()).add(award.status)
    return {source for source, statuses in found.items() if statuses & ACCEPTED and not statuses & UNDECIDED}


def _attendance(row: AttendanceRow, name: str, *, is_accepted: bool, in_two_places: bool) -> AttendanceView:
    return AttendanceView(
        id=row.attendance,
        session=row.session,
        member=row.member,
        name=name,
        status="accepted" if is_accepted else row.status,
        in_at=row.in_at,
        in_basis=row.in_basis,
        out=row.out,
        out_at=row.out_at,
        stays=[StayView(stay.in_at, stay.out, stay.out_at) for stay in row.visit.stays],
        awaits_confirmation=row.awaits_confirmation,
        confirmed_by=row.confirmed_by,
        minutes_seen=row.minutes_seen,
        excused_for=row.visit.excused_for,
        in_two_places=in_two_places,
    )


HANDLERS = [list_attendances, list_sign_ups]
