"""Redemptions: goods for points, from asking to the goods lying ready. Handing over is with the vouchers."""

import asyncio
from typing import Any, Final
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from api.answers import written
from api.calls import Behalf, count_try, on_behalf, submit
from api.deployment import REDEMPTIONS
from api.identity import SIGNED_IN
from api.readers import newest, reading
from api.v1.body_fields import Amount, Pieces
from api.v1.commanding import commanding
from ledger.application.authority import Permission
from ledger.application.bases import Basis
from ledger.application.redemptions import (
    APPROVE_REDEMPTION,
    CANCEL_REDEMPTION,
    MAKE_READY,
    REJECT_REDEMPTION,
    REQUEST_REDEMPTION,
    VOID_REDEMPTION,
    ApproveRedemption,
    CancelRedemption,
    MakeReady,
    RejectRedemption,
    RequestRedemption,
    VoidRedemption,
)
from ledger.application.vocabulary import Reason
from ledger.kernel.ids import RedemptionId, RewardId
from projections import redemptions


class RedemptionBody(Struct, frozen=True, forbid_unknown_fields=True):
    """What is asked for. member left out: for the caller; staff name somebody without a phone, and on what basis.

    expected_total: what the page said it costs; refused where that has changed since.
    """

    reward: UUID
    pieces: Pieces = 1
    member: UUID | None = None
    basis: Basis = "asked-in-person"
    expected_total: Amount | None = None


class CancelBody(Struct, frozen=True, forbid_unknown_fields=True):
    """basis: where staff take it back for a member, on what basis."""

    basis: Basis = "asked-in-person"


AS_ASKED: Final = CancelBody()


class ReasonBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Why not: a code."""

    reason: Reason


@commanding("/redemptions", SIGNED_IN, "redemptions", body=RedemptionBody, status=201)
async def request_redemption(request: Request[Any, Any, Any], data: JSONBody[RedemptionBody]) -> Response[bytes]:
    """Ask for a reward: pieces and points are set aside together, or neither."""
    count_try(request, "redemption", REDEMPTIONS)
    behalf = on_behalf(data.member, data.basis)
    asked = RequestRedemption(RewardId(data.reward), data.pieces, behalf and behalf.member, data.expected_total)
    return written(await submit(request, REQUEST_REDEMPTION, asked, behalf=behalf), status=201)


@commanding("/redemptions/{redemption:str}/approve", Permission.APPROVE_REDEMPTIONS, "redemptions")
async def approve_redemption(request: Request[Any, Any, Any], redemption: FromPath[UUID]) -> Response[bytes]:
    """Approve what somebody of another household asked for."""
    return written(await submit(request, APPROVE_REDEMPTION, ApproveRedemption(RedemptionId(redemption))))


@commanding("/redemptions/{redemption:str}/reject", Permission.APPROVE_REDEMPTIONS, "redemptions", body=ReasonBody)
async def reject_redemption(
    request: Request[Any, Any, Any], redemption: FromPath[UUID], data: JSONBody[ReasonBody]
) -> Response[bytes]:
    """Reject it; pieces and points come back."""
    asked = RejectRedemption(RedemptionId(redemption), data.reason)
    return written(await submit(request, REJECT_REDEMPTION, asked))


@commanding("/redemptions/{redemption:str}/cancel", SIGNED_IN, "redemptions", body=CancelBody)
async def cancel_redemption(
    request: Request[Any, Any, Any], redemption: FromPath[UUID], data: JSONBody[CancelBody] = AS_ASKED
) -> Response[bytes]:
    """Take it back: members their own, staff for a member. Pieces and points come back."""
    asked = CancelRedemption(RedemptionId(redemption))
    behalf = await asyncio.to_thread(_behalf, request, redemption, data.basis)
    return written(await submit(request, CANCEL_REDEMPTION, asked, behalf=behalf))


@commanding("/redemptions/{redemption:str}/ready", Permission.PREPARE_REDEMPTIONS, "redemptions")
async def make_redemption_ready(request: Request[Any, Any, Any], redemption: FromPath[UUID]) -> Response[bytes]:
    """Say that the goods lie ready; from now on the voucher works."""
    return written(await submit(request, MAKE_READY, MakeReady(RedemptionId(redemption))))


@commanding("/redemptions/{redemption:str}/void", Permission.PREPARE_REDEMPTIONS, "redemptions", body=ReasonBody)
async def void_redemption(
    request: Request[Any, Any, Any], redemption: FromPath[UUID], data: JSONBody[ReasonBody]
) -> Response[bytes]:
    """Say that the goods are not to be had after all, such as `out-of-stock`; pieces and points come back."""
    asked = VoidRedemption(RedemptionId(redemption), data.reason)
    return written(await submit(request, VOID_REDEMPTION, asked))


def _behalf(request: Request[Any, Any, Any], redemption: UUID, basis: Basis) -> Behalf | None:
    """Whose it is, where it is not the caller's own."""
    with reading(request, newest(request)) as reader:
        row = redemptions.redemption(reader.connection, redemption)
    return None if row is None or row.member == reader.member else on_behalf(row.member, basis)


HANDLERS = [
    request_redemption,
    approve_redemption,
    reject_redemption,
    cancel_redemption,
    make_redemption_ready,
    void_redemption,
]
