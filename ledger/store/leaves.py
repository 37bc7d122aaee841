"""The leaf of the tree over the log: what a proof of history hashes for one event. It can never change."""

from hashlib import sha256
from struct import Struct as Layout
from uuid import UUID

LEAF_BYTES = 32

_HEADER = Layout(">B16sQH")


def leaf_hash(stream: UUID, version: int, name: str, state: bytes) -> bytes:
    """The RFC 6962 leaf of an event: SHA-256 of 0x00, stream (16 bytes), version (8, big-endian), name, state.

    The name is UTF-8 after its length (2 bytes, big-endian), so that no two different events hash the same bytes.
    """
    name_bytes = name.encode()
    return sha256(_HEADER.pack(0, stream.bytes, version, len(name_bytes)) + name_bytes + state).digest()
