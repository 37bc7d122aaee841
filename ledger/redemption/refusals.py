"""Why a reward or a redemption says no. Facts are pieces, units, states, instants and ids; never names."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from ledger.kernel.refusal import Refusal


@dataclass(eq=False)
class RewardAlreadyListed(Refusal):
    """The reward exists: it was drafted or listed before."""

    code: ClassVar[str] = "reward-already-listed"


@dataclass(eq=False)
class RewardNotListed(Refusal):
    """Nobody listed this reward, or it is a draft still."""

    code: ClassVar[str] = "reward-not-listed"


@dataclass(eq=False)
class RewardWithdrawnAlready(Refusal):
    """The reward can no longer be asked for, priced or filled up."""

    code: ClassVar[str] = "reward-withdrawn"


@dataclass(eq=False)
class UnitNotExchangeable(Refusal):
    """Nothing can be had for this unit."""

    code: ClassVar[str] = "unit-not-exchangeable"
    unit: str


@dataclass(eq=False)
class PriceOutOfBounds(Refusal):
    """A price for one piece is too small or too large; facts in the reward's unit."""

    code: ClassVar[str] = "price-out-of-bounds"
    asked: int
    smallest: int
    largest: int


@dataclass(eq=False)
class PiecesOutOfBounds(Refusal):
    """A number of pieces is too small or too large."""

    code: ClassVar[str] = "pieces-out-of-bounds"
    asked: int
    smallest: int
    largest: int


@dataclass(eq=False)
class StockPastUseBy(Refusal):
    """Pieces cannot come onto the shelf after the last day to hand them out."""

    code: ClassVar[str] = "stock-past-use-by"
    use_by: date
    today: date


@dataclass(eq=False)
class OutOfStock(Refusal):
    """Fewer pieces are free than were asked for."""

    code: ClassVar[str] = "out-of-stock"
    asked: int
    free: int


@dataclass(eq=False)
class LimitReached(Refusal):
    """More pieces than one member or household may have in a period. used: reserved or handed over in it already.

    per: `member` or `household`. period: `month`, `quarter` or `year`.
    """

    code: ClassVar[str] = "limit-reached"
    asked: int
    allowed: int
    used: int
    per: str
    period: str


@dataclass(eq=False)
class StockAlreadyReserved(Refusal):
    """The redemption has its pieces set aside."""

    code: ClassVar[str] = "stock-already-reserved"
    redemption: UUID


@dataclass(eq=False)
class StockNotReserved(Refusal):
    """The redemption has no pieces set aside: it never had, or they were returned or handed over."""

    code: ClassVar[str] = "stock-not-reserved"
    redemption: UUID


@dataclass(eq=False)
class LimitsRepeated(Refusal):
    """Two limits of a reward speak of the same person or household and the same period."""

    code: ClassVar[str] = "limits-repeated"


@dataclass(eq=False)
class PriceDayOver(Refusal):
    """A price cannot hold from a day that is over."""

    code: ClassVar[str] = "price-day-over"
    from_day: date
    today: date


@dataclass(eq=False)
class PriceChanged(Refusal):
    """It costs something else than the page said: total, in the reward's unit, against what was expected."""

    code: ClassVar[str] = "price-changed"
    expected: int
    total: int


@dataclass(eq=False)
class ProposalGone(Refusal):
    """There is no such open proposal: it was decided, taken back, or a newer one took its place."""

    code: ClassVar[str] = "proposal-gone"
    proposal: UUID


@dataclass(eq=False)
class OwnProposal(Refusal):
    """Nobody approves what they drafted, proposed or counted themselves."""

    code: ClassVar[str] = "own-proposal"
    proposed_by: UUID


@dataclass(eq=False)
class MoreThanSetAside(Refusal):
    """More pieces than are set aside cannot be handed over."""

    code: ClassVar[str] = "more-than-set-aside"
    asked: int
    allowed: int


@dataclass(eq=False)
class MoreThanHandedOver(Refusal):
    """More pieces cannot come back than were handed over and have not come back yet."""

    code: ClassVar[str] = "more-than-handed-over"
    asked: int
    allowed: int


@dataclass(eq=False)
class PiecesPastUseBy(Refusal):
    """Fewer pieces than are set aside may still be handed out: the rest are past their last day."""

    code: ClassVar[str] = "pieces-past-use-by"
    asked: int
    fresh: int


@dataclass(eq=False)
class ExchangesReached(Refusal):
    """The member or the household had as many exchanges this quarter as the programme allows. per: which of them."""

    code: ClassVar[str] = "exchanges-reached"
    allowed: int
    per: str


@dataclass(eq=False)
class FundAlreadyOpen(Refusal):
    """The fund exists."""

    code: ClassVar[str] = "fund-already-open"


@dataclass(eq=False)
class FundNotOpen(Refusal):
    """Nobody opened this fund."""

    code: ClassVar[str] = "fund-not-open"


@dataclass(eq=False)
class CapOutOfBounds(Refusal):
    """A monthly cap is too small or too large; facts in points."""

    code: ClassVar[str] = "cap-out-of-bounds"
    asked: int
    smallest: int
    largest: int


@dataclass(eq=False)
class FundCapReached(Refusal):
    """The fund pays for no more this month. used: what was asked of it in the month already, in points."""

    code: ClassVar[str] = "fund-cap-reached"
    asked: int
    allowed: int
    used: int
