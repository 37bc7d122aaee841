"""Two communities of one street with named people, rules, deeds and rewards, and a clock that is set: for stories."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from ledger.accounts.account import ACCOUNT, Account, account_id
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
    FORM_HOUSEHOLD,
    FOUND_ADMINISTRATOR,
    GRANT_ROLE,
    REGISTER_MEMBER,
    VERIFY_MEMBER,
    FormHousehold,
    FoundAdministrator,
    GrantRole,
    RegisterMember,
    VerifyMember,
)
from ledger.application.memory import MemoryLedger
from ledger.application.organisations import REGISTER_ORGANISATION, RegisterOrganisation
from ledger.application.rewards import APPROVE_REWARD, DRAFT_REWARD, ApproveReward, DraftReward
from ledger.application.rules import DRAFT_RULE, PUBLISH_RULE, DraftRule, PublishRule
from ledger.application.stock import RECEIVE_STOCK, ReceiveStock
from ledger.application.work import Outcome, UseCase
from ledger.awards.award import AWARD, Award, award_id
from ledger.awards.events import Terms
from ledger.kernel.ids import (
    SYSTEM,
    ActivityId,
    AwardId,
    FundId,
    MemberId,
    OrganisationId,
    RewardId,
    RuleId,
    SessionId,
)
from ledger.kernel.refusal import Refusal
from ledger.kernel.units import Unit
from ledger.membership.events import Role
from ledger.redemption.events import Limit
from ledger.redemption.reward import REWARD
from ledger.redemption.reward_state import Reward

ROOT = UUID("0d3c7a52-8f0e-4b7c-9a51-64d2f0a7c0de")
WEDNESDAY = datetime(2025, 10, 15, 0, 30, tzinfo=UTC)
"""Half past eight in the morning on the community's clock."""
HOURLY = Terms(unit=Unit.POINTS, basis="per_hour", rate=1, expiry_months=12)
CARE = Terms(unit=Unit.CARE_MINUTES, basis="per_minute", rate=1, ceiling_minutes=None, notice_working_days=0)


def named(name: str) -> UUID:
    """The same id for the same name in every story."""
    return uuid5(ROOT, name)


class Village:
    """The people: clerk and second clerk (staff), two approvers, keeper, and the residents ann, ben and cai.

    cai lives with the first approver. dan lives next door, where eve holds every role.
    """

    def __init__(self) -> None:
        self.ledger = MemoryLedger()
        self.now = WEDNESDAY
        self.street, self.community, self.next_door = (
            OrganisationId(named(name)) for name in ("street", "community", "next door")
        )
        self._register_places()
        self._register_people()

    def run(self, use_case: UseCase[Any], request: Any, actor: MemberId, command: UUID | None = None) -> Outcome:
        """Run the use case now."""
        return self.ledger.run(use_case, request, actor=actor, at=self.now, command=command)

    def answer(
        self, use_case: UseCase[Any], request: Any, actor: MemberId, command: UUID | None = None
    ) -> Outcome | Refusal:
        """The outcome or the refusal; after a refusal everything is as it was."""
        log, streams = [*self.ledger.log], {stream: [*events] for stream, events in self.ledger.streams.items()}
        try:
            return self.run(use_case, request, actor, command)
        except Refusal as refusal:
            assert self.ledger.log == log
            assert {stream: events for stream, events in self.ledger.streams.items() if events} == streams
            return refusal

    def refusal(self, use_case: UseCase[Any], request: Any, actor: MemberId) -> Refusal:
        """The refusal of what must be refused."""
        answer = self.answer(use_case, request, actor)
        assert isinstance(answer, Refusal), answer
        return answer

    def person(self, name: str) -> MemberId:
        return MemberId(named(name))

    def wait(self, **time: float) -> None:
        self.now += timedelta(**time)

    def account(self, member: MemberId, unit: Unit = Unit.POINTS) -> Account:
        return self.ledger.load(ACCOUNT, account_id(member, unit)).state

    def reward(self, reward: RewardId) -> Reward:
        return self.ledger.load(REWARD, reward).state

    def award(self, award: AwardId) -> Award:
        return self.ledger.load(AWARD, award).state

    def published_rule(self, terms: Terms, name: str = "rule", valid_from: date = date(2025, 1, 1)) -> RuleId:
        rule = RuleId(named(name))
        self.run(DRAFT_RULE, DraftRule(rule, self.community, terms), self.clerk)
        self.run(PUBLISH_RULE, PublishRule(rule, 1, valid_from), self.approver)
        return rule

    def open_activity(self, rules: Iterable[RuleId], name: str = "activity", minutes: int = 120) -> ActivityId:
        """An activity of one session that starts now, with its door open."""
        activity = ActivityId(named(name))
        session = Session(SessionId(named(f"{name} session")), self.now, self.now + timedelta(minutes=minutes))
        draft = DraftActivity(activity, self.community, self.clerk, (session,), tuple(rules))
        self.run(DRAFT_ACTIVITY, draft, self.clerk)
        self.run(PUBLISH_ACTIVITY, PublishActivity(activity), self.clerk)
        self.run(OPEN_ACTIVITY, OpenActivity(activity), self.clerk)
        return activity

    def closed_activity(
        self, rules: Iterable[RuleId], stays: dict[MemberId, int], *, name: str = "activity", minutes: int = 120
    ) -> ActivityId:
        """As `open_activity`; each member stayed so many minutes from the start, and the door is shut again."""
        activity, start = self.open_activity(rules, name, minutes), self.now
        for member in stays:
            self.run(CHECK_IN, CheckIn(activity, start, "kiosk", "in"), member)
        for member, stayed in sorted(stays.items(), key=lambda item: item[1]):
            self.now = start + timedelta(minutes=stayed)
            self.run(CHECK_IN, CheckIn(activity, self.now, "kiosk", "out"), member)
        self.run(CLOSE_ACTIVITY, CloseActivity(activity), self.clerk)
        return activity

    def visits(self, *members: MemberId, name: str = "activity") -> tuple[Visit, ...]:
        return tuple(Visit(SessionId(named(f"{name} session")), member) for member in members)

    def tallied(self, activity: ActivityId, *members: MemberId, name: str = "activity") -> Outcome:
        return self.run(TALLY_VISITS, TallyVisits(activity, self.visits(*members, name=name)), self.clerk)

    def award_of(self, member: MemberId, unit: Unit = Unit.POINTS, name: str = "activity") -> AwardId:
        source = attendance_id(ActivityId(named(name)), SessionId(named(f"{name} session")), member)
        return award_id(source, member, unit)

    def give_points(self, member: MemberId, hours: int, name: str = "giving", expiry_months: int | None = None) -> None:
        """Let the member earn `hours` points in the usual way, without notice; the clock is then where it was."""
        start = self.now
        terms = Terms(
            Unit.POINTS, "per_hour", 1, ceiling_minutes=None, notice_working_days=0, expiry_months=expiry_months
        )
        rule = self.published_rule(terms, f"{name} rule")
        activity = self.closed_activity([rule], {member: 60 * hours}, name=name, minutes=60 * hours)
        self.tallied(activity, member, name=name)
        self.now = start
        award = self.award_of(member, name=name)
        self.run(APPROVE_AWARDS, ApproveAwards((award,)), self.second_approver)
        self.run(CREDIT_AWARD, CreditAward(award), SYSTEM)

    def listed_reward(self, price: int = 2, pieces: int = 10, limit: int | None = None) -> RewardId:
        reward = RewardId(named(f"reward {price} {pieces} {limit}"))
        fund = FundId(named("fund"))
        if self.reward(reward).listing:
            return reward
        limits = () if limit is None else (Limit("member", limit, "month"),)
        self.run(DRAFT_REWARD, DraftReward(reward, self.community, fund, Unit.POINTS, price, limits), self.clerk)
        self.run(APPROVE_REWARD, ApproveReward(reward), self.approver)
        self.run(RECEIVE_STOCK, ReceiveStock(reward, pieces), self.keeper)
        return reward

    def grant(self, member: MemberId, role: Role, place: OrganisationId) -> None:
        self.run(GRANT_ROLE, GrantRole(member, role, place, date(2025, 1, 1)), self.administrator)

    def _register_places(self) -> None:
        places = (
            RegisterOrganisation(self.street, "street", date(2020, 1, 1)),
            RegisterOrganisation(self.community, "community", date(2020, 1, 1), self.street),
            RegisterOrganisation(self.next_door, "community", date(2020, 1, 1), self.street),
        )
        for place in places:
            self.run(REGISTER_ORGANISATION, place, SYSTEM)

    def _register_people(self) -> None:
        self.administrator = self.person("administrator")
        self.run(FOUND_ADMINISTRATOR, FoundAdministrator(self.administrator, self.street), SYSTEM)
        self.clerk = self._staffed("clerk", "staff", self.community)
        self.second_clerk = self._staffed("second clerk", "staff", self.community)
        self.approver = self._staffed("approver", "approver", self.community)
        self.second_approver = self._staffed("second approver", "approver", self.community)
        self.keeper = self._staffed("keeper", "shelf_keeper", self.community)
        self.ann, self.ben, self.cai = (self._resident(name, self.community) for name in ("ann", "ben", "cai"))
        self.dan = self._resident("dan", self.next_door)
        self.eve = self._staffed("eve", "staff", self.next_door)
        self.grant(self.eve, "approver", self.next_door)
        self.grant(self.eve, "shelf_keeper", self.next_door)
        household = FormHousehold(self.community, (self.cai, self.approver))
        self.run(FORM_HOUSEHOLD, household, self.administrator)

    def _resident(self, name: str, home: OrganisationId) -> MemberId:
        member = self.person(name)
        self.run(REGISTER_MEMBER, RegisterMember(member, home), self.administrator)
        self.run(VERIFY_MEMBER, VerifyMember(member, "identity-card"), self.administrator)
        return member

    def _staffed(self, name: str, role: Role, place: OrganisationId) -> MemberId:
        member = self._resident(name, place)
        self.grant(member, role, place)
        return member
