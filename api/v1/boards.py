"""Figures of many people: boards of those who agreed to be shown, and hours of care by month.

Names are masked, ids are left out, and groups so small that a figure would point at somebody are not shown.
"""

from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from msgspec import Struct

from api.answers import answers, read
from api.identity import SIGNED_IN, UnknownId, needs
from api.readers import MinPosition, Page, Reader, after, next_url, reading
from api.v1.visibility import require_sight
from ledger.application.authority import Permission
from ledger.kernel.units import Unit
from projections import care_hours, leaderboards

SMALL_GROUP: Final = 5
"""Figures of fewer people than this are left out for whoever may not read members there."""
BOARDS: Final = {"points": Unit.POINTS, "care": Unit.CARE_MINUTES}

Period = Annotated[
    str, QueryParameter(pattern=r"^[0-9]{4}(-(0[1-9]|1[0-2]))?$(?!\n)", description="`YYYY` or `YYYY-MM`.")
]
ScopeQuery = Annotated[UUID, QueryParameter(name="scope", description="A community, or the street above it.")]
OrganisationQuery = Annotated[UUID, QueryParameter(description="The community that kept the hours.")]


class Place(Struct, frozen=True):
    """A place, 1 is the first; equal amounts share it. me: it is the reader's own."""

    place: int
    sharing: int
    name: str
    amount: int
    me: bool


class Board(Struct, frozen=True):
    """listed: how many agreed to be shown; participants: how many earned anything. own: the reader's place, if listed.

    Both and the places are left out where fewer than five people took part.
    """

    board: str
    unit: Unit
    scope: UUID
    period: str
    places: list[Place]
    listed: int | None
    participants: int | None
    own: Place | None


class CareMonth(Struct, frozen=True):
    """A month `YYYY-MM` in whole minutes. All figures are left out where fewer than five people gave care."""

    month: str
    minutes: int | None
    deeds: int | None
    members: int | None


class CareGiver(Struct, frozen=True):
    """What one member gave in the month, in whole minutes and deeds."""

    member: UUID
    name: str
    minutes: int
    deeds: int


class CareHours(Struct, frozen=True):
    """For a year its months; for a month also who gave care, where the reader may read members."""

    organisation: UUID
    period: str
    months: list[CareMonth]
    members: list[CareGiver]


@get("/leaderboards/{board:str}", opt=needs(SIGNED_IN), sync_to_thread=True, responses=answers(Board), tags=["figures"])
def get_leaderboard(
    request: Request[Any, Any, Any],
    board: FromPath[str],
    period: Period,
    of: ScopeQuery,
    min_position: MinPosition = None,
) -> Response[bytes]:
    """Who earned most, of those who agreed to be shown. `board` is `points` or `care`."""
    unit = BOARDS.get(board)
    if unit is None:
        raise UnknownId
    with reading(request, min_position) as reader:
        may_see = _may_see_all(reader, of)
        found = leaderboards.board(reader.connection, of, unit=unit, period=period)
        own = leaderboards.place_of(reader.connection, of, reader.member, unit=unit, period=period)
        shown = may_see or found.participants >= SMALL_GROUP
        places = _places(reader, found.places if shown else (), may_see=may_see)
        mine = _places(reader, (own,) if own else (), may_see=may_see)
    return read(
        request,
        Board(
            board=board,
            unit=unit,
            scope=of,
            period=period,
            places=places,
            listed=found.listed if shown else None,
            participants=found.participants if shown else None,
            own=mine[0] if mine else None,
        ),
    )


@get("/care-hours", opt=needs(SIGNED_IN), sync_to_thread=True, responses=answers(CareHours), tags=["figures"])
def get_care_hours(
    request: Request[Any, Any, Any],
    page: NamedDependency[Page],
    period: Period,
    organisation: OrganisationQuery,
) -> Response[bytes]:
    """How much care was given, by month of the credit."""
    with reading(request, page.min_position) as reader:
        may_see = _may_see_all(reader, organisation)
        totals = care_hours.of_organisation(reader.connection, organisation, year=int(period[:4]))
        months = [_month(total, may_see=may_see) for total in totals if total.month.startswith(period)]
        rows: list[care_hours.CareMonth] = []
        if may_see and len(period) > 4:
            last_shown = after(page.cursor, UUID)
            rows = care_hours.in_month(reader.connection, organisation, period, after=last_shown, limit=page.limit)
        names = reader.names(row.member for row in rows)
    givers = [CareGiver(row.member, names[row.member], row.minutes, row.deeds) for row in rows]
    last = rows[-1].member if rows else None
    payload = CareHours(organisation, period, months, givers)
    return read(request, payload, next_url=next_url(request, rows, page.limit, last))


def _may_see_all(reader: Reader, organisation: UUID) -> bool:
    """Whether names and small groups are shown too. Raises UnknownId for a place that is none of the reader's."""
    require_sight(reader, organisation)
    return reader.may(Permission.READ_MEMBERS, organisation)


def _places(reader: Reader, places: tuple[leaderboards.Place, ...], *, may_see: bool) -> list[Place]:
    members = [one.member for one in places]
    names = reader.names(members, full=members if may_see else ())
    return [Place(one.place, one.sharing, names[one.member], one.amount, one.member == reader.member) for one in places]


def _month(total: care_hours.CareTotal, *, may_see: bool) -> CareMonth:
    if may_see or total.members >= SMALL_GROUP:
        return CareMonth(total.month, total.minutes, total.deeds, total.members)
    return CareMonth(total.month, None, None, None)


HANDLERS = [get_leaderboard, get_care_hours]
