"""The earning rules: each version as it was drafted, and from which service day it holds."""

from datetime import date
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection

from ledger.application.ports import Notice
from ledger.awards.events import RuleDrafted, RulePublished, Terms
from projections.projection import Projection
from projections.rows import Rowset
from projections.view_tables import ViewTable


class RuleVersion(Struct, gc=False):
    """A version of a rule. valid_from: first service day, None while it is only a draft."""

    rule: UUID
    version: int
    organisation: UUID
    terms: Terms
    drafted_by: UUID
    approved_by: UUID | None = None
    valid_from: date | None = None


RULES = ViewTable(RuleVersion, "rule_versions", key=2, indexes=[("organisation", "rule", "version")])


def of_organisation(connection: Connection, organisation: UUID) -> list[RuleVersion]:
    """All versions of the rules of `organisation`, by rule and version."""
    c = RULES.c
    return RULES.read(connection, RULES.select().where(c.organisation == organisation).order_by(c.rule, c.version))


def versions(connection: Connection, rule: UUID) -> list[RuleVersion]:
    """The versions of one rule, oldest first; none where there is no such rule."""
    return RULES.read(connection, RULES.select().where(RULES.c.rule == rule).order_by(RULES.c.version))


def _drafted(rows: Rowset, notice: Notice, event: RuleDrafted) -> None:
    rows[RULES].put(RuleVersion(notice.stream, event.version, event.organisation, event.terms, event.drafted_by))


def _published(rows: Rowset, notice: Notice, event: RulePublished) -> None:
    row = rows[RULES].change((notice.stream, event.version))
    row.approved_by, row.valid_from = event.approved_by, event.valid_from


PROJECTION = Projection(
    name="rules", version=1, tables=(RULES,), handlers={RuleDrafted: _drafted, RulePublished: _published}
)
