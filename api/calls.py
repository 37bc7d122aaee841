"""From a request to the ledger and back: the idempotency key, the session's proof, the instant, one submit."""

import re
from typing import Any

from litestar import Request

from api.answers import RefusedCall
from api.decoding import MalformedBody
from api.identity import proof_of
from ledger.application.ports import Answer, Call, CommandKey, Refused, SessionProof
from ledger.application.work import UseCase
from ledger.kernel.ids import MemberId

_KEY = re.compile(r"[\x21-\x7e]{8,128}")


def idempotency_key(request: Request[Any, Any, Any]) -> str:
    """The client's name for this command; 400 without a well-formed one (8 to 128 visible ASCII characters)."""
    key = request.headers.get("idempotency-key", "")
    if not _KEY.fullmatch(key):
        raise MalformedBody("idempotency-key-required", 400, "send Idempotency-Key: 8 to 128 visible ASCII characters")
    return key


async def command_key(request: Request[Any, Any, Any]) -> CommandKey:
    """Method, path and key name the command; the body's bytes tell a retry from a reuse of the key."""
    return CommandKey(f"{request.method} {request.url.path}", idempotency_key(request), await request.body())


async def submit(
    request: Request[Any, Any, Any],
    use_case: UseCase[Any],
    asked: Any,
    *,
    on_behalf_of: MemberId | None = None,
    basis: str | None = None,
) -> Answer:
    """Run one command as the caller; a refusal becomes `RefusedCall`. Who the caller is, is decided under the lock."""
    deployment = request.app.state.deployment
    answer = await deployment.ledger.submit_async(
        Call(
            use_case=use_case,
            request=asked,
            caller=SessionProof(proof_of(request).token_hash),
            key=await command_key(request),
            at=deployment.clock.now(),
            on_behalf_of=on_behalf_of,
            basis=basis,
        )
    )
    if isinstance(answer.result, Refused):
        raise RefusedCall(answer.result, answer)
    return answer
