"""What anybody would try first is refused; what nobody would is taken, however it is made up."""

import pytest

from ledger.store.guessable import is_guessable_password, is_guessable_pin

OWN = {
    "birth_date": "1948-03-12",
    "identity_number": "21092219480312002X",
    "phone": "+86 138 0013 8246",
    "member_number": "1024",
}


@pytest.mark.parametrize(
    "pin",
    [
        "000000",
        "999999",
        "123456",
        "654321",
        "890123",
        "135791",
        "246802",
        "121212",
        "112233",
        "990011",
        "123123",
        "123321",
        "111222",
        "100001",
        "131313",
        "147258",
        "201314",
    ],
)
def test_patterns_are_guessable_pins(pin: str) -> None:
    assert is_guessable_pin(pin, {})


@pytest.mark.parametrize("pin", ["480312", "120348", "031248", "194803", "138246", "001024", "312002"])
def test_numbers_of_ones_own_are_guessable_pins(pin: str) -> None:
    assert is_guessable_pin(pin, OWN)


@pytest.mark.parametrize("pin", ["730418", "294057", "480312", "138246"])
def test_other_pins_are_not(pin: str) -> None:
    assert not is_guessable_pin(pin, {})


@pytest.mark.parametrize(
    "password",
    [
        "password123",
        "Password123!",
        "P@ssw0rd!!",
        "admin@12345",
        "Linli-2026-admin",
        "qwertyuiop",
        "1234567890",
        "abcdefghij",
        "aaaaaaaaaaaa",
        "abcabcabcabc",
        "woaini131999",
        "13800138246",
        "mein13800138246",
        "19480312abcdefg",
    ],
)
def test_what_everybody_takes_is_a_guessable_password(password: str) -> None:
    assert is_guessable_password(password, OWN)


@pytest.mark.parametrize(
    "password", ["sieben-leise-Kraniche", "春眠不觉晓处处闻啼鸟", "tuesday umbrella 47", "8273-1932-4410", "hkzfqmwtrx"]
)
def test_no_composition_is_asked_for(password: str) -> None:
    assert not is_guessable_password(password, OWN)
