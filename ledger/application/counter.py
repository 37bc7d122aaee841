"""The exchange at the counter: somebody comes with a card and no request, and leaves with the goods, in one act.

A card says whose it is and not that its owner agrees, so something stands beside it: a fresh code on the member's own
phone, the member's PIN, or a second staff member. Codes and PINs are checked before the command; the rules here see
only which of them it was.
"""

from typing import Final

from ledger.application.authority import Permission, UnknownId, holds_any, require_for, same_household
from ledger.application.cards import require_good_card
from ledger.application.hand_over import hand_out
from ledger.application.programme import settings_of
from ledger.application.setting_aside import Wish, set_aside
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import CardId, MemberId, OrganisationId, RedemptionId, RewardId
from ledger.membership.member import MEMBER
from ledger.redemption.events import CounterBasis
from ledger.redemption.recheck import is_drawn
from ledger.redemption.redemption import REDEMPTION
from ledger.redemption.redemption_commands import ApproveAutomatically, MakeRedemptionReady
from ledger.redemption.redemption_refusals import CounterTotalTooLarge, OwnRedemption, WitnessNeeded, WitnessNotFit
from ledger.redemption.reward import REWARD

WITNESSING: Final = (Permission.APPROVE_REDEMPTIONS, Permission.PREPARE_REDEMPTIONS)
"""A second person is somebody who has a part in exchanges at this shelf."""


class ExchangeAtCounter(Request, frozen=True):
    """Exchange `pieces` of a reward for `member`, who is there. card: the one shown, None where none was.

    basis: what stands beside it, None where nothing does; witness: the second staff member, with the basis `witness`.
    expected_total: what the member was told it costs, None where nobody was told.
    """

    member: MemberId
    reward: RewardId
    pieces: int
    card: CardId | None = None
    basis: CounterBasis | None = None
    witness: MemberId | None = None
    expected_total: int | None = None


def _exchange(work: Work, request: ExchangeAtCounter) -> Outcome:
    """Refuses with what bars the two people, counter-total-too-large, then as asking and handing over."""
    redemption, reward = RedemptionId(work.command), work.state(REWARD, request.reward)
    place = reward.organisation
    require_for(work, Permission.HAND_OVER, place, request.reward)
    if place is None:
        raise UnknownId(request.reward)
    _check_people(work, request, place)
    work.correlate(redemption)
    settings, total = settings_of(work, place), reward.price_on(work.today) * request.pieces
    if total > settings.counter_total_max:
        raise CounterTotalTooLarge(total, settings.counter_total_max)
    set_aside(work, redemption, _wish(request))
    recheck = is_drawn(redemption, settings.counter_recheck_percent)
    work.act(REDEMPTION, redemption, ApproveAutomatically(recheck, work.now))
    work.act(REDEMPTION, redemption, MakeRedemptionReady(work.actor, work.now))
    return hand_out(work, redemption, request.pieces)


def _check_people(work: Work, request: ExchangeAtCounter, place: OrganisationId) -> None:
    """Refuses as `require_good_card`, with own-redemption, witness-needed, witness-not-fit."""
    if request.card is not None:
        require_good_card(work, request.member, request.card)
    if same_household(work, work.actor, request.member):
        raise OwnRedemption(request.member)
    match request.basis:
        case None:
            raise WitnessNeeded
        case "witness":
            _check_witness(work, request, place)
        case "live_code" | "pin":
            pass


def _check_witness(work: Work, request: ExchangeAtCounter, place: OrganisationId) -> None:
    witness = request.witness
    if witness is None:
        raise WitnessNeeded
    is_party = witness == work.actor or same_household(work, witness, request.member)
    if is_party or not holds_any(work, witness, WITNESSING, place):
        raise WitnessNotFit(witness)


def _wish(request: ExchangeAtCounter) -> Wish:
    return Wish(
        member=request.member,
        reward=request.reward,
        pieces=request.pieces,
        expected_total=request.expected_total,
        basis=request.basis,
        witness=request.witness if request.basis == "witness" else None,
    )


def _reads(request: ExchangeAtCounter, actor: MemberId) -> tuple[Stream, ...]:
    return (Stream(MEMBER, actor), Stream(MEMBER, request.member), Stream(REWARD, request.reward))


EXCHANGE_AT_COUNTER: Final = UseCase[ExchangeAtCounter]("redemptions.exchange_at_counter", _exchange, _reads)
