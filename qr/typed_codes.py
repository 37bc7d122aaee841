"""Typed codes: nine characters for people who cannot scan, good at one activity or shelf for a few minutes.

The last character is a check: a single wrong character, or two neighbours swapped, is always noticed as a slip.
"""

import hmac
from datetime import datetime
from typing import Final
from uuid import UUID

from ledger.kernel.typed_by_hand import ALPHABET, as_typed, grouped
from qr.keys import TokenKeys, authentication_code

TYPED_STEP_SECONDS: Final = 300
"""Read across a hall and typed with one finger, nine characters take a minute or two, so 15 s would be unfair. With the
step before also valid a code works for 5 to 10 minutes: 2 in 23^8 (7.8e10) guesses, at 20 tries a minute and device."""
TYPED_STEPS_VALID: Final = 2
_CHARACTERS: Final = 8
_KIND: Final = 80


def typed_code(scope: UUID, step: int, *, keys: TokenKeys) -> str:
    """The nine characters for `scope` (activity or shelf) in `step` (see `typed_step_at`), without spaces.

    Only the current key counts: such a code lives for minutes, and a key that was replaced must not make new ones.
    """
    secret = keys.keys[keys.current]
    digest = authentication_code(secret, purpose=_KIND, object_id=scope.bytes, message=step.to_bytes(8, "big"))
    number = int.from_bytes(digest, "big")
    values = [number // len(ALPHABET) ** place % len(ALPHABET) for place in range(_CHARACTERS)]
    return "".join(ALPHABET[value] for value in [*values, _check_value(values)])


def matches(text: str, scope: UUID, *, now: datetime, keys: TokenKeys) -> bool:
    """Whether `text`, as a person typed it, is the code of `scope` at `now` (aware) or of the step before.

    Case, spaces, hyphens and a Chinese keyboard's full-width letters do not matter. The caller limits the rate.
    """
    typed, latest = as_typed(text).encode(), typed_step_at(now)
    valid = [typed_code(scope, latest - age, keys=keys).encode() for age in range(TYPED_STEPS_VALID)]
    return any(hmac.compare_digest(typed, code) for code in valid)


def is_slip(text: str) -> bool:
    """Whether `text` cannot be any typed code: wrong length, foreign characters, or the check character disagrees.

    Lets a page say "please look again" without asking who is there, and without counting as a try.
    """
    typed = as_typed(text)
    if len(typed) != _CHARACTERS + 1 or any(character not in ALPHABET for character in typed):
        return True
    values = [ALPHABET.index(character) for character in typed]
    return values[-1] != _check_value(values[:-1])


def spaced(code: str) -> str:
    """The code in threes, as it is shown to people: `ACD EFG HJK`."""
    return grouped(code, 3)


def typed_step_at(moment: datetime) -> int:
    """The step in which `moment` (aware, not before 1970) falls: unix time // 300 s."""
    return int(moment.timestamp()) // TYPED_STEP_SECONDS


def _check_value(values: list[int]) -> int:
    # Weights 1 to 8, and -1 for the check itself, all differ and none is 0 modulo the prime 23: so changing one value,
    # or swapping any two different ones, always changes the sum.
    return sum(weight * value for weight, value in enumerate(values, start=1)) % len(ALPHABET)
