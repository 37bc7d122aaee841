"""What one member has given away in one unit and calendar year: the room that the yearly limit leaves.

Counted in the commit of the gift, so that two gifts at once never use one limit.
"""

from msgspec import Struct

from ledger.accounts.adjustment_refusals import GiftLimitReached, GiftToOneself
from ledger.accounts.events import GiftCounted
from ledger.accounts.refusals import AmountOutOfBounds
from ledger.kernel.decider import Decider, Request
from ledger.kernel.ids import GiftId, LotId, MemberId, UsageId, derived
from ledger.kernel.units import AMOUNT_MAX, Unit


class Giving(Struct, frozen=True):
    """A year of gifts. given: whole amount so far, in the unit of the stream."""

    given: int = 0


class CountGift(Request, frozen=True):
    """Count one more gift against `year_max`, the most that may be given in the year."""

    counted: GiftCounted
    year_max: int


def giving_id(giver: MemberId, unit: Unit, year: int) -> UsageId:
    """The year of gifts of one member in one unit."""
    return UsageId(derived(giver, "giving", unit.value, str(year)))


def gift_lot(gift: GiftId, lot: LotId) -> LotId:
    """The lot that the part taken from `lot` becomes in the receiver's account."""
    return LotId(derived(gift, "lot", lot))


def decide(state: Giving, command: CountGift) -> tuple[GiftCounted, ...]:
    """Refuses with gift-to-oneself, amount-out-of-bounds, gift-limit-reached."""
    gift = command.counted
    if gift.giver == gift.receiver:
        raise GiftToOneself
    if not 0 < gift.amount <= AMOUNT_MAX:
        raise AmountOutOfBounds(gift.amount, 1, AMOUNT_MAX)
    if state.given + gift.amount > command.year_max:
        raise GiftLimitReached(gift.amount, state.given, command.year_max)
    return (gift,)


def evolve(state: Giving, event: GiftCounted) -> Giving:
    """The year after one more gift."""
    return Giving(state.given + event.amount)


GIVING: Decider[Giving, CountGift, GiftCounted] = Decider(
    name="giving", initial=Giving(), decide=decide, evolve=evolve, events=(GiftCounted,)
)
