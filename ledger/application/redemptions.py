"""Use cases of redemptions: goods for points. Stock, points and the redemption change in one commit or not at all."""

from datetime import timedelta
from typing import Final

from ledger.accounts.account import ACCOUNT, account_id
from ledger.accounts.commands import HoldPoints, ReleaseHold, SpendHold
from ledger.application.authority import (
    MemberSuspendedNow,
    Permission,
    UnknownId,
    line_of,
    require_active_member,
    require_for,
    require_self_or,
    require_system,
    same_household,
)
from ledger.application.programme import settings_of
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import MemberId, RedemptionId, RewardId
from ledger.membership.member import MEMBER
from ledger.redemption import redemption as steps
from ledger.redemption.events import RedemptionRequested, RewardListed
from ledger.redemption.redemption import REDEMPTION, hold_id
from ledger.redemption.reward import REWARD, HandStockOver, ReserveStock, ReturnStock

HOLD_DAYS = 7
"""A redemption that was not handed over lapses after so many times 24 hours. A community's default."""


class RequestRedemption(Request, frozen=True):
    """Ask for `pieces` of a reward. member None: the actor asks; otherwise staff ask for somebody without a phone."""

    reward: RewardId
    pieces: int
    member: MemberId | None = None


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


class MakeReady(Request, frozen=True):
    """Say that the goods lie ready; the voucher works from now on."""

    redemption: RedemptionId


class HandOver(Request, frozen=True):
    """Give the goods into the member's hands; the points are spent. Possible once."""

    redemption: RedemptionId


class LapseRedemption(Request, frozen=True):
    """Nobody came in time; stock and points come back."""

    redemption: RedemptionId


AboutRedemption = ApproveRedemption | RejectRedemption | CancelRedemption | MakeReady | HandOver | LapseRedemption


def _request(work: Work, request: RequestRedemption) -> Outcome:
    reward = work.state(REWARD, request.reward)
    place = reward.listing and reward.listing.organisation
    member = require_self_or(work, request.member, Permission.PREPARE_REDEMPTIONS, place, request.reward)
    if reward.listing is None:
        raise UnknownId(request.reward)
    _require_near(work, member, reward.listing, request.reward)
    redemption = RedemptionId(work.command)
    asked = _as_asked(work, member, request, listing=reward.listing, price=reward.price)
    work.act(REWARD, request.reward, ReserveStock(redemption, request.pieces, member, f"{work.today:%Y-%m}"))
    work.act(ACCOUNT, asked.account, HoldPoints(asked.hold, asked.total, redemption, work.today))
    work.act(REDEMPTION, redemption, steps.RequestRedemption(asked))
    return Outcome(
        "redemption-requested",
        ids={"redemption": redemption, "reward": request.reward, "member": member, "account": asked.account},
        figures={
            "pieces": request.pieces,
            "total": asked.total,
            "available": work.state(ACCOUNT, asked.account).available(work.today),
        },
        times={"lapses_at": asked.lapses_at},
    )


def _require_near(work: Work, member: MemberId, listing: RewardListed, reward: RewardId) -> None:
    """Shelves serve their own people: the member's home is the shelf's organisation, above it or below it."""
    home, place = require_active_member(work, member).home, listing.organisation
    if home is None or not (home == place or place in line_of(work, home) or home in line_of(work, place)):
        raise UnknownId(reward)


def _as_asked(
    work: Work, member: MemberId, request: RequestRedemption, *, listing: RewardListed, price: int
) -> RedemptionRequested:
    return RedemptionRequested(
        member=member,
        reward=request.reward,
        organisation=listing.organisation,
        fund=listing.fund,
        unit=listing.unit,
        pieces=request.pieces,
        price=price,
        total=price * request.pieces,
        account=account_id(member, listing.unit),
        hold=hold_id(RedemptionId(work.command)),
        lapses_at=work.now + timedelta(days=HOLD_DAYS),
        requested_by=work.actor,
    )


def _approve(work: Work, request: ApproveRedemption) -> Outcome:
    asked = _asked_for(work, request.redemption, Permission.APPROVE_REDEMPTIONS)
    command = steps.ApproveRedemption(
        approved_by=work.actor, same_household=same_household(work, work.actor, asked.member), now=work.now
    )
    work.act(REDEMPTION, request.redemption, command)
    return _outcome("redemption-approved", request.redemption, asked)


def _reject(work: Work, request: RejectRedemption) -> Outcome:
    asked = _asked_for(work, request.redemption, Permission.APPROVE_REDEMPTIONS)
    command = steps.RejectRedemption(
        rejected_by=work.actor,
        same_household=same_household(work, work.actor, asked.member),
        reason=request.reason,
    )
    work.act(REDEMPTION, request.redemption, command)
    _give_back(work, request.redemption, asked)
    return _outcome("redemption-rejected", request.redemption, asked)


def _cancel(work: Work, request: CancelRedemption) -> Outcome:
    asked = work.state(REDEMPTION, request.redemption).request
    if asked is None or asked.member != work.actor:
        asked = _asked_for(work, request.redemption, Permission.PREPARE_REDEMPTIONS)
    work.act(REDEMPTION, request.redemption, steps.CancelRedemption(work.actor))
    _give_back(work, request.redemption, asked)
    return _outcome("redemption-cancelled", request.redemption, asked)


def _make_ready(work: Work, request: MakeReady) -> Outcome:
    asked = _asked_for(work, request.redemption, Permission.PREPARE_REDEMPTIONS)
    work.act(REDEMPTION, request.redemption, steps.MakeRedemptionReady(work.actor, work.now))
    return _outcome("redemption-ready", request.redemption, asked)


def _hand_over(work: Work, request: HandOver) -> Outcome:
    """What was handed over or ended before is told first; then a suspended member spends nothing."""
    asked = _asked_for(work, request.redemption, Permission.HAND_OVER)
    work.act(REDEMPTION, request.redemption, steps.HandRedemptionOver(work.actor, work.now))
    if work.state(MEMBER, asked.member).suspended_for is not None:
        raise MemberSuspendedNow(asked.member)
    work.act(REWARD, asked.reward, HandStockOver(request.redemption))
    spend = SpendHold(asked.hold, asked.organisation, reason=request.redemption, on_day=work.today)
    work.act(ACCOUNT, asked.account, spend)
    return Outcome(
        "redemption-handed-over",
        ids={"redemption": request.redemption, "reward": asked.reward, "member": asked.member},
        figures={"pieces": asked.pieces, "total": asked.total},
        times={"handed_over_at": work.now},
    )


def _lapse(work: Work, request: LapseRedemption) -> Outcome:
    require_system(work)
    asked = _known(work, request.redemption)
    work.act(REDEMPTION, request.redemption, steps.LapseRedemption(work.now))
    _give_back(work, request.redemption, asked)
    return _outcome("redemption-lapsed", request.redemption, asked)


def _asked_for(work: Work, redemption: RedemptionId, permission: Permission) -> RedemptionRequested:
    """What was asked for; the actor must hold `permission` at the shelf it comes from."""
    asked = work.state(REDEMPTION, redemption).request
    require_for(work, permission, asked and asked.organisation, redemption)
    return _known(work, redemption)


def _known(work: Work, redemption: RedemptionId) -> RedemptionRequested:
    asked = work.state(REDEMPTION, redemption).request
    if asked is None:
        raise UnknownId(redemption)
    return asked


def _give_back(work: Work, redemption: RedemptionId, asked: RedemptionRequested) -> None:
    work.act(REWARD, asked.reward, ReturnStock(redemption))
    grace_days = settings_of(work, asked.organisation).grace_days
    release = ReleaseHold(asked.hold, reason=redemption, on_day=work.today, grace_days=grace_days)
    work.act(ACCOUNT, asked.account, release)


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
MAKE_READY: Final = UseCase[MakeReady]("redemptions.make_ready", _make_ready, _reads)
HAND_OVER: Final = UseCase[HandOver]("redemptions.hand_over", _hand_over, _reads)
LAPSE_REDEMPTION: Final = UseCase[LapseRedemption]("redemptions.lapse", _lapse, _reads)
