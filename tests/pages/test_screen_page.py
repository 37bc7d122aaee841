"""Stories of the screen at the door, and of the code that is typed because it cannot be scanned."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from ledger.application.activities import CLOSE_ACTIVITY, CloseActivity
from qr.typed_codes import spaced, typed_code, typed_step_at

from .forms import answer_of, main_form, press
from .house import ACTIVITY, House, person

SignIn = Callable[[str], TestClient[Litestar]]
SCREEN = f"/staff/activities/{ACTIVITY}/kiosk"


def typed(house: House) -> str:
    """The code to type now."""
    return typed_code(ACTIVITY, typed_step_at(house.clock.now()), keys=house.deployment.tokens)


def test_the_screen_shows_a_code_that_turns_and_how_many_are_inside(house: House, sign_in: SignIn) -> None:
    client = sign_in("leader")

    first = client.get(SCREEN)
    house.wait(seconds=10)
    second = client.get(SCREEN)

    assert '<meta http-equiv="refresh" content="10">' in first.text
    assert '<meta http-equiv="refresh" content="15">' in second.text
    assert spaced(typed(house)) in second.text
    assert "现在在场 0 人" in first.text
    assert (
        first.text.partition("<svg")[2].partition("</svg>")[0]
        != second.text.partition("<svg")[2].partition("</svg>")[0]
    )


def test_the_screen_counts_who_is_inside(house: House, sign_in: SignIn) -> None:
    press(sign_in("ben"), main_form(sign_in("ben").get("/typed")), code=typed(house), direction="in")
    house.settle()

    assert "现在在场 1 人" in sign_in("staff").get(SCREEN).text


@pytest.mark.parametrize(("name", "status"), [("ann", 403), ("keeper", 403), ("stranger", 403)])
def test_only_staff_show_the_screen(sign_in: SignIn, name: str, status: int) -> None:
    told = sign_in(name).get(SCREEN)

    assert told.status_code == status
    assert "<svg xmlns" not in told.text


def test_a_screen_of_nothing_is_not_found(sign_in: SignIn) -> None:
    assert sign_in("staff").get(f"/staff/activities/{uuid4()}/kiosk").status_code == 404


def test_a_shut_door_shows_no_code(house: House, sign_in: SignIn) -> None:
    house.do(CLOSE_ACTIVITY, CloseActivity(ACTIVITY), person("staff"))
    house.settle()

    page = sign_in("staff").get(SCREEN).text

    assert "签到还没有开放，或者已经结束。" in page
    assert "<svg xmlns" not in page


def test_the_typed_code_checks_in_and_out_from_one_page(house: House, sign_in: SignIn) -> None:
    client = sign_in("ben")
    form = main_form(client.get("/typed"))

    came = press(client, form, code=spaced(typed(house)).lower(), direction="in")
    went = press(client, form, code=typed(house), direction="out")
    again = press(client, form, code=typed(house), direction="out")

    assert [answer_of(one) for one in (came, went, again)] == ["checked-in", "checked-out", "checked-out"]


def test_a_slip_is_told_before_anything_is_counted(house: House, sign_in: SignIn) -> None:
    client = sign_in("ben")
    form = main_form(client.get("/typed"))

    told = [press(client, form, code="ACD EFG HJ1", direction="in") for _ in range(8)]

    assert {answer_of(one) for one in told} == {"typed-code-slip"}


def test_guessing_typed_codes_is_slowed_down(house: House, sign_in: SignIn) -> None:
    client, code = sign_in("ben"), typed(house)
    form = main_form(client.get("/typed"))
    house.wait(minutes=15)  # the code is no code any more, but well formed

    told = [press(client, form, code=code, direction="in") for _ in range(7)]

    assert [answer_of(one) for one in told] == ["not-a-code-of-ours"] * 6 + ["slow-down"]


def test_staff_find_the_screen_of_what_is_on_now(sign_in: SignIn) -> None:
    assert SCREEN in sign_in("leader").get("/").text
    assert SCREEN not in sign_in("ann").get("/").text
    assert "发放东西" in sign_in("keeper").get("/").text
