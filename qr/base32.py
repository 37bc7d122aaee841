"""Bytes as RFC 4648 base32 without padding: every character is in a QR code's alphanumeric set.

Each run of bytes has exactly one text in upper case, so a token has one printed form and no look-alikes of itself.
"""

import base64
from typing import Final

_VALUE: Final = {character: value for value, character in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")}
_SPARE_BITS: Final = {0: 0, 2: 2, 4: 4, 5: 1, 7: 3}
"""Unused low bits of the last character, by the number of characters in the last group of eight (RFC 4648, §6)."""


def encode(data: bytes) -> str:
    """The canonical text of `data`: upper case, no padding."""
    return base64.b32encode(data).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """The bytes that `text`, in any case, stands for.

    Raises ValueError for whatever `encode` would not have written: foreign characters (letters that only become ASCII
    by upper-casing included), padding, an impossible length, or unused trailing bits that are not zero.
    """
    spare_bits = _SPARE_BITS.get(len(text) % 8)
    if not text or spare_bits is None:
        raise ValueError("not base32")
    last = _VALUE.get(text[-1].upper())
    if last is None or last % (1 << spare_bits):
        raise ValueError("padded, or unused trailing bits are not zero")
    return base64.b32decode(text + "=" * (-len(text) % 8), casefold=True)
