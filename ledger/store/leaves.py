"""The leaf of the tree over the log, and the tree: what a proof of history hashes. Neither can ever change."""

from hashlib import sha256
from struct import Struct as Layout
from uuid import UUID

_HEADER = Layout(">B16sQH")


def leaf_hash(stream: UUID, version: int, name: str, state: bytes) -> bytes:
    """The RFC 6962 leaf of an event: SHA-256 of 0x00, stream (16 bytes), version (8, big-endian), name, state.

    The name is UTF-8 after its length (2 bytes, big-endian), so that no two different events hash the same bytes.
    """
    return stored_leaf(stream.bytes, version, name.encode(), state)


def stored_leaf(stream: bytes, version: int, name: bytes, state: bytes) -> bytes:
    """The same leaf from the bytes of a stored row."""
    return sha256(_HEADER.pack(0, stream, version, len(name)) + name + state).digest()


class Tree:
    """The RFC 6962 tree over leaves in order of position, growing; it keeps one hash for each bit of its size."""

    def __init__(self) -> None:
        self.size = 0
        self._full: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Add the next leaf."""
        merges, node = self.size, leaf
        while merges & 1:
            node = sha256(b"\x01" + self._full.pop() + node).digest()
            merges >>= 1
        self._full.append(node)
        self.size += 1

    def root(self) -> bytes:
        """The root over all leaves so far; of no leaves, the hash of nothing."""
        if not self._full:
            return sha256(b"").digest()
        node = self._full[-1]
        for left in reversed(self._full[:-1]):
            node = sha256(b"\x01" + left + node).digest()
        return node
