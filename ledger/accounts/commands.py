"""What can be asked of an account. Amounts are positive whole numbers of its unit; days are the community's days."""

from datetime import date
from uuid import UUID

from ledger.kernel.decider import Request
from ledger.kernel.ids import HoldId, LotId, OrganisationId
from ledger.kernel.units import Unit


class OpenAccount(Request, frozen=True):
    """Open the account of `owner` in `unit`; `organisation` keeps it."""

    owner: UUID
    unit: Unit
    organisation: OrganisationId


class CreditLot(Request, frozen=True):
    """Bring in `amount` as a new lot. issuer: the community in whose books the issuance stands."""

    lot: LotId
    amount: int
    issuer: OrganisationId
    reason: UUID
    on_day: date
    expires_on: date | None = None


class HoldPoints(Request, frozen=True):
    """Set `amount` aside for `reason`. `hold` is never used a second time: it is derived from the command's id."""

    hold: HoldId
    amount: int
    reason: UUID
    on_day: date


class ReleaseHold(Request, frozen=True):
    """Give the hold's parts back to their lots."""

    hold: HoldId
    reason: UUID
    on_day: date


class SpendHold(Request, frozen=True):
    """Use the whole hold up. organisation: the community in whose books the redemption stands."""

    hold: HoldId
    organisation: OrganisationId
    reason: UUID
    on_day: date


class ExpireDueLot(Request, frozen=True):
    """Enter the expiry of what is free of the lot, if it is due on `on_day`."""

    lot: LotId
    on_day: date


class CarryAccountForward(Request, frozen=True):
    """Write the whole state down, so that folding may start there."""

    on_day: date


AccountCommand = OpenAccount | CreditLot | HoldPoints | ReleaseHold | SpendHold | ExpireDueLot | CarryAccountForward
