"""Taking an award back: proposed by staff, agreed to by an approver, or two where it is large."""

from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from api.answers import written
from api.calls import submit
from api.large_sums import Sum, ask_again_if_large
from api.v1.commanding import commanding
from ledger.application.authority import Permission
from ledger.application.reversals import (
    APPROVE_REVERSAL,
    PROPOSE_REVERSAL,
    REFUSE_REVERSAL,
    ApproveReversal,
    ProposeReversal,
    RefuseReversal,
)
from ledger.application.vocabulary import Reason
from ledger.awards.events import Spent
from ledger.kernel.ids import AwardId
from projections import awards


class ReversalBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Why: a code. spent: what is to become of the part that the member has used already.

    `other_lots`: their other lots pay, and what those lack is written off. `owe`: what those lack is owed, within the
    limit of the programme. `write_off`: nobody pays it.
    """

    reason: Reason
    spent: Spent


class RefusalBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Why not: a code."""

    reason: Reason


@commanding("/awards/{award:str}/reversal", Permission.PROPOSE_REVERSALS, "awards", body=ReversalBody, status=201)
async def propose_reversal(
    request: Request[Any, Any, Any], award: FromPath[UUID], data: JSONBody[ReversalBody]
) -> Response[bytes]:
    """Propose to take back an award that is on notice or credited; while that waits, it is not credited."""
    asked = ProposeReversal(AwardId(award), data.reason, data.spent)
    return written(await submit(request, PROPOSE_REVERSAL, asked), status=201)


@commanding("/awards/{award:str}/reversal/approve", Permission.APPROVE_AWARDS, "awards")
async def approve_reversal(request: Request[Any, Any, Any], award: FromPath[UUID]) -> Response[bytes]:
    """Agree to a reversal somebody else proposed. The code is `reversal-approved` while one more approver is needed,
    then `award-reversed` with who paid: taken, from_other_lots, owed, written_off, expired. A large one asks again who
    the caller is."""
    await ask_again_if_large(request, Permission.APPROVE_AWARDS, lambda figures: _sum(figures, award))
    return written(await submit(request, APPROVE_REVERSAL, ApproveReversal(AwardId(award))))


@commanding("/awards/{award:str}/reversal/refuse", Permission.APPROVE_AWARDS, "awards", body=RefusalBody)
async def refuse_reversal(
    request: Request[Any, Any, Any], award: FromPath[UUID], data: JSONBody[RefusalBody]
) -> Response[bytes]:
    """Leave the award as it is."""
    return written(await submit(request, REFUSE_REVERSAL, RefuseReversal(AwardId(award), data.reason)))


def _sum(figures: Any, award: UUID) -> Sum | None:
    found = awards.award(figures, award)
    return found and Sum(found.organisation, found.amount)


HANDLERS = [propose_reversal, approve_reversal, refuse_reversal]
