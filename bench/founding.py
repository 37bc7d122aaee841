"""How a generated town begins: one street, its communities side by side, their people, roles, rule and shelves."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import uuid4

from msgspec import Struct

from bench.scribe import Scribe
from ledger.activities.events import Session
from ledger.application.activities import (
    DRAFT_ACTIVITY,
    OPEN_ACTIVITY,
    PUBLISH_ACTIVITY,
    DraftActivity,
    OpenActivity,
    PublishActivity,
)
from ledger.application.members import (
    FOUND_ADMINISTRATOR,
    GIVE_CONSENT,
    REGISTER_MEMBER,
    VERIFY_MEMBER,
    FoundAdministrator,
    GiveConsent,
    RegisterMember,
    VerifyMember,
)
from ledger.application.organisations import REGISTER_ORGANISATION, RegisterOrganisation
from ledger.application.rewards import APPROVE_REWARD, DRAFT_REWARD, ApproveReward, DraftReward
from ledger.application.roles import GRANT_ROLE, GrantRole
from ledger.application.rules import DRAFT_RULE, PUBLISH_RULE, DraftRule, PublishRule
from ledger.application.stock import RECEIVE_STOCK, ReceiveStock
from ledger.awards.events import Terms
from ledger.kernel.ids import ActivityId, FundId, MemberId, OrganisationId, RewardId, RuleId, SessionId
from ledger.kernel.units import Unit
from ledger.membership.events import Role

ROLES: tuple[Role, ...] = ("staff", "approver", "shelf_keeper", "team_leader")
"""Of the first members of each community."""
PRICE = 20
SHELF = 10_000
HIDDEN = 5
"""One in so many does not agree to be shown on boards."""


class Community(Struct, frozen=True):
    """One community. The first four members have roles, the others volunteer."""

    organisation: OrganisationId
    members: tuple[MemberId, ...]
    reward: RewardId

    @property
    def staff(self) -> MemberId:
        return self.members[0]

    @property
    def approver(self) -> MemberId:
        return self.members[1]

    @property
    def keeper(self) -> MemberId:
        return self.members[2]

    @property
    def leader(self) -> MemberId:
        return self.members[3]


class Town(Struct, frozen=True):
    """What was founded. rule: of points, one for each minute."""

    street: OrganisationId
    clerk: MemberId
    rule: RuleId
    communities: tuple[Community, ...]


def found(scribe: Scribe, communities: int, members_each: int, *, at: datetime) -> Town:
    """Found a town at the instant `at`: three events for each member, and a dozen for each community."""
    street, clerk, rule = OrganisationId(uuid4()), MemberId(uuid4()), RuleId(uuid4())
    scribe.do(REGISTER_ORGANISATION, RegisterOrganisation(street, "street", date(2020, 1, 1)), at=at)
    scribe.do(FOUND_ADMINISTRATOR, FoundAdministrator(clerk, street), at=at)
    places = tuple(_community(scribe, street, clerk, members_each, at=at) for _ in range(communities))
    town = Town(street, clerk, rule, places)
    _rule(scribe, town, at=at)
    return town


class Gathering(NamedTuple):
    """An activity of one session."""

    activity: ActivityId
    session: Session


def open_activity(scribe: Scribe, town: Town, community: Community, *, starts_at: datetime) -> Gathering:
    """Two hours of an activity whose door is open."""
    activity, staff = ActivityId(uuid4()), community.staff
    session = Session(SessionId(uuid4()), starts_at, starts_at + timedelta(hours=2))
    asked = DraftActivity(activity, community.organisation, community.leader, (session,), (town.rule,))
    early = starts_at - timedelta(hours=2)
    scribe.do(DRAFT_ACTIVITY, asked, actor=staff, at=early)
    scribe.do(PUBLISH_ACTIVITY, PublishActivity(activity), actor=staff, at=early)
    scribe.do(OPEN_ACTIVITY, OpenActivity(activity), actor=staff, at=early)
    return Gathering(activity, session)


def _community(scribe: Scribe, street: OrganisationId, clerk: MemberId, members: int, *, at: datetime) -> Community:
    organisation, reward = OrganisationId(uuid4()), RewardId(uuid4())
    asked = RegisterOrganisation(organisation, "community", date(2020, 1, 1), street)
    scribe.do(REGISTER_ORGANISATION, asked, at=at)
    people = tuple(MemberId(uuid4()) for _ in range(members))
    _people(scribe, organisation, clerk, people, at=at)
    for member, role in zip(people, ROLES, strict=False):
        scribe.do(GRANT_ROLE, GrantRole(member, role, organisation, at.date()), actor=clerk, at=at)
    community = Community(organisation, people, reward)
    drafted = DraftReward(reward, organisation, FundId(uuid4()), Unit.POINTS, PRICE)
    scribe.do(DRAFT_REWARD, drafted, actor=community.staff, at=at)
    scribe.do(APPROVE_REWARD, ApproveReward(reward), actor=community.approver, at=at)
    scribe.do(RECEIVE_STOCK, ReceiveStock(reward, SHELF), actor=community.keeper, at=at)
    return community


def _people(scribe: Scribe, home: OrganisationId, clerk: MemberId, people: Sequence[MemberId], *, at: datetime) -> None:
    for number, member in enumerate(people):
        scribe.do(REGISTER_MEMBER, RegisterMember(member, home), actor=clerk, at=at)
        scribe.do(VERIFY_MEMBER, VerifyMember(member, "known-in-person"), actor=clerk, at=at)
        if number % HIDDEN:
            scribe.do(GIVE_CONSENT, GiveConsent("boards", "2025-1"), actor=member, at=at)


def _rule(scribe: Scribe, town: Town, *, at: datetime) -> None:
    """A point for each minute, no notice, worth two years; by staff of the first community, for the whole street."""
    lead = town.communities[0]
    scribe.do(GRANT_ROLE, GrantRole(lead.staff, "staff", town.street, at.date()), actor=town.clerk, at=at)
    scribe.do(GRANT_ROLE, GrantRole(lead.approver, "approver", town.street, at.date()), actor=town.clerk, at=at)
    terms = Terms(Unit.POINTS, "per_minute", 1, notice_working_days=0, expiry_months=24)
    scribe.do(DRAFT_RULE, DraftRule(town.rule, town.street, terms), actor=lead.staff, at=at)
    published = PublishRule(town.rule, 1, at.date() - timedelta(days=1))
    scribe.do(PUBLISH_RULE, published, actor=lead.approver, at=at)
