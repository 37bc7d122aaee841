"""Stories of a scanning device: registered once, revoked for good."""

from uuid import UUID

import pytest

from ledger.activities.device import DEVICE, DeviceState, Register, Revoke
from ledger.activities.events import DeviceRegistered, DeviceRevoked
from ledger.kernel.decider import fold
from ledger.kernel.ids import MemberId, OrganisationId
from ledger.kernel.refusal import Refusal

TOWN = OrganisationId(UUID(int=1))
CLERK = MemberId(UUID(int=2))
REGISTERED = DeviceRegistered(TOWN, CLERK)
REVOKED = DeviceRevoked(CLERK, "lost")


def test_a_device_is_registered_for_an_organisation() -> None:
    assert DEVICE.decide(DEVICE.initial, Register(TOWN, CLERK)) == (REGISTERED,)
    assert fold(DEVICE, [REGISTERED]) == DeviceState(TOWN)


@pytest.mark.parametrize("history", [[REGISTERED], [REGISTERED, REVOKED]])
def test_a_device_is_registered_only_once(history: list[DeviceRegistered | DeviceRevoked]) -> None:
    with pytest.raises(Refusal) as refused:
        DEVICE.decide(fold(DEVICE, history), Register(TOWN, CLERK))

    assert refused.value.code == "device-already-registered"


def test_a_device_is_revoked_once_and_the_first_reason_stays() -> None:
    registered = fold(DEVICE, [REGISTERED])

    assert DEVICE.decide(registered, Revoke(CLERK, "lost")) == (REVOKED,)
    assert DEVICE.decide(fold(DEVICE, [REVOKED], registered), Revoke(CLERK, "broken")) == ()
    assert fold(DEVICE, [REVOKED], registered) == DeviceState(TOWN, is_revoked=True)


def test_what_never_was_cannot_be_revoked() -> None:
    assert DEVICE.decide(DEVICE.initial, Revoke(CLERK, "lost")) == ()
