"""Every route declares who may call it, and nobody else is answered."""

import pytest
from api_town import People, Town
from litestar import Litestar
from litestar.testing import TestClient
from routes import endpoints

from api.identity import ENROLLING, PUBLIC, SIGNED_IN, UNSAFE
from ledger.application.authority import Permission


def test_every_route_declares_its_permission(app: Litestar) -> None:
    undeclared = [f"{one.method} {one.path}" for one in endpoints(app) if one.permission is None]

    assert not undeclared


def test_declared_permissions_are_ones_that_exist(app: Litestar) -> None:
    known = {PUBLIC, SIGNED_IN, ENROLLING, *Permission}

    assert {one.permission for one in endpoints(app)} <= known


def test_only_the_doors_are_public(app: Litestar) -> None:
    public = {f"{one.method} {one.path}" for one in endpoints(app) if one.permission == PUBLIC}

    assert {one for one in public if " /v1" in one} == {
        "POST /v1/forgotten-pins",
        "POST /v1/sessions",
        "POST /v1/sessions/password",
        "POST /v1/sessions/pin",
    }


def test_without_a_session_every_other_route_of_the_interface_answers_401(
    app: Litestar, client: TestClient[Litestar]
) -> None:
    closed = [one for one in endpoints(app) if one.permission != PUBLIC and one.path.startswith("/v1")]

    assert len(closed) > 20
    for one in closed:
        answer = client.request(one.method, one.url(), headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (401, "not-signed-in"), (one.method, one.path)
        assert answer.headers["content-type"] == "application/problem+json"


def test_with_a_session_that_is_over_every_read_answers_401(app: Litestar, client: TestClient[Litestar]) -> None:
    reads = [one for one in endpoints(app) if one.permission != PUBLIC and one.method == "GET"]

    for one in reads:
        if not one.path.startswith("/v1"):
            continue
        answer = client.get(one.url(), headers={"Authorization": "Bearer nobody"})
        assert answer.status_code in {400, 401, 404}, one.path
        assert answer.status_code == 401 or answer.json()["code"] in {"bad-request", "unknown-id"}, one.path


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "application/json5"])
def test_what_is_not_called_json_is_refused(app: Litestar, signed_in: People, town: Town, content_type: str) -> None:
    person = signed_in(town.founder)
    for one in endpoints(app):
        if one.method in UNSAFE and one.path.startswith("/v1"):
            headers = person.headers() | {"Content-Type": content_type, "Idempotency-Key": "12345678"}
            answer = person.client.request(one.method, one.url(), headers=headers, content=b"{}")
            code = "picture-only" if one.handler.opt.get("pictures") else "json-only"
            assert (answer.status_code, answer.json()["code"]) == (415, code), one.path


@pytest.mark.parametrize(
    "sent",
    [
        {"Origin": "https://elsewhere.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://testserver.local"},
        {"Origin": "null"},
    ],
)
def test_what_another_site_sends_is_refused(app: Litestar, signed_in: People, town: Town, sent: dict[str, str]) -> None:
    person = signed_in(town.founder)
    for one in endpoints(app):
        if one.method in UNSAFE and one.path.startswith("/v1"):
            answer = person.client.request(one.method, one.url(), headers=person.headers() | sent, json={})
            assert (answer.status_code, answer.json()["code"]) == (403, "cross-origin"), one.path


def test_what_our_own_pages_send_passes(signed_in: People, town: Town) -> None:
    person = signed_in(town.staff)
    ours = {"Origin": "http://testserver.local", "Sec-Fetch-Site": "same-origin", "Idempotency-Key": "12345678"}

    answer = person.client.post(
        f"/v1/members/{town.neighbour}/suspend", headers=person.headers() | ours, json={"reason": "own-wish"}
    )

    assert answer.status_code == 200


def test_a_path_that_only_looks_like_an_open_one_is_closed(client: TestClient[Litestar]) -> None:
    for path in ("/v1/schema", "/v1/members/schema", "/v1/static/../members", "/v1/health/live"):
        assert client.get(path).status_code in {401, 404}, path


def test_asking_what_a_path_allows_is_not_answered(client: TestClient[Litestar]) -> None:
    assert client.options("/v1/me").status_code == 403


def test_malformed_ids_are_unknown(app: Litestar, signed_in: People, town: Town) -> None:
    person = signed_in(town.founder)
    for one in endpoints(app):
        if one.path.startswith("/v1") and "{" in one.path and one.method == "GET":
            path = "/".join("no-id" if part.startswith("{") else part for part in one.path.split("/"))
            answer = person.get(path)
            assert answer.status_code in {400, 404}, path
            assert answer.status_code == 400 or answer.json()["code"] in {"unknown-id", "no-such-path"}, path


def test_a_permission_that_no_role_gives_is_refused_for_reads(app: Litestar, signed_in: People, town: Town) -> None:
    """A resident without roles gets nothing from the reads that belong to staff."""
    person, open_to_all = signed_in(town.resident, "member"), {PUBLIC, SIGNED_IN, ENROLLING}
    for one in endpoints(app):
        if one.method == "GET" and one.path.startswith("/v1") and one.permission not in open_to_all:
            assert person.get(one.url()).status_code in {400, 403, 404}, one.path
