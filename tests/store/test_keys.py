"""The key files: made once, read only when nobody else can, refused with one line that says what to do."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ledger.store.keys import KeyFault, Keys

FILES = ("directory.key", "requests.key", "blind.key", "deployment.id", "tokens.key")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    Keys.create_missing(tmp_path)
    return tmp_path


def replace(file: Path, text: str) -> None:
    file.unlink()
    file.write_text(text)
    file.chmod(0o400)


def test_keys_are_made_once_and_read_again(home: Path) -> None:
    made = Keys.open(home)

    assert Keys.create_missing(home) == made
    singles = [*made.directory.values(), made.blind, made.requests, made.deployment, *made.tokens.values()]
    assert [len(key) for key in singles] == [32] * 5
    assert len(set(singles)) == 5
    assert list(made.tokens) == [made.token_key_current] == [1]


def test_two_deployments_share_no_key(tmp_path: Path) -> None:
    first, second = (Keys.create_missing(tmp_path / name) for name in "ab")

    assert first.directory != second.directory
    assert first.deployment != second.deployment


def test_key_files_can_be_read_by_their_owner_only(home: Path) -> None:
    assert {name: (home / "keys" / name).stat().st_mode & 0o777 for name in FILES} == dict.fromkeys(FILES, 0o400)
    assert (home / "keys").stat().st_mode & 0o777 == 0o700
    assert sorted(os.listdir(home / "keys")) == sorted(FILES)


def test_processes_that_start_at_once_agree_on_the_keys(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as several:
        found = list(several.map(Keys.create_missing, [tmp_path] * 16))

    assert all(keys == found[0] for keys in found)


def test_an_existing_key_is_never_replaced(home: Path) -> None:
    before = Keys.open(home)
    (home / "keys" / "blind.key").unlink()

    after = Keys.create_missing(home)

    assert after.directory == before.directory
    assert after.blind != before.blind


@pytest.mark.parametrize("name", FILES)
def test_a_missing_key_is_named(home: Path, name: str) -> None:
    (home / "keys" / name).unlink()

    with pytest.raises(KeyFault, match=f"{name}: the key file is missing"):
        Keys.open(home)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("mode", [0o440, 0o404, 0o420, 0o402, 0o600 | 0o044])
def test_a_key_that_others_can_read_or_change_is_refused(home: Path, name: str, mode: int) -> None:
    (home / "keys" / name).chmod(mode)

    with pytest.raises(KeyFault, match="others may read or change"):
        Keys.open(home)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "has 0 bytes, not 32"),
        ("ab" * 31, "has 31 bytes, not 32"),
        ("ab" * 33, "has 33 bytes, not 32"),
        ("00" * 32, "is a sample"),
        ("ab" * 32, "is a sample"),
        ("changeme", "is not hexadecimal"),
        ("密钥", "is not hexadecimal"),
    ],
)
def test_a_key_that_is_no_key_is_refused(home: Path, text: str, why: str) -> None:
    replace(home / "keys" / "directory.key", text)

    with pytest.raises(KeyFault, match=why) as fault:
        Keys.open(home)

    assert "\n" not in str(fault.value)


def test_one_key_for_two_duties_is_refused(home: Path) -> None:
    replace(home / "keys" / "blind.key", (home / "keys" / "directory.key").read_text())

    with pytest.raises(KeyFault, match="two duties share one key"):
        Keys.open(home)


def test_an_older_token_key_still_verifies_and_the_last_one_signs(home: Path) -> None:
    older = Keys.open(home).tokens[1]
    replace(home / "keys" / "tokens.key", f"1 {older.hex()}\n7 {os.urandom(32).hex()}\n")

    keys = Keys.open(home)

    assert keys.tokens[1] == older
    assert keys.token_key_current == 7


@pytest.mark.parametrize("lines", ["", "256 {0}", "x {0}", "1 {0}\n1 {1}", "-1 {0}", "1\t{0}"])
def test_a_token_ring_that_cannot_be_read_is_refused(home: Path, lines: str) -> None:
    replace(home / "keys" / "tokens.key", lines.format(os.urandom(32).hex(), os.urandom(32).hex()))

    with pytest.raises(KeyFault, match=r"tokens\.key"):
        Keys.open(home)


def test_derived_keys_differ_by_duty_and_stay_the_same(home: Path) -> None:
    keys = Keys.open(home)

    assert len({keys.requests, keys.one_time_codes, keys.limits}) == 3
    assert keys.limits == Keys.open(home).limits


def test_no_secret_appears_in_the_text_of_the_keys(home: Path) -> None:
    keys = Keys.open(home)

    assert repr(keys) == "Keys(token_key_current=1, token_keys=[1])"
    assert str(keys) == repr(keys)
