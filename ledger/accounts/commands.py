"""What can be asked of an account. Amounts are positive whole numbers of its unit; days are the community's days."""

from datetime import date
from typing import Literal
from uuid import UUID

from ledger.accounts.events import Counter, CounterKind, FreezeDirection, Take
from ledger.kernel.decider import Request
from ledger.kernel.ids import HoldId, LotId, MemberId, OrganisationId
from ledger.kernel.units import Unit

SpentRule = Literal["other_lots", "owe", "write_off"]
"""Who pays the part of a reversed credit that is no longer free: see `ReverseCredit`."""


class OpenAccount(Request, frozen=True):
    """Open the account of `owner` in `unit`; `organisation` keeps it."""

    owner: UUID
    unit: Unit
    organisation: OrganisationId


class CreditLot(Request, frozen=True):
    """Bring in `amount` as a new lot; what the account owes is paid first.

    issuer: the community in whose books the counter-account of `kind` stands.
    """

    lot: LotId
    amount: int
    issuer: OrganisationId
    reason: UUID
    on_day: date
    expires_on: date | None = None
    kind: CounterKind = "issuance"


class HoldPoints(Request, frozen=True):
    """Set `amount` aside for `reason`. `hold` is never used a second time: it is derived from the command's id."""

    hold: HoldId
    amount: int
    reason: UUID
    on_day: date


class ReleaseHold(Request, frozen=True):
    """Give the hold's parts back to their lots. grace_days: for parts whose lot is worth nothing by now."""

    hold: HoldId
    reason: UUID
    on_day: date
    grace_days: int


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


class DebitPoints(Request, frozen=True):
    """Take `amount` of free lots away for good, to `counter`. A gift takes only what may be given on."""

    amount: int
    counter: Counter
    reason: UUID
    on_day: date


class LotPart(Request, frozen=True):
    """Up to `amount` of `lot`."""

    lot: LotId
    amount: int


class TakeOutLots(Request, frozen=True):
    """Let free parts of lots leave to `counter`, grace and gifts included; nothing where nothing is free.

    parts: which, as far as they are free; None: all. Lots that are due should have been expired before.
    """

    counter: Counter
    reason: UUID
    on_day: date
    parts: tuple[LotPart, ...] | None = None


class TakeOverLots(Request, frozen=True):
    """Bring in `takes`, unchanged, that left another account of the same person to the transit account `counter`."""

    takes: tuple[Take, ...]
    counter: Counter
    reason: UUID
    on_day: date


class ReverseCredit(Request, frozen=True):
    """Take back the credit of `amount` that had made `lot`. issuer: in whose books its issuance stands.

    spent: what happens to the part that is no longer free. `write_off`: nobody pays it. `other_lots`: other lots pay,
    in the order of spending, and what they lack is written off. `owe`: what other lots lack is owed, as far as the
    account's debt stays within `debt_max`; the rest is written off.
    """

    lot: LotId
    amount: int
    issuer: OrganisationId
    spent: SpentRule
    debt_max: int
    reason: UUID
    on_day: date


class ReturnSpent(Request, frozen=True):
    """Goods came back: free the `takes`, a part of what `hold` spent. organisation: as when it was spent.

    The caller knows what the hold had taken and what of it came back before; the account does not. grace_days: for
    parts whose lot is worth nothing by now.
    """

    hold: HoldId
    takes: tuple[Take, ...]
    organisation: OrganisationId
    reason: UUID
    on_day: date
    grace_days: int


class ProposeFreeze(Request, frozen=True):
    """Ask that it be frozen through the day `until`, at most `days_max` days after `on_day`. reason: a code."""

    direction: FreezeDirection
    until: date
    reason: str
    proposed_by: MemberId
    on_day: date
    days_max: int


class DeclineFreeze(Request, frozen=True):
    """Do not freeze it as was proposed. reason: a code."""

    reason: str
    declined_by: MemberId
    on_day: date


class FreezeAccount(Request, frozen=True):
    """Freeze it through the day `until`. reason: a code.

    As somebody else proposed, at most `days_max` days after `on_day`; else for `freezes.ALONE_DAYS_MAX` at most.
    """

    direction: FreezeDirection
    until: date
    reason: str
    frozen_by: MemberId
    on_day: date
    days_max: int


class ExtendFreeze(Request, frozen=True):
    """Let the freeze last through the day `until`, at most `days_max` days after the end it had. reason: a code."""

    until: date
    reason: str
    extended_by: MemberId
    on_day: date
    days_max: int


class UnfreezeAccount(Request, frozen=True):
    """End the freeze. reason: a code."""

    reason: str
    by: MemberId
    on_day: date


class AnnounceExpiry(Request, frozen=True):
    """Tell what falls due in at most `days_before` days, each lot once; not what falls due in `next_notice` or fewer.

    next_notice: days of the notice that comes after this one, 0 for the last: one notice is enough for a day.
    """

    days_before: int
    next_notice: int
    on_day: date


AccountCommand = (
    OpenAccount
    | CreditLot
    | HoldPoints
    | ReleaseHold
    | SpendHold
    | ReturnSpent
    | DebitPoints
    | TakeOutLots
    | TakeOverLots
    | ReverseCredit
    | ExpireDueLot
    | ProposeFreeze
    | DeclineFreeze
    | FreezeAccount
    | ExtendFreeze
    | UnfreezeAccount
    | AnnounceExpiry
    | CarryAccountForward
)
