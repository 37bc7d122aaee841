"""A reward as it is now, and how its events change it. No count ever goes below zero."""

from datetime import date
from typing import Literal, assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.kernel.ids import HouseholdId, MemberId, OrganisationId, RedemptionId
from ledger.redemption import batches as lying
from ledger.redemption.batches import Batches
from ledger.redemption.events import (
    FromBatch,
    PriceProposed,
    ProposalDeclined,
    RewardDrafted,
    RewardEvent,
    RewardListed,
    RewardPriced,
    RewardWithdrawn,
    StockBroughtBack,
    StockCountConfirmed,
    StockCounted,
    StockHandedOver,
    StockReceived,
    StockReserved,
    StockReturned,
    StockWriteOffProposed,
    StockWrittenOff,
)
from ledger.redemption.limits import Tallies, Tally, changed, label_of, owner_of

Proposal = PriceProposed | StockWriteOffProposed | StockCounted


class Reserved(Struct, frozen=True):
    """Pieces set aside for a redemption; month: the one they count in."""

    redemption: RedemptionId
    pieces: int
    member: MemberId
    household: HouseholdId | None
    month: str


class NextPrice(Struct, frozen=True):
    """A price that was approved and holds from a later day on."""

    price: int
    from_day: date


class Reward(Struct, frozen=True):
    """A reward and its shelf. draft, listing: None until drafted, listed. price: until `next_price` holds.

    batches: what lies on the shelf, reserved or not, in the order of leaving. received = on_shelf + handed_over +
    written_off, in whole pieces. tallies: what counts towards each limit; month: the newest in which anybody asked.
    price_proposal, write_off, count: open proposals.
    """

    status: Literal["unknown", "drafted", "listed", "withdrawn"] = "unknown"
    draft: RewardDrafted | None = None
    listing: RewardListed | None = None
    price: int = 0
    next_price: NextPrice | None = None
    batches: Batches = ()
    reserved: tuple[Reserved, ...] = ()
    received: int = 0
    handed_over: int = 0
    written_off: int = 0
    month: str = ""
    tallies: Tallies = ()
    price_proposal: PriceProposed | None = None
    write_off: StockWriteOffProposed | None = None
    count: StockCounted | None = None

    @property
    def organisation(self) -> OrganisationId | None:
        """The community whose shelf it stands on; None for a reward that nobody drafted."""
        named = self.listing or self.draft
        return named and named.organisation

    @property
    def on_shelf(self) -> int:
        """Pieces that lie there, reserved or not: what a stock-take counts."""
        return lying.total(self.batches)

    @property
    def set_aside(self) -> int:
        """Pieces that are reserved."""
        return sum(one.pieces for one in self.reserved)

    @property
    def free(self) -> int:
        """Pieces that nobody has reserved, past their last day or not."""
        return self.on_shelf - self.set_aside

    def to_be_had(self, today: date) -> int:
        """Pieces that can be reserved on `today`: those past their last day are for nobody."""
        return max(0, lying.fresh(self.batches, today) - self.set_aside)

    def price_on(self, day: date) -> int:
        """The price of one piece for what is asked for on `day`, today or later."""
        return self.next_price.price if self.next_price and self.next_price.from_day <= day else self.price

    def proposals(self) -> tuple[Proposal, ...]:
        """The open ones."""
        return tuple(one for one in (self.price_proposal, self.write_off, self.count) if one is not None)


def evolve(state: Reward, event: RewardEvent) -> Reward:
    """The reward after `event`."""
    match event:
        case RewardDrafted():
            return replace(state, status="drafted", draft=event)
        case RewardListed():
            tallies = tuple(Tally(limit) for limit in event.limits)
            return replace(state, status="listed", listing=event, price=event.price, tallies=tallies)
        case PriceProposed():
            return replace(state, price_proposal=event)
        case RewardPriced():
            return _after_pricing(state, event)
        case RewardWithdrawn():
            return replace(state, status="withdrawn", price_proposal=None)
        case ProposalDeclined():
            return _after_declining(state, event)
        case _:
            return _evolve_shelf(state, event)


def _evolve_shelf(
    state: Reward,
    event: StockReceived
    | StockReserved
    | StockReturned
    | StockHandedOver
    | StockBroughtBack
    | StockWriteOffProposed
    | StockWrittenOff
    | StockCounted
    | StockCountConfirmed,
) -> Reward:
    match event:
        case StockReceived():
            came = (FromBatch(event.pieces, event.batch, event.use_by),)
            return _with(state, came, received=event.pieces)
        case StockReserved():
            return _after_reserving(state, event)
        case StockReturned():
            return _after_returning(state, event)
        case StockHandedOver():
            left = event.batches or lying.oldest(state.batches, event.pieces, today=None)
            handed = replace(state, handed_over=state.handed_over + event.pieces)
            return _without(_less_reserved(handed, event.redemption, event.pieces), left)
        case StockBroughtBack():
            return _after_bringing_back(state, event)
        case StockWriteOffProposed():
            return replace(state, write_off=event)
        case StockWrittenOff():
            rest = replace(state, write_off=None, written_off=state.written_off + event.pieces)
            return _without(rest, event.batches)
        case StockCounted():
            return replace(state, count=event)
        case StockCountConfirmed():
            return _after_counting(state, event)
        case _:
            assert_never(event)


def _after_pricing(state: Reward, event: RewardPriced) -> Reward:
    proposal = state.price_proposal
    if proposal and proposal.proposal == event.proposal:
        proposal = None
    if event.from_day is None or event.on_day is None or event.from_day <= event.on_day:
        return replace(state, price=event.price, next_price=None, price_proposal=proposal)
    price, coming = state.price_on(event.on_day), NextPrice(event.price, event.from_day)
    return replace(state, price=price, next_price=coming, price_proposal=proposal)


def _after_declining(state: Reward, event: ProposalDeclined) -> Reward:
    price, write_off, count = state.price_proposal, state.write_off, state.count
    return replace(
        state,
        price_proposal=None if price and price.proposal == event.proposal else price,
        write_off=None if write_off and write_off.proposal == event.proposal else write_off,
        count=None if count and count.proposal == event.proposal else count,
    )


def _after_reserving(state: Reward, event: StockReserved) -> Reward:
    month = max(event.month, state.month)
    reserved = Reserved(event.redemption, event.pieces, event.member, event.household, month)
    tallied = replace(state, reserved=(*state.reserved, reserved), month=month)
    return _tallied(tallied, reserved, event.pieces)


def _after_returning(state: Reward, event: StockReturned) -> Reward:
    for one in state.reserved:
        if one.redemption == event.redemption:
            return _less_reserved(_tallied(state, one, -event.pieces), event.redemption, event.pieces)
    return state


def _tallied(state: Reward, reserved: Reserved, pieces: int) -> Reward:
    def after(tally: Tally) -> Tally:
        owner = owner_of(tally.limit, reserved.member, reserved.household)
        return changed(tally, owner, label_of(tally.limit, reserved.month), pieces)

    return replace(state, tallies=tuple(after(tally) for tally in state.tallies))


def _less_reserved(state: Reward, redemption: RedemptionId, pieces: int) -> Reward:
    rest = (one if one.redemption != redemption else replace(one, pieces=one.pieces - pieces) for one in state.reserved)
    return replace(state, reserved=tuple(one for one in rest if one.pieces > 0))


def _after_bringing_back(state: Reward, event: StockBroughtBack) -> Reward:
    back = replace(state, handed_over=state.handed_over - event.pieces)
    if event.condition == "damaged":
        return replace(back, written_off=back.written_off + event.pieces)
    return _with(back, event.batches or (FromBatch(event.pieces),))


def _after_counting(state: Reward, event: StockCountConfirmed) -> Reward:
    counted = replace(state, count=None)
    if event.difference > 0:
        return _with(counted, event.batches, received=event.difference)
    written_off = counted.written_off - event.difference
    return _without(replace(counted, written_off=written_off), event.batches)


def _with(state: Reward, came: Batches, *, received: int = 0) -> Reward:
    return replace(state, batches=lying.with_parts(state.batches, came), received=state.received + received)


def _without(state: Reward, left: Batches) -> Reward:
    return replace(state, batches=lying.without(state.batches, left))
