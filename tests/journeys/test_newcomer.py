"""Somebody who scans the code at the door before ever having signed in."""

from .town import POINTS_AT_ONCE, Town


def test_a_newcomer_scans_signs_in_with_the_slip_and_is_back_at_the_door(town: Town) -> None:
    # Given a resident with a slip in hand, and a phone on which nobody has signed in
    newcomer = town.registers("钱多多")
    slip = town.staff.does("/v1/sign-in-codes", member=newcomer.id, purpose="activation").body["code"]
    activity = town.opens_activity(town.rule(**POINTS_AT_ONCE))

    # When they scan the code, and sign in where the page leads them
    landing = newcomer.opens(town.staff.reads_code(f"/v1/activities/{activity}/code.png"))
    assert "清洁家园志愿日" in landing.text
    assert landing.buttons == []
    form = newcomer.opens(landing.links["去登录"])
    mistyped = newcomer.presses(form, "登录", code="3333 4444 6666")
    assert "登录码不对" in mistyped.text
    back = newcomer.presses(mistyped, "登录", code=slip.lower())

    # Then they are where they wanted to be, and pressing twice is pressing once
    assert back.url == landing.url
    assert "已签到" in newcomer.presses(back, "我来了，签到").text
    with town.nothing_happening():
        assert "已签到" in newcomer.presses(back, "我来了，签到").text


def test_a_slip_opens_one_session_and_a_new_slip_ends_it(town: Town) -> None:
    resident = town.registers("钱多多")
    slip = town.staff.does("/v1/sign-in-codes", member=resident.id, purpose="activation").body["code"]
    resident.signs_in(slip)
    thief = town.stranger()
    assert "登录码不对" in thief.presses(thief.opens("/sign-in"), "登录", code=slip).text

    new_phone = town.stranger()
    new_phone.signs_in(town.staff.does("/v1/sign-in-codes", member=resident.id, purpose="activation").body["code"])

    assert "钱多多，您好" in new_phone.opens("/me").text
    assert "登录" in resident.opens("/me").buttons
