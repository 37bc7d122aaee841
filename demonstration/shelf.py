"""Exchange day: residents who have enough ask for goods; most come the next day, some leave them to lapse."""

import random
from datetime import date

from demonstration.community import Community
from demonstration.stage import Stage, instant
from ledger.application.ports import Refused
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
from ledger.application.stock import RECEIVE_STOCK, ReceiveStock
from ledger.kernel.ids import RedemptionId

ASKING = 6
EXPECTED = frozenset({"insufficient-points", "out-of-stock", "limit-reached"})
"""People ask without counting first; being told no is part of a real exchange day."""


def ask_for_goods(stage: Stage, community: Community, draw: random.Random, *, day: date) -> None:
    """Six residents ask for one piece each; the approver says yes the same day to those who had enough.

    Nobody looks at a read model: a demonstration that is started again asks for exactly the same.
    """
    for reward in community.rewards:
        asked = ReceiveStock(reward, 2)
        stage.sender.send(RECEIVE_STOCK, asked, actor=community.keeper, at=instant(day, 9))
    for member in draw.sample(community.members[5:40], ASKING):
        asked = RequestRedemption(draw.choice(community.rewards), 1)
        at = instant(day, 10)
        answer = stage.sender.send(REQUEST_REDEMPTION, asked, actor=member, at=at, expected=EXPECTED).result()
        comes_to_collect = draw.random() < 0.85
        if isinstance(answer.result, Refused):
            continue
        redemption = RedemptionId(answer.command)
        approve = ApproveRedemption(redemption)
        stage.sender.send(APPROVE_REDEMPTION, approve, actor=community.approver, at=instant(day, 14))
        if comes_to_collect:
            stage.waiting.setdefault(community.organisation, []).append(redemption)


def hand_goods_over(stage: Stage, community: Community, draw: random.Random, *, day: date) -> None:
    """The keeper lays the goods ready and hands them over."""
    for redemption in stage.waiting.pop(community.organisation, []):
        stage.sender.send(MAKE_READY, MakeReady(redemption), actor=community.keeper, at=instant(day, 9))
        stage.sender.send(
            HAND_OVER, HandOver(redemption), actor=community.keeper, at=instant(day, draw.randint(10, 16))
        )
