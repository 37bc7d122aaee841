"""Masked names: the surname is shown, nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.application.masking import COMPOUND_SURNAMES, mask_name


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("张小明", "张**"),
        ("欧阳锋", "欧阳*"),
        ("欧阳震华", "欧阳**"),
        ("欧阳", "欧*"),
        ("司马相如", "司马**"),
        ("爱新觉罗溥仪", "爱新觉罗**"),
        ("张", "*"),
        ("张 三", "张*"),
        (" 张三 ", "张*"),
        ("迪丽热巴·迪力木拉提", "迪**"),
        ("欧阳・阿依古丽", "欧**"),
        ("张王李赵钱", "张**"),
        ("𠮷野家", "𠮷**"),
        ("Anna", "A*"),
        ("Anna Maria Schmidt", "A*"),
        ("e\u0301milie", "é*"),
        ("A", "*"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_a_name_is_masked_to_its_surname(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize("surname", sorted(COMPOUND_SURNAMES))
def test_a_compound_surname_is_shown_whole(surname: str) -> None:
    assert mask_name(surname + "明") == surname + "*"


@given(st.text(min_size=1, max_size=12))
def test_a_masked_name_never_gives_the_name_away(name: str) -> None:
    masked = mask_name(name)

    assert masked == "" or masked.endswith("*")
    assert len(masked.rstrip("*")) <= max(1, len("".join(name.split())) - 1)
    assert masked.count("*") <= 2 + name.count("*")
