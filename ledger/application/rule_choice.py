"""The earning rules that an activity or a task names: looked up when it is planned, for later nobody can correct it."""

from collections.abc import Iterable

from ledger.application.authority import UnknownId
from ledger.application.work import Work
from ledger.awards.rule import RULE
from ledger.kernel.ids import RuleId


def require_drafted_rules(work: Work, rules: Iterable[RuleId]) -> None:
    """Let rules pass that somebody has drafted; whether they pay here and from which day is asked when awards are due.

    Refuses with UnknownId, naming the first that was never drafted.
    """
    for rule in rules:
        if not work.exists(RULE, rule):
            raise UnknownId(rule)
