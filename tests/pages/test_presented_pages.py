"""Stories of a member's card and live code: staff at the door see a masked name and one button, others see nothing."""

from collections.abc import Callable

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from api.identity import COOKIE_OVER_HTTP
from ledger.application.members import REVOKE_CARD, SUSPEND_MEMBER, RevokeCard, SuspendMember
from ledger.kernel.ids import CardId
from ledger.store.sessions import token_hash
from qr.tokens import LiveMemberCode, MemberCard, sign, step_at

from .forms import answer_of, forms, main_form, press
from .house import CARD, House, named, person

SignIn = Callable[[str], TestClient[Litestar]]


def card(house: House) -> str:
    return "/Q/" + sign(MemberCard(CARD), house.deployment.tokens)


def live_code(house: House, client: TestClient[Litestar]) -> str:
    """The code on the phone of whoever is signed in."""
    session = token_hash(client.cookies[COOKIE_OVER_HTTP])
    device = house.deployment.sessions.device_of(session, house.clock.now())
    assert device is not None
    return "/Q/" + sign(LiveMemberCode(device, step_at(house.clock.now())), house.deployment.tokens)


def test_the_leader_sees_a_masked_name_and_checks_the_member_in(house: House, sign_in: SignIn) -> None:
    client = sign_in("leader")

    page = client.get(card(house))
    checked_in = press(client, main_form(page))
    house.settle()
    inside = client.get(card(house))
    checked_out = press(client, main_form(inside))

    assert "张**" in page.text
    assert "张桂英" not in page.text
    assert "身份已核实" in page.text
    assert "清洁家园志愿日" in page.text
    assert answer_of(checked_in) == "checked-in"
    assert [form.fields["direction"] for form in forms(inside)] == ["out", "in"]
    assert answer_of(checked_out) == "checked-out"


def test_a_live_code_read_slowly_still_counts_from_its_scan(house: House, sign_in: SignIn) -> None:
    here = live_code(house, sign_in("ben"))
    client = sign_in("leader")
    form = main_form(client.get(here))
    house.wait(minutes=2)

    told = press(client, form)

    assert answer_of(told) == "checked-in"
    assert "14:20" in told.text


def test_an_old_live_code_asks_for_the_new_one(house: House, sign_in: SignIn) -> None:
    here = live_code(house, sign_in("ben"))
    house.wait(seconds=31)

    assert answer_of(sign_in("leader").get(here)) == "code-expired"


@pytest.mark.parametrize("name", ["stranger", "ben", "keeper"])
def test_people_without_that_duty_learn_nothing_from_a_card(house: House, sign_in: SignIn, name: str) -> None:
    told = sign_in(name).get(card(house))

    assert answer_of(told) == "for-staff"
    assert "张" not in told.text
    assert not forms(told)


def test_a_stranger_is_asked_to_sign_in_first(house: House, client: TestClient[Litestar]) -> None:
    told = client.get(card(house))

    assert told.status_code == 303
    assert told.headers["location"] == f"/sign-in?next={card(house)}"


def test_people_without_that_duty_cannot_press_either(house: House, sign_in: SignIn) -> None:
    form = main_form(sign_in("leader").get(card(house)))

    told = press(sign_in("ben"), form)

    assert answer_of(told) == "not-a-code-of-ours"


def test_a_member_who_scans_their_own_card_is_told_who_scans_it(house: House, sign_in: SignIn) -> None:
    assert "这是您自己的码" in sign_in("ann").get(card(house)).text


def test_a_revoked_card_is_told(house: House, sign_in: SignIn) -> None:
    client = sign_in("leader")
    form = main_form(client.get(card(house)))
    house.do(REVOKE_CARD, RevokeCard(person("ann"), CARD, "lost"), person("staff"))
    before = house.position

    told = press(client, form)

    assert answer_of(told) == "card-revoked"
    assert house.position == before


def test_a_card_that_leads_to_nobody_is_none_of_ours(house: House, sign_in: SignIn) -> None:
    unknown = MemberCard(CardId(named("no card")))

    told = sign_in("leader").get("/Q/" + sign(unknown, house.deployment.tokens))

    assert answer_of(told) == "not-a-code-of-ours"


def test_a_suspended_member_is_shown_as_such_and_not_let_in(house: House, sign_in: SignIn) -> None:
    house.do(SUSPEND_MEMBER, SuspendMember(person("ann"), "under-review"), person("staff"))
    house.settle()
    client = sign_in("leader")

    page = client.get(card(house))
    told = press(client, main_form(page))

    assert "已暂停" in page.text
    assert answer_of(told) == "member-suspended"


def test_without_an_open_activity_staff_see_who_it_is_and_no_button(house: House, sign_in: SignIn) -> None:
    house.wait(days=1)

    page = sign_in("staff").get(card(house))

    assert "张**" in page.text
    assert not forms(page)


def test_a_member_scanned_before_is_told_with_time_and_who_scanned(house: House, sign_in: SignIn) -> None:
    client = sign_in("leader")
    first, second = main_form(client.get(card(house))), main_form(client.get(card(house)))
    press(client, first)

    told = press(client, second)

    assert answer_of(told) == "already-in"
    assert "14:20" in told.text
    assert "欧阳*" in told.text
    assert "欧阳明" not in told.text
