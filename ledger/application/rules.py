"""Use cases of earning rules: one person writes a version, another publishes it."""

from datetime import date
from typing import Final

from ledger.application.authority import Permission, require_for
from ledger.application.placing import require_place
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.awards.events import Terms
from ledger.awards.rule import RULE, DraftVersion, PublishVersion
from ledger.kernel.decider import Request
from ledger.kernel.ids import MemberId, OrganisationId, RuleId
from ledger.membership.member import MEMBER


class DraftRule(Request, frozen=True):
    """Write the next version of `rule` (or its first) down for `organisation`."""

    rule: RuleId
    organisation: OrganisationId
    terms: Terms


class DraftRuleVersion(Request, frozen=True):
    """Write the next version of a rule that is there. Refuses UnknownId for one that is not, or not the actor's."""

    rule: RuleId
    organisation: OrganisationId
    terms: Terms


class PublishRule(Request, frozen=True):
    """Let a version hold for service days from `valid_from` on; the publisher did not write it."""

    rule: RuleId
    version: int
    valid_from: date


def _draft(work: Work, request: DraftRule) -> Outcome:
    require_place(work, Permission.DRAFT_RULES, request.organisation)
    if (owner := work.state(RULE, request.rule).organisation) is not None:
        require_for(work, Permission.DRAFT_RULES, owner, request.rule)
    rule = work.act(RULE, request.rule, DraftVersion(request.organisation, request.terms, work.actor))
    return _outcome("rule-drafted", request.rule, version=len(rule.versions))


def _draft_version(work: Work, request: DraftRuleVersion) -> Outcome:
    require_for(work, Permission.DRAFT_RULES, work.state(RULE, request.rule).organisation, request.rule)
    return _draft(work, DraftRule(request.rule, request.organisation, request.terms))


def _publish(work: Work, request: PublishRule) -> Outcome:
    organisation = work.state(RULE, request.rule).organisation
    require_for(work, Permission.PUBLISH_RULES, organisation, request.rule)
    command = PublishVersion(
        number=request.version, valid_from=request.valid_from, approved_by=work.actor, today=work.today
    )
    work.act(RULE, request.rule, command)
    return _outcome("rule-published", request.rule, version=request.version)


def _outcome(code: str, rule: RuleId, *, version: int) -> Outcome:
    return Outcome(code, ids={"rule": rule}, figures={"version": version})


def _reads(request: DraftRule | DraftRuleVersion | PublishRule, actor: MemberId) -> tuple[Stream, ...]:
    return (Stream(MEMBER, actor), Stream(RULE, request.rule))


DRAFT_RULE: Final = UseCase[DraftRule]("rules.draft", _draft, _reads)
DRAFT_RULE_VERSION: Final = UseCase[DraftRuleVersion]("rules.draft_version", _draft_version, _reads)
PUBLISH_RULE: Final = UseCase[PublishRule]("rules.publish", _publish, _reads)
