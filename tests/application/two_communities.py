"""A small street with two communities and the people who look after it, on the ledger in memory."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

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
from ledger.application.memory import MemoryLedger
from ledger.application.organisations import REGISTER_ORGANISATION, RegisterOrganisation
from ledger.application.rules import DRAFT_RULE, DraftRule
from ledger.application.work import Outcome, RequestT, UseCase
from ledger.awards.events import Terms
from ledger.kernel.ids import SYSTEM, ActivityId, MemberId, OrganisationId, RuleId, SessionId
from ledger.kernel.refusal import Refusal
from ledger.kernel.units import Unit
from ledger.membership.events import Level, Role

NOW = datetime(2025, 10, 15, 2, tzinfo=UTC)
TODAY = date(2025, 10, 15)
STARTS = NOW + timedelta(days=3)
ENDS = STARTS + timedelta(hours=2)
MINUTE = timedelta(minutes=1)
NOBODY = MemberId(UUID(int=404))


class Neighbourhood:
    """A `street` of two communities; `chief` is its administrator, `clerk` is old town's staff."""

    def __init__(self) -> None:
        self.ledger = MemoryLedger()
        self.street = self.organisation("street", None)
        self.old_town = self.organisation("community", self.street)
        self.new_town = self.organisation("community", self.street)
        self.chief = MemberId(uuid4())
        self.run(FOUND_ADMINISTRATOR, FoundAdministrator(self.chief, self.street), by=SYSTEM)
        self.clerk = self.member()
        self.grant(self.clerk, "staff", self.old_town)

    def run(self, use_case: UseCase[RequestT], request: RequestT, *, by: MemberId, at: datetime = NOW) -> Outcome:
        return self.ledger.run(use_case, request, actor=by, at=at)

    def refusal(self, use_case: UseCase[Any], request: Any, *, by: MemberId, at: datetime = NOW) -> Refusal:
        """The refusal of a command, which must have changed nothing."""
        before = len(self.ledger.log)
        with pytest.raises(Refusal) as refused:
            self.run(use_case, request, by=by, at=at)
        assert len(self.ledger.log) == before
        return refused.value

    def code(self, use_case: UseCase[Any], request: Any, *, by: MemberId, at: datetime = NOW) -> str:
        return self.refusal(use_case, request, by=by, at=at).code

    def organisation(self, level: Level, parent: OrganisationId | None) -> OrganisationId:
        node = OrganisationId(uuid4())
        request = RegisterOrganisation(organisation=node, level=level, effective_from=TODAY, parent=parent)
        self.run(REGISTER_ORGANISATION, request, by=SYSTEM)
        return node

    def newcomer(self) -> MemberId:
        """Somebody registered in old town whom nobody has verified."""
        member = MemberId(uuid4())
        self.run(REGISTER_MEMBER, RegisterMember(member, self.old_town), by=self.chief)
        return member

    def member(self) -> MemberId:
        """A verified resident of old town."""
        member = self.newcomer()
        self.run(VERIFY_MEMBER, VerifyMember(member, "identity-card"), by=self.chief)
        return member

    def rule(self, organisation: OrganisationId) -> RuleId:
        """An earning rule of the organisation, drafted by somebody of its staff."""
        rule, author = RuleId(uuid4()), self.with_role("staff", organisation)
        terms = Terms(unit=Unit.POINTS, basis="per_hour", rate=1)
        self.run(DRAFT_RULE, DraftRule(rule, organisation, terms), by=author)
        return rule

    def grant(self, member: MemberId, role: Role, organisation: OrganisationId) -> UUID:
        request = GrantRole(member=member, role=role, organisation=organisation, from_day=TODAY)
        return self.run(GRANT_ROLE, request, by=self.chief).ids["role"]

    def with_role(self, role: Role, organisation: OrganisationId | None = None) -> MemberId:
        member = self.member()
        self.grant(member, role, organisation or self.old_town)
        return member


class Class:
    """An activity of old town with one session of two hours and a team leader, published."""

    def __init__(self, town: Neighbourhood, **options: Any) -> None:
        self.town = town
        self.id = ActivityId(uuid4())
        self.session = SessionId(uuid4())
        self.leader: MemberId = options.pop("leader", None) or town.with_role("team_leader")
        sessions = options.pop("sessions", (Session(self.session, STARTS, ENDS),))
        request = DraftActivity(
            activity=self.id, organisation=town.old_town, leader=self.leader, sessions=sessions, rules=(), **options
        )
        town.run(DRAFT_ACTIVITY, request, by=town.clerk)
        town.run(PUBLISH_ACTIVITY, PublishActivity(self.id), by=town.clerk)

    def opened(self) -> "Class":
        self.town.run(OPEN_ACTIVITY, OpenActivity(self.id), by=self.leader)
        return self

    def closed(self) -> "Class":
        self.town.run(CLOSE_ACTIVITY, CloseActivity(self.id), by=self.leader)
        return self
