"""What a page's form sent: read strictly, small, each field once; and the command it asks for, under its hidden key."""

from typing import Any, Final, Literal, get_args
from urllib.parse import parse_qsl
from uuid import UUID

from litestar import Request

from api.calls import KEY
from api.decoding import MalformedBody
from ledger.activities.activity import Direction

FORM_BYTES_MAX: Final = 4 * 1024
_FIELDS: Final = frozenset(
    {
        *("idempotency_key", "ticket", "direction", "action", "activity", "session", "code", "next"),
        *("who", "number", "basis", "slip", "pin", "new", "again", "password", "totp", "recovery", "device"),
        *("query", "field", "purpose"),
        *("phone", "address"),
    }
)
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
    if not KEY.fullmatch(key):
        raise MalformedBody("bad-request", 400, "the form has no key")
    return key


def direction_of(fields: dict[str, str]) -> Direction:
    """Whether the person comes or goes."""
    for direction in _DIRECTIONS:
        if fields.get("direction") == direction:
            return direction
    raise MalformedBody("bad-request", 400, "in or out")


def id_of(fields: dict[str, str], name: Literal["activity", "session", "slip", "device"]) -> UUID:
    """The id in a hidden field."""
    try:
        return UUID(fields.get(name, ""))
    except ValueError:
        raise MalformedBody("bad-request", 400, f"{name} is no id") from None


_DIRECTIONS: Final[tuple[Direction, ...]] = get_args(Direction)
