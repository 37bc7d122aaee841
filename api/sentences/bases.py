"""How it is told on what basis staff acted in somebody's name."""

from collections.abc import Mapping
from typing import Final

from api.languages import marked
from ledger.application.bases import Basis

DONE_FOR_YOU: Final = marked("由工作人员代办，凭：{basis}。")
BY_GUARDIAN: Final = marked("由监护人代办。")
BASES: Final[Mapping[Basis, str]] = {
    "asked-in-person": marked("当面提出"),
    "asked-by-telephone": marked("电话提出"),
    "card-shown": marked("出示了卡"),
    "doorstep": marked("上门时提出"),
    "guardian": marked("监护人决定"),
    "known-in-person": marked("工作人员认识本人"),
    "live-code": marked("出示了手机上的码"),
    "read-aloud": marked("读给本人听过"),
    "signed-paper": marked("本人签字"),
}
