"""Use cases of rewards: what stands on the shelf, at what price, and who pays for it, each by two people's word."""

from datetime import date
from typing import Final

from ledger.application.authority import Permission, UnknownId, line_of, require_for
from ledger.application.placing import require_place
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import FundId, MemberId, OrganisationId, ProposalId, RewardId
from ledger.kernel.units import Unit
from ledger.membership.member import MEMBER
from ledger.membership.organisation import ORGANISATION
from ledger.redemption import reward_commands as shelf
from ledger.redemption.events import Limit, RewardDrafted
from ledger.redemption.fund import FUND
from ledger.redemption.reward import REWARD


class DraftReward(Request, frozen=True):
    """Write down a reward for `organisation`'s shelf, paid for by `fund`. price: whole units of `unit` for one piece.

    limits: most pieces a member or household may have in a period, () for none. merchant: the partner who hands it
    out, a registered organisation; None for the community itself.
    """

    reward: RewardId
    organisation: OrganisationId
    fund: FundId
    unit: Unit
    price: int
    limits: tuple[Limit, ...] = ()
    merchant: OrganisationId | None = None


class ApproveReward(Request, frozen=True):
    """Let what somebody else drafted be asked for."""

    reward: RewardId


class ProposePrice(Request, frozen=True):
    """Propose a new price of one piece, for what is asked for from `from_day` on; None: from the approval on."""

    reward: RewardId
    price: int
    from_day: date | None = None


class ApprovePrice(Request, frozen=True):
    """Let the price hold that somebody else proposed."""

    reward: RewardId
    proposal: ProposalId


class WithdrawReward(Request, frozen=True):
    """Let the reward, or its draft, no longer be asked for; what is open goes on."""

    reward: RewardId


def _draft(work: Work, request: DraftReward) -> Outcome:
    require_place(work, Permission.LIST_REWARDS, request.organisation)
    if work.exists(REWARD, request.reward):
        require_over_reward(work, Permission.LIST_REWARDS, request.reward)
    require_fund(work, request.fund, request.organisation)
    if request.merchant is not None and not work.exists(ORGANISATION, request.merchant):
        raise UnknownId(request.merchant)
    draft = RewardDrafted(
        organisation=request.organisation,
        fund=request.fund,
        unit=request.unit,
        price=request.price,
        drafted_by=work.actor,
        limits=request.limits,
        merchant=request.merchant,
    )
    work.act(REWARD, request.reward, shelf.DraftReward(draft))
    return Outcome("reward-drafted", ids={"reward": request.reward}, figures={"price": request.price})


def _approve(work: Work, request: ApproveReward) -> Outcome:
    require_over_reward(work, Permission.APPROVE_REWARDS, request.reward)
    price = work.act(REWARD, request.reward, shelf.ApproveReward(work.actor)).price
    return Outcome("reward-listed", ids={"reward": request.reward}, figures={"price": price})


def _propose_price(work: Work, request: ProposePrice) -> Outcome:
    require_over_reward(work, Permission.LIST_REWARDS, request.reward)
    proposal = ProposalId(work.new_id("proposal"))
    command = shelf.ProposePrice(
        proposal=proposal,
        price=request.price,
        from_day=request.from_day or work.today,
        proposed_by=work.actor,
        today=work.today,
    )
    work.act(REWARD, request.reward, command)
    return Outcome(
        "price-proposed", ids={"reward": request.reward, "proposal": proposal}, figures={"price": request.price}
    )


def _approve_price(work: Work, request: ApprovePrice) -> Outcome:
    require_over_reward(work, Permission.APPROVE_REWARDS, request.reward)
    reward = work.act(REWARD, request.reward, shelf.ApprovePrice(request.proposal, work.actor, work.today))
    price = reward.next_price.price if reward.next_price else reward.price
    return Outcome("reward-priced", ids={"reward": request.reward}, figures={"price": price})


def _withdraw(work: Work, request: WithdrawReward) -> Outcome:
    require_over_reward(work, Permission.LIST_REWARDS, request.reward)
    work.act(REWARD, request.reward, shelf.WithdrawReward())
    return Outcome("reward-withdrawn", ids={"reward": request.reward})


def require_over_reward(work: Work, permission: Permission, reward: RewardId) -> None:
    """Let the actor pass who has `permission` where the reward stands; refuses as `require_for`."""
    require_for(work, permission, work.state(REWARD, reward).organisation, reward)


def reads_reward(
    request: DraftReward | ApproveReward | ProposePrice | ApprovePrice | WithdrawReward, actor: MemberId
) -> tuple[Stream, ...]:
    """The hint of a use case about one reward."""
    return (Stream(MEMBER, actor), Stream(REWARD, request.reward))


def require_fund(work: Work, fund: FundId, organisation: OrganisationId) -> None:
    """A fund that was opened pays where it is kept and below; one that nobody opened has no keeper yet.

    Refuses with UnknownId.
    """
    keeper = work.state(FUND, fund).organisation
    if keeper is not None and keeper not in line_of(work, organisation):
        raise UnknownId(fund)


DRAFT_REWARD: Final = UseCase[DraftReward]("rewards.draft", _draft, reads_reward)
APPROVE_REWARD: Final = UseCase[ApproveReward]("rewards.approve", _approve, reads_reward)
PROPOSE_PRICE: Final = UseCase[ProposePrice]("rewards.propose_price", _propose_price, reads_reward)
APPROVE_PRICE: Final = UseCase[ApprovePrice]("rewards.approve_price", _approve_price, reads_reward)
WITHDRAW_REWARD: Final = UseCase[WithdrawReward]("rewards.withdraw", _withdraw, reads_reward)
