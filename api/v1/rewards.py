"""Rewards: what stands on the shelf, at what price, by whose word, and how many pieces are free."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta, Struct

from api.answers import answers, read, written
from api.calls import submit
from api.identity import SIGNED_IN, UnknownId, needs
from api.readers import MinPosition, Page, Reader, after, next_url, reading
from api.v1.body_fields import Amount, Pieces, Title, Words
from api.v1.commanding import commanding
from api.v1.texts import Wording, new_with_texts
from api.v1.visibility import home_of, may_any, require_sight
from ledger.application.authority import Permission
from ledger.application.rewards import (
    APPROVE_PRICE,
    APPROVE_REWARD,
    DRAFT_REWARD,
    PROPOSE_PRICE,
    WITHDRAW_REWARD,
    ApprovePrice,
    ApproveReward,
    DraftReward,
    ProposePrice,
    WithdrawReward,
)
from ledger.kernel.ids import FundId, OrganisationId, ProposalId, RewardId, derived
from ledger.kernel.units import Unit
from ledger.redemption.events import Limit
from projections import reward_shelf
from projections.reward_shelf import RewardRow
from projections.shelf_rows import RewardStatus

HANDLING = (Permission.LIST_REWARDS, Permission.APPROVE_REWARDS, Permission.RECEIVE_STOCK)
"""Who sees rewards that are drafts, or were withdrawn."""
LIMITS_MAX = 6
"""One for members and one for households in each kind of period."""


class LimitBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Most pieces that one member, or one household, may have in a calendar period."""

    per: Literal["member", "household"]
    pieces: Pieces
    period: Literal["month", "quarter", "year"]


class RewardBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A reward to be offered. fund: who pays for it; left out: the organisation's own. price: of one piece.

    merchant: the partner who hands it out; left out: the community itself.
    """

    name: Title
    organisation: UUID
    unit: Unit
    price: Amount
    fund: UUID | None = None
    description: Words = ""
    limits: Annotated[tuple[LimitBody, ...], Meta(max_length=LIMITS_MAX)] = ()
    merchant: UUID | None = None


class PriceBody(Struct, frozen=True, forbid_unknown_fields=True):
    """The new price of one piece, in the reward's unit. from_day: left out, from the approval on."""

    price: Amount
    from_day: date | None = None


class ProposalBody(Struct, frozen=True, forbid_unknown_fields=True):
    """The proposal that was looked at."""

    proposal: UUID


class RewardView(Struct, frozen=True):
    """A reward. price: of one piece today, in `unit`; next_price: from `next_price_from` on, null where none comes.

    received = free + reserved + handed + written_off, in whole pieces.
    """

    id: UUID
    name: str
    description: str
    organisation: UUID
    fund: UUID
    unit: Unit
    price: int
    next_price: int | None
    next_price_from: date | None
    limits: list[Limit]
    merchant: UUID | None
    status: RewardStatus
    is_listed: bool
    drafted_by: UUID | None
    received: int
    free: int
    reserved: int
    handed: int
    written_off: int


class RewardList(Struct, frozen=True):
    """Rewards in the order of their ids."""

    items: list[RewardView]


@commanding("/rewards", Permission.LIST_REWARDS, "rewards", body=RewardBody, status=201)
async def offer_reward(request: Request[Any, Any, Any], data: JSONBody[RewardBody]) -> Response[bytes]:
    """Draft a reward for an organisation's shelf; somebody else approves it."""
    organisation = OrganisationId(data.organisation)
    texts = {"name": data.name, "description": data.description}
    new = await new_with_texts(request, "reward", Wording(organisation, Permission.LIST_REWARDS, texts))
    asked = DraftReward(
        reward=RewardId(new.id),
        organisation=organisation,
        fund=FundId(data.fund or derived(organisation, "own fund")),
        unit=data.unit,
        price=data.price,
        limits=tuple(Limit(one.per, one.pieces, one.period) for one in data.limits),
        merchant=OrganisationId(data.merchant) if data.merchant else None,
    )
    return written(await submit(request, DRAFT_REWARD, asked), status=201)


@commanding("/rewards/{reward:str}/approve", Permission.APPROVE_REWARDS, "rewards")
async def approve_reward(request: Request[Any, Any, Any], reward: FromPath[UUID]) -> Response[bytes]:
    """Let what somebody else drafted be asked for."""
    return written(await submit(request, APPROVE_REWARD, ApproveReward(RewardId(reward))))


@commanding("/rewards/{reward:str}/price", Permission.LIST_REWARDS, "rewards", body=PriceBody)
async def propose_price(
    request: Request[Any, Any, Any], reward: FromPath[UUID], data: JSONBody[PriceBody]
) -> Response[bytes]:
    """Propose a new price of one piece; it holds from its day on, once somebody else has approved it."""
    return written(await submit(request, PROPOSE_PRICE, ProposePrice(RewardId(reward), data.price, data.from_day)))


@commanding("/rewards/{reward:str}/price/approve", Permission.APPROVE_REWARDS, "rewards", body=ProposalBody)
async def approve_price(
    request: Request[Any, Any, Any], reward: FromPath[UUID], data: JSONBody[ProposalBody]
) -> Response[bytes]:
    """Let the price hold that somebody else proposed."""
    return written(await submit(request, APPROVE_PRICE, ApprovePrice(RewardId(reward), ProposalId(data.proposal))))


@commanding("/rewards/{reward:str}/withdraw", Permission.LIST_REWARDS, "rewards")
async def withdraw_reward(request: Request[Any, Any, Any], reward: FromPath[UUID]) -> Response[bytes]:
    """Let it no longer be asked for; what is open goes on."""
    return written(await submit(request, WITHDRAW_REWARD, WithdrawReward(RewardId(reward))))


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
    return [_view(row, names[row.reward], descriptions[row.reward], reader.today) for row in rows]


def _view(row: RewardRow, name: str, description: str, today: date) -> RewardView:
    to_come = row.next_price_from is not None and row.next_price_from > today
    return RewardView(
        id=row.reward,
        name=name,
        description=description,
        organisation=row.organisation,
        fund=row.fund,
        unit=row.unit,
        price=row.price_on(today),
        next_price=row.next_price if to_come else None,
        next_price_from=row.next_price_from if to_come else None,
        limits=row.limits,
        merchant=row.merchant,
        status=row.status,
        is_listed=row.is_listed,
        drafted_by=row.drafted_by,
        received=row.received,
        free=row.free,
        reserved=row.reserved,
        handed=row.handed,
        written_off=row.written_off,
    )


HANDLERS = [
    offer_reward,
    approve_reward,
    propose_price,
    approve_price,
    withdraw_reward,
    list_rewards,
    get_reward,
]
