"""From a request to the ledger and back: the idempotency key, the session's proof, the instant, one submit."""

import re
from typing import Any, NamedTuple
from uuid import UUID

from litestar import Request

from api.answers import RefusedCall
from api.decoding import MalformedBody
from api.deployment import Deployment, Rate
from api.identity import proof_of
from api.problems import LimitReached
from ledger.application.bases import Basis
from ledger.application.ports import Answer, Call, CommandKey, Refused
from ledger.application.work import UseCase
from ledger.kernel.ids import MemberId

KEY = re.compile(r"[\x21-\x7e]{8,128}")
"""What names a command: 8 to 128 visible ASCII characters."""


class Behalf(NamedTuple):
    """For whom staff act, and what shows it: one of the codes there are."""

    member: MemberId
    basis: Basis


def on_behalf(member: UUID | None, basis: Basis) -> Behalf | None:
    """For whom, where a body may name somebody: None where it names nobody, and the caller acts for themselves."""
    return Behalf(MemberId(member), basis) if member else None


def idempotency_key(request: Request[Any, Any, Any]) -> str:
    """The client's name for this command; 400 without a well-formed one (8 to 128 visible ASCII characters)."""
    key = request.headers.get("idempotency-key", "")
    if not KEY.fullmatch(key):
        raise MalformedBody("idempotency-key-required", 400, "send Idempotency-Key: 8 to 128 visible ASCII characters")
    return key


async def command_key(request: Request[Any, Any, Any], key: str | None = None) -> CommandKey:
    """Method, path and key name the command; the body's bytes tell a retry from a reuse of the key.

    key: that of a form, which carries it in a field; None for the header's.
    """
    named = idempotency_key(request) if key is None else key
    return CommandKey(f"{request.method} {request.url.path}", named, await request.body())


def count_try(request: Request[Any, Any, Any], purpose: str, rate: Rate) -> None:
    """Count one try of the caller's session at `purpose`, whichever way it comes. Raises LimitReached past `rate`."""
    deployment: Deployment = request.app.state.deployment
    tried = f"{purpose}:{proof_of(request).token_hash.hex()}"
    wait = deployment.local_limits.hit(tried, rate, deployment.clock.now())
    if wait is not None:
        raise LimitReached(wait)


async def submit(
    request: Request[Any, Any, Any],
    use_case: UseCase[Any],
    asked: Any,
    *,
    behalf: Behalf | None = None,
    key: CommandKey | str | None = None,
) -> Answer:
    """Run one command as the caller; a refusal becomes `RefusedCall`. Who the caller is, is decided under the lock.

    key: as for `command_key`, or one that names the command already.
    """
    deployment: Deployment = request.app.state.deployment
    proof = proof_of(request)
    call = Call(
        use_case=use_case,
        request=asked,
        caller=proof,
        key=key if isinstance(key, CommandKey) else await command_key(request, key),
        at=deployment.clock.now(),
        on_behalf_of=behalf.member if behalf else None,
        basis=behalf.basis if behalf else None,
    )
    answer = await deployment.ledger.submit_async(call, lane="front")
    if isinstance(answer.result, Refused):
        raise RefusedCall(answer.result, answer)
    deployment.sessions.seen(proof.token_hash)
    return answer
