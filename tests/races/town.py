"""A community on a real ledger, with the people and the shelf that a race needs; everything is a real command."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from copy import copy
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from ledger.accounts.account import account_id
from ledger.application.awards import (
    ACCEPT_REPORT,
    APPROVE_AWARDS,
    CREDIT_AWARD,
    AcceptReport,
    ApproveAwards,
    CreditAward,
)
from ledger.application.members import (
    FOUND_ADMINISTRATOR,
    GRANT_ROLE,
    REGISTER_MEMBER,
    VERIFY_MEMBER,
    FoundAdministrator,
    GrantRole,
    RegisterMember,
    VerifyMember,
)
from ledger.application.organisations import REGISTER_ORGANISATION, RegisterOrganisation
from ledger.application.ports import Answer, Call, CommandKey, Refused
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
from ledger.application.rewards import APPROVE_REWARD, DRAFT_REWARD, ApproveReward, DraftReward
from ledger.application.rules import DRAFT_RULE, PUBLISH_RULE, DraftRule, PublishRule
from ledger.application.stock import RECEIVE_STOCK, ReceiveStock
from ledger.application.tasks import CLAIM_TASK, POST_TASK, REPORT_TASK, ClaimTask, PostTask, ReportTask
from ledger.application.work import Outcome, UseCase
from ledger.awards.award import award_id
from ledger.awards.events import Terms
from ledger.kernel.calendar import WeekdaysOnly
from ledger.kernel.ids import (
    SYSTEM,
    AccountId,
    AwardId,
    FundId,
    MemberId,
    OrganisationId,
    RedemptionId,
    RewardId,
    RoleId,
    RuleId,
    TaskId,
    derived,
)
from ledger.kernel.units import Unit
from ledger.membership.events import Role
from ledger.redemption.events import Limit
from ledger.store.databases import Databases
from ledger.store.sessions import Sessions
from ledger.store.writer import Writer, WriterSettings

NOW = datetime(2025, 10, 15, 2, tzinfo=UTC)
TODAY = date(2025, 10, 15)
MONTH = "2025-10"
SECRET = bytes(range(32))
WAIT_SECONDS = 60
"""Longer than anything here takes; what waits so long has failed."""

POINTS_A_DEED = 10_000
TERMS = Terms(Unit.POINTS, "per_hour", rate=POINTS_A_DEED, notice_working_days=0)


@contextmanager
def writing(databases: Databases) -> Generator[Writer]:
    """A running writer as a deployment has it, but for a deadline that a busy machine cannot miss."""
    sessions = Sessions(databases.state, databases.state_read)
    settings = WriterSettings(deadline_seconds=WAIT_SECONDS)
    writer = Writer(databases, sessions, WeekdaysOnly(), SECRET, settings)
    writer.start()
    try:
        yield writer
    finally:
        writer.stop()


def call(use_case: UseCase[Any], request: Any, by: MemberId, key: str | None = None, body: bytes = b"") -> Call:
    """A call of `by`; under a key of its own where none is given."""
    return Call(use_case, request, by, CommandKey(use_case.name, key or str(uuid4()), body), NOW)


def purse(member: MemberId) -> AccountId:
    """The account of a member's points."""
    return account_id(member, Unit.POINTS)


class Town:
    """A street with one community. Staff: chief, clerk, second_clerk, approver, second_approver, keeper; eight
    residents with points.

    Two of the residents have had something from the shelf, and a third has asked for it.
    """

    writer: Writer

    def __init__(self) -> None:
        self.roles: dict[MemberId, RoleId] = {}
        self.residents: list[MemberId] = []
        self.street, self.community = OrganisationId(uuid4()), OrganisationId(uuid4())
        self.chief = MemberId(uuid4())

    def settle(self, writer: Writer) -> None:
        """Found the town on an empty ledger."""
        self.writer = writer
        below = RegisterOrganisation(self.community, "community", TODAY, self.street)
        self.do(REGISTER_ORGANISATION, RegisterOrganisation(self.street, "street", TODAY), SYSTEM)
        self.do(REGISTER_ORGANISATION, below, SYSTEM)
        self.do(FOUND_ADMINISTRATOR, FoundAdministrator(self.chief, self.street), SYSTEM)
        self.clerk, self.second_clerk = self.staffed("staff"), self.staffed("staff")
        self.approver, self.second_approver = self.staffed("approver"), self.staffed("approver")
        self.keeper = self.staffed("shelf_keeper")
        self.rule = self.new_rule(TERMS)
        self.residents += self.new_members(8)
        self.give_points(self.residents)
        reward = self.listed(stock=20, price=3)
        for member in self.residents[:2]:
            self.redeem(reward, member)
        self.do(REQUEST_REDEMPTION, RequestRedemption(reward, 1), self.residents[2])

    def seen_by(self, writer: Writer) -> "Town":
        """The same town on a copy of its ledger, which `writer` writes."""
        town = copy(self)
        town.writer = writer
        return town

    def ask(self, use_case: UseCase[Any], request: Any, by: MemberId) -> Outcome | Refused:
        """What this process's writer answers."""
        return self.answers([call(use_case, request, by)])[0].result

    def answers(self, calls: Sequence[Call]) -> list[Answer]:
        """The answers to calls that are sent at once."""
        futures = [self.writer.submit(one, lane="front") for one in calls]
        return [future.result(WAIT_SECONDS) for future in futures]

    def do(self, use_case: UseCase[Any], request: Any, by: MemberId) -> Outcome:
        """What came of a command that must be accepted."""
        return _accepted(self.ask(use_case, request, by))

    def do_all(self, calls: Sequence[Call]) -> list[Outcome]:
        """As `answers`, of calls that must be accepted."""
        return [_accepted(answer.result) for answer in self.answers(calls)]

    def new_members(self, count: int) -> list[MemberId]:
        """Verified residents of the community."""
        members = [MemberId(uuid4()) for _ in range(count)]
        self.do_all([call(REGISTER_MEMBER, RegisterMember(one, self.community), self.chief) for one in members])
        self.do_all([call(VERIFY_MEMBER, VerifyMember(one, "identity-card"), self.chief) for one in members])
        return members

    def staffed(self, role: Role) -> MemberId:
        """A resident who holds `role` for the community."""
        (member,) = self.new_members(1)
        granted = self.do(GRANT_ROLE, GrantRole(member, role, self.community, TODAY), self.chief)
        self.roles[member] = RoleId(granted.ids["role"])
        return member

    def new_rule(self, terms: Terms) -> RuleId:
        """A published rule of the community."""
        rule = RuleId(uuid4())
        self.do(DRAFT_RULE, DraftRule(rule, self.community, terms), self.clerk)
        self.do(PUBLISH_RULE, PublishRule(rule, 1, TODAY), self.approver)
        return rule

    def give_points(self, members: Sequence[MemberId]) -> None:
        """Let each of `members` do an hour's task and be credited `POINTS_A_DEED` for it."""
        awards = self.proposed(members)
        for approver in (self.approver, self.second_approver):
            self.do(APPROVE_AWARDS, ApproveAwards(tuple(awards)), approver)
        self.do_all([call(CREDIT_AWARD, CreditAward(award), SYSTEM) for award in awards])

    def proposed(self, members: Sequence[MemberId]) -> list[AwardId]:
        """The awards of an hour's task that each of `members` did."""
        task = TaskId(uuid4())
        until = NOW + timedelta(days=1)
        self.do(POST_TASK, PostTask(task, self.community, len(members), 60, until, (self.rule,)), self.clerk)
        self.do_all([call(CLAIM_TASK, ClaimTask(task), one) for one in members])
        self.do_all([call(REPORT_TASK, ReportTask(task, 60, TODAY), one) for one in members])
        self.do_all([call(ACCEPT_REPORT, AcceptReport(task, one, 60), self.clerk) for one in members])
        return [award_id(derived(task, "claim", one), one, Unit.POINTS) for one in members]

    def listed(self, *, stock: int, price: int, limit: int | None = None) -> RewardId:
        """A new reward on the community's shelf."""
        reward = RewardId(uuid4())
        limits = () if limit is None else (Limit("member", limit, "month"),)
        offer = DraftReward(reward, self.community, FundId(uuid4()), Unit.POINTS, price, limits)
        stocked = ReceiveStock(reward, stock)
        approved = call(APPROVE_REWARD, ApproveReward(reward), self.approver)
        self.do_all([call(DRAFT_REWARD, offer, self.clerk), approved, call(RECEIVE_STOCK, stocked, self.keeper)])
        return reward

    def redeem(self, reward: RewardId, member: MemberId) -> None:
        """One piece, from asking to the goods in hand."""
        asked = self.do(REQUEST_REDEMPTION, RequestRedemption(reward, 1), member)
        self.hand_over(RedemptionId(asked.ids["redemption"]))

    def hand_over(self, redemption: RedemptionId) -> None:
        """Approve, make ready and hand over what was asked for."""
        self.do(APPROVE_REDEMPTION, ApproveRedemption(redemption), self.approver)
        self.do(MAKE_READY, MakeReady(redemption), self.keeper)
        self.do(HAND_OVER, HandOver(redemption), self.keeper)


def _accepted(result: Outcome | Refused) -> Outcome:
    assert isinstance(result, Outcome), result
    return result
