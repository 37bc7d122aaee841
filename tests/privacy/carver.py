"""Looks for people in the raw bytes of every file, as somebody would who copied the disk and holds the wrapping key.

Texts in the clear are found wherever they stand. What is sealed is found by the ids beside it: near each of a person's
ids every place is tried as the beginning of a wrapped key, and then, with each key that opened, of a ciphertext. Tags
are not asked for, so the remains of a row count as well.
"""

import mmap
from collections.abc import Collection, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from ledger.store.keys import Keys

BEFORE: Final = 32
AFTER: Final = 112
"""How many bytes around an id are tried: a row holds its id, a field's name and a number before what is sealed."""
TRIED: Final = BEFORE + AFTER
OPENED: Final = 1_024
NONCE: Final = 12
WRAPPED: Final = NONCE + 32 + 16
ENCODINGS: Final = ("utf-8", "utf-16-le", "gb18030")
_FIRST_BLOCK: Final = (2).to_bytes(4, "big")
"""GCM counts its blocks from 2: the first of all makes the tag."""


class Canaries(NamedTuple):
    """A person's texts. begin: how each of them begins, for a quick search; every text begins with one of these."""

    member: UUID
    texts: Sequence[str]


class Carver:
    """Holds the wrapping keys that a thief of the key files would have."""

    def __init__(self, keys: Keys, *, begin: Sequence[str]) -> None:
        self._wrapping = [AESGCM(secret) for secret in keys.directory.values()]
        self._bound = b"linli key 1" + keys.deployment
        self._begin = [text.encode(encoding) for text in begin for encoding in ENCODINGS]

    def clear(self, folders: Sequence[Path], people: Sequence[Canaries]) -> set[str]:
        """The texts that stand in the clear somewhere."""
        wanted = {text.encode(encoding): text for one in people for text in one.texts for encoding in ENCODINGS}
        longest = max(map(len, wanted))
        found: set[str] = set()
        for content in _files(folders):
            for begin in set(self._begin):
                for place in _places(content, begin):
                    piece = content[place : place + longest]
                    found |= {text for sought, text in wanted.items() if piece.startswith(sought)}
        return found

    def sealed(self, folders: Sequence[Path], people: Sequence[Canaries]) -> set[str]:
        """The texts whose ciphertexts, whole or as remains, open."""
        found: set[str] = set()
        pieces: dict[UUID, set[bytes]] = {one.member: set() for one in people}
        for content in _files(folders):
            for member, kept in pieces.items():
                kept.update(_around(content, member.bytes))
        for one in people:
            opened = b"".join(self._opened(one.member, pieces[one.member]))
            found |= {text for text in one.texts if text.encode() in opened}
        return found

    def _opened(self, member: UUID, pieces: Collection[bytes]) -> Iterator[bytes]:
        keys = self._keys(member, pieces)
        for piece in pieces if keys else ():
            for place in range(min(TRIED, max(0, len(piece) - NONCE))):
                for key in keys:
                    yield _stream(key, piece[place : place + OPENED])

    def _keys(self, member: UUID, pieces: Collection[bytes]) -> set[bytes]:
        bound = self._bound + member.bytes
        windows = {
            piece[place : place + WRAPPED]
            for piece in pieces
            for place in range(min(TRIED, max(0, len(piece) - WRAPPED + 1)))
        }
        found: set[bytes] = set()
        for wrapped in windows:
            for cipher in self._wrapping:
                with suppress(InvalidTag):
                    found.add(cipher.decrypt(wrapped[:NONCE], wrapped[NONCE:], bound))
        return found


def _stream(key: bytes, sealed: bytes) -> bytes:
    opening = Cipher(AES(key), CTR(sealed[:NONCE] + _FIRST_BLOCK)).decryptor()
    return opening.update(sealed[NONCE:])


def _around(content: mmap.mmap, needle: bytes) -> Iterator[bytes]:
    for place in _places(content, needle):
        yield content[max(0, place - BEFORE) : place + AFTER + OPENED]


def _places(content: mmap.mmap, needle: bytes) -> Iterator[int]:
    place = content.find(needle)
    while place >= 0:
        yield place
        place = content.find(needle, place + 1)


def _files(folders: Sequence[Path]) -> Iterator[mmap.mmap]:
    for folder in folders:
        for file in sorted(folder.rglob("*")) if folder.is_dir() else [folder]:
            if file.is_file() and not file.is_symlink() and file.stat().st_size:
                with _mapped(file) as content:
                    yield content


@contextmanager
def _mapped(file: Path) -> Generator[mmap.mmap]:
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as content:
        yield content


def texts_of(people: Sequence[Canaries]) -> set[str]:
    """All texts of all people."""
    return {text for one in people for text in one.texts}
