"""What somebody typed into the search box, understood: part of a name, its sound, the end of a phone, a number."""

import unicodedata
from dataclasses import dataclass
from typing import ClassVar, Final, NamedTuple

from ledger.kernel.refusal import Refusal
from ledger.store.finding.pinyin import plain, readings

TAIL_DIGITS_MIN: Final = 4
"""Fewer digits of a telephone are shared by too many."""
LETTERS_MIN: Final = 2
QUERY_CHARACTERS_MAX: Final = 60


@dataclass(eq=False)
class SearchTooShort(Refusal):
    """So little finds half the town. One Chinese character, two letters or a number are enough."""

    code: ClassVar[str] = "search-too-short"
    remembered: ClassVar[bool] = False

    letters_min: int = LETTERS_MIN


class Query(NamedTuple):
    """What to look for; empty where that is not what was typed. number: without leading zeros. tail: of a telephone,
    its digits from the last to the first.
    """

    name: str = ""
    sound: str = ""
    tail: str = ""
    number: str = ""


def understood(typed: str) -> Query:
    """What `typed` asks for. A name of characters and letters mixed (张xm) is looked for by its sound.

    Refuses with SearchTooShort.
    """
    digits = "".join(one for one in unicodedata.normalize("NFKC", typed) if one not in " -+()")
    if digits.isascii() and digits.isdigit():
        return Query(tail=digits[::-1] if len(digits) >= TAIL_DIGITS_MIN else "", number=digits.lstrip("0"))
    name = plain(typed)
    sound = "".join(one if one.isascii() else (*readings(one), "")[0] for one in name)
    if name.isascii() and len(name) < LETTERS_MIN:
        raise SearchTooShort
    if not any(one.isascii() for one in name):
        return Query(name=name)
    return Query(name=name, sound=sound if sound.isascii() and sound.isalpha() else "")
