"""Rules are drafted by staff and published by an approver of the same community, never by the same person."""

from datetime import date

import pytest
from village import HOURLY, Village, named

from ledger.application.rules import (
    DRAFT_RULE,
    DRAFT_RULE_VERSION,
    PUBLISH_RULE,
    DraftRule,
    DraftRuleVersion,
    PublishRule,
)
from ledger.kernel.ids import RuleId

RULE = RuleId(named("rule"))
DAY = date(2025, 1, 1)


@pytest.fixture
def village() -> Village:
    return Village()


def test_a_rule_is_drafted_by_one_and_published_by_another(village: Village) -> None:
    drafted = village.run(DRAFT_RULE, DraftRule(RULE, village.community, HOURLY), village.clerk)
    published = village.run(PUBLISH_RULE, PublishRule(RULE, 1, DAY), village.approver)

    assert (drafted.code, drafted.ids, drafted.figures) == ("rule-drafted", {"rule": RULE}, {"version": 1})
    assert (published.code, published.figures) == ("rule-published", {"version": 1})


def test_even_an_approver_who_is_also_staff_does_not_publish_their_own_draft(village: Village) -> None:
    village.grant(village.clerk, "approver", village.community)
    village.run(DRAFT_RULE, DraftRule(RULE, village.community, HOURLY), village.clerk)

    assert village.refusal(PUBLISH_RULE, PublishRule(RULE, 1, DAY), village.clerk).code == "drafter-cannot-publish"


def test_who_has_no_role_for_it_neither_drafts_nor_publishes(village: Village) -> None:
    draft = DraftRule(RULE, village.community, HOURLY)
    for actor in (village.ann, village.approver, village.keeper):
        assert village.refusal(DRAFT_RULE, draft, actor).code == "not-permitted"
    village.run(DRAFT_RULE, draft, village.clerk)

    for actor in (village.ann, village.second_clerk, village.administrator):
        assert village.refusal(PUBLISH_RULE, PublishRule(RULE, 1, DAY), actor).code == "not-permitted"


def test_another_communitys_rule_looks_like_none(village: Village) -> None:
    draft = DraftRule(RULE, village.community, HOURLY)
    assert village.refusal(DRAFT_RULE, draft, village.eve).code == "unknown-id"
    village.run(DRAFT_RULE, draft, village.clerk)

    theirs = village.refusal(PUBLISH_RULE, PublishRule(RULE, 1, DAY), village.eve)
    none = village.refusal(PUBLISH_RULE, PublishRule(RuleId(named("none")), 1, DAY), village.eve)
    assert theirs.facts() == {"id": RULE}
    assert (theirs.code, none.code) == ("unknown-id", "unknown-id")
    taking_over = DraftRule(RULE, village.next_door, HOURLY)
    assert village.refusal(DRAFT_RULE, taking_over, village.eve).facts() == {"id": RULE}
    village.grant(village.eve, "staff", village.street)
    assert village.refusal(DRAFT_RULE, taking_over, village.eve).code == "rule-of-another-organisation"


def test_the_next_version_is_written_of_a_rule_that_is_there(village: Village) -> None:
    village.run(DRAFT_RULE, DraftRule(RULE, village.community, HOURLY), village.clerk)

    second = village.run(DRAFT_RULE_VERSION, DraftRuleVersion(RULE, village.community, HOURLY), village.clerk)

    assert second.figures == {"version": 2}
    none = DraftRuleVersion(RuleId(named("none")), village.community, HOURLY)
    assert village.refusal(DRAFT_RULE_VERSION, none, village.clerk).code == "unknown-id"
