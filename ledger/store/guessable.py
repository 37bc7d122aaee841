"""Secrets that anybody would try first: PINs and passwords are refused for these reasons and for no others.

Rules of composition ("one capital, one digit") are not among them: they make passwords harder to remember, not to
guess (NIST SP 800-63B, 3.1.1.2).
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Final

PIN_DIGITS: Final = 6
PASSWORD_CHARACTERS_MIN: Final = 10
PASSWORD_CHARACTERS_MAX: Final = 128
OWN_FIELDS: Final = ("birth_date", "identity_number", "phone", "member_number")
"""What of a person's fields in the directory makes a secret guessable."""

_DISTINCT_MIN: Final = 5
_PHONE_DIGITS: Final = 11
_NUMBER_DIGITS_MIN: Final = 8
_COMMON_PINS: Final = frozenset(
    {"147258", "147369", "258369", "159357", "123654", "789456", "201314", "131452", "142857"}
)
"""Lines of the keypad, and numbers that sound like words of love."""
_COMMON_WORDS: Final = frozenset(
    [
        "password",
        "passwort",
        "passw",
        "pass",
        "admin",
        "administrator",
        "root",
        "linli",
        "welcome",
        "letmein",
        "login",
        "iloveyou",
        "woaini",
        "aini",
        "qwerty",
        "asdf",
        "asdfgh",
        "zxcvbn",
        "abc",
        "test",
        "user",
        "guest",
        "community",
        "shequ",
        "jifen",
        "zhiyuan",
        "volunteer",
        "zhongguo",
        "china",
        "beijing",
        "shanghai",
        "dragon",
        "monkey",
        "football",
        "master",
        "hello",
        "sunshine",
        "princess",
        "mima",
        "guanliyuan",
        "我爱你",
        "密码",
        "管理员",
        "社区",
        "志愿者",
        "邻里",
    ]
)
_ROWS: Final = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_LOOKALIKES: Final = str.maketrans("@013457$", "aoieasts")
_AFTER_A_WORD: Final = "0123456789!?.,;:*#+-_ "
_TOKEN: Final = re.compile(r"[a-z]+|[0-9]+|[^\W\d_]+")
_YEAR: Final = re.compile(r"(19|20)\d\d")
_SHORT_DIGITS: Final = 3


def plain(text: str) -> str:
    """What was typed in one form: full-width characters of Chinese keyboards are their plain ones."""
    return unicodedata.normalize("NFKC", text)


def is_guessable_pin(pin: str, own: Mapping[str, str]) -> bool:
    """Whether `pin` (six ASCII digits) is a pattern, a date of birth or the end of a number of its owner.

    own: fields of the owner by name, as far as they are known.
    """
    steps = {(ord(after) - ord(before)) % 10 for before, after in pairwise(pin)}
    pairs = [pin[place : place + 2] for place in range(0, PIN_DIGITS, 2)]
    is_pattern = (
        len(steps) == 1
        or len(set(pin)) <= 2
        or len(set(pairs)) == 1
        or all(first == second for first, second in pairs)
        or pin[:3] == pin[3:]
        or pin == pin[::-1]
    )
    return is_pattern or pin in _COMMON_PINS or pin in _own_pins(own)


def is_guessable_password(password: str, own: Mapping[str, str]) -> bool:
    """Whether `password` is nothing but words and rows of keys that everybody uses, or holds a number of its owner."""
    lowered = password.lower()
    digits = _digits(lowered)
    return (
        len(set(lowered)) < _DISTINCT_MIN
        or _is_repeated(lowered)
        or any(number in digits for number in _own_numbers(own))
        or _is_common(lowered)
        or _is_common(lowered.rstrip(_AFTER_A_WORD).translate(_LOOKALIKES))
    )


def _own_pins(own: Mapping[str, str]) -> frozenset[str]:
    found = {number[-PIN_DIGITS:] for number in _own_numbers(own)} | {_digits(own.get("member_number", "")).zfill(6)}
    identity = _digits(own.get("identity_number", ""))
    # The last of the eighteen may be an X, which no keypad has.
    found |= {identity[-PIN_DIGITS:], identity[11:17]}
    for born in (_digits(own.get("birth_date", "")), identity[6:14]):
        year, month, day = born[:4], born[4:6], born[6:8]
        found |= {year[2:] + month + day, day + month + year[2:], month + day + year[2:], year + month}
    return frozenset(one for one in found if len(one) == PIN_DIGITS)


def _own_numbers(own: Mapping[str, str]) -> Iterable[str]:
    """A telephone number without the +86 that few type."""
    phone = _digits(own.get("phone", ""))[-_PHONE_DIGITS:]
    numbers = (phone, *(_digits(own.get(field, "")) for field in ("identity_number", "birth_date")))
    return [number for number in numbers if len(number) >= _NUMBER_DIGITS_MIN]


def _digits(text: str) -> str:
    return "".join(character for character in plain(text) if character.isascii() and character.isdigit())


def _is_repeated(text: str) -> bool:
    """Whether the text is a shorter one twice or more often."""
    return text in (text + text)[1:-1]


def _is_common(text: str) -> bool:
    tokens = _TOKEN.findall(text)
    return bool(tokens) and all(map(_is_common_token, tokens))


def _is_common_token(token: str) -> bool:
    if token in _COMMON_WORDS or len(set(token)) == 1 or any(token in row or token in row[::-1] for row in _ROWS):
        return True
    return token.isdigit() and (
        len(token) <= _SHORT_DIGITS or _YEAR.fullmatch(token) is not None or _is_repeated(token)
    )
