"""Every token altered in any way is refused, with one answer; freshness is asked only of genuine ones."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qr import base32
from qr.keys import TokenKeys
from qr.refusals import CodeExpired, NotOurCode
from qr.tokens import (
    Certificate,
    DoorCode,
    HomeCard,
    KioskCode,
    LiveMemberCode,
    MemberCard,
    Poster,
    Token,
    Voucher,
    check_fresh,
    read,
    seconds_until_next_step,
    sign,
    step_at,
)

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
LASTING = (Poster, MemberCard, Voucher, HomeCard, DoorCode, Certificate)
ROTATING = (KioskCode, LiveMemberCode)

any_token = st.one_of(
    *(st.builds(make, st.uuids()) for make in LASTING),
    *(st.builds(make, st.uuids(), st.integers(0, 2**32 - 1)) for make in ROTATING),
)


def is_refused(text: str, keys: TokenKeys) -> bool:
    try:
        read(text, keys)
    except NotOurCode as refusal:
        return refusal.facts() == {}
    return False


@given(token=any_token, secret=st.binary(min_size=32, max_size=64), key_id=st.integers(0, 255))
def test_reading_gives_back_what_was_signed(token: Token, secret: bytes, key_id: int) -> None:
    keys = TokenKeys(current=key_id, keys={key_id: secret})
    text = sign(token, keys)
    assert read(text, keys) == token
    assert read(text.lower(), keys) == token


def test_the_form_of_a_token_never_changes_because_cards_live_for_years(token: Token, keys: TokenKeys) -> None:
    # Given the object 6f1d1c2e-…, key 7 and the step of 2025-09-29 04:00:07 UTC, the texts printed by the first release
    first_release = {
        KioskCode: "AEDW6HI4F2IMOSSTRJKQ2XUKPWNRABX5O7APQVLLZZ3UKEOIDW5Q",
        Poster: "AIDW6HI4F2IMOSSTRJKQ2XUKPWNRAHCJV2UB57IJV44LE",
        MemberCard: "AMDW6HI4F2IMOSSTRJKQ2XUKPWNRBIMI7GWNNZTRTGEIK",
        LiveMemberCode: "AQDW6HI4F2IMOSSTRJKQ2XUKPWNRABX5O7AD6S3Z6YLGMQGQ5XRQ",
        Voucher: "AUDW6HI4F2IMOSSTRJKQ2XUKPWNRASKGTAOEFBK6WR2DO",
        HomeCard: "AYDW6HI4F2IMOSSTRJKQ2XUKPWNRA7HJ2ICRMDPKGLCT6",
        DoorCode: "A4DW6HI4F2IMOSSTRJKQ2XUKPWNRAJ2QDPLU64NFFXLMY",
        Certificate: "BADW6HI4F2IMOSSTRJKQ2XUKPWNRBAXHYSL7GMUNKBEA6",
    }
    assert sign(token, keys) == first_release[type(token)]


def test_a_token_altered_in_any_byte_to_any_value_is_refused(token: Token, keys: TokenKeys) -> None:
    genuine = base32.decode(sign(token, keys))
    for place, byte in enumerate(genuine):
        for change in range(1, 256):
            forged = genuine[:place] + bytes([byte ^ change]) + genuine[place + 1 :]
            assert is_refused(base32.encode(forged), keys), (place, change)


def test_a_token_altered_in_any_character_is_refused(token: Token, keys: TokenKeys) -> None:
    genuine = sign(token, keys)
    for place, character in enumerate(genuine):
        for other in ALPHABET + "0189=-_ /\n":
            if other != character:
                assert is_refused(genuine[:place] + other + genuine[place + 1 :], keys), (place, other)


def test_a_token_cut_short_or_made_longer_is_refused(token: Token, keys: TokenKeys) -> None:
    genuine = sign(token, keys)
    for place in range(len(genuine)):
        assert is_refused(genuine[:place], keys)
        assert is_refused(genuine[:place] + genuine[place + 1 :], keys)
        assert is_refused(genuine[:place] + "A" + genuine[place:], keys)
    for tail in ("A", "AA", "A" * 8, "=", "=" * 3, "\n", " ", "A" * 10_000):
        assert is_refused(genuine + tail, keys)


def test_a_tag_of_one_kind_is_never_valid_for_another(token: Token, keys: TokenKeys) -> None:
    genuine = base32.decode(sign(token, keys))
    for kind in range(256):
        if kind != genuine[0]:
            assert is_refused(base32.encode(bytes([kind]) + genuine[1:]), keys), kind


def test_a_tag_of_one_object_is_never_valid_for_another(token: Token, keys: TokenKeys) -> None:
    mine = base32.decode(sign(token, keys))
    theirs = base32.decode(sign(type(token)(uuid4(), *([token.step] if isinstance(token, ROTATING) else [])), keys))
    assert is_refused(base32.encode(theirs[:-10] + mine[-10:]), keys)


def test_kinds_with_the_same_id_have_different_tags(keys: TokenKeys, object_id: UUID) -> None:
    assert len({sign(make(object_id), keys)[-16:] for make in LASTING}) == len(LASTING)


def test_a_token_of_another_deployment_is_refused(token: Token, keys: TokenKeys, other_keys: TokenKeys) -> None:
    assert is_refused(sign(token, other_keys), keys)


@given(text=st.text(max_size=80) | st.text(alphabet=ALPHABET, min_size=40, max_size=60))
def test_nothing_a_stranger_shows_does_more_than_be_refused(text: str) -> None:
    assert is_refused(text, TokenKeys(current=0, keys={0: bytes(32)}))


def test_a_token_signed_before_the_keys_were_rotated_still_reads(token: Token, keys: TokenKeys) -> None:
    old = sign(token, keys)
    rotated = TokenKeys(current=8, keys={**keys.keys, 8: b"\x08" * 32})
    assert read(old, rotated) == token
    assert read(sign(token, rotated), rotated) == token
    assert is_refused(sign(token, rotated), keys)


def test_a_token_is_refused_once_its_key_is_taken_out(token: Token, keys: TokenKeys) -> None:
    assert is_refused(sign(token, keys), TokenKeys(current=8, keys={8: b"\x08" * 32}))


@pytest.mark.parametrize("make", ROTATING)
@pytest.mark.parametrize(("age_seconds", "fresh"), [(-1, False), (0, True), (14, True), (29, True), (30, False)])
def test_a_rotating_code_is_valid_for_its_step_and_the_next(
    make: type[KioskCode | LiveMemberCode], age_seconds: int, fresh: bool, object_id: UUID
) -> None:
    shown_from = datetime(2025, 9, 29, 4, 0, 0, tzinfo=UTC)
    token, now = make(object_id, step_at(shown_from)), shown_from + timedelta(seconds=age_seconds)
    if fresh:
        check_fresh(token, now)
        return
    with pytest.raises(CodeExpired) as refused:
        check_fresh(token, now)
    assert refused.value.code == "code-expired"
    assert refused.value.facts() == {"shown_from": shown_from, "valid_until": shown_from + timedelta(seconds=30)}


@pytest.mark.parametrize("make", LASTING)
def test_a_lasting_token_is_fresh_at_any_time(make: type[Poster], object_id: UUID) -> None:
    check_fresh(make(object_id), datetime(2065, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("make", ROTATING)
def test_an_old_code_that_was_forged_is_never_called_expired(
    make: type[KioskCode | LiveMemberCode], keys: TokenKeys, other_keys: TokenKeys, object_id: UUID
) -> None:
    old = make(object_id, 1)
    with pytest.raises(NotOurCode):
        check_fresh(read(sign(old, other_keys), keys), datetime(2025, 9, 29, tzinfo=UTC))
    with pytest.raises(CodeExpired):
        check_fresh(read(sign(old, keys), keys), datetime(2025, 9, 29, tzinfo=UTC))


@given(now=st.timedeltas(timedelta(0), timedelta(days=80_000)).map(lambda age: datetime(1970, 1, 1, tzinfo=UTC) + age))
def test_the_code_on_the_screen_is_always_fresh_until_it_is_replaced(now: datetime) -> None:
    shown = KioskCode(UUID(int=1), step_at(now))
    replaced_at = now + timedelta(seconds=seconds_until_next_step(now))
    check_fresh(shown, now)
    check_fresh(shown, replaced_at)
    assert step_at(replaced_at) == shown.step + 1


def test_a_token_carries_28_bytes_or_32_when_it_rotates(token: Token, keys: TokenKeys) -> None:
    text = sign(token, keys)
    assert len(text) == (52 if isinstance(token, ROTATING) else 45)
    assert set(text) <= set(ALPHABET)
