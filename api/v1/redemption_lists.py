"""Reading redemptions: one's own, those of a shelf for who runs it, and the voucher to show when collecting."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from msgspec import Struct

from api.answers import answers, read
from api.deployment import Deployment
from api.identity import SIGNED_IN, NotAllowed, UnknownId, needs
from api.readers import MinPosition, Page, Reader, after, next_url, reading
from api.v1.pictures import png_picture, svg_picture
from api.v1.visibility import may_any, require_sight
from ledger.application.authority import Permission
from ledger.kernel.units import Unit
from ledger.redemption.redemption_refusals import RedemptionFinished, RedemptionNotThatFar
from ledger.redemption.redemption_state import FINISHED
from projections import redemptions
from projections.redemptions import RedemptionRow, RedemptionStatus
from qr.links import printed_link
from qr.tokens import Voucher, sign

HANDLING = (Permission.APPROVE_REDEMPTIONS, Permission.PREPARE_REDEMPTIONS, Permission.HAND_OVER)
"""Who sees what others asked for."""


class RedemptionView(Struct, frozen=True):
    """A redemption. price: of one piece, total: of all, in `unit`. lapses_at: when it lapses unless handed over.

    handed_reward, handed_pieces, handed_total: what the member got, which may be less, or another reward.
    """

    id: UUID
    organisation: UUID
    member: UUID
    name: str
    reward: UUID
    reward_name: str
    status: RedemptionStatus
    unit: Unit
    pieces: int
    price: int
    total: int
    requested_at: datetime
    lapses_at: datetime
    approved_by: UUID | None
    approved_at: datetime | None
    ready_at: datetime | None
    ended_by: UUID | None
    ended_at: datetime | None
    reason: str | None
    handed_reward: UUID | None
    handed_pieces: int
    handed_total: int
    returned_pieces: int
    returned_total: int


class RedemptionList(Struct, frozen=True):
    """One's own newest first; those of an organisation oldest first."""

    items: list[RedemptionView]


@get("/redemptions", opt=needs(SIGNED_IN), sync_to_thread=True, responses=answers(RedemptionList), tags=["redemptions"])
def list_redemptions(
    request: Request[Any, Any, Any],
    page: NamedDependency[Page],
    organisation: FromQuery[UUID | None] = None,
    status: FromQuery[RedemptionStatus | None] = None,
) -> Response[bytes]:
    """One's own; with `organisation`, those of its shelf, for who runs it."""
    begin = after(page.cursor, int)
    with reading(request, page.min_position) as reader:
        if organisation is None:
            rows = redemptions.of_member(
                reader.connection, reader.member, status=status, before=begin, limit=page.limit
            )
        else:
            require_sight(reader, organisation)
            if not may_any(reader, HANDLING, organisation):
                raise NotAllowed
            rows = redemptions.of_organisation(
                reader.connection, organisation, status=status, after=begin or 0, limit=page.limit
            )
        views = redemption_views(reader, rows)
    last = rows[-1].position if rows else None
    return read(request, RedemptionList(views), next_url=next_url(request, rows, page.limit, last))


@get(
    "/redemptions/{redemption:str}",
    opt=needs(SIGNED_IN),
    sync_to_thread=True,
    responses=answers(RedemptionView),
    tags=["redemptions"],
)
def get_redemption(
    request: Request[Any, Any, Any], redemption: FromPath[UUID], min_position: MinPosition = None
) -> Response[bytes]:
    """One redemption: one's own, or any of a shelf one runs."""
    with reading(request, min_position) as reader:
        row = redemptions.redemption(reader.connection, redemption)
        if row is None or (row.member != reader.member and not may_any(reader, HANDLING, row.organisation)):
            raise UnknownId
        (view,) = redemption_views(reader, [row])
    return read(request, view)


@get(
    "/redemptions/{redemption:str}/voucher.svg",
    opt=needs(SIGNED_IN),
    sync_to_thread=True,
    media_type="image/svg+xml",
    tags=["redemptions"],
)
def get_voucher_svg(
    request: Request[Any, Any, Any], redemption: FromPath[UUID], min_position: MinPosition = None
) -> Response[bytes]:
    """The code to show when collecting goods; only while they lie ready.

    For the member. Where staff asked for the member, staff may print it as a slip, but nobody who hands goods out: the
    keeper sees a code only in somebody else's hands.
    """
    return svg_picture(_voucher_link(request, redemption, min_position))


@get(
    "/redemptions/{redemption:str}/voucher.png",
    opt=needs(SIGNED_IN),
    sync_to_thread=True,
    media_type="image/png",
    tags=["redemptions"],
)
def get_voucher_png(
    request: Request[Any, Any, Any], redemption: FromPath[UUID], min_position: MinPosition = None
) -> Response[bytes]:
    """The same for what cannot show SVG."""
    return png_picture(_voucher_link(request, redemption, min_position))


def _voucher_link(request: Request[Any, Any, Any], redemption: UUID, min_position: int | None) -> str:
    deployment: Deployment = request.app.state.deployment
    with reading(request, min_position) as reader:
        row = redemptions.redemption(reader.connection, redemption)
        if row is None or not (row.member == reader.member or _may_print(reader, row)):
            raise UnknownId
    if row.status in FINISHED:
        raise RedemptionFinished(row.status)
    if row.status != "ready":
        raise RedemptionNotThatFar(row.status, "ready")
    return printed_link(sign(Voucher(redemption), deployment.tokens), deployment.settings.origin)


def _may_print(reader: Reader, row: RedemptionRow) -> bool:
    """For whom somebody else asked has no phone to show it on."""
    prepares = row.requested_by != row.member and reader.may(Permission.PREPARE_REDEMPTIONS, row.organisation)
    return prepares and not reader.may(Permission.HAND_OVER, row.organisation)


def redemption_views(reader: Reader, rows: list[RedemptionRow]) -> list[RedemptionView]:
    """As they are shown to somebody who may see them."""
    names = reader.names(row.member for row in rows)
    rewards = reader.texts(row.reward for row in rows)
    return [_view(row, names[row.member], rewards[row.reward]) for row in rows]


def _view(row: RedemptionRow, name: str, reward_name: str) -> RedemptionView:
    return RedemptionView(
        id=row.redemption,
        organisation=row.organisation,
        member=row.member,
        name=name,
        reward=row.reward,
        reward_name=reward_name,
        status=row.status,
        unit=row.unit,
        pieces=row.pieces,
        price=row.price,
        total=row.total,
        requested_at=row.requested_at,
        lapses_at=row.lapses_at,
        approved_by=row.approved_by,
        approved_at=row.approved_at,
        ready_at=row.ready_at,
        ended_by=row.ended_by,
        ended_at=row.ended_at,
        reason=row.reason,
        handed_reward=row.handed_reward,
        handed_pieces=row.handed_pieces,
        handed_total=row.handed_total,
        returned_pieces=row.returned_pieces,
        returned_total=row.returned_total,
    )


HANDLERS = [list_redemptions, get_redemption, get_voucher_svg, get_voucher_png]
