"""A programme's settings: versions written by one person and published by another, each from a day on."""

from datetime import date
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.kernel.decider import Decider, Request
from ledger.kernel.ids import MemberId, OrganisationId, ProgrammeId, derived
from ledger.programme.events import ProgrammeEvent, Settings, SettingsDrafted, SettingsPublished
from ledger.programme.refusals import (
    SettingsAlreadyPublished,
    SettingsByDrafter,
    SettingsInThePast,
    SettingsVersionUnknown,
)
from ledger.programme.settings import check_bounds


class Version(Struct, frozen=True):
    """One version. valid_from: first day on which it holds, None while it is only a draft."""

    number: int
    settings: Settings
    drafted_by: MemberId
    valid_from: date | None = None


class Programme(Struct, frozen=True):
    """The programme of one node of the tree and its versions in order of number."""

    versions: tuple[Version, ...] = ()


class DraftSettings(Request, frozen=True):
    """Write the next version down."""

    organisation: OrganisationId
    settings: Settings
    drafted_by: MemberId


class PublishSettings(Request, frozen=True):
    """Let version `number` hold from `valid_from` on. today: the community's day."""

    number: int
    valid_from: date
    approved_by: MemberId
    today: date


ProgrammeCommand = DraftSettings | PublishSettings


def programme_id(organisation: OrganisationId) -> ProgrammeId:
    """The stream of the node's settings."""
    return ProgrammeId(derived(organisation, "programme"))


def decide(state: Programme, command: ProgrammeCommand) -> tuple[ProgrammeEvent, ...]:
    """Drafting refuses with settings-out-of-bounds.

    Publishing refuses with settings-version-unknown, settings-already-published, settings-by-drafter,
    settings-in-the-past.
    """
    match command:
        case DraftSettings():
            check_bounds(command.settings)
            number = len(state.versions) + 1
            return (SettingsDrafted(command.organisation, number, command.settings, command.drafted_by),)
        case PublishSettings():
            return _publish(state, command)
        case _:
            assert_never(command)


def evolve(state: Programme, event: ProgrammeEvent) -> Programme:
    """The programme after `event`."""
    match event:
        case SettingsDrafted():
            return Programme((*state.versions, Version(event.version, event.settings, event.drafted_by)))
        case SettingsPublished():
            published = (
                replace(one, valid_from=event.valid_from) if one.number == event.version else one
                for one in state.versions
            )
            return Programme(tuple(published))
        case _:
            assert_never(event)


PROGRAMME: Decider[Programme, ProgrammeCommand, ProgrammeEvent] = Decider(
    name="programme", initial=Programme(), decide=decide, evolve=evolve, events=(SettingsDrafted, SettingsPublished)
)


def in_force(state: Programme, today: date) -> Settings | None:
    """What holds on `today`: the version valid latest, of equals the newest; None where none was published."""
    valid = [
        (version.valid_from, version.number, version.settings)
        for version in state.versions
        if version.valid_from is not None and version.valid_from <= today
    ]
    return max(valid, key=lambda one: one[:2])[2] if valid else None


def _publish(state: Programme, command: PublishSettings) -> tuple[ProgrammeEvent, ...]:
    if not 1 <= command.number <= len(state.versions):
        raise SettingsVersionUnknown(command.number, len(state.versions))
    version = state.versions[command.number - 1]
    if version.valid_from:
        raise SettingsAlreadyPublished(version.number, version.valid_from)
    if command.approved_by == version.drafted_by:
        raise SettingsByDrafter(version.drafted_by)
    if command.valid_from < command.today:
        raise SettingsInThePast(command.valid_from, command.today)
    return (SettingsPublished(command.number, command.valid_from, command.approved_by),)
