"""Use cases of a shelf: received, written off and counted. What leaves it without being handed out takes two people."""

from datetime import date
from typing import Final

from ledger.application.authority import Permission, holds_any
from ledger.application.rewards import require_fund, require_over_reward
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import BatchId, FundId, MemberId, ProposalId, RewardId
from ledger.membership.member import MEMBER
from ledger.redemption import reward_commands as shelf
from ledger.redemption.reward import REWARD


class ReceiveStock(Request, frozen=True):
    """Put a batch of pieces onto the shelf. use_by: last day to hand them out, None where it does not matter.

    fund: who paid for them, None for the reward's own fund.
    """

    reward: RewardId
    pieces: int
    use_by: date | None = None
    fund: FundId | None = None


class ProposeWriteOff(Request, frozen=True):
    """Propose to take pieces off the shelf that nobody had. reason: a code. batch: of which, None for the oldest."""

    reward: RewardId
    pieces: int
    reason: str
    batch: BatchId | None = None


class ApproveWriteOff(Request, frozen=True):
    """Take the pieces off the shelf that somebody else proposed."""

    reward: RewardId
    proposal: ProposalId


class CountStock(Request, frozen=True):
    """Write down how many pieces lie there, reserved ones too."""

    reward: RewardId
    pieces: int


class ConfirmCount(Request, frozen=True):
    """Confirm what somebody else counted: the books are set right by the difference."""

    reward: RewardId
    proposal: ProposalId


class DeclineProposal(Request, frozen=True):
    """Do not carry an open proposal out (of a price, a write-off, a count); who made it takes it back so."""

    reward: RewardId
    proposal: ProposalId


AboutStock = ReceiveStock | ProposeWriteOff | ApproveWriteOff | CountStock | ConfirmCount | DeclineProposal


def _receive(work: Work, request: ReceiveStock) -> Outcome:
    require_over_reward(work, Permission.RECEIVE_STOCK, request.reward)
    place = work.state(REWARD, request.reward).organisation
    if request.fund is not None and place is not None:
        require_fund(work, request.fund, place)
    batch = BatchId(work.new_id("batch"))
    command = shelf.ReceiveStock(
        pieces=request.pieces,
        received_by=work.actor,
        today=work.today,
        use_by=request.use_by,
        batch=batch,
        fund=request.fund,
    )
    free = work.act(REWARD, request.reward, command).to_be_had(work.today)
    return Outcome(
        "stock-received",
        ids={"reward": request.reward, "batch": batch},
        figures={"pieces": request.pieces, "free": free},
    )


def _propose_write_off(work: Work, request: ProposeWriteOff) -> Outcome:
    require_over_reward(work, Permission.RECEIVE_STOCK, request.reward)
    proposal = ProposalId(work.new_id("proposal"))
    command = shelf.ProposeWriteOff(
        proposal=proposal,
        pieces=request.pieces,
        reason=request.reason,
        proposed_by=work.actor,
        batch=request.batch,
    )
    work.act(REWARD, request.reward, command)
    return Outcome(
        "write-off-proposed", ids={"reward": request.reward, "proposal": proposal}, figures={"pieces": request.pieces}
    )


def _approve_write_off(work: Work, request: ApproveWriteOff) -> Outcome:
    require_over_reward(work, Permission.CONFIRM_STOCK, request.reward)
    reward = work.act(REWARD, request.reward, shelf.ApproveWriteOff(request.proposal, work.actor))
    figures = {"on_shelf": reward.on_shelf, "written_off": reward.written_off}
    return Outcome("stock-written-off", ids={"reward": request.reward}, figures=figures)


def _count(work: Work, request: CountStock) -> Outcome:
    require_over_reward(work, Permission.RECEIVE_STOCK, request.reward)
    proposal, books = ProposalId(work.new_id("proposal")), work.state(REWARD, request.reward).on_shelf
    work.act(REWARD, request.reward, shelf.CountStock(proposal, request.pieces, work.actor))
    return Outcome(
        "stock-counted",
        ids={"reward": request.reward, "proposal": proposal},
        figures={"counted": request.pieces, "books": books},
    )


def _confirm_count(work: Work, request: ConfirmCount) -> Outcome:
    require_over_reward(work, Permission.CONFIRM_STOCK, request.reward)
    before = work.state(REWARD, request.reward).on_shelf
    after = work.act(REWARD, request.reward, shelf.ConfirmCount(request.proposal, work.actor)).on_shelf
    figures = {"on_shelf": after, "difference": after - before}
    return Outcome("stock-count-confirmed", ids={"reward": request.reward}, figures=figures)


def _decline(work: Work, request: DeclineProposal) -> Outcome:
    """Either side may: who can approve it, and who could have proposed it."""
    place = work.state(REWARD, request.reward).organisation
    confirms = place is not None and holds_any(work, work.actor, (Permission.CONFIRM_STOCK,), place)
    permission = Permission.CONFIRM_STOCK if confirms else Permission.RECEIVE_STOCK
    require_over_reward(work, permission, request.reward)
    work.act(REWARD, request.reward, shelf.DeclineProposal(request.proposal, work.actor))
    return Outcome("proposal-declined", ids={"reward": request.reward, "proposal": request.proposal})


def _reads(request: AboutStock, actor: MemberId) -> tuple[Stream, ...]:
    return (Stream(MEMBER, actor), Stream(REWARD, request.reward))


RECEIVE_STOCK: Final = UseCase[ReceiveStock]("rewards.receive_stock", _receive, _reads)
PROPOSE_WRITE_OFF: Final = UseCase[ProposeWriteOff]("rewards.propose_write_off", _propose_write_off, _reads)
APPROVE_WRITE_OFF: Final = UseCase[ApproveWriteOff]("rewards.approve_write_off", _approve_write_off, _reads)
COUNT_STOCK: Final = UseCase[CountStock]("rewards.count_stock", _count, _reads)
CONFIRM_COUNT: Final = UseCase[ConfirmCount]("rewards.confirm_count", _confirm_count, _reads)
DECLINE_PROPOSAL: Final = UseCase[DeclineProposal]("rewards.decline_proposal", _decline, _reads)
