"""A resident's PIN, from the first slip to the counter: set, used, forgotten, and set anew with the help of two."""

import re

from .pages import Page
from .people import Person
from .town import Town

FIRST, SECOND = "481926", "730518"


def test_a_pin_is_set_used_forgotten_and_set_anew_by_two_and_pays_at_the_counter(town: Town) -> None:
    # Given a resident who is handed a slip, sets a PIN and signs out
    ann = town.registers("张桂英")
    number = a_number(town, ann)
    activates(ann, a_slip(town, number), FIRST)
    ann.presses(ann.opens("/me"), "退出登录")

    # When she comes back, her PIN opens the page, and nobody else's guess does
    wrong = signs_in(ann, number, SECOND)
    assert wrong.status == 422
    assert "没有登录成功" in wrong.text
    assert "退出登录" in signs_in(ann, number, FIRST).text

    # And when she has earned much and forgotten it, no member of staff alone can open her account
    town.earns(ann, hours=3)
    only_two_hand_out_slips(town)
    colleague = town.employs("孙小梅", "grid_worker")
    asked = town.staff.presses(town.staff.opens("/staff/slips"), "发激活条", number=number, basis="identity-card")
    assert "还要一位同事确认" in asked.text
    assert "现在没有要确认的" in town.staff.opens("/staff/slips").text
    plain = town.staff.sends("/v1/sign-in-codes", member=ann.id, purpose="activation")
    assert (plain.status, plain.code) == (409, "slip-by-two")

    # Then a second one confirms, the old session ends with the slip, and the new PIN counts
    slip = colleague.presses(colleague.opens("/staff/slips"), "我也认清了本人，确认")
    new_phone = Person(town.linli, ann.name, ann.id)
    activates(new_phone, code_on(slip), SECOND)
    assert ann.opens("/me").url.path == "/sign-in"
    assert signs_in(town.stranger(), number, FIRST).status == 422

    # And at the counter her card and the new PIN bring the goods, with no phone at all
    _, card = town.card_of(ann)
    reward = town.lists_reward("洗衣液", price=2, pieces=3)
    refused = town.keeper.sends("/v1/counter", token=card, reward=reward, pin=FIRST)
    done = town.keeper.does("/v1/counter", token=card, reward=reward, pin=SECOND)
    assert refused.code == "pin-wrong"
    assert done.code == "redemption-handed-over"
    assert new_phone.balances["points"] == (1, 0)


def a_number(town: Town, member: Person) -> str:
    return str(town.staff.sees(f"/v1/members/{member.id}")["number"])


def a_slip(town: Town, number: str) -> str:
    """What a camera reads on a slip that one member of staff hands out."""
    page = town.staff.opens("/staff/slips")
    return code_on(town.staff.presses(page, "发激活条", number=number, basis="known-in-person"))


def code_on(slip: Page) -> str:
    found = re.findall(r"<span>(\w{4})</span>", slip.html)
    assert len(found) == 3, slip.text
    return " ".join(found)


def activates(person: Person, code: str, pin: str) -> None:
    form = person.presses(person.opens("/activate"), "下一步：设密码", code=code)
    assert "设一个 6 位数字的密码" in form.text
    done = person.presses(form, "就用这个密码", new=pin, again=pin)
    assert done.status == 200, done.text


def signs_in(person: Person, number: str, pin: str) -> Page:
    return person.presses(person.opens("/sign-in"), "用密码登录", who=number, pin=pin)


def only_two_hand_out_slips(town: Town) -> None:
    """From the first point on."""
    path, settings = f"/v1/organisations/{town.community}/settings", {"slip_by_two_above": 0}
    version = town.staff.does(path, settings=settings).body["figures"]["version"]
    town.approver.does(f"{path}/publish", version=version, valid_from=town.today)
