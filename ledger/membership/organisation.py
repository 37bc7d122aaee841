"""The nodes of the administrative tree: province to building. A node is registered once, below an existing parent."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final, get_args

from msgspec import Struct

from ledger.kernel.decider import Decider, Request
from ledger.kernel.ids import OrganisationId
from ledger.kernel.refusal import Refusal
from ledger.membership.events import Level, OrganisationEvent, OrganisationRegistered

LEVELS: Final[tuple[Level, ...]] = get_args(Level)
"""From the widest to the narrowest."""
DIVISION_CODE_DIGITS: Final = 12
"""The official codes of the statistics bureau: 2 province, 2 city, 2 county, 3 street, 3 community."""


class OrganisationState(Struct, frozen=True):
    """A node as it is. level None: not registered. parent None: the top of a tree."""

    level: Level | None = None
    effective_from: date | None = None
    parent: OrganisationId | None = None
    division_code: str | None = None


class Register(Request, frozen=True):
    """Put the node into the tree. parent_level: the level of `parent` as registered, None for the top of a tree."""

    level: Level
    effective_from: date
    parent: OrganisationId | None = None
    parent_level: Level | None = None
    division_code: str | None = None


OrganisationCommand = Register


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
    """A node belongs strictly below its parent: a grid below a community, never the other way."""

    code: ClassVar[str] = "level-not-below-parent"

    level: str
    parent_level: str


@dataclass(eq=False)
class DivisionCodeMalformed(Refusal):
    """An official code has exactly `digits` digits."""

    code: ClassVar[str] = "division-code-malformed"

    division_code: str
    digits: int = DIVISION_CODE_DIGITS


def decide(state: OrganisationState, command: OrganisationCommand) -> tuple[OrganisationEvent, ...]:
    """Register a node; the same node again changes nothing.

    Refuses, in this order: OrganisationRegisteredOtherwise, LevelNotBelowParent, DivisionCodeMalformed.
    """
    wanted = OrganisationState(command.level, command.effective_from, command.parent, command.division_code)
    if state == wanted:
        return ()
    if state.level is not None and state.effective_from is not None:
        raise OrganisationRegisteredOtherwise(state.level, state.effective_from, state.parent, state.division_code)
    if command.parent_level is not None and LEVELS.index(command.level) <= LEVELS.index(command.parent_level):
        raise LevelNotBelowParent(command.level, command.parent_level)
    if command.division_code is not None and not _is_division_code(command.division_code):
        raise DivisionCodeMalformed(command.division_code)
    return (OrganisationRegistered(command.level, command.effective_from, command.parent, command.division_code),)


def evolve(state: OrganisationState, event: OrganisationEvent) -> OrganisationState:  # noqa: ARG001 - the one event is the whole state
    """The node after `event`."""
    return OrganisationState(event.level, event.effective_from, event.parent, event.division_code)


def _is_division_code(text: str) -> bool:
    return len(text) == DIVISION_CODE_DIGITS and text.isascii() and text.isdigit()


ORGANISATION: Final = Decider(
    name="organisation", initial=OrganisationState(), decide=decide, evolve=evolve, events=(OrganisationRegistered,)
)
