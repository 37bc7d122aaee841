"""Where a node of a tree stands on which day, from what was decided about it: for the rules and for read models."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from msgspec import Struct

from ledger.kernel.ids import OrganisationId


class Placement(Struct, frozen=True):
    """From `from_day` on the node lies below `parent`."""

    parent: OrganisationId
    from_day: date


class Placed(Protocol):
    """A node: its parent as registered (None at a top), later places in the order of their days, and its end."""

    @property
    def parent(self) -> OrganisationId | None: ...
    @property
    def moves(self) -> Sequence[Placement]: ...
    @property
    def last_day(self) -> date | None: ...
    @property
    def successors(self) -> Sequence[OrganisationId]: ...


def has_ended(node: Placed, day: date) -> bool:
    """Whether the node no longer counts on the community's day `day`."""
    return node.last_day is not None and node.last_day < day


def parent_on(node: Placed, day: date) -> OrganisationId | None:
    """Below which node it was put for `day`; None at a top. A node that has ended stays where it lay last."""
    return next((place.parent for place in reversed(node.moves) if place.from_day <= day), node.parent)


def above_on(node: Placed, day: date) -> OrganisationId | None:
    """What comes next on the way up on `day`: the parent, or, once it was merged, the node it was merged into."""
    if has_ended(node, day) and len(node.successors) == 1:
        return node.successors[0]
    return parent_on(node, day)
