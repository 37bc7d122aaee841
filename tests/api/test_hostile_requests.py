"""What strangers, other sites and broken programs send: refused in words, never a failure, and nothing changes."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from api_town import People, Person, Town
from house import House, opened, plan
from litestar import Litestar
from litestar.testing import TestClient

from api import problems
from api.identity import COOKIE, COOKIE_OVER_HTTP

PUBLIC_URL = "https://linli.example"


@pytest.fixture(scope="module")
def house(prepared_home: tuple[Path, Town], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """As people reach it over https."""
    with opened(prepared_home, tmp_path_factory.mktemp("hostile") / "home", public_url=PUBLIC_URL) as found:
        yield found


@pytest.mark.parametrize("name", ["%00", "a" * 5_000, "..%2f..%2fapp.py", "%ff", ""])
def test_a_file_name_that_no_file_can_have_is_not_there(client: TestClient[Litestar], name: str) -> None:
    answer = client.get(f"/static/{name}")

    assert (answer.status_code, answer.json()["code"]) == (404, "no-such-path")


@pytest.mark.parametrize("path", ["/nowhere", "/Q/", "/me/vouchers/no-id", "/sign-out"])
def test_who_asks_with_a_browser_is_told_on_a_page(client: TestClient[Litestar], path: str) -> None:
    page = client.get(path, headers={"Accept": "text/html,application/xhtml+xml"})
    problem = client.get(path)

    assert page.status_code == problem.status_code in {404, 405}
    assert page.headers["content-type"].startswith("text/html")
    assert "回到首页" in page.text
    assert problem.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path", ["/", "/nowhere", "/v1/me", "/schema", "/schema/openapi.json", "/health/live", "/metrics", "/sign-in"]
)
def test_nobody_on_the_way_keeps_what_may_speak_of_a_person(client: TestClient[Litestar], path: str) -> None:
    assert client.get(path).headers["cache-control"] == "no-store"


def test_the_stylesheet_may_be_kept(client: TestClient[Litestar]) -> None:
    assert "max-age" in client.get("/static/linli.css").headers["cache-control"]


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2201-01-01", "9999-12-31", "2026-3-4", "20260304", "x"])
def test_days_that_nobody_means_are_refused_in_queries(house: House, day: str) -> None:
    answer = house.person(house.town.staff).get("/v1/activities", day=day)

    assert (answer.status_code, answer.json()["code"]) == (400, "bad-query")


@pytest.mark.parametrize(
    ("starts_at", "ends_at"),
    [
        ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"),
        ("0001-01-01T00:00:00Z", "0001-01-01T01:00:00Z"),
        ("9999-12-31T20:00:00Z", "9999-12-31T23:00:00Z"),
    ],
)
def test_instants_that_nobody_means_are_refused_in_bodies(house: House, starts_at: str, ends_at: str) -> None:
    body = plan(house, sessions=[{"starts_at": starts_at, "ends_at": ends_at}])

    with house.unchanged():
        answer = house.person(house.town.staff).post("/v1/activities", body)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid-body")


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept-Language": "en;q=nan,zh;q=1e999,;;;"},
        {"If-None-Match": '"' * 3_000},
        {"Cookie": "=;;;a=\x80"},
        {"Range": "bytes=5-1"},
        {"X-Forwarded-For": "x", "X-Forwarded-Proto": "y", "Forwarded": "for=z"},
    ],
)
def test_headers_that_make_no_sense_are_passed_over(house: House, headers: dict[str, str]) -> None:
    person = house.person(house.town.resident)
    sent = [(name.encode(), value.encode("latin-1")) for name, value in (person.headers() | headers).items()]

    for path in ("/v1/me", "/", "/schema", "/static/linli.css"):
        assert person.client.get(path, headers=sent).status_code == 200, path


def suspended(house: House, headers: dict[str, str]) -> Any:
    """A write that a browser sends with the session's cookie."""
    person = house.person(house.town.staff)
    sent = {"Cookie": f"{COOKIE}={person.token}", "Idempotency-Key": "12345678", **headers}
    return person.client.post(f"/v1/members/{house.town.stranger}/suspend", json={"reason": "other"}, headers=sent)


@pytest.mark.parametrize("origin", ["http://[", "https://[x]:99999", "://", "https://linli.example.evil", "null", ""])
def test_an_origin_that_is_not_ours_is_another_site(house: House, origin: str) -> None:
    with house.unchanged():
        answer = suspended(house, {"Origin": origin})

    assert (answer.status_code, answer.json()["code"]) == (403, "cross-origin")


def test_the_unencrypted_twin_of_our_site_is_another_site(house: House) -> None:
    answer = suspended(house, {"Origin": "http://linli.example", "Host": "linli.example"})

    assert (answer.status_code, answer.json()["code"]) == (403, "cross-origin")


def test_behind_a_proxy_that_asks_by_another_name_our_pages_are_still_ours(house: House) -> None:
    answer = suspended(house, {"Origin": PUBLIC_URL, "Host": "10.0.0.7:8000"})

    assert (answer.status_code, answer.json()["code"]) == (404, "unknown-id")


def test_over_https_a_cookie_that_a_neighbouring_host_can_plant_signs_nobody_in(house: House) -> None:
    person = house.person(house.town.staff)

    planted = person.client.get("/v1/me", headers={"Cookie": f"{COOKIE_OVER_HTTP}={person.token}"})
    bound = person.client.get("/v1/me", headers={"Cookie": f"{COOKIE}={person.token}"})

    assert (planted.status_code, bound.status_code) == (401, 200)


def test_no_answer_takes_its_links_from_the_host_that_was_asked(house: House) -> None:
    person = house.person(house.town.resident)

    for path in ("/v1/organisations?limit=1", "/v1/me", "/", "/me", "/sign-in", "/schema"):
        answer = person.client.get(path, headers=person.headers() | {"Host": "evil.example"})
        assert answer.status_code == 200
        assert "evil.example" not in answer.text + str(answer.headers), path


def test_a_mistake_in_telling_of_a_mistake_is_answered_and_logged_without_words(
    client: TestClient[Litestar], signed_in: People, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("张秀英")

    monkeypatch.setattr(problems, "sentence", broken)
    with structlog.testing.capture_logs() as logs:
        answer = signed_in(town.staff).get("/v1/members/no-id")

    assert answer.status_code == 500
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert [one["event"] for one in logs][-2:] == ["bug", "request"]
    assert logs[-1]["status"] == 500
    assert "张秀英" not in json.dumps([answer.text, *logs], ensure_ascii=False)


def unsafe_gets(person: Person, activity: str) -> list[str]:
    """Everything that a messenger or a scanner might fetch ahead."""
    return [f"/v1/activities/{activity}", f"/v1/activities/{activity}/code", "/me", "/me/code", "/typed", "/sign-out"]


def test_looking_changes_nothing(house: House) -> None:
    made = house.person(house.town.staff).post("/v1/activities", plan(house)).json()["ids"]["activity"]
    person = house.person(house.town.staff)

    with house.unchanged():
        for path in unsafe_gets(person, made):
            for headers in ({}, {"Sec-Purpose": "prefetch;prerender"}):
                person.client.get(path, headers=person.headers() | headers)
                person.client.head(path, headers=person.headers() | headers)


@pytest.mark.parametrize("path", ["/v1/me", "/v1/organisations?limit=1", "/health/live", "/static/linli.css", "/me"])
def test_who_asks_for_the_head_gets_what_a_reader_gets_but_the_body(house: House, path: str) -> None:
    person = house.person(house.town.resident)

    whole = person.client.get(path, headers=person.headers())
    head = person.client.head(path, headers=person.headers())

    assert (head.status_code, head.content) == (whole.status_code, b"")
    assert head.headers["content-length"] == str(len(whole.content))
    assert head.headers["content-type"] == whole.headers["content-type"]


def test_there_is_no_head_of_what_cannot_be_read(house: House) -> None:
    person = house.person(house.town.resident)

    answer = person.client.head("/v1/gifts", headers=person.headers())

    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == {"OPTIONS", "POST"}


@pytest.mark.parametrize("spell", [str.upper, lambda id: id.replace("-", ""), lambda id: f"urn:uuid:{id}"])
def test_one_id_is_written_in_one_way(house: House, spell: Callable[[str], str]) -> None:
    person, asked = house.person(house.town.staff), spell(str(house.town.resident))

    with house.unchanged():
        written = person.post(f"/v1/members/{asked}/suspend", {"reason": "own-wish"})
        read = person.get(f"/v1/members/{asked}")
        listed = person.get("/v1/members", organisation=spell(str(house.town.community)))

    assert (written.status_code, written.json()["code"]) == (404, "unknown-id")
    assert (read.status_code, read.json()["code"]) == (404, "unknown-id")
    assert (listed.status_code, listed.json()["code"]) == (400, "bad-query")
