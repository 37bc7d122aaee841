"""A reward's stock and price: received, set aside, returned, handed over. No count ever goes below zero."""

from datetime import date
from typing import Literal, assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.kernel.decider import Decider, Request
from ledger.kernel.ids import MemberId, RedemptionId
from ledger.kernel.units import AMOUNT_MAX, Unit
from ledger.redemption.events import (
    RewardEvent,
    RewardListed,
    RewardPriced,
    RewardWithdrawn,
    StockHandedOver,
    StockReceived,
    StockReserved,
    StockReturned,
)
from ledger.redemption.refusals import (
    LimitReached,
    OutOfStock,
    PiecesOutOfBounds,
    PriceOutOfBounds,
    RewardAlreadyListed,
    RewardNotListed,
    RewardWithdrawnAlready,
    StockAlreadyReserved,
    StockNotReserved,
    StockPastUseBy,
    UnitNotExchangeable,
)

EXCHANGEABLE = frozenset({Unit.POINTS})
"""Units that goods can be had for. Care minutes are kept for care, and exchanging never reduces service time; party
points are seen by the branch only."""
PIECES_MAX = 100_000
"""Most pieces that come onto a shelf, or are asked for, at once."""


class Reserved(Struct, frozen=True):
    """Pieces set aside for a redemption; month: the one they count in."""

    redemption: RedemptionId
    pieces: int
    member: MemberId
    month: str


class Taken(Struct, frozen=True):
    """Pieces one member has reserved or received in the newest month."""

    member: MemberId
    pieces: int


class Reward(Struct, frozen=True):
    """A reward and its shelf. listing: None until listed. price: now, for one piece.

    free: pieces on the shelf that nobody has reserved; handed_over: pieces that left it. month, taken: for a reward
    with a limit, what members took in the newest month in which anybody asked; older months no longer matter.
    """

    listing: RewardListed | None = None
    price: int = 0
    status: Literal["unknown", "listed", "withdrawn"] = "unknown"
    free: int = 0
    reserved: tuple[Reserved, ...] = ()
    handed_over: int = 0
    month: str = ""
    taken: tuple[Taken, ...] = ()

    @property
    def on_shelf(self) -> int:
        """Pieces that lie there, reserved or not: what a stock-take counts."""
        return self.free + sum(one.pieces for one in self.reserved)

    def taken_by(self, member: MemberId, month: str) -> int:
        """Pieces `member` has reserved or received in `month` (`YYYY-MM`); a month before the newest counts as it."""
        if month > self.month:
            return 0
        return sum(one.pieces for one in self.taken if one.member == member)


class ListReward(Request, frozen=True):
    """Let the reward be asked for."""

    listing: RewardListed


class PriceReward(Request, frozen=True):
    """Give one piece a new price for what is asked for from now on."""

    price: int
    priced_by: MemberId


class WithdrawReward(Request, frozen=True):
    """Let it no longer be asked for. What is open goes on."""


class ReceiveStock(Request, frozen=True):
    """Put pieces onto the shelf. use_by: last day to hand them out, None where it does not matter."""

    pieces: int
    received_by: MemberId
    today: date
    use_by: date | None = None


class ReserveStock(Request, frozen=True):
    """Set pieces aside for a redemption. month: of the request, as `YYYY-MM`."""

    redemption: RedemptionId
    pieces: int
    member: MemberId
    month: str


class ReturnStock(Request, frozen=True):
    """Make the redemption's pieces free again."""

    redemption: RedemptionId


class HandStockOver(Request, frozen=True):
    """Let the redemption's pieces leave the shelf."""

    redemption: RedemptionId


RewardCommand = ListReward | PriceReward | WithdrawReward | ReceiveStock | ReserveStock | ReturnStock | HandStockOver


def decide(state: Reward, command: RewardCommand) -> tuple[RewardEvent, ...]:
    """What happens to the reward.

    Listing refuses with reward-already-listed, unit-not-exchangeable, price-out-of-bounds, pieces-out-of-bounds (the
    limit). All others refuse with reward-not-listed. Returning and handing over then refuse with stock-not-reserved
    only, whatever became of the reward; the rest with reward-withdrawn first, then price-out-of-bounds,
    pieces-out-of-bounds, stock-past-use-by, stock-already-reserved, limit-reached, out-of-stock.
    """
    if isinstance(command, ListReward):
        return _list(state, command)
    if state.listing is None:
        raise RewardNotListed
    match command:
        case ReturnStock():
            return (StockReturned(command.redemption, _reservation(state, command.redemption).pieces),)
        case HandStockOver():
            return (StockHandedOver(command.redemption, _reservation(state, command.redemption).pieces),)
        case _:
            return _decide_on_offer(state, state.listing, command)


def evolve(state: Reward, event: RewardEvent) -> Reward:
    """The reward after `event`."""
    match event:
        case RewardListed():
            return Reward(event, event.price, "listed")
        case RewardPriced():
            return replace(state, price=event.price)
        case RewardWithdrawn():
            return replace(state, status="withdrawn")
        case StockReceived():
            return replace(state, free=state.free + event.pieces)
        case StockReserved():
            return _after_reserving(state, event)
        case StockReturned():
            return _after_returning(state, event)
        case StockHandedOver():
            others = _without(state, event.redemption)
            return replace(state, reserved=others, handed_over=state.handed_over + event.pieces)
        case _:
            assert_never(event)


REWARD: Decider[Reward, RewardCommand, RewardEvent] = Decider(
    name="reward",
    initial=Reward(),
    decide=decide,
    evolve=evolve,
    events=(
        RewardListed,
        RewardPriced,
        RewardWithdrawn,
        StockReceived,
        StockReserved,
        StockReturned,
        StockHandedOver,
    ),
)


def _list(state: Reward, command: ListReward) -> tuple[RewardEvent, ...]:
    if state.listing:
        raise RewardAlreadyListed
    if command.listing.unit not in EXCHANGEABLE:
        raise UnitNotExchangeable(command.listing.unit)
    _price_in_bounds(command.listing.price)
    if (limit := command.listing.pieces_per_member_month) is not None:
        _pieces_in_bounds(limit)
    return (command.listing,)


def _decide_on_offer(
    state: Reward, listing: RewardListed, command: PriceReward | WithdrawReward | ReceiveStock | ReserveStock
) -> tuple[RewardEvent, ...]:
    if state.status == "withdrawn":
        raise RewardWithdrawnAlready
    match command:
        case PriceReward():
            _price_in_bounds(command.price)
            return (RewardPriced(command.price, command.priced_by),)
        case WithdrawReward():
            return (RewardWithdrawn(),)
        case ReceiveStock():
            return _receive(command)
        case ReserveStock():
            return _reserve(state, listing, command)
        case _:
            assert_never(command)


def _receive(command: ReceiveStock) -> tuple[RewardEvent, ...]:
    _pieces_in_bounds(command.pieces)
    if command.use_by is not None and command.use_by < command.today:
        raise StockPastUseBy(command.use_by, command.today)
    return (StockReceived(command.pieces, command.received_by, command.use_by),)


def _reserve(state: Reward, listing: RewardListed, command: ReserveStock) -> tuple[RewardEvent, ...]:
    _pieces_in_bounds(command.pieces)
    if any(one.redemption == command.redemption for one in state.reserved):
        raise StockAlreadyReserved(command.redemption)
    allowed, used = listing.pieces_per_member_month, state.taken_by(command.member, command.month)
    if allowed is not None and used + command.pieces > allowed:
        raise LimitReached(command.pieces, allowed, used)
    if command.pieces > state.free:
        raise OutOfStock(command.pieces, state.free)
    return (StockReserved(command.redemption, command.pieces, command.member, command.month),)


def _after_reserving(state: Reward, event: StockReserved) -> Reward:
    month = max(event.month, state.month)
    reserved = Reserved(event.redemption, event.pieces, event.member, month)
    taken = state.taken if month == state.month else ()
    is_limited = state.listing is not None and state.listing.pieces_per_member_month is not None
    return replace(
        state,
        free=state.free - event.pieces,
        reserved=(*state.reserved, reserved),
        month=month,
        taken=_changed(taken, event.member, event.pieces) if is_limited else (),
    )


def _after_returning(state: Reward, event: StockReturned) -> Reward:
    taken = state.taken
    for one in state.reserved:
        if one.redemption == event.redemption and one.month == state.month:
            taken = _changed(taken, one.member, -one.pieces)
    return replace(state, free=state.free + event.pieces, reserved=_without(state, event.redemption), taken=taken)


def _changed(taken: tuple[Taken, ...], member: MemberId, pieces: int) -> tuple[Taken, ...]:
    had = sum(one.pieces for one in taken if one.member == member)
    others = tuple(one for one in taken if one.member != member)
    return (*others, Taken(member, had + pieces)) if had + pieces > 0 else others


def _without(state: Reward, redemption: RedemptionId) -> tuple[Reserved, ...]:
    return tuple(one for one in state.reserved if one.redemption != redemption)


def _reservation(state: Reward, redemption: RedemptionId) -> Reserved:
    for one in state.reserved:
        if one.redemption == redemption:
            return one
    raise StockNotReserved(redemption)


def _price_in_bounds(price: int) -> None:
    if not 1 <= price <= AMOUNT_MAX:
        raise PriceOutOfBounds(price, 1, AMOUNT_MAX)


def _pieces_in_bounds(pieces: int) -> None:
    if not 1 <= pieces <= PIECES_MAX:
        raise PiecesOutOfBounds(pieces, 1, PIECES_MAX)
