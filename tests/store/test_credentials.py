"""Passwords, PINs, authenticators and recovery codes: each opens for its owner, once where it may be used once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from pyotp.totp import TOTP
from sqlalchemy import delete, select

from ledger.kernel.ids import MemberId
from ledger.kernel.refusal import Refusal
from ledger.store.credential_refusals import (
    PasswordGuessable,
    PasswordLength,
    PasswordWrong,
    PinGuessable,
    PinMalformed,
    PinNotSet,
    PinWrong,
    RecoveryCodeWrong,
    TotpNotBegun,
    TotpWrong,
)
from ledger.store.credential_rows import CredentialRows
from ledger.store.credentials import Credentials, totp_address
from ledger.store.databases import Databases
from ledger.store.directory import Directory
from ledger.store.directory.tables import CREDENTIALS, SUBJECT_KEYS
from ledger.store.keys import Keys
from ledger.store.limits import Limits
from ledger.store.sign_in_codes import TooManyTries, spaced
from ledger.store.slow_hash import Cost

NOW = datetime(2026, 3, 4, 4, tzinfo=UTC)
PERIOD = timedelta(seconds=30)
WINDOW = timedelta(minutes=15)
QUICK = Cost(memory_kib=64, passes=1, lanes=1)
"""The shipped cost has a test of its own; here it would only take time."""
PIN, PASSWORD = "730418", "sieben-leise-Kraniche"


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys.create_missing(tmp_path / "secrets")


@pytest.fixture
def directory(databases: Databases, keys: Keys) -> Directory:
    return Directory(databases.directory, databases.directory_read, keys)


@pytest.fixture
def opened(databases: Databases, keys: Keys, directory: Directory) -> Callable[[Cost], Credentials]:
    """Credentials as one process has them, at some cost."""
    return lambda cost: Credentials(databases, keys, directory, Limits(databases.state, keys.limits), cost=cost)


@pytest.fixture
def credentials(opened: Callable[[Cost], Credentials]) -> Credentials:
    return opened(QUICK)


@pytest.fixture
def member(directory: Directory) -> MemberId:
    member = MemberId(uuid4())
    directory.write(member, {"name": "张三"})
    return member


def with_totp(credentials: Credentials, member: MemberId) -> TOTP:
    """An authenticator that was confirmed five periods ago."""
    authenticator, then = TOTP(credentials.begin_totp(member, NOW)), NOW - 5 * PERIOD
    credentials.confirm_totp(member, authenticator.at(then), then)
    return authenticator


def at_once(doings: list[Callable[[], Any]]) -> list[type[Refusal] | None]:
    """What each was refused with, None where it passed; all begin together."""
    barrier = Barrier(len(doings))

    def one(doing: Callable[[], Any]) -> type[Refusal] | None:
        barrier.wait()
        try:
            doing()
        except Refusal as refusal:
            return type(refusal)
        return None

    with ThreadPoolExecutor(len(doings)) as threads:
        return list(threads.map(one, doings))


def test_a_pin_passes_as_it_was_typed_and_no_other_does(credentials: Credentials, member: MemberId) -> None:
    credentials.set_pin(member, "７３ 0418", NOW)

    credentials.check_pin(member, PIN, NOW)
    with pytest.raises(PinWrong):
        credentials.check_pin(member, "730419", NOW)


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


def test_a_hash_of_another_cost_is_made_anew_when_its_secret_comes(
    opened: Callable[[Cost], Credentials], databases: Databases, member: MemberId
) -> None:
    def kept() -> bytes:
        with databases.directory_read.connect() as connection:
            return connection.execute(select(CREDENTIALS.c.ciphertext)).scalar_one()

    dearer = opened(Cost(memory_kib=128, passes=1, lanes=1))
    opened(QUICK).set_password(member, PASSWORD, NOW)
    first = kept()
    with pytest.raises(PasswordWrong):
        dearer.check_password(member, "another-one-entirely", NOW)
    assert kept() == first

    dearer.check_password(member, PASSWORD, NOW)

    second = kept()
    assert second != first
    dearer.check_password(member, PASSWORD, NOW)
    assert kept() == second


def test_an_authenticator_counts_once_a_code_of_it_was_confirmed(credentials: Credentials, member: MemberId) -> None:
    authenticator = TOTP(credentials.begin_totp(member, NOW))

    with pytest.raises(TotpWrong):
        credentials.check_totp(member, authenticator.at(NOW), NOW)
    assert credentials.has(member) == frozenset()

    credentials.confirm_totp(member, authenticator.at(NOW), NOW)
    assert credentials.has(member) == {"totp"}
    with pytest.raises(TotpWrong):
        credentials.check_totp(member, authenticator.at(NOW), NOW)
    credentials.check_totp(member, authenticator.at(NOW + PERIOD), NOW)


def test_a_new_authenticator_replaces_the_old_one_when_it_is_confirmed(
    credentials: Credentials, member: MemberId
) -> None:
    old = with_totp(credentials, member)
    new = TOTP(credentials.begin_totp(member, NOW))
    credentials.check_totp(member, old.at(NOW), NOW)

    with pytest.raises(TotpWrong):
        credentials.confirm_totp(member, old.at(NOW + PERIOD), NOW)
    credentials.confirm_totp(member, new.at(NOW), NOW)

    with pytest.raises(TotpWrong):
        credentials.check_totp(member, old.at(NOW + PERIOD), NOW)
    with pytest.raises(TotpNotBegun) as refusal:
        credentials.confirm_totp(member, new.at(NOW + PERIOD), NOW)
    assert refusal.value.code == "totp-not-begun"


@pytest.mark.parametrize("periods", [-1, 0, 1])
def test_a_code_of_the_period_before_or_after_passes_once(
    credentials: Credentials, member: MemberId, periods: int
) -> None:
    authenticator = with_totp(credentials, member)
    code = authenticator.at(NOW + periods * PERIOD)

    credentials.check_totp(member, f"{code[:3]} {code[3:]}", NOW)

    with pytest.raises(TotpWrong) as refusal:
        credentials.check_totp(member, code, NOW)
    assert refusal.value.code == "totp-wrong"


@pytest.mark.parametrize("periods", [-2, 2])
def test_an_older_or_later_code_does_not_pass(credentials: Credentials, member: MemberId, periods: int) -> None:
    authenticator = with_totp(credentials, member)

    with pytest.raises(TotpWrong):
        credentials.check_totp(member, authenticator.at(NOW + periods * PERIOD), NOW)


def test_a_period_before_one_that_was_used_does_not_pass_any_more(credentials: Credentials, member: MemberId) -> None:
    authenticator = with_totp(credentials, member)
    credentials.check_totp(member, authenticator.at(NOW), NOW)

    with pytest.raises(TotpWrong):
        credentials.check_totp(member, authenticator.at(NOW - PERIOD), NOW)


def test_of_four_at_once_with_one_code_of_an_authenticator_one_passes(
    credentials: Credentials, member: MemberId
) -> None:
    code = with_totp(credentials, member).at(NOW)

    outcomes = at_once([lambda: credentials.check_totp(member, code, NOW)] * 4)

    assert sorted(map(str, outcomes)) == sorted(map(str, [None, TotpWrong, TotpWrong, TotpWrong]))


def test_the_address_of_an_authenticator_names_no_person() -> None:
    address = totp_address("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", account="1024", issuer="向阳社区")

    assert address == (
        "otpauth://totp/%E5%90%91%E9%98%B3%E7%A4%BE%E5%8C%BA:1024"
        "?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=%E5%90%91%E9%98%B3%E7%A4%BE%E5%8C%BA"
    )


def test_each_of_ten_recovery_codes_passes_once(credentials: Credentials, member: MemberId) -> None:
    codes = credentials.new_recovery_codes(member, NOW)
    assert len(set(codes)) == 10

    for place, code in enumerate(codes, start=1):
        credentials.use_recovery_code(member, f" {spaced(code).lower()}", NOW)
        assert [one.left for one in credentials.held(member)] == [10 - place]
        with pytest.raises(RecoveryCodeWrong) as refusal:
            credentials.use_recovery_code(member, code, NOW + place * WINDOW)
        assert refusal.value.code == "recovery-code-wrong"


def test_new_recovery_codes_end_the_older_ones(credentials: Credentials, member: MemberId) -> None:
    old, new = (credentials.new_recovery_codes(member, NOW)[0] for _ in range(2))

    with pytest.raises(RecoveryCodeWrong):
        credentials.use_recovery_code(member, old, NOW)
    credentials.use_recovery_code(member, new, NOW)


def test_of_many_at_once_each_recovery_code_passes_once(credentials: Credentials, member: MemberId) -> None:
    first, second, *_ = credentials.new_recovery_codes(member, NOW)

    outcomes = at_once(
        [lambda: credentials.use_recovery_code(member, first, NOW)] * 2
        + [lambda: credentials.use_recovery_code(member, second, NOW)] * 2
    )

    assert sorted(map(str, outcomes)) == sorted(map(str, [None, None, RecoveryCodeWrong, RecoveryCodeWrong]))
    assert [one.left for one in credentials.held(member)] == [8]


def test_staff_pass_with_password_and_second_factor_in_one_try(credentials: Credentials, member: MemberId) -> None:
    credentials.set_password(member, PASSWORD, NOW)
    authenticator = with_totp(credentials, member)
    recovery = credentials.new_recovery_codes(member, NOW)[0]

    with pytest.raises(PasswordWrong):
        credentials.check_staff(member, "no-such-password", NOW, totp=authenticator.at(NOW))
    with pytest.raises(PasswordWrong):
        credentials.check_staff(member, "no-such-password", NOW, recovery=recovery)
    with pytest.raises(TotpWrong):
        credentials.check_staff(member, PASSWORD, NOW)
    with pytest.raises(RecoveryCodeWrong):
        credentials.check_staff(member, PASSWORD, NOW, recovery="AAAA")

    # Nothing was used up by then.
    credentials.check_staff(member, PASSWORD, NOW, totp=authenticator.at(NOW))
    credentials.check_staff(member, PASSWORD, NOW, recovery=recovery)


def test_of_many_guesses_at_once_exactly_five_are_looked_at(credentials: Credentials, member: MemberId) -> None:
    credentials.set_pin(member, PIN, NOW)

    outcomes = at_once([lambda: credentials.check_pin(member, "111111", NOW)] * 12)

    assert outcomes.count(PinWrong) == 5
    assert outcomes.count(TooManyTries) == 7


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


def test_without_the_persons_key_nothing_opens(
    credentials: Credentials, databases: Databases, member: MemberId
) -> None:
    credentials.set_pin(member, PIN, NOW)
    with databases.directory.begin() as connection:
        connection.execute(delete(SUBJECT_KEYS).where(SUBJECT_KEYS.c.subject == member))

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
