"""Short words for stories of goods: settings, and a redemption on its way."""

from datetime import timedelta

from village import Village, named

from ledger.application.hand_over import HAND_OVER, HandOver
from ledger.application.programme import DRAFT_SETTINGS, PUBLISH_SETTINGS, DraftSettings, PublishSettings
from ledger.application.redemptions import (
    APPROVE_REDEMPTION,
    MAKE_READY,
    REQUEST_REDEMPTION,
    ApproveRedemption,
    MakeReady,
    RequestRedemption,
)
from ledger.application.returns import SETTLE_REDEMPTION, SettleRedemption
from ledger.application.rewards import APPROVE_REWARD, DRAFT_REWARD, ApproveReward, DraftReward
from ledger.application.stock import RECEIVE_STOCK, ReceiveStock
from ledger.kernel.ids import SYSTEM, FundId, MemberId, OrganisationId, RedemptionId, RewardId
from ledger.kernel.units import Unit
from ledger.programme.events import Settings
from ledger.redemption.events import Limit
from ledger.redemption.redemption import REDEMPTION
from ledger.redemption.redemption_state import Redemption

RETURN_DAYS = Settings().return_days
FUND = FundId(named("fund"))


def with_points(points: int = 10) -> Village:
    """A village whose ann has `points` points that run out in a year."""
    village = Village()
    village.give_points(village.ann, points, expiry_months=12)
    village.wait(days=1)
    return village


def settle_on(village: Village, settings: Settings) -> None:
    """Let `settings` hold in the community from today on."""
    version = village.run(DRAFT_SETTINGS, DraftSettings(village.community, settings), village.clerk).figures["version"]
    publish = PublishSettings(village.community, version, (village.now + timedelta(hours=8)).date())
    village.run(PUBLISH_SETTINGS, publish, village.approver)


def offered(
    village: Village,
    name: str,
    price: int,
    *limits: Limit,
    merchant: OrganisationId | None = None,
    fund: FundId = FUND,
) -> RewardId:
    """Ten pieces of a reward."""
    reward = RewardId(named(name))
    draft = DraftReward(reward, village.community, fund, Unit.POINTS, price, limits, merchant)
    village.run(DRAFT_REWARD, draft, village.clerk)
    village.run(APPROVE_REWARD, ApproveReward(reward), village.approver)
    village.run(RECEIVE_STOCK, ReceiveStock(reward, 10), village.keeper)
    return reward


def asked(village: Village, reward: RewardId, pieces: int = 2, member: MemberId | None = None) -> RedemptionId:
    outcome = village.run(REQUEST_REDEMPTION, RequestRedemption(reward, pieces), member or village.ann)
    return RedemptionId(outcome.ids["redemption"])


def lying_ready(village: Village, reward: RewardId, pieces: int = 2) -> RedemptionId:
    redemption = asked(village, reward, pieces)
    village.run(APPROVE_REDEMPTION, ApproveRedemption(redemption), village.clerk)
    village.run(MAKE_READY, MakeReady(redemption), village.keeper)
    return redemption


def handed_over(village: Village, reward: RewardId, pieces: int = 2) -> RedemptionId:
    redemption = lying_ready(village, reward, pieces)
    village.run(HAND_OVER, HandOver(redemption), village.keeper)
    return redemption


def settled(village: Village, redemption: RedemptionId) -> None:
    village.wait(days=RETURN_DAYS)
    village.run(SETTLE_REDEMPTION, SettleRedemption(redemption), SYSTEM)


def redemption_of(village: Village, redemption: RedemptionId) -> Redemption:
    return village.ledger.load(REDEMPTION, redemption).state


def balances(village: Village, member: MemberId | None = None) -> tuple[int, int]:
    """Posted and held."""
    account = village.account(member or village.ann)
    return account.posted, account.held
