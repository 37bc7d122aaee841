"""Books against shelf: what should lie there, of which batches, what the newest count found, and what waits."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from msgspec import Struct

from api.answers import answers, read
from api.identity import SIGNED_IN, NotAllowed, UnknownId, needs
from api.readers import MinPosition, Page, Reader, after, next_url, reading
from api.v1.visibility import home_of, may_any, require_sight
from ledger.application.authority import Permission
from projections import reward_shelf
from projections.reward_shelf import RewardRow
from projections.shelf_rows import ProposalKind, ProposalRow

HANDLING = (
    Permission.LIST_REWARDS,
    Permission.APPROVE_REWARDS,
    Permission.RECEIVE_STOCK,
    Permission.CONFIRM_STOCK,
    Permission.READ_FUNDS,
)
"""Who sees the books of a shelf."""


class BatchView(Struct, frozen=True):
    """Pieces of one delivery that lie there. use_by: last day to hand them out; is_past: it is over."""

    batch: UUID | None
    pieces: int
    use_by: date | None
    is_past: bool


class ProposalView(Struct, frozen=True):
    """What waits for a second person. figure: the price, or pieces; books: what should lie there, for a count."""

    id: UUID
    kind: ProposalKind
    figure: int
    proposed_by: UUID
    at: datetime
    from_day: date | None
    reason: str | None
    batch: UUID | None
    books: int | None


class StockView(Struct, frozen=True):
    """Books against shelf: on_shelf = free + reserved = received − handed − written_off, in whole pieces.

    counted, difference, counted_at: of the newest count that a second person confirmed; null before the first.
    """

    reward: UUID
    name: str
    on_shelf: int
    received: int
    free: int
    reserved: int
    handed: int
    written_off: int
    batches: list[BatchView]
    proposals: list[ProposalView]
    counted: int | None
    difference: int | None
    counted_at: datetime | None


class StockList(Struct, frozen=True):
    """The shelf of an organisation, in the order of the rewards' ids."""

    items: list[StockView]


@get("/stock", opt=needs(SIGNED_IN), sync_to_thread=True, responses=answers(StockList), tags=["stock"])
def list_stock(
    request: Request[Any, Any, Any],
    page: NamedDependency[Page],
    organisation: FromQuery[UUID | None] = None,
) -> Response[bytes]:
    """Books against shelf, of an organisation (left out: the reader's home); withdrawn rewards too."""
    begin = after(page.cursor, UUID)
    with reading(request, page.min_position) as reader:
        place = organisation or home_of(reader)
        require_sight(reader, place)
        if not may_any(reader, HANDLING, place):
            raise NotAllowed
        rows = reward_shelf.of_organisation(reader.connection, place, after=begin, limit=page.limit)
        views = _views(reader, rows)
    last = rows[-1].reward if rows else None
    return read(request, StockList(views), next_url=next_url(request, rows, page.limit, last))


@get(
    "/rewards/{reward:str}/stock",
    opt=needs(SIGNED_IN),
    sync_to_thread=True,
    responses=answers(StockView),
    tags=["stock"],
)
def get_stock(
    request: Request[Any, Any, Any], reward: FromPath[UUID], min_position: MinPosition = None
) -> Response[bytes]:
    """The books of one reward, with what waits for a second person."""
    with reading(request, min_position) as reader:
        row = reward_shelf.reward(reader.connection, reward)
        if row is None or not may_any(reader, HANDLING, row.organisation):
            raise UnknownId
        (view,) = _views(reader, [row])
    return read(request, view)


def _views(reader: Reader, rows: list[RewardRow]) -> list[StockView]:
    names = reader.texts(row.reward for row in rows)
    waiting: dict[UUID, list[ProposalRow]] = {row.reward: [] for row in rows}
    for one in reward_shelf.proposals(reader.connection, *waiting):
        waiting[one.reward].append(one)
    return [_view(row, names[row.reward], waiting[row.reward], reader.today) for row in rows]


def _view(row: RewardRow, name: str, waiting: list[ProposalRow], today: date) -> StockView:
    return StockView(
        reward=row.reward,
        name=name,
        on_shelf=row.free + row.reserved,
        received=row.received,
        free=row.free,
        reserved=row.reserved,
        handed=row.handed,
        written_off=row.written_off,
        batches=[
            BatchView(one.batch, one.pieces, one.use_by, one.use_by is not None and one.use_by < today)
            for one in row.batches
        ],
        proposals=[
            ProposalView(
                id=one.proposal,
                kind=one.kind,
                figure=one.figure,
                proposed_by=one.proposed_by,
                at=one.at,
                from_day=one.from_day,
                reason=one.reason,
                batch=one.batch,
                books=one.books,
            )
            for one in waiting
        ],
        counted=row.counted,
        difference=row.difference,
        counted_at=row.counted_at,
    )


HANDLERS = [list_stock, get_stock]
