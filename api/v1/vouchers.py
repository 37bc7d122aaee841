"""Vouchers: what the keeper of a shelf scans when goods are collected."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, post
from litestar.params import JSONBody
from msgspec import Struct

from api.answers import answers, told, written
from api.calls import submit
from api.decoding import Strict
from api.deployment import Deployment
from api.identity import WITHOUT_KEY, UnknownId, needs
from api.readers import newest, reading
from api.v1.body_fields import Pieces
from api.v1.codes import SCAN_BODY_BYTES_MAX, CodeText, genuine
from ledger.application.authority import Permission
from ledger.application.hand_over import HAND_OVER, SUBSTITUTE, HandOver, Substitute
from ledger.application.work import Outcome
from ledger.kernel.ids import RedemptionId, RewardId
from ledger.kernel.units import Unit
from projections import redemptions
from projections.redemptions import RedemptionStatus
from qr.refusals import NotOurCode
from qr.tokens import Voucher


class VoucherBody(Struct, frozen=True, forbid_unknown_fields=True):
    """What the scanner read."""

    token: CodeText


class HandOverBody(Struct, frozen=True, forbid_unknown_fields=True):
    """What the scanner read. pieces: how many are handed over; left out: all that were asked for."""

    token: CodeText
    pieces: Pieces | None = None


class SubstituteBody(Struct, frozen=True, forbid_unknown_fields=True):
    """What the scanner read, and what the member takes instead, for at most what is held."""

    token: CodeText
    reward: UUID
    pieces: Pieces = 1


class VoucherView(Struct, frozen=True):
    """What a voucher stands for. name: the member's, masked. It can be handed over while status is `ready`."""

    redemption: UUID
    name: str
    reward: UUID
    reward_name: str
    pieces: int
    total: int
    unit: Unit
    status: RedemptionStatus
    lapses_at: datetime
    ended_at: datetime | None


@post(
    "/vouchers/hand-over",
    opt=needs(Permission.HAND_OVER),
    dto=Strict[HandOverBody],
    return_dto=None,
    status_code=200,
    request_max_body_size=SCAN_BODY_BYTES_MAX,
    responses=answers(Outcome),
    tags=["vouchers"],
)
async def hand_over(request: Request[Any, Any, Any], data: JSONBody[HandOverBody]) -> Response[bytes]:
    """Give the goods out. Of several scans at once one succeeds; the others are told when and by whom it was done.

    Of fewer pieces than were asked for, the points of the rest come back.
    """
    redemption = await _redemption(request, data.token)
    return written(await submit(request, HAND_OVER, HandOver(redemption, data.pieces)))


@post(
    "/vouchers/substitute",
    opt=needs(Permission.HAND_OVER),
    dto=Strict[SubstituteBody],
    return_dto=None,
    status_code=200,
    request_max_body_size=SCAN_BODY_BYTES_MAX,
    responses=answers(Outcome),
    tags=["vouchers"],
)
async def substitute(request: Request[Any, Any, Any], data: JSONBody[SubstituteBody]) -> Response[bytes]:
    """Give another reward of the same shelf instead; showing the voucher for it is how the member agrees.

    Never more points than were held; the rest comes back.
    """
    redemption = await _redemption(request, data.token)
    asked = Substitute(redemption, RewardId(data.reward), data.pieces, "voucher-shown")
    return written(await submit(request, SUBSTITUTE, asked))


@post(
    "/vouchers/look",
    opt=needs(Permission.HAND_OVER) | WITHOUT_KEY,
    dto=Strict[VoucherBody],
    return_dto=None,
    status_code=200,
    request_max_body_size=SCAN_BODY_BYTES_MAX,
    responses=answers(VoucherView),
    tags=["vouchers"],
)
async def look_at_voucher(request: Request[Any, Any, Any], data: JSONBody[VoucherBody]) -> Response[bytes]:
    """What a voucher stands for; nothing changes."""
    redemption = await _redemption(request, data.token)
    return told(await asyncio.to_thread(voucher_view, request, redemption))


def voucher_view(request: Request[Any, Any, Any], redemption: RedemptionId) -> VoucherView:
    """For a keeper of the shelf it stands on; raises NotAllowed and UnknownId."""
    with reading(request, newest(request)) as reader:
        row = redemptions.redemption(reader.connection, redemption)
        if row is None:
            raise UnknownId
        reader.require(Permission.HAND_OVER, row.organisation)
        return VoucherView(
            redemption=redemption,
            name=reader.names([row.member])[row.member],
            reward=row.reward,
            reward_name=reader.texts([row.reward])[row.reward],
            pieces=row.pieces,
            total=row.total,
            unit=row.unit,
            status=row.status,
            lapses_at=row.lapses_at,
            ended_at=row.ended_at,
        )


async def _redemption(request: Request[Any, Any, Any], text: str) -> RedemptionId:
    deployment: Deployment = request.app.state.deployment
    token = await genuine(request, text, deployment.clock.now())
    if not isinstance(token, Voucher):
        raise NotOurCode
    return RedemptionId(token.redemption)


HANDLERS = [hand_over, substitute, look_at_voucher]
