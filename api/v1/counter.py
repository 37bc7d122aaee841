"""The counter: somebody comes with a card and no request, and leaves with the goods, in one act.

A PIN that stands beside the card is checked here, before the command, and goes no further: no command, no event, no log
and no digest of the request has it.
"""

import asyncio
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, post
from litestar.params import JSONBody
from msgspec import Meta, Struct
from msgspec.structs import replace

from api.answers import answers, written
from api.calls import Behalf, command_key, submit
from api.decoding import Strict
from api.deployment import Deployment, PinWrong
from api.identity import UnknownId, needs
from api.readers import newest, reading
from api.v1.body_fields import Amount, Pieces
from api.v1.codes import CodeText, genuine
from api.v1.presented_codes import Presented, presented
from ledger.application.authority import Permission
from ledger.application.counter import EXCHANGE_AT_COUNTER, ExchangeAtCounter
from ledger.application.ports import CommandKey
from ledger.application.work import Outcome
from ledger.kernel.ids import MemberId, RewardId
from ledger.redemption.events import CounterBasis
from projections import reward_shelf
from qr.refusals import NotOurCode
from qr.tokens import LiveMemberCode

COUNTER_BODY_BYTES_MAX = 8 * 1024
"""Two scanned codes and a few words."""
Pin = Annotated[str, Meta(min_length=1, max_length=16)]
"""As a person types it."""


class CounterBody(Struct, frozen=True, forbid_unknown_fields=True):
    """token: of the member, from their card or the live code on their phone.

    pin: beside a card, the member's own, typed by them. witness_token: beside a card without a PIN, the live code of
    the member's own phone or of a second staff member's. expected_total: what the member was told it costs.
    """

    token: CodeText
    reward: UUID
    pieces: Pieces = 1
    pin: Pin | None = None
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

    A card alone is not enough. Some exchanges are drawn for a look by somebody else afterwards. After five wrong PINs
    the next must wait, for up to 15 minutes; the answer says how long.
    """
    asked = await _asked(request, data)
    behalf, key = Behalf(asked.member, "card-shown" if asked.card else "live-code"), await _key(request, data)
    return written(await submit(request, EXCHANGE_AT_COUNTER, asked, behalf=behalf, key=key), status=201)


async def _asked(request: Request[Any, Any, Any], data: CounterBody) -> ExchangeAtCounter:
    deployment: Deployment = request.app.state.deployment
    shown = await asyncio.to_thread(presented, deployment, await genuine(request, data.token, deployment.clock.now()))
    basis, witness = await _beside(request, data, shown)
    return ExchangeAtCounter(
        member=shown.member,
        reward=RewardId(data.reward),
        pieces=data.pieces,
        card=shown.card,
        basis=basis,
        witness=witness,
        expected_total=data.expected_total,
    )


async def _beside(
    request: Request[Any, Any, Any], data: CounterBody, shown: Presented
) -> tuple[CounterBasis | None, MemberId | None]:
    """What stands beside the code, and the second staff member where it is one.

    Refuses with NotOurCode a second code that is no live one: a card stands in for nobody. A PIN as `_check_pin`.
    """
    deployment: Deployment = request.app.state.deployment
    if shown.card is None:
        return "live_code", None
    if data.pin is not None:
        await asyncio.to_thread(_check_pin, request, data, shown.member)
        return "pin", None
    if data.witness_token is None:
        return None, None
    token = await genuine(request, data.witness_token, deployment.clock.now())
    if not isinstance(token, LiveMemberCode):
        raise NotOurCode
    second = (await asyncio.to_thread(presented, deployment, token)).member
    return ("live_code", None) if second == shown.member else ("witness", second)


def _check_pin(request: Request[Any, Any, Any], data: CounterBody, member: MemberId) -> None:
    """Refuses as `Credentials.check_pin` does. Only a keeper of this shelf gets to try: raises as `Reader.require`."""
    deployment: Deployment = request.app.state.deployment
    now, pin = deployment.clock.now(), data.pin or ""
    with reading(request, newest(request)) as reader:
        row = reward_shelf.reward(reader.connection, data.reward)
        if row is None:
            reader.require(Permission.HAND_OVER, reader.member)
            raise UnknownId
        reader.require(Permission.HAND_OVER, row.organisation)
        facts = {"credential": "pin", "at": "counter"}
        try:
            deployment.credentials.check_pin(member, pin, now)
        except PinWrong:
            deployment.audit_log.record("sign_in_failed", now, actor=reader.member, subject=member, facts=facts)
            raise


async def _key(request: Request[Any, Any, Any], data: CounterBody) -> CommandKey:
    """The PIN is left out of what tells a retry from a reuse of the key: nothing that is kept depends on it."""
    named = await command_key(request)
    return named if data.pin is None else named._replace(body=msgspec.json.encode(replace(data, pin=None)))


HANDLERS = [exchange_at_counter]
