"""Freezing a member's account: staff propose, an approver decides, an auditor extends, an approver ends it early."""

from datetime import date
from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Struct

from api.answers import answers, read, written
from api.calls import submit
from api.identity import SIGNED_IN, needs
from api.readers import MinPosition, reading
from api.v1.commanding import commanding
from api.v1.visibility import home_of, require_any
from ledger.accounts.events import FreezeDirection
from ledger.application.authority import Permission
from ledger.application.freezes import (
    DECLINE_FREEZE,
    EXTEND_FREEZE,
    FREEZE_ACCOUNT,
    PROPOSE_FREEZE,
    UNFREEZE_ACCOUNT,
    DeclineFreeze,
    ExtendFreeze,
    FreezeAccount,
    ProposeFreeze,
    UnfreezeAccount,
)
from ledger.application.vocabulary import Reason
from ledger.kernel.ids import MemberId
from ledger.kernel.units import Unit
from projections import balances

HANDLING = (Permission.PROPOSE_FREEZES, Permission.FREEZE_ACCOUNTS, Permission.EXTEND_FREEZES)
"""Who sees which accounts are frozen."""


class FreezeBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Which account, what is stopped, and through which day. `in`: nothing comes in; `out`: nothing is held or given.

    reason: a code such as `under-review`.
    """

    unit: Unit
    direction: FreezeDirection
    until: date
    reason: Reason


class ExtensionBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Which account, its new last day, and why: a code."""

    unit: Unit
    until: date
    reason: Reason


class UnfreezeBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Which account, and why: a code."""

    unit: Unit
    reason: Reason


class Frozen(Struct, frozen=True):
    """A frozen account. until: the last day of the freeze."""

    member: UUID
    unit: Unit
    direction: FreezeDirection
    until: date


class FreezeWish(Struct, frozen=True):
    """A freeze that was proposed: of what, what would be stopped, through which day, and by whom."""

    member: UUID
    unit: Unit
    direction: FreezeDirection
    until: date
    proposed_by: UUID


class FreezeWishList(Struct, frozen=True):
    """The freezes that wait for an approver, those that would end first in front; 200 at most."""

    items: list[FreezeWish]


class FrozenList(Struct, frozen=True):
    """The accounts that are frozen today, those that are free first in front; 200 at most."""

    items: list[Frozen]


@commanding("/members/{member:str}/freezes/propose", Permission.PROPOSE_FREEZES, "accounts", body=FreezeBody)
async def propose_freeze(
    request: Request[Any, Any, Any], member: FromPath[UUID], data: JSONBody[FreezeBody]
) -> Response[bytes]:
    """Ask an approver to freeze an account; nothing is stopped yet."""
    asked = ProposeFreeze(MemberId(member), data.unit, data.direction, data.until, data.reason)
    return written(await submit(request, PROPOSE_FREEZE, asked))


@commanding("/members/{member:str}/freezes/decline", Permission.FREEZE_ACCOUNTS, "accounts", body=UnfreezeBody)
async def decline_freeze(
    request: Request[Any, Any, Any], member: FromPath[UUID], data: JSONBody[UnfreezeBody]
) -> Response[bytes]:
    """Do not freeze as was proposed."""
    asked = DeclineFreeze(MemberId(member), data.unit, data.reason)
    return written(await submit(request, DECLINE_FREEZE, asked))


@commanding("/members/{member:str}/freezes", Permission.FREEZE_ACCOUNTS, "accounts", body=FreezeBody, status=201)
async def freeze_account(
    request: Request[Any, Any, Any], member: FromPath[UUID], data: JSONBody[FreezeBody]
) -> Response[bytes]:
    """Freeze an account: as staff proposed, or on nobody's proposal for three days at most.

    What is held already can still be handed over or given back, and lots still expire.
    """
    asked = FreezeAccount(MemberId(member), data.unit, data.direction, data.until, data.reason)
    return written(await submit(request, FREEZE_ACCOUNT, asked), status=201)


@commanding("/members/{member:str}/freezes/extend", Permission.EXTEND_FREEZES, "accounts", body=ExtensionBody)
async def extend_freeze(
    request: Request[Any, Any, Any], member: FromPath[UUID], data: JSONBody[ExtensionBody]
) -> Response[bytes]:
    """Let a freeze last longer; for auditors."""
    asked = ExtendFreeze(MemberId(member), data.unit, data.until, data.reason)
    return written(await submit(request, EXTEND_FREEZE, asked))


@commanding("/members/{member:str}/freezes/end", Permission.FREEZE_ACCOUNTS, "accounts", body=UnfreezeBody)
async def unfreeze_account(
    request: Request[Any, Any, Any], member: FromPath[UUID], data: JSONBody[UnfreezeBody]
) -> Response[bytes]:
    """End a freeze before its day."""
    asked = UnfreezeAccount(MemberId(member), data.unit, data.reason)
    return written(await submit(request, UNFREEZE_ACCOUNT, asked))


@get("/freezes", opt=needs(SIGNED_IN), sync_to_thread=True, responses=answers(FrozenList), tags=["accounts"])
def list_freezes(
    request: Request[Any, Any, Any], organisation: FromQuery[UUID | None] = None, min_position: MinPosition = None
) -> Response[bytes]:
    """The frozen accounts that an organisation (left out: the reader's home) keeps."""
    with reading(request, min_position) as reader:
        place = organisation or home_of(reader)
        require_any(reader, HANDLING, place)
        rows = balances.frozen_in(reader.connection, place, day=reader.today)
    items = [
        Frozen(row.owner, row.unit, row.frozen, row.frozen_until) for row in rows if row.frozen and row.frozen_until
    ]
    return read(request, FrozenList(items))


@get(
    "/freeze-proposals", opt=needs(SIGNED_IN), sync_to_thread=True, responses=answers(FreezeWishList), tags=["accounts"]
)
def list_freeze_proposals(
    request: Request[Any, Any, Any], organisation: FromQuery[UUID | None] = None, min_position: MinPosition = None
) -> Response[bytes]:
    """The freezes that wait for an approver, of accounts that an organisation (left out: the reader's home) keeps."""
    with reading(request, min_position) as reader:
        place = organisation or home_of(reader)
        require_any(reader, HANDLING, place)
        rows = balances.freezes_asked_in(reader.connection, place, day=reader.today)
    items = [
        FreezeWish(row.owner, row.unit, row.asked, row.asked_until, row.asked_by)
        for row in rows
        if row.asked and row.asked_until and row.asked_by
    ]
    return read(request, FreezeWishList(items))


HANDLERS = [
    propose_freeze,
    decline_freeze,
    list_freeze_proposals,
    freeze_account,
    extend_freeze,
    unfreeze_account,
    list_freezes,
]
