"""Ways to get into somebody's session, or to let their browser act for them: each tried over HTTP, and refused."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from api_town import FOUNDED, run
from house import gathering
from litestar import Litestar
from litestar.testing import TestClient
from pyotp.totp import TOTP
from routes import endpoints

from api.identity import COOKIE, COOKIE_OVER_HTTP
from ledger.application.cards import REVOKE_CARD, RevokeCard
from ledger.application.roles import GRANT_ROLE, GrantRole
from ledger.kernel.clock import business_day
from ledger.kernel.ids import CardId, MemberId
from qr.links import token_in
from qr.tokens import Poster
from tests.pages.forms import FORM

from .kept import unmoved
from .town import PUBLIC_URL, Fitting, Village

PIN = "481926"
PASSWORD = "correct zebra lantern"
CHOSEN = "chosen-by-somebody-else-beforehand-0123456789"
JSON = {"content-type": "application/json"}


@pytest.fixture
def browser(found: Village) -> Iterator[TestClient[Litestar]]:
    """A browser on our own address, in which nobody is signed in."""
    client = found.house.client
    before = dict(client.cookies), client.base_url, client.follow_redirects
    client.cookies.clear()
    client.base_url, client.follow_redirects = PUBLIC_URL, False
    yield client
    client.cookies.clear()
    client.base_url, client.follow_redirects = before[1], before[2]


def with_cookie(found: Village, name: str) -> dict[str, str]:
    """The header by which `name`'s browser shows its session."""
    return {"cookie": f"{COOKIE}={found.person(name).token}"}


def code_for(found: Village, name: str) -> str:
    purpose = "staff" if name == "staff" else "activation"
    return found.house.deployment.sign_in_codes.issue(found.people[name], purpose, found.house.clock.now())


def number(found: Village, member: MemberId) -> str:
    return str(found.house.deployment.directory.number_members([member])[member])


def me(browser: TestClient[Litestar], token: str) -> int:
    return browser.get("/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code


@pytest.mark.parametrize("name", [COOKIE, COOKIE_OVER_HTTP])
def test_a_session_chosen_before_signing_in_is_never_the_one_after(
    found: Village, browser: TestClient[Litestar], name: str
) -> None:
    member = MemberId(found.newcomer())
    found.house.deployment.credentials.set_pin(member, PIN, found.house.clock.now())
    planted = {"cookie": f"{name}={CHOSEN}", "Authorization": f"Bearer {CHOSEN}"}
    body = {"account": number(found, member), "pin": PIN}

    opened = browser.post("/v1/sessions/pin", json=body, headers=planted)
    page = browser.post("/sign-in", content=f"who={body['account']}&pin={PIN}", headers=FORM | planted)

    assert opened.status_code == 201
    assert opened.json()["token"] != CHOSEN
    assert page.status_code == 303
    assert CHOSEN not in page.headers["set-cookie"]
    assert me(browser, CHOSEN) == 401


def test_a_session_of_the_attackers_own_that_was_planted_ends_at_sign_in(
    found: Village, browser: TestClient[Litestar]
) -> None:
    attackers = found.person("neighbour").token

    signed_in = browser.post(
        "/sign-in", content=f"code={code_for(found, 'resident')}", headers=FORM | {"cookie": f"{COOKIE}={attackers}"}
    )

    assert signed_in.status_code == 303
    assert attackers not in signed_in.headers["set-cookie"]
    assert me(browser, attackers) == 401


CHANGES = {
    "json": ("/v1/sign-in-codes", '{"member": "%s", "purpose": "activation"}'),
    "page": ("/staff/slips", "number=1&basis=identity-card"),
    "own": ("/me/security/pin", f"new={PIN}&again={PIN}"),
    "out": ("/sign-out", ""),
}
ELSEWHERE: dict[str, dict[str, str]] = {
    "another site": {"sec-fetch-site": "cross-site", "origin": "https://evil.example"},
    "another site, an old browser": {"origin": "https://evil.example"},
    "a neighbouring host": {"sec-fetch-site": "same-site", "origin": "https://other.linli.example"},
    "a neighbouring host, an old browser": {"origin": "https://other.linli.example"},
    "a host that begins like ours": {"origin": f"{PUBLIC_URL}.evil.example"},
    "a page in a sandbox": {"sec-fetch-site": "cross-site", "origin": "null"},
    "a page in a sandbox, an old browser": {"origin": "null"},
    "our host without encryption": {"origin": "http://linli.example"},
    "our host at another port": {"origin": "https://linli.example:8443"},
    "an address of a file": {"origin": "file://"},
}


@pytest.mark.parametrize("whence", ELSEWHERE)
@pytest.mark.parametrize("what", CHANGES)
def test_a_form_or_script_elsewhere_changes_nothing_with_somebodys_cookie(
    found: Village, browser: TestClient[Litestar], what: str, whence: str
) -> None:
    path, text = CHANGES[what]
    content = text % found.newcomer() if what == "json" else text
    cookie = with_cookie(found, "staff")
    headers = cookie | ELSEWHERE[whence] | (JSON if what == "json" else FORM)

    with unmoved(found):
        refused = browser.post(path, content=content, headers=headers | {"Idempotency-Key": "from-elsewhere-1"})

    assert refused.status_code == 403
    assert browser.get("/v1/me", headers=cookie).status_code == 200


@pytest.mark.parametrize(
    "media", ["text/plain", FORM["content-type"], "multipart/form-data; boundary=x", "text/json", ""]
)
def test_what_a_plain_form_can_send_is_no_json(found: Village, browser: TestClient[Litestar], media: str) -> None:
    """A form elsewhere needs no leave of ours for these three types, and can shape a field like JSON."""
    body = json.dumps({"member": str(found.newcomer()), "purpose": "activation"})
    headers = with_cookie(found, "staff") | {"content-type": media, "Idempotency-Key": "by-plain-form-1"}

    with unmoved(found):
        refused = browser.post("/v1/sign-in-codes", content=body, headers=headers)

    assert refused.status_code == 415


@pytest.mark.parametrize("media", ["text/plain", "application/json", "multipart/form-data; boundary=x"])
def test_pages_take_nothing_but_their_own_forms(found: Village, browser: TestClient[Litestar], media: str) -> None:
    headers = with_cookie(found, "staff") | {"content-type": media}

    with unmoved(found):
        refused = browser.post("/staff/slips", content="number=1&basis=identity-card", headers=headers)

    assert refused.status_code == 415


def test_over_https_a_cookie_without_the_hosts_own_name_is_no_session(
    found: Village, browser: TestClient[Litestar]
) -> None:
    """A neighbouring host, or somebody on the line, can plant any other name."""
    token = found.person("staff").token

    for name in (COOKIE_OVER_HTTP, "linli", "__Secure-linli", COOKIE.lower(), "__Host-linli2"):
        assert browser.get("/v1/me", headers={"cookie": f"{name}={token}"}).status_code == 401
    assert browser.get("/v1/me", headers={"cookie": f"{COOKIE}={token}"}).status_code == 200


def test_a_session_in_the_address_is_no_session(found: Village, browser: TestClient[Litestar]) -> None:
    token = found.person("staff").token

    for name in ("token", "session", "access_token", COOKIE, "sid"):
        assert browser.get(f"/v1/me?{name}={token}").status_code in {400, 401}
        assert browser.get(f"/me?{name}={token}").status_code == 303
    assert browser.get(f"/me;{COOKIE}={token}").status_code == 404


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "GET", "PUT", "PATCH", "DELETE", "PURGE"])
def test_no_other_method_does_what_a_post_does(found: Village, browser: TestClient[Litestar], method: str) -> None:
    body = json.dumps({"member": str(found.newcomer()), "purpose": "activation"})
    headers = with_cookie(found, "staff") | JSON | {"Idempotency-Key": "other-method-1"}

    with unmoved(found):
        for path in ("/v1/sign-in-codes", "/sign-out", "/v1/sessions/step-up"):
            answer = browser.request(method, path, content=body, headers=headers)
            assert answer.status_code in {401, 403, 405}, (method, path, answer.status_code)


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method", "_method"])
def test_no_header_or_field_makes_a_get_or_a_post_something_else(
    found: Village, browser: TestClient[Litestar], header: str
) -> None:
    cookie = with_cookie(found, "staff")

    with unmoved(found):
        browser.get("/v1/me", headers=cookie | {header: "DELETE"})
        browser.get("/v1/sessions/current", headers=cookie | {header: "DELETE"})
        browser.get(f"/sign-out?{header}=POST", headers=cookie | {header: "POST"})
        browser.post("/v1/sessions/current", headers=cookie | {header: "DELETE", "Idempotency-Key": "override-1"})

    assert browser.get("/v1/me", headers=cookie).status_code == 200


def test_a_step_of_the_authenticator_opens_once(found: Village, browser: TestClient[Litestar]) -> None:
    member, credentials = found.official("staff"), found.house.deployment.credentials
    now = found.house.clock.now()
    credentials.set_password(member, PASSWORD, now)
    secret = credentials.begin_totp(member, now - timedelta(minutes=2))
    credentials.confirm_totp(member, TOTP(secret).at(now - timedelta(seconds=30)), now)
    body = {"account": number(found, member), "password": PASSWORD, "totp": TOTP(secret).at(now)}

    first, reused = (browser.post("/v1/sessions/password", json=body) for _ in range(2))
    confirmed = browser.post(
        "/v1/sessions/password", json=body | {"totp": TOTP(secret).at(now - timedelta(seconds=30))}
    )
    stepping_up = browser.post(
        "/v1/sessions/step-up",
        json={"totp": body["totp"]},
        headers={"Authorization": f"Bearer {first.json()['token']}"},
    )

    assert (first.status_code, first.json()["kind"]) == (201, "staff")
    assert [one.json()["code"] for one in (reused, confirmed)] == ["sign-in-refused"] * 2
    assert stepping_up.json()["code"] == "totp-wrong"


def test_a_revoked_card_signs_nobody_in_and_exchanges_nothing(found: Village, browser: TestClient[Litestar]) -> None:
    house, member = found.house, MemberId(found.newcomer())
    house.deployment.credentials.set_pin(member, PIN, house.clock.now())
    card = found.did("staff", f"/v1/members/{member}/cards").json()
    body = {"account": token_in(card["link"]), "pin": PIN}
    good = browser.post("/v1/sessions/pin", json=body)
    run(house.deployment, REVOKE_CARD, RevokeCard(member, CardId(UUID(card["card"])), "lost"), actor=house.town.staff)

    revoked = browser.post("/v1/sessions/pin", json=body)

    assert good.status_code == 201
    assert (revoked.status_code, revoked.json()["code"]) == (422, "sign-in-refused")


def test_a_role_whose_term_is_over_allows_nothing_in_the_same_session(found: Village) -> None:
    house, member = found.house, MemberId(found.newcomer())
    today = business_day(house.clock.now())
    run(
        house.deployment,
        GRANT_ROLE,
        GrantRole(member, "staff", house.town.community, FOUNDED, today),
        actor=house.town.founder,
    )
    house.deployment.caught_up(house.position())
    official = house.person(member, "member")
    asked = {"name": "郑小明", "home": found.community}
    assert official.post("/v1/members", asked).status_code == 201
    before = house.clock.now()
    house.clock.at = before + timedelta(hours=12, minutes=1)
    try:
        position = house.position()
        late = official.post("/v1/members", asked)
        read = official.get("/v1/members", organisation=found.community)
        stored = house.deployment.feed.page(position, 200)
    finally:
        house.clock.at = before

    assert (late.status_code, read.status_code) == (403, 403)
    # What falls due by itself may have happened meanwhile.
    assert member not in {notice.actor for notice in stored}


def addresses(found: Village, things: dict[str, Fitting], document: Any) -> Iterator[tuple[str, dict[str, str]]]:
    """Every address that can be asked for by following a link, about what there is, with its query."""
    described = {path: item["get"]["operationId"] for path, item in document["paths"].items() if "get" in item}
    by_path = {path: things.get(name) for path, name in described.items()}
    for one in endpoints(found.house.client.app):
        if one.method not in {"GET", "HEAD"} or "{file_path" in one.path:
            continue
        fitting = by_path.get(one.path)
        if fitting is not None:
            yield one.path.format(**fitting.path), {name: str(value) for name, value in fitting.query.items()}
        else:
            yield from ((path, {}) for path in pages(found, one.path))


def pages(found: Village, path: str) -> Iterator[str]:
    """The addresses of a page about what there is."""
    house = found.house
    card = found.did("staff", f"/v1/members/{found.newcomer()}/cards").json()["link"]
    activity = gathering(house).activity
    named = {
        "/Q/{token}": [
            f"/Q/{one}" for one in (token_in(card), house.door_code(activity), house.code(Poster(activity)))
        ],
        "/activate/{code}": [f"/activate/{code_for(found, 'resident')}"],
        "/me/security/{name}": [f"/me/security/{name}" for name in ("pin", "password", "totp", "recovery-codes")],
        "/staff/activities/{activity}/kiosk": [f"/staff/activities/{activity}/kiosk"],
    }
    yield from named.get(path, [path.replace("{", "").replace("}", "")])


@pytest.mark.parametrize(
    "who",
    [
        *("resident", "staff", "auditor", "founder"),
        *(pytest.param(one, marks=pytest.mark.deep) for one in ("approver", "keeper")),
    ],
)
def test_whatever_follows_links_ahead_of_people_changes_nothing(
    found: Village, browser: TestClient[Litestar], fitting: dict[str, Fitting], who: str
) -> None:
    """Browsers and chat programs open links that nobody pressed, some of them with the person's cookie."""
    document = browser.get("/schema/openapi.json").json()
    asked, cookie = list(addresses(found, fitting, document)), with_cookie(found, who)
    house = found.house
    house.deployment.caught_up(house.position())

    with unmoved(found):
        answers = {
            f"{method} {path}": browser.request(method, path, params=query, headers=cookie).status_code
            for path, query in asked
            for method in ("GET", "HEAD")
        }

    assert len(answers) > 150
    assert {status for status in answers.values() if status >= 500} == set()
    assert sum(status == 200 for status in answers.values()) > 60
