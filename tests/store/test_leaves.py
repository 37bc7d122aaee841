"""The leaf's bytes, written out once by hand: whatever else changes, these never may."""

from hashlib import sha256
from uuid import UUID

from ledger.store.leaves import leaf_hash

STREAM = UUID("00112233-4455-6677-8899-aabbccddeeff")


def test_leaf_covers_stream_version_name_and_bytes() -> None:
    written_out = bytes.fromhex("0000112233445566778899aabbccddeeff00000000000001020003") + b"a.1" + b"{}"

    assert leaf_hash(STREAM, 258, "a.1", b"{}") == sha256(written_out).digest()


def test_a_name_cannot_lend_letters_to_the_bytes() -> None:
    assert leaf_hash(STREAM, 1, "a.1", b"2{}") != leaf_hash(STREAM, 1, "a.12", b"{}")


def test_a_name_counts_in_bytes() -> None:
    assert (
        leaf_hash(STREAM, 1, "名", b"") == sha256(b"\0" + STREAM.bytes + bytes(7) + b"\1\0\3" + "名".encode()).digest()
    )
