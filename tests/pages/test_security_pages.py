"""Stories of slips, PINs, authenticators and sessions, as people without scripts press them."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import quote

import pytest
from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient
from pyotp.totp import TOTP

from api.identity import COOKIE, COOKIE_OVER_HTTP
from ledger.store.limits import SIGN_IN

from .forms import forms, send
from .house import NOON, House, person

SignIn = Callable[[str], TestClient[Litestar]]
Opening = Callable[..., AbstractContextManager[tuple[House, TestClient[Litestar]]]]
PIN = "481926"
PASSWORD = "correct zebra lantern"


def _slip(house: House, name: str = "ann") -> str:
    return house.deployment.sign_in_codes.issue(person(name), "activation", house.clock.now())


def _where(response: Response) -> str:
    assert response.status_code == 303, response.text
    return response.headers["location"]


def _token(response: Response) -> str:
    return response.headers["set-cookie"].partition("=")[2].partition(";")[0]


def _number(house: House, name: str) -> str:
    return str(house.deployment.directory.number_members([person(name)])[person(name)])


def test_the_address_on_a_slip_opens_a_page_that_uses_nothing_up(house: House, client: TestClient[Litestar]) -> None:
    code = _slip(house)

    pages = [client.get(f"/activate/{code}") for _ in range(2)]

    assert all(f'value="{code}"' in page.text for page in pages)
    assert pages[0].headers["cache-control"] == "no-store"
    assert send(client, "/activate", code=code).status_code == 303


def test_a_slip_leads_to_a_pin_and_the_pin_signs_in(opening: Opening) -> None:
    """As a deployment does it that is no demonstration."""
    with opening(public_url="https://linli.example", demonstration=False) as (house, client):
        client.base_url = "https://linli.example"
        began = _where(send(client, "/activate", code=_slip(house)))
        asked = _where(client.get(began))
        unfinished = client.get("/me")
        form = client.get(asked)
        done = send(client, "/me/security/pin", next="/", new=PIN, again=PIN)
        mine = client.get("/me")
        client.cookies.clear()
        again = send(client, "/sign-in", who=_number(house, "ann"), pin=PIN, next="/me")

    assert (began, asked.partition("?")[0]) == ("/set-up", "/me/security/pin")
    assert _where(unfinished).startswith("/sign-in")
    assert "再输一次" in form.text
    assert (_where(done), mine.status_code, _where(again)) == ("/", 200, "/me")
    assert again.headers["set-cookie"].startswith(f"{COOKIE}=")


@pytest.mark.parametrize(
    ("new", "again", "told"),
    [
        (PIN, "481927", "两次输入的不一样"),
        ("123456", "123456", "太容易猜到"),
        ("12345", "12345", "应为 6 位数字"),
        ("", "", "应为 6 位数字"),
    ],
)
def test_a_pin_that_will_not_do_is_told_and_not_repeated(sign_in: SignIn, new: str, again: str, told: str) -> None:
    refused = send(sign_in("ann"), "/me/security/pin", next="/me/security", new=new, again=again)

    assert refused.status_code == 422
    assert told in refused.text
    assert not new or new not in refused.text


def test_changing_a_pin_asks_for_it_again_after_five_minutes_and_leads_back(house: House, sign_in: SignIn) -> None:
    client = sign_in("ann")
    house.deployment.credentials.set_pin(person("ann"), PIN, NOON)
    house.wait(minutes=6)

    asked = _where(client.get("/me/security/pin"))
    refused = send(client, "/step-up", next="/me/security/pin", pin="481927")
    shown = send(client, "/step-up", next="/me/security/pin", pin=PIN)

    assert asked == f"/step-up?next={quote('/me/security/pin', safe='')}"
    assert "密码不对" in refused.text
    assert _where(shown) == "/me/security/pin"
    client.cookies.clear()
    client.cookies.set(COOKIE_OVER_HTTP, _token(shown))
    assert client.get("/me/security/pin").status_code == 200


def test_a_new_pin_ends_every_other_session(house: House, sign_in: SignIn) -> None:
    other = house.token("ann")
    client = sign_in("ann")

    assert _where(send(client, "/me/security/pin", next="/me/security", new=PIN, again=PIN)) == "/me/security"

    assert client.get("/me/security").status_code == 200
    client.cookies.clear()
    client.cookies.set(COOKIE_OVER_HTTP, other)
    assert client.get("/me").status_code == 303


def test_five_wrong_pins_and_the_next_must_wait(house: House, client: TestClient[Litestar]) -> None:
    house.deployment.credentials.set_pin(person("ann"), PIN, NOON)
    number = _number(house, "ann")

    told = [send(client, "/sign-in", who=number, pin="000000") for _ in range(SIGN_IN.limit)]
    right = send(client, "/sign-in", who=number, pin=PIN)

    assert {one.status_code for one in told} == {422}
    assert right.status_code == 429
    assert "请等" in right.text
    assert "set-cookie" not in right.headers


def test_nobody_learns_on_the_page_who_there_is(house: House, client: TestClient[Litestar]) -> None:
    house.deployment.credentials.set_pin(person("ann"), PIN, NOON)

    tried = [send(client, "/sign-in", who=who, pin="000000") for who in (_number(house, "ann"), "99999998")]

    assert tried[0].status_code == tried[1].status_code == 422
    assert tried[0].text == tried[1].text


def _secret(response: Response) -> str:
    found = re.search(r'<p class="letters small">(.*?)</p>', response.text)
    assert found
    return "".join(re.findall(r"<span>(\w+)</span>", found[1]))


def test_staff_set_password_and_authenticator_and_sign_in_with_both(opening: Opening) -> None:
    with opening(public_url="https://linli.example", demonstration=False) as (house, client):
        client.base_url = "https://linli.example"
        code = house.deployment.sign_in_codes.issue(person("staff"), "staff", house.clock.now())
        send(client, "/sign-in", code=code, next="/staff/slips")
        first = _where(client.get("/set-up?next=/staff/slips"))
        second = _where(send(client, "/me/security/password", next="/staff/slips", new=PASSWORD, again=PASSWORD))
        third = _where(client.get(second))
        secret = _secret(send(client, "/me/security/totp", next="/staff/slips"))
        wrong = send(client, "/me/security/totp", next="/staff/slips", totp="000000")
        done = send(client, "/me/security/totp", next="/staff/slips", totp=TOTP(secret).at(house.clock.now()))
        console = client.get("/staff/slips")
        client.cookies.clear()
        house.wait(seconds=30)
        again = send(
            client,
            "/sign-in",
            who=_number(house, "staff"),
            password=PASSWORD,
            totp=TOTP(secret).at(house.clock.now()),
            recovery="",
            next="/",
        )

    assert first.startswith("/me/security/password?")
    assert second.startswith("/set-up")
    assert third.startswith("/me/security/totp?")
    assert wrong.status_code == 422
    assert (_where(done), console.status_code, _where(again)) == ("/staff/slips", 200, "/")


def test_recovery_codes_are_shown_once_and_one_of_them_signs_in(house: House, sign_in: SignIn) -> None:
    client, credentials = sign_in("staff"), house.deployment.credentials
    credentials.set_password(person("staff"), PASSWORD, NOON)
    secret = credentials.begin_totp(person("staff"), NOON)
    credentials.confirm_totp(person("staff"), TOTP(secret).at(NOON), NOON)

    codes = re.findall(r"<li>(\w{5} \w{5})</li>", send(client, "/me/security/recovery-codes", next="/").text)
    asked = client.get("/me/security/recovery-codes")
    client.cookies.clear()
    tries = [
        send(client, "/sign-in", who=_number(house, "staff"), password=PASSWORD, totp="", recovery=codes[0])
        for _ in range(2)
    ]

    assert len(set(codes)) == 10
    assert not any(code in asked.text for code in codes)
    assert [one.status_code for one in tries] == [303, 422]


def test_a_session_on_another_phone_can_be_ended_and_no_one_elses(house: House, sign_in: SignIn) -> None:
    other, stranger = house.token("ann"), house.token("ben")
    client = sign_in("ann")
    page = client.get("/me/security")
    (ending,) = [one for one in forms(page) if one.action == "/me/security/sessions"]
    theirs = house.deployment.sessions.of(person("ben"), house.clock.now())[0].device

    foreign = send(client, "/me/security/sessions", device=str(theirs))
    ended = send(client, ending.action, **ending.fields)

    assert (foreign.status_code, _where(ended)) == (404, "/me/security")
    for token, status in ((other, 303), (stranger, 200)):
        client.cookies.clear()
        client.cookies.set(COOKIE_OVER_HTTP, token)
        assert client.get("/me").status_code == status


def _asks_for_slip(client: TestClient[Litestar], number: str) -> Response:
    return send(client, "/staff/slips", number=number, basis="identity-card")


def test_a_slip_shows_its_code_once_for_whom_and_until_when(house: House, sign_in: SignIn) -> None:
    _number(house, "ann")
    slip = _asks_for_slip(sign_in("staff"), _number(house, "ben"))

    groups = re.findall(r"<span>(\w{4})</span>", slip.text)
    assert slip.status_code == 200
    assert len(groups) == 3
    assert "李福海 的激活条" in slip.text
    assert "2025年10月29日" in slip.text
    assert send(sign_in("ben"), "/activate", code=" ".join(groups)).status_code == 303


def test_where_much_is_at_stake_a_colleague_confirms_and_gets_the_slip(house: House, sign_in: SignIn) -> None:
    house.deployment.directory.write(person("ann"), {"name": "张桂英"})
    with_threshold_of_zero(house)
    waits = _asks_for_slip(sign_in("staff"), _number(house, "ann"))
    own = sign_in("staff").get("/staff/slips")
    listed = sign_in("approver").get("/staff/slips")
    (confirming,) = [one for one in forms(listed) if one.action == "/staff/slips/confirm"]
    slip = send(sign_in("approver"), confirming.action, **confirming.fields)

    assert "还要一位同事确认" in waits.text
    assert not re.search(r"<span>\w{4}</span>", waits.text)
    assert "现在没有要确认的" in own.text
    assert "林春梅 发起" in listed.text
    assert "张桂英 的激活条" in slip.text


def with_threshold_of_zero(house: House) -> None:
    from ledger.application.programme import DRAFT_SETTINGS, PUBLISH_SETTINGS, DraftSettings, PublishSettings
    from ledger.kernel.clock import business_day
    from ledger.programme.events import Settings

    from .house import COMMUNITY

    house.do(DRAFT_SETTINGS, DraftSettings(COMMUNITY, Settings(slip_by_two_above=0)), person("staff"))
    published = PublishSettings(COMMUNITY, 1, business_day(house.clock.now()))
    house.do(PUBLISH_SETTINGS, published, person("approver"))
    house.settle()


@pytest.mark.parametrize("name", ["ann", "keeper", "stranger"])
def test_slips_are_not_for_who_has_no_such_role(sign_in: SignIn, name: str) -> None:
    assert sign_in(name).get("/staff/slips").status_code == 403


def test_a_forgotten_pin_has_two_ways_and_the_answer_says_nothing(house: House, client: TestClient[Litestar]) -> None:
    house.deployment.directory.write(person("ann"), {"phone": "13800000001"})
    page = client.get("/forgotten-pin")

    sent = [send(client, "/forgotten-pin", who=who) for who in ("13800000001", "13900000009")]

    assert "激活条" in page.text
    assert sent[0].text == sent[1].text
    assert sent[0].status_code == sent[1].status_code == 200
    waiting: list[Any] = list((house.deployment.settings.home / "outbox").iterdir())
    assert len(waiting) == 1


def test_where_no_messages_are_sent_only_the_counter_is_offered(opening: Opening) -> None:
    with opening(short_messages="off") as (_house, client):
        page = client.get("/forgotten-pin")
        refused = send(client, "/forgotten-pin", who="13800000001")

    assert "激活条" in page.text
    assert "手机号" not in page.text.partition("没有手机")[0].partition("<main>")[2]
    assert (refused.status_code, "服务台" in refused.text) == (409, True)
