"""Short words for stories of one redemption: four pieces at 25 points."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from ledger.kernel.decider import fold
from ledger.kernel.ids import (
    AccountId,
    FundId,
    LotId,
    MemberId,
    OrganisationId,
    RedemptionId,
    RewardId,
)
from ledger.kernel.units import Unit
from ledger.redemption.events import (
    FromBatch,
    RedemptionEvent,
    RedemptionRequested,
    SpentPart,
)
from ledger.redemption.redemption import REDEMPTION, hold_id
from ledger.redemption.redemption_commands import (
    ApproveAutomatically,
    ApproveRedemption,
    CancelRedemption,
    Handing,
    HandRedemptionOver,
    LapseRedemption,
    MakeRedemptionReady,
    RecheckRedemption,
    RedemptionCommand,
    RejectRedemption,
    RequestRedemption,
    ReturnGoods,
    SettleRedemption,
    SubstituteRedemption,
    VoidRedemption,
)
from ledger.redemption.redemption_state import Redemption

OTHER_KEEPER_ABOVE = 100
ANN, CLERK, KEEPER, OTHER = (MemberId(UUID(int=number)) for number in (1, 2, 3, 4))
ID = RedemptionId(UUID(int=5))
NOW = datetime(2025, 10, 15, 2, tzinfo=UTC)
LAPSES = NOW + timedelta(days=7)
RETURN_DAYS = 3
UNTIL = NOW + timedelta(days=RETURN_DAYS)
"""From then on nothing comes back."""


PIECES, PRICE = 4, 25
DAY = date(2025, 1, 1)
LOTS = tuple(LotId(UUID(int=number)) for number in (21, 22))
BATCHES = (FromBatch(1, None, DAY), FromBatch(3))


def ask(total: int = PIECES * PRICE, by: MemberId = ANN) -> RequestRedemption:
    return RequestRedemption(
        RedemptionRequested(
            member=ANN,
            reward=RewardId(UUID(int=6)),
            organisation=OrganisationId(UUID(int=7)),
            fund=FundId(UUID(int=8)),
            unit=Unit.POINTS,
            pieces=PIECES,
            price=total // PIECES,
            total=total,
            account=AccountId(UUID(int=9)),
            hold=hold_id(ID),
            lapses_at=LAPSES,
            requested_by=by,
        )
    )


def approve(by: MemberId = CLERK, *, same_household: bool = False, now: datetime = NOW) -> ApproveRedemption:
    return ApproveRedemption(by, same_household, now)


def reject(by: MemberId = CLERK, *, same_household: bool = False) -> RejectRedemption:
    return RejectRedemption(by, same_household, "not-entitled")


def make_ready(now: datetime = NOW) -> MakeRedemptionReady:
    return MakeRedemptionReady(KEEPER, now)


def spent(total: int) -> tuple[SpentPart, ...]:
    """Thirty of one lot and the rest of another."""
    parts = (SpentPart(LOTS[0], min(total, 30), DAY, date(2025, 11, 1)), SpentPart(LOTS[1], total - 30, DAY))
    return tuple(part for part in parts if part.amount > 0)


def hand_over(
    by: MemberId = KEEPER, now: datetime = NOW, pieces: int = PIECES, *, same_household: bool = False
) -> HandRedemptionOver:
    handing = Handing(by, now, OTHER_KEEPER_ABOVE, RETURN_DAYS, same_household)
    return HandRedemptionOver(handing, pieces, spent(pieces * PRICE), BATCHES)


def substitute(price: int = 90) -> SubstituteRedemption:
    return SubstituteRedemption(
        handing=Handing(KEEPER, NOW, OTHER_KEEPER_ABOVE, RETURN_DAYS, same_household=False),
        reward=RewardId(UUID(int=60)),
        fund=FundId(UUID(int=80)),
        merchant=None,
        pieces=1,
        price=price,
        consent="voucher-shown",
        parts=spent(price),
        batches=(FromBatch(1),),
        fund_usage=None,
    )


def bring_back(
    pieces: int = 1, by: MemberId = KEEPER, now: datetime = NOW, *, same_household: bool = False
) -> ReturnGoods:
    return ReturnGoods(pieces, "good", by, same_household, OTHER_KEEPER_ABOVE, now)


def recheck(by: MemberId = OTHER, *, same_household: bool = False) -> RecheckRedemption:
    return RecheckRedemption(by, same_household, "in_order")


CANCEL, LAPSE, VOID = CancelRedemption(ANN), LapseRedemption(LAPSES), VoidRedemption(KEEPER, "out-of-stock")
SETTLE = SettleRedemption(UNTIL)
DRAWN = ApproveAutomatically(recheck=True, now=NOW)


def history(*commands: RedemptionCommand) -> list[RedemptionEvent]:
    events: list[RedemptionEvent] = []
    for command in commands:
        events += REDEMPTION.decide(fold(REDEMPTION, events), command)
    return events


def after(*commands: RedemptionCommand) -> Redemption:
    return fold(REDEMPTION, history(*commands))


STATES: dict[str, tuple[RedemptionCommand, ...]] = {
    "unknown": (),
    "requested": (ask(),),
    "approved": (ask(), approve()),
    "ready": (ask(), approve(), make_ready()),
    "handed_over": (ask(), approve(), make_ready(), hand_over()),
    "partly_handed_over": (ask(), approve(), make_ready(), hand_over(pieces=3)),
    "substituted": (ask(), approve(), make_ready(), substitute()),
    "returned": (ask(), approve(), make_ready(), hand_over(), bring_back(1), bring_back(3)),
    "settled": (ask(), approve(), make_ready(), hand_over(), SETTLE),
    "rejected": (ask(), reject()),
    "voided": (ask(), approve(), VOID),
    "cancelled": (ask(), approve(), CANCEL),
    "lapsed": (ask(), approve(), make_ready(), LAPSE),
}
