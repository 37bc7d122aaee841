"""Strict reading of request bodies: only JSON, no duplicate keys, no lax numbers, nothing a database cannot store.

Litestar decodes bodies laxly ("5" for 5, any content type); this takes its place through the documented DTO hook, so
that the OpenAPI document still shows each body's schema.
"""

import json
from collections.abc import Generator
from datetime import date
from typing import Any, TypeVar, cast

import msgspec
from litestar._openapi.schema_generation import SchemaCreator
from litestar.connection import ASGIConnection
from litestar.dto import AbstractDTO, DTOConfig
from litestar.dto.data_structures import DTOFieldDefinition
from litestar.openapi.spec import Reference, Schema
from litestar.typing import FieldDefinition

T = TypeVar("T")

YEAR_MIN, YEAR_MAX = 1900, 2200
"""Days that people mean. Those at the ends of the calendar overflow as soon as they are put on another clock."""

_decoders: dict[Any, msgspec.json.Decoder[Any]] = {}


class MalformedBody(Exception):
    """The body cannot be read as what the handler asks for. code is stable; detail says where, without values."""

    def __init__(self, code: str, status: int, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.status = status
        self.detail = detail


def decode(body: bytes, kind: type[T]) -> T:
    """`body` as a `kind`; raises `MalformedBody` for anything but exactly that."""
    try:
        text = body.decode("utf-8")
        found = json.loads(text, object_pairs_hook=_without_duplicates, parse_constant=_no_constant)
        if "\\u" in text:
            _storable(found)
    except (ValueError, RecursionError) as problem:
        raise MalformedBody("malformed-body", 400, str(problem)[:200]) from None
    decoder = _decoders.get(kind)
    if decoder is None:
        decoder = _decoders[kind] = msgspec.json.Decoder(kind, strict=True)
    try:
        read = decoder.decode(body)
        _refuse_far_days(read)
    except (msgspec.DecodeError, ValueError, RecursionError) as problem:
        raise MalformedBody("invalid-body", 400, str(problem)[:200]) from None
    return read


def _refuse_far_days(read: Any) -> None:
    match read:
        case date() if not YEAR_MIN <= read.year <= YEAR_MAX:
            raise ValueError(f"a day is outside the years {YEAR_MIN} to {YEAR_MAX}")
        case msgspec.Struct():
            for name in read.__struct_fields__:
                _refuse_far_days(getattr(read, name))
        case tuple():
            for one in cast("tuple[Any, ...]", read):
                _refuse_far_days(one)
        case _:
            pass


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _storable(found: Any) -> None:
    text = json.dumps(found, ensure_ascii=False)
    text.encode("utf-8")
    if "\\u0000" in text:
        raise ValueError("a text holds the character NUL")


class Strict(AbstractDTO[T]):
    """`dto=Strict[Body]` on a handler: the body is read by `decode` above."""

    config = DTOConfig()

    def decode_bytes(self, value: bytes) -> Any:
        """Check the content type, then decode."""
        connection = cast("ASGIConnection[Any, Any, Any, Any]", self.asgi_connection)  # pyright: ignore[reportUnknownMemberType]
        content_type = connection.headers.get("content-type", "")
        if content_type.split(";")[0].strip().lower() != "application/json":
            raise MalformedBody("json-only", 415, "send Content-Type: application/json")
        return decode(value, self.model_type)

    @classmethod
    def create_for_field_definition(
        cls, field_definition: FieldDefinition, handler_id: str, backend_cls: Any = None
    ) -> None:
        """No transfer model is made: the body is the struct itself."""

    @classmethod
    def create_openapi_schema(
        cls,
        field_definition: FieldDefinition,
        handler_id: str,  # noqa: ARG003 (the hook's signature)
        schema_creator: SchemaCreator,
    ) -> Reference | Schema:
        """The schema of the struct itself."""
        return schema_creator.for_field_definition(field_definition)

    @classmethod
    def generate_field_definitions(
        cls,
        model_type: type[Any],  # noqa: ARG003 (the hook's signature)
    ) -> Generator[DTOFieldDefinition, None, None]:
        """Not used: no transfer model is made."""
        yield from ()

    @classmethod
    def detect_nested_field(cls, field_definition: FieldDefinition) -> bool:  # noqa: ARG003 (the hook's signature)
        """Not used: no transfer model is made."""
        return False
