"""A plain volunteer task, from the posting to points that can be spent."""

from .town import CARE, POINTS, Town


def test_a_task_is_posted_claimed_reported_accepted_and_becomes_points_after_its_notice(town: Town) -> None:
    # Given work for two people that pays points and minutes of care
    ann, neighbour = town.welcomes("张桂英"), town.welcomes("赵一鸣")
    points, care = town.rule(**POINTS), town.rule(**CARE)
    task = town.posts_task("给独居老人送午饭", points, care, minutes=90, slots=2)
    offered = ann.sees("/v1/tasks", status="open")["items"]
    assert [(one["title"], one["minutes_planned"], one["claims"]) for one in offered if one["id"] == task] == [
        ("给独居老人送午饭", 90, 0)
    ]

    # When Ann takes it, does it and says so, and the staff confirm 80 of her 95 minutes
    ann.does(f"/v1/tasks/{task}/claim")
    assert ann.sends(f"/v1/tasks/{task}/claim").code == "already-claimed"
    ann.does(f"/v1/tasks/{task}/report", minutes=95, service_day=town.today)
    assert town.staff.does(f"/v1/tasks/{task}/accept", member=ann.id, minutes=80).body["figures"]["proposed"] == 2
    town.staff.does(f"/v1/tasks/{task}/close", outcome="finished")
    assert town.approves_awards_of(ann).body["figures"]["approved"] == 2

    # Then everybody can read it on the notice, her name masked, and nothing can be spent yet
    notice = neighbour.sees("/v1/awards", status="on_notice")["items"]
    shown = [(one["name"], one["member"], one["amount"]) for one in notice if one["rule"] == points]
    assert shown == [("张**", None, 1)]
    assert ann.balances == {"points": (0, 1), "care_minutes": (0, 75)}
    assert "完成 给独居老人送午饭" in ann.opens("/me").text

    # And when the notice is over, it can, and the statement says how it came about
    town.another_morning(days=5)
    assert ann.balances == {"points": (1, 0), "care_minutes": (75, 0)}
    shown = ann.opens("/me").text
    assert "在场 80 分钟；每 15 分钟算一段，算 75 分钟；每满 1 小时记 1 分，应记 1 分。" in shown
    assert "在场 80 分钟；每 15 分钟算一段，算 75 分钟；每分钟记 1 分钟，应记 1 小时 15 分钟。" in shown
