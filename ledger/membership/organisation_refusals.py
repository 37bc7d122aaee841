"""What can stand in the way of a node, and of a change to where it stands. Facts are ids, levels, codes and days."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from ledger.kernel.ids import OrganisationId
from ledger.kernel.refusal import Refusal

DIVISION_CODE_DIGITS: Final = 12
"""The official codes of the statistics bureau: 2 province, 2 city, 2 county, 3 street, 3 community."""


@dataclass(eq=False)
class OrganisationRegisteredOtherwise(Refusal):
    """The node exists with other particulars; these are the registered ones."""

    code: ClassVar[str] = "organisation-registered-otherwise"

    level: str
    effective_from: date
    parent: OrganisationId | None
    division_code: str | None


@dataclass(eq=False)
class LevelNotBelowParent(Refusal):
    """A node belongs strictly below its parent and in the same tree: a grid below a community, never the other way."""

    code: ClassVar[str] = "level-not-below-parent"

    level: str
    parent_level: str


@dataclass(eq=False)
class AttachmentMisplaced(Refusal):
    """Only a node of the party's tree is attached, and only to one of the administrative tree."""

    code: ClassVar[str] = "attachment-misplaced"

    level: str
    attached_level: str | None


@dataclass(eq=False)
class DivisionCodeMalformed(Refusal):
    """An official code has exactly `digits` digits."""

    code: ClassVar[str] = "division-code-malformed"

    division_code: str
    digits: int = DIVISION_CODE_DIGITS


@dataclass(eq=False)
class UnknownOrganisation(Refusal):
    """No node was registered under this id."""

    code: ClassVar[str] = "unknown-organisation"


@dataclass(eq=False)
class OrganisationHasEnded(Refusal):
    """The node counts no longer than `last_day`, which may lie ahead: that was decided, and nothing follows it."""

    code: ClassVar[str] = "organisation-has-ended"

    organisation: OrganisationId
    last_day: date


@dataclass(eq=False)
class TreeChangeInThePast(Refusal):
    """The tree of days that are over is what reports were made of; `earliest` is the first day that can change."""

    code: ClassVar[str] = "tree-change-in-the-past"

    wanted: date
    earliest: date


@dataclass(eq=False)
class TreeChangeOutOfOrder(Refusal):
    """Something was decided for the day `latest` already; what follows cannot hold from before it."""

    code: ClassVar[str] = "tree-change-out-of-order"

    wanted: date
    latest: date


@dataclass(eq=False)
class SuccessorOfOtherLevel(Refusal):
    """A node is followed by nodes of its own level: communities by communities, grids by grids."""

    code: ClassVar[str] = "successor-of-other-level"

    level: str
    successor_level: str


@dataclass(eq=False)
class OwnSuccessor(Refusal):
    """No node follows itself, nor one that ends with it; nor does one follow twice."""

    code: ClassVar[str] = "own-successor"

    organisation: OrganisationId


@dataclass(eq=False)
class HomeInPartyTree(Refusal):
    """People are at home in a node of the administrative tree; in the party's they take a seat."""

    code: ClassVar[str] = "home-in-party-tree"

    organisation: OrganisationId
