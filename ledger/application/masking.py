"""Names as strangers may see them: the surname and stars (张*, 欧阳**). Pure; it knows no directory."""

import unicodedata
from typing import Final

STARS_MAX: Final = 2
"""Longer names show two stars, so that a rare length does not give its bearer away."""

_COMPOUND: Final = (
    "欧阳 司马 上官 诸葛 夏侯 东方 皇甫 尉迟 公孙 慕容 令狐 宇文 长孙 司徒 司空 端木 轩辕 南宫 独孤 百里 "
    "东郭 西门 公冶 公羊 公西 澹台 濮阳 淳于 单于 太叔 申屠 仲孙 钟离 闾丘 鲜于 赫连 呼延 拓跋 万俟 闻人 "
    "颛孙 子车 司寇 巫马 宗政 乐正 壤驷 漆雕 谷梁 夹谷 宰父 段干 东门 南门 左丘 梁丘 羊舌 第五 纳兰 爱新觉罗"
)
COMPOUND_SURNAMES: Final = frozenset(_COMPOUND.split())
"""Surnames of more than one character that are still borne in China today."""

_MINORITY_DOTS: Final = "·•・‧∙"
"""Names of many peoples are written with a dot between the parts: the first part is a given name, not a surname."""


def mask_name(name: str) -> str:
    """`name` with all but the surname (Chinese) or the first letter (any other script) replaced by one or two stars.

    Chinese: one star per hidden character, two at most (张*, 张**, 欧阳*). Other scripts: one star (A*). A name of a
    single character is all star; a blank one stays blank. Never gives `name` itself back unless it is blank.
    """
    letters = "".join(unicodedata.normalize("NFC", name).split())
    if not letters:
        return ""
    shown = _surname(letters) if _is_chinese(letters[0]) else letters[0]
    hidden = len(letters) - len(shown)
    if not hidden:
        return "*"
    return shown + "*" * (min(hidden, STARS_MAX) if _is_chinese(letters[0]) else 1)


def _surname(letters: str) -> str:
    if any(dot in letters for dot in _MINORITY_DOTS):
        return letters[0]
    longest = next((letters[:size] for size in (4, 2) if letters[:size] in COMPOUND_SURNAMES), letters[0])
    # 欧阳 as the whole name is 阳 of the family 欧: something must stay hidden.
    return longest if len(longest) < len(letters) else letters[0]


def _is_chinese(character: str) -> bool:
    return unicodedata.name(character, "").startswith("CJK UNIFIED IDEOGRAPH") or character == "〇"
