"""Somebody in the town: with a phone for the pages, and a desk from which the JSON interface is asked."""

import secrets
from typing import Any

import httpx
from msgspec import Struct

from .deployments import Linli
from .pages import Browser, Page
from .pictures import read_png, read_svg


class Answer(Struct, frozen=True):
    """What the interface answered. position: its `Ledger-Position`; None where no command reached the ledger."""

    status: int
    body: Any
    position: int | None

    @property
    def code(self) -> str:
        return self.body["code"]

    def id(self, name: str) -> str:
        return self.body["ids"][name]


class Person:
    """Speaks for one person, over HTTP only. id: empty until the person is registered."""

    def __init__(self, linli: Linli, name: str, id: str = "") -> None:
        self.name = name
        self.id = id
        self.browser = Browser(linli.client())
        self._linli = linli

    def signs_in(self, code: str) -> Page:
        """Types the code into the page; the cookie is the session from then on."""
        page = self.presses(self.opens("/sign-in"), "登录", code=code)
        assert page.status == 200, page.text
        assert "退出登录" in page.text, page.text
        return page

    def opens(self, url: str) -> Page:
        """Opens a page or a scanned link. People take longer to look up than figures take to follow."""
        self._linli.settle()
        return self.browser.open(url)

    def presses(self, page: Page, button: str, **typed: str) -> Page:
        return self.browser.press(page, button, **typed)

    def sends(self, path: str, **body: Any) -> Answer:
        """A write, answered with whatever it was answered with."""
        headers = {"Idempotency-Key": secrets.token_urlsafe(12)}
        return _answer(self.browser.client.post(path, headers=headers, json=body))

    def does(self, path: str, **body: Any) -> Answer:
        """A write that succeeds."""
        answer = self.sends(path, **body)
        assert answer.status in (200, 201), (path, answer)
        return answer

    def sees(self, path: str, **params: Any) -> Any:
        """A read that succeeds, as of the newest event."""
        self._linli.settle()
        response = self.browser.client.get(path, params=params)
        assert response.status_code == 200, (path, response.text)
        return response.json()

    @property
    def balances(self) -> dict[str, tuple[int, int]]:
        """Of each unit what can be used, and what is on notice."""
        items = self.sees("/v1/members/me/balances")["items"]
        return {one["unit"]: (one["available"], one["on_notice"]) for one in items}

    def reads_code(self, path: str) -> str:
        """What the picture at `path` says to a camera."""
        self._linli.settle()
        response = self.browser.client.get(path)
        assert response.status_code == 200, (path, response.text)
        is_drawing = response.headers["content-type"].startswith("image/svg+xml")
        return read_svg(response.text) if is_drawing else read_png(response.content)


class Program(Person):
    """Somebody at a desk whose program signs in and sends its token with every request."""

    def signs_in_with(self, code: str) -> None:
        opened = self.does("/v1/sessions", code=code)
        self.id = opened.body["member"]
        self.browser.client.headers["Authorization"] = f"Bearer {opened.body['token']}"


def _answer(response: httpx.Response) -> Answer:
    position = response.headers.get("Ledger-Position")
    return Answer(response.status_code, response.json(), None if position is None else int(position))
