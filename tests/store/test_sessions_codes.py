"""One-time codes: who has one gets in once, and trying gets nobody anywhere."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from uuid import uuid4

import pytest

from ledger.kernel.ids import MemberId
from ledger.store.databases import Databases
from ledger.store.limits import Limits
from ledger.store.sign_in_codes import (
    ALPHABET,
    CodeNotValid,
    Purpose,
    Redeemed,
    SignInCodes,
    TooManyTries,
    spaced,
)

NOW = datetime(2025, 6, 1, 8, tzinfo=UTC)
MEMBER = MemberId(uuid4())
OTHER = MemberId(uuid4())
SECOND = timedelta(seconds=1)
LIMITS_SECRET, SECRET = b"l" * 32, b"c" * 32


@pytest.fixture
def codes(databases: Databases) -> SignInCodes:
    return SignInCodes(databases.state, SECRET, Limits(databases.state, LIMITS_SECRET))


def another(databases: Databases) -> Databases:
    """The same stores as another process has them."""
    url = databases.state.url.render_as_string(hide_password=False)
    return Databases.open(databases.home, None if databases.dialect == "sqlite" else url)


@pytest.mark.parametrize(("purpose", "characters"), [("staff", 8), ("activation", 12)])
def test_a_code_opens_what_it_was_issued_for(codes: SignInCodes, purpose: Purpose, characters: int) -> None:
    code = codes.issue(MEMBER, purpose, NOW)

    assert len(code) == characters
    assert set(code) <= set(ALPHABET)
    assert codes.redeem(code, NOW, origin="here") == Redeemed(MEMBER, purpose)


def test_a_code_may_be_typed_as_people_type(codes: SignInCodes) -> None:
    code = codes.issue(MEMBER, "activation", NOW)
    fullwidth = "".join(chr(ord(character) + 0xFEE0) for character in code)

    typed = f" {spaced(fullwidth).lower()}- "

    assert codes.redeem(typed, NOW, origin="here") == Redeemed(MEMBER, "activation")


@pytest.mark.parametrize(("purpose", "life"), [("staff", timedelta(minutes=10)), ("activation", timedelta(days=14))])
def test_a_code_expires(codes: SignInCodes, purpose: Purpose, life: timedelta) -> None:
    in_time = codes.issue(MEMBER, purpose, NOW)
    late = codes.issue(MemberId(uuid4()), purpose, NOW)

    assert codes.redeem(in_time, NOW + life - SECOND, origin="here").member == MEMBER
    with pytest.raises(CodeNotValid):
        codes.redeem(late, NOW + life, origin="here")


def test_a_code_works_once(codes: SignInCodes) -> None:
    code = codes.issue(MEMBER, "staff", NOW)
    codes.redeem(code, NOW, origin="here")

    with pytest.raises(CodeNotValid):
        codes.redeem(code, NOW, origin="here")


def test_of_many_who_redeem_one_code_at_once_exactly_one_gets_it(databases: Databases) -> None:
    several = 6
    opened = [another(databases) for _ in range(several)]
    codes = [SignInCodes(each.state, SECRET, Limits(each.state, LIMITS_SECRET)) for each in opened]
    for _ in range(5):
        code, start = codes[0].issue(MEMBER, "activation", NOW), Barrier(several)

        def redeem(number: int, code: str = code, start: Barrier = start) -> bool:
            start.wait(10)
            try:
                return codes[number].redeem(code, NOW, origin=f"{number} {code}").member == MEMBER
            except CodeNotValid:
                return False

        with ThreadPoolExecutor(several) as threads:
            won = list(threads.map(redeem, range(several)))

        assert won.count(True) == 1
    for each in opened:
        each.close()


def test_a_new_code_replaces_the_older_one_for_the_same_purpose(codes: SignInCodes) -> None:
    slip = codes.issue(MEMBER, "activation", NOW)
    older, newer = codes.issue(MEMBER, "staff", NOW), codes.issue(MEMBER, "staff", NOW)

    with pytest.raises(CodeNotValid):
        codes.redeem(older, NOW, origin="here")
    assert codes.redeem(newer, NOW, origin="here").purpose == "staff"
    assert codes.redeem(slip, NOW, origin="here").purpose == "activation"


def test_codes_are_withdrawn_from_one_member_only(codes: SignInCodes) -> None:
    withdrawn = [codes.issue(MEMBER, "activation", NOW), codes.issue(MEMBER, "staff", NOW)]
    kept = codes.issue(OTHER, "activation", NOW)

    codes.withdraw(MEMBER)

    for code in withdrawn:
        with pytest.raises(CodeNotValid):
            codes.redeem(code, NOW, origin="here")
    assert codes.redeem(kept, NOW, origin="here").member == OTHER


@pytest.mark.parametrize("typed", ["", "ACDEFGHJ", "\ud800", "X" * 10_000])
def test_an_unknown_code_is_refused(codes: SignInCodes, typed: str) -> None:
    with pytest.raises(CodeNotValid) as refusal:
        codes.redeem(typed, NOW, origin="here")

    assert refusal.value.code == "code-not-valid"


def test_after_five_failed_tries_even_the_right_code_waits(codes: SignInCodes) -> None:
    code = codes.issue(MEMBER, "activation", NOW)
    for _ in range(5):
        with pytest.raises(CodeNotValid):
            codes.redeem("ACDEFGHJ", NOW, origin="here")

    with pytest.raises(TooManyTries) as refusal:
        codes.redeem(code, NOW, origin="here")

    assert refusal.value.code == "too-many-tries"
    assert refusal.value.facts() == {"retry_after_seconds": 900}
    assert codes.redeem(code, NOW, origin="elsewhere").member == MEMBER


def test_after_the_wait_the_code_works(codes: SignInCodes) -> None:
    code = codes.issue(MEMBER, "activation", NOW)
    for _ in range(6):
        with pytest.raises((CodeNotValid, TooManyTries)):
            codes.redeem("ACDEFGHJ", NOW, origin="here")

    assert codes.redeem(code, NOW + timedelta(minutes=15), origin="here").member == MEMBER


def test_people_who_have_good_codes_do_not_use_up_the_tries_of_their_hall(codes: SignInCodes) -> None:
    members = [MemberId(uuid4()) for _ in range(20)]

    redeemed = [codes.redeem(codes.issue(member, "staff", NOW), NOW, origin="hall") for member in members]

    assert [each.member for each in redeemed] == members


def test_codes_are_stored_as_keyed_digests(codes: SignInCodes, databases: Databases) -> None:
    code = codes.issue(MEMBER, "staff", NOW)

    with databases.state_read.connect() as connection:
        stored = [bytes(row[0]) for row in connection.exec_driver_sql("SELECT digest FROM one_time_codes")]
    elsewhere = SignInCodes(databases.state, b"another" * 5, Limits(databases.state, LIMITS_SECRET))

    assert [len(each) for each in stored] == [32]
    with pytest.raises(CodeNotValid):
        elsewhere.redeem(code, NOW, origin="here")


def test_used_and_expired_codes_are_swept_away(codes: SignInCodes) -> None:
    codes.redeem(codes.issue(MEMBER, "staff", NOW), NOW, origin="here")
    codes.issue(MEMBER, "staff", NOW)
    slip = codes.issue(MEMBER, "activation", NOW)

    assert codes.purge(NOW) == 1
    assert codes.purge(NOW + timedelta(minutes=10)) == 1
    assert codes.redeem(slip, NOW + timedelta(minutes=10), origin="here").member == MEMBER
