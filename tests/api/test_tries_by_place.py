"""From where tries come: whoever has 2⁶⁴ addresses is one place, and an address in another form is the same."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from api.tries import address_of


def place(host: str) -> str:
    return address_of(cast("Any", SimpleNamespace(client=SimpleNamespace(host=host))))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"),
        ("2001:DB8:1:2::1", "2001:db8:1:2:0:0:0:1"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::2%eth0"),
    ],
)
def test_these_are_one_place(one: str, other: str) -> None:
    assert place(one) == place(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:3::1"),
        ("192.0.2.7", "192.0.2.8"),
        ("::ffff:192.0.2.7", "::ffff:192.0.2.8"),
        ("testclient", "another"),
    ],
)
def test_these_are_two(one: str, other: str) -> None:
    assert place(one) != place(other)


def test_who_comes_over_no_network_has_a_place_too() -> None:
    assert address_of(cast("Any", SimpleNamespace(client=None))) == "unknown"
