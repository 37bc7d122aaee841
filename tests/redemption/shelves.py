"""Short words for stories of a shelf."""

from datetime import date
from uuid import UUID

from ledger.kernel.decider import fold
from ledger.kernel.ids import BatchId, FundId, HouseholdId, MemberId, OrganisationId, ProposalId, RedemptionId
from ledger.kernel.units import Unit
from ledger.redemption.events import FromBatch, Limit, RewardDrafted, RewardEvent
from ledger.redemption.reward import REWARD
from ledger.redemption.reward_commands import (
    ApproveReward,
    BringStockBack,
    DraftReward,
    HandStockOver,
    ReceiveStock,
    ReserveStock,
    ReturnStock,
    RewardCommand,
)
from ledger.redemption.reward_state import Reward

CLERK, ANN, BEN, APPROVER = (MemberId(UUID(int=number)) for number in (1, 2, 3, 4))
HOME = HouseholdId(UUID(int=20))
TODAY, TOMORROW = date(2025, 10, 15), date(2025, 10, 16)
PLACE, FUND = OrganisationId(UUID(int=8)), FundId(UUID(int=9))


def draft(price: int = 5, *limits: Limit, unit: Unit = Unit.POINTS) -> DraftReward:
    return DraftReward(RewardDrafted(PLACE, FUND, unit, price, CLERK, limits))


def offer(price: int = 5, *limits: Limit) -> tuple[RewardCommand, ...]:
    """Drafted by the clerk and approved."""
    return draft(price, *limits), ApproveReward(APPROVER)


def monthly(pieces: int) -> Limit:
    return Limit("member", pieces, "month")


def batch(number: int) -> BatchId:
    return BatchId(UUID(int=1_000 + number))


def lying(pieces: int, number: int | None = None, use_by: date | None = None) -> FromBatch:
    return FromBatch(pieces, None if number is None else batch(number), use_by)


def receive(pieces: int, use_by: date | None = None, number: int | None = None, on: date = TODAY) -> ReceiveStock:
    return ReceiveStock(pieces, CLERK, on, use_by, None if number is None else batch(number))


def redemption(number: int) -> RedemptionId:
    return RedemptionId(UUID(int=100 + number))


def proposal(number: int) -> ProposalId:
    return ProposalId(UUID(int=500 + number))


def reserve(
    number: int, pieces: int, member: MemberId = ANN, on: date = TODAY, home: HouseholdId | None = None
) -> ReserveStock:
    return ReserveStock(redemption(number), pieces, member, on, home)


def give_back(number: int) -> ReturnStock:
    return ReturnStock(redemption(number))


def hand_over(number: int, pieces: int, on: date = TODAY) -> HandStockOver:
    return HandStockOver(redemption(number), pieces, on)


def bring_back(
    number: int, pieces: int, *, damaged: bool = False, batches: tuple[FromBatch, ...] = ()
) -> BringStockBack:
    return BringStockBack(redemption(number), pieces, "damaged" if damaged else "good", CLERK, batches)


def history(*commands: RewardCommand) -> list[RewardEvent]:
    events: list[RewardEvent] = []
    for command in commands:
        events += REWARD.decide(fold(REWARD, events), command)
    return events


def after(*commands: RewardCommand) -> Reward:
    return fold(REWARD, history(*commands))
