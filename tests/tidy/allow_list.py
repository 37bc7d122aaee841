"""The exceptions to the rules of style: known, measured, and only ever fewer.

A line of `allowed.txt` is `rule place figure`. The figure must be what is measured today: a breach that grew is
reported, and so is a line that is no longer needed or whose figure is too generous.
"""

from collections.abc import Iterable
from pathlib import Path

from .style_rules import Finding

FILE = Path(__file__).with_name("allowed.txt")
LENGTH_MAX = 0
"""How many exceptions there may be at all. Lower it when one goes; raising it needs a reason in the commit."""


def read(text: str) -> list[Finding]:
    """The exceptions in `text`; everything after a `#` is a reason."""
    lines = (line.split("#")[0].split() for line in text.splitlines())
    return [Finding(rule, place, int(figure)) for rule, place, figure in (fields for fields in lines if fields)]


def judge(found: Iterable[Finding], allowed: Iterable[Finding]) -> list[str]:
    """What is wrong, as sentences: breaches nobody allowed as they are, exceptions nobody needs as they are."""
    breaches, exceptions = set(found), set(allowed)
    wrong = [f"{one.rule}: {one.place} ({one.figure})" for one in sorted(breaches - exceptions)]
    stale = [
        f"allowed.txt is too generous: {one.rule} {one.place} {one.figure}" for one in sorted(exceptions - breaches)
    ]
    return wrong + stale
