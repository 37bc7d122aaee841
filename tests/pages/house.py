"""A community with an open activity, a few people, an account with a history and goods to collect: what pages show."""

from concurrent.futures import Future
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid5

from api_town import QUICK

from api.deployment import Deployment
from api.settings import Settings
from api.wiring import open_deployment
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
    CREDIT_AWARD,
    TALLY_VISITS,
    ApproveAwards,
    CreditAward,
    TallyVisits,
    Visit,
)
from ledger.application.check_ins import CHECK_IN, CheckIn
from ledger.application.members import (
    FOUND_ADMINISTRATOR,
    GRANT_ROLE,
    ISSUE_CARD,
    REGISTER_MEMBER,
    VERIFY_MEMBER,
    FoundAdministrator,
    GrantRole,
    IssueCard,
    RegisterMember,
    VerifyMember,
)
from ledger.application.organisations import REGISTER_ORGANISATION, RegisterOrganisation
from ledger.application.ports import Answer, Call, CommandKey, Refused
from ledger.application.redemptions import (
    APPROVE_REDEMPTION,
    MAKE_READY,
    REQUEST_REDEMPTION,
    ApproveRedemption,
    MakeReady,
    RequestRedemption,
)
from ledger.application.rewards import APPROVE_REWARD, DRAFT_REWARD, ApproveReward, DraftReward
from ledger.application.rules import DRAFT_RULE, PUBLISH_RULE, DraftRule, PublishRule
from ledger.application.stock import RECEIVE_STOCK, ReceiveStock
from ledger.application.work import Outcome, UseCase
from ledger.awards.award import award_id
from ledger.awards.events import Terms
from ledger.kernel.clock import FixedClock
from ledger.kernel.ids import (
    SYSTEM,
    ActivityId,
    CardId,
    FundId,
    MemberId,
    OrganisationId,
    RedemptionId,
    RewardId,
    RuleId,
    SessionId,
)
from ledger.kernel.units import Unit
from ledger.membership.events import Role

NOON: Final = datetime(2025, 10, 15, 6, 20, 5, tzinfo=UTC)
"""Twenty past two on a Wednesday afternoon in the community; the activity began at two."""
_ROOT: Final = UUID("6c9d0f53-58a1-4be2-8d1c-2f4f0d9b7e11")
NAMES: Final = {
    "staff": "林春梅",
    "approver": "高建国",
    "keeper": "王秀兰",
    "leader": "欧阳明",
    "ann": "张桂英",
    "ben": "李福海",
    "stranger": "赵一鸣",
}
ROLES: Final[tuple[tuple[str, Role], ...]] = (
    ("staff", "staff"),
    ("approver", "approver"),
    ("keeper", "shelf_keeper"),
    ("leader", "team_leader"),
)


def named(name: str) -> UUID:
    """The same id for the same name."""
    return uuid5(_ROOT, name)


def person(name: str) -> MemberId:
    """One of the people."""
    return MemberId(named(name))


COMMUNITY: Final = OrganisationId(named("community"))
NEXT_DOOR: Final = OrganisationId(named("next door"))
ACTIVITY: Final = ActivityId(named("cleaning"))
SESSION: Final = SessionId(named("cleaning session"))
CARD: Final = CardId(named("card of ann"))
REWARD: Final = RewardId(named("soap"))
POINTS: Final = RuleId(named("points"))
CARE: Final = RuleId(named("care"))


class House:
    """A deployment whose clock is set by hand. Its ledger must be running (the application's lifespan runs it)."""

    def __init__(self, home: Path, **settings: Any) -> None:
        self.clock = FixedClock(NOON)
        given = {"demonstration": True} | settings
        self.deployment: Deployment = open_deployment(Settings(home=home, **given), self.clock, cost=QUICK)
        self._number = 0

    @property
    def position(self) -> int:
        """The newest event."""
        return self.deployment.feed.position()

    def do(self, use_case: UseCase[Any], asked: Any, actor: MemberId = SYSTEM, **at: datetime) -> Outcome:
        """Run a command and give its outcome."""
        result = self.answer(use_case, asked, actor, **at).result
        assert not isinstance(result, Refused), f"{use_case.name}: {result}"
        return result

    def answer(
        self, use_case: UseCase[Any], asked: Any, actor: MemberId = SYSTEM, *, at: datetime | None = None
    ) -> Answer:
        """Run a command and give its answer, refusals too."""
        self._number += 1
        key = CommandKey("test", f"{use_case.name} {self._number} {self.position}", b"")
        call = Call(use_case, asked, actor, key, at or self.clock.now())
        future: Future[Answer] = self.deployment.ledger.submit(call, lane="back")
        return future.result(10)

    def token(self, name: str) -> str:
        """A session for one of the people."""
        kind = "staff" if name in dict(ROLES) else "member"
        return self.deployment.sessions.open(person(name), kind, self.clock.now())

    def settle(self) -> None:
        """Until the read models contain everything."""
        assert self.deployment.figures.wait_for(self.position, timeout=10)

    def wait(self, **time: float) -> None:
        """Let time pass."""
        self.clock.at += timedelta(**time)


def furnish(house: House) -> None:
    """Everything there is, as of the house's clock."""
    _names(house)
    _people(house)
    _rules(house)
    _history(house)
    _open_activity(house)


def _names(house: House) -> None:
    directory = house.deployment.directory
    directory.write_many([(person(name), {"name": text}) for name, text in NAMES.items()])
    directory.write_many([(COMMUNITY, {"name": "老城社区居委会"}), (NEXT_DOOR, {"name": "东风社区居委会"})])
    directory.write_many([(ACTIVITY, {"title": "清洁家园志愿日", "place": "社区广场"})], key_owner=COMMUNITY)
    directory.write_many([(REWARD, {"name": "洗衣液"})], key_owner=COMMUNITY)
    directory.bind_card(CARD, person("ann"))


def _people(house: House) -> None:
    street = OrganisationId(named("street"))
    long_ago, first = NOON - timedelta(days=300), date(2024, 1, 1)
    house.do(REGISTER_ORGANISATION, RegisterOrganisation(street, "street", first), at=long_ago)
    for place in (COMMUNITY, NEXT_DOOR):
        house.do(REGISTER_ORGANISATION, RegisterOrganisation(place, "community", first, parent=street), at=long_ago)
    administrator = person("administrator")
    house.do(FOUND_ADMINISTRATOR, FoundAdministrator(administrator, street), at=long_ago)
    for name in NAMES:
        home = NEXT_DOOR if name == "stranger" else COMMUNITY
        house.do(REGISTER_MEMBER, RegisterMember(person(name), home), administrator, at=long_ago)
        house.do(VERIFY_MEMBER, VerifyMember(person(name), "identity-card"), administrator, at=long_ago)
    for name, role in ROLES:
        asked = GrantRole(person(name), role, COMMUNITY, long_ago.date())
        house.do(GRANT_ROLE, asked, administrator, at=long_ago)
    house.do(ISSUE_CARD, IssueCard(person("ann"), CARD), administrator, at=long_ago)


def _rules(house: House) -> None:
    at = NOON - timedelta(days=299)
    terms = {
        POINTS: Terms(Unit.POINTS, "per_hour", 1, cap_day=3, cap_month=20, expiry_months=12, ceiling_minutes=None),
        CARE: Terms(Unit.CARE_MINUTES, "per_minute", 1, notice_working_days=0),
    }
    for rule, written in terms.items():
        house.do(DRAFT_RULE, DraftRule(rule, COMMUNITY, written), person("staff"), at=at)
        house.do(PUBLISH_RULE, PublishRule(rule, 1, at.date()), person("approver"), at=at)


def _history(house: House) -> None:
    """Ann came to eight afternoons of four hours; what the last one earned is still on public notice."""
    for days in (260, 230, 200, 150, 100, 60, 30):
        _afternoon(house, "ann", days=days, rules=(POINTS, CARE))
    asked = DraftReward(REWARD, COMMUNITY, FundId(named("fund")), Unit.POINTS, 4)
    house.do(DRAFT_REWARD, asked, person("staff"))
    house.do(APPROVE_REWARD, ApproveReward(REWARD), person("approver"))
    house.do(RECEIVE_STOCK, ReceiveStock(REWARD, 20), person("keeper"))
    _afternoon(house, "ann", days=2, rules=(POINTS,), credit=False)


def _afternoon(house: House, name: str, *, days: int, rules: tuple[RuleId, ...], credit: bool = True) -> None:
    start = NOON.replace(hour=5, minute=0, second=0) - timedelta(days=days)
    activity, session = ActivityId(named(f"activity {days}")), SessionId(named(f"session {days}"))
    texts = {"title": "陪独居老人聊天" if days == 60 else "文明劝导", "place": "党群服务中心"}
    house.deployment.directory.write(activity, texts, key_owner=COMMUNITY)
    meeting = Session(session, start, start + timedelta(hours=4))
    staff = person("staff")
    asked = DraftActivity(activity, COMMUNITY, person("leader"), (meeting,), rules)
    house.do(DRAFT_ACTIVITY, asked, staff, at=start - timedelta(hours=4))
    house.do(PUBLISH_ACTIVITY, PublishActivity(activity), staff, at=start - timedelta(hours=3))
    house.do(OPEN_ACTIVITY, OpenActivity(activity), staff, at=start)
    left = start + timedelta(hours=3, minutes=50)
    house.do(CHECK_IN, CheckIn(activity, start, "kiosk", "in"), person(name), at=start)
    house.do(CHECK_IN, CheckIn(activity, left, "kiosk", "out"), person(name), at=left)
    evening = start + timedelta(hours=6)
    house.do(CLOSE_ACTIVITY, CloseActivity(activity), staff, at=evening)
    house.do(TALLY_VISITS, TallyVisits(activity, (Visit(session, person(name)),)), staff, at=evening)
    units = [Unit.POINTS, Unit.CARE_MINUTES][: len(rules)]
    awards = tuple(award_id(attendance_id(activity, session, person(name)), person(name), unit) for unit in units)
    house.do(APPROVE_AWARDS, ApproveAwards(awards), person("approver"), at=evening)
    for award in awards if credit else ():
        house.do(CREDIT_AWARD, CreditAward(award), at=start + timedelta(days=15))


def _open_activity(house: House) -> None:
    start = NOON.replace(hour=6, minute=0, second=0)
    meeting = Session(SESSION, start, start + timedelta(hours=2))
    staff = person("staff")
    asked = DraftActivity(ACTIVITY, COMMUNITY, person("leader"), (meeting,), (POINTS,))
    house.do(DRAFT_ACTIVITY, asked, staff, at=start - timedelta(hours=5))
    house.do(PUBLISH_ACTIVITY, PublishActivity(ACTIVITY), staff, at=start - timedelta(hours=4))
    house.do(OPEN_ACTIVITY, OpenActivity(ACTIVITY), staff, at=start - timedelta(minutes=15))


def redemption(house: House, *, ready: bool = True, member: str = "ann") -> RedemptionId:
    """Two bottles that `member` asked for, lying ready unless told otherwise."""
    asked = house.do(REQUEST_REDEMPTION, RequestRedemption(REWARD, 1), person(member))
    found = RedemptionId(asked.ids["redemption"])
    if ready:
        house.do(APPROVE_REDEMPTION, ApproveRedemption(found), person("approver"))
        house.do(MAKE_READY, MakeReady(found), person("keeper"))
    house.settle()
    return found
