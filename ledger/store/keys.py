"""The secret keys of a deployment: files in `home/keys/`, one duty each, never in a database or its backup.

Whatever is missing, short, a sample, shared between duties or readable by others stops the start with one line. The
text of a key file is hexadecimal, so that it survives copying by hand; sub-keys are derived, never the same key twice.
"""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec import Struct

KEY_BYTES: Final = 32
FOLDER: Final = "keys"
SINGLE: Final = ("directory.key", "requests.key", "blind.key", "deployment.id")
TOKENS: Final = "tokens.key"
FIRST_TOKEN_KEY: Final = 1


class KeyFault(Exception):
    """A key cannot be used: a fault of the set-up, told in one line that an administrator can act on."""


class Keys(Struct, frozen=True, forbid_unknown_fields=True):
    """The opened keys, 32 bytes each.

    directory: wraps the keys of persons. blind: digests for exact look-up. requests: command ids and request digests.
    tokens: keys of printed and shown codes by key id (0 to 255), `token_key_current` signs. deployment: no secret, but
    random and for ever the same; binds what is encrypted to this deployment.
    """

    directory: bytes
    blind: bytes
    requests: bytes
    tokens: Mapping[int, bytes]
    token_key_current: int
    deployment: bytes

    @classmethod
    def open(cls, home: Path) -> "Keys":
        """Read every key of `home/keys/`; raises KeyFault where one cannot be trusted."""
        folder = home / FOLDER
        single = {name: _single_key(folder / name) for name in SINGLE}
        tokens = _token_keys(folder / TOKENS)
        _refuse_shared([*single.values(), *tokens.values()], folder)
        return cls(
            directory=single["directory.key"],
            blind=single["blind.key"],
            requests=single["requests.key"],
            tokens=tokens,
            token_key_current=list(tokens)[-1],
            deployment=single["deployment.id"],
        )

    @classmethod
    def create_missing(cls, home: Path) -> "Keys":
        """Make the key files that are not there yet, then open all; safe when several processes start at once.

        Nothing that exists is touched: a lost key cannot be made again, and a wrong one is refused by `open`.
        """
        folder = home / FOLDER
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        for name in SINGLE:
            _create(folder / name, f"{secrets.token_hex(KEY_BYTES)}\n")
        _create(folder / TOKENS, f"{FIRST_TOKEN_KEY} {secrets.token_hex(KEY_BYTES)}\n")
        return cls.open(home)

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


def _single_key(file: Path) -> bytes:
    return _secret(file, _text(file).strip())


def _token_keys(file: Path) -> dict[int, bytes]:
    keys: dict[int, bytes] = {}
    for line in _text(file).splitlines():
        key_id, _, digits = line.partition(" ")
        if not key_id.isascii() or not key_id.isdigit() or int(key_id) > 255 or int(key_id) in keys:
            raise KeyFault(f"{file}: each line is a key id from 0 to 255, used once, a space and the key")
        keys[int(key_id)] = _secret(file, digits.strip())
    if not keys:
        raise KeyFault(f"{file}: the key file is empty")
    return keys


def _secret(file: Path, digits: str) -> bytes:
    try:
        secret = bytes.fromhex(digits)
    except ValueError:
        raise KeyFault(f"{file}: the key is not hexadecimal digits") from None
    if len(secret) != KEY_BYTES:
        raise KeyFault(f"{file}: the key has {len(secret)} bytes, not {KEY_BYTES}")
    if len(set(secret)) < KEY_BYTES // 4:
        raise KeyFault(f"{file}: the key is a sample, not random bytes")
    return secret


def _text(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            _refuse_readable_by_others(file, os.fstat(opened.fileno()))
            return opened.read(16_384).decode("ascii")
    except FileNotFoundError:
        raise KeyFault(f"{file}: the key file is missing") from None
    except UnicodeDecodeError:
        raise KeyFault(f"{file}: the key is not hexadecimal digits") from None
    except OSError as error:
        raise KeyFault(f"{file}: the key file cannot be read ({error.strerror})") from error


def _refuse_readable_by_others(file: Path, found: os.stat_result) -> None:
    if found.st_mode & 0o077:
        raise KeyFault(f"{file}: others may read or change the key file (mode {found.st_mode & 0o777:04o}); chmod 0400")
    if found.st_uid not in (os.geteuid(), 0) and os.geteuid() != 0:
        raise KeyFault(f"{file}: the key file belongs to another account")


def _refuse_shared(secrets_found: list[bytes], folder: Path) -> None:
    if len(set(secrets_found)) < len(secrets_found):
        raise KeyFault(f"{folder}: two duties share one key; each needs its own")


def _create(file: Path, text: str) -> None:
    if file.exists():
        return
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o400)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())
        # A link, unlike a rename, never replaces the key that another process made meanwhile.
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    _sync_folder(file.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
