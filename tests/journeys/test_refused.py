"""What is refused on the way leaves the ledger, the balances and the shelf exactly as they were."""

from .people import Person
from .town import POINTS_AT_ONCE, Town


def test_whoever_proposed_an_award_cannot_approve_it(town: Town) -> None:
    both = town.employs("欧阳明", "staff", "approver")
    ann = town.welcomes("张桂英")
    award = a_proposed_award(town, ann, accepted_by=both)

    with town.nothing_happening():
        refused = both.sends("/v1/awards/approve", awards=[award])

    assert (refused.status, refused.code) == (403, "proposer-cannot-approve")
    assert town.approver.does("/v1/awards/approve", awards=[award]).code == "awards-approved"


def test_nobody_approves_what_they_earned_or_asked_for_themselves(town: Town) -> None:
    approver = town.employs("宋立新", "approver")
    town.earns(approver, hours=1)
    award = a_proposed_award(town, approver, accepted_by=town.staff)
    redemption = approver.does("/v1/redemptions", reward=town.lists_reward("洗衣液", price=1, pieces=1))

    with town.nothing_happening():
        own_award = approver.sends("/v1/awards/approve", awards=[award])
        own_goods = approver.sends(f"/v1/redemptions/{redemption.id('redemption')}/approve")

    assert (own_award.code, own_goods.code) == ("own-household-or-self", "own-redemption")


def test_an_approver_decides_neither_on_awards_nor_on_goods_of_the_own_household(town: Town) -> None:
    wife = town.welcomes("周玉芬")
    approver = town.employs("高志强", "approver")
    town.staff.does("/v1/households", organisation=town.community, members=[approver.id, wife.id])
    town.earns(wife, hours=2)
    award = a_proposed_award(town, wife, accepted_by=town.staff)
    reward = town.lists_reward("洗衣液", price=2, pieces=1)
    redemption = wife.does("/v1/redemptions", reward=reward).id("redemption")

    with town.nothing_happening():
        own_award = approver.sends("/v1/awards/approve", awards=[award])
        own_goods = approver.sends(f"/v1/redemptions/{redemption}/approve")

    assert (own_award.code, own_goods.code) == ("own-household-or-self", "own-redemption")


def test_goods_are_handed_over_once_and_the_second_time_is_told_of_the_first(town: Town) -> None:
    ann = town.welcomes("张桂英")
    town.earns(ann, hours=2)
    reward = town.lists_reward("洗衣液", price=2, pieces=2)
    voucher = a_voucher(town, ann, reward)
    town.keeper.does("/v1/vouchers/hand-over", token=voucher)

    with town.nothing_happening():
        refused = town.keeper.sends("/v1/vouchers/hand-over", token=voucher)

    assert (refused.status, refused.code) == (409, "already-handed-over")
    assert refused.body["facts"]["handed_over_by"] == town.keeper.id
    assert "领走" in refused.body["detail"]
    assert ann.balances == {"points": (0, 0)}
    stock = town.keeper.sees(f"/v1/rewards/{reward}")
    assert (stock["free"], stock["reserved"], stock["handed"]) == (1, 0, 1)


def test_a_code_photographed_at_the_door_is_of_no_use_half_a_minute_later(town: Town) -> None:
    ann = town.welcomes("张桂英")
    activity = town.opens_activity(town.rule(**POINTS_AT_ONCE))
    link = town.staff.reads_code(f"/v1/activities/{activity}/code.png")
    in_time = ann.opens(link)
    town.clock.wait(seconds=30)

    with town.nothing_happening():
        late = ann.opens(link)
        sent = ann.sends("/v1/check-ins", token=link, direction="in")

    assert "码已过期" in late.text
    assert (sent.status, sent.code) == (409, "code-expired")
    # But whoever had the page open in time need not hurry, up to five minutes.
    assert "已签到" in ann.presses(in_time, "我来了，签到").text


def test_a_page_that_was_left_open_for_too_long_checks_nobody_in(town: Town) -> None:
    ann = town.welcomes("张桂英")
    activity = town.opens_activity(town.rule(**POINTS_AT_ONCE))
    page = ann.opens(town.staff.reads_code(f"/v1/activities/{activity}/code.png"))
    town.clock.wait(minutes=5, seconds=1)

    with town.nothing_happening():
        late = ann.presses(page, "我来了，签到")

    assert late.status == 409
    assert "等得太久了 请再扫一次。" in late.text


def test_a_revoked_card_opens_nothing_and_a_new_one_does(town: Town) -> None:
    ben = town.registers("李福海")
    activity = town.opens_activity(town.rule(**POINTS_AT_ONCE))
    lost, printed = town.card_of(ben)
    town.staff.does(f"/v1/members/{ben.id}/cards/{lost}/revoke", reason="lost")

    with town.nothing_happening():
        scanned = town.staff.sends("/v1/scans", activity=activity, token=printed, direction="in")
        opened = town.staff.opens(printed)
        pressed = town.staff.presses(opened, opened.buttons[0])

    assert (scanned.status, scanned.code) == (409, "card-revoked")
    assert "这张卡已作废" in pressed.text
    _, replacement = town.card_of(ben)
    assert town.staff.does("/v1/scans", activity=activity, token=replacement, direction="in").code == "checked-in"


def test_nobody_spends_more_points_than_there_are_and_no_held_one_twice(town: Town) -> None:
    ann = town.welcomes("张桂英")
    town.earns(ann, hours=2)
    soap = town.lists_reward("洗衣液", price=1, pieces=9)
    ann.does("/v1/redemptions", reward=soap)

    with town.nothing_happening():
        refused = ann.sends("/v1/redemptions", reward=soap, pieces=2)

    assert (refused.status, refused.code) == (409, "insufficient-points")
    assert ann.balances == {"points": (1, 0)}
    assert town.keeper.sees(f"/v1/rewards/{soap}")["free"] == 8


def test_nobody_is_promised_goods_that_are_not_there(town: Town) -> None:
    ann, neighbour = town.welcomes("张桂英"), town.welcomes("赵一鸣")
    town.earns(ann, hours=1)
    town.earns(neighbour, hours=1)
    last = town.lists_reward("洗衣液", price=1, pieces=1)
    ann.does("/v1/redemptions", reward=last)

    with town.nothing_happening():
        refused = neighbour.sends("/v1/redemptions", reward=last)

    assert (refused.status, refused.code) == (409, "out-of-stock")
    assert neighbour.balances == {"points": (1, 0)}


def a_proposed_award(town: Town, member: Person, *, accepted_by: Person) -> str:
    """One hour of work by `member`, confirmed and not yet approved."""
    task = town.posts_task("整理图书角", town.rule(**POINTS_AT_ONCE), minutes=60)
    member.does(f"/v1/tasks/{task}/claim")
    member.does(f"/v1/tasks/{task}/report", minutes=60, service_day=town.today)
    accepted_by.does(f"/v1/tasks/{task}/accept", member=member.id, minutes=60)
    (award,) = town.waiting_for(member)
    return award


def a_voucher(town: Town, member: Person, reward: str) -> str:
    """What a camera reads on the voucher of goods that lie ready for `member`."""
    redemption = member.does("/v1/redemptions", reward=reward).id("redemption")
    town.approver.does(f"/v1/redemptions/{redemption}/approve")
    town.keeper.does(f"/v1/redemptions/{redemption}/ready")
    return member.reads_code(f"/v1/redemptions/{redemption}/voucher.png")
