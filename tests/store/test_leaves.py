"""The leaf's bytes, written out once by hand: whatever else changes, these never may."""

from hashlib import sha256
from uuid import UUID

from ledger.store.leaves import Tree, leaf_hash

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


def written_out_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word by word."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + written_out_root(leaves[:k]) + written_out_root(leaves[k:])).digest()


def test_the_growing_tree_has_the_root_of_the_standard() -> None:
    tree, leaves = Tree(), list[bytes]()
    for number in range(70):
        assert (tree.root(), tree.size) == (written_out_root(leaves), number)
        leaves.append(leaf_hash(STREAM, number, "a.1", b""))
        tree.add(leaves[-1])
