"""What a rule refused, as one sentence above the form that was sent, so that it can be sent again."""

from typing import Any, NamedTuple

import msgspec
from litestar import Request

from api.pages.rendering import language_of
from api.sentences import STATUSES, detail, sentence
from ledger.kernel.refusal import Refusal


class Said(NamedTuple):
    """A sentence in the reader's language, and the answer's status."""

    sentence: str
    status: int


def said_here(request: Request[Any, Any, Any], refused: Refusal) -> Said:
    """The refusal's sentence, and what its facts add."""
    language = language_of(request)
    more = detail(refused.code, msgspec.to_builtins(refused.facts()), language) or ""
    return Said(f"{sentence(refused.code, language)} {more}".strip(), STATUSES[refused.code])
