"""How a field is sealed: AES-256-GCM under its owner's random key, which itself is wrapped by the deployment's key.

A ciphertext opens only where it was written: the deployment, the subject, the field and the version are bound to it.
"""

import os
from functools import lru_cache
from typing import Final, NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger.store.directory.wrapping import WrappingKeys

_KEY_BITS: Final = 256
_NONCE_BYTES: Final = 12
_WRAPPED: Final = b"linli key 1"
_SEALED: Final = b"linli field 1"
KEYS_KEPT: Final = 16_384
"""Unwrapped keys in memory, some 10 MB. Found by their wrapped form, so an erased one is never reached again."""


class DirectoryFault(Exception):
    """Something stored does not open: the wrapping key is another one, or the store was tampered with."""


class Place(NamedTuple):
    """Where a text stands: of whom, which field, and how often that was written (1 is the first)."""

    subject: UUID
    field: str
    version: int


class Seals:
    """Makes, wraps and uses the keys of subjects. `deployment` (any fixed length) ties everything to one deployment."""

    def __init__(self, wrapping: WrappingKeys, deployment: bytes) -> None:
        self._wrapping = wrapping
        self._deployment = deployment
        self._unwrap = lru_cache(maxsize=KEYS_KEPT)(self._unwrapped)

    @property
    def lowest_key(self) -> int:
        """The lowest id of a wrapping key."""
        return self._wrapping.lowest

    def new_wrapped_key(self, owner: UUID, key_id: int) -> bytes:
        """A fresh random key for `owner`, in the form that may be stored: wrapped by the wrapping key `key_id`."""
        return self._wrapped(owner, AESGCM.generate_key(_KEY_BITS), key_id)

    def rewrapped(self, owner: UUID, wrapped: bytes, key_id: int) -> bytes:
        """The same key of `owner`, wrapped by the wrapping key `key_id`."""
        return self._wrapped(owner, self._opened(owner, wrapped), key_id)

    def seal(self, owner: UUID, wrapped: bytes, place: Place, text: str) -> bytes:
        """`text` sealed at `place` under the key of `owner`."""
        return self.seal_bytes(owner, wrapped, place, text.encode())

    def seal_bytes(self, owner: UUID, wrapped: bytes, place: Place, content: bytes) -> bytes:
        """As `seal`, for what is no text."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._unwrap(owner, wrapped).encrypt(nonce, content, self._field_bound_to(place))

    def unseal(self, owner: UUID, wrapped: bytes, place: Place, sealed: bytes) -> str:
        """The text sealed at `place`; raises DirectoryFault when it was not sealed there, by that key, just so."""
        return self.unseal_bytes(owner, wrapped, place, sealed).decode()

    def unseal_bytes(self, owner: UUID, wrapped: bytes, place: Place, sealed: bytes) -> bytes:
        """As `unseal`, for what is no text."""
        key, nonce = self._unwrap(owner, wrapped), sealed[:_NONCE_BYTES]
        try:
            return key.decrypt(nonce, sealed[_NONCE_BYTES:], self._field_bound_to(place))
        except (InvalidTag, ValueError):
            raise DirectoryFault(f"{place.field} of {place.subject} does not open") from None

    def _unwrapped(self, owner: UUID, wrapped: bytes) -> AESGCM:
        return AESGCM(self._opened(owner, wrapped))

    def _wrapped(self, owner: UUID, key: bytes, key_id: int) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._wrapping.cipher(key_id).encrypt(nonce, key, self._key_bound_to(owner))

    def _opened(self, owner: UUID, wrapped: bytes) -> bytes:
        """By whichever wrapping key opens it: while keys are rotated there are two, and the file may have a newer."""
        nonce, sealed, bound = wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], self._key_bound_to(owner)
        for cipher in self._wrapping.ciphers():
            try:
                return cipher.decrypt(nonce, sealed, bound)
            except (InvalidTag, ValueError):
                continue
        raise DirectoryFault(f"the key of {owner} does not open: is directory.key the right one?")

    def _key_bound_to(self, owner: UUID) -> bytes:
        return _WRAPPED + self._deployment + owner.bytes

    def _field_bound_to(self, place: Place) -> bytes:
        # The field's name comes last, and all before it has a fixed length: no two places give the same bytes.
        return (
            _SEALED + self._deployment + place.subject.bytes + place.version.to_bytes(8, "big") + place.field.encode()
        )
