"""Two languages: sentences are written in Chinese where they stand, and English comes from one catalog.

The catalog is the gettext file `api/locale/en.po`, read once by Babel; nothing has to be compiled.
"""

import gettext
import io
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = ("zh-CN", "en")
CATALOG = Path(__file__).parent / "locale" / "en.po"


def marked(sentence: str) -> str:
    """Marks a Chinese sentence for translation without translating it yet."""
    return sentence


@cache
def english() -> gettext.GNUTranslations:
    """The English catalog."""
    with CATALOG.open("rb") as source:
        catalog = read_po(source, locale="en")
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def said(sentence: str, language: str, **facts: Any) -> str:
    """`sentence` in `language`, with `facts` put in; facts are shown as they are."""
    text = english().gettext(sentence) if language == "en" else sentence
    return text.format(**facts) if facts else text


def preferred(accept_language: str | None) -> str:
    """The language a reader asked for by `Accept-Language`; Chinese unless English comes first."""
    best, best_quality = "zh-CN", 0.0
    for part in (accept_language or "").split(","):
        tag, _, parameters = part.strip().partition(";")
        try:
            quality = float(parameters.partition("q=")[2] or 1)
        except ValueError:
            continue
        primary = tag.strip().lower().split("-")[0]
        if primary in {"zh", "en"} and quality > best_quality:
            best, best_quality = ("en" if primary == "en" else "zh-CN"), quality
    return best
