"""One activity from its draft to its approved awards, with people who come late, and some who never check out."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from demonstration.community import Community
from demonstration.stage import Stage, instant
from ledger.activities.attendance import attendance_id
from ledger.activities.events import Session
from ledger.application.activities import (
    CLOSE_ACTIVITY,
    DRAFT_ACTIVITY,
    OPEN_ACTIVITY,
    PUBLISH_ACTIVITY,
    CloseActivity,
    DraftActivity,
    OpenActivity,
    PublishActivity,
)
from ledger.application.awards import (
    APPROVE_AWARDS,
    FINISH_TALLY,
    TALLY_VISITS,
    ApproveAwards,
    FinishTally,
    TallyVisits,
    Visit,
)
from ledger.application.check_ins import CHECK_IN, SCAN_MEMBER, CheckIn, ScanMember
from ledger.awards.award import award_id
from ledger.kernel.ids import ActivityId, MemberId, SessionId
from ledger.kernel.units import Unit

TITLES = ("清洁家园", "文明劝导", "环境巡查", "邻里读书会", "反诈宣传", "爱心义剪", "垃圾分类宣传", "小广场值守")
CARE_TITLES = ("陪独居老人聊天", "探访高龄老人", "帮老人打扫")
PLACES = ("社区广场", "党群服务中心", "老年食堂", "小区门口", "文化活动室")
HELPERS = range(5, 40)
"""The residents who come now and then; the first five have roles."""


def gathering(stage: Stage, community: Community, draw: random.Random, *, day: date) -> None:
    """An afternoon from 14:00 to 16:00, tallied and approved the same evening."""
    activity, session = ActivityId(_new(draw)), SessionId(_new(draw))
    caring = draw.random() < 0.25
    rule = stage.town.care_rule if caring else stage.town.points_rule
    title = draw.choice(CARE_TITLES if caring else TITLES)
    stage.names.write_many(
        [(activity, {"title": title, "place": draw.choice(PLACES)})], key_owner=community.organisation
    )
    meeting = Session(session, instant(day, 14), instant(day, 16))
    leader, send = draw.choice(community.leaders), stage.sender.send
    asked = DraftActivity(activity, community.organisation, leader, (meeting,), (rule,), capacity=40)
    send(DRAFT_ACTIVITY, asked, actor=community.staff, at=instant(day, 8))
    send(PUBLISH_ACTIVITY, PublishActivity(activity), actor=community.staff, at=instant(day, 8, 5))
    send(OPEN_ACTIVITY, OpenActivity(activity), actor=community.staff, at=instant(day, 13, 40))
    came = [community.members[number] for number in draw.sample(HELPERS, draw.randint(6, 12))]
    left = [member for member in came if draw.random() > 0.06]
    _arrivals(stage, draw, Door(activity, leader, day), came)
    _departures(stage, draw, Door(activity, leader, day), left)
    send(CLOSE_ACTIVITY, CloseActivity(activity), actor=community.staff, at=instant(day, 16, 40))
    visits = tuple(Visit(session, member) for member in left)
    send(TALLY_VISITS, TallyVisits(activity, visits), actor=community.staff, at=instant(day, 17))
    send(FINISH_TALLY, FinishTally(activity, len(visits)), actor=community.staff, at=instant(day, 17, 5))
    unit = Unit.CARE_MINUTES if caring else Unit.POINTS
    awards = tuple(award_id(attendance_id(activity, session, member), member, unit) for member in left)
    if awards:
        send(APPROVE_AWARDS, ApproveAwards(awards), actor=community.approver, at=instant(day, 18))


class Door(NamedTuple):
    """Where people come in and go out: the activity, who stands there, the day."""

    activity: ActivityId
    leader: MemberId
    day: date


def _arrivals(stage: Stage, draw: random.Random, door: Door, came: list[MemberId]) -> None:
    for member, minute in zip(came, _minutes(draw, 25), strict=False):
        at = instant(door.day, 13, 46) + timedelta(minutes=minute)
        if draw.random() < 0.3:
            asked = ScanMember(door.activity, member, at, "card", "in")
            stage.sender.send(SCAN_MEMBER, asked, actor=door.leader, at=at)
        else:
            stage.sender.send(CHECK_IN, CheckIn(door.activity, at, "kiosk", "in"), actor=member, at=at)


def _departures(stage: Stage, draw: random.Random, door: Door, left: list[MemberId]) -> None:
    for member, minute in zip(left, _minutes(draw, 50), strict=False):
        at = instant(door.day, 15, 20) + timedelta(minutes=minute)
        stage.sender.send(CHECK_IN, CheckIn(door.activity, at, "kiosk", "out"), actor=member, at=at)


def _minutes(draw: random.Random, span: int) -> Iterator[int]:
    return iter(sorted(draw.randrange(span) for _ in range(40)))


def _new(draw: random.Random) -> UUID:
    return UUID(int=draw.getrandbits(128), version=4)
