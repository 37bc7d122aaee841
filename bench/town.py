"""The community that checks in: 20 000 members with sessions and a few open activities, all made by real commands."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from msgspec import Struct

from api.deployment import Deployment
from demonstration.sending import Sender
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
    REGISTER_MEMBER,
    VERIFY_MEMBER,
    FoundAdministrator,
    RegisterMember,
    VerifyMember,
)
from ledger.application.organisations import REGISTER_ORGANISATION, RegisterOrganisation
from ledger.kernel.ids import ActivityId, MemberId, OrganisationId, SessionId

MEMBERS = 20_000
ACTIVITIES = 12
"""Each member may check in once at each: 240 000 visits, more than a run can make."""


class Town(Struct, frozen=True):
    """Who can check in, and where. Ids only, as everywhere."""

    members: tuple[MemberId, ...]
    activities: tuple[ActivityId, ...]


def people_a_town(deployment: Deployment, *, members: int = MEMBERS, activities: int = ACTIVITIES) -> Town:
    """Found a community in the running `deployment`, register and verify its members, open its activities."""
    sender, at = Sender(deployment.ledger, scope="bench"), deployment.clock.now()
    community, clerk = OrganisationId(uuid4()), MemberId(uuid4())
    sender.send(REGISTER_ORGANISATION, RegisterOrganisation(community, "community", date(2020, 1, 1)), at=at)
    sender.send(FOUND_ADMINISTRATOR, FoundAdministrator(clerk, community), at=at)
    town = Town(tuple(MemberId(uuid4()) for _ in range(members)), tuple(ActivityId(uuid4()) for _ in range(activities)))
    for member in town.members:
        sender.send(REGISTER_MEMBER, RegisterMember(member, community), actor=clerk, at=at)
        sender.send(VERIFY_MEMBER, VerifyMember(member, "known-in-person"), actor=clerk, at=at)
    for activity in town.activities:
        session = Session(SessionId(uuid4()), at - timedelta(hours=1), at + timedelta(hours=8))
        drafted = DraftActivity(activity, community, clerk, (session,), ())
        sender.send(DRAFT_ACTIVITY, drafted, actor=clerk, at=at)
        sender.send(PUBLISH_ACTIVITY, PublishActivity(activity), actor=clerk, at=at)
        sender.send(OPEN_ACTIVITY, OpenActivity(activity), actor=clerk, at=at)
    sender.wait()
    return town


def sign_in(deployment: Deployment, members: Sequence[MemberId]) -> list[str]:
    """A session for each of `members`; their tokens, in the same order."""
    return deployment.sessions.open_many(members, "member", datetime.now(UTC))
