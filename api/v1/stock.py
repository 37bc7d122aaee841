"""The stock of a shelf: pieces come in, are written off and counted; what leaves so takes two people."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from api.answers import written
from api.calls import submit
from api.v1.body_fields import Pieces
from api.v1.commanding import commanding
from api.v1.rewards import ProposalBody
from ledger.application.authority import Permission
from ledger.application.stock import (
    APPROVE_WRITE_OFF,
    CONFIRM_COUNT,
    COUNT_STOCK,
    DECLINE_PROPOSAL,
    PROPOSE_WRITE_OFF,
    RECEIVE_STOCK,
    ApproveWriteOff,
    ConfirmCount,
    CountStock,
    DeclineProposal,
    ProposeWriteOff,
    ReceiveStock,
)
from ledger.application.vocabulary import Reason
from ledger.kernel.ids import BatchId, FundId, ProposalId, RewardId


class StockBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Pieces that came onto the shelf. use_by: last day to hand them out. fund: who paid; left out: the reward's."""

    pieces: Pieces
    use_by: date | None = None
    fund: UUID | None = None


class WriteOffBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Pieces to be written off, and why: a code. batch: of which; left out: the oldest."""

    pieces: Pieces
    reason: Reason
    batch: UUID | None = None


class CountBody(Struct, frozen=True, forbid_unknown_fields=True):
    """How many pieces lie there, reserved ones too."""

    pieces: Annotated[int, Meta(ge=0, le=100_000)]


@commanding("/rewards/{reward:str}/stock", Permission.RECEIVE_STOCK, "stock", body=StockBody)
async def receive_stock(
    request: Request[Any, Any, Any], reward: FromPath[UUID], data: JSONBody[StockBody]
) -> Response[bytes]:
    """Put a batch of pieces onto the shelf."""
    asked = ReceiveStock(RewardId(reward), data.pieces, data.use_by, FundId(data.fund) if data.fund else None)
    return written(await submit(request, RECEIVE_STOCK, asked))


@commanding("/rewards/{reward:str}/write-offs", Permission.RECEIVE_STOCK, "stock", body=WriteOffBody, status=201)
async def propose_write_off(
    request: Request[Any, Any, Any], reward: FromPath[UUID], data: JSONBody[WriteOffBody]
) -> Response[bytes]:
    """Propose to take pieces off the shelf that nobody had; somebody else approves it."""
    batch = BatchId(data.batch) if data.batch else None
    asked = ProposeWriteOff(RewardId(reward), data.pieces, data.reason, batch)
    return written(await submit(request, PROPOSE_WRITE_OFF, asked), status=201)


@commanding("/rewards/{reward:str}/write-offs/approve", Permission.CONFIRM_STOCK, "stock", body=ProposalBody)
async def approve_write_off(
    request: Request[Any, Any, Any], reward: FromPath[UUID], data: JSONBody[ProposalBody]
) -> Response[bytes]:
    """Take the pieces off the shelf that somebody else proposed."""
    asked = ApproveWriteOff(RewardId(reward), ProposalId(data.proposal))
    return written(await submit(request, APPROVE_WRITE_OFF, asked))


@commanding("/rewards/{reward:str}/counts", Permission.RECEIVE_STOCK, "stock", body=CountBody, status=201)
async def count_stock(
    request: Request[Any, Any, Any], reward: FromPath[UUID], data: JSONBody[CountBody]
) -> Response[bytes]:
    """Write down how many pieces lie there; somebody else confirms it."""
    return written(await submit(request, COUNT_STOCK, CountStock(RewardId(reward), data.pieces)), status=201)


@commanding("/rewards/{reward:str}/counts/confirm", Permission.CONFIRM_STOCK, "stock", body=ProposalBody)
async def confirm_count(
    request: Request[Any, Any, Any], reward: FromPath[UUID], data: JSONBody[ProposalBody]
) -> Response[bytes]:
    """Confirm what somebody else counted: the books are set right by the difference."""
    asked = ConfirmCount(RewardId(reward), ProposalId(data.proposal))
    return written(await submit(request, CONFIRM_COUNT, asked))


@commanding("/rewards/{reward:str}/proposals/decline", Permission.RECEIVE_STOCK, "stock", body=ProposalBody)
async def decline_proposal(
    request: Request[Any, Any, Any], reward: FromPath[UUID], data: JSONBody[ProposalBody]
) -> Response[bytes]:
    """Do not carry out a price, a write-off or a count; approvers may as well, and who proposed it takes it back so."""
    asked = DeclineProposal(RewardId(reward), ProposalId(data.proposal))
    return written(await submit(request, DECLINE_PROPOSAL, asked))


HANDLERS = [
    receive_stock,
    propose_write_off,
    approve_write_off,
    count_stock,
    confirm_count,
    decline_proposal,
]
