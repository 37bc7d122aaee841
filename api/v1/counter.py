"""The counter: somebody comes with a card and no request, and leaves with the goods, in one act."""

import asyncio
from typing import Any
from uuid import UUID

from litestar import Request, Response, post
from litestar.params import JSONBody
from msgspec import Struct

from api.answers import answers, written
from api.calls import Behalf, submit
from api.decoding import Strict
from api.deployment import Deployment
from api.identity import needs
from api.v1.body_fields import Amount, Pieces
from api.v1.codes import CodeText, genuine
from api.v1.presented_codes import presented
from ledger.application.authority import Permission
from ledger.application.counter import EXCHANGE_AT_COUNTER, ExchangeAtCounter
from ledger.application.work import Outcome
from ledger.kernel.ids import RewardId
from qr.refusals import NotOurCode
from qr.tokens import LiveMemberCode

COUNTER_BODY_BYTES_MAX = 8 * 1024
"""Two scanned codes and a few words."""


class CounterBody(Struct, frozen=True, forbid_unknown_fields=True):
    """token: of the member, from their card or the live code on their phone.

    witness_token: beside a card, the live code of the member's own phone or of a second staff member's.
    expected_total: what the member was told it costs.
    """

    token: CodeText
    reward: UUID
    pieces: Pieces = 1
    witness_token: CodeText | None = None
    expected_total: Amount | None = None


@post(
    "/counter",
    opt=needs(Permission.HAND_OVER),
    dto=Strict[CounterBody],
    return_dto=None,
    request_max_body_size=COUNTER_BODY_BYTES_MAX,
    responses=answers(Outcome, 201),
    tags=["redemptions"],
)
async def exchange_at_counter(request: Request[Any, Any, Any], data: JSONBody[CounterBody]) -> Response[bytes]:
    """Exchange goods for who is there: asked for, approved by the system and handed over in one commit, or nothing.

    A card alone is not enough. Some exchanges are drawn for a look by somebody else afterwards.
    """
    asked = await _asked(request, data)
    behalf = Behalf(asked.member, "card-shown" if asked.card else "live-code")
    return written(await submit(request, EXCHANGE_AT_COUNTER, asked, behalf=behalf), status=201)


async def _asked(request: Request[Any, Any, Any], data: CounterBody) -> ExchangeAtCounter:
    """Refuses with NotOurCode a second code that is no live one: a card stands in for nobody."""
    deployment: Deployment = request.app.state.deployment
    now = deployment.clock.now()
    shown = await asyncio.to_thread(presented, deployment, await genuine(request, data.token, now))
    basis, witness = ("live_code", None) if shown.card is None else (None, None)
    if data.witness_token is not None and shown.card is not None:
        token = await genuine(request, data.witness_token, now)
        if not isinstance(token, LiveMemberCode):
            raise NotOurCode
        second = (await asyncio.to_thread(presented, deployment, token)).member
        basis, witness = ("live_code", None) if second == shown.member else ("witness", second)
    return ExchangeAtCounter(
        member=shown.member,
        reward=RewardId(data.reward),
        pieces=data.pieces,
        card=shown.card,
        basis=basis,
        witness=witness,
        expected_total=data.expected_total,
    )


HANDLERS = [exchange_at_counter]
