"""Key files as text on the disk: read only when nobody else can, made and replaced so that no half file is ever seen.

Whatever is missing, short, a sample or readable by others is a `KeyFault`. What the keys are for is not known here.
"""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final

KEY_BYTES: Final = 32
TOKEN_KEY_ID_MAX: Final = 255
"""What a printed code has room for."""
FIRST_WRAPPING_KEY: Final = 1
"""The id of the key in a file of the older form, which is one line of digits without an id."""


class KeyFault(Exception):
    """A key cannot be used: a fault of the set-up, told in one line that an administrator can act on."""


def single_key(file: Path) -> bytes:
    """The one key of `file`, 32 bytes."""
    return _secret(file, _text(file).strip())


def token_keys(file: Path) -> dict[int, bytes]:
    """The keys of `file` by id (0 to 255), in the order of its lines."""
    return _numbered(file, _text(file), TOKEN_KEY_ID_MAX)


def wrapping_keys(file: Path) -> dict[int, bytes]:
    """The keys of `file` by id (1 and up), in the order of its lines."""
    text = _text(file)
    if " " in text.strip():
        return _numbered(file, text, 2**31 - 1)
    return {FIRST_WRAPPING_KEY: _secret(file, text.strip())}


def numbered_text(keys: Mapping[int, bytes]) -> str:
    """What a file of several keys holds: a line each, the id, a space and the key."""
    return "".join(f"{key_id} {secret.hex()}\n" for key_id, secret in keys.items())


def create(file: Path, text: str) -> None:
    """Make `file` where it is not there yet; one that another process made meanwhile stays."""
    if file.exists():
        return
    draft = _draft(file, text)
    try:
        # A link, unlike a rename, never replaces the key that another process made meanwhile.
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    _sync_folder(file.parent)


def replace(file: Path, text: str) -> None:
    """Put `text` in place of what `file` holds, at once or not at all; the old bytes are overwritten on the disk.

    A file system that copies when it writes, and the wear levelling of flash, may keep them: what holds the keys should
    be an encrypted disk.
    """
    draft, size = _draft(file, text), file.stat().st_size
    file.chmod(0o600)
    with file.open("r+b") as replaced:
        draft.rename(file)
        _sync_folder(file.parent)
        replaced.write(bytes(size))
        replaced.flush()
        os.fsync(replaced.fileno())


def _numbered(file: Path, text: str, id_max: int) -> dict[int, bytes]:
    keys: dict[int, bytes] = {}
    for line in text.splitlines():
        key_id, _, digits = line.partition(" ")
        if not key_id.isascii() or not key_id.isdigit() or int(key_id) > id_max or int(key_id) in keys:
            raise KeyFault(f"{file}: each line is a key id from 0 to {id_max}, used once, a space and the key")
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


def _draft(file: Path, text: str) -> Path:
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o400)
    with os.fdopen(descriptor, "w", encoding="ascii") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
    return draft


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
