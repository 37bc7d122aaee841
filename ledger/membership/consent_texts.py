"""The texts people are asked to agree to, word for word: purpose, version, and from which day it is shown.

A text that somebody agreed to is never changed: new wording is a new version, and this file only grows.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from msgspec import Struct


class ConsentText(Struct, frozen=True):
    """One wording. from_day: the community's day from which it is shown to people who are asked anew."""

    purpose: str
    version: str
    zh: str
    en: str
    from_day: date


TEXTS: Final = (
    ConsentText(
        "boards",
        "1",
        "同意在社区的榜单上出现，名字只显示姓，别的字用星号代替。随时可以撤回。",
        "I agree to appear on the community's boards, with my surname and stars for the rest. I can withdraw any time.",
        date(2025, 1, 1),
    ),
    ConsentText(
        "boards",
        "2025-1",
        "同意在社区的积分榜和时长榜上出现。名字只显示姓，别的字用星号代替；电话、地址、年龄都不显示。随时可以撤回，撤回以后榜上马上就没有您。",
        "I agree to appear on the community's boards of points and of hours. Of my name only the surname is shown, and"
        " stars for the rest; no telephone, address or age. I can withdraw any time and am then on no board at once.",
        date(2025, 1, 1),
    ),
    ConsentText(
        "notices",
        "1",
        "同意社区用短信或者微信提醒活动、积分到期和物品可以领取。随时可以撤回。",
        "I agree that the community reminds me by message of activities, of points that expire and of goods that lie"
        " ready. I can withdraw at any time.",
        date(2025, 1, 1),
    ),
    ConsentText(
        "photos",
        "1",
        "同意社区在活动报道里使用拍到我的照片，不写名字。随时可以撤回，撤回以后不再使用。",
        "I agree that the community uses pictures of me in reports of activities, without my name. I can withdraw at"
        " any time; no picture is used from then on.",
        date(2025, 1, 1),
    ),
)
"""Every wording anybody was ever asked to agree to."""

BY_VERSION: Final[Mapping[tuple[str, str], ConsentText]] = {(text.purpose, text.version): text for text in TEXTS}
