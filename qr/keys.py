"""The ring of secret keys behind tokens, and the one way a tag is made from them.

Every purpose and every object has its own derived key, so that a tag is worthless for any other purpose or object.
"""

import hmac
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec import Struct

SECRET_BYTES_MIN: Final = 32
DERIVED_KEYS_KEPT: Final = 8192
"""About 3 MB. Strangers can push keys out by showing forged codes; that costs 3 µs a code and nothing else."""


class TokenKeys(Struct, frozen=True, forbid_unknown_fields=True):
    """Secret keys by key id (0 to 255). `current` signs; all of them verify; a key that is left out ends its codes.

    Each secret is at least 32 random bytes. Raises ValueError when that does not hold or `current` is not in the ring.
    """

    current: int
    keys: Mapping[int, bytes]

    def __post_init__(self) -> None:
        if self.current not in self.keys:
            raise ValueError(f"the current key {self.current} is not in the ring")
        if any(not 0 <= key_id <= 255 for key_id in self.keys):
            raise ValueError("key ids are 0 to 255")
        if any(len(secret) < SECRET_BYTES_MIN for secret in self.keys.values()):
            raise ValueError(f"a key has at least {SECRET_BYTES_MIN} bytes")

    def __repr__(self) -> str:
        """Names the ids and never a secret: this text may reach a log."""
        return f"TokenKeys(current={self.current}, ids={sorted(self.keys)})"


def authentication_code(secret: bytes, *, purpose: int, object_id: bytes, message: bytes) -> bytes:
    """HMAC-SHA-256 (32 bytes) of `message`, under the key of this purpose (0 to 255) and object in `secret`."""
    return hmac.digest(_derived_key(secret, purpose, object_id), message, "sha256")


@lru_cache(maxsize=DERIVED_KEYS_KEPT)
def _derived_key(secret: bytes, purpose: int, object_id: bytes) -> bytes:
    info = b"linli qr 1" + bytes([purpose]) + object_id
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret)
