"""A scanning device: registered by staff, revoked for good."""

from typing import Final, assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.activities.device_events import DeviceEvent, DeviceRegistered, DeviceRevoked
from ledger.activities.device_refusals import DeviceAlreadyRegistered
from ledger.kernel.decider import Decider, Request
from ledger.kernel.ids import MemberId, OrganisationId


class DeviceState(Struct, frozen=True):
    """A device as it is now. organisation None: there is no such device."""

    organisation: OrganisationId | None = None
    is_revoked: bool = False


class Register(Request, frozen=True):
    """Let the device send scans for `organisation`."""

    organisation: OrganisationId
    registered_by: MemberId


class Revoke(Request, frozen=True):
    """Trust the device no more. reason: a code."""

    revoked_by: MemberId
    reason: str


DeviceCommand = Register | Revoke


def decide(state: DeviceState, command: DeviceCommand) -> tuple[DeviceEvent, ...]:
    """What `command` makes of the device. Register refuses with DeviceAlreadyRegistered; a second Revoke, and one of a
    device that never was, changes nothing.
    """
    match command:
        case Register():
            if state.organisation is not None:
                raise DeviceAlreadyRegistered
            return (DeviceRegistered(command.organisation, command.registered_by),)
        case Revoke():
            known = state.organisation is not None and not state.is_revoked
            return (DeviceRevoked(command.revoked_by, command.reason),) if known else ()
        case _:
            assert_never(command)


def evolve(state: DeviceState, event: DeviceEvent) -> DeviceState:
    """The device after `event`."""
    match event:
        case DeviceRegistered():
            return DeviceState(event.organisation)
        case DeviceRevoked():
            return replace(state, is_revoked=True)
        case _:
            assert_never(event)


DEVICE: Final = Decider(
    name="device",
    initial=DeviceState(),
    decide=decide,
    evolve=evolve,
    events=(DeviceRegistered, DeviceRevoked),
)
