"""Stories of collecting goods: the keeper sees what, how many and for whom, and hands them over exactly once."""

from collections.abc import Callable

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from ledger.application.redemptions import CANCEL_REDEMPTION, CancelRedemption
from ledger.kernel.ids import RedemptionId
from qr.tokens import Voucher, sign

from .forms import answer_of, forms, main_form, press, send
from .house import House, person, redemption

SignIn = Callable[[str], TestClient[Litestar]]


def voucher(house: House, of: RedemptionId) -> str:
    return "/Q/" + sign(Voucher(of), house.deployment.tokens)


def test_the_keeper_sees_what_and_for_whom_and_hands_it_over(house: House, sign_in: SignIn) -> None:
    here = voucher(house, redemption(house))
    client = sign_in("keeper")

    page = client.get(here)
    told = press(client, main_form(page))

    assert "洗衣液" in page.text
    assert "1 件" in page.text
    assert "张**" in page.text
    assert "张桂英" not in page.text
    assert main_form(page).word == "交给本人"
    assert len(forms(page)) == 1
    assert answer_of(told) == "handed-over"


def test_goods_are_handed_over_once_and_the_second_is_told_when_and_by_whom(house: House, sign_in: SignIn) -> None:
    here = voucher(house, redemption(house))
    client = sign_in("keeper")
    one, other = main_form(client.get(here)), main_form(client.get(here))
    press(client, one)
    before = house.position

    second = press(client, other)
    house.settle()
    later = client.get(here)

    for told in (second, later):
        assert answer_of(told) == "already-handed-over"
        assert "14:20" in told.text
        assert "王**" in told.text
        assert "王秀兰" not in told.text
    assert house.position == before


def test_pressing_the_same_page_twice_hands_over_once(house: House, sign_in: SignIn) -> None:
    client = sign_in("keeper")
    form = main_form(client.get(voucher(house, redemption(house))))

    told = [answer_of(press(client, form)) for _ in range(2)]

    assert told == ["handed-over", "handed-over"]


@pytest.mark.parametrize("name", ["stranger", "ben", "leader", "approver"])
def test_others_learn_nothing_from_a_voucher(house: House, sign_in: SignIn, name: str) -> None:
    told = sign_in(name).get(voucher(house, redemption(house)))

    assert answer_of(told) == "for-staff"
    assert "张" not in told.text
    assert "洗衣液" not in told.text


@pytest.mark.parametrize("name", ["stranger", "ben", "ann", "leader"])
def test_others_cannot_hand_over(house: House, sign_in: SignIn, name: str) -> None:
    here = voucher(house, redemption(house))
    before = house.position

    told = send(sign_in(name), here, idempotency_key="a-key-of-my-own")

    assert answer_of(told) == "refused"
    assert told.status_code == 403
    assert house.position == before


def test_a_member_sees_their_own_voucher_without_a_button(house: House, sign_in: SignIn) -> None:
    page = sign_in("ann").get(voucher(house, redemption(house)))

    assert "张桂英" in page.text
    assert not forms(page)


def test_what_is_not_ready_cannot_be_handed_over(house: House, sign_in: SignIn) -> None:
    here = voucher(house, redemption(house, ready=False))
    client = sign_in("keeper")

    page = client.get(here)
    told = send(client, here, idempotency_key="a-key-of-my-own")

    assert "还没有通过审核" in page.text
    assert not forms(page)
    assert answer_of(told) == "refused"


def test_what_was_taken_back_is_told(house: House, sign_in: SignIn) -> None:
    asked = redemption(house)
    house.do(CANCEL_REDEMPTION, CancelRedemption(asked), person("ann"))
    house.settle()

    told = sign_in("keeper").get(voucher(house, asked))

    assert answer_of(told) == "refused"
    assert "已取消" in told.text
    assert "张" not in told.text
