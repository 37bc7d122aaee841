"""How a name sounds: every reading of every character, as letters without tones. It knows no index.

All readings of a character count, so that 单 is found as shan, as a surname sounds, and as dan, as strangers read it.
"""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby
from typing import Final

CHARACTERS_KEPT: Final = 8_192
"""Characters whose readings stay in memory, some 2 MB: more than all names of a city are written with."""
READINGS_MAX: Final = 4
"""Per character, the commonest first; what comes after is read so in no name."""

_SPELT_WITH_U_UMLAUT: Final = ("v", "u", "yu")
"""How ü is typed: lv on keyboards, lu by whoever does not know, lyu on passports."""


@lru_cache(maxsize=CHARACTERS_KEPT)
def readings(character: str) -> tuple[str, ...]:
    """How one Chinese character can be read, in letters a to z, the commonest first; none for any other character."""
    from pypinyin import Style, pinyin  # imported late: its tables take 0.7 s, which no start shall wait for

    if not _is_chinese(character):
        return ()
    read = pinyin(character, style=Style.NORMAL, heteronym=True)[0]
    typed = [way for one in read[:READINGS_MAX] for way in _ways_to_type(one)]
    return tuple(dict.fromkeys(one for one in typed if one.isascii() and one.isalpha()))


def syllables(name: str) -> tuple[tuple[str, ...], ...]:
    """The sounds of `name` in order, each with every way to type it; a run of Latin letters is one sound.

    Dots, spaces and whatever cannot be read are left out.
    """
    sounds: list[tuple[str, ...]] = []
    for is_latin, characters in groupby(plain(name), key=_is_latin):
        run = "".join(characters)
        sounds += [(run,)] if is_latin else _read(run)
    return tuple(sounds)


def plain(text: str) -> str:
    """`text` in one spelling: half width, small letters without accents, no spaces, dots or hyphens."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(character for character in folded if character.isalnum())


def _read(characters: Iterable[str]) -> list[tuple[str, ...]]:
    return [found for character in characters if (found := readings(character))]


def _ways_to_type(reading: str) -> list[str]:
    return [reading.replace("v", way) for way in _SPELT_WITH_U_UMLAUT] if "v" in reading else [reading]


def _is_latin(character: str) -> bool:
    return "a" <= character <= "z"


def _is_chinese(character: str) -> bool:
    return unicodedata.name(character, "").startswith("CJK UNIFIED IDEOGRAPH") or character == "〇"
