"""Typed codes forgive how they are typed, notice every slip, and work for minutes at one place."""

from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qr.keys import TokenKeys
from qr.typed_codes import ALPHABET, is_slip, matches, spaced, typed_code, typed_step_at

SAMPLES = range(40)


def test_every_single_wrong_character_is_noticed(keys: TokenKeys, object_id: UUID) -> None:
    for step in SAMPLES:
        code = typed_code(object_id, step, keys=keys)
        assert not is_slip(code)
        for place, character in enumerate(code):
            for other in set(ALPHABET) - {character}:
                assert is_slip(code[:place] + other + code[place + 1 :])


def test_every_swap_of_two_characters_is_noticed(keys: TokenKeys, object_id: UUID) -> None:
    swaps = 0
    for step in SAMPLES:
        code = typed_code(object_id, step, keys=keys)
        for first in range(9):
            for second in range(first + 1, 9):
                swapped = list(code)
                swapped[first], swapped[second] = code[second], code[first]
                assert is_slip("".join(swapped)) == (code[first] != code[second])
                swaps += 1
    assert swaps == len(SAMPLES) * 36


def test_codes_have_no_look_alikes_and_nine_characters(keys: TokenKeys) -> None:
    seen = "".join(typed_code(uuid4(), step, keys=keys) for step in range(200))
    assert len(seen) == 1800
    assert set(seen) == set(ALPHABET)
    assert not set(ALPHABET) & set("0OQ1IL2Z5S8BU")


@pytest.mark.parametrize("write", [str.lower, spaced, lambda code: f" {code[:3]}-{code[3:]} ", lambda code: wide(code)])
def test_how_a_code_is_typed_does_not_matter(write: type[str], keys: TokenKeys, now: datetime, object_id: UUID) -> None:
    code = typed_code(object_id, typed_step_at(now), keys=keys)
    assert matches(write(code), object_id, now=now, keys=keys)
    assert not is_slip(write(code))


def test_a_code_works_for_its_five_minutes_and_the_next(keys: TokenKeys, object_id: UUID) -> None:
    begins = datetime.fromisoformat("2025-09-29T04:00:00+00:00")
    code = typed_code(object_id, typed_step_at(begins), keys=keys)
    works = [matches(code, object_id, now=begins + timedelta(seconds=age), keys=keys) for age in (-1, 0, 299, 599, 600)]
    assert works == [False, True, True, True, False]


def test_a_code_of_another_place_or_deployment_does_not_match(
    keys: TokenKeys, other_keys: TokenKeys, now: datetime, object_id: UUID
) -> None:
    step = typed_step_at(now)
    assert not matches(typed_code(uuid4(), step, keys=keys), object_id, now=now, keys=keys)
    assert not matches(typed_code(object_id, step, keys=other_keys), object_id, now=now, keys=keys)


def test_a_replaced_key_makes_no_more_typed_codes(keys: TokenKeys, now: datetime, object_id: UUID) -> None:
    code = typed_code(object_id, typed_step_at(now), keys=keys)
    rotated = TokenKeys(current=8, keys={**keys.keys, 8: b"\x08" * 32})
    assert not matches(code, object_id, now=now, keys=rotated)


@given(text=st.text(max_size=100))
def test_nothing_typed_by_chance_matches(text: str) -> None:
    now = datetime.fromisoformat("2025-09-29T04:00:00+00:00")
    assert not matches(text, UUID(int=1), now=now, keys=TokenKeys(current=1, keys={1: bytes(32)}))
    is_slip(text)


def test_neighbouring_steps_have_unrelated_codes(keys: TokenKeys, object_id: UUID) -> None:
    codes = [typed_code(object_id, step, keys=keys) for step in range(100)]
    assert len(set(codes)) == 100
    assert all(sum(a == b for a, b in zip(one, next_one, strict=True)) < 6 for one, next_one in pairwise(codes))


def wide(code: str) -> str:
    """As a Chinese keyboard in full-width mode writes it."""
    return "".join(chr(ord(character) + 0xFEE0) for character in code)
