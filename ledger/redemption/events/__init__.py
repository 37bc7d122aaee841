"""What can have happened to rewards, redemptions and the funds behind them. Permanent: read in ten years.

Quantities are whole pieces. Prices and points are whole units of the reward's `unit`; a price is for one piece. Days
and months (`YYYY-MM`) are the community's. Names of rewards and funds live in the directory.
"""

from ledger.redemption.events.funds import ExchangeCounted as ExchangeCounted
from ledger.redemption.events.funds import ExchangesEvent as ExchangesEvent
from ledger.redemption.events.funds import ExchangeUncounted as ExchangeUncounted
from ledger.redemption.events.funds import FundCapDeclined as FundCapDeclined
from ledger.redemption.events.funds import FundCapProposed as FundCapProposed
from ledger.redemption.events.funds import FundCapSet as FundCapSet
from ledger.redemption.events.funds import FundEvent as FundEvent
from ledger.redemption.events.funds import FundOpened as FundOpened
from ledger.redemption.events.funds import FundPointsReleased as FundPointsReleased
from ledger.redemption.events.funds import FundPointsReserved as FundPointsReserved
from ledger.redemption.events.funds import FundUsageEvent as FundUsageEvent
from ledger.redemption.events.redemptions import CounterBasis as CounterBasis
from ledger.redemption.events.redemptions import RedemptionApproved as RedemptionApproved
from ledger.redemption.events.redemptions import RedemptionCancelled as RedemptionCancelled
from ledger.redemption.events.redemptions import RedemptionEvent as RedemptionEvent
from ledger.redemption.events.redemptions import RedemptionHandedOver as RedemptionHandedOver
from ledger.redemption.events.redemptions import RedemptionLapsed as RedemptionLapsed
from ledger.redemption.events.redemptions import RedemptionPartlyHandedOver as RedemptionPartlyHandedOver
from ledger.redemption.events.redemptions import RedemptionReady as RedemptionReady
from ledger.redemption.events.redemptions import RedemptionRechecked as RedemptionRechecked
from ledger.redemption.events.redemptions import RedemptionRejected as RedemptionRejected
from ledger.redemption.events.redemptions import RedemptionRequested as RedemptionRequested
from ledger.redemption.events.redemptions import RedemptionReturned as RedemptionReturned
from ledger.redemption.events.redemptions import RedemptionSettled as RedemptionSettled
from ledger.redemption.events.redemptions import RedemptionSubstituted as RedemptionSubstituted
from ledger.redemption.events.redemptions import RedemptionVoided as RedemptionVoided
from ledger.redemption.events.redemptions import SpentPart as SpentPart
from ledger.redemption.events.redemptions import returnable_until as returnable_until
from ledger.redemption.events.rewards import Condition as Condition
from ledger.redemption.events.rewards import FromBatch as FromBatch
from ledger.redemption.events.rewards import Limit as Limit
from ledger.redemption.events.rewards import PriceProposed as PriceProposed
from ledger.redemption.events.rewards import ProposalDeclined as ProposalDeclined
from ledger.redemption.events.rewards import RewardDrafted as RewardDrafted
from ledger.redemption.events.rewards import RewardEvent as RewardEvent
from ledger.redemption.events.rewards import RewardListed as RewardListed
from ledger.redemption.events.rewards import RewardPriced as RewardPriced
from ledger.redemption.events.rewards import RewardWithdrawn as RewardWithdrawn
from ledger.redemption.events.rewards import StockBroughtBack as StockBroughtBack
from ledger.redemption.events.rewards import StockCountConfirmed as StockCountConfirmed
from ledger.redemption.events.rewards import StockCounted as StockCounted
from ledger.redemption.events.rewards import StockHandedOver as StockHandedOver
from ledger.redemption.events.rewards import StockReceived as StockReceived
from ledger.redemption.events.rewards import StockReserved as StockReserved
from ledger.redemption.events.rewards import StockReturned as StockReturned
from ledger.redemption.events.rewards import StockWriteOffProposed as StockWriteOffProposed
from ledger.redemption.events.rewards import StockWrittenOff as StockWrittenOff
