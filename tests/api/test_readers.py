"""Cursors are opaque, and a made-up one never reaches a database."""

import pytest

from api.decoding import MalformedBody
from api.readers import after, cursor


@pytest.mark.parametrize("last", [7, "a", [3, "b"], 2**63 - 1])
def test_a_cursor_gives_back_where_the_page_ended(last: object) -> None:
    assert after(cursor(last), type(last)) == last


def test_no_cursor_is_the_first_page() -> None:
    assert after(None, int) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (cursor(2**63), int),
        (cursor([1, -(2**64)]), tuple[int, int]),
        (cursor("a\0b"), str),
        (cursor("text"), int),
        ("ÿ", int),
        ("", int),
    ],
)
def test_what_is_no_cursor_of_ours_is_refused(text: str, kind: type) -> None:
    with pytest.raises(MalformedBody) as refused:
        after(text, kind)
    assert (refused.value.code, refused.value.status) == ("bad-cursor", 400)
