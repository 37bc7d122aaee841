"""Awards: what was proposed, what is on public notice, and the decision by somebody who did not propose it."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Request, Response
from litestar.params import JSONBody
from msgspec import Meta, Struct

from api.answers import written
from api.calls import submit
from api.v1.commanding import commanding
from api.v1.pieces import Piece, cut, submit_pieces
from ledger.application.authority import Permission
from ledger.application.awards import APPROVE_AWARDS, AWARDS_MAX, REFUSE_AWARDS, ApproveAwards, RefuseAwards
from ledger.application.ports import Answer, Refused
from ledger.application.vocabulary import Reason
from ledger.application.work import Outcome, UseCase
from ledger.kernel.ids import AwardId

SENT_MAX: Final = 500
"""Most awards decided on by one request: a large activity. More than `AWARDS_MAX` are cut into several commits."""

Awards = Annotated[tuple[UUID, ...], Meta(min_length=1, max_length=SENT_MAX)]


class ApproveBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Which awards."""

    awards: Awards


class RefuseBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Which awards, and why not: a code."""

    awards: Awards
    reason: Reason


@commanding("/awards/approve", Permission.APPROVE_AWARDS, "awards", body=ApproveBody)
async def approve_awards(request: Request[Any, Any, Any], data: JSONBody[ApproveBody]) -> Response[bytes]:
    """Approve awards; each goes on public notice. Lines that are the approver's own are split off for somebody else.

    Large ones take two approvers: `awaiting_second` are those that the caller agreed to and another must, too.
    """
    return await _decide(request, APPROVE_AWARDS, data.awards, ask=ApproveAwards)


@commanding("/awards/refuse", Permission.APPROVE_AWARDS, "awards", body=RefuseBody)
async def refuse_awards(request: Request[Any, Any, Any], data: JSONBody[RefuseBody]) -> Response[bytes]:
    """Refuse awards; what they had reserved of the member's limits is given back."""
    return await _decide(request, REFUSE_AWARDS, data.awards, ask=lambda ids: RefuseAwards(ids, data.reason))


async def _decide(
    request: Request[Any, Any, Any],
    use_case: UseCase[Any],
    asked: Sequence[UUID],
    *,
    ask: Callable[[tuple[AwardId, ...]], Any],
) -> Response[bytes]:
    ids = tuple(map(AwardId, dict.fromkeys(asked)))
    if len(ids) <= AWARDS_MAX:
        return written(await submit(request, use_case, ask(ids)))
    parts = cut(ids, AWARDS_MAX)
    pieces = [Piece(f"part {number}", ask(tuple(part))) for number, part in enumerate(parts, start=1)]
    answers = await submit_pieces(request, use_case, pieces)
    return written(_together(answers, [len(part) for part in parts]))


def _together(answers: Sequence[Answer], sizes: Sequence[int]) -> Answer:
    """One answer for all parts. The lines of a part that was refused as a whole count as `left_out`."""
    figures: Counter[str] = Counter({"left_out": 0})
    codes: list[str] = []
    for answer, size in zip(answers, sizes, strict=True):
        if isinstance(answer.result, Refused):
            figures["left_out"] += size
        else:
            figures.update(answer.result.figures)
            codes.append(answer.result.code)
    return answers[-1]._replace(
        result=Outcome(codes[0], figures=dict(figures)),
        position=max(answer.position for answer in answers),
        replayed=all(answer.replayed for answer in answers),
    )


HANDLERS = [approve_awards, refuse_awards]
