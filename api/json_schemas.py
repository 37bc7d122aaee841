"""The framework's JSON schemas, put right where what it writes for tuples, bounds and patterns is not so.

Programs are generated from these schemas, so what they allow is what the interface takes.
"""

from collections.abc import Iterator
from typing import Any, cast

Json = dict[str, Any]

_REFERENCE = "#/components/schemas/"
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_PYTHON_END = r"$(?!\n)"
"""How our patterns say "the end" to Python, whose `$` also stands before a last newline. ECMA's does not (OpenAPI)."""


def put_right(found: Any) -> Any:
    """`found`, a part of the document, with every schema said as JSON schema says it; itself it stays as it is."""
    if isinstance(found, dict):
        node = {name: put_right(one) for name, one in cast("Json", found).items()}
        return _plain(node)
    if isinstance(found, list | tuple):
        return [put_right(one) for one in cast("list[Any]", found)]
    return found


def closed(schemas: Json, operations: Iterator[Json]) -> Json:
    """`schemas`, where those that bodies of `operations` are made of allow no further properties, as is so."""
    asked = [
        content["schema"] for one in operations for content in one.get("requestBody", {}).get("content", {}).values()
    ]
    named: set[str] = set()
    while asked:
        for name in set(_references(asked.pop())) - named:
            named.add(name)
            asked.append(schemas[name])
    objects = {name for name in named if schemas[name].get("type") == "object"}
    return {name: one | {"additionalProperties": False} if name in objects else one for name, one in schemas.items()}


def _references(found: Any) -> Iterator[str]:
    if isinstance(found, dict):
        node = cast("Json", found)
        if isinstance(node.get("$ref"), str):
            yield node["$ref"].removeprefix(_REFERENCE)
        for one in node.values():
            yield from _references(one)
    elif isinstance(found, list):
        for one in cast("list[Any]", found):
            yield from _references(one)


def _plain(node: Json) -> Json:
    choices = node.get("items", {}).get("oneOf") if isinstance(node.get("items"), dict) else None
    if choices and choices[1:] == [{}]:
        # `tuple[X, ...]` comes as "an X or anything", of which a right X would match both.
        node["items"] = choices[0]
    for bound in _BOUNDS:
        if isinstance(node.get(bound), float) and node[bound].is_integer():
            node[bound] = int(node[bound])
    if isinstance(node.get("pattern"), str):
        node["pattern"] = node["pattern"].replace(_PYTHON_END, "$")
    return node
