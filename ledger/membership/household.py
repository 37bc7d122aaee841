"""Who lives together, as opaque ids. It carries the rule that nobody decides for their own household."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final, assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.kernel.decider import Decider, Request
from ledger.kernel.ids import MemberId, OrganisationId
from ledger.kernel.refusal import Refusal
from ledger.membership.events import (
    HouseholdEvent,
    HouseholdFormed,
    HouseholdMemberAdded,
    HouseholdMemberRemoved,
)

HOUSEHOLD_MEMBERS_MAX: Final = 30
"""Our default: four generations under one roof, with room; a longer list is a building, not a household."""


class HouseholdState(Struct, frozen=True):
    """A household as it is now. organisation None: never formed. members: who lives there today."""

    organisation: OrganisationId | None = None
    members: frozenset[MemberId] = frozenset()


class Form(Request, frozen=True):
    """Start the household, living in `organisation`, with nobody in it yet."""

    organisation: OrganisationId


class Admit(Request, frozen=True):
    """The member lives here from `from_day`."""

    member: MemberId
    from_day: date


class Release(Request, frozen=True):
    """The member leaves; `until_day` is the last day that counts."""

    member: MemberId
    until_day: date


HouseholdCommand = Form | Admit | Release


@dataclass(eq=False)
class HouseholdAlreadyFormed(Refusal):
    """A household is formed once."""

    code: ClassVar[str] = "household-already-formed"


@dataclass(eq=False)
class UnknownHousehold(Refusal):
    """No household was formed under this id."""

    code: ClassVar[str] = "unknown-household"


@dataclass(eq=False)
class AlreadyLivesHere(Refusal):
    """The member is in this household already."""

    code: ClassVar[str] = "already-lives-here"

    member: MemberId


@dataclass(eq=False)
class HouseholdFull(Refusal):
    """No household may list more than `members_max` people."""

    code: ClassVar[str] = "household-full"

    members_max: int = HOUSEHOLD_MEMBERS_MAX


@dataclass(eq=False)
class DoesNotLiveHere(Refusal):
    """The member is not in this household."""

    code: ClassVar[str] = "does-not-live-here"

    member: MemberId


def decide(state: HouseholdState, command: HouseholdCommand) -> tuple[HouseholdEvent, ...]:
    """What `command` makes of the household.

    Refuses, in this order: Form with HouseholdAlreadyFormed; others with UnknownHousehold; Admit with AlreadyLivesHere,
    HouseholdFull; Release with DoesNotLiveHere.
    """
    match command:
        case Form():
            return _form(state, command)
        case Admit():
            return _admit(state, command)
        case Release():
            return _release(state, command)
        case _:
            assert_never(command)


def _form(state: HouseholdState, command: Form) -> tuple[HouseholdEvent, ...]:
    if state.organisation is not None:
        raise HouseholdAlreadyFormed
    return (HouseholdFormed(command.organisation),)


def _admit(state: HouseholdState, command: Admit) -> tuple[HouseholdEvent, ...]:
    if state.organisation is None:
        raise UnknownHousehold
    if command.member in state.members:
        raise AlreadyLivesHere(command.member)
    if len(state.members) >= HOUSEHOLD_MEMBERS_MAX:
        raise HouseholdFull
    return (HouseholdMemberAdded(command.member, command.from_day),)


def _release(state: HouseholdState, command: Release) -> tuple[HouseholdEvent, ...]:
    if state.organisation is None:
        raise UnknownHousehold
    if command.member not in state.members:
        raise DoesNotLiveHere(command.member)
    return (HouseholdMemberRemoved(command.member, command.until_day),)


def evolve(state: HouseholdState, event: HouseholdEvent) -> HouseholdState:
    """The household after `event`."""
    match event:
        case HouseholdFormed():
            return replace(state, organisation=event.organisation)
        case HouseholdMemberAdded():
            return replace(state, members=state.members | {event.member})
        case HouseholdMemberRemoved():
            return replace(state, members=state.members - {event.member})
        case _:
            assert_never(event)


HOUSEHOLD: Final = Decider(
    name="household",
    initial=HouseholdState(),
    decide=decide,
    evolve=evolve,
    events=(HouseholdFormed, HouseholdMemberAdded, HouseholdMemberRemoved),
)
