"""An earning rule: versions of terms, written by one person and published by another, each from a service day on."""

from datetime import date
from typing import NamedTuple, assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.awards.events import RuleDrafted, RuleEvent, RulePublished, Terms
from ledger.awards.refusals import (
    DrafterCannotPublish,
    RuleNotInForce,
    RuleOfAnotherOrganisation,
    RuleVersionAlreadyPublished,
    RuleVersionUnknown,
    TermsOutOfBounds,
    ValidFromPassed,
)
from ledger.kernel.decider import Decider, Request
from ledger.kernel.ids import MemberId, OrganisationId, RuleId
from ledger.kernel.units import AMOUNT_MAX

RATE_MAX = 10_000
"""Most units an hour, an attendance or a minute may pay: far above any rulebook found, far below `AMOUNT_MAX` a day."""
MINUTES_MAX = 24 * 60
NOTICE_WORKING_DAYS_MAX = 60
EXPIRY_MONTHS_MAX = 1_200


class Bound(NamedTuple):
    """The smallest and the largest value of one figure of the terms."""

    field: str
    smallest: int
    largest: int


BOUNDS = (
    Bound("rate", 1, RATE_MAX),
    Bound("floor_percent", 0, 100),
    Bound("ceiling_minutes", 1, MINUTES_MAX),
    Bound("rounding_minutes", 1, 60),
    Bound("cap_deed", 1, AMOUNT_MAX),
    Bound("cap_day", 1, AMOUNT_MAX),
    Bound("cap_month", 1, AMOUNT_MAX),
    Bound("notice_working_days", 0, NOTICE_WORKING_DAYS_MAX),
    Bound("expiry_months", 1, EXPIRY_MONTHS_MAX),
)
"""What terms may say; a figure that is None is not bounded."""


class Version(Struct, frozen=True):
    """One version of a rule. valid_from: first service day under it, None while it is only a draft."""

    number: int
    terms: Terms
    drafted_by: MemberId
    valid_from: date | None = None


class Rule(Struct, frozen=True):
    """A rule and its versions in order of number. organisation: None until the first was written."""

    organisation: OrganisationId | None = None
    versions: tuple[Version, ...] = ()


class DraftVersion(Request, frozen=True):
    """Write the next version down."""

    organisation: OrganisationId
    terms: Terms
    drafted_by: MemberId


class PublishVersion(Request, frozen=True):
    """Let version `number` hold for service days from `valid_from` on. today: the community's day."""

    number: int
    valid_from: date
    approved_by: MemberId
    today: date


RuleCommand = DraftVersion | PublishVersion


def decide(state: Rule, command: RuleCommand) -> tuple[RuleEvent, ...]:
    """Drafting refuses with rule-of-another-organisation, terms-out-of-bounds.

    Publishing refuses with rule-version-unknown, rule-version-already-published, drafter-cannot-publish,
    valid-from-passed. Only the first version to be published may reach back: nothing was promised before it.
    """
    match command:
        case DraftVersion():
            return _draft(state, command)
        case PublishVersion():
            return _publish(state, command)
        case _:
            assert_never(command)


def evolve(state: Rule, event: RuleEvent) -> Rule:
    """The rule after `event`."""
    match event:
        case RuleDrafted():
            drafted = Version(event.version, event.terms, event.drafted_by)
            return Rule(event.organisation, (*state.versions, drafted))
        case RulePublished():
            published = (
                replace(one, valid_from=event.valid_from) if one.number == event.version else one
                for one in state.versions
            )
            return replace(state, versions=tuple(published))
        case _:
            assert_never(event)


RULE: Decider[Rule, RuleCommand, RuleEvent] = Decider(
    name="rule", initial=Rule(), decide=decide, evolve=evolve, events=(RuleDrafted, RulePublished)
)


def in_force(state: Rule, rule: RuleId, service_day: date) -> Version:
    """The version that covers `service_day`: of those valid by then the one valid latest, of equals the newest.

    Refuses with rule-not-in-force when none does.
    """
    valid = [
        (version.valid_from, version.number, version)
        for version in state.versions
        if version.valid_from is not None and version.valid_from <= service_day
    ]
    if not valid:
        raise RuleNotInForce(rule, service_day)
    return max(valid, key=lambda one: one[:2])[2]


def _draft(state: Rule, command: DraftVersion) -> tuple[RuleEvent, ...]:
    if state.organisation not in (None, command.organisation):
        raise RuleOfAnotherOrganisation(command.organisation)
    for bound in BOUNDS:
        asked: int | None = getattr(command.terms, bound.field)
        if asked is not None and not bound.smallest <= asked <= bound.largest:
            raise TermsOutOfBounds(bound.field, asked, bound.smallest, bound.largest)
    return (RuleDrafted(command.organisation, len(state.versions) + 1, command.terms, command.drafted_by),)


def _publish(state: Rule, command: PublishVersion) -> tuple[RuleEvent, ...]:
    if not 1 <= command.number <= len(state.versions):
        raise RuleVersionUnknown(command.number, len(state.versions))
    version = state.versions[command.number - 1]
    if version.valid_from:
        raise RuleVersionAlreadyPublished(version.number, version.valid_from)
    if command.approved_by == version.drafted_by:
        raise DrafterCannotPublish(version.drafted_by)
    if command.valid_from < command.today and any(one.valid_from for one in state.versions):
        raise ValidFromPassed(command.valid_from, command.today)
    return (RulePublished(command.number, command.valid_from, command.approved_by),)
