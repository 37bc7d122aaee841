"""What can have happened to a reward: drafted, approved and priced by two people, and its pieces on the shelf.

A proposal is named by an id, so that who approves it names the one they saw.
"""

from datetime import date
from typing import Literal

from msgspec import Struct

from ledger.kernel.decider import Event
from ledger.kernel.ids import BatchId, FundId, HouseholdId, MemberId, OrganisationId, ProposalId, RedemptionId
from ledger.kernel.units import Unit

Condition = Literal["good", "damaged"]
"""How pieces came back: to be handed out again, or not."""


class Limit(Struct, frozen=True, forbid_unknown_fields=True):
    """Most `pieces` that one member, or one household, may have reserved or received in a calendar period."""

    per: Literal["member", "household"]
    pieces: int
    period: Literal["month", "quarter", "year"]


class FromBatch(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Pieces of one batch. batch None: received before batches had ids. use_by: last day to hand them out, or None."""

    pieces: int
    batch: BatchId | None = None
    use_by: date | None = None


class RewardDrafted(Event, frozen=True):
    """Staff wrote down what is to be offered; somebody else approves it. Fields as in `RewardListed`."""

    organisation: OrganisationId
    fund: FundId
    unit: Unit
    price: int
    drafted_by: MemberId
    limits: tuple[Limit, ...] = ()
    merchant: OrganisationId | None = None


class RewardListed(Event, frozen=True):
    """The reward can be asked for. organisation: the community whose shelf it stands on. fund: who pays for it.

    listed_by: who approved the draft; drafted_by: who wrote it, None where one person listed it alone. limits: () for
    none. merchant: the partner who hands it out and is settled with, None for the community itself.
    """

    organisation: OrganisationId
    fund: FundId
    unit: Unit
    price: int
    listed_by: MemberId
    limits: tuple[Limit, ...] = ()
    merchant: OrganisationId | None = None
    drafted_by: MemberId | None = None


class PriceProposed(Event, frozen=True):
    """A new price for one piece, from the day `from_day` on, awaits approval; it takes an older proposal's place."""

    proposal: ProposalId
    price: int
    from_day: date
    proposed_by: MemberId


class RewardPriced(Event, frozen=True):
    """A new price for one piece: for what is asked for from `from_day` on (None: from now on).

    priced_by: who approved the proposal. on_day: the day of approval, None where from_day is. A price that was to
    come later than on_day no longer comes.
    """

    price: int
    priced_by: MemberId
    proposal: ProposalId | None = None
    from_day: date | None = None
    on_day: date | None = None


class RewardWithdrawn(Event, frozen=True):
    """It can no longer be asked for; open redemptions go on."""


class ProposalDeclined(Event, frozen=True):
    """The open proposal (of a price, a write-off or a count) is not carried out."""

    proposal: ProposalId
    declined_by: MemberId


class StockReceived(Event, frozen=True):
    """Pieces came onto the shelf. use_by: last day to hand them out, None where it does not matter.

    batch: names these pieces from now on, None where they came before batches had ids. fund: who paid for them, None
    for the reward's own fund.
    """

    pieces: int
    received_by: MemberId
    use_by: date | None = None
    batch: BatchId | None = None
    fund: FundId | None = None


class StockReserved(Event, frozen=True):
    """Pieces are set aside for the redemption. month: of asking. household: the member's on that day, None without."""

    redemption: RedemptionId
    pieces: int
    member: MemberId
    month: str
    household: HouseholdId | None = None


class StockReturned(Event, frozen=True):
    """So many of the reserved pieces are free again."""

    redemption: RedemptionId
    pieces: int


class StockHandedOver(Event, frozen=True):
    """So many of the reserved pieces left the shelf. batches: from which; () where that was not written down."""

    redemption: RedemptionId
    pieces: int
    batches: tuple[FromBatch, ...] = ()


class StockBroughtBack(Event, frozen=True):
    """Pieces that had been handed over came back: good ones onto the shelf as `batches`, damaged ones written off."""

    redemption: RedemptionId
    pieces: int
    condition: Condition
    received_by: MemberId
    batches: tuple[FromBatch, ...] = ()


class StockWriteOffProposed(Event, frozen=True):
    """Pieces are to be written off; somebody else approves it. reason: a code. batch: of which, None for the oldest."""

    proposal: ProposalId
    pieces: int
    reason: str
    proposed_by: MemberId
    batch: BatchId | None = None


class StockWrittenOff(Event, frozen=True):
    """The proposed pieces are no longer on the shelf. batches: from which."""

    proposal: ProposalId
    pieces: int
    reason: str
    approved_by: MemberId
    batches: tuple[FromBatch, ...]


class StockCounted(Event, frozen=True):
    """Somebody counted what lies there. pieces: as counted. books: what should have lain there at that moment."""

    proposal: ProposalId
    pieces: int
    books: int
    counted_by: MemberId


class StockCountConfirmed(Event, frozen=True):
    """Somebody else confirmed the count, and the books were set right.

    difference: counted less books; what was missing counts as written off, what was found as received. batches: from
    which pieces were taken, or to which they were added.
    """

    proposal: ProposalId
    difference: int
    confirmed_by: MemberId
    batches: tuple[FromBatch, ...] = ()


RewardEvent = (
    RewardDrafted
    | RewardListed
    | PriceProposed
    | RewardPriced
    | RewardWithdrawn
    | ProposalDeclined
    | StockReceived
    | StockReserved
    | StockReturned
    | StockHandedOver
    | StockBroughtBack
    | StockWriteOffProposed
    | StockWrittenOff
    | StockCounted
    | StockCountConfirmed
)
