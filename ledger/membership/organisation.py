"""One node of a tree: registered once, moved from a day on, ended on a day. Days that are over never change.

No circle can arise: a parent is of a wider level for ever, and a successor has no end when it is named, so that each
end in a chain of successors was decided later than the one before.
"""

from datetime import date, timedelta
from typing import Final, assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.kernel.decider import Decider, Request
from ledger.kernel.ids import OrganisationId
from ledger.membership.events import (
    Level,
    OrganisationEnded,
    OrganisationEvent,
    OrganisationMoved,
    OrganisationRegistered,
)
from ledger.membership.levels import LEVELS as LEVELS
from ledger.membership.levels import lies_below, tree_of
from ledger.membership.organisation_refusals import (
    DIVISION_CODE_DIGITS,
    AttachmentMisplaced,
    DivisionCodeMalformed,
    LevelNotBelowParent,
    OrganisationHasEnded,
    OrganisationRegisteredOtherwise,
    OwnSuccessor,
    SuccessorOfOtherLevel,
    TreeChangeInThePast,
    TreeChangeOutOfOrder,
    UnknownOrganisation,
)
from ledger.membership.placement import Placement, parent_on


class OrganisationState(Struct, frozen=True):
    """A node and where it stands on which day. level None: not registered. parent: as registered, None at a top.

    moves: later places, in the order of their days. last_day: the last on which it counts; None: no end was decided.
    """

    level: Level | None = None
    effective_from: date | None = None
    parent: OrganisationId | None = None
    division_code: str | None = None
    attached_to: OrganisationId | None = None
    moves: tuple[Placement, ...] = ()
    last_day: date | None = None
    successors: tuple[OrganisationId, ...] = ()

    @property
    def latest_day(self) -> date | None:
        """The day from which the last thing decided about its place holds."""
        return self.moves[-1].from_day if self.moves else self.effective_from


class Register(Request, frozen=True):
    """Put the node into the tree. parent_level: the level of `parent` as registered, None for the top of a tree.

    attached_level: the level of `attached_to`, None where it is attached to nothing.
    """

    level: Level
    effective_from: date
    parent: OrganisationId | None = None
    parent_level: Level | None = None
    division_code: str | None = None
    attached_to: OrganisationId | None = None
    attached_level: Level | None = None


class Move(Request, frozen=True):
    """Put the node below `parent`, of `parent_level`, from `effective_from` on: `today` at the earliest."""

    organisation: OrganisationId
    parent: OrganisationId
    parent_level: Level
    effective_from: date
    today: date


class Heir(Struct, frozen=True):
    """A node that follows one that ends; level and effective_from as registered."""

    organisation: OrganisationId
    level: Level
    effective_from: date


class End(Request, frozen=True):
    """Let the node count through `last_day`: yesterday at the earliest, so that what follows it begins `today`."""

    organisation: OrganisationId
    last_day: date
    reason: str
    today: date
    heirs: tuple[Heir, ...] = ()


OrganisationCommand = Register | Move | End


def decide(state: OrganisationState, command: OrganisationCommand) -> tuple[OrganisationEvent, ...]:
    """What `command` makes of the node.

    Register refuses with OrganisationRegisteredOtherwise, LevelNotBelowParent, AttachmentMisplaced,
    DivisionCodeMalformed; the others with UnknownOrganisation and OrganisationHasEnded first, then in the order written
    in each one's function. The same registration again, or a move to where the node lies, changes nothing.
    """
    match command:
        case Register():
            return _register(state, command)
        case Move():
            return _move(state, command, _level_of(state, command.organisation))
        case End():
            return _end(state, command, _level_of(state, command.organisation))
        case _:
            assert_never(command)


def _register(state: OrganisationState, command: Register) -> tuple[OrganisationEvent, ...]:
    event = OrganisationRegistered(
        command.level, command.effective_from, command.parent, command.division_code, command.attached_to
    )
    if state.level is not None and state.effective_from is not None:
        if replace(state, moves=(), last_day=None, successors=()) == evolve(OrganisationState(), event):
            return ()
        raise OrganisationRegisteredOtherwise(state.level, state.effective_from, state.parent, state.division_code)
    if command.parent_level is not None and not lies_below(command.level, command.parent_level):
        raise LevelNotBelowParent(command.level, command.parent_level)
    if command.attached_to is not None and not _can_attach(command.level, command.attached_level):
        raise AttachmentMisplaced(command.level, command.attached_level)
    if command.division_code is not None and not _is_division_code(command.division_code):
        raise DivisionCodeMalformed(command.division_code)
    return (event,)


def _level_of(state: OrganisationState, organisation: OrganisationId) -> Level:
    if state.level is None:
        raise UnknownOrganisation
    if state.last_day is not None:
        raise OrganisationHasEnded(organisation, state.last_day)
    return state.level


def _move(state: OrganisationState, command: Move, level: Level) -> tuple[OrganisationEvent, ...]:
    if not lies_below(level, command.parent_level):
        raise LevelNotBelowParent(level, command.parent_level)
    if command.effective_from < command.today:
        raise TreeChangeInThePast(command.effective_from, command.today)
    _refuse_before(state.latest_day, command.effective_from)
    if parent_on(state, command.effective_from) == command.parent:
        return ()
    return (OrganisationMoved(command.parent, command.effective_from),)


def _end(state: OrganisationState, command: End, level: Level) -> tuple[OrganisationEvent, ...]:
    yesterday = command.today - timedelta(days=1)
    if command.last_day < yesterday:
        raise TreeChangeInThePast(command.last_day, yesterday)
    _refuse_before(state.latest_day, command.last_day)
    successors = tuple(heir.organisation for heir in command.heirs)
    for place, heir in enumerate(command.heirs):
        if heir.organisation in {command.organisation, *successors[:place]}:
            raise OwnSuccessor(heir.organisation)
        if heir.level != level:
            raise SuccessorOfOtherLevel(level, heir.level)
        _refuse_before(heir.effective_from, command.last_day + timedelta(days=1))
    return (OrganisationEnded(command.last_day, command.reason, successors),)


def _refuse_before(latest: date | None, wanted: date) -> None:
    if latest is not None and wanted < latest:
        raise TreeChangeOutOfOrder(wanted, latest)


def _can_attach(level: Level, attached_level: Level | None) -> bool:
    return tree_of(level) == "party" and attached_level is not None and tree_of(attached_level) == "administrative"


def _is_division_code(text: str) -> bool:
    return len(text) == DIVISION_CODE_DIGITS and text.isascii() and text.isdigit()


def evolve(state: OrganisationState, event: OrganisationEvent) -> OrganisationState:
    """The node after `event`."""
    match event:
        case OrganisationRegistered():
            return OrganisationState(
                event.level, event.effective_from, event.parent, event.division_code, event.attached_to
            )
        case OrganisationMoved():
            return replace(state, moves=(*state.moves, Placement(event.parent, event.effective_from)))
        case OrganisationEnded():
            return replace(state, last_day=event.last_day, successors=event.successors)
        case _:
            assert_never(event)


ORGANISATION: Final = Decider(
    name="organisation",
    initial=OrganisationState(),
    decide=decide,
    evolve=evolve,
    events=(OrganisationRegistered, OrganisationMoved, OrganisationEnded),
)
