"""Rules are written by one, published by another, and never change for days that have passed."""

from datetime import date
from uuid import UUID

import pytest
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
from ledger.awards.rule import BOUNDS, RULE, DraftVersion, PublishVersion, Rule, RuleCommand, in_force
from ledger.kernel.decider import fold
from ledger.kernel.ids import MemberId, OrganisationId, RuleId
from ledger.kernel.refusal import Refusal
from ledger.kernel.units import Unit

COMMUNITY, OTHER = OrganisationId(UUID(int=1)), OrganisationId(UUID(int=2))
CLERK, APPROVER = MemberId(UUID(int=3)), MemberId(UUID(int=4))
ID = RuleId(UUID(int=5))
TODAY = date(2025, 10, 15)
TERMS = Terms(unit=Unit.POINTS, basis="per_hour", rate=1)


def draft(terms: Terms = TERMS, organisation: OrganisationId = COMMUNITY) -> DraftVersion:
    return DraftVersion(organisation, terms, CLERK)


def publish(number: int, valid_from: date = TODAY, approved_by: MemberId = APPROVER) -> PublishVersion:
    return PublishVersion(number, valid_from, approved_by, TODAY)


def history(*commands: RuleCommand) -> list[RuleEvent]:
    events: list[RuleEvent] = []
    for command in commands:
        events += RULE.decide(fold(RULE, events), command)
    return events


def after(*commands: RuleCommand) -> Rule:
    return fold(RULE, history(*commands))


def test_versions_are_numbered_as_they_are_written() -> None:
    assert history(draft(), draft()) == [
        RuleDrafted(COMMUNITY, 1, TERMS, CLERK),
        RuleDrafted(COMMUNITY, 2, TERMS, CLERK),
    ]


def test_a_draft_is_published_by_somebody_else() -> None:
    assert history(draft(), publish(1))[-1] == RulePublished(1, TODAY, APPROVER)


def test_nothing_is_in_force_before_it_is_published_and_valid() -> None:
    for rule in (Rule(), after(draft()), after(draft(), publish(1, date(2025, 10, 16)))):
        with pytest.raises(RuleNotInForce) as refused:
            in_force(rule, ID, TODAY)
        assert refused.value.facts() == {"rule": ID, "service_day": TODAY}


@pytest.mark.parametrize(("day", "version"), [(15, 1), (31, 1)])
def test_a_version_holds_from_its_first_day_until_a_later_one(day: int, version: int) -> None:
    rule = after(draft(), draft(), publish(1), publish(2, date(2025, 11, 1)))

    assert in_force(rule, ID, date(2025, 10, day)).number == version
    assert in_force(rule, ID, date(2025, 11, 1)).number == 2


def test_of_two_versions_from_one_day_the_newer_holds() -> None:
    assert in_force(after(draft(), draft(), publish(2), publish(1)), ID, TODAY).number == 2


def test_only_the_first_version_published_may_reach_back() -> None:
    yesterday = date(2025, 10, 14)

    assert in_force(after(draft(), publish(1, yesterday)), ID, yesterday).number == 1
    with pytest.raises(ValidFromPassed) as refused:
        RULE.decide(after(draft(), draft(), publish(1)), publish(2, yesterday))
    assert refused.value.facts() == {"asked": yesterday, "earliest": TODAY}


@pytest.mark.parametrize("bound", BOUNDS, ids=lambda bound: bound.field)
def test_every_figure_of_the_terms_has_bounds(bound: object) -> None:
    field, smallest, largest = bound  # type: ignore[misc]
    for asked in (smallest, largest):
        assert history(draft(replace(TERMS, **{field: asked})))
    for asked in (smallest - 1, largest + 1):
        with pytest.raises(TermsOutOfBounds) as refused:
            RULE.decide(Rule(), draft(replace(TERMS, **{field: asked})))
        assert refused.value.facts() == {"field": field, "asked": asked, "smallest": smallest, "largest": largest}


REFUSED: dict[str, tuple[Rule, RuleCommand, type[Refusal]]] = {
    "another organisation's": (after(draft()), draft(organisation=OTHER), RuleOfAnotherOrganisation),
    "no version yet": (Rule(), publish(1), RuleVersionUnknown),
    "version 0": (after(draft()), publish(0), RuleVersionUnknown),
    "a version to come": (after(draft()), publish(2), RuleVersionUnknown),
    "published before": (after(draft(), publish(1)), publish(1), RuleVersionAlreadyPublished),
    "by its author": (after(draft()), publish(1, approved_by=CLERK), DrafterCannotPublish),
}


@pytest.mark.parametrize(("rule", "command", "refusal"), REFUSED.values(), ids=REFUSED)
def test_a_rule_refuses(rule: Rule, command: RuleCommand, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        RULE.decide(rule, command)
