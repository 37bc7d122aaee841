"""What may be kept of a person: the spelling that is kept, and what is refused before anything is written."""

from datetime import date

import pytest

from ledger.store.directory import personal
from ledger.store.directory.personal import PERSONAL_FIELDS, PersonalFieldWrong, all_spelt, born_on, spelt

TODAY = date(2026, 11, 22)
IDENTITY = "360426199101010071"


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("name", "  阿卜杜拉  买买提 ", "阿卜杜拉 买买提"),
        ("phone", "+86 138-1111 2222", "13811112222"),
        ("phone", "0086 138 1111 2222", "13811112222"),
        ("phone", "１３８１１１１２２２２", "13811112222"),
        ("phone", "(0512) 6666-8888", "051266668888"),
        ("phone", "+852 9123 4567", "+85291234567"),
        ("identity_number", " 360426 19910101 0071 ", IDENTITY),
        ("identity_number", "11010519491231002x", "11010519491231002X"),
        ("address", " 百亩园社区\u3000 3 号楼 ", "百亩园社区 3 号楼"),
        ("birth_date", "２０１６-０２-２９", "2016-02-29"),
    ],
)
def test_a_field_is_kept_in_one_spelling_however_it_was_typed(field: str, typed: str, kept: str) -> None:
    assert spelt(field, typed, TODAY) == kept
    assert spelt(field, kept, TODAY) == kept


@pytest.mark.parametrize(
    ("field", "typed", "problem"),
    [
        ("name", "  ", "empty"),
        ("name", "王" * 61, "too-long"),
        ("name", "王\u202e五", "forbidden-character"),
        ("name", "王\x00五", "forbidden-character"),
        ("name", "王\ud800", "forbidden-character"),
        ("address", "楼" * 201, "too-long"),
        ("address", "一号楼\n二单元", "forbidden-character"),
        ("phone", "110", "not-a-phone"),
        ("phone", "1234567890123456", "not-a-phone"),
        ("phone", "+", "not-a-phone"),
        ("phone", "138 1111 abcd", "not-a-phone"),
        ("identity_number", "36042619910101007", "not-an-identity-number"),
        ("identity_number", "3604261991010100١1", "not-an-identity-number"),
        ("identity_number", "360426199101010072", "wrong-check-digit"),
        ("identity_number", "36042619910101007X", "wrong-check-digit"),
        ("birth_date", "1.2.1950", "not-a-day"),
        ("birth_date", "2023-02-29", "not-a-day"),
        ("birth_date", "1899-12-31", "day-not-plausible"),
        ("birth_date", "2026-11-23", "day-not-plausible"),
    ],
)
def test_what_cannot_be_right_is_refused_and_never_repeated(field: str, typed: str, problem: str) -> None:
    with pytest.raises(PersonalFieldWrong) as refused:
        spelt(field, typed, TODAY)
    assert refused.value.facts() == {"field": field, "problem": problem}
    assert problem in personal.PROBLEMS


def with_check_digit(seventeen: str) -> str:
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    remainder = sum(int(digit) * weight for digit, weight in zip(seventeen, weights, strict=True)) % 11
    return seventeen + "10X98765432"[remainder]


@pytest.mark.parametrize("born", ["19910230", "20261123", "18991231", "00000000"])
def test_an_identity_number_must_name_a_day_on_which_somebody_can_be_born(born: str) -> None:
    with pytest.raises(PersonalFieldWrong) as refused:
        spelt("identity_number", with_check_digit(f"360426{born}007"), TODAY)
    assert refused.value.problem == "day-not-plausible"


def test_an_identity_number_of_a_place_on_no_list_is_taken() -> None:
    number = with_check_digit("81000019910101007")
    assert spelt("identity_number", number, TODAY) == number
    assert born_on(number) == date(1991, 1, 1)


def test_any_single_wrong_digit_of_an_identity_number_is_noticed() -> None:
    for place in range(17):
        for digit in set("0123456789") - {IDENTITY[place]}:
            with pytest.raises(PersonalFieldWrong):
                spelt("identity_number", IDENTITY[:place] + digit + IDENTITY[place + 1 :], TODAY)


def test_only_what_was_given_is_kept_in_the_order_of_the_list() -> None:
    kept = all_spelt({"birth_date": "1991-01-01", "phone": None, "name": "张三"}, TODAY)
    assert list(kept.items()) == [("name", "张三"), ("birth_date", "1991-01-01")]


def test_all_but_the_name_is_sensitive() -> None:
    assert set(PERSONAL_FIELDS) - {"name"} < personal.SENSITIVE
    assert personal.MEMBER_NUMBER not in personal.SENSITIVE
