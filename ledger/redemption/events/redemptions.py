"""What can have happened to rewards (stock and price) and redemptions. Permanent: read in ten years.

Quantities are whole pieces. Prices are whole units of `unit` for one piece. Names of rewards live in the directory.
"""

from datetime import date, datetime

from ledger.kernel.decider import Event
from ledger.kernel.ids import AccountId, FundId, HoldId, MemberId, OrganisationId, RedemptionId, RewardId
from ledger.kernel.units import Unit


class RewardListed(Event, frozen=True):
    """The reward can be asked for. organisation: the community whose shelf it stands on. fund: who pays for it.

    pieces_per_member_month: most pieces one member may ask for in a calendar month, None for no limit.
    """

    organisation: OrganisationId
    fund: FundId
    unit: Unit
    price: int
    listed_by: MemberId
    pieces_per_member_month: int | None = None


class RewardPriced(Event, frozen=True):
    """A new price for one piece, for redemptions asked for from now on."""

    price: int
    priced_by: MemberId


class RewardWithdrawn(Event, frozen=True):
    """It can no longer be asked for; open redemptions go on."""


class StockReceived(Event, frozen=True):
    """Pieces came onto the shelf. use_by: last day to hand them out, None where it does not matter."""

    pieces: int
    received_by: MemberId
    use_by: date | None = None


class StockReserved(Event, frozen=True):
    """Pieces are set aside for the redemption."""

    redemption: RedemptionId
    pieces: int
    member: MemberId
    month: str


class StockReturned(Event, frozen=True):
    """The reserved pieces are free again."""

    redemption: RedemptionId
    pieces: int


class StockHandedOver(Event, frozen=True):
    """The reserved pieces left the shelf."""

    redemption: RedemptionId
    pieces: int


class RedemptionRequested(Event, frozen=True):
    """Asked for: pieces and points are set aside in the same commit. total: price × pieces, at this moment's price.

    lapses_at: the instant from which it lapses by itself unless handed over. requested_by: the member, or the staff who
    asked for a member without a phone.
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


class RedemptionApproved(Event, frozen=True):
    """Somebody who is neither the member nor of the member's household approved it."""

    approved_by: MemberId


class RedemptionRejected(Event, frozen=True):
    """Not approved; stock and lots came back. reason: a code."""

    rejected_by: MemberId
    reason: str


class RedemptionCancelled(Event, frozen=True):
    """The member (or staff for the member) took it back; stock and lots came back."""

    cancelled_by: MemberId


class RedemptionReady(Event, frozen=True):
    """The goods lie ready; the voucher works from now on."""

    prepared_by: MemberId


class RedemptionHandedOver(Event, frozen=True):
    """The goods are in the member's hands; the hold is spent. Final.

    at: the instant of handing over, aware UTC, so that a second attempt can be told when the first was.
    """

    handed_over_by: MemberId
    at: datetime


class RedemptionLapsed(Event, frozen=True):
    """Nobody came in time; stock and lots came back. Final."""


RewardEvent = (
    RewardListed | RewardPriced | RewardWithdrawn | StockReceived | StockReserved | StockReturned | StockHandedOver
)
RedemptionEvent = (
    RedemptionRequested
    | RedemptionApproved
    | RedemptionRejected
    | RedemptionCancelled
    | RedemptionReady
    | RedemptionHandedOver
    | RedemptionLapsed
)
