"""What a page's form sent: read strictly, small, each field once; and the command it asks for, under its hidden key."""

import re
from typing import Any, Final, Literal, get_args
from urllib.parse import parse_qsl
from uuid import UUID

from litestar import Request

from api.answers import RefusedCall
from api.decoding import MalformedBody
from api.deployment import Deployment
from api.identity import proof_of
from ledger.activities.activity import Direction
from ledger.application.ports import Answer, Call, CommandKey, Refused
from ledger.application.work import UseCase

FORM_BYTES_MAX: Final = 4 * 1024
_FIELDS: Final = frozenset({"idempotency_key", "ticket", "direction", "action", "activity", "session", "code", "next"})
_KEY: Final = re.compile(r"[\x21-\x7e]{8,128}")
_CONTENT_TYPE: Final = "application/x-www-form-urlencoded"


async def form_of(request: Request[Any, Any, Any]) -> dict[str, str]:
    """The fields of the form. Raises `MalformedBody` for anything else than one of our own forms sends."""
    content_type = request.headers.get("content-type", "")
    if content_type.split(";")[0].strip().lower() != _CONTENT_TYPE:
        raise MalformedBody("bad-request", 415, "send a form")
    try:
        text = (await request.body()).decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text), errors="strict", max_num_fields=16)
    except ValueError:
        raise MalformedBody("bad-request", 400, "the form cannot be read") from None
    fields = dict(pairs)
    if len(fields) != len(pairs) or not fields.keys() <= _FIELDS or any("\0" in value for value in fields.values()):
        raise MalformedBody("bad-request", 400, "a field is unknown or stands twice")
    return fields


def key_of(fields: dict[str, str]) -> str:
    """The hidden key that names the command."""
    key = fields.get("idempotency_key", "")
    if not _KEY.fullmatch(key):
        raise MalformedBody("bad-request", 400, "the form has no key")
    return key


def direction_of(fields: dict[str, str]) -> Direction:
    """Whether the person comes or goes."""
    for direction in _DIRECTIONS:
        if fields.get("direction") == direction:
            return direction
    raise MalformedBody("bad-request", 400, "in or out")


def id_of(fields: dict[str, str], name: Literal["activity", "session"]) -> UUID:
    """The id in a hidden field."""
    try:
        return UUID(fields.get(name, ""))
    except ValueError:
        raise MalformedBody("bad-request", 400, f"{name} is no id") from None


async def submit_form(request: Request[Any, Any, Any], use_case: UseCase[Any], asked: Any, *, key: str) -> Answer:
    """Run one command as the person signed in, under the form's key; a refusal becomes `RefusedCall`."""
    deployment: Deployment = request.app.state.deployment
    proof = proof_of(request)
    named = CommandKey(f"{request.method} {request.url.path}", key, await request.body())
    call = Call(use_case, asked, caller=proof, key=named, at=deployment.clock.now())
    answer = await deployment.ledger.submit_async(call, lane="front")
    if isinstance(answer.result, Refused):
        raise RefusedCall(answer.result, answer)
    deployment.sessions.seen(proof.token_hash)
    return answer


_DIRECTIONS: Final[tuple[Direction, ...]] = get_args(Direction)
