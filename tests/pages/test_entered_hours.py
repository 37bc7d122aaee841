"""Hours that nobody scanned are marked as such on the page of whose they are."""

from collections.abc import Callable
from datetime import timedelta
from typing import get_args

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from api.pages.history import DEEDS
from ledger.activities.events import SheetKind
from ledger.application.sheet_decisions import APPROVE_LINES, ApproveLines
from ledger.application.sheets import ENTER_SHEET, EnteredLine, EnterSheet
from ledger.awards.events import SourceKind
from ledger.kernel.ids import ActivityId, SessionId, SheetId

from .house import NOON, House, named, person


@pytest.mark.parametrize(
    ("kind", "chinese", "english"),
    [
        ("paper_sheet", "参加 文明劝导（按签到表录入）", "Took part: 文明劝导 (entered from the paper list)"),
        ("manual_hours", "参加 文明劝导（手工补录）", "Took part: 文明劝导 (written in by hand)"),
    ],
)
def test_entered_hours_say_so(
    house: House, sign_in: Callable[[str], TestClient[Litestar]], kind: SheetKind, chinese: str, english: str
) -> None:
    # given an afternoon a month ago at which nobody scanned ben
    start = NOON.replace(hour=5, minute=0, second=0) - timedelta(days=30)
    line = EnteredLine(person("ben"), start, start + timedelta(hours=4))
    asked = EnterSheet(
        kind, ActivityId(named("activity 30")), SessionId(named("session 30")), (line,), "c4" * 32, "forgot-card"
    )

    # when staff write him in and the approver approves
    sheet = SheetId(house.do(ENTER_SHEET, asked, person("staff")).ids["sheet"])
    house.do(APPROVE_LINES, ApproveLines(sheet, kind), person("approver"))
    house.settle()

    # then his page shows what is coming, and how it came in
    assert chinese in sign_in("ben").get("/me").text
    assert english in sign_in("ben").get("/me?language=en").text


def test_every_kind_of_deed_is_told() -> None:
    assert DEEDS.keys() == set(get_args(SourceKind))
