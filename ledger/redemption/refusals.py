"""Why a reward or a redemption says no. Facts are pieces, units, states, instants and ids; never names."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from ledger.kernel.refusal import Refusal


@dataclass(eq=False)
class RewardAlreadyListed(Refusal):
    """The reward exists."""

    code: ClassVar[str] = "reward-already-listed"


@dataclass(eq=False)
class RewardNotListed(Refusal):
    """Nobody listed this reward."""

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
    """More pieces than one member may have in a month. used: reserved or handed over this month already."""

    code: ClassVar[str] = "limit-reached"
    asked: int
    allowed: int
    used: int


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
class RedemptionUnknown(Refusal):
    """Nobody asked for this redemption."""

    code: ClassVar[str] = "redemption-unknown"


@dataclass(eq=False)
class RedemptionAlreadyRequested(Refusal):
    """The redemption exists."""

    code: ClassVar[str] = "redemption-already-requested"


@dataclass(eq=False)
class RedemptionFinished(Refusal):
    """It was handed over, rejected, cancelled or has lapsed: nothing can happen to it any more."""

    code: ClassVar[str] = "redemption-finished"
    state: str


@dataclass(eq=False)
class AlreadyHandedOver(Refusal):
    """The goods were handed over before: when and by whom."""

    code: ClassVar[str] = "already-handed-over"
    handed_over_at: datetime
    handed_over_by: UUID


@dataclass(eq=False)
class RedemptionNotThatFar(Refusal):
    """It is open, but in another state than this step starts from. needed: the state it must be in."""

    code: ClassVar[str] = "redemption-in-other-state"
    state: str
    needed: str


@dataclass(eq=False)
class RedemptionOverdue(Refusal):
    """The instant from which it lapses is over, though nobody wrote that down yet."""

    code: ClassVar[str] = "redemption-overdue"
    lapses_at: datetime


@dataclass(eq=False)
class RedemptionNotOverdue(Refusal):
    """It does not lapse yet."""

    code: ClassVar[str] = "redemption-not-overdue"
    remembered: ClassVar[bool] = False
    lapses_at: datetime


@dataclass(eq=False)
class OwnRedemption(Refusal):
    """Nobody approves or rejects what they or their household asked for, nor hands over what they asked for."""

    code: ClassVar[str] = "own-redemption"
    member: UUID


@dataclass(eq=False)
class RequesterCannotApprove(Refusal):
    """Whoever asked on a member's behalf does not approve it as well."""

    code: ClassVar[str] = "requester-cannot-approve"
    requested_by: UUID


@dataclass(eq=False)
class ApproverCannotHandOver(Refusal):
    """Above a total of `allowed`, whoever approved does not hand over as well."""

    code: ClassVar[str] = "approver-cannot-hand-over"
    total: int
    allowed: int
