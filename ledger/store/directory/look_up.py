"""Exact look-up without storing the value: fields of these kinds leave a keyed digest of their usual spelling."""

import hmac
import unicodedata
from collections.abc import Callable, Mapping
from typing import Final


def _phone(text: str) -> str:
    digits = "".join(character for character in text if character.isdigit())
    international = digits.removeprefix("00")
    return international[2:] if len(international) == 13 and international.startswith("86") else digits


def _identity_number(text: str) -> str:
    return "".join(character for character in text if character.isalnum()).upper()


def _member_number(text: str) -> str:
    return "".join(character for character in text if character.isdigit()).lstrip("0")


USUAL_SPELLING: Final[Mapping[str, Callable[[str], str]]] = {
    "phone": _phone,
    "identity_number": _identity_number,
    "member_number": _member_number,
}
"""The fields that can be looked up, and how each is brought into one spelling (spaces, +86, full-width digits, x/X)."""


def digest(secret: bytes, kind: str, value: str) -> bytes | None:
    """The keyed digest (32 bytes) of `value` as a `kind` of `USUAL_SPELLING`; None when nothing is left to look up."""
    usual = USUAL_SPELLING[kind](unicodedata.normalize("NFKC", value))
    return hmac.digest(secret, f"{kind} {usual}".encode(), "sha256") if usual else None
