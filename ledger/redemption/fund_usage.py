"""What was asked of one fund in one month, in points: never more than its cap allows at the moment of asking."""

from msgspec import Struct

from ledger.kernel.decider import Decider, Request
from ledger.kernel.ids import FundId, FundUsageId, RedemptionId, derived
from ledger.redemption.events import FundPointsReleased, FundPointsReserved, FundUsageEvent
from ledger.redemption.refusals import FundCapReached


class FundUsage(Struct, frozen=True):
    """used: points of the month's redemptions that are open or were handed over and not returned."""

    used: int = 0


class ReserveFundPoints(Request, frozen=True):
    """Let the redemption burden the month. cap: what holds now, None for any number."""

    redemption: RedemptionId
    fund: FundId
    month: str
    points: int
    cap: int | None


class ReleaseFundPoints(Request, frozen=True):
    """Let so many of the redemption's points burden it no longer; the redemption knows how many it has."""

    redemption: RedemptionId
    points: int


def fund_usage_id(fund: FundId, month: str) -> FundUsageId:
    """The stream of `fund` in `month` (`YYYY-MM`)."""
    return FundUsageId(derived(fund, "usage", month))


def decide(state: FundUsage, command: ReserveFundPoints | ReleaseFundPoints) -> tuple[FundUsageEvent, ...]:
    """What changes. Reserving refuses with fund-cap-reached; releasing nothing changes nothing."""
    match command:
        case ReserveFundPoints():
            if command.cap is not None and state.used + command.points > command.cap:
                raise FundCapReached(command.points, command.cap, state.used)
            return (FundPointsReserved(command.redemption, command.fund, command.month, command.points),)
        case ReleaseFundPoints():
            return (FundPointsReleased(command.redemption, command.points),) if command.points else ()


def evolve(state: FundUsage, event: FundUsageEvent) -> FundUsage:
    """The month's usage after `event`."""
    match event:
        case FundPointsReserved():
            return FundUsage(state.used + event.points)
        case FundPointsReleased():
            return FundUsage(state.used - event.points)


FUND_USAGE: Decider[FundUsage, ReserveFundPoints | ReleaseFundPoints, FundUsageEvent] = Decider(
    name="fund_usage",
    initial=FundUsage(),
    decide=decide,
    evolve=evolve,
    events=(FundPointsReserved, FundPointsReleased),
)
