"""Use cases of handing goods over: all that was asked for, a part of it, or something else that costs no more."""

from typing import Final
from uuid import UUID

from ledger.accounts.account import ACCOUNT
from ledger.accounts.commands import ReturnSpent, SpendHold
from ledger.accounts.events import Take
from ledger.application.authority import MemberSuspendedNow, Permission, UnknownId, same_household
from ledger.application.programme import settings_of
from ledger.application.setting_aside import Wish, asked_for, burden_fund, near_listing, relieve_fund, reserve_stock
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import MemberId, RedemptionId, RewardId
from ledger.membership.member import MEMBER
from ledger.redemption.batches import Batches
from ledger.redemption.events import RedemptionRequested, SpentPart
from ledger.redemption.redemption import REDEMPTION, check_hand_over
from ledger.redemption.redemption_commands import Handing, HandRedemptionOver, SubstituteRedemption
from ledger.redemption.redemption_refusals import SubstituteTooDear
from ledger.redemption.redemption_state import first_parts, parts_back
from ledger.redemption.refusals import MoreThanSetAside
from ledger.redemption.reward import REWARD
from ledger.redemption.reward_commands import HandStockOver, ReturnStock
from ledger.redemption.stock import leaving_first


class HandOver(Request, frozen=True):
    """Give the goods into the member's hands; the points are spent. Possible once.

    pieces: how many, None for all that were asked for; the points of the rest come back.
    """

    redemption: RedemptionId
    pieces: int | None = None


class Substitute(Request, frozen=True):
    """Give `pieces` of another reward of the same shelf instead, for at most what is held. Possible once.

    consent: a code for what shows that the member agreed.
    """

    redemption: RedemptionId
    reward: RewardId
    pieces: int
    consent: str


def _hand_over(work: Work, request: HandOver) -> Outcome:
    asked = asked_for(work, request.redemption, Permission.HAND_OVER)
    work.correlate(request.redemption)
    return hand_out(work, request.redemption, asked.pieces if request.pieces is None else request.pieces)


def hand_out(work: Work, redemption: RedemptionId, pieces: int) -> Outcome:
    """Let the goods and the points go, as the actor.

    What was handed over or ended before is told first; then a suspended member spends nothing.
    """
    handing, asked = _check(work, redemption)
    if not 1 <= pieces <= asked.pieces:
        raise MoreThanSetAside(pieces, asked.pieces)
    batches = _take_from_shelf(work, redemption, asked.reward, pieces)
    if pieces < asked.pieces:
        work.act(REWARD, asked.reward, ReturnStock(redemption))
    parts = _spend(work, redemption, asked, pieces * asked.price)
    relieve_fund(work, redemption, asked.fund_usage, (asked.pieces - pieces) * asked.price)
    work.act(REDEMPTION, redemption, HandRedemptionOver(handing, pieces, parts, batches))
    return _handed(work, redemption, asked.reward, pieces=pieces, total=pieces * asked.price)


def _substitute(work: Work, request: Substitute) -> Outcome:
    """The pieces first set aside come back; the points too, but for what the other reward costs."""
    asked_for(work, request.redemption, Permission.HAND_OVER)
    work.correlate(request.redemption)
    handing, asked = _check(work, request.redemption)
    listing = near_listing(work, asked.member, request.reward)
    if (listing.organisation, listing.unit) != (asked.organisation, asked.unit):
        raise UnknownId(request.reward)
    price = work.state(REWARD, request.reward).price_on(work.today)
    if (total := price * request.pieces) > asked.total:
        raise SubstituteTooDear(total, asked.total)
    work.act(REWARD, asked.reward, ReturnStock(request.redemption))
    reserve_stock(work, request.redemption, Wish(asked.member, request.reward, request.pieces))
    batches = _take_from_shelf(work, request.redemption, request.reward, request.pieces)
    relieve_fund(work, request.redemption, asked.fund_usage, asked.total)
    usage = burden_fund(work, request.redemption, listing, total)
    command = SubstituteRedemption(
        handing=handing,
        reward=request.reward,
        fund=listing.fund,
        merchant=listing.merchant,
        pieces=request.pieces,
        price=price,
        consent=request.consent,
        parts=_spend(work, request.redemption, asked, total),
        batches=batches,
        fund_usage=usage,
    )
    work.act(REDEMPTION, request.redemption, command)
    return _handed(work, request.redemption, request.reward, pieces=request.pieces, total=total)


def _check(work: Work, redemption: RedemptionId) -> tuple[Handing, RedemptionRequested]:
    state = work.state(REDEMPTION, redemption)
    place = state.request and state.request.organisation
    if place is None:
        raise UnknownId(redemption)
    settings = settings_of(work, place)
    is_near = state.request is not None and same_household(work, work.actor, state.request.member)
    handing = Handing(work.actor, work.now, settings.other_keeper_above, settings.return_days, is_near)
    asked = check_hand_over(state, handing)
    if work.state(MEMBER, asked.member).suspended_for is not None:
        raise MemberSuspendedNow(asked.member)
    return handing, asked


def _take_from_shelf(work: Work, redemption: RedemptionId, reward: RewardId, pieces: int) -> Batches:
    """Hand the reserved pieces out; gives the batches they come from."""
    before = work.state(REWARD, reward)
    work.act(REWARD, reward, HandStockOver(redemption, pieces, work.today))
    return leaving_first(before, pieces, work.today)


def _spend(work: Work, redemption: RedemptionId, asked: RedemptionRequested, total: int) -> tuple[SpentPart, ...]:
    """Use up `total` of the hold; the rest comes back. Gives the parts of lots that were spent.

    The whole is spent and what is too much returned at once: what was promised is handed over in part as well as in
    full, though the account be frozen or in debt by now, or the days of grace of a lot be over.
    """
    parts = _held_parts(work, asked)
    work.act(ACCOUNT, asked.account, SpendHold(asked.hold, asked.organisation, redemption, work.today))
    rest = parts_back(parts, asked.total - total)
    if not rest:
        return parts
    command = ReturnSpent(
        hold=asked.hold,
        takes=takes_of(rest),
        organisation=asked.organisation,
        reason=redemption,
        on_day=work.today,
        grace_days=settings_of(work, asked.organisation).grace_days,
    )
    work.act(ACCOUNT, asked.account, command)
    return first_parts(parts, total)


def takes_of(parts: tuple[SpentPart, ...]) -> tuple[Take, ...]:
    """The parts as the account knows them."""
    return tuple(
        Take(part.lot, part.amount, part.credited_on, part.expires_on, part.original_expiry, part.is_gift)
        for part in parts
    )


def _held_parts(work: Work, asked: RedemptionRequested) -> tuple[SpentPart, ...]:
    holds = work.state(ACCOUNT, asked.account).holds
    takes = next((one.takes for one in holds if one.hold == asked.hold), ())
    return tuple(
        SpentPart(take.lot, take.amount, take.credited_on, take.expires_on, take.original_expiry, take.is_gift)
        for take in takes
    )


def _handed(work: Work, redemption: RedemptionId, reward: RewardId, *, pieces: int, total: int) -> Outcome:
    state = work.state(REDEMPTION, redemption)
    codes = {"partly_handed_over": "redemption-partly-handed-over", "substituted": "redemption-substituted"}
    ids: dict[str, UUID] = {"redemption": redemption, "reward": reward}
    return Outcome(
        codes.get(state.status, "redemption-handed-over"),
        ids=ids if state.request is None else ids | {"member": state.request.member},
        figures={"pieces": pieces, "total": total},
        times={"handed_over_at": work.now},
    )


def _reads(request: HandOver | Substitute, actor: MemberId) -> tuple[Stream, ...]:
    return (Stream(REDEMPTION, request.redemption), Stream(MEMBER, actor))


HAND_OVER: Final = UseCase[HandOver]("redemptions.hand_over", _hand_over, _reads)
SUBSTITUTE: Final = UseCase[Substitute]("redemptions.substitute", _substitute, _reads)
