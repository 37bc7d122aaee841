"""A town of any size with its history: people registered, activities held and credited, goods exchanged.

Everything is decided by the real use cases, so that the log can be verified, restored and rebuilt like any other. The
same shape gives the same number of events of each kind; ids are new each time.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from msgspec import Struct

from bench.founding import Community, Town, found, open_activity
from bench.scribe import Scribe
from ledger.activities.attendance import attendance_id
from ledger.application.activities import CLOSE_ACTIVITY, CloseActivity
from ledger.application.awards import (
    APPROVE_AWARDS,
    AWARDS_MAX,
    FINISH_TALLY,
    TALLY_VISITS,
    VISITS_MAX,
    ApproveAwards,
    FinishTally,
    TallyVisits,
    Visit,
)
from ledger.application.check_ins import CHECK_IN, CheckIn
from ledger.application.crediting import CREDIT_AWARD, CreditAward
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
from ledger.awards.award import award_id
from ledger.kernel.ids import MemberId, RedemptionId
from ledger.kernel.units import Unit

T = TypeVar("T")

STAFF = 4
"""The first members of a community have roles: they plan, approve and hand over, and earn nothing."""
PLACES = 200
"""Most people at one activity."""
SEED = 20260101


class Shape(Struct, frozen=True):
    """What to generate. deeds: of each member but the staff; exchanging: one in so many exchanges goods once."""

    communities: int
    members_each: int
    deeds: int = 1
    exchanging: int = 4

    @property
    def members(self) -> int:
        """In the whole town."""
        return self.communities * self.members_each


def generate(scribe: Scribe, shape: Shape) -> Town:
    """Write the history of a new town up to yesterday: about thirteen events a member, eight more for a further deed.

    It is over, and too young for a sweep to find something due in it.
    """
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    first_day = yesterday - timedelta(days=shape.deeds + 1)
    town = found(scribe, shape.communities, shape.members_each, at=_instant(first_day, 0))
    for community in town.communities:
        volunteers = community.members[STAFF:]
        for number in range(shape.deeds):
            for group in _groups(volunteers, PLACES):
                _gather(scribe, town, community, group, day=first_day + timedelta(days=1 + number))
        for member in volunteers[:: shape.exchanging]:
            _exchange(scribe, community, member, day=yesterday)
    return town


def _gather(scribe: Scribe, town: Town, community: Community, came: Sequence[MemberId], *, day: date) -> None:
    """An afternoon: in, out, tallied by staff, approved by somebody else, credited the same evening."""
    draw = random.Random(f"{SEED}/{day}")
    activity, session = open_activity(scribe, town, community, starts_at=_instant(day, 6))
    for member in came:
        at = session.starts_at + timedelta(seconds=draw.randrange(600))
        asked = CheckIn(activity, at, "kiosk", "in", session.session)
        scribe.do(CHECK_IN, asked, actor=member, at=at)
    for member in came:
        at = session.ends_at - timedelta(seconds=draw.randrange(1800))
        asked = CheckIn(activity, at, "kiosk", "out", session.session)
        scribe.do(CHECK_IN, asked, actor=member, at=at)
    evening = session.ends_at + timedelta(hours=1)
    scribe.do(CLOSE_ACTIVITY, CloseActivity(activity), actor=community.staff, at=evening)
    for some in _groups(came, VISITS_MAX):
        visits = tuple(Visit(session.session, member) for member in some)
        scribe.do(TALLY_VISITS, TallyVisits(activity, visits), actor=community.staff, at=evening)
    scribe.do(FINISH_TALLY, FinishTally(activity, len(came)), actor=community.staff, at=evening)
    awards = [award_id(attendance_id(activity, session.session, member), member, Unit.POINTS) for member in came]
    for some in _groups(awards, AWARDS_MAX):
        scribe.do(APPROVE_AWARDS, ApproveAwards(tuple(some)), actor=community.approver, at=evening)
    for award in awards:
        scribe.do(CREDIT_AWARD, CreditAward(award), at=evening)


def _exchange(scribe: Scribe, community: Community, member: MemberId, *, day: date) -> None:
    at = _instant(day, 2)
    asked = scribe.do(REQUEST_REDEMPTION, RequestRedemption(community.reward, 1), actor=member, at=at)
    redemption = RedemptionId(asked.command)
    scribe.do(APPROVE_REDEMPTION, ApproveRedemption(redemption), actor=community.approver, at=at)
    scribe.do(MAKE_READY, MakeReady(redemption), actor=community.keeper, at=at)
    scribe.do(HAND_OVER, HandOver(redemption), actor=community.keeper, at=at + timedelta(hours=1))


def _groups(many: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (many[start : start + size] for start in range(0, len(many), size))


def _instant(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
