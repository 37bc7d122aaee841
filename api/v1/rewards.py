"""Rewards: what stands on the shelf, at what price, and how many pieces are free."""

from datetime import date
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Struct

from api.answers import answers, read, written
from api.calls import submit
from api.decoding import Strict
from api.identity import SIGNED_IN, UnknownId, needs
from api.readers import MinPosition, Page, Reader, after, next_url, reading
from api.v1.body_fields import Amount, Pieces, Title, Words
from api.v1.texts import Wording, new_with_texts
from api.v1.visibility import home_of, may_any, require_sight
from ledger.application.authority import Permission
from ledger.application.rewards import (
    LIST_REWARD,
    PRICE_REWARD,
    RECEIVE_STOCK,
    WITHDRAW_REWARD,
    ListReward,
    PriceReward,
    ReceiveStock,
    WithdrawReward,
)
from ledger.application.work import Outcome
from ledger.kernel.ids import FundId, OrganisationId, RewardId, derived
from ledger.kernel.units import Unit
from projections import reward_shelf
from projections.reward_shelf import RewardRow

HANDLING = (Permission.LIST_REWARDS, Permission.RECEIVE_STOCK)
"""Who sees rewards that were withdrawn."""


class RewardBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A reward to be listed. fund: who pays for it; left out: the organisation's own. price: of one piece."""

    name: Title
    organisation: UUID
    unit: Unit
    price: Amount
    fund: UUID | None = None
    description: Words = ""
    pieces_per_member_month: Pieces | None = None


class PriceBody(Struct, frozen=True, forbid_unknown_fields=True):
    """The new price of one piece, in the reward's unit."""

    price: Amount


class StockBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Pieces that came onto the shelf. use_by: last day to hand them out."""

    pieces: Pieces
    use_by: date | None = None


class RewardView(Struct, frozen=True):
    """A reward. price: of one piece, in `unit`. received = free + reserved + handed, in whole pieces."""

    id: UUID
    name: str
    description: str
    organisation: UUID
    fund: UUID
    unit: Unit
    price: int
    pieces_per_member_month: int | None
    is_listed: bool
    received: int
    free: int
    reserved: int
    handed: int


class RewardList(Struct, frozen=True):
    """Rewards in the order of their ids."""

    items: list[RewardView]


@post(
    "/rewards",
    opt=needs(Permission.LIST_REWARDS),
    dto=Strict[RewardBody],
    return_dto=None,
    responses=answers(Outcome, 201),
    tags=["rewards"],
)
async def offer_reward(request: Request[Any, Any, Any], data: JSONBody[RewardBody]) -> Response[bytes]:
    """Offer a reward on an organisation's shelf."""
    organisation = OrganisationId(data.organisation)
    texts = {"name": data.name, "description": data.description}
    new = await new_with_texts(request, "reward", Wording(organisation, Permission.LIST_REWARDS, texts))
    asked = ListReward(
        reward=RewardId(new.id),
        organisation=organisation,
        fund=FundId(data.fund or derived(organisation, "own fund")),
        unit=data.unit,
        price=data.price,
        pieces_per_member_month=data.pieces_per_member_month,
    )
    return written(await submit(request, LIST_REWARD, asked), status=201)


@post(
    "/rewards/{reward:str}/price",
    opt=needs(Permission.LIST_REWARDS),
    dto=Strict[PriceBody],
    return_dto=None,
    status_code=200,
    responses=answers(Outcome),
    tags=["rewards"],
)
async def price_reward(
    request: Request[Any, Any, Any], reward: FromPath[UUID], data: JSONBody[PriceBody]
) -> Response[bytes]:
    """Give one piece a new price, for what is asked for from now on."""
    return written(await submit(request, PRICE_REWARD, PriceReward(RewardId(reward), data.price)))


@post(
    "/rewards/{reward:str}/withdraw",
    opt=needs(Permission.LIST_REWARDS),
    status_code=200,
    responses=answers(Outcome),
    tags=["rewards"],
)
async def withdraw_reward(request: Request[Any, Any, Any], reward: FromPath[UUID]) -> Response[bytes]:
    """Let it no longer be asked for; what is open goes on."""
    return written(await submit(request, WITHDRAW_REWARD, WithdrawReward(RewardId(reward))))


@post(
    "/rewards/{reward:str}/stock",
    opt=needs(Permission.RECEIVE_STOCK),
    dto=Strict[StockBody],
    return_dto=None,
    status_code=200,
    responses=answers(Outcome),
    tags=["rewards"],
)
async def receive_stock(
    request: Request[Any, Any, Any], reward: FromPath[UUID], data: JSONBody[StockBody]
) -> Response[bytes]:
    """Put pieces onto the shelf."""
    return written(await submit(request, RECEIVE_STOCK, ReceiveStock(RewardId(reward), data.pieces, data.use_by)))


@get("/rewards", opt=needs(SIGNED_IN), sync_to_thread=True, responses=answers(RewardList), tags=["rewards"])
def list_rewards(
    request: Request[Any, Any, Any],
    page: NamedDependency[Page],
    organisation: FromQuery[UUID | None] = None,
) -> Response[bytes]:
    """The shelf of an organisation (left out: the reader's home). Withdrawn rewards are for those who run the shelf."""
    begin = after(page.cursor, UUID)
    with reading(request, page.min_position) as reader:
        place = organisation or home_of(reader)
        require_sight(reader, place)
        listed = None if may_any(reader, HANDLING, place) else True
        rows = reward_shelf.of_organisation(reader.connection, place, listed=listed, after=begin, limit=page.limit)
        views = _views(reader, rows)
    last = rows[-1].reward if rows else None
    return read(request, RewardList(views), next_url=next_url(request, rows, page.limit, last))


@get(
    "/rewards/{reward:str}", opt=needs(SIGNED_IN), sync_to_thread=True, responses=answers(RewardView), tags=["rewards"]
)
def get_reward(
    request: Request[Any, Any, Any], reward: FromPath[UUID], min_position: MinPosition = None
) -> Response[bytes]:
    """One reward and its stock."""
    with reading(request, min_position) as reader:
        row = reward_shelf.reward(reader.connection, reward)
        if row is None:
            raise UnknownId
        require_sight(reader, row.organisation)
        (view,) = _views(reader, [row])
    return read(request, view)


def _views(reader: Reader, rows: list[RewardRow]) -> list[RewardView]:
    ids = [row.reward for row in rows]
    names, descriptions = reader.texts(ids), reader.texts(ids, "description")
    return [
        RewardView(
            row.reward,
            names[row.reward],
            descriptions[row.reward],
            row.organisation,
            row.fund,
            row.unit,
            row.price,
            row.pieces_per_member_month,
            row.is_listed,
            row.received,
            row.free,
            row.reserved,
            row.handed,
        )
        for row in rows
    ]


HANDLERS = [offer_reward, price_reward, withdraw_reward, receive_stock, list_rewards, get_reward]
