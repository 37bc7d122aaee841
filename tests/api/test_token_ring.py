"""A new key of codes is noticed by who runs: it verifies at once, and signs once everybody knows it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.token_ring import SIGNS_AFTER, TokenRing
from ledger.store import key_files
from ledger.store.key_rotation import rotate_token_key
from ledger.store.keys import Keys

NOW = datetime(2026, 3, 4, tzinfo=UTC)


@pytest.fixture
def ring(tmp_path: Path) -> TokenRing:
    return TokenRing(Keys.create_missing(tmp_path).tokens_file, key_files.token_keys)


def test_a_new_key_verifies_at_once_and_signs_later(ring: TokenRing, tmp_path: Path) -> None:
    rotate_token_key(tmp_path)

    ring.look(NOW)
    assert (ring.ring.current, sorted(ring.ring.keys)) == (1, [1, 2])
    ring.look(NOW + SIGNS_AFTER - timedelta(seconds=1))
    assert ring.ring.current == 1
    ring.look(NOW + SIGNS_AFTER)
    assert ring.ring.current == 2


def test_nothing_changes_while_the_file_does_not(ring: TokenRing) -> None:
    before = ring.ring

    ring.look(NOW)

    assert ring.ring is before


def test_a_key_that_was_taken_out_ends_at_once(ring: TokenRing, tmp_path: Path) -> None:
    rotate_token_key(tmp_path)
    file = tmp_path / "keys" / "tokens.key"
    key_files.replace(file, key_files.numbered_text({2: Keys.open(tmp_path).tokens[2]}))

    ring.look(NOW)

    assert (ring.ring.current, list(ring.ring.keys)) == (2, [2])
