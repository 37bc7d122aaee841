"""Every path and query of the interface with ids, cursors and figures that are none, or not of this place."""

import base64
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from .clean import Asking, Operation, clean, operations
from .schemas import Schemas
from .town import Fitting, Village

NO_IDS = {
    "a word": "no-id",
    "nothing but noughts": "0" * 36,
    "a short one": "0" * 31,
    "in braces": "%7B{id}%7D",
    "a URN": "urn:uuid:{id}",
    "without dashes": "{hex}",
    "in capitals": "{ID}",
    "with a blank": "{id}%20",
    "with a new line": "{id}%0A",
    "NUL": "%00",
    "no UTF-8": "%ff%fe",
    "another folder": "..%2f..%2fapp.py",
    "very long": "a" * 5_000,
    "other digits": "%D9%A0" * 36,
}
NO_NUMBERS = (
    "-1",
    "abc",
    "",
    "1e3",
    "5.0",
    "1_0",
    "+5",
    "%2B5",
    "05",
    "true",
    "9223372036854775808",
    "%00",
    "%EF%BC%99",
)
NO_DAYS = ("0001-01-01", "9999-12-31", "2026-02-30", "20260304", "2026-3-4", "x", "", "2026-03-04T00:00:00Z")
NO_PERIODS = ("2026-13", "26", "x", "", "2026-03-01", "2026-3", "%00", "2026-03%0A", "٢٠٢٦-٠٣")
NO_CODES = ("X", "1x", "", "a%20b", "%00", "a%0A", "a" * 41, "%E6%9F%A5")
NO_TEXTS = ("", "a" * 121)
NO_CHOICES = ("x", "", "POINTS", "%00", "points%20")
NO_CURSORS = ("x", "", "====", "WzFd", "bm8", "%00", "%ff", "a" * 401, "a.b", ".", "00000000.MQ", "MQ", "%C3%A9")
NOT_FROM_HERE = (
    b'"x"',
    b"[]",
    b"{}",
    b"null",
    b"true",
    b"1.5",
    b"1e999",
    b"9" * 20,
    b'"\\u0000"',
    b"[" * 200,
    b"",
    b"\xff",
)
"""What a cursor might be made to hold by somebody who knows how ours are written."""
OF_STRANGERS = ("unknown-id", "unknown-member", "unknown-role", "unknown-card", "slip-over")
"""Slips are forgotten: one that nobody has may have been, and is said to be over."""
OF_NO_IDS = ("unknown-id", "no-such-path", "unknown-skill")
"""A skill is named by a code, which a wrong spelling of an id may be."""
OF_QUERIES = ("bad-query", "bad-request")


@pytest.fixture(scope="module")
def all_of_them(found: Village, fitting: dict[str, Fitting]) -> list[Operation]:
    """Every operation of the description."""
    return list(operations(found.house.client.get("/schema/openapi.json").json(), fitting))


def spelled(wrong: str, id: str) -> str:
    """A wrong spelling, of `id` where it is one of an id."""
    return wrong.format(id=id, hex=id.replace("-", ""), ID=id.upper())


def with_path(operation: Operation, name: str, value: str) -> str:
    return operation.path.format(**{**operation.fitting.path, name: value})


def names_things(operation: Operation, name: str) -> bool:
    """Whether the parameter of the path is an id; a member may be `me`, a picture has an ending."""
    return operation.parameters("path")[name].get("format") == "uuid" or name == "member"


@pytest.mark.parametrize("what", NO_IDS)
def test_what_is_no_id_names_nothing(found: Village, all_of_them: list[Operation], what: str) -> None:
    with clean(found) as asker:
        asking = asker()
        for operation in all_of_them:
            for name in operation.parameters("path"):
                right = str(operation.fitting.path[name])
                path = with_path(
                    operation, name, spelled(NO_IDS[what], right if Schemas.is_id(right) else str(uuid4()))
                )
                answer = asking.ask(operation, (name, what), path=path, content=_content(operation))
                asking.require(answer, operation, (name, what), *OF_NO_IDS)


def _content(operation: Operation) -> bytes | None:
    body = operation.fitting.body
    return json.dumps(body).encode() if isinstance(body, dict) else body


def test_ids_that_nobody_has_are_unknown(found: Village, all_of_them: list[Operation]) -> None:
    with clean(found) as asker:
        asking = asker()
        for operation in all_of_them:
            for name in operation.parameters("path"):
                if names_things(operation, name):
                    path = with_path(operation, name, str(uuid4()))
                    answer = asking.ask(operation, name, path=path, content=_content(operation))
                    asking.require(answer, operation, name, *OF_STRANGERS)


def _with_strangers(operation: Operation) -> Iterator[tuple[str, dict[str, Any]]]:
    """The fitting body, with one id of it that nobody has."""
    body = operation.fitting.body
    if isinstance(body, dict):
        for name, value in body.items():
            if name not in {"session"} and Schemas.is_id(value):
                yield name, body | {name: str(uuid4())}
            elif isinstance(value, list) and Schemas.is_id(value[0]):
                yield name, body | {name: [str(uuid4())]}


def test_ids_in_bodies_that_nobody_has_are_unknown(found: Village, all_of_them: list[Operation]) -> None:
    with clean(found) as asker:
        asking = asker()
        for operation in all_of_them:
            for name, body in _with_strangers(operation):
                asking.ask(operation, name, content=json.dumps(body).encode())


def wrong_values(name: str, schema: dict[str, Any]) -> tuple[str, ...]:
    """What a parameter of the query cannot be."""
    kinds = [schema, *schema.get("oneOf", [])]
    if name == "cursor":
        return ()
    if any(one.get("type") == "integer" for one in kinds):
        return (*NO_NUMBERS, "0", "201") if name == "limit" else NO_NUMBERS
    if any(one.get("format") == "uuid" for one in kinds):
        return tuple(spelled(wrong, str(uuid4())) for wrong in NO_IDS.values())
    if any(one.get("format") == "date" for one in kinds):
        return NO_DAYS
    if any("enum" in one or "$ref" in one for one in kinds):
        return NO_CHOICES
    patterns = {str(one["pattern"]) for one in kinds if "pattern" in one}
    if not patterns:
        return NO_TEXTS
    return NO_CODES if any("a-z" in pattern for pattern in patterns) else NO_PERIODS


def test_values_in_queries_that_cannot_be_are_refused(found: Village, all_of_them: list[Operation]) -> None:
    with clean(found) as asker:
        asking = asker()
        for operation in all_of_them:
            for name, schema in operation.parameters("query").items():
                for wrong in wrong_values(name, schema):
                    query = _with(operation, name, wrong)
                    answer = asking.ask(operation, (name, wrong), query=query)
                    asking.require(answer, operation, (name, wrong), *OF_QUERIES)

    assert asking.sent > 1_000


def _with(operation: Operation, name: str, value: str) -> str:
    """The fitting query, but for one value, which is written already."""
    others = {key: str(one) for key, one in operation.fitting.query.items() if key != name}
    return "&".join([*filter(None, [urlencode(others)]), f"{name}={value}"])


@pytest.mark.parametrize("more", ["more=1", "%00=1", "limit=1&limit=2", "=", "&&a", "%ff=1", "limit", "小=1"])
def test_queries_that_nobody_understands_are_refused(found: Village, all_of_them: list[Operation], more: str) -> None:
    with clean(found) as asker:
        asking = asker()
        for operation in all_of_them:
            if operation.path.startswith("/v1"):
                query = "&".join(filter(None, [urlencode(operation.fitting.query), more]))
                answer = asking.ask(operation, more, query=query, content=_content(operation))
                asking.require(answer, operation, more, *OF_QUERIES)


@pytest.fixture(scope="module")
def cursors(found: Village, all_of_them: list[Operation]) -> dict[str, str]:
    """A genuine cursor of each list that has more than one page of one."""
    genuine: dict[str, str] = {}
    for operation in lists(all_of_them):
        path = operation.path.format(**operation.fitting.path)
        page = found.person("anything").get(path, **{**operation.fitting.query, "limit": 1})
        if "next" in page.links:
            genuine[operation.name] = page.links["next"]["url"].partition("cursor=")[2]
    return genuine


def lists(all_of_them: list[Operation]) -> Iterator[Operation]:
    return (one for one in all_of_them if "cursor" in one.parameters("query"))


def test_cursors_that_are_none_are_refused(
    found: Village, all_of_them: list[Operation], cursors: dict[str, str]
) -> None:
    mark = {name: cursor.partition(".")[0] for name, cursor in cursors.items()}
    with clean(found) as asker:
        asking = asker()
        for operation in lists(all_of_them):
            forged = [f"{mark.get(operation.name, '')}.{_written(inside)}" for inside in NOT_FROM_HERE]
            for wrong in (*NO_CURSORS, *forged):
                answer = asking.ask(operation, wrong, query=_with(operation, "cursor", wrong))
                asking.require(answer, operation, wrong, "bad-cursor", *OF_QUERIES)


def _written(inside: bytes) -> str:
    return base64.urlsafe_b64encode(inside).decode().rstrip("=")


def test_cursors_of_other_lists_are_refused(
    found: Village, all_of_them: list[Operation], cursors: dict[str, str]
) -> None:
    assert len(cursors) > 12
    with clean(found) as asker:
        asking = asker()
        for operation in lists(all_of_them):
            for of, cursor in cursors.items():
                if of != operation.name:
                    answer = asking.ask(operation, of, query=_with(operation, "cursor", cursor))
                    asking.require(answer, operation, of, "bad-cursor")


def test_a_cursor_of_its_own_list_is_taken(
    found: Village, all_of_them: list[Operation], cursors: dict[str, str]
) -> None:
    asking = Asking(found)

    for operation in lists(all_of_them):
        if operation.name in cursors:
            query = _with(operation, "cursor", cursors[operation.name])
            taken = asking.ask(operation, "own", query=query)
            assert taken.status_code in {200, 204}, operation.name  # nobody on a page of cards may have one
