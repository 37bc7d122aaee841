"""Earning rules: staff write a version down, an approver publishes it, everybody can read what holds."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta, Struct

from api.answers import answers, read, written
from api.calls import submit
from api.identity import SIGNED_IN, UnknownId, needs
from api.readers import MinPosition, Page, Reader, after, next_url, reading
from api.v1.commanding import commanding
from api.v1.texts import new_id
from api.v1.visibility import home_of, may_any, require_sight
from ledger.application.authority import Permission
from ledger.application.rules import (
    DRAFT_RULE,
    DRAFT_RULE_VERSION,
    PUBLISH_RULE,
    DraftRule,
    DraftRuleVersion,
    PublishRule,
)
from ledger.awards.events import Terms
from ledger.kernel.ids import OrganisationId, RuleId
from projections import rules
from projections.rules import RuleVersion

HANDLING = (Permission.DRAFT_RULES, Permission.PUBLISH_RULES)
"""Who sees versions that nobody has published."""


class RuleBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A first version. terms: what it pays and its limits; what they may say, the ledger checks."""

    organisation: UUID
    terms: Terms


class PublishRuleBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Which version, and the first service day it holds for."""

    version: Annotated[int, Meta(ge=1, le=1_000)]
    valid_from: date


class RuleView(Struct, frozen=True):
    """One version of a rule. valid_from: first service day, None while it is only a draft."""

    id: UUID
    version: int
    organisation: UUID
    terms: Terms
    drafted_by: UUID
    approved_by: UUID | None
    valid_from: date | None


class RuleList(Struct, frozen=True):
    """Versions by rule and number."""

    items: list[RuleView]


@commanding("/rules", Permission.DRAFT_RULES, "rules", body=RuleBody, status=201)
async def draft_rule(request: Request[Any, Any, Any], data: JSONBody[RuleBody]) -> Response[bytes]:
    """Write a new rule down; nothing earns under it until somebody else publishes it."""
    rule = RuleId((await new_id(request, "rule")).id)
    answer = await submit(request, DRAFT_RULE, DraftRule(rule, OrganisationId(data.organisation), data.terms))
    return written(answer, status=201)


@commanding("/rules/{rule:str}/versions", Permission.DRAFT_RULES, "rules", body=RuleBody, status=201)
async def draft_rule_version(
    request: Request[Any, Any, Any], rule: FromPath[UUID], data: JSONBody[RuleBody]
) -> Response[bytes]:
    """Write the next version of a rule down."""
    asked = DraftRuleVersion(RuleId(rule), OrganisationId(data.organisation), data.terms)
    return written(await submit(request, DRAFT_RULE_VERSION, asked), status=201)


@commanding("/rules/{rule:str}/publish", Permission.PUBLISH_RULES, "rules", body=PublishRuleBody)
async def publish_rule(
    request: Request[Any, Any, Any], rule: FromPath[UUID], data: JSONBody[PublishRuleBody]
) -> Response[bytes]:
    """Let a version hold from a service day on. Whoever wrote it does not publish it."""
    asked = PublishRule(RuleId(rule), data.version, data.valid_from)
    return written(await submit(request, PUBLISH_RULE, asked))


@get("/rules", opt=needs(SIGNED_IN), sync_to_thread=True, responses=answers(RuleList), tags=["rules"])
def list_rules(
    request: Request[Any, Any, Any],
    page: NamedDependency[Page],
    organisation: FromQuery[UUID | None] = None,
) -> Response[bytes]:
    """The rules of an organisation (left out: the reader's home). Drafts are for those who write or publish rules."""
    begin = after(page.cursor, tuple[UUID, int])
    with reading(request, page.min_position) as reader:
        place = organisation or home_of(reader)
        require_sight(reader, place)
        found = _shown(reader, place, rules.of_organisation(reader.connection, place))
    rows = [row for row in found if begin is None or (row.rule, row.version) > begin][: page.limit]
    last = (rows[-1].rule, rows[-1].version) if rows else None
    return read(request, RuleList([_view(row) for row in rows]), next_url=next_url(request, rows, page.limit, last))


@get("/rules/{rule:str}", opt=needs(SIGNED_IN), sync_to_thread=True, responses=answers(RuleList), tags=["rules"])
def get_rule(
    request: Request[Any, Any, Any], rule: FromPath[UUID], min_position: MinPosition = None
) -> Response[bytes]:
    """All versions of one rule."""
    with reading(request, min_position) as reader:
        found = rules.versions(reader.connection, rule)
        if not found:
            raise UnknownId
        require_sight(reader, found[0].organisation)
        shown = _shown(reader, found[0].organisation, found)
    return read(request, RuleList([_view(row) for row in shown]))


def _shown(reader: Reader, organisation: UUID, found: list[RuleVersion]) -> list[RuleVersion]:
    if may_any(reader, HANDLING, organisation):
        return found
    return [row for row in found if row.valid_from is not None]


def _view(row: RuleVersion) -> RuleView:
    return RuleView(row.rule, row.version, row.organisation, row.terms, row.drafted_by, row.approved_by, row.valid_from)


HANDLERS = [draft_rule, draft_rule_version, publish_rule, list_rules, get_rule]
