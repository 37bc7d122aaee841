"""Nothing lax gets in: bodies, queries, keys. What a database could not store is refused before it gets there."""

import json
from typing import Any

import pytest
from api_town import People, Person, Town
from litestar import Litestar
from litestar.testing import TestClient

from api.settings import BODY_BYTES_MAX


@pytest.fixture
def staff(signed_in: People, town: Town) -> Person:
    """Somebody who may register members."""
    return signed_in(town.staff)


def send(person: Person, body: bytes, **headers: str) -> Any:
    sent = person.headers() | {"Content-Type": "application/json", "Idempotency-Key": "12345678"} | headers
    return person.client.post("/v1/members", content=body, headers=sent)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"{",
        b'{"name": "A", "name": "B", "home": "%s"}',
        b'{"name": NaN, "home": "%s"}',
        b'{"name": "\\ud800", "home": "%s"}',
        b'{"name": "A\\u0000", "home": "%s"}',
        b'{"name": "\xff", "home": "%s"}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_json_is_malformed(staff: Person, town: Town, body: bytes) -> None:
    answer = send(staff, body.replace(b"%s", str(town.community).encode()))

    assert (answer.status_code, answer.json()["code"]) == (400, "malformed-body")


@pytest.mark.parametrize(
    "change",
    [
        {"name": 5},
        {"name": ""},
        {"name": "   "},
        {"name": "张\n三"},
        {"name": "张三\n"},
        {"name": "张三\u202e四"},
        {"name": "张\u2028三"},
        {"name": "长" * 61},
        {"name": None},
        {"phone": "13800000000\n"},
        {"identity_number": "11010519491231002X\n"},
        {"phone": 13800000000},
        {"home": "no-id"},
        {"home": None},
        {"more": 1},
    ],
)
def test_what_is_not_as_described_is_invalid(staff: Person, town: Town, change: dict[str, object]) -> None:
    body = {"name": "张三", "home": str(town.community)} | change

    answer = send(staff, json.dumps(body).encode())

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid-body")


def test_what_can_be_read_but_is_no_telephone_is_told_by_its_field(staff: Person, town: Town) -> None:
    body = {"name": "张三", "home": str(town.community), "phone": "no phone"}

    answer = send(staff, json.dumps(body).encode())

    assert (answer.status_code, answer.json()["code"]) == (422, "personal-field-wrong")
    assert answer.json()["facts"] == {"field": "phone", "problem": "not-a-phone"}


@pytest.mark.parametrize("body", [b"[]", b'"x"', b"5", b"null", b"true"])
def test_a_body_that_is_no_object_is_invalid(staff: Person, body: bytes) -> None:
    assert send(staff, body).json()["code"] == "invalid-body"


@pytest.mark.parametrize("version", [b'"5"', b"5.0", b"1e3", b"true", b"9223372036854775808", b"0", b"-1"])
def test_numbers_are_whole_and_within_bounds(signed_in: People, town: Town, version: bytes) -> None:
    person = signed_in(town.approver)
    headers = person.headers() | {"Content-Type": "application/json", "Idempotency-Key": "12345678"}
    body = b'{"version": ' + version + b', "valid_from": "2026-04-01"}'

    answer = person.client.post(f"/v1/rules/{town.street}/publish", content=body, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid-body")


def test_the_answer_to_a_bad_body_does_not_repeat_it(staff: Person, town: Town) -> None:
    answer = send(staff, json.dumps({"name": 5, "home": str(town.community), "phone": "13811112222"}).encode())

    assert "13811112222" not in answer.text


def test_a_body_may_not_be_too_large(staff: Person) -> None:
    answer = send(staff, b'{"name": "' + b"a" * BODY_BYTES_MAX + b'"}')

    assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")


@pytest.mark.parametrize("key", [None, "", "short", "a" * 129, "with space in it", "schlüssel-8"])
def test_a_write_needs_a_well_formed_key(staff: Person, town: Town, key: str | None) -> None:
    headers = staff.headers() | {"Content-Type": "application/json"}
    sent = [(name.encode(), value.encode()) for name, value in headers.items()]
    sent += [] if key is None else [(b"Idempotency-Key", key.encode())]

    answer = staff.client.post(f"/v1/members/{town.neighbour}/suspend", content=b'{"reason": "other"}', headers=sent)

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency-key-required")


@pytest.mark.parametrize(
    "query",
    [
        "unknown=1",
        "limit=5&limit=6",
        "limit=1_0",
        "limit=1e1",
        "limit=%2B5",
        "limit=05",
        "limit=",
        "limit=-1",
        "min_position=99999999999999999999",
        "cursor=%00",
        "cursor=%ff",
        "cursor",
        "parent=no-id",
        "&".join(f"a{number}=1" for number in range(30)),
    ],
)
def test_queries_are_strict(staff: Person, query: str) -> None:
    answer = staff.client.get(f"/v1/organisations?{query}", headers=staff.headers())

    assert answer.status_code == 400, answer.text
    assert answer.json()["code"] in {"bad-query", "bad-request"}


@pytest.mark.parametrize("limit", [0, 201])
def test_limits_are_bounded(staff: Person, limit: int) -> None:
    answer = staff.get("/v1/organisations", limit=limit)

    assert (answer.status_code, answer.json()["detail"]) == (400, "limit")


@pytest.mark.parametrize("cursor", ["x", "====", "WzFd", "é", "bm8", "MTAwMDAwMDAwMDAwMDAwMDAwMDAwMDA"])
def test_a_cursor_of_another_making_is_refused(staff: Person, cursor: str) -> None:
    answer = staff.get("/v1/organisations", cursor=cursor)

    assert (answer.status_code, answer.json()["code"]) == (400, "bad-cursor")


def test_a_content_type_may_say_its_character_set(staff: Person, town: Town) -> None:
    body = json.dumps({"name": "张三", "home": str(town.community)}).encode()

    assert send(staff, body, **{"Content-Type": "application/json; charset=utf-8"}).status_code == 201


def test_a_header_of_another_kind_is_no_bearer(client: TestClient[Litestar]) -> None:
    assert client.get("/v1/me", headers={"Authorization": "Basic abc"}).status_code == 401
