"""Who and what the demonstration begins with: the tree of 彰武镇, its people, their roles, the rules and the shelf.

Everything is sent as a command; names go to the directory first. Ids are drawn from the seed, so that an interrupted
demonstration begins again with the same ones.
"""

import csv
import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Protocol
from uuid import UUID

from msgspec import Struct

from demonstration.people import people
from demonstration.sending import Sender
from ledger.application.members import (
    FOUND_ADMINISTRATOR,
    GIVE_CONSENT,
    GRANT_ROLE,
    ISSUE_CARD,
    REGISTER_MEMBER,
    VERIFY_MEMBER,
    FoundAdministrator,
    GiveConsent,
    GrantRole,
    IssueCard,
    RegisterMember,
    VerifyMember,
)
from ledger.application.organisations import REGISTER_ORGANISATION, RegisterOrganisation
from ledger.application.rewards import APPROVE_REWARD, DRAFT_REWARD, ApproveReward, DraftReward
from ledger.application.rules import DRAFT_RULE, PUBLISH_RULE, DraftRule, PublishRule
from ledger.application.stock import RECEIVE_STOCK, ReceiveStock
from ledger.awards.events import Terms
from ledger.kernel.clock import COMMUNITY_ZONE
from ledger.kernel.ids import CardId, FundId, MemberId, OrganisationId, RewardId, RuleId, derived
from ledger.kernel.units import Unit
from ledger.membership.events import Level, Role
from ledger.redemption.events import Limit

DIVISIONS = Path(__file__).parent / "divisions.csv"
TOWN_CODE = "210922100000"
RESIDENTS_EACH = 100
TWO_A_MONTH = Limit("member", 2, "month")
GOODS = (("肥皂两块", 2), ("抽纸一提", 4), ("洗衣液", 6), ("大米 5 公斤", 12), ("保温杯", 20))


class Names(Protocol):
    """Where names are written before the events that speak of them."""

    def write_many(self, rows: Iterable[tuple[UUID, Mapping[str, str]]], *, key_owner: UUID | None = None) -> None: ...

    def bind_division_codes(self, codes: Mapping[str, OrganisationId]) -> None: ...

    def bind_cards(self, cards: Mapping[CardId, MemberId]) -> None: ...

    def number_members(self, members: Sequence[MemberId]) -> object: ...


class Community(Struct, frozen=True):
    """One community with its people. The first residents are its staff, approver, shelf keeper and leaders."""

    organisation: OrganisationId
    name: str
    members: tuple[MemberId, ...]
    rewards: tuple[RewardId, ...] = ()

    @property
    def staff(self) -> MemberId:
        """Plans activities and tasks, proposes awards."""
        return self.members[0]

    @property
    def approver(self) -> MemberId:
        """Approves what staff proposed."""
        return self.members[1]

    @property
    def keeper(self) -> MemberId:
        """Prepares goods and hands them over."""
        return self.members[2]

    @property
    def leaders(self) -> tuple[MemberId, MemberId]:
        """Stand at the door."""
        return self.members[3], self.members[4]


class Town(Struct, frozen=True):
    """What the year is played with."""

    administrator: MemberId
    communities: tuple[Community, ...]
    points_rule: RuleId
    care_rule: RuleId


LEVELS: tuple[Level, ...] = ("province", "city", "county", "street", "community")
ROLES: tuple[tuple[int, Role], ...] = (
    (0, "staff"),
    (1, "approver"),
    (2, "shelf_keeper"),
    (3, "team_leader"),
    (4, "team_leader"),
)


class Founding(Struct, frozen=True):
    """What founding needs at hand. at: the instant of it all; administrator: who registers people."""

    sender: Sender
    names: Names
    draw: random.Random
    administrator: MemberId
    at: datetime


def found(sender: Sender, names: Names, *, seed: int, day: date) -> Town:
    """Found the town on `day`: about 7 000 commands."""
    draw = random.Random(seed)
    at = datetime.combine(day, time(8), COMMUNITY_ZONE).astimezone(UTC)
    founding = Founding(sender, names, draw, MemberId(_new(draw)), at)
    tree = _tree(founding)
    town = tree[TOWN_CODE]
    names.write_many([(founding.administrator, {"name": "演示管理员", "phone": "10099000000"})])
    sender.send(FOUND_ADMINISTRATOR, FoundAdministrator(founding.administrator, town), at=at)
    communities = _residents(founding, tree)
    points, care = _rules(founding, communities[0], town)
    stocked = tuple(_shelf(founding, each) for each in communities)
    sender.wait()
    return Town(founding.administrator, stocked, points, care)


def first_id(seed: int) -> OrganisationId:
    """The organisation that founding registers first, before anything else is in the log."""
    draw = random.Random(seed)
    _new(draw)  # the administrator's
    rows = _divisions()
    ids = [OrganisationId(_new(draw)) for _ in rows]
    return ids[[row["level"] for row in rows].index(LEVELS[0])]


def _new(draw: random.Random) -> UUID:
    return UUID(int=draw.getrandbits(128), version=4)


def _divisions() -> list[dict[str, str]]:
    with DIVISIONS.open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def _tree(founding: Founding) -> dict[str, OrganisationId]:
    sender, names, draw, at = founding.sender, founding.names, founding.draw, founding.at
    rows = _divisions()
    tree = {row["code"]: OrganisationId(_new(draw)) for row in rows}
    names.write_many([(tree[row["code"]], {"name": row["name"]}) for row in rows])
    names.bind_division_codes(tree)
    for level in LEVELS:
        for row in (row for row in rows if row["level"] == level):
            asked = RegisterOrganisation(
                organisation=tree[row["code"]],
                level=level,
                effective_from=at.date(),
                parent=tree.get(row["parent_code"]),
                division_code=row["code"],
            )
            sender.send(REGISTER_ORGANISATION, asked, at=at)
    return tree


def _residents(founding: Founding, tree: Mapping[str, OrganisationId]) -> list[Community]:
    places = [row for row in _divisions() if row["name"].endswith("社区居委会")]
    draw, names = founding.draw, founding.names
    crowd = people(draw.getrandbits(32), communities=len(places), each=RESIDENTS_EACH)
    residents = [(MemberId(_new(draw)), person) for person in crowd]
    names.write_many(
        [(member, {"name": who.name, "phone": who.phone, "address": who.address}) for member, who in residents]
    )
    names.number_members([member for member, _ in residents])
    cards = {CardId(_new(draw)): member for member, _ in residents}
    names.bind_cards(cards)
    for card, (member, who) in zip(cards, residents, strict=True):
        _resident(founding, member=member, home=tree[places[who.community]["code"]], card=card)
    found = [
        Community(tree[place["code"]], place["name"], tuple(m for m, who in residents if who.community == number))
        for number, place in enumerate(places)
    ]
    for community in found:
        for number, role in ROLES:
            asked = GrantRole(community.members[number], role, community.organisation, founding.at.date())
            founding.sender.send(GRANT_ROLE, asked, actor=founding.administrator, at=founding.at)
    return found


def _resident(founding: Founding, *, member: MemberId, home: OrganisationId, card: CardId) -> None:
    send, clerk, at = founding.sender.send, founding.administrator, founding.at
    send(REGISTER_MEMBER, RegisterMember(member, home), actor=clerk, at=at)
    send(VERIFY_MEMBER, VerifyMember(member, "identity-card"), actor=clerk, at=at)
    send(ISSUE_CARD, IssueCard(member, card), actor=clerk, at=at)
    if founding.draw.random() < 0.8:
        send(GIVE_CONSENT, GiveConsent("boards", "2025-1"), actor=member, at=at)


def _rules(founding: Founding, lead: Community, town: OrganisationId) -> tuple[RuleId, RuleId]:
    """The two rules of the programme, drafted by one person and published by another, for the whole town."""
    drafter, publisher = lead.staff, lead.approver
    sender, draw, at, administrator = founding.sender, founding.draw, founding.at, founding.administrator
    sender.send(GRANT_ROLE, GrantRole(drafter, "staff", town, at.date()), actor=administrator, at=at)
    sender.send(GRANT_ROLE, GrantRole(publisher, "approver", town, at.date()), actor=administrator, at=at)
    points, care = RuleId(_new(draw)), RuleId(_new(draw))
    terms = {
        points: Terms(Unit.POINTS, "per_hour", 1, cap_day=4, cap_month=20, expiry_months=24),
        care: Terms(Unit.CARE_MINUTES, "per_minute", 1, cap_day=240, expiry_months=None),
    }
    for rule, written in terms.items():
        sender.send(DRAFT_RULE, DraftRule(rule, town, written), actor=drafter, at=at)
        sender.send(PUBLISH_RULE, PublishRule(rule, 1, at.date() - timedelta(days=1)), actor=publisher, at=at)
    return points, care


def _shelf(founding: Founding, community: Community) -> Community:
    sender, names, draw, at = founding.sender, founding.names, founding.draw, founding.at
    fund = FundId(derived(community.organisation, "fund"))
    rewards: list[RewardId] = []
    for name, price in GOODS:
        reward = RewardId(_new(draw))
        names.write_many([(reward, {"name": name})], key_owner=community.organisation)
        asked = DraftReward(reward, community.organisation, fund, Unit.POINTS, price, (TWO_A_MONTH,))
        sender.send(DRAFT_REWARD, asked, actor=community.staff, at=at)
        sender.send(APPROVE_REWARD, ApproveReward(reward), actor=community.approver, at=at)
        sender.send(RECEIVE_STOCK, ReceiveStock(reward, 60), actor=community.keeper, at=at)
        rewards.append(reward)
    return Community(community.organisation, community.name, community.members, tuple(rewards))
