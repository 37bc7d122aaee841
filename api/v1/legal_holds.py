"""Legal holds: auditors see to it that somebody's data is kept as it is, and let it go again."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromQuery, JSONBody
from msgspec import Struct

from api.answers import answers, read, told
from api.decoding import Strict
from api.deployment import Deployment, HoldInForce, HoldReason
from api.identity import STEP_UP, WITHOUT_KEY, NotAllowed, needs
from api.readers import Reader, newest, reading
from api.v1.at_home import at_home_in, require_over
from api.v1.members import MemberPath, member_in
from ledger.application.authority import Permission
from ledger.application.vocabulary import Reason
from ledger.kernel.ids import MemberId
from projections import people


class HoldAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """reason: what asks for it."""

    reason: HoldReason


class LiftAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """reason: a code such as `case-closed`."""

    reason: Reason


class HoldView(Struct, frozen=True):
    """A hold in force. set_by: the auditor. since: UTC."""

    code: str
    member: UUID
    reason: str
    set_by: UUID
    since: datetime


class Holds(Struct, frozen=True):
    """Holds in force, the oldest first."""

    items: list[HoldView]


@post(
    "/members/{member:str}/legal-hold",
    opt=needs(Permission.HOLD_MEMBERS) | STEP_UP | WITHOUT_KEY,
    dto=Strict[HoldAsked],
    return_dto=None,
    status_code=200,
    sync_to_thread=True,
    responses=answers(HoldView),
    tags=["erasure"],
)
def set_legal_hold(request: Request[Any, Any, Any], member: MemberPath, data: JSONBody[HoldAsked]) -> Response[bytes]:
    """From now on this person's data may only be stored: no sensitive field is shown, corrected or erased."""
    deployment: Deployment = request.app.state.deployment
    held = member_in(member)
    with reading(request, newest(request)) as reader:
        _require_other(reader, held)
    now = deployment.clock.now()
    if not deployment.legal_holds.of([held]):
        facts = {"reason": data.reason}
        deployment.audit_log.record("legal_hold_set", now, actor=reader.member, subject=held, facts=facts)
    return told(_shown(deployment.legal_holds.set(held, data.reason, by=reader.member, now=now)))


@post(
    "/members/{member:str}/legal-hold/lift",
    opt=needs(Permission.HOLD_MEMBERS) | STEP_UP | WITHOUT_KEY,
    dto=Strict[LiftAsked],
    return_dto=None,
    status_code=204,
    sync_to_thread=True,
    tags=["erasure"],
)
def lift_legal_hold(request: Request[Any, Any, Any], member: MemberPath, data: JSONBody[LiftAsked]) -> None:
    """The data may be used again."""
    deployment: Deployment = request.app.state.deployment
    held = member_in(member)
    with reading(request, newest(request)) as reader:
        _require_other(reader, held)
    if deployment.legal_holds.of([held]):
        # First: a hold that ended without a trace would be as good as none.
        facts, now = {"reason": data.reason}, deployment.clock.now()
        deployment.audit_log.record("legal_hold_lifted", now, actor=reader.member, subject=held, facts=facts)
    deployment.legal_holds.lift(held)


@get(
    "/legal-holds",
    opt=needs(Permission.HOLD_MEMBERS),
    sync_to_thread=True,
    responses=answers(Holds),
    tags=["erasure"],
)
def list_legal_holds(request: Request[Any, Any, Any], organisation: FromQuery[UUID]) -> Response[bytes]:
    """The holds in force on people at home in this part."""
    deployment: Deployment = request.app.state.deployment
    with reading(request) as reader:
        reader.require(Permission.HOLD_MEMBERS, organisation)
        holds = deployment.legal_holds.every()
        here = at_home_in(reader, organisation, [hold.member for hold in holds])
    return read(request, Holds([_shown(hold) for hold in holds if hold.member in here]))


def _require_other(reader: Reader, held: MemberId) -> None:
    """Nobody holds or lets go what is to be looked into about themselves or who they live with."""
    require_over(reader, Permission.HOLD_MEMBERS, held)
    own, other = (people.member(reader.connection, one) for one in (reader.member, held))
    household = own.household if own else None
    if held == reader.member or (household is not None and other is not None and other.household == household):
        raise NotAllowed


def _shown(hold: HoldInForce) -> HoldView:
    return HoldView("legal-hold-set", hold.member, hold.reason, hold.set_by, hold.since)


HANDLERS = [set_legal_hold, lift_legal_hold, list_legal_holds]
