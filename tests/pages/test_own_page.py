"""Stories of one's own page: what can be used, what is coming, what expires, and why it is as much as it is."""

import time
from collections.abc import Callable

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from api.pages.reasons import SENTENCES, explained
from ledger.accounts.account import account_id
from ledger.application.adjustments import (
    APPROVE_ADJUSTMENT,
    PROPOSE_ADJUSTMENT,
    ApproveAdjustment,
    ProposeAdjustment,
)
from ledger.application.expiry import ANNOUNCE_EXPIRY, AnnounceExpiry
from ledger.application.reversals import APPROVE_REVERSAL, PROPOSE_REVERSAL, ApproveReversal, ProposeReversal
from ledger.awards.events import Step, StepCode
from ledger.kernel.ids import AdjustmentId, AwardId
from ledger.kernel.units import Unit
from projections import awards

from .house import House, person, redemption

SignIn = Callable[[str], TestClient[Litestar]]


def test_the_page_says_what_can_be_used_what_is_held_and_what_is_coming(house: House, sign_in: SignIn) -> None:
    redemption(house)

    page = sign_in("ann").get("/me").text

    assert "张桂英，您好" in page
    assert "17 分" in page  # seven credits of 3, of which 4 are held
    assert "换东西已留出 4 分" in page
    assert "14 小时" in page
    assert "公示后 10月21日起能用" in page


def test_what_expires_is_listed_by_its_day_and_the_rest_in_one(sign_in: SignIn) -> None:
    page = sign_in("ann").get("/me").text

    days = [page.index(day) for day in ("2026年2月12日", "2026年4月13日", "2026年8月31日", "再往后")]
    assert days == sorted(days)


def test_every_line_says_why_in_both_languages(sign_in: SignIn) -> None:
    client = sign_in("ann")

    assert "在场 230 分钟；每 15 分钟算一段，算 225 分钟；每满 1 小时记 1 分，应记 3 分。" in client.get("/me").text
    english = client.get("/me?language=en").text
    assert (
        "There for 230 min; counted in full steps of 15 min: 225 min; 1 point for each full hour: 3 points." in english
    )


def test_goods_that_lie_ready_have_a_code_to_show(house: House, sign_in: SignIn) -> None:
    ready, waiting = redemption(house), redemption(house, ready=False)
    client = sign_in("ann")

    page = client.get("/me").text

    assert f"/me/vouchers/{ready}" in page
    assert f"/me/vouchers/{waiting}" not in page
    assert "<svg" in client.get(f"/me/vouchers/{ready}").text
    assert client.get(f"/me/vouchers/{waiting}").status_code == 404


@pytest.mark.parametrize("name", ["ben", "keeper"])
def test_nobody_opens_another_persons_voucher(house: House, sign_in: SignIn, name: str) -> None:
    ready = redemption(house)

    told = sign_in(name).get(f"/me/vouchers/{ready}")

    assert told.status_code == 404
    assert "洗衣液" not in told.text


def test_somebody_new_reads_what_to_do_instead_of_empty_lists(sign_in: SignIn) -> None:
    page = sign_in("ben").get("/me").text

    assert "0 分" in page
    assert "还没有记录。参加一次活动就有了。" in page


def test_figures_that_are_behind_say_so(house: House, sign_in: SignIn) -> None:
    client = sign_in("ann")
    current = client.get("/me").text
    with house.deployment.figures._views.write.begin() as connection:
        connection.exec_driver_sql("UPDATE projections SET position = position - 3, parked_at = position - 2")
    deadline = time.monotonic() + 10
    while house.deployment.figures.wait_for(house.position, timeout=0.05) and time.monotonic() < deadline:
        house.deployment.figures.wake()

    behind = client.get("/me").text

    assert "正在更新" not in current
    assert "数据截至 2025年10月15日 14:20" in current
    assert "正在更新" in behind


def test_who_owes_points_reads_how_many_are_needed_and_never_a_balance_below_nothing(
    house: House, sign_in: SignIn
) -> None:
    # given all points were adjusted away, and an award is then taken back
    member, staff, approver = person("ann"), person("staff"), person("approver")
    emptied = ProposeAdjustment("adjustment", member, Unit.POINTS, -21, "counted-twice")
    adjustment = AdjustmentId(house.do(PROPOSE_ADJUSTMENT, emptied, staff).ids["adjustment"])
    house.do(APPROVE_ADJUSTMENT, ApproveAdjustment(adjustment), approver)
    with house.deployment.views() as connection:
        credited = awards.of_member(connection, member, status="credited")
    award = AwardId(next(one.award for one in credited if one.unit is Unit.POINTS))
    house.do(PROPOSE_REVERSAL, ProposeReversal(award, "wrong-person", "owe"), staff)
    house.do(APPROVE_REVERSAL, ApproveReversal(award), approver)
    house.settle()

    # when she opens her page, then it says what is needed, and why
    page = sign_in("ann").get("/me").text
    assert "还需 3 分" in page
    assert "工作人员更正" in page
    assert "−21 分" in page
    taken_back = page[page.index("更正：这次记分已撤回") :]
    assert taken_back.index("参加 ") < taken_back.index("</li>")
    assert '<p class="figure">−' not in page


def test_what_expires_soon_says_when_its_owner_was_told(house: House, sign_in: SignIn) -> None:
    # given twenty days before the first points expire, and the sweep's notice
    house.wait(days=100)
    before = sign_in("ann").get("/me").text
    house.do(ANNOUNCE_EXPIRY, AnnounceExpiry(account_id(person("ann"), Unit.POINTS)))
    house.settle()

    # when she opens her page, then the day is marked
    assert "提醒过" not in before
    assert "1月23日提醒过" in sign_in("ann").get("/me").text
    assert "You were told on 23 Jan" in sign_in("ann").get("/me?language=en").text


@pytest.mark.parametrize("code", SENTENCES)
@pytest.mark.parametrize("unit", Unit)
def test_every_step_has_words_in_both_languages(code: StepCode, unit: Unit) -> None:
    steps = [Step("seen", 100), Step(code, 3, 60)]

    chinese, english = (explained(steps, unit, language) for language in ("zh-CN", "en"))

    assert chinese.startswith("在场 100 分钟；")
    assert english.startswith("There for 100 min; ")
    assert "{" not in chinese + english


def test_no_step_of_a_reckoning_is_without_words() -> None:
    assert set(SENTENCES) == set(StepCode.__args__)
