"""Who lives in the machine's town, and how the town is founded: by commands, once, and copied for each history."""

from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID, uuid5

from msgspec.structs import replace

from ledger.application.households import FORM_HOUSEHOLD, FormHousehold
from ledger.application.members import (
    FOUND_ADMINISTRATOR,
    REGISTER_MEMBER,
    VERIFY_MEMBER,
    FoundAdministrator,
    RegisterMember,
    VerifyMember,
)
from ledger.application.organisations import REGISTER_ORGANISATION, RegisterOrganisation
from ledger.application.programme import DRAFT_SETTINGS, PUBLISH_SETTINGS, DraftSettings, PublishSettings
from ledger.application.roles import GRANT_ROLE, GrantRole
from ledger.application.rules import DRAFT_RULE, PUBLISH_RULE, DraftRule, PublishRule
from ledger.application.work import UseCase
from ledger.awards.events import Terms
from ledger.kernel.ids import SYSTEM, MemberId, OrganisationId, RuleId
from ledger.kernel.units import Unit
from ledger.membership.events import Role
from ledger.programme.events import Settings

ROOT: Final = UUID("6b9d4f0e-3c1a-4d6f-9e21-0f6d3a5b7c88")
FOUNDED: Final = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""A Monday morning."""
DAY_ONE: Final = date(2026, 1, 1)


def named(name: str) -> UUID:
    """The same id for the same name in every history."""
    return uuid5(ROOT, name)


def person(name: str) -> MemberId:
    return MemberId(named(name))


STREET, COMMUNITY, NEXT_DOOR, MERCHANT = (
    OrganisationId(named(name)) for name in ("street", "community", "next door", "merchant")
)
ADMINISTRATOR = person("administrator")
ROLES: Final[dict[str, tuple[Role, OrganisationId]]] = {
    "clerk": ("staff", COMMUNITY),
    "second clerk": ("staff", COMMUNITY),
    "approver": ("approver", COMMUNITY),
    "second approver": ("approver", COMMUNITY),
    "third approver": ("approver", COMMUNITY),
    "street approver": ("approver", STREET),
    "keeper": ("shelf_keeper", COMMUNITY),
    "second keeper": ("shelf_keeper", COMMUNITY),
    "auditor": ("auditor", COMMUNITY),
    "stranger": ("staff", NEXT_DOOR),
}
CLERKS = (person("clerk"), person("second clerk"))
APPROVERS = (person("approver"), person("second approver"), person("third approver"))
STREET_APPROVER = person("street approver")
KEEPERS = (person("keeper"), person("second keeper"))
AUDITOR = person("auditor")
RESIDENTS = (person("ann"), person("ben"), person("cai"), person("deng"))
"""cai lives with the first approver, ann with ben."""
TWICE = (person("fay"), person("gus"))
"""Two registrations that may be one person, who come and go; nothing but gifts reaches them."""
DAN = person("dan")
"""Dan lives next door."""
EVERYBODY = (*CLERKS, *APPROVERS, STREET_APPROVER, *KEEPERS, AUDITOR, person("stranger"), *RESIDENTS, DAN, SYSTEM)
HOUSEHOLDS: Final = ((RESIDENTS[0], RESIDENTS[1]), (RESIDENTS[2], APPROVERS[0]))
RULE = RuleId(named("rule"))
TERMS = Terms(
    Unit.POINTS,
    "per_hour",
    1,
    floor_percent=0,
    ceiling_minutes=None,
    notice_working_days=1,
    expiry_months=1,
)
RULEBOOK = replace(
    Settings(),
    debt_max=6,
    two_approvers_above=8,
    gifts_allowed=True,
    gift_year_max=40,
    other_keeper_above=6,
    counter_total_max=8,
    counter_recheck_percent=30,
    exchanges_per_member_quarter=30,
    exchanges_per_household_quarter=40,
    expiry_notice_days=(20, 5),
)

Deed = tuple[UseCase[Any], object, MemberId]


def founding() -> list[Deed]:
    """The commands that found the town, in order."""
    return [*_places(), *_people(), *_rulebook()]


def _places() -> list[Deed]:
    return [
        (REGISTER_ORGANISATION, RegisterOrganisation(STREET, "street", DAY_ONE), SYSTEM),
        (REGISTER_ORGANISATION, RegisterOrganisation(COMMUNITY, "community", DAY_ONE, STREET), SYSTEM),
        (REGISTER_ORGANISATION, RegisterOrganisation(NEXT_DOOR, "community", DAY_ONE, STREET), SYSTEM),
        (FOUND_ADMINISTRATOR, FoundAdministrator(ADMINISTRATOR, STREET), SYSTEM),
    ]


def _people() -> list[Deed]:
    deeds: list[Deed] = []
    homes = {person(name): place for name, (_, place) in ROLES.items()}
    homes |= dict.fromkeys((*RESIDENTS, *TWICE), COMMUNITY) | {DAN: NEXT_DOOR}
    for member, home in homes.items():
        deeds.append((REGISTER_MEMBER, RegisterMember(member, home), ADMINISTRATOR))
        deeds.append((VERIFY_MEMBER, VerifyMember(member, "identity-card"), ADMINISTRATOR))
    for name, (role, place) in ROLES.items():
        deeds.append((GRANT_ROLE, GrantRole(person(name), role, place, DAY_ONE), ADMINISTRATOR))
    return deeds + [(FORM_HOUSEHOLD, FormHousehold(COMMUNITY, household), CLERKS[0]) for household in HOUSEHOLDS]


def _rulebook() -> list[Deed]:
    return [
        (DRAFT_RULE, DraftRule(RULE, COMMUNITY, TERMS), CLERKS[0]),
        (PUBLISH_RULE, PublishRule(RULE, 1, DAY_ONE), APPROVERS[0]),
        (DRAFT_SETTINGS, DraftSettings(COMMUNITY, RULEBOOK), CLERKS[0]),
        (PUBLISH_SETTINGS, PublishSettings(COMMUNITY, 1, FOUNDED.date()), APPROVERS[0]),
    ]
