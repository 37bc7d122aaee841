"""Bodies as the description asks for them, and all the ways of the trade to make each of their values wrong."""

import re
from collections.abc import Iterator
from typing import Any, Final

from api.strict_requests import ID

Json = dict[str, Any]

SAMPLES: Final[dict[str, str]] = {
    r"^(?=.*\S)[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+$": "x",
    r"^[a-z][a-z0-9_-]{0,39}$": "test",
    r"^[0-9A-Za-z][0-9A-Za-z._-]{0,39}$": "1",
    r"^[0-9a-f]{64}$": "a" * 64,
    r"^\+?[0-9][0-9 -]{4,19}$": "13800000000",
}
"""A text for each pattern there is; a new pattern fails the tests until it is here."""
FORMATS: Final = {
    "uuid": "00000000-0000-4000-8000-000000000001",
    "date": "2026-03-10",
    "date-time": "2026-03-10T01:00:00Z",
}
WRONG: Final = (
    b'"5"',
    b"5.0",
    b"1e3",
    b"true",
    b"-1",
    b"0",
    b"9223372036854775808",
    b"-9223372036854775809",
    b"null",
    b"[]",
    b"{}",
    b'""',
    b'"\\u0000"',
    b'"\\ud800"',
    b'"\xff"',
    b"NaN",
    b"1e400",
    b"01",
    b'"9999-12-31T23:59:59-14:00"',
    b'"0001-01-01"',
    b'"' + b"x" * 5_000 + b'"',
)
"""Values as they stand in a body, by their bytes: what Python's own writer would never write is among them."""
_ALWAYS_WRONG: Final = frozenset({b"5.0", b"1e3", b'"\\u0000"', b'"\\ud800"', b'"\xff"', b"NaN", b"1e400", b"01"})
"""No schema of ours has a number with a fraction; the rest is no JSON, or nothing that a database could keep."""


class Schemas:
    """The schemas of one document. Each question is about a schema as it stands in that document."""

    def __init__(self, document: Json) -> None:
        self._named: Json = document["components"]["schemas"]

    def whole(self, schema: Json) -> Json:
        """The schema that a reference leads to, or itself."""
        return self._named[schema["$ref"].rsplit("/", 1)[-1]] if "$ref" in schema else schema

    def sample(self, schema: Json) -> Any:
        """A value that the schema allows, with every property there may be."""
        found = self.whole(schema)
        if "oneOf" in found:
            # Bounds and patterns stand beside the choice that they bind.
            return self.sample(found["oneOf"][0] | {key: one for key, one in found.items() if key != "oneOf"})
        if "enum" in found:
            return found["enum"][0]
        match found["type"]:
            case "object":
                return {name: self.sample(one) for name, one in found["properties"].items()}
            case "array":
                return [self.sample(found["items"])]
            case "integer":
                return max(found.get("minimum", 1), 1)
            case "boolean":
                return True
            case _:
                return _text(found)

    def places(self, schema: Json, where: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Json]]:
        """Where each value stands in a sample, with its schema."""
        found = self.whole(schema)
        yield where, found
        inner = found["oneOf"][0] if "oneOf" in found else found
        for name, one in self.whole(inner).get("properties", {}).items():
            yield from self.places(one, (*where, name))
        if "items" in inner:
            yield from self.places(inner["items"], (*where, 0))

    @staticmethod
    def is_id(value: object) -> bool:
        """Whether a value of a body names something."""
        return isinstance(value, str) and ID.fullmatch(value) is not None

    def allows(self, schema: Json, value: bytes) -> bool:
        """Whether `value`, one of WRONG, is right after all where `schema` stands."""
        found = self.whole(schema)
        if value in _ALWAYS_WRONG:
            return False
        if "oneOf" in found:
            return any(self.allows(one | _bounds(found), value) for one in found["oneOf"])
        if "enum" in found:
            return value == b"null" and None in found["enum"]
        return _is_of(found, value)


def _text(schema: Json) -> str:
    if "pattern" in schema:
        return SAMPLES[schema["pattern"]]
    if "format" in schema:
        return FORMATS[schema["format"]]
    return "1" * max(schema.get("minLength", 1), 1)


def _bounds(schema: Json) -> Json:
    return {key: one for key, one in schema.items() if key not in {"oneOf", "default", "description"}}


def _is_of(schema: Json, value: bytes) -> bool:
    match schema.get("type"):
        case "integer" if value in {b"-1", b"0"}:
            return schema.get("minimum", -1) <= int(value)
        case "boolean":
            return value == b"true"
        case "null":
            return value == b"null"
        case "array":
            return value == b"[]" and schema.get("minItems", 0) == 0
        case "object":
            return value == b"{}" and not schema.get("required")
        case "string" if value[:1] == b'"' and "format" not in schema:
            text = value[1:-1].decode()
            return schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", 4_999) and _matches(schema, text)
        case _:
            return False


def _matches(schema: Json, text: str) -> bool:
    """Every pattern of ours but the one for titles is narrow; `"5"` suits some, and what is long or empty none."""
    return "pattern" not in schema or re.fullmatch(schema["pattern"], text) is not None
