"""Authenticators and recovery codes: every code is good once."""

import pytest
from pyotp.totp import TOTP

from ledger.kernel.ids import MemberId
from ledger.store.credential_refusals import (
    PasswordWrong,
    RecoveryCodeWrong,
    TotpNotBegun,
    TotpWrong,
)
from ledger.store.credentials import Credentials, totp_address
from ledger.store.databases import Databases
from ledger.store.sign_in_codes import spaced

from .credential_stories import NOW, PASSWORD, PERIOD, WINDOW, with_totp


@pytest.fixture
def databases(sqlite_databases: Databases) -> Databases:
    """Nothing here depends on which database it is."""
    return sqlite_databases


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


def test_a_period_before_one_that_was_used_does_not_pass_any_more(credentials: Credentials, member: MemberId) -> None:
    authenticator = with_totp(credentials, member)
    credentials.check_totp(member, authenticator.at(NOW), NOW)

    with pytest.raises(TotpWrong):
        credentials.check_totp(member, authenticator.at(NOW - PERIOD), NOW)


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


@pytest.mark.parametrize("periods", [-2, 2])
def test_an_older_or_later_code_does_not_pass(credentials: Credentials, member: MemberId, periods: int) -> None:
    authenticator = with_totp(credentials, member)

    with pytest.raises(TotpWrong):
        credentials.check_totp(member, authenticator.at(NOW + periods * PERIOD), NOW)


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
