"""One refusal or fault in words: its HTTP status, a sentence that says what to do, and what the facts add to it."""

from typing import NamedTuple


class Told(NamedTuple):
    """sentence: the same each time. detail: with facts in braces, None where they add nothing for a person."""

    status: int
    sentence: str
    detail: str | None = None
