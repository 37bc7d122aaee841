"""What can have happened to an account. Permanent: read in ten years.

Every entry names its counter-account, so that per unit the sum of all accounts and counter-accounts is 0 at every
commit. Amounts are positive whole numbers of the account's unit; days are the community's days.
"""

from datetime import date
from typing import Literal
from uuid import UUID

from msgspec import Struct

from ledger.kernel.decider import Event
from ledger.kernel.ids import HoldId, LotId, OrganisationId
from ledger.kernel.units import Unit


class Counter(Struct, frozen=True, forbid_unknown_fields=True):
    """The other side of an entry: its kind and the organisation (community) whose books it stands in."""

    kind: Literal["issuance", "redeemed", "expired"]
    organisation: OrganisationId


class Lot(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is left of one credit, free to hold. expires_on: first day on which it is worth nothing, None: never.

    original_expiry: the lot's own `expires_on`, where a hold was released after it and this part got days of grace
    instead; they are given once. None: `expires_on` is the lot's own.
    """

    lot: LotId
    amount: int
    credited_on: date
    expires_on: date | None = None
    original_expiry: date | None = None


class Take(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of a lot inside a hold: `amount` of `lot`, with what is needed to put it back unchanged, as in `Lot`."""

    lot: LotId
    amount: int
    credited_on: date
    expires_on: date | None = None
    original_expiry: date | None = None


class Hold(Struct, frozen=True, forbid_unknown_fields=True):
    """Points set aside for one purpose, with the lots they come from."""

    hold: HoldId
    takes: tuple[Take, ...]


class AccountOpened(Event, frozen=True):
    """The account exists. owner: a member. organisation: the community that keeps it. floor is 0."""

    owner: UUID
    unit: Unit
    organisation: OrganisationId


class Credited(Event, frozen=True):
    """A lot came in. reason: id of the award or other deed behind it."""

    lot: LotId
    amount: int
    counter: Counter
    reason: UUID
    on_day: date
    expires_on: date | None = None


class Held(Event, frozen=True):
    """Parts of lots were set aside. They neither expire nor can be spent elsewhere while held. reason: what for."""

    hold: HoldId
    takes: tuple[Take, ...]
    reason: UUID
    on_day: date


class HoldReleased(Event, frozen=True):
    """The hold came back: `returned` are the parts as they are now (own expiry, or grace if that had passed)."""

    hold: HoldId
    returned: tuple[Take, ...]
    reason: UUID
    on_day: date


class HoldSpent(Event, frozen=True):
    """The hold was used up: `amount` (the sum of its takes) left the account."""

    hold: HoldId
    amount: int
    counter: Counter
    reason: UUID
    on_day: date


class LotExpired(Event, frozen=True):
    """What was free of the lot is worth nothing any more."""

    lot: LotId
    amount: int
    counter: Counter
    on_day: date


class CarriedForward(Event, frozen=True):
    """The whole state so far, as of `on_day`: folding may start here. Nothing is moved by it."""

    owner: UUID
    unit: Unit
    organisation: OrganisationId
    lots: tuple[Lot, ...]
    holds: tuple[Hold, ...]
    entries: int
    on_day: date


AccountEvent = AccountOpened | Credited | Held | HoldReleased | HoldSpent | LotExpired | CarriedForward
