"""The keys that wrap the keys of persons: one, or two while they are rotated, which happens under running processes."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger.store.key_files import KeyFault, wrapping_keys

CURRENT: Final = "wrapping_key"
"""The row of `sequences` that says by which key id new keys are wrapped; the lowest of the file while there is none."""


class WrappingKeys:
    """Ciphers by key id. `file` is read again when what is known is not enough; None where there is no file."""

    def __init__(self, keys: Mapping[int, bytes], file: Path | None = None) -> None:
        self._ciphers = {key_id: AESGCM(secret) for key_id, secret in keys.items()}
        self._file = file

    @property
    def lowest(self) -> int:
        """The lowest key id: the only one, unless keys are being rotated."""
        return min(self._ciphers)

    def cipher(self, key_id: int) -> AESGCM:
        """The cipher of one key. Raises KeyFault where the file has none of that id."""
        if key_id not in self._ciphers:
            self._read_again()
        if key_id not in self._ciphers:
            raise KeyFault(f"{self._file}: key {key_id} is missing; the directory was written with it")
        return self._ciphers[key_id]

    def ciphers(self) -> Iterator[AESGCM]:
        """Every cipher that is known, the newest first; then those that the file has by now, if it has others."""
        known = dict(self._ciphers)
        yield from reversed(known.values())
        self._read_again()
        yield from (cipher for key_id, cipher in self._ciphers.items() if key_id not in known)

    def _read_again(self) -> None:
        if self._file is not None:
            self._ciphers = {key_id: AESGCM(secret) for key_id, secret in wrapping_keys(self._file).items()}
