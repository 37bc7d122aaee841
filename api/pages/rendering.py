"""How a page is made: one template, one language, headers that let nothing run and nobody keep it.

Every value is escaped by the template engine. What a page says is written in Chinese where it stands.
"""

import secrets
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Request, Response

from api.deployment import Deployment
from api.languages import LANGUAGES, marked, preferred, said

LANGUAGE_COOKIE: Final = "linli-language"
YEAR_SECONDS: Final = 365 * 24 * 3600
_NAMES: Final = {"zh-CN": "中文", "en": "English"}
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
}

TEMPLATES: Final = Path(__file__).parent / "templates"
ENVIRONMENT: Final = Environment(
    loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


class Link(NamedTuple):
    """Where else to go."""

    url: str
    word: str


class Press(NamedTuple):
    """A button and what pressing it sends to `action`. Each has its own key, so that no two can be mistaken."""

    action: str
    word: str
    fields: dict[str, str]


def press(here: str, word: str, /, *, key: str | None = None, **fields: str) -> Press:
    """A button under `key`, or under a new one. Pressing twice sends the same key, and happens once."""
    return Press(here, word, {**fields, "idempotency_key": key or secrets.token_urlsafe(18)})


def home(language: str) -> Link:
    """The way back to the first page."""
    return Link("/", said(marked("回到首页"), language))


def language_of(request: Request[Any, Any, Any]) -> str:
    """What the reader chose on a page, now or before; else what the browser asks for; else Chinese."""
    for choice in (request.query_params.get("language"), request.cookies.get(LANGUAGE_COOKIE)):
        if choice in LANGUAGES:
            return choice
    return preferred(request.headers.get("accept-language"))


def page(
    request: Request[Any, Any, Any], template: str, facts: Mapping[str, Any], *, status: int = 200
) -> Response[str]:
    """`template` with `facts` in the reader's language. HEAD is answered like GET, without the page itself."""
    language = language_of(request)
    deployment: Deployment = request.app.state.deployment
    shown = ENVIRONMENT.get_template(template).render(_around(request, deployment, language) | dict(facts))
    response = Response(
        "" if request.method == "HEAD" else shown,
        status_code=status,
        media_type="text/html",
        headers={**_HEADERS, "Content-Language": language},
    )
    if request.query_params.get("language") == language:
        _remember(response, language, secure=deployment.settings.secure)
    return response


def redirect(url: str) -> Response[str]:
    """Go to `url`, one of our own paths, by GET."""
    return Response("", status_code=303, headers={"Location": url, "Cache-Control": "no-store"}, media_type="text/html")


def _around(request: Request[Any, Any, Any], deployment: Deployment, language: str) -> dict[str, Any]:
    settings = deployment.settings
    other = "zh-CN" if language == "en" else "en"
    return {
        "_": partial(said, language=language),
        "language": language,
        "other_language": other,
        "other_language_name": _NAMES[other],
        "other_language_url": _in_language(request, other) if request.method in {"GET", "HEAD"} else None,
        "programme": settings.programme,
        "care_programme": settings.care_programme,
        "unencrypted": not settings.secure,
    }


def _in_language(request: Request[Any, Any, Any], language: str) -> str:
    kept = [(name, value) for name, value in parse_qsl(request.url.query) if name != "language"]
    return "?" + urlencode([*kept, ("language", language)])


def _remember(response: Response[str], language: str, *, secure: bool) -> None:
    response.set_cookie(
        LANGUAGE_COOKIE, language, max_age=YEAR_SECONDS, path="/", secure=secure, httponly=True, samesite="lax"
    )
