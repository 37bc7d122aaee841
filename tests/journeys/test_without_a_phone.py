"""A resident without a phone: staff do everything by card and on paper, and the log says for whom and on what basis."""

from typing import Any

from .people import Person
from .town import POINTS_AT_ONCE, Town


def test_a_resident_without_a_phone_comes_earns_and_is_given_goods_by_card(town: Town) -> None:
    # Given somebody who has a card and nothing else
    ben = town.registers("李福海")
    _, card = town.card_of(ben)
    town.staff.does(f"/v1/members/{ben.id}/consents", purpose="boards", text_version="2025-1")

    # When the staff sign them up, scan the card on coming and going, and award the visit
    comes_and_goes_by_card(town, ben, card)
    town.approves_awards_of(ben)
    town.linli.command("sweep")
    assert points_of(ben, town) == 2

    # And ask for a towel for them, which somebody else approves, and which they collect
    collects_a_towel(town, ben)

    # Then it is as if they had done it themselves, and the log says who did it for them, and on what basis
    assert points_of(ben, town) == 0
    assert acts_for(ben, town) == [
        ("membership.consent_given.1", "signed-paper"),
        ("activities.signed_up.1", "asked-by-telephone"),
        ("activities.checked_in.1", "card-shown"),
        ("activities.checked_out.1", "card-shown"),
        ("redemption.stock_reserved.1", "card-shown"),
        ("accounts.held.1", "card-shown"),
        ("redemption.redemption_requested.1", "card-shown"),
    ]


def comes_and_goes_by_card(town: Town, member: Person, card: str) -> None:
    activity = town.opens_activity(town.rule(**POINTS_AT_ONCE), sign_up_required=True)
    (session,) = town.staff.sees(f"/v1/activities/{activity}")["sessions"]
    signed_up = {"session": session["id"], "member": member.id, "basis": "asked-by-telephone"}
    town.staff.does(f"/v1/activities/{activity}/sign-ups", **signed_up)
    town.staff.does("/v1/scans", activity=activity, token=card, direction="in")
    town.clock.wait(hours=2)
    town.opens_for_work()
    town.staff.does("/v1/scans", activity=activity, token=card, direction="out")
    town.staff.does(f"/v1/activities/{activity}/close")
    town.staff.does(f"/v1/activities/{activity}/tally")

    (visit,) = town.staff.sees(f"/v1/activities/{activity}/attendances")["items"]
    assert (visit["member"], visit["in_basis"], visit["minutes_seen"]) == (member.id, "card", 120)


def collects_a_towel(town: Town, member: Person) -> None:
    """Where staff asked for somebody, staff print the code as a slip; the keeper scans it in the resident's hand."""
    reward = town.lists_reward("毛巾", price=2, pieces=1)
    asked = town.staff.does("/v1/redemptions", reward=reward, member=member.id, basis="card-shown")
    redemption = asked.id("redemption")
    assert town.staff.sends(f"/v1/redemptions/{redemption}/approve").code == "requester-cannot-approve"
    town.approver.does(f"/v1/redemptions/{redemption}/approve")
    town.keeper.does(f"/v1/redemptions/{redemption}/ready")

    slip = town.staff.reads_code(f"/v1/redemptions/{redemption}/voucher.png")
    assert "已交给本人 毛巾，1 件" in town.keeper.presses(town.keeper.opens(slip), "交给本人").text


def points_of(member: Person, town: Town) -> int:
    items = town.staff.sees(f"/v1/members/{member.id}/balances")["items"]
    return next(one["available"] for one in items if one["unit"] == "points")


def acts_for(member: Person, town: Town) -> list[tuple[str, str]]:
    """What the log holds that others did for the member: the event and what it rests on."""
    auditor = town.audits()
    events: list[Any] = []
    while page := auditor.sees("/v1/events", after=events[-1]["position"] if events else 0)["items"]:
        events += page
    return [(one["name"], one["basis"]) for one in events if one["on_behalf_of"] == member.id]
