"""Use cases of redemptions up to the goods lying ready. Stock, points and all else change together or not at all."""

from typing import Final

from ledger.accounts.account import ACCOUNT
from ledger.application.authority import (
    Permission,
    require_self_or,
    require_system,
    same_household,
)
from ledger.application.hand_over import HAND_OVER as HAND_OVER
from ledger.application.hand_over import HandOver as HandOver
from ledger.application.programme import settings_of
from ledger.application.setting_aside import Wish, asked_for, give_back, known, set_aside
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import MemberId, RedemptionId, RewardId
from ledger.membership.member import MEMBER
from ledger.redemption import redemption_commands as steps
from ledger.redemption.events import RedemptionRequested
from ledger.redemption.recheck import is_drawn
from ledger.redemption.redemption import REDEMPTION
from ledger.redemption.reward import REWARD


class RequestRedemption(Request, frozen=True):
    """Ask for `pieces` of a reward. member None: the actor asks; otherwise staff ask for somebody without a phone.

    expected_total: what the member was told it costs, in the reward's unit; None where nobody was told.
    """

    reward: RewardId
    pieces: int
    member: MemberId | None = None
    expected_total: int | None = None


class ApproveRedemption(Request, frozen=True):
    """Approve what somebody else, of another household, asked for."""

    redemption: RedemptionId


class RejectRedemption(Request, frozen=True):
    """Reject it; stock and points come back. reason: a code."""

    redemption: RedemptionId
    reason: str


class CancelRedemption(Request, frozen=True):
    """Take it back: the member their own, or staff for the member. Stock and points come back."""

    redemption: RedemptionId


class VoidRedemption(Request, frozen=True):
    """Say that the goods are not to be had after all; stock and points come back. reason: a code."""

    redemption: RedemptionId
    reason: str


class MakeReady(Request, frozen=True):
    """Say that the goods lie ready; the voucher works from now on."""

    redemption: RedemptionId


class LapseRedemption(Request, frozen=True):
    """Nobody came in time; stock and points come back."""

    redemption: RedemptionId


AboutRedemption = ApproveRedemption | RejectRedemption | CancelRedemption | VoidRedemption | MakeReady | LapseRedemption


def _request(work: Work, request: RequestRedemption) -> Outcome:
    """A small one may be approved in the same commit, where the programme says so and the member asked in person.

    What staff ask for in somebody's name a second person looks at: else one alone could spend anybody's points.
    """
    redemption, place = RedemptionId(work.command), work.state(REWARD, request.reward).organisation
    member = require_self_or(work, request.member, Permission.PREPARE_REDEMPTIONS, place, request.reward)
    work.correlate(redemption)
    asked = set_aside(work, redemption, Wish(member, request.reward, request.pieces, request.expected_total))
    settings = settings_of(work, asked.organisation)
    is_small = member == work.actor and asked.total <= settings.automatic_approval_total_max
    if is_small:
        recheck = is_drawn(redemption, settings.counter_recheck_percent)
        work.act(REDEMPTION, redemption, steps.ApproveAutomatically(recheck, work.now))
    return Outcome(
        "redemption-approved" if is_small else "redemption-requested",
        ids={"redemption": redemption, "reward": request.reward, "member": member, "account": asked.account},
        figures={"pieces": request.pieces, "total": asked.total, "available": available(work, asked)},
        times={"lapses_at": asked.lapses_at},
    )


def _approve(work: Work, request: ApproveRedemption) -> Outcome:
    asked = asked_for(work, request.redemption, Permission.APPROVE_REDEMPTIONS)
    work.correlate(request.redemption)
    command = steps.ApproveRedemption(
        approved_by=work.actor, same_household=same_household(work, work.actor, asked.member), now=work.now
    )
    work.act(REDEMPTION, request.redemption, command)
    return _outcome("redemption-approved", request.redemption, asked)


def _reject(work: Work, request: RejectRedemption) -> Outcome:
    asked = asked_for(work, request.redemption, Permission.APPROVE_REDEMPTIONS)
    command = steps.RejectRedemption(
        rejected_by=work.actor,
        same_household=same_household(work, work.actor, asked.member),
        reason=request.reason,
    )
    return _end(work, "redemption-rejected", request.redemption, asked, command)


def _cancel(work: Work, request: CancelRedemption) -> Outcome:
    asked = work.state(REDEMPTION, request.redemption).request
    if asked is None or asked.member != work.actor:
        asked = asked_for(work, request.redemption, Permission.PREPARE_REDEMPTIONS)
    return _end(work, "redemption-cancelled", request.redemption, asked, steps.CancelRedemption(work.actor))


def _void(work: Work, request: VoidRedemption) -> Outcome:
    asked = asked_for(work, request.redemption, Permission.PREPARE_REDEMPTIONS)
    command = steps.VoidRedemption(work.actor, request.reason)
    return _end(work, "redemption-voided", request.redemption, asked, command)


def _make_ready(work: Work, request: MakeReady) -> Outcome:
    asked = asked_for(work, request.redemption, Permission.PREPARE_REDEMPTIONS)
    work.correlate(request.redemption)
    work.act(REDEMPTION, request.redemption, steps.MakeRedemptionReady(work.actor, work.now))
    return _outcome("redemption-ready", request.redemption, asked)


def _lapse(work: Work, request: LapseRedemption) -> Outcome:
    require_system(work)
    asked = known(work, request.redemption)
    return _end(work, "redemption-lapsed", request.redemption, asked, steps.LapseRedemption(work.now))


def available(work: Work, asked: RedemptionRequested) -> int:
    """What the member can still hold in the account that pays for it."""
    return work.state(ACCOUNT, asked.account).available(work.today)


def _end(
    work: Work, code: str, redemption: RedemptionId, asked: RedemptionRequested, command: steps.OpenCommand
) -> Outcome:
    """It ends without goods, and everything comes back."""
    work.correlate(redemption)
    work.act(REDEMPTION, redemption, command)
    give_back(work, redemption, asked)
    return _outcome(code, redemption, asked)


def _outcome(code: str, redemption: RedemptionId, asked: RedemptionRequested) -> Outcome:
    return Outcome(
        code,
        ids={"redemption": redemption, "reward": asked.reward, "member": asked.member},
        figures={"pieces": asked.pieces, "total": asked.total},
    )


def _request_reads(request: RequestRedemption, actor: MemberId) -> tuple[Stream, ...]:
    return (Stream(REWARD, request.reward), Stream(MEMBER, request.member or actor))


def _reads(request: AboutRedemption, actor: MemberId) -> tuple[Stream, ...]:
    return (Stream(REDEMPTION, request.redemption), Stream(MEMBER, actor))


REQUEST_REDEMPTION: Final = UseCase[RequestRedemption]("redemptions.request", _request, _request_reads)
APPROVE_REDEMPTION: Final = UseCase[ApproveRedemption]("redemptions.approve", _approve, _reads)
REJECT_REDEMPTION: Final = UseCase[RejectRedemption]("redemptions.reject", _reject, _reads)
CANCEL_REDEMPTION: Final = UseCase[CancelRedemption]("redemptions.cancel", _cancel, _reads)
VOID_REDEMPTION: Final = UseCase[VoidRedemption]("redemptions.void", _void, _reads)
MAKE_READY: Final = UseCase[MakeReady]("redemptions.make_ready", _make_ready, _reads)
LAPSE_REDEMPTION: Final = UseCase[LapseRedemption]("redemptions.lapse", _lapse, _reads)
