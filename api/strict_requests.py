"""What a request to the JSON interface must look like before a handler sees it: JSON, and a query that is understood.

The framework reads queries laxly (unknown names pass, `1_0` is a number, the last of two values wins) and takes an
empty body for an absent one; here both are refused.
"""

import re
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.params import ParameterKwarg
from litestar.typing import FieldDefinition

from api.decoding import YEAR_MAX, YEAR_MIN, MalformedBody
from api.identity import UnknownId, is_unsafe

ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""As we write ids. A command is known by its path: one id in two spellings would be two commands under one key."""
_RESERVED = frozenset({"request", "data"})
_WHOLE_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_QUERY_VALUES_MAX = 20


def pictures(media_types: Collection[str]) -> dict[str, Any]:
    """`opt=needs(...) | pictures(...)` on a handler whose body is no JSON but a file of one of `media_types`."""
    return {"pictures": frozenset(media_types)}


async def strict_request(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Guard of every JSON route: 415 for a body that is not called JSON (but where a picture is asked for), 404 for an
    id in the path that is not written as we write ids, 400 for a query it does not know.

    Asynchronous for the same reason as `api.identity.guard`.
    """
    if is_unsafe(connection):
        _taken_media(connection, handler.opt.get("pictures"))
    _known_ids(connection, handler)
    _known_query(connection, handler)


async def body_is_there(request: Request[Any, Any, Any]) -> None:
    """Before the handler: 400 where a body is needed and none was sent, 413 for too large a one, needed or not."""
    field = request.route_handler.parsed_fn_signature.parameters.get("data")
    sent = await request.body() if is_unsafe(request) else b""
    if field is not None and not field.has_default and not sent:
        raise MalformedBody("malformed-body", 400, "the body is empty")


def _taken_media(connection: ASGIConnection[Any, Any, Any, Any], pictures: frozenset[str] | None) -> None:
    content_type = connection.headers.get("content-type")
    if content_type is None:
        return
    named = content_type.split(";")[0].strip().lower()
    if pictures is not None and named not in pictures:
        raise MalformedBody("picture-only", 415, "send one of " + ", ".join(sorted(pictures)))
    if pictures is None and named != "application/json":
        raise MalformedBody("json-only", 415, "send Content-Type: application/json")


def _known_ids(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    fields = handler.parsed_fn_signature.parameters
    for name, value in connection.scope["path_params"].items():
        if _holds(fields[name], UUID) and not ID.fullmatch(str(value)):
            raise UnknownId


def _known_query(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    raw = connection.scope["query_string"]
    if not raw:
        return
    fields = _query_fields(handler)
    known = fields.keys() - connection.scope["path_params"].keys() - _RESERVED
    seen: set[str] = set()
    for name, value in _pairs(raw):
        if name not in known or name in seen:
            raise MalformedBody("bad-query", 400, "a query parameter is unknown or stands twice")
        seen.add(name)
        if "\0" in value or not _is_readable(value, fields[name]):
            raise MalformedBody("bad-query", 400, f"{name}: the value cannot be read")


def _pairs(raw: bytes) -> Iterable[tuple[str, str]]:
    try:
        text = raw.decode("ascii")
        return parse_qsl(
            text, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=_QUERY_VALUES_MAX
        )
    except ValueError:
        raise MalformedBody("bad-query", 400, "the query cannot be read") from None


def _query_fields(handler: BaseRouteHandler) -> dict[str, FieldDefinition]:
    """What the handler takes, and in place of each dependency what that takes."""
    dependencies = handler.resolve_dependencies()
    fields: dict[str, FieldDefinition] = {}
    for name, field in handler.parsed_fn_signature.parameters.items():
        given = dependencies[name].parsed_fn_signature.parameters if name in dependencies else {name: field}
        fields |= {_name(inner, one): one for inner, one in given.items()}
    return fields


def _name(name: str, field: FieldDefinition) -> str:
    declared = field.kwarg_definition
    return declared.name or name if isinstance(declared, ParameterKwarg) else name


def _is_readable(value: str, field: FieldDefinition) -> bool:
    """Numbers, ids and days as we write them; what else a value must be, the framework sees to."""
    if _holds(field, int):
        return _WHOLE_NUMBER.fullmatch(value) is not None
    if _holds(field, UUID):
        return ID.fullmatch(value) is not None
    is_day = _holds(field, date)
    return not is_day or (_DAY.fullmatch(value) is not None and YEAR_MIN <= int(value[:4]) <= YEAR_MAX)


def _holds(field: FieldDefinition, kind: type[Any]) -> bool:
    return kind in (field.annotation, *(inner.annotation for inner in field.inner_types))
