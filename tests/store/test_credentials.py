"""Passwords and PINs: each opens for its owner and for nobody else, and not for long while somebody guesses."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from ledger.kernel.ids import MemberId
from ledger.store.credential_refusals import (
    PasswordGuessable,
    PasswordLength,
    PasswordWrong,
    PinGuessable,
    PinMalformed,
    PinNotSet,
    PinWrong,
)
from ledger.store.credential_rows import CredentialRows
from ledger.store.credentials import Credentials
from ledger.store.databases import Databases
from ledger.store.directory import Directory
from ledger.store.directory.tables import CREDENTIALS
from ledger.store.keys import Keys
from ledger.store.limits import Limits
from ledger.store.sign_in_codes import TooManyTries

from .credential_stories import NOW, PASSWORD, PERIOD, PIN, WINDOW


@pytest.fixture
def databases(sqlite_databases: Databases) -> Databases:
    """Nothing here depends on which database it is."""
    return sqlite_databases


def test_a_new_pin_replaces_the_old_one(credentials: Credentials, member: MemberId) -> None:
    credentials.set_pin(member, PIN, NOW)
    credentials.set_pin(member, "294057", NOW)

    credentials.check_pin(member, "294057", NOW)
    with pytest.raises(PinWrong):
        credentials.check_pin(member, PIN, NOW)


def test_the_pin_of_one_person_is_not_that_of_another(credentials: Credentials, member: MemberId) -> None:
    credentials.set_pin(member, PIN, NOW)

    with pytest.raises(PinNotSet):
        credentials.check_pin(MemberId(uuid4()), PIN, NOW)


@pytest.mark.parametrize("typed", ["", "73041", "7304181", "73041x", "七三零四一八", "-30418", "٧٣٠٤١٨"])
def test_a_pin_has_six_digits(credentials: Credentials, member: MemberId, typed: str) -> None:
    with pytest.raises(PinMalformed) as refusal:
        credentials.set_pin(member, typed, NOW)

    assert refusal.value.code == "pin-malformed"
    assert refusal.value.facts() == {"digits": 6}


def test_a_pin_that_others_would_guess_is_refused_and_the_old_one_stays(
    credentials: Credentials, directory: Directory, member: MemberId
) -> None:
    credentials.set_pin(member, PIN, NOW)
    directory.write(member, {"phone": "138 0013 8246", "birth_date": "1948-03-12"})

    for guessable in ("000000", "123456", "138246", "480312"):
        with pytest.raises(PinGuessable) as refusal:
            credentials.set_pin(member, guessable, NOW)
        assert refusal.value.code == "pin-guessable"

    credentials.check_pin(member, PIN, NOW)


def test_a_password_passes_and_no_other_does(credentials: Credentials, member: MemberId) -> None:
    credentials.set_password(member, PASSWORD, NOW)

    credentials.check_password(member, PASSWORD, NOW)
    for other in (PASSWORD.lower(), "", PASSWORD + " ", PASSWORD * 100):
        with pytest.raises(PasswordWrong) as refusal:
            credentials.check_password(member, other, NOW)
        assert refusal.value.code == "password-wrong"


@pytest.mark.parametrize(
    "typed", ["neun-zeich", "x" * 100 + PASSWORD + "y" * 7, "𠮷字加上别的九个长字词", "\ud800 ungewöhnlich"]
)
def test_any_ten_to_128_characters_may_be_a_password(credentials: Credentials, member: MemberId, typed: str) -> None:
    credentials.set_password(member, typed, NOW)

    credentials.check_password(member, typed, NOW)


@pytest.mark.parametrize("typed", ["neun-zei.", "lang-genug" * 13])
def test_a_password_is_neither_short_nor_endless(credentials: Credentials, member: MemberId, typed: str) -> None:
    with pytest.raises(PasswordLength) as refusal:
        credentials.set_password(member, typed, NOW)

    assert refusal.value.code == "password-length"
    assert refusal.value.facts() == {"characters_min": 10, "characters_max": 128}


def test_a_password_that_others_would_guess_is_refused(credentials: Credentials, member: MemberId) -> None:
    with pytest.raises(PasswordGuessable) as refusal:
        credentials.set_password(member, "Password123!", NOW)

    assert refusal.value.code == "password-guessable"


def test_after_five_wrong_tries_even_the_right_pin_waits_for_the_next_window(
    credentials: Credentials, member: MemberId
) -> None:
    credentials.set_pin(member, PIN, NOW)
    for _ in range(5):
        with pytest.raises(PinWrong):
            credentials.check_pin(member, "111111", NOW)

    with pytest.raises(TooManyTries) as first:
        credentials.check_pin(member, PIN, NOW)
    with pytest.raises(TooManyTries) as second:
        credentials.check_pin(member, PIN, NOW)

    assert first.value.facts() == {"retry_after_seconds": 900}
    assert (first.value.first_of_window, second.value.first_of_window) == (True, False)
    credentials.check_pin(member, PIN, NOW, purpose="step-up")
    credentials.check_pin(member, PIN, NOW + WINDOW)


def test_who_is_right_uses_no_try_up(credentials: Credentials, member: MemberId) -> None:
    credentials.set_pin(member, PIN, NOW)

    for _ in range(7):
        credentials.check_pin(member, PIN, NOW)
    for _ in range(4):
        with pytest.raises(PinWrong):
            credentials.check_pin(member, "111111", NOW)

    credentials.check_pin(member, PIN, NOW)


def test_a_name_that_nobody_has_is_tried_and_locked_like_an_account(credentials: Credentials) -> None:
    nobody = credentials.nobody("1999")
    assert credentials.nobody("１９９９") == nobody
    assert credentials.nobody("1998") != nobody

    for _ in range(5):
        with pytest.raises(PinNotSet) as refusal:
            credentials.check_pin(nobody, PIN, NOW)
        assert refusal.value.code == "pin-not-set"
    with pytest.raises(TooManyTries):
        credentials.check_pin(nobody, PIN, NOW)
    with pytest.raises(PasswordWrong):
        credentials.check_staff(nobody, PASSWORD, NOW, totp="000000")


def test_what_is_set_is_told_with_its_instant(credentials: Credentials, member: MemberId) -> None:
    credentials.set_pin(member, PIN, NOW)
    credentials.set_password(member, PASSWORD, NOW + PERIOD)
    credentials.begin_totp(member, NOW)

    assert credentials.has(member) == {"pin", "password"}
    assert [(one.kind, one.changed, one.left) for one in credentials.held(member)] == [
        ("password", NOW + PERIOD, None),
        ("pin", NOW, None),
    ]


def test_forgetting_leaves_nothing_to_sign_in_with(credentials: Credentials, member: MemberId) -> None:
    credentials.set_pin(member, PIN, NOW)
    credentials.set_password(member, PASSWORD, NOW)

    credentials.forget(member)

    assert credentials.has(member) == frozenset()
    with pytest.raises(PinNotSet):
        credentials.check_pin(member, PIN, NOW)


def test_the_store_holds_no_secret_that_could_be_read(
    credentials: Credentials, databases: Databases, member: MemberId
) -> None:
    credentials.set_password(member, PASSWORD, NOW)
    secret = credentials.begin_totp(member, NOW)
    codes = credentials.new_recovery_codes(member, NOW)

    with databases.directory_read.connect() as connection:
        kept = b"".join(connection.execute(select(CREDENTIALS.c.ciphertext)).scalars())

    assert kept
    for text in (PASSWORD, secret, *codes, "argon2id"):
        assert text.encode() not in kept


def test_the_shipped_cost_is_64_mebibytes_three_passes_and_one_lane(
    databases: Databases, keys: Keys, directory: Directory, member: MemberId
) -> None:
    shipped = Credentials(databases, keys, directory, Limits(databases.state, keys.limits))

    shipped.set_password(member, PASSWORD, NOW)

    kept = CredentialRows(databases.directory, databases.directory_read, keys).find(member, "password")
    assert kept is not None
    assert kept.text.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    shipped.check_password(member, PASSWORD, NOW)
