"""Balances from other books: agreed to many at a time, objected to while they are on public notice, and decided on."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from api.answers import written
from api.calls import submit
from api.identity import SIGNED_IN
from api.v1.commanding import commanding
from api.v1.pieces import Piece, submit_together
from ledger.accounts.events import ObjectionOutcome
from ledger.application.adjustments import APPROVE_ADJUSTMENT, ApproveAdjustment
from ledger.application.authority import Permission
from ledger.application.opening_balances import (
    DECIDE_OPENING_OBJECTION,
    OBJECT_TO_OPENING_BALANCE,
    DecideOpeningObjection,
    ObjectToOpeningBalance,
)
from ledger.application.ports import Answer, Refused
from ledger.application.vocabulary import Reason
from ledger.application.work import Outcome
from ledger.kernel.ids import AdjustmentId

SENT_MAX: Final = 500
"""Most agreed to by one request; each is a command of its own, so that a line that is the approver's own stops none."""
FIGURES: Final = {
    "adjustment-approved": "approved",
    "adjustment-on-notice": "on_notice",
    "adjustment-posted": "posted",
}


class ApproveManyBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Which adjustments."""

    adjustments: Annotated[tuple[UUID, ...], Meta(min_length=1, max_length=SENT_MAX)]


class OpeningObjectionBody(Struct, frozen=True, forbid_unknown_fields=True):
    """What is wrong with the balance: a code."""

    reason: Reason


class OpeningDecisionBody(Struct, frozen=True, forbid_unknown_fields=True):
    """`upheld`: the balance is refused; `rejected`: its notice goes on. reason: a code."""

    outcome: ObjectionOutcome
    reason: Reason


@commanding("/adjustments/approve", Permission.APPROVE_ADJUSTMENTS, "accounts", body=ApproveManyBody)
async def approve_adjustments(request: Request[Any, Any, Any], data: JSONBody[ApproveManyBody]) -> Response[bytes]:
    """Agree to many, such as the balances of an import. Figures: `approved` (one more approver is needed), `on_notice`,
    `posted`, and `left_out`: those that somebody else has to decide on, or that are decided."""
    pieces = [Piece(f"line {one}", ApproveAdjustment(AdjustmentId(one))) for one in dict.fromkeys(data.adjustments)]
    return written(_together(await submit_together(request, APPROVE_ADJUSTMENT, pieces)))


@commanding("/adjustments/{adjustment:str}/object", SIGNED_IN, "accounts", body=OpeningObjectionBody)
async def object_to_opening_balance(
    request: Request[Any, Any, Any], adjustment: FromPath[UUID], data: JSONBody[OpeningObjectionBody]
) -> Response[bytes]:
    """Object to a balance on public notice in one's community: it does not count until somebody has decided."""
    asked = ObjectToOpeningBalance(AdjustmentId(adjustment), data.reason)
    return written(await submit(request, OBJECT_TO_OPENING_BALANCE, asked))


@commanding(
    "/adjustments/{adjustment:str}/objection/decide",
    Permission.APPROVE_ADJUSTMENTS,
    "accounts",
    body=OpeningDecisionBody,
)
async def decide_opening_objection(
    request: Request[Any, Any, Any], adjustment: FromPath[UUID], data: JSONBody[OpeningDecisionBody]
) -> Response[bytes]:
    """Decide on an objection, for good, as an approver who had no part in the balance."""
    asked = DecideOpeningObjection(AdjustmentId(adjustment), data.outcome, data.reason)
    return written(await submit(request, DECIDE_OPENING_OBJECTION, asked))


def _together(answers: Sequence[Answer]) -> Answer:
    figures = Counter(dict.fromkeys((*FIGURES.values(), "left_out"), 0))
    for answer in answers:
        figures["left_out" if isinstance(answer.result, Refused) else FIGURES[answer.result.code]] += 1
    return answers[-1]._replace(
        result=Outcome("adjustments-approved", figures=dict(figures)),
        position=max(answer.position for answer in answers),
        replayed=all(answer.replayed for answer in answers),
    )


HANDLERS = [approve_adjustments, object_to_opening_balance, decide_opening_objection]
