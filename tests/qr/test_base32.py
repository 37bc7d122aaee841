"""One text for each run of bytes, and no other is accepted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qr import base32

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


@given(st.binary(min_size=1, max_size=64))
def test_decoding_gives_back_what_was_encoded_in_any_case(data: bytes) -> None:
    text = base32.encode(data)
    assert base32.decode(text) == data
    assert base32.decode(text.lower()) == data
    assert set(text) <= set(ALPHABET)


@given(st.text(alphabet=ALPHABET, min_size=1, max_size=24))
def test_what_decodes_is_what_encoding_would_have_written(text: str) -> None:
    try:
        data = base32.decode(text)
    except ValueError:
        return
    assert base32.encode(data) == text


@pytest.mark.parametrize("size", range(1, 11))
def test_unused_trailing_bits_must_be_zero(size: int) -> None:
    text = base32.encode(bytes(size))
    accepted = [last for last in ALPHABET if decodes(text[:-1] + last)]
    assert len(accepted) == 2 ** (5 - (-8 * size) % 5)


@pytest.mark.parametrize(
    "text", ["", "A", "AAA", "AAAAAA", "AA======", "A1", "A0", "A8", "A A", "ſA", "ıA", "ＡＡ", "ÀA"]
)
def test_foreign_characters_padding_and_impossible_lengths_are_refused(text: str) -> None:
    assert not decodes(text)


@given(st.text(max_size=40))
def test_any_text_decodes_or_raises_value_error(text: str) -> None:
    decodes(text)


def decodes(text: str) -> bool:
    try:
        base32.decode(text)
    except ValueError:
        return False
    return True
