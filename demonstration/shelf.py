"""Exchange day: residents who have enough ask for goods; most come the next day, some leave them to lapse."""

import random
from datetime import date

from ledger.application.redemptions import (
    APPROVE_REDEMPTION,
    HAND_OVER,
    MAKE_READY,
    REQUEST_REDEMPTION,
    ApproveRedemption,
    HandOver,
    MakeReady,
    RequestRedemption,
)
from ledger.application.rewards import RECEIVE_STOCK, ReceiveStock

from demonstration.community import GOODS, Community
from demonstration.stage import Stage, instant
from ledger.kernel.ids import RedemptionId

ASKING_MAX = 8


def ask_for_goods(stage: Stage, community: Community, draw: random.Random, *, day: date) -> None:
    """Up to eight residents ask for one piece they can afford; the approver says yes the same day."""
    stage.sender.wait()
    stage.figures.catch_up()
    for reward in community.rewards:
        asked = ReceiveStock(reward, 3)
        stage.sender.send(RECEIVE_STOCK, asked, actor=community.keeper, at=instant(day, 9))
    points = stage.figures.available_points(list(community.members[5:]))
    able = [member for member in community.members[5:] if points.get(member, 0) >= min(price for _, price in GOODS)]
    for member in draw.sample(able, min(ASKING_MAX, len(able))):
        goods = [number for number, (_, price) in enumerate(GOODS) if price <= points[member]]
        asked = RequestRedemption(community.rewards[draw.choice(goods)], 1)
        future = stage.sender.send(
            REQUEST_REDEMPTION,
            asked,
            actor=member,
            at=instant(day, 10),
            expected=frozenset({"insufficient-points", "out-of-stock", "limit-reached"}),
        )
        answer = future.result()
        if not hasattr(answer.result, "ids"):
            continue
        redemption = RedemptionId(answer.command)
        approve = ApproveRedemption(redemption)
        stage.sender.send(APPROVE_REDEMPTION, approve, actor=community.approver, at=instant(day, 14))
        if draw.random() < 0.85:
            stage.waiting.setdefault(community.organisation, []).append(redemption)


def hand_goods_over(stage: Stage, community: Community, draw: random.Random, *, day: date) -> None:
    """The keeper lays the goods ready and hands them over."""
    for redemption in stage.waiting.pop(community.organisation, []):
        stage.sender.send(MAKE_READY, MakeReady(redemption), actor=community.keeper, at=instant(day, 9))
        stage.sender.send(
            HAND_OVER, HandOver(redemption), actor=community.keeper, at=instant(day, draw.randint(10, 16))
        )
