"""Reads the forms of a page and presses their buttons, as a browser without scripts does."""

from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import urlencode

from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient

FORM = {"content-type": "application/x-www-form-urlencoded"}


class Form(NamedTuple):
    """A form of a page. word: what its button says."""

    action: str
    fields: dict[str, str]
    word: str


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.words: list[str] = []
        self._in_button = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(given["action"], {}, ""))
        if tag == "input" and self.found and given.get("type") == "hidden":
            self.found[-1].fields[given["name"]] = given["value"]
        self._in_button = tag == "button"

    def handle_data(self, data: str) -> None:
        if self._in_button and data.strip():
            self.found[-1] = self.found[-1]._replace(word=data.strip())
            self._in_button = False


def forms(response: Response) -> list[Form]:
    """The forms of a page in order."""
    reader = _Forms()
    reader.feed(response.text)
    return reader.found


def main_form(response: Response) -> Form:
    """The form of the one large button."""
    return forms(response)[0]


def send(client: TestClient[Litestar], path: str, /, **fields: str) -> Response:
    """Send fields as a browser sends a form of the same page."""
    return client.post(path, content=urlencode(fields), headers=FORM)


def press(client: TestClient[Litestar], form: Form, **other: str) -> Response:
    """Press the form's button; `other` fields in place of its own."""
    return send(client, form.action, **form.fields | other)


def answer_of(response: Response) -> str:
    """The name of the answer on the page; empty where the page is none."""
    _, found, rest = response.text.partition('<div class="answer ')
    return rest.partition('"')[0] if found else ""
