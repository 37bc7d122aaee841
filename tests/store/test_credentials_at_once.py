"""Many at once, and what rests on the rows themselves: on both databases."""

from collections.abc import Callable

import pytest
from sqlalchemy import delete, select

from ledger.kernel.ids import MemberId
from ledger.store.credential_refusals import (
    PasswordWrong,
    PinNotSet,
    PinWrong,
    RecoveryCodeWrong,
    TotpWrong,
)
from ledger.store.credentials import Credentials
from ledger.store.databases import Databases
from ledger.store.directory.tables import CREDENTIALS, SUBJECT_KEYS
from ledger.store.sign_in_codes import TooManyTries
from ledger.store.slow_hash import Cost

from .credential_stories import NOW, PASSWORD, PIN, QUICK, at_once, with_totp


def test_of_four_at_once_with_one_code_of_an_authenticator_one_passes(
    credentials: Credentials, member: MemberId
) -> None:
    code = with_totp(credentials, member).at(NOW)

    outcomes = at_once([lambda: credentials.check_totp(member, code, NOW)] * 4)

    assert sorted(map(str, outcomes)) == sorted(map(str, [None, TotpWrong, TotpWrong, TotpWrong]))


def test_of_many_at_once_each_recovery_code_passes_once(credentials: Credentials, member: MemberId) -> None:
    first, second, *_ = credentials.new_recovery_codes(member, NOW)

    outcomes = at_once(
        [lambda: credentials.use_recovery_code(member, first, NOW)] * 2
        + [lambda: credentials.use_recovery_code(member, second, NOW)] * 2
    )

    assert sorted(map(str, outcomes)) == sorted(map(str, [None, None, RecoveryCodeWrong, RecoveryCodeWrong]))
    assert [one.left for one in credentials.held(member)] == [8]


def test_of_many_guesses_at_once_exactly_five_are_looked_at(credentials: Credentials, member: MemberId) -> None:
    credentials.set_pin(member, PIN, NOW)

    outcomes = at_once([lambda: credentials.check_pin(member, "111111", NOW)] * 12)

    assert outcomes.count(PinWrong) == 5
    assert outcomes.count(TooManyTries) == 7


def test_without_the_persons_key_nothing_opens(
    credentials: Credentials, databases: Databases, member: MemberId
) -> None:
    credentials.set_pin(member, PIN, NOW)
    with databases.directory.begin() as connection:
        connection.execute(delete(SUBJECT_KEYS).where(SUBJECT_KEYS.c.subject == member))

    with pytest.raises(PinNotSet):
        credentials.check_pin(member, PIN, NOW)


def test_a_pin_passes_as_it_was_typed_and_no_other_does(credentials: Credentials, member: MemberId) -> None:
    credentials.set_pin(member, "７３ 0418", NOW)

    credentials.check_pin(member, PIN, NOW)
    with pytest.raises(PinWrong):
        credentials.check_pin(member, "730419", NOW)


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
