"""From the scanned code to the goods in hand: the main job on both databases, its pictures read as by a phone."""

from typing import NamedTuple

from .pages import Page
from .people import Answer, Person
from .pictures import read_svg
from .town import CARE, POINTS, Town


class Walk(NamedTuple):
    """Ann has a phone, Ben a card. activity: the one both come to; card: what a camera reads on Ben's card."""

    town: Town
    ann: Person
    ben: Person
    activity: str
    card: str


def test_a_scanned_code_ends_with_goods_in_hand_and_figures_that_can_be_rebuilt(founded: Town) -> None:
    town, linli = founded, founded.linli
    with linli.serving():
        walk = an_open_activity(town)

        both_come(walk)
        town.clock.wait(hours=2, minutes=15)
        town.opens_for_work()
        both_go(walk)
        their_visits_are_proposed_and_approved(walk)

        assert walk.ann.balances == {"points": (0, 2), "care_minutes": (0, 120)}

    # Overnight nothing is running. Thursday is the working day of public notice; on Friday the sweep credits.
    town.clock.wait(days=2)
    assert "award_notice  4" in linli.command("sweep")

    with linli.serving():
        town.opens_for_work()
        assert walk.ann.balances == {"points": (2, 0), "care_minutes": (120, 0)}
        link = a_voucher(walk)
        the_keeper_hands_over_once(walk, link)
        assert walk.ann.balances == {"points": (0, 0), "care_minutes": (120, 0)}
        every_line_says_why(walk.ann)

    assert "全部一致" in linli.command("verify")
    before = linli.figures()
    linli.command("rebuild")
    assert linli.figures() == before
    assert "全部一致" in linli.command("verify")


def an_open_activity(town: Town) -> Walk:
    """The first administrator registers the staff, the staff the residents; a rule holds; the door is open."""
    town.opens_for_work()
    ann, ben = town.welcomes("张桂英"), town.registers("李福海")
    activity = town.opens_activity(town.rule(**POINTS), town.rule(**CARE))
    _, card = town.card_of(ben)
    return Walk(town, ann, ben, activity, card)


def both_come(walk: Walk) -> None:
    """Ann scans the screen, twice, for she is not sure that it worked; the staff scan Ben's card."""
    landing = ann_scans_the_screen(walk)
    assert "老城社区居委会 清洁家园志愿日 地点 社区广场" in landing.text
    assert "您是 张桂英" in landing.text
    assert landing.buttons == ["我来了，签到"]
    assert "已签到 清洁家园志愿日 · 社区广场 时间 09:00" in walk.ann.presses(landing, "我来了，签到").text

    again = ann_scans_the_screen(walk)
    assert again.buttons == ["我走了，签退", "我来了，签到"]
    assert "第一次签到是 09:00" in walk.ann.presses(again, "我来了，签到").text

    assert staff_scan_the_card(walk, "in").code == "checked-in"


def both_go(walk: Walk) -> None:
    landing = ann_scans_the_screen(walk)
    assert "您 09:00 已签到。" in landing.text
    assert "已签退 清洁家园志愿日 · 社区广场 时间 11:15" in walk.ann.presses(landing, "我走了，签退").text
    assert staff_scan_the_card(walk, "out").code == "checked-out"


def ann_scans_the_screen(walk: Walk) -> Page:
    """The code on the kiosk's page, and both pictures of it that programs can ask for, say the same."""
    screen = walk.town.staff.opens(f"/staff/activities/{walk.activity}/kiosk")
    link = read_svg(screen.code)
    assert link == walk.town.staff.reads_code(f"/v1/activities/{walk.activity}/code.png")
    assert link == walk.town.staff.reads_code(f"/v1/activities/{walk.activity}/code.svg")
    return walk.ann.opens(link)


def staff_scan_the_card(walk: Walk, direction: str) -> Answer:
    return walk.town.staff.does("/v1/scans", activity=walk.activity, token=walk.card, direction=direction)


def their_visits_are_proposed_and_approved(walk: Walk) -> None:
    """Two visits under two rules: four awards, proposed by one person and approved by another."""
    walk.town.staff.does(f"/v1/activities/{walk.activity}/close")
    tally = walk.town.staff.does(f"/v1/activities/{walk.activity}/tally")
    assert tally.code == "tally-finished"
    assert tally.body["figures"]["tallied"] == 2
    assert tally.body["figures"]["proposed"] == 4
    assert walk.town.approves_awards_of(walk.ann, walk.ben).body["figures"]["approved"] == 4


def a_voucher(walk: Walk) -> str:
    """Soap for two points: Ann asks, somebody approves, the keeper lays it ready. What her picture of it says."""
    reward = walk.town.lists_reward("洗衣液", price=2, pieces=3)
    asked = walk.ann.does("/v1/redemptions", reward=reward, pieces=1)
    redemption = asked.id("redemption")
    assert asked.body["figures"]["available"] == 0
    walk.town.approver.does(f"/v1/redemptions/{redemption}/approve")
    walk.town.keeper.does(f"/v1/redemptions/{redemption}/ready")

    mine = walk.ann.opens("/me")
    shown = walk.ann.opens(mine.links["出示领取码"])
    link = read_svg(shown.code)
    for form in ("png", "svg"):
        assert walk.ann.reads_code(f"/v1/redemptions/{redemption}/voucher.{form}") == link
    stock = walk.town.keeper.sees(f"/v1/rewards/{reward}")
    assert (stock["free"], stock["reserved"], stock["handed"]) == (2, 1, 0)
    return link


def the_keeper_hands_over_once(walk: Walk, link: str) -> None:
    """The second scan is told when it was, and by whom; a page left open from before is told the same."""
    page, left_open = walk.town.keeper.opens(link), walk.town.keeper.opens(link)
    assert "洗衣液 几件 1 件 给谁 张**" in page.text
    assert "已交给本人 洗衣液，1 件 交给 张**" in walk.town.keeper.presses(page, "交给本人").text

    for second in (walk.town.keeper.opens(link), walk.town.keeper.presses(left_open, "交给本人")):
        assert "已经领走了" in second.text
        assert "2025年10月17日 11:15 领走。" in second.text
        assert "经手人 王**" in second.text
        assert not second.buttons


def every_line_says_why(ann: Person) -> None:
    """The exchange, the points and the minutes, newest first, in figures and in words."""
    lines = ann.sees("/v1/members/me/statement")["items"]
    assert sorted((line["unit"], line["kind"], line["amount"], line["balance"]) for line in lines) == [
        ("care_minutes", "credited", 120, 120),
        ("points", "credited", 2, 2),
        ("points", "redeemed", -2, 0),
    ]
    goods = [(line["goods"]["name"], line["goods"]["pieces"]) for line in lines if line["goods"]]
    assert goods == [("洗衣液", 1)]
    steps = {line["unit"]: line["deed"]["explanation"] for line in lines if line["deed"]}
    assert [(one["code"], one["value"], one["limit"]) for one in steps["points"]] == [
        ("seen", 135, None),
        ("over_ceiling", 120, 120),
        ("per_hour", 2, 1),
    ]

    said = ann.opens("/me").text
    assert "在场 135 分钟；一次最多算 120 分钟；每满 1 小时记 1 分，应记 2 分。" in said
    assert "在场 135 分钟；一次最多算 120 分钟；每分钟记 1 分钟，应记 2 小时。" in said
    assert "换了 洗衣液，1 件" in said
