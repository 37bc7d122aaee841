"""A phone's browser without scripts: opens pages, reads what they say, fills in forms and presses their buttons."""

import re
from html.parser import HTMLParser

import httpx
from msgspec import Struct

_CODE = re.compile(r"<svg xmlns=.*?</svg>", re.DOTALL)
_UNSEEN = frozenset({"title", "style", "script"})


class Form(Struct):
    """A form of a page. fields: what its inputs hold. button: the word on it."""

    action: str
    fields: dict[str, str]
    button: str = ""


class Page:
    """An answered page. text: all that can be read on it, with single spaces."""

    def __init__(self, response: httpx.Response) -> None:
        reader = _Reader()
        reader.feed(response.text)
        reader.close()
        self.status = response.status_code
        self.url = response.url
        self.html = response.text
        self.text = " ".join(" ".join(reader.words).split())
        self.forms = reader.forms
        self.links = reader.links

    @property
    def buttons(self) -> list[str]:
        return [form.button for form in self.forms]

    @property
    def code(self) -> str:
        """The drawing of the QR code on the page."""
        (drawing,) = _CODE.findall(self.html)
        return drawing

    def form(self, button: str) -> Form:
        (found,) = [form for form in self.forms if form.button == button]
        return found


class Browser:
    """Keeps cookies, follows redirects, and knows nothing that is not on the page before it."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client

    def open(self, url: str) -> Page:
        return Page(self.client.get(url))

    def press(self, page: Page, button: str, **typed: str) -> Page:
        """Press `button` on `page`, after typing into the fields named."""
        form = page.form(button)
        assert typed.keys() <= form.fields.keys()
        return Page(self.client.post(page.url.join(form.action), data={**form.fields, **typed}))


class _Reader(HTMLParser):
    """Collects words, links and forms while the page is parsed."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.forms: list[Form] = []
        self.links: dict[str, str] = {}
        self._inside: list[str] = []
        self._link = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            assert given["method"] == "post"
            self.forms.append(Form(given["action"], {}))
        elif tag in {"input", "select"}:
            self.forms[-1].fields[given["name"]] = given.get("value", "")
        if tag == "a":
            self._link = given["href"]
        if tag in {"a", "button"} | _UNSEEN:
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        inside = self._inside[-1] if self._inside else ""
        if inside not in _UNSEEN:
            self.words.append(data)
        if inside == "a" and data.strip():
            self.links[data.strip()] = self._link
        if inside == "button":
            self.forms[-1].button += data.strip()
