"""Gifts: a member gives points or care minutes to another, where both programmes allow it."""

from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import JSONBody
from msgspec import Struct

from api.answers import written
from api.calls import submit
from api.identity import SIGNED_IN
from api.v1.body_fields import Amount
from api.v1.commanding import commanding
from ledger.application.gifts import GIVE_POINTS, GivePoints
from ledger.kernel.ids import MemberId
from ledger.kernel.units import Unit


class GiftBody(Struct, frozen=True, forbid_unknown_fields=True):
    """To whom, and how much of what."""

    receiver: UUID
    unit: Unit
    amount: Amount


@commanding("/gifts", SIGNED_IN, "accounts", body=GiftBody, status=201)
async def give(request: Request[Any, Any, Any], data: JSONBody[GiftBody]) -> Response[bytes]:
    """Give to another member, at once and for good. What is given keeps its day of expiry."""
    asked = GivePoints(MemberId(data.receiver), data.unit, data.amount)
    return written(await submit(request, GIVE_POINTS, asked), status=201)


HANDLERS = [give]
