"""Erasing people: somebody asks to be forgotten, an administrator carries it out once the person has left."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromQuery, JSONBody
from msgspec import Struct

from api.answers import answers, read, told
from api.decoding import Strict
from api.deployment import DUE_WORKING_DAYS, Deployment, Wish
from api.erasing import Erasure, ErasureReason, erase, require_erasable, witness_refusal
from api.identity import SIGNED_IN, STEP_UP, WITHOUT_KEY, needs
from api.readers import Reader, newest, reading
from api.v1.at_home import at_home_in, require_over
from api.v1.members import MemberPath, member_in
from ledger.application.authority import Permission
from ledger.kernel.refusal import Refusal


class EraseAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """reason: `asked` by the person, `deceased`, or `no-longer-needed` for what the data was collected for."""

    reason: ErasureReason


class WishView(Struct, frozen=True):
    """A wish to be erased. due: the day by which it is done. can_be_erased: the person has left, so staff may do it."""

    code: str
    member: UUID
    wished: datetime
    due: date
    can_be_erased: bool


class Wishes(Struct, frozen=True):
    """Open wishes, the one that is due first first."""

    items: list[WishView]


@post(
    "/members/{member:str}/erase",
    opt=needs(Permission.ERASE_MEMBERS) | STEP_UP | WITHOUT_KEY,
    dto=Strict[EraseAsked],
    return_dto=None,
    status_code=200,
    sync_to_thread=True,
    responses=answers(Erasure),
    tags=["erasure"],
)
def erase_member(request: Request[Any, Any, Any], member: MemberPath, data: JSONBody[EraseAsked]) -> Response[bytes]:
    """Erase everything that is held about somebody who left or died, for ever; accounts stay, nameless. Asked again, it
    tells how far it is done."""
    deployment: Deployment = request.app.state.deployment
    asked = member_in(member)
    with reading(request, newest(request)) as reader:
        require_over(reader, Permission.ERASE_MEMBERS, asked)
        try:
            found = require_erasable(deployment, reader.connection, asked)
        except Refusal as refusal:
            witness_refusal(deployment, asked, refusal, actor=reader.member)
            raise
    return told(erase(deployment, found, data.reason, actor=reader.member))


@post(
    "/me/erasure",
    opt=needs(SIGNED_IN) | WITHOUT_KEY,
    status_code=200,
    sync_to_thread=True,
    responses=answers(WishView),
    tags=["erasure"],
)
def wish_to_be_erased(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Ask to be erased. Staff do it within fifteen working days, once the membership is over."""
    deployment: Deployment = request.app.state.deployment
    with reading(request) as reader:
        due = deployment.calendar.after(reader.today, DUE_WORKING_DAYS).day
        wish = deployment.erasure_wishes.add(reader.member, deployment.clock.now(), due)
        return told(_shown(reader, wish))


@post(
    "/me/erasure/withdraw",
    opt=needs(SIGNED_IN) | WITHOUT_KEY,
    status_code=204,
    sync_to_thread=True,
    tags=["erasure"],
)
def withdraw_wish(request: Request[Any, Any, Any]) -> None:
    """Stay after all: the wish is forgotten, as long as it was not carried out."""
    deployment: Deployment = request.app.state.deployment
    with reading(request) as reader:
        deployment.erasure_wishes.withdraw(reader.member)


@get(
    "/erasure-wishes",
    opt=needs(Permission.ERASE_MEMBERS),
    sync_to_thread=True,
    responses=answers(Wishes),
    tags=["erasure"],
)
def list_wishes(request: Request[Any, Any, Any], organisation: FromQuery[UUID]) -> Response[bytes]:
    """Who at home in this part asked to be erased, by the day on which it is due."""
    deployment: Deployment = request.app.state.deployment
    with reading(request) as reader:
        reader.require(Permission.ERASE_MEMBERS, organisation)
        wishes = deployment.erasure_wishes.every()
        here = at_home_in(reader, organisation, [wish.member for wish in wishes])
        shown = [_shown(reader, wish) for wish in wishes if wish.member in here]
        return read(request, Wishes(shown))


def _shown(reader: Reader, wish: Wish) -> WishView:
    try:
        require_erasable(reader.deployment, reader.connection, wish.member)
        can_be_erased = True
    except Refusal:
        can_be_erased = False
    return WishView("erasure-asked", wish.member, wish.wished, wish.due, can_be_erased)


HANDLERS = [erase_member, wish_to_be_erased, withdraw_wish, list_wishes]
