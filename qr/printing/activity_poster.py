"""The poster of an activity: A4, read by the elderly from two steps away, scanned from one."""

from typing import Final

from msgspec import Struct
from msgspec.structs import asdict

from qr.printing.typesetting import typeset
from qr.rendering import svg

STEPS: Final = (
    ("打开手机相机，\n或微信“扫一扫”", "Open the camera,\nor Scan in WeChat"),
    ("对准上面的\n方形图案", "Point it at the\nsquare pattern above"),
    ("在打开的页面上，\n按最大的按钮", "On the page that opens,\npress the largest button"),
)
NO_PHONE: Final = (
    "没带手机、不会用？没关系。\n请找现场工作人员，报姓名或出示会员卡就行。",
    "No phone? No problem: tell a member of staff your name, or show your card.",
)
"""Chinese and English; the lines are broken by hand where the sense breaks."""


class PosterText(Struct, frozen=True, forbid_unknown_fields=True):
    """What the poster says. `when` is written out by the caller in the community's zone and words.

    link: the printed link of the activity's poster token. contact: whom to ask, name and telephone, empty to leave out.
    """

    programme: str
    title: str
    place: str
    when: str
    link: str
    contact: str = ""


def poster_pdf(text: PosterText) -> bytes:
    """One A4 page. Long texts are set smaller, then cut, and never push the code off the page.

    Raises PrintExtraMissing without the extra `print`.
    """
    return typeset(
        "activity_poster.typ", {**asdict(text), "code": svg(text.link), "steps": STEPS, "no_phone": NO_PHONE}
    )
