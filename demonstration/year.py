"""A year in the town, day by day under a simulated clock: activities, tasks, awards, exchange days, nightly sweeps."""

import random
from collections.abc import Callable
from datetime import date, timedelta

from demonstration.community import Community
from demonstration.gatherings import gathering
from demonstration.shelf import ask_for_goods, hand_goods_over
from demonstration.stage import Stage, instant
from demonstration.work import errand
from ledger.application.sweeps import sweep

EXCHANGE_DAY = 20
"""Residents ask for goods on this day of the month and collect them the day after."""


def play(stage: Stage, *, seed: int, first: date, last: date, progress: Callable[[int, int], None]) -> None:
    """Every day from `first` to `last`, both included; each ends with the night's sweep."""
    days = (last - first).days + 1
    for number in range(days):
        day = first + timedelta(days=number)
        draw = random.Random(f"{seed}/{day}")
        for index, community in enumerate(stage.town.communities):
            _day(stage, community, draw, day=day, weekly=(day.toordinal() + index) % 7 == 0)
        _night(stage, day)
        progress(number + 1, days)


def _day(stage: Stage, community: Community, draw: random.Random, *, day: date, weekly: bool) -> None:
    if weekly:
        gathering(stage, community, draw, day=day)
    if day.day in {8, 23} and draw.random() < 0.5:
        errand(stage, community, draw, day=day)
    if day.day == EXCHANGE_DAY:
        ask_for_goods(stage, community, draw, day=day)
    if day.day == EXCHANGE_DAY + 1:
        hand_goods_over(stage, community, draw, day=day)


def _night(stage: Stage, day: date) -> None:
    stage.sender.wait()
    stage.figures.catch_up()
    sweep(stage.ledger, stage.due, instant(day + timedelta(days=1), 1))
