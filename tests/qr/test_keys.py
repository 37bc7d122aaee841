"""A key ring that could not protect anything is not accepted, and a ring never shows its secrets."""

import pytest

from qr.keys import TokenKeys, authentication_code

SECRET = bytes(range(32))


@pytest.mark.parametrize(
    ("current", "keys"), [(1, {}), (1, {2: SECRET}), (1, {1: SECRET[:31]}), (256, {256: SECRET}), (-1, {-1: SECRET})]
)
def test_a_ring_without_its_current_key_or_with_a_weak_one_is_not_made(current: int, keys: dict[int, bytes]) -> None:
    with pytest.raises(ValueError, match="key"):
        TokenKeys(current=current, keys=keys)


def test_a_ring_never_shows_its_secrets() -> None:
    ring = TokenKeys(current=1, keys={1: b"never-shown-to-anyone-whatsoever"})
    assert "never" not in repr(ring) + str(ring) + f"{ring}"


def test_keys_differ_by_secret_purpose_and_object() -> None:
    codes = {
        authentication_code(secret, purpose=purpose, object_id=object_id, message=b"same")
        for secret in (SECRET, SECRET[::-1])
        for purpose in (1, 2)
        for object_id in (b"a" * 16, b"b" * 16)
    }
    assert len(codes) == 8
