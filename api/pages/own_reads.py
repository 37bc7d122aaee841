"""`/me/reads`: who read one's own details in full, when and what for, in plain words."""

from typing import Any, Final, NamedTuple

from litestar import HttpMethod, Request, Response, route

from api.identity import SIGNED_IN, needs
from api.languages import marked, said
from api.own_reads import WHOLE_FILE, OwnRead, own_reads
from api.pages.finding import PURPOSES
from api.pages.rendering import language_of, page
from api.readers import Reader, reading
from api.sentences.readable import instant, readable

_AT_ONCE: Final = 200
SHOWN_MAX: Final = 50
_PAGES_MAX: Final = 25


class _Line(NamedTuple):
    """One reading in words."""

    when: str
    who: str
    what: str
    why: str


@route("/me/reads", http_method=[HttpMethod.GET, HttpMethod.HEAD], opt=needs(SIGNED_IN), sync_to_thread=True)
def my_reads(request: Request[Any, Any, Any]) -> Response[str]:
    """The newest first."""
    language = language_of(request)
    with reading(request) as reader:
        lines = [_line(one, language) for one in reversed(_newest(reader))]
    return page(request, "own_reads.html", {"lines": lines})


def _newest(reader: Reader) -> list[OwnRead]:
    """The last of them; the log is kept for three years, and nobody's file is read thousands of times."""
    found: list[OwnRead] = []
    for _ in range(_PAGES_MAX):
        some = own_reads(reader, found[-1].sequence if found else 0, _AT_ONCE)
        found += some
        if len(some) < _AT_ONCE:
            break
    return found[-SHOWN_MAX:]


def _line(one: OwnRead, language: str) -> _Line:
    who = "，".join(word for word in (one.organisation, _role(one, language), one.reader) if word)
    what = "、".join(_field(field, language) for field in one.fields)
    why = said(_WHY.get(one.purpose, ""), language) if one.purpose in _WHY else ""
    return _Line(instant(one.at, language), who or said(marked("系统"), language), what, why)


def _role(one: OwnRead, language: str) -> str:
    return readable(one.role, language) if one.role else ""


def _field(field: str, language: str) -> str:
    return said(marked("全部资料"), language) if field == WHOLE_FILE else readable(field, language)


_WHY: Final[dict[str, str]] = {**PURPOSES}

HANDLERS: Final = [my_reads]
