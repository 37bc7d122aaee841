"""Entries of an account and what they are made of.

Every entry names its counter-account, so that per unit the sum of all accounts and counter-accounts is 0 at every
commit. Amounts are positive whole numbers of the account's unit; days are the community's days.
"""

from datetime import date
from typing import Literal
from uuid import UUID

from msgspec import Struct

from ledger.accounts.events.freezes import (
    AccountFrozen,
    AccountUnfrozen,
    Freeze,
    FreezeAsked,
    FreezeDeclined,
    FreezeExtended,
    FreezeProposed,
)
from ledger.kernel.decider import Event
from ledger.kernel.ids import HoldId, LotId, OrganisationId
from ledger.kernel.units import Unit

CounterKind = Literal[
    "issuance", "redeemed", "expired", "adjustment", "opening", "gift", "written_off", "donated", "merged"
]


class Counter(Struct, frozen=True, forbid_unknown_fields=True):
    """The other side of an entry: its kind and the organisation (community) whose books it stands in.

    `gift` and `merged` are in transit: empty at every commit. `written_off`: what a reversed credit
    left and nobody pays.
    """

    kind: CounterKind
    organisation: OrganisationId


class Lot(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is left of one credit, free to hold. expires_on: first day on which it is worth nothing, None: never.

    original_expiry: the lot's own `expires_on`, where a hold was released after it and this part got days of grace
    instead; they are given once. None: `expires_on` is the lot's own. is_gift: another member gave it.
    """

    lot: LotId
    amount: int
    credited_on: date
    expires_on: date | None = None
    original_expiry: date | None = None
    is_gift: bool = False


class Take(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of a lot on its way: `amount` of `lot`, with what is needed to put it back unchanged, as in `Lot`."""

    lot: LotId
    amount: int
    credited_on: date
    expires_on: date | None = None
    original_expiry: date | None = None
    is_gift: bool = False


class Hold(Struct, frozen=True, forbid_unknown_fields=True):
    """Points set aside for one purpose, with the lots they come from."""

    hold: HoldId
    takes: tuple[Take, ...]


class Expired(Struct, frozen=True, forbid_unknown_fields=True):
    """How much of a credited lot has expired so far. A reversal of the credit does not ask for it again."""

    lot: LotId
    amount: int


class WrittenOff(Struct, frozen=True, forbid_unknown_fields=True):
    """How much of a reversed credit nobody paid; parts of `lot` that come back later go to `counter` first."""

    lot: LotId
    amount: int
    counter: Counter


class Announced(Struct, frozen=True, forbid_unknown_fields=True):
    """A notice given: `amount` of `lot` was free and will be worth nothing from `expires_on` on.

    days_before: which of the notices it was.
    """

    lot: LotId
    amount: int
    expires_on: date
    days_before: int


class AccountOpened(Event, frozen=True):
    """The account exists. owner: a member. organisation: the community that keeps it. floor is 0."""

    owner: UUID
    unit: Unit
    organisation: OrganisationId


class Credited(Event, frozen=True):
    """A lot came in. reason: id of the award, adjustment or gift behind it.

    filled: how much of `amount` paid what the account owed; the lot is the rest, and there is none where nothing is
    left. None: nothing was owed. A counter `gift` says that another member gave it.
    """

    lot: LotId
    amount: int
    counter: Counter
    reason: UUID
    on_day: date
    expires_on: date | None = None
    filled: int | None = None


class Held(Event, frozen=True):
    """Parts of lots were set aside. They neither expire nor can be spent elsewhere while held. reason: what for."""

    hold: HoldId
    takes: tuple[Take, ...]
    reason: UUID
    on_day: date


class HoldReleased(Event, frozen=True):
    """The hold came back: `returned` are the parts as they are now (own expiry, or grace if that had passed).

    filled: how much of the hold paid what the account owed, None: nothing. recovered: how much of it belonged to
    reversed credits that had been written off. The hold is the sum of the three.
    """

    hold: HoldId
    returned: tuple[Take, ...]
    reason: UUID
    on_day: date
    filled: int | None = None
    recovered: tuple[WrittenOff, ...] = ()


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


class SpendReturned(Event, frozen=True):
    """Goods came back: parts of what `hold` had spent are free again, as after `HoldReleased`; same words.

    What comes back is the sum of `returned`, `filled` and `recovered`; `counter` (redeemed) gives all of it.
    """

    hold: HoldId
    returned: tuple[Take, ...]
    counter: Counter
    reason: UUID
    on_day: date
    filled: int | None = None
    recovered: tuple[WrittenOff, ...] = ()


class Debited(Event, frozen=True):
    """Free parts of lots left for good, `amount` in all: given away, donated, adjusted down or moved over, as `counter`
    says. reason: id of the gift, the adjustment, the merge or the command."""

    takes: tuple[Take, ...]
    amount: int
    counter: Counter
    reason: UUID
    on_day: date


class LotsTakenOver(Event, frozen=True):
    """Parts of lots came unchanged from another account of the same person; the rest as in `SpendReturned`.

    reason: id of the merge; `counter` (merged) gives all of it."""

    returned: tuple[Take, ...]
    counter: Counter
    reason: UUID
    on_day: date
    filled: int | None = None
    recovered: tuple[WrittenOff, ...] = ()


class CreditReversed(Event, frozen=True):
    """The credit that had made `lot` is taken back from the issuance `counter`. reason: id of the award.

    takes: parts of lots that left, those of `lot` itself first. owed: what the account owes for it from now on.
    written_off: what nobody pays. expired: what of `lot` had expired before and stays booked so. The credit's amount
    is the sum of the four. expired is None where there was nothing.
    """

    lot: LotId
    takes: tuple[Take, ...]
    owed: int
    written_off: int
    counter: Counter
    reason: UUID
    on_day: date
    expired: int | None = None


class ExpiryAnnounced(Event, frozen=True):
    """The owner was told what expires within `days_before` days after `on_day`: lots, amounts and dates."""

    lots: tuple[Announced, ...]
    days_before: int
    on_day: date


class CarriedForward(Event, frozen=True):
    """The whole state so far, as of `on_day`: folding may start here. Nothing is moved by it.

    owed: what the account owes, None: nothing. freeze: the newest one, None: never frozen, or unfrozen. announced:
    notices given of lots not yet due. expired: by lot, of credits not reversed. written_off: by lot, less what came
    back. reversed_lots: lots whose credit was taken back. freeze_before: the newest freeze that was ended by hand, None
    where `freeze` is newer or there was none. freeze_asked: the proposal of one that nobody decided on.
    """

    owner: UUID
    unit: Unit
    organisation: OrganisationId
    lots: tuple[Lot, ...]
    holds: tuple[Hold, ...]
    entries: int
    on_day: date
    owed: int | None = None
    freeze: Freeze | None = None
    announced: tuple[Announced, ...] = ()
    expired: tuple[Expired, ...] = ()
    written_off: tuple[WrittenOff, ...] = ()
    reversed_lots: tuple[LotId, ...] = ()
    freeze_before: Freeze | None = None
    freeze_asked: FreezeAsked | None = None


AccountEvent = (
    AccountOpened
    | Credited
    | Held
    | HoldReleased
    | HoldSpent
    | SpendReturned
    | Debited
    | LotsTakenOver
    | CreditReversed
    | LotExpired
    | FreezeProposed
    | FreezeDeclined
    | AccountFrozen
    | FreezeExtended
    | AccountUnfrozen
    | ExpiryAnnounced
    | CarriedForward
)
