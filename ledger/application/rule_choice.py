"""The earning rules that an activity or a task names: looked up when it is planned, for later nobody can correct it."""

from collections.abc import Iterable

from ledger.application.authority import UnknownId, line_of
from ledger.application.work import Work
from ledger.awards.rule import RULE
from ledger.kernel.ids import OrganisationId, RuleId


def require_rules_of(work: Work, organisation: OrganisationId, rules: Iterable[RuleId]) -> None:
    """Let rules pass that were drafted for `organisation` or for one above it; from which day they pay is asked later.

    Refuses with UnknownId, naming the first that was never drafted or belongs elsewhere.
    """
    line = frozenset(line_of(work, organisation))
    for rule in rules:
        if work.state(RULE, rule).organisation not in line:
            raise UnknownId(rule)
