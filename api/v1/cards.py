"""Printed cards, and the code on a member's own phone: what identifies, and never authenticates.

The ledger knows a card by its random id; whose it is stands in the directory alone.
"""

import asyncio
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from api.answers import answers, files, outcome_of, written
from api.calls import Behalf, submit
from api.decoding import Strict
from api.deployment import Deployment
from api.identity import SIGNED_IN, UnknownId, needs
from api.readers import allow_over_member, reading
from api.v1.commanding import commanding
from api.v1.members import ME, MemberPath, member_in
from api.v1.pictures import png_picture, svg_picture
from api.v1.standing import ReasonAsked
from api.v1.texts import new_id
from ledger.application.authority import Permission
from ledger.application.bases import Basis
from ledger.application.members import (
    ISSUE_CARD,
    LOSE_CARDS,
    REPLACE_CARD,
    REVOKE_CARD,
    IssueCard,
    LoseCards,
    ReplaceCard,
    RevokeCard,
)
from ledger.kernel.ids import CardId, MemberId
from qr.links import printed_link
from qr.tokens import LiveMemberCode, MemberCard, sign, step_at


class Card(Struct, frozen=True):
    """An issued card. link: what its printed code says."""

    code: str
    member: UUID
    card: UUID
    link: str


class LostAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """basis: where staff write it down for somebody, how they were told."""

    basis: Basis = "asked-by-telephone"


@post(
    "/members/{member:str}/cards",
    opt=needs(Permission.ISSUE_CARDS),
    responses=answers(Card, 201),
    tags=["members"],
)
async def issue_card(request: Request[Any, Any, Any], member: FromPath[UUID]) -> Response[bytes]:
    """Make a new card for a member. Cards from before stay good until they are revoked."""
    deployment: Deployment = request.app.state.deployment
    await allow_over_member(request, Permission.ISSUE_CARDS, member)
    card = CardId((await new_id(request, "card")).id)
    await asyncio.to_thread(deployment.directory.bind_card, card, MemberId(member))
    answer = await submit(request, ISSUE_CARD, IssueCard(MemberId(member), card))
    payload = Card(outcome_of(answer).code, member, card, _card_link(deployment, card))
    return written(answer, payload, status=201)


@post(
    "/members/{member:str}/cards/replace",
    opt=needs(Permission.ISSUE_CARDS),
    dto=Strict[ReasonAsked],
    return_dto=None,
    responses=answers(Card, 201),
    tags=["members"],
)
async def replace_card(
    request: Request[Any, Any, Any], member: FromPath[UUID], data: JSONBody[ReasonAsked]
) -> Response[bytes]:
    """Make a new card for a member instead of every one that is still good: those are refused from now on."""
    deployment: Deployment = request.app.state.deployment
    await allow_over_member(request, Permission.ISSUE_CARDS, member)
    card = CardId((await new_id(request, "card")).id)
    await asyncio.to_thread(deployment.directory.bind_card, card, MemberId(member))
    answer = await submit(request, REPLACE_CARD, ReplaceCard(MemberId(member), card, data.reason))
    payload = Card(outcome_of(answer).code, member, card, _card_link(deployment, card))
    return written(answer, payload, status=201)


@commanding("/members/{member:str}/cards/lost", SIGNED_IN, "members", body=LostAsked)
async def lose_cards(request: Request[Any, Any, Any], member: MemberPath, data: JSONBody[LostAsked]) -> Response[bytes]:
    """Refuse every card of a member from now on: one's own, or by staff for who calls. No card number is needed."""
    behalf = None if member == ME else Behalf(member_in(member), data.basis)
    return written(await submit(request, LOSE_CARDS, LoseCards("lost", behalf and behalf.member), behalf=behalf))


@commanding("/members/{member:str}/cards/{card:str}/revoke", SIGNED_IN, "members", body=ReasonAsked)
async def revoke_card(
    request: Request[Any, Any, Any], member: FromPath[UUID], card: FromPath[UUID], data: JSONBody[ReasonAsked]
) -> Response[bytes]:
    """Refuse a card everywhere from now on: staff may, and whose card it is."""
    return written(await submit(request, REVOKE_CARD, RevokeCard(MemberId(member), CardId(card), data.reason)))


@get(
    "/members/{member:str}/cards/{picture_name:str}",
    opt=needs(SIGNED_IN) | files("image/svg+xml", "image/png"),
    sync_to_thread=True,
    tags=["members"],
)
def get_card_picture(
    request: Request[Any, Any, Any], member: MemberPath, picture_name: FromPath[str]
) -> Response[bytes]:
    """The picture of a card's code, `CARD.svg` or `CARD.png`, to be printed."""
    name, _, form = picture_name.rpartition(".")
    drawn = {"svg": svg_picture, "png": png_picture}.get(form)
    if drawn is None:
        raise UnknownId
    with reading(request) as reader:
        # The picture is as good as the card: it is for whoever could hand one out.
        row = reader.require_over_member(member_in(member, reader.member), Permission.ISSUE_CARDS)
    deployment: Deployment = request.app.state.deployment
    card = member_in(name)
    if deployment.directory.member_of_card(card) != row.member:
        raise UnknownId
    return drawn(_card_link(deployment, CardId(card)))


@get("/me/code.svg", opt=needs(SIGNED_IN) | files("image/svg+xml"), sync_to_thread=True, tags=["sessions"])
def get_my_code_svg(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The caller's live code as SVG: good for 15 to 30 seconds."""
    return svg_picture(_live_link(request))


@get("/me/code.png", opt=needs(SIGNED_IN) | files("image/png"), sync_to_thread=True, tags=["sessions"])
def get_my_code_png(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The caller's live code as PNG: good for 15 to 30 seconds."""
    return png_picture(_live_link(request))


def _live_link(request: Request[Any, Any, Any]) -> str:
    deployment: Deployment = request.app.state.deployment
    with reading(request) as reader:
        code = LiveMemberCode(reader.device, step_at(deployment.clock.now()))
    return printed_link(sign(code, deployment.tokens), deployment.settings.origin)


def _card_link(deployment: Deployment, card: CardId) -> str:
    return printed_link(sign(MemberCard(card), deployment.tokens), deployment.settings.origin)


HANDLERS = [issue_card, replace_card, lose_cards, revoke_card, get_card_picture, get_my_code_svg, get_my_code_png]
