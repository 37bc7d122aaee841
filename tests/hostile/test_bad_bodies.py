"""Every body of the interface, wrong in every value and as a whole: refused in words, and nothing is stored."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from api.settings import BODY_BYTES_MAX
from api.v1.evidence import EVIDENCE_BYTES_MAX

from .clean import Asking, Operation, clean, operations
from .schemas import WRONG, Schemas
from .town import Fitting, Village

WRONG_VALUE = {"invalid-body", "malformed-body", "body-too-large", "settings-out-of-bounds", "terms-out-of-bounds"}
CHOICES = {"check_in", "review_device_scan"}
"""Operations whose bodies hold one of several fields: with all of them they are refused."""
MARK = "here stands the wrong value"
NO_JSON = {
    "nothing": b"",
    "a blank": b" ",
    "half of it": b'{"member": "',
    "more behind it": b"{} {}",
    "a byte order mark": b"\xef\xbb\xbf{}",
    "other bytes than UTF-8": b'{"\xff\xfe": 1}',
    "UTF-16": "{}".encode("utf-16"),
    "a comment": b"{} // so",
    "single quotes": b"{'reason': 'x'}",
    "deep lists": b"[" * 100_000,
    "deep objects": b'{"reason":' * 30_000,
    "deep and closed": b"[" * 50_000 + b"]" * 50_000,
    "a very long number": b'{"pieces": ' + b"9" * 10_000 + b"}",
    "NUL": b'{"reason": "\\u0000"}',
    "half of a pair": b'{"reason": "\\ud800"}',
    "the other half": b'{"\\udc00": 1}',
}


@pytest.fixture(scope="module")
def document(found: Village) -> dict[str, Any]:
    return found.house.client.get("/schema/openapi.json").json()


@pytest.fixture(scope="module")
def schemas(document: dict[str, Any]) -> Schemas:
    return Schemas(document)


@pytest.fixture(scope="module")
def with_bodies(document: dict[str, Any], fitting: dict[str, Fitting]) -> list[Operation]:
    """The operations that take a JSON body, with what `anything` may do to what there is."""
    return [one for one in operations(document, fitting) if one.body is not None]


def body(operation: Operation) -> dict[str, Any]:
    assert operation.body is not None
    return operation.body


def sample(schemas: Schemas, operation: Operation) -> dict[str, Any]:
    """A body with every property there may be, about what there is."""
    return merged(schemas.sample(body(operation)), operation.fitting.body or {})


def merged(made_up: dict[str, Any], fitting: dict[str, Any]) -> dict[str, Any]:
    """`made_up`, with what is in `fitting` instead, and so on in the objects that are in both."""
    found = made_up | fitting
    for name, one in fitting.items():
        match one:
            case dict():
                found[name] = merged(made_up[name], one)
            case [dict() as first, *more]:
                found[name] = [merged(made_up[name][0], first), *more]
            case _:
                pass
    return found


def placed(sample: Any, where: tuple[str | int, ...], value: Any) -> Any:
    """`sample` with `value` at one place."""
    if not where:
        return value
    first, *rest = where
    inner = placed(sample[first], tuple(rest), value)
    return [inner, *sample[1:]] if isinstance(first, int) else sample | {first: inner}  # of a list always the first


def wrongs(schemas: Schemas, operation: Operation) -> Iterator[tuple[str, bytes]]:
    """The operation's body, with one value wrong in it, and which."""
    right = sample(schemas, operation)
    for where, schema in schemas.places(body(operation)):
        text = json.dumps(placed(right, where, MARK)).encode()
        for value in WRONG:
            if not schemas.allows(schema, value):
                yield f"{'.'.join(map(str, where))}={value[:40]!r}", text.replace(f'"{MARK}"'.encode(), value)


def test_every_value_that_is_wrong_is_refused(found: Village, schemas: Schemas, with_bodies: list[Operation]) -> None:
    with clean(found) as asker:
        asking = asker()
        for operation in with_bodies:
            for what, content in wrongs(schemas, operation):
                answer = asking.ask(operation, what, content=content)
                asking.require(answer, operation, what, *WRONG_VALUE)

    assert len(with_bodies) > 60
    assert asking.sent > 3_000


@pytest.mark.parametrize("what", NO_JSON)
def test_what_is_no_json_is_refused(found: Village, with_bodies: list[Operation], what: str) -> None:
    with clean(found) as asker:
        asking = asker()
        for operation in with_bodies:
            if what == "nothing" and not operation.about["requestBody"]["required"]:
                continue
            answer = asking.ask(operation, what, content=NO_JSON[what])
            asking.require(answer, operation, what, "malformed-body", "invalid-body", "body-too-large")


def test_a_key_that_stands_twice_is_refused(found: Village, schemas: Schemas, with_bodies: list[Operation]) -> None:
    with clean(found) as asker:
        asking = asker()
        for operation in with_bodies:
            text = json.dumps(sample(schemas, operation))
            name = next(iter(json.loads(text)))
            twice = f'{{"{name}": null, {text[1:]}'
            answer = asking.ask(operation, name, content=twice.encode())
            asking.require(answer, operation, name, "malformed-body")


def test_a_field_that_nobody_asked_for_is_refused(
    found: Village, schemas: Schemas, with_bodies: list[Operation]
) -> None:
    with clean(found) as asker:
        asking = asker()
        for operation in with_bodies:
            for name in ("", "more", "id", "__proto__", "actor", "approved_by", "小"):
                content = json.dumps(sample(schemas, operation) | {name: 1}).encode()
                answer = asking.ask(operation, name, content=content)
                asking.require(answer, operation, name, "invalid-body")


@pytest.mark.parametrize(
    "content_type",
    [None, "", "text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "text/json"],
)
def test_what_is_not_called_json_is_refused(
    found: Village, schemas: Schemas, with_bodies: list[Operation], content_type: str | None
) -> None:
    with clean(found) as asker:
        asking = asker()
        for operation in with_bodies:
            content = json.dumps(sample(schemas, operation)).encode()
            answer = asking.ask(operation, content_type, content=content, headers={"Content-Type": content_type})
            asking.require(answer, operation, content_type, "json-only")


def test_a_body_that_is_too_large_is_refused(found: Village, document: Any, fitting: dict[str, Fitting]) -> None:
    with clean(found) as asker:
        asking = asker()
        for operation in operations(document, fitting):
            if operation.method == "POST":
                takes = sorted(operation.about.get("requestBody", {}).get("content", {"application/json": {}}))[0]
                bytes_max = BODY_BYTES_MAX if takes == "application/json" else EVIDENCE_BYTES_MAX
                content = b'{"reason": "' + b"a" * bytes_max + b'"}'
                answer = asking.ask(operation, "large", content=content, headers={"Content-Type": takes})
                asking.require(answer, operation, "large", "body-too-large")


@pytest.mark.parametrize(
    "key", [None, "", "short", "a" * 129, "with space", "\x01control", "tab\tinside", "schlüssel-8"]
)
def test_a_write_without_a_well_formed_key_is_refused(
    found: Village, document: Any, fitting: dict[str, Fitting], key: str | None
) -> None:
    with clean(found) as asker:
        asking = asker()
        for operation in operations(document, fitting):
            if operation.needs_key:
                written = operation.fitting.body
                content = None if written is None else json.dumps(written).encode()
                headers = {"Idempotency-Key": key} | ({} if content else {"Content-Type": None})
                answer = asking.ask(operation, key, content=content, headers=headers)
                asking.require(answer, operation, key, "idempotency-key-required", "not-permitted", "unknown-id")


def test_the_bodies_that_are_made_wrong_can_be_read(
    found: Village, schemas: Schemas, with_bodies: list[Operation]
) -> None:
    asking = Asking(found)

    for operation in with_bodies:
        answer = asking.ask(operation, "sample", content=json.dumps(sample(schemas, operation)).encode())
        if operation.name not in CHOICES:
            assert answer.status_code != 400, (operation.name, answer.text)
