"""A refusal: a rule said no. It has a stable kebab-case code and facts, and after it nothing has changed.

Every refusal is a dataclass below this one; its fields are the facts a person needs to see what was asked and what
would be allowed. Codes are API: once published a code keeps its meaning.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

Fact = str | int | UUID | datetime | date | None


@dataclass(eq=False)
class Refusal(Exception):
    """The root of all refusals. Raise a named one, never this."""

    code: ClassVar[str] = ""
    remembered: ClassVar[bool] = True
    """Whether the same command gets the same refusal for 7 days, though it might be agreed to by then.

    True for whatever moves points, stock, places, roles or approvals: what somebody was told has failed must not happen
    behind their back when a form or a message is sent again. False for who may do what, which may have changed since,
    and for "not yet" about service that did happen or that time alone brings about: doing that late surprises nobody.
    """

    def facts(self) -> dict[str, Fact]:
        """What was asked and what would be allowed, by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def __str__(self) -> str:
        return f"{self.code} {self.facts()}"


def all_refusals(root: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    """Every refusal defined so far that has a code, for the tables that must be total."""
    for refusal in root.__subclasses__():
        if refusal.code:
            yield refusal
        yield from all_refusals(refusal)
