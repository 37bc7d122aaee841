"""What comes after handing over: goods come back, and somebody looks at what the system approved."""

from typing import Any, Literal
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Struct

from api.answers import answers, read, written
from api.calls import submit
from api.identity import needs
from api.readers import Page, after, next_url, reading
from api.v1.body_fields import Pieces
from api.v1.commanding import commanding
from api.v1.redemption_lists import RedemptionList, redemption_views
from api.v1.visibility import home_of
from ledger.application.authority import Permission
from ledger.application.returns import RECHECK_REDEMPTION, RETURN_GOODS, RecheckRedemption, ReturnGoods
from ledger.kernel.ids import RedemptionId
from projections import redemptions


class ReturnBody(Struct, frozen=True, forbid_unknown_fields=True):
    """How many pieces came back, and whether they can be handed out again."""

    pieces: Pieces
    condition: Literal["good", "damaged"] = "good"


class RecheckBody(Struct, frozen=True, forbid_unknown_fields=True):
    """What the look at it found."""

    finding: Literal["in_order", "not_in_order"]


@commanding("/redemptions/{redemption:str}/return", Permission.HAND_OVER, "redemptions", body=ReturnBody)
async def return_goods(
    request: Request[Any, Any, Any], redemption: FromPath[UUID], data: JSONBody[ReturnBody]
) -> Response[bytes]:
    """Take pieces back within the days the programme sets; their points come back, each piece once."""
    asked = ReturnGoods(RedemptionId(redemption), data.pieces, data.condition)
    return written(await submit(request, RETURN_GOODS, asked))


@commanding("/redemptions/{redemption:str}/recheck", Permission.APPROVE_REDEMPTIONS, "redemptions", body=RecheckBody)
async def recheck_redemption(
    request: Request[Any, Any, Any], redemption: FromPath[UUID], data: JSONBody[RecheckBody]
) -> Response[bytes]:
    """Look at an exchange that the system approved and that was drawn for it; not by who took part."""
    return written(await submit(request, RECHECK_REDEMPTION, RecheckRedemption(RedemptionId(redemption), data.finding)))


@get(
    "/rechecks",
    opt=needs(Permission.APPROVE_REDEMPTIONS),
    sync_to_thread=True,
    responses=answers(RedemptionList),
    tags=["redemptions"],
)
def list_rechecks(
    request: Request[Any, Any, Any],
    page: NamedDependency[Page],
    organisation: FromQuery[UUID | None] = None,
) -> Response[bytes]:
    """Exchanges of an organisation's shelf (left out: the reader's home) that somebody is to look at, oldest first."""
    begin = after(page.cursor, int)
    with reading(request, page.min_position) as reader:
        place = organisation or home_of(reader)
        reader.require(Permission.APPROVE_REDEMPTIONS, place)
        rows = redemptions.to_recheck(reader.connection, place, after=begin or 0, limit=page.limit)
        views = redemption_views(reader, rows)
    last = rows[-1].position if rows else None
    return read(request, RedemptionList(views), next_url=next_url(request, rows, page.limit, last))


HANDLERS = [return_goods, recheck_redemption, list_rechecks]
