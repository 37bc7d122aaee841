"""Use cases of rewards: what stands on the shelf, at what price, and who pays for it."""

from datetime import date
from typing import Final

from ledger.application.authority import Permission, require, require_for
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import FundId, MemberId, OrganisationId, RewardId
from ledger.kernel.units import Unit
from ledger.membership.member import MEMBER
from ledger.redemption import reward as shelf
from ledger.redemption.events import RewardListed
from ledger.redemption.reward import REWARD


class ListReward(Request, frozen=True):
    """Offer a reward on `organisation`'s shelf, paid for by `fund`. price: whole units of `unit` for one piece.

    pieces_per_member_month: most pieces one member may ask for in a calendar month, None for no limit.
    """

    reward: RewardId
    organisation: OrganisationId
    fund: FundId
    unit: Unit
    price: int
    pieces_per_member_month: int | None = None


class PriceReward(Request, frozen=True):
    """Give one piece a new price, for what is asked for from now on."""

    reward: RewardId
    price: int


class WithdrawReward(Request, frozen=True):
    """Let the reward no longer be asked for; what is open goes on."""

    reward: RewardId


class ReceiveStock(Request, frozen=True):
    """Put pieces onto the shelf. use_by: last day to hand them out, None where it does not matter."""

    reward: RewardId
    pieces: int
    use_by: date | None = None


def _list(work: Work, request: ListReward) -> Outcome:
    require(work, Permission.LIST_REWARDS, request.organisation)
    if work.exists(REWARD, request.reward):
        _require(work, Permission.LIST_REWARDS, request.reward)
    listing = RewardListed(
        organisation=request.organisation,
        fund=request.fund,
        unit=request.unit,
        price=request.price,
        listed_by=work.actor,
        pieces_per_member_month=request.pieces_per_member_month,
    )
    work.act(REWARD, request.reward, shelf.ListReward(listing))
    return Outcome("reward-listed", ids={"reward": request.reward}, figures={"price": request.price})


def _price(work: Work, request: PriceReward) -> Outcome:
    _require(work, Permission.LIST_REWARDS, request.reward)
    work.act(REWARD, request.reward, shelf.PriceReward(request.price, work.actor))
    return Outcome("reward-priced", ids={"reward": request.reward}, figures={"price": request.price})


def _withdraw(work: Work, request: WithdrawReward) -> Outcome:
    _require(work, Permission.LIST_REWARDS, request.reward)
    work.act(REWARD, request.reward, shelf.WithdrawReward())
    return Outcome("reward-withdrawn", ids={"reward": request.reward})


def _receive(work: Work, request: ReceiveStock) -> Outcome:
    _require(work, Permission.RECEIVE_STOCK, request.reward)
    command = shelf.ReceiveStock(pieces=request.pieces, received_by=work.actor, today=work.today, use_by=request.use_by)
    free = work.act(REWARD, request.reward, command).free
    return Outcome("stock-received", ids={"reward": request.reward}, figures={"pieces": request.pieces, "free": free})


def _require(work: Work, permission: Permission, reward: RewardId) -> None:
    listing = work.state(REWARD, reward).listing
    require_for(work, permission, listing and listing.organisation, reward)


def _reads(request: ListReward | PriceReward | WithdrawReward | ReceiveStock, actor: MemberId) -> tuple[Stream, ...]:
    return (Stream(MEMBER, actor), Stream(REWARD, request.reward))


LIST_REWARD: Final = UseCase[ListReward]("rewards.list", _list, _reads)
PRICE_REWARD: Final = UseCase[PriceReward]("rewards.price", _price, _reads)
WITHDRAW_REWARD: Final = UseCase[WithdrawReward]("rewards.withdraw", _withdraw, _reads)
RECEIVE_STOCK: Final = UseCase[ReceiveStock]("rewards.receive_stock", _receive, _reads)
