"""What every answer carries and which requests get none: headers, hosts, encryption, limits that cost no event."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from api_town import Town
from house import House, opened

from api.deployment import BAD_TOKENS, REDEMPTIONS, SELF_CHECK_INS
from api.v1.data_copies import FILES
from ledger.store.limits import SIGN_IN

POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
OURS = "linli.example"


@pytest.fixture(scope="module")
def house(prepared_home: tuple[Path, Town], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """As people reach it over https, under its own name."""
    home = tmp_path_factory.mktemp("edge") / "home"
    hosts = frozenset({OURS, "127.0.0.1", "::1"})
    with opened(prepared_home, home, public_url=f"https://{OURS}", allowed_hosts=hosts) as found:
        yield found


def ask(house: House, path: str, host: str = OURS, method: str = "GET", **headers: str) -> Any:
    return house.client.request(method, path, headers={"Host": host, **headers})


PATHS = ["/", "/sign-in", "/v1/me", "/v1/organisations", "/nowhere", "/static/linli.css", "/static/none", "/schema"]


@pytest.mark.parametrize("path", [*PATHS, "/health/live", "/metrics"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "TRACE"])
def test_every_answer_carries_the_headers_whatever_it_says(house: House, path: str, method: str) -> None:
    answer = ask(house, path, method=method)

    assert POLICY in answer.headers["content-security-policy"], "pages may add a stricter one, and both hold"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "max-age" in answer.headers["strict-transport-security"]
    assert answer.headers["cache-control"] == "no-store" or path.startswith("/static/")
    assert "server" not in answer.headers


def test_what_is_not_reached_over_https_does_not_ask_for_it(prepared_home: tuple[Path, Town], tmp_path: Path) -> None:
    with opened(prepared_home, tmp_path / "home") as plain:
        assert "strict-transport-security" not in plain.client.get("/sign-in").headers


@pytest.mark.parametrize("host", [OURS, f"{OURS}:8443", "LINLI.example", "127.0.0.1:8000", "[::1]:8000"])
def test_our_own_names_are_answered(house: House, host: str) -> None:
    assert ask(house, "/sign-in", host).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "linli.example.evil", "10.0.0.7", "", "linli.example@evil", "[::2]"])
@pytest.mark.parametrize("path", ["/sign-in", "/v1/me", "/static/linli.css", "/schema"])
def test_a_name_that_is_not_ours_gets_nothing(house: House, host: str, path: str) -> None:
    with house.unchanged():
        answer = ask(house, path, host)

    assert answer.status_code == 421
    assert "<form" not in answer.text


def test_another_name_is_no_way_around_it(house: House) -> None:
    person = house.person(house.town.staff)
    spoofed = {"X-Forwarded-Host": OURS, "Forwarded": f"host={OURS}", "X-Forwarded-Proto": "https"}

    answer = ask(house, "/v1/me", "evil.example", **person.headers(), **spoofed)

    assert (answer.status_code, answer.json()["code"]) == (421, "unknown-host")


def test_whoever_watches_over_us_asks_under_any_name(house: House) -> None:
    assert ask(house, "/health/live", "10.1.2.3:8000").status_code == 200


@pytest.mark.parametrize("path", ["/v1/sessions"])
def test_nobody_signs_in_where_others_can_read_along(
    prepared_home: tuple[Path, Town], tmp_path: Path, path: str
) -> None:
    with opened(prepared_home, tmp_path / "home", host="0.0.0.0") as open_to_all:
        answer = open_to_all.client.post(path, json={"code": "ACDE FGHJ"})
        spoofed = open_to_all.client.post(path, json={"code": "ACDE FGHJ"}, headers={"X-Forwarded-Proto": "https"})

    assert {(one.status_code, one.json()["code"]) for one in (answer, spoofed)} == {(403, "https-needed")}


def test_limits_are_those_that_were_decided() -> None:
    assert (SIGN_IN.limit, SIGN_IN.window_seconds) == (5, 15 * 60)
    assert (BAD_TOKENS.limit, BAD_TOKENS.window_seconds) == (20, 60)
    assert (SELF_CHECK_INS.limit, SELF_CHECK_INS.window_seconds) == (6, 60)
    assert (REDEMPTIONS.limit, REDEMPTIONS.window_seconds) == (10, 60)
    assert (FILES.limit, FILES.window_seconds) == (3, 60 * 60)


@pytest.mark.parametrize("tries", [1_000, pytest.param(10_000, marks=pytest.mark.deep)])
def test_wrong_pins_and_codes_never_move_the_ledger(house: House, tries: int) -> None:
    # given strangers who try PINs of one account, and codes
    number = house.deployment.directory.number_members([house.town.resident])[house.town.resident]
    bodies = [("/v1/sessions/pin", {"account": str(number), "pin": "918273"}), ("/v1/sessions", {"code": "AWRNG734"})]
    before, answers = house.deployment.audit_log.head().sequence, Counter[int]()
    with house.unchanged():
        for one in range(tries):
            path, body = bodies[one % 2]
            answers[house.client.post(path, json=body, headers={"Host": OURS}).status_code] += 1

    # then five of each were looked at, the rest waits, and the log holds few of them
    assert answers[422] <= 2 * SIGN_IN.limit
    assert answers[422] + answers[429] == tries
    assert house.deployment.audit_log.head().sequence - before < 100


def test_who_must_wait_is_told_how_long(house: House) -> None:
    person = house.person(house.town.resident)
    answers = [
        person.client.post("/v1/sessions", json={"code": "YWRNG334"}, headers={"Host": OURS})
        for _ in range(SIGN_IN.limit + 1)
    ]

    assert answers[-1].status_code == 429
    assert 1 <= int(answers[-1].headers["retry-after"]) <= SIGN_IN.window_seconds
