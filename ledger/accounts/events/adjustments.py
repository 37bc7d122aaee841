"""What can have happened to corrections of balances and to gifts between members. Permanent: read in ten years.

Amounts are whole numbers of the account's unit; days are the community's days.
"""

from datetime import date
from typing import Literal

from ledger.kernel.decider import Event
from ledger.kernel.ids import AccountId, GiftId, MemberId, OrganisationId
from ledger.kernel.units import Unit

AdjustmentKind = Literal["adjustment", "opening_balance"]
ObjectionOutcome = Literal["upheld", "rejected"]


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
    """An approver agreed. The last one needed is followed in the same commit by `AdjustmentPosted`, or for an opening
    balance by `AdjustmentPutOnNotice` where the programme shows those before they count."""

    approved_by: MemberId


class AdjustmentPutOnNotice(Event, frozen=True):
    """The opening balance is shown, its member masked, before it counts; nothing has moved.

    notice_until: last of the community's days on which it is shown. provisional: a year's table of working days was
    missing, so weekdays were counted.
    """

    notice_until: date
    provisional: bool = False


class AdjustmentObjected(Event, frozen=True):
    """A member of the community objected while it was on notice; it is not posted until that is decided.

    reason: a code. decide_by: the community's day by whose end somebody not involved should have decided; nothing
    happens by itself after it. provisional: as in `AdjustmentPutOnNotice`.
    """

    objected_by: MemberId
    reason: str
    decide_by: date
    provisional: bool = False


class AdjustmentObjectionDecided(Event, frozen=True):
    """Somebody not involved decided, for good: `upheld`, it is refused, or `rejected`, its notice goes on.

    reason: a code.
    """

    decided_by: MemberId
    outcome: ObjectionOutcome
    reason: str


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


AdjustmentEvent = (
    AdjustmentProposed
    | AdjustmentApproved
    | AdjustmentPutOnNotice
    | AdjustmentObjected
    | AdjustmentObjectionDecided
    | AdjustmentRefused
    | AdjustmentPosted
)
