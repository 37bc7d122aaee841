"""Use cases of what comes after handing over: goods come back, somebody looks again, and at last it is settled."""

from typing import Final, Literal

from ledger.accounts.account import ACCOUNT
from ledger.accounts.commands import ReturnSpent
from ledger.application.accounts import opened_account
from ledger.application.authority import Permission, person_now, require_system, same_household
from ledger.application.hand_over import takes_of
from ledger.application.programme import settings_of
from ledger.application.setting_aside import asked_for, known, relieve_fund
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import MemberId, RedemptionId
from ledger.membership.member import MEMBER
from ledger.redemption import redemption_commands as steps
from ledger.redemption.events import Condition, RedemptionRequested
from ledger.redemption.redemption import REDEMPTION
from ledger.redemption.redemption_state import InHand, batches_back, parts_back
from ledger.redemption.reward import REWARD
from ledger.redemption.reward_commands import BringStockBack


class ReturnGoods(Request, frozen=True):
    """Take `pieces` back from the member; their points come back. Damaged ones do not go onto the shelf again."""

    redemption: RedemptionId
    pieces: int
    condition: Condition = "good"


class RecheckRedemption(Request, frozen=True):
    """Look at an exchange that the system approved and that was drawn for it."""

    redemption: RedemptionId
    finding: Literal["in_order", "not_in_order"]


class SettleRedemption(Request, frozen=True):
    """The days for a return are over."""

    redemption: RedemptionId


def _return(work: Work, request: ReturnGoods) -> Outcome:
    asked = asked_for(work, request.redemption, Permission.HAND_OVER)
    work.correlate(request.redemption)
    had = work.state(REDEMPTION, request.redemption).in_hand
    command = steps.ReturnGoods(
        pieces=request.pieces,
        condition=request.condition,
        received_by=work.actor,
        same_household=same_household(work, work.actor, asked.member),
        other_keeper_above=settings_of(work, asked.organisation).other_keeper_above,
        now=work.now,
    )
    work.act(REDEMPTION, request.redemption, command)
    total = 0 if had is None else _bring_back(work, request, asked, had)
    return Outcome(
        "goods-returned",
        ids={"redemption": request.redemption, "member": asked.member},
        figures={"pieces": request.pieces, "total": total},
    )


def _bring_back(work: Work, request: ReturnGoods, asked: RedemptionRequested, had: InHand) -> int:
    """The pieces, their points and the fund's; gives the points. A duplicate's go to its survivor."""
    total, batches = request.pieces * had.price, batches_back(had.batches, request.pieces)
    back = BringStockBack(request.redemption, request.pieces, request.condition, work.actor, batches)
    work.act(REWARD, had.reward, back)
    command = ReturnSpent(
        hold=had.hold,
        takes=takes_of(parts_back(had.parts, total)),
        organisation=asked.organisation,
        reason=request.redemption,
        on_day=work.today,
        grace_days=settings_of(work, asked.organisation).grace_days,
    )
    account = opened_account(work, person_now(work, asked.member), asked.unit)
    work.act(ACCOUNT, account, command)
    relieve_fund(work, request.redemption, had.fund_usage, total)
    return total


def _recheck(work: Work, request: RecheckRedemption) -> Outcome:
    asked = asked_for(work, request.redemption, Permission.APPROVE_REDEMPTIONS)
    work.correlate(request.redemption)
    together = same_household(work, work.actor, asked.member)
    work.act(REDEMPTION, request.redemption, steps.RecheckRedemption(work.actor, together, request.finding))
    return Outcome("redemption-rechecked", ids={"redemption": request.redemption})


def _settle(work: Work, request: SettleRedemption) -> Outcome:
    require_system(work)
    known(work, request.redemption)
    work.correlate(request.redemption)
    work.act(REDEMPTION, request.redemption, steps.SettleRedemption(work.now))
    return Outcome("redemption-settled", ids={"redemption": request.redemption})


def _reads(request: ReturnGoods | RecheckRedemption | SettleRedemption, actor: MemberId) -> tuple[Stream, ...]:
    return (Stream(REDEMPTION, request.redemption), Stream(MEMBER, actor))


RETURN_GOODS: Final = UseCase[ReturnGoods]("redemptions.return_goods", _return, _reads)
RECHECK_REDEMPTION: Final = UseCase[RecheckRedemption]("redemptions.recheck", _recheck, _reads)
SETTLE_REDEMPTION: Final = UseCase[SettleRedemption]("redemptions.settle", _settle, _reads)
