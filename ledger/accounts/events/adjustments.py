"""What can have happened to corrections of balances and to gifts between members. Permanent: read in ten years.

Amounts are whole numbers of the account's unit; days are the community's days.
"""

from datetime import date
from typing import Literal

from ledger.kernel.decider import Event
from ledger.kernel.ids import AccountId, GiftId, MemberId, OrganisationId
from ledger.kernel.units import Unit

AdjustmentKind = Literal["adjustment", "opening_balance"]


class AdjustmentProposed(Event, frozen=True):
    """Staff propose to change a balance; nothing has moved. kind: a correction, or what another book says there was.

    amount: signed, never 0, in `unit`; an opening balance is positive. reason: a code. evidence: SHA-256, in hex, of
    the paper behind it, None: none. expires_on: first day on which what comes in is worth nothing, None: never.
    organisation: the member's community, in whose books the counter-account stands.
    """

    kind: AdjustmentKind
    member: MemberId
    unit: Unit
    organisation: OrganisationId
    amount: int
    reason: str
    proposed_by: MemberId
    evidence: str | None = None
    expires_on: date | None = None


class AdjustmentApproved(Event, frozen=True):
    """An approver agreed. The last one needed is followed by `AdjustmentPosted` in the same commit."""

    approved_by: MemberId


class AdjustmentRefused(Event, frozen=True):
    """An approver refused; the balance stays as it is. reason: a code."""

    refused_by: MemberId
    reason: str


class AdjustmentPosted(Event, frozen=True):
    """The entry stands in `account`, in the same commit. on_day: its day."""

    account: AccountId
    on_day: date


class GiftCounted(Event, frozen=True):
    """On the stream of one giver, unit and year: `amount` of `unit` was given to `receiver` on `on_day`.

    gift: the reason of the entries in both accounts, in the same commit.
    """

    gift: GiftId
    giver: MemberId
    receiver: MemberId
    unit: Unit
    amount: int
    on_day: date


AdjustmentEvent = AdjustmentProposed | AdjustmentApproved | AdjustmentRefused | AdjustmentPosted
