"""The shelf and the funds: what is offered, for how much, how many pieces lie there, and who pays for them."""

from datetime import timedelta
from uuid import UUID

from ledger.application.funds import (
    DECLINE_CAP,
    OPEN_FUND,
    PROPOSE_CAP,
    SET_CAP,
    DeclineCap,
    OpenFund,
    ProposeCap,
    SetCap,
)
from ledger.application.rewards import (
    APPROVE_PRICE,
    APPROVE_REWARD,
    DRAFT_REWARD,
    PROPOSE_PRICE,
    WITHDRAW_REWARD,
    ApprovePrice,
    ApproveReward,
    DraftReward,
    ProposePrice,
    WithdrawReward,
)
from ledger.application.stock import (
    APPROVE_WRITE_OFF,
    CONFIRM_COUNT,
    COUNT_STOCK,
    DECLINE_PROPOSAL,
    PROPOSE_WRITE_OFF,
    RECEIVE_STOCK,
    ApproveWriteOff,
    ConfirmCount,
    CountStock,
    DeclineProposal,
    ProposeWriteOff,
    ReceiveStock,
)
from ledger.kernel.ids import FundId, ProposalId, RewardId
from ledger.kernel.units import Unit
from ledger.redemption.events import (
    FundCapProposed,
    Limit,
    PriceProposed,
    StockCounted,
    StockWriteOffProposed,
)

from .people import APPROVERS, CLERKS, COMMUNITY, KEEPERS, named
from .town import NOTHING, Move, Town

FUND = FundId(named("fund"))
LIMITS = ((), (Limit("member", 6, "month"),), (Limit("household", 8, "quarter"), Limit("member", 7, "year")))


def draft(town: Town) -> UUID | None:
    """Write a reward down; sometimes for no price at all."""
    reward = RewardId(named(f"reward {town.world.position}"))
    price = town.choose.one((1, 2, 2, 3, 0))
    asked = DraftReward(reward, COMMUNITY, FUND, Unit.POINTS, price, town.choose.one(LIMITS))
    town.ask(DRAFT_REWARD, asked, town.actor(*CLERKS))
    return reward if reward in town.laws.shelves else None


def approve(town: Town) -> None:
    reward = RewardId(town.pick(drafts(town), lambda: draft(town)))
    town.ask(APPROVE_REWARD, ApproveReward(reward), town.actor(*APPROVERS))


def offered(town: Town) -> RewardId:
    """A reward on offer with pieces on the shelf, with as few steps as it takes."""
    return on_offer(town, town.choose.one((1, 2)), town.choose.one(LIMITS), town.choose.number(3, 12))


def on_offer(town: Town, price: int, limits: tuple[Limit, ...], pieces: int) -> RewardId:
    """A reward as said, listed and on the shelf."""
    reward = RewardId(named(f"reward {town.world.position}"))
    town.ask(DRAFT_REWARD, DraftReward(reward, COMMUNITY, FUND, Unit.POINTS, price, limits), CLERKS[0])
    town.ask(APPROVE_REWARD, ApproveReward(reward), APPROVERS[1])
    town.ask(RECEIVE_STOCK, ReceiveStock(reward, pieces), KEEPERS[0])
    return reward


def withdraw(town: Town) -> None:
    reward = RewardId(town.pick([*listed(town), *drafts(town)], lambda: draft(town)))
    town.ask(WITHDRAW_REWARD, WithdrawReward(reward), town.actor(*CLERKS))


def receive(town: Town) -> None:
    reward = RewardId(town.pick(listed(town), lambda: offered(town)))
    pieces = town.choose.one((1, 4, 9, 0, -1))
    use_by = town.choose.one((None, town.world.today + timedelta(days=town.choose.number(-1, 40))))
    town.ask(RECEIVE_STOCK, ReceiveStock(reward, pieces, use_by), town.actor(*KEEPERS, *CLERKS))


def propose_price(town: Town) -> UUID | None:
    reward = RewardId(town.pick(listed(town), lambda: offered(town)))
    later = town.world.today + timedelta(days=town.choose.number(-1, 3))
    asked = ProposePrice(reward, town.choose.one((1, 2, 3, 0)), town.choose.one((None, later)))
    town.ask(PROPOSE_PRICE, asked, town.actor(*CLERKS))
    return _proposed(town, PriceProposed)


def approve_price(town: Town) -> None:
    proposal = town.pick(_open(town, PriceProposed), lambda: propose_price(town))
    town.ask(APPROVE_PRICE, ApprovePrice(_reward_of(town, proposal), ProposalId(proposal)), town.actor(*APPROVERS))


def propose_write_off(town: Town) -> UUID | None:
    reward = RewardId(town.pick(listed(town), lambda: offered(town)))
    asked = ProposeWriteOff(reward, town.choose.one((1, 1, 2, 30)), "broken")
    town.ask(PROPOSE_WRITE_OFF, asked, town.actor(*KEEPERS, *CLERKS))
    return _proposed(town, StockWriteOffProposed)


def approve_write_off(town: Town) -> None:
    proposal = town.pick(_open(town, StockWriteOffProposed), lambda: propose_write_off(town))
    asked = ApproveWriteOff(_reward_of(town, proposal), ProposalId(proposal))
    town.ask(APPROVE_WRITE_OFF, asked, town.actor(*APPROVERS))


def count(town: Town) -> UUID | None:
    """Somebody counts the shelf, now and then wrongly."""
    reward = RewardId(town.pick(listed(town), lambda: offered(town)))
    shelf = town.laws.shelves.get(reward)
    pieces = (shelf.lying if shelf else 0) + town.choose.one((0, 0, -1, 1, -2))
    town.ask(COUNT_STOCK, CountStock(reward, pieces), town.actor(*KEEPERS, *CLERKS))
    return _proposed(town, StockCounted)


def confirm_count(town: Town) -> None:
    proposal = town.pick(_open(town, StockCounted), lambda: count(town))
    asked = ConfirmCount(_reward_of(town, proposal), ProposalId(proposal))
    town.ask(CONFIRM_COUNT, asked, town.actor(*APPROVERS, *CLERKS, *KEEPERS))


def decline(town: Town) -> None:
    proposal = town.pick(_open(town, PriceProposed, StockWriteOffProposed, StockCounted), lambda: count(town))
    asked = DeclineProposal(_reward_of(town, proposal), ProposalId(proposal))
    town.ask(DECLINE_PROPOSAL, asked, town.actor(*APPROVERS))


def open_fund(town: Town) -> None:
    """The fund behind all rewards, or one more."""
    fund = FUND if not town.laws.funds else FundId(named(f"fund {town.world.position}"))
    again = town.choose.often(30)
    town.ask(OPEN_FUND, OpenFund(FUND if again else fund, COMMUNITY), town.actor(*CLERKS))


def propose_cap(town: Town) -> UUID | None:
    fund = FundId(town.pick(_funds(town), lambda: _opened_fund(town)))
    cap = town.choose.one((None, 12, 40, 0, -1))
    town.ask(PROPOSE_CAP, ProposeCap(fund, cap), town.actor(*CLERKS))
    return _proposed(town, FundCapProposed)


def set_cap(town: Town) -> None:
    proposal = town.pick(_open(town, FundCapProposed), lambda: propose_cap(town))
    town.ask(SET_CAP, SetCap(_fund_of(town, proposal), ProposalId(proposal)), town.actor(*APPROVERS))


def decline_cap(town: Town) -> None:
    proposal = town.pick(_open(town, FundCapProposed), lambda: propose_cap(town))
    town.ask(DECLINE_CAP, DeclineCap(_fund_of(town, proposal), ProposalId(proposal)), town.actor(*APPROVERS))


def listed(town: Town) -> list[UUID]:
    """Rewards on offer, the one with the fewest free pieces first."""
    found = [reward for reward, shelf in town.laws.shelves.items() if shelf.is_listed]
    return sorted(found, key=lambda reward: (town.laws.shelves[reward].free, reward))


def drafts(town: Town) -> list[UUID]:
    """Rewards that nobody has approved yet."""
    return [reward for reward, shelf in town.laws.shelves.items() if shelf.is_draft]


def _open(town: Town, *kinds: type) -> list[UUID]:
    return [proposal for proposal, one in town.laws.proposals.items() if isinstance(one.event, kinds)]


def _proposed(town: Town, kind: type) -> UUID | None:
    found = _open(town, kind)
    return found[-1] if found else None


def _reward_of(town: Town, proposal: UUID) -> RewardId:
    found = town.laws.proposals.get(proposal)
    return RewardId(found.stream if found else NOTHING)


def _fund_of(town: Town, proposal: UUID) -> FundId:
    return FundId(_reward_of(town, proposal))


def _funds(town: Town) -> list[UUID]:
    return [*town.laws.funds]


def _opened_fund(town: Town) -> UUID:
    town.ask(OPEN_FUND, OpenFund(FUND, COMMUNITY), CLERKS[0])
    return FUND


MOVES = (
    Move("draft a reward", draft, weight=2),
    Move("approve a reward", approve),
    Move("withdraw a reward", withdraw, weight=8),
    Move("receive stock", receive, weight=6),
    Move("propose a price", propose_price),
    Move("approve a price", approve_price, weight=7),
    Move("propose a write-off", propose_write_off),
    Move("approve a write-off", approve_write_off, weight=7),
    Move("count the shelf", count, weight=2),
    Move("confirm a count", confirm_count, weight=10),
    Move("decline a proposal", decline, weight=10),
    Move("open a fund", open_fund, weight=6),
    Move("propose a cap", propose_cap),
    Move("set a cap", set_cap, weight=8),
    Move("decline a cap", decline_cap, weight=10),
)
