"""The sealed form of everything signed here: `type(1) ‖ key id(1) ‖ body ‖ tag(10)` in base32.

The first 16 bytes of a body are always the id of the object the key is derived for; the rest is not known here.
"""

import hmac
from collections.abc import Mapping
from typing import Final

from qr import base32
from qr.keys import TokenKeys, authentication_code
from qr.refusals import NotOurCode

TAG_BYTES: Final = 10
"""80 bits: forging is guessing online, 20 tries a minute and device in 2^80; more would make printed codes denser."""
_HEAD_BYTES: Final = 2
_OBJECT_BYTES: Final = 16
_TEXT_CHARACTERS_MAX: Final = 128


def seal(kind: int, body: bytes, keys: TokenKeys, *, bound_to: bytes = b"") -> str:
    """The signed text of `body` (16 bytes or more) as a `kind` (0 to 255), under the current key.

    `bound_to` is signed but not carried: it must be given again to open the seal.
    """
    signed = bytes((kind, keys.current)) + body
    return base32.encode(signed + _tag(keys.keys[keys.current], signed, bound_to))


def unseal(text: str, keys: TokenKeys, *, sizes: Mapping[int, int], bound_to: bytes = b"") -> tuple[int, bytes]:
    """The kind and body of a genuine `text`, in any case.

    `sizes` names the kinds accepted here and their body lengths in bytes. Refuses everything else with NotOurCode.
    """
    sealed = _bytes_of(text)
    if len(sealed) < _HEAD_BYTES + TAG_BYTES or sizes.get(sealed[0]) != len(sealed) - _HEAD_BYTES - TAG_BYTES:
        raise NotOurCode
    signed, tag = sealed[:-TAG_BYTES], sealed[-TAG_BYTES:]
    secret = keys.keys.get(signed[1])
    if secret is None or not hmac.compare_digest(tag, _tag(secret, signed, bound_to)):
        raise NotOurCode
    return signed[0], signed[_HEAD_BYTES:]


def _tag(secret: bytes, signed: bytes, bound_to: bytes) -> bytes:
    object_id = signed[_HEAD_BYTES : _HEAD_BYTES + _OBJECT_BYTES]
    code = authentication_code(secret, purpose=signed[0], object_id=object_id, message=signed + bound_to)
    return code[:TAG_BYTES]


def _bytes_of(text: str) -> bytes:
    if len(text) > _TEXT_CHARACTERS_MAX:
        raise NotOurCode
    try:
        return base32.decode(text)
    except ValueError:
        raise NotOurCode from None
