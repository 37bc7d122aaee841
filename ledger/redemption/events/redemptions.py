"""What can have happened to a redemption, from asking to the goods in hand and, for some days, back again."""

from datetime import date, datetime, timedelta
from typing import Literal

from msgspec import Struct

from ledger.kernel.decider import Event
from ledger.kernel.ids import (
    AccountId,
    ExchangesId,
    FundId,
    FundUsageId,
    HoldId,
    LotId,
    MemberId,
    OrganisationId,
    RewardId,
)
from ledger.kernel.units import Unit
from ledger.redemption.events.rewards import Condition, FromBatch

CounterBasis = Literal["live_code", "witness", "pin"]
"""What stood beside the card at the counter: a fresh code on the member's own phone, a second staff member, or the
member's own PIN, which was checked where the exchange was asked for and is written down nowhere."""


class SpentPart(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of a lot that was spent, with what is needed to give it back. Fields as in the account's takes."""

    lot: LotId
    amount: int
    credited_on: date
    expires_on: date | None = None
    original_expiry: date | None = None
    is_gift: bool = False


class RedemptionRequested(Event, frozen=True):
    """Asked for: pieces and points are set aside in the same commit. total: price × pieces, at this moment's price.

    lapses_at: the instant from which it lapses by itself unless handed over. requested_by: the member, or the staff who
    asked for a member without a phone. merchant: as the reward's. fund_usage, exchanges: the streams in which its
    points and the exchange itself are counted, until it ends without goods; None and () where nothing is counted.
    basis, witness: only at the counter, where requested_by is the keeper; witness is the second staff member.
    """

    member: MemberId
    reward: RewardId
    organisation: OrganisationId
    fund: FundId
    unit: Unit
    pieces: int
    price: int
    total: int
    account: AccountId
    hold: HoldId
    lapses_at: datetime
    requested_by: MemberId
    merchant: OrganisationId | None = None
    fund_usage: FundUsageId | None = None
    exchanges: tuple[ExchangesId, ...] = ()
    basis: CounterBasis | None = None
    witness: MemberId | None = None


class RedemptionApproved(Event, frozen=True):
    """Somebody who is neither the member nor of the member's household approved it, or the system below a threshold.

    recheck: the system's approval was drawn for a look by a person afterwards.
    """

    approved_by: MemberId
    recheck: bool = False


class RedemptionRejected(Event, frozen=True):
    """Not approved; stock and lots came back. reason: a code."""

    rejected_by: MemberId
    reason: str


class RedemptionCancelled(Event, frozen=True):
    """The member (or staff for the member) took it back; stock and lots came back."""

    cancelled_by: MemberId


class RedemptionVoided(Event, frozen=True):
    """The goods are not to be had after all; stock and lots came back. reason: a code (`out-of-stock`). Final."""

    voided_by: MemberId
    reason: str


class RedemptionReady(Event, frozen=True):
    """The goods lie ready; the voucher works from now on."""

    prepared_by: MemberId


class RedemptionHandedOver(Event, frozen=True):
    """The goods are in the member's hands; the hold is spent.

    at: the instant of handing over, aware UTC, so that a second attempt can be told when the first was. parts: what
    was spent, batches: where the pieces came from, both for a return; () where that was not written down.
    returnable_until: the instant from which nothing comes back any more, by the settings of that moment; None where it
    was not written down, then seven times 24 hours after `at`.
    """

    handed_over_by: MemberId
    at: datetime
    parts: tuple[SpentPart, ...] = ()
    batches: tuple[FromBatch, ...] = ()
    returnable_until: datetime | None = None


class RedemptionPartlyHandedOver(Event, frozen=True):
    """Fewer pieces than were asked for are in the member's hands; the rest of stock and points came back.

    pieces, total: what was handed over and spent. Other fields as in `RedemptionHandedOver`.
    """

    pieces: int
    total: int
    handed_over_by: MemberId
    at: datetime
    parts: tuple[SpentPart, ...]
    batches: tuple[FromBatch, ...]
    returnable_until: datetime | None = None


class RedemptionSubstituted(Event, frozen=True):
    """The member agreed to another reward, for no more points than were held, and has it in hand.

    consent: a code for what shows the agreement (`voucher-shown`, `live-code`). pieces, price, total: of the other
    reward; the rest of the hold came back, and so did the pieces first set aside. returnable_until: as in
    `RedemptionHandedOver`.
    """

    reward: RewardId
    fund: FundId
    merchant: OrganisationId | None
    pieces: int
    price: int
    total: int
    consent: str
    handed_over_by: MemberId
    at: datetime
    parts: tuple[SpentPart, ...]
    batches: tuple[FromBatch, ...]
    fund_usage: FundUsageId | None = None
    returnable_until: datetime | None = None


class RedemptionReturned(Event, frozen=True):
    """Pieces came back, and so did their points. parts: what of the spent parts is given back; they add up to total.

    batches: those the pieces go back to, () where that was not written down. received_by: who took them back.
    """

    pieces: int
    total: int
    condition: Condition
    received_by: MemberId
    at: datetime
    parts: tuple[SpentPart, ...]
    batches: tuple[FromBatch, ...]


class RedemptionRechecked(Event, frozen=True):
    """A person who took no part looked at what the system had approved. finding: a code."""

    rechecked_by: MemberId
    finding: Literal["in_order", "not_in_order"]


class RedemptionSettled(Event, frozen=True):
    """The days for a return are over. Final."""


class RedemptionLapsed(Event, frozen=True):
    """Nobody came in time; stock and lots came back. Final."""


RedemptionEvent = (
    RedemptionRequested
    | RedemptionApproved
    | RedemptionRejected
    | RedemptionCancelled
    | RedemptionVoided
    | RedemptionReady
    | RedemptionHandedOver
    | RedemptionPartlyHandedOver
    | RedemptionSubstituted
    | RedemptionReturned
    | RedemptionRechecked
    | RedemptionSettled
    | RedemptionLapsed
)


def returnable_until(event: RedemptionHandedOver | RedemptionPartlyHandedOver | RedemptionSubstituted) -> datetime:
    """The instant from which nothing of it comes back any more; seven days are what held before it was written down."""
    return event.returnable_until or event.at + timedelta(days=7)
