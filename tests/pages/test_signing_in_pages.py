"""Stories of signing in with a code, of the cookie it gives, and of the language a person reads."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient

from api.identity import COOKIE, COOKIE_OVER_HTTP
from api.pages.signing_in import own_path

from .forms import forms, press, send
from .house import NOON, House, person

SignIn = Callable[[str], TestClient[Litestar]]
Opening = Callable[..., AbstractContextManager[tuple[House, TestClient[Litestar]]]]


def _code(house: House, name: str = "ann") -> str:
    return house.deployment.sign_in_codes.issue(person(name), "activation", NOON)


def _cookie(response: Response) -> str:
    return next(one for one in response.headers.get_list("set-cookie") if "linli-language" not in one)


def test_a_code_opens_a_new_session_and_leads_on(house: House, client: TestClient[Litestar]) -> None:
    page = client.get("/sign-in?next=/me")

    told = press(client, forms(page)[0], code=_code(house).lower())

    assert told.status_code == 303
    assert told.headers["location"] == "/me"
    cookie = _cookie(told)
    assert cookie.startswith(f"{COOKIE_OVER_HTTP}=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie
    assert "Secure" not in cookie
    assert client.get("/me").status_code == 200


def test_over_https_the_cookie_is_bound_to_the_host_and_never_sent_in_the_clear(opening: Opening) -> None:
    with opening(public_url="https://linli.example", demonstration=False) as (house, client):
        told = send(client, "/sign-in", code=_code(house))

        cookie = _cookie(told)
        assert cookie.startswith(f"{COOKIE}=")
        assert "Secure" in cookie
        assert "Domain" not in cookie
        assert "演示环境" not in client.get("/").text


def test_outside_the_demonstration_nobody_signs_in_without_encryption(opening: Opening) -> None:
    with opening(demonstration=False) as (house, client):
        code = _code(house)

        told = send(client, "/sign-in", code=code)

        assert told.status_code == 403
        assert "set-cookie" not in told.headers


def test_a_wrong_code_is_told_and_not_repeated(client: TestClient[Litestar]) -> None:
    told = send(client, "/sign-in", code="WRONGCODE<b>", next="/me")

    assert told.status_code == 422
    assert "登录码不对" in told.text
    assert "WRONGCODE" not in told.text
    assert forms(told)[0].fields["next"] == "/me"


def test_guessing_is_slowed_down(client: TestClient[Litestar]) -> None:
    told = [send(client, "/sign-in", code=f"ACDE FGH{number}") for number in range(6)]

    assert [one.status_code for one in told] == [422] * 5 + [429]


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://elsewhere.example/",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "/me?x=//elsewhere.example",
        "/me\r\nSet-Cookie: a=b",
        "javascript:alert(1)",
        "/sign-in",
        "/Q/../v1/me",
        "/me\n",
    ],
)
def test_signing_in_leads_to_our_own_pages_only(elsewhere: str) -> None:
    assert own_path(elsewhere) == "/"


@pytest.mark.parametrize("path", ["/", "/me", "/typed", "/Q/ABCDEFGH234567"])
def test_signing_in_leads_back_to_where_one_was_going(path: str) -> None:
    assert own_path(path) == path


def test_signing_in_again_ends_the_session_before(house: House, sign_in: SignIn) -> None:
    client = sign_in("ben")
    old = client.cookies[COOKIE_OVER_HTTP]

    send(client, "/sign-in", code=_code(house))
    client.cookies.clear()
    client.cookies.set(COOKIE_OVER_HTTP, old)

    assert client.get("/me").status_code == 303


def test_signing_out_ends_the_session_everywhere(sign_in: SignIn) -> None:
    client = sign_in("ann")
    old = client.cookies[COOKIE_OVER_HTTP]

    told = press(client, next(form for form in forms(client.get("/")) if form.action == "/sign-out"))
    client.cookies.clear()
    client.cookies.set(COOKIE_OVER_HTTP, old)

    assert told.headers["location"] == "/"
    assert client.get("/me").headers["location"] == "/sign-in?next=%2Fme"


def test_another_site_can_neither_sign_in_nor_out(house: House, sign_in: SignIn) -> None:
    client = sign_in("ann")

    for path in ("/sign-in", "/sign-out"):
        told = client.post(path, headers={"sec-fetch-site": "cross-site"})
        assert told.status_code == 403

    assert client.get("/me").status_code == 200


@pytest.mark.parametrize("path", ["/me", "/me/code", "/typed", "/staff/activities/x/kiosk"])
def test_pages_of_ones_own_ask_for_signing_in(client: TestClient[Litestar], path: str) -> None:
    told = client.get(path)

    assert told.status_code in {303, 404}
    assert "张桂英" not in told.text


def test_chinese_comes_first_and_a_choice_is_kept(client: TestClient[Litestar]) -> None:
    first = client.get("/")
    asked = client.get("/", headers={"accept-language": "en-GB,en;q=0.9"})
    chosen = client.get("/?language=en")
    kept = client.get("/", headers={"accept-language": "zh-CN"})

    assert [page.headers["content-language"] for page in (first, asked, chosen, kept)] == ["zh-CN", "en", "en", "en"]
    assert "登录" in first.text
    assert "Sign in" in kept.text


def test_an_unknown_language_is_passed_over(client: TestClient[Litestar]) -> None:
    page = client.get("/?language=%22%3E%3Cscript%3E")

    assert page.headers["content-language"] == "zh-CN"
    assert "<script" not in page.text
    assert "set-cookie" not in page.headers


def test_no_page_may_run_anything_or_be_kept(client: TestClient[Litestar]) -> None:
    page = client.get("/")

    assert "default-src 'none'" in page.headers.get_list("content-security-policy")[0]
    assert page.headers["cache-control"] == "no-store"
    assert "<script" not in page.text
    assert " style=" not in page.text
