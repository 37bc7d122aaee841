"""Objections to awards on public notice: raised by members, decided by somebody not involved, taken further once."""

from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from api.answers import written
from api.calls import submit
from api.identity import SIGNED_IN
from api.v1.commanding import commanding
from ledger.application.authority import Permission
from ledger.application.objections import (
    DECIDE_OBJECTION,
    ESCALATE_OBJECTION,
    OBJECT_TO_AWARD,
    DecideObjection,
    EscalateObjection,
    ObjectToAward,
)
from ledger.application.vocabulary import Reason
from ledger.awards.events import Decision
from ledger.kernel.ids import AwardId


class ObjectionBody(Struct, frozen=True, forbid_unknown_fields=True):
    """What is wrong with the award: a code."""

    reason: Reason


class DecisionBody(Struct, frozen=True, forbid_unknown_fields=True):
    """`upheld`: the award is refused; `rejected`: its notice goes on. reason: a code."""

    outcome: Decision
    reason: Reason


@commanding("/awards/{award:str}/object", SIGNED_IN, "awards", body=ObjectionBody)
async def object_to_award(
    request: Request[Any, Any, Any], award: FromPath[UUID], data: JSONBody[ObjectionBody]
) -> Response[bytes]:
    """Object to an award on public notice in one's community: it is not credited until somebody has decided."""
    return written(await submit(request, OBJECT_TO_AWARD, ObjectToAward(AwardId(award), data.reason)))


@commanding("/awards/{award:str}/objection/decide", Permission.APPROVE_AWARDS, "awards", body=DecisionBody)
async def decide_objection(
    request: Request[Any, Any, Any], award: FromPath[UUID], data: JSONBody[DecisionBody]
) -> Response[bytes]:
    """Decide on an objection as an approver who had no part in the award; for good, where it was taken further."""
    asked = DecideObjection(AwardId(award), data.outcome, data.reason)
    return written(await submit(request, DECIDE_OBJECTION, asked))


@commanding("/awards/{award:str}/objection/escalate", SIGNED_IN, "awards")
async def escalate_objection(request: Request[Any, Any, Any], award: FromPath[UUID]) -> Response[bytes]:
    """Take a decision to the street, once: who objected where the objection was rejected, else whose award it is."""
    return written(await submit(request, ESCALATE_OBJECTION, EscalateObjection(AwardId(award))))


HANDLERS = [object_to_award, decide_objection, escalate_objection]
