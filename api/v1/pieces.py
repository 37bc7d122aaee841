"""Large decisions, cut into commits small enough that nobody in front waits for them.

Each piece is a command of its own under the client's key, so a request that was cut off and is sent again does the rest
and answers as if nothing had happened.
"""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, TypeVar

from litestar import Request

from api.answers import RefusedCall
from api.calls import command_key
from api.deployment import Deployment
from api.identity import proof_of
from ledger.application.ports import Answer, Call, Refused
from ledger.application.work import UseCase

T = TypeVar("T")


class Piece(NamedTuple):
    """One command of several. name: tells it from the others of the same request, and is the same in a retry."""

    name: str
    asked: Any


def cut(lines: Sequence[T], most: int) -> list[Sequence[T]]:
    """`lines` in order, at most `most` at a time."""
    return [lines[start : start + most] for start in range(0, len(lines), most)]


async def submit_piece(request: Request[Any, Any, Any], use_case: UseCase[Any], piece: Piece) -> Answer:
    """Run one piece in the back lane. A refusal is an answer here."""
    deployment: Deployment = request.app.state.deployment
    proof = proof_of(request)
    key = await command_key(request)
    named = key._replace(scope=f"{key.scope} {piece.name}")
    call = Call(use_case, piece.asked, caller=proof, key=named, at=deployment.clock.now())
    answer = await deployment.ledger.submit_async(call, lane="back")
    deployment.sessions.seen(proof.token_hash)
    return answer


async def submit_pieces(
    request: Request[Any, Any, Any], use_case: UseCase[Any], pieces: Iterable[Piece]
) -> list[Answer]:
    """Run `pieces` one after another. Raises the first refusal when every piece was refused."""
    return _answered([await submit_piece(request, use_case, piece) for piece in pieces])


async def submit_together(
    request: Request[Any, Any, Any], use_case: UseCase[Any], pieces: Iterable[Piece]
) -> list[Answer]:
    """As `submit_pieces` for pieces so small that many fit into one commit: all wait in the back lane at once."""
    return _answered(await asyncio.gather(*(submit_piece(request, use_case, piece) for piece in pieces)))


def _answered(answers: list[Answer]) -> list[Answer]:
    refused = [one for one in answers if isinstance(one.result, Refused)]
    if refused and len(refused) == len(answers) and isinstance(refused[0].result, Refused):
        raise RefusedCall(refused[0].result, refused[0])
    return answers
