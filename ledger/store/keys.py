"""The secret keys of a deployment: files in `home/keys/`, one duty each, never in a database or its backup.

Whatever is missing, short, a sample, shared between duties or readable by others stops the start with one line. The
text of a key file is hexadecimal, so that it survives copying by hand; sub-keys are derived, never the same key twice.
"""

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec import Struct

from ledger.store.key_files import KEY_BYTES, KeyFault, create, single_key, token_keys, wrapping_keys

__all__ = ["KEY_BYTES", "KeyFault", "Keys"]

FOLDER: Final = "keys"
SINGLE: Final = ("requests.key", "blind.key", "deployment.id")
WRAPPING: Final = "directory.key"
TOKENS: Final = "tokens.key"
FIRST_TOKEN_KEY: Final = 1


class Keys(Struct, frozen=True, forbid_unknown_fields=True):
    """The opened keys, 32 bytes each.

    directory: wrap the keys of persons, by key id; several while they are rotated. blind: digests for exact look-up.
    requests: command ids and request digests. tokens: keys of printed and shown codes by key id (0 to 255),
    `token_key_current` signs. deployment: no secret, but random and for ever the same; binds what is encrypted to this
    deployment. folder: where the files are.
    """

    directory: Mapping[int, bytes]
    blind: bytes
    requests: bytes
    tokens: Mapping[int, bytes]
    token_key_current: int
    deployment: bytes
    folder: Path

    @classmethod
    def open(cls, home: Path) -> "Keys":
        """Read every key of `home/keys/`; raises KeyFault where one cannot be trusted."""
        folder = home / FOLDER
        wrapping = wrapping_keys(folder / WRAPPING)
        single = {name: single_key(folder / name) for name in SINGLE}
        tokens = token_keys(folder / TOKENS)
        _refuse_shared([*wrapping.values(), *single.values(), *tokens.values()], folder)
        return cls(
            directory=wrapping,
            blind=single["blind.key"],
            requests=single["requests.key"],
            tokens=tokens,
            token_key_current=list(tokens)[-1],
            deployment=single["deployment.id"],
            folder=folder,
        )

    @classmethod
    def create_missing(cls, home: Path) -> "Keys":
        """Make the key files that are not there yet, then open all; safe when several processes start at once.

        Nothing that exists is touched: a lost key cannot be made again, and a wrong one is refused by `open`.
        """
        folder = home / FOLDER
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        for name in (WRAPPING, *SINGLE):
            create(folder / name, f"{secrets.token_hex(KEY_BYTES)}\n")
        create(folder / TOKENS, f"{FIRST_TOKEN_KEY} {secrets.token_hex(KEY_BYTES)}\n")
        return cls.open(home)

    @property
    def wrapping_file(self) -> Path:
        """The file of the keys in `directory`, which a rotation changes under a running process."""
        return self.folder / WRAPPING

    @property
    def tokens_file(self) -> Path:
        """The file of the keys in `tokens`, likewise."""
        return self.folder / TOKENS

    @property
    def one_time_codes(self) -> bytes:
        """The key under which one-time codes are stored as digests."""
        return _derived(self.requests, "one-time codes")

    @property
    def limits(self) -> bytes:
        """The key under which the names of rate counters are stored as digests."""
        return _derived(self.requests, "limits")

    @property
    def pins(self) -> bytes:
        """The pepper of members' PINs."""
        return _derived(self.requests, "pins")

    @property
    def recovery_codes(self) -> bytes:
        """The key under which recovery codes are stored as digests."""
        return _derived(self.requests, "recovery codes")

    def __repr__(self) -> str:
        """Never a secret: this text may reach a log."""
        return f"Keys(token_key_current={self.token_key_current}, token_keys={sorted(self.tokens)})"


def _derived(secret: bytes, duty: str) -> bytes:
    info = b"linli store 1 " + duty.encode()
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(secret)


def _refuse_shared(secrets_found: list[bytes], folder: Path) -> None:
    if len(set(secrets_found)) < len(secrets_found):
        raise KeyFault(f"{folder}: two duties share one key; each needs its own")
