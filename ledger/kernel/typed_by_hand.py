"""Codes that people read aloud and type: characters nobody confuses, and what was typed brought into one form."""

import unicodedata
from typing import Final

ALPHABET: Final = "34679ACDEFGHJKMNPRTVWXY"
"""No 0/O/Q, 1/I/L, 2/Z, 5/S, 8/B, U/V that a tired eye confuses. The 23 left are a prime number, which is what a check
character needs."""
TYPED_CHARACTERS_MAX: Final = 64
"""More than any code and its spaces: what follows is not looked at."""


def as_typed(text: str) -> str:
    """What a person typed, in the form codes are made in: upper case, half width, no spaces or hyphens."""
    kept = unicodedata.normalize("NFKC", text[:TYPED_CHARACTERS_MAX]).upper()
    return "".join(character for character in kept if not character.isspace() and character not in "-‐–—_.")


def grouped(code: str, size: int) -> str:
    """The code in groups of `size` characters, as it is shown to people: `ACD EFG HJK`."""
    return " ".join(code[start : start + size] for start in range(0, len(code), size))
