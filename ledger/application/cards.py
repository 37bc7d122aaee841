"""Use cases about a member's printed cards: hand one over, refuse one for ever."""

from collections.abc import Iterable
from typing import Final, Protocol

from ledger.activities.device_refusals import CardNoLongerGood, CardReplaced
from ledger.application.authority import (
    Permission,
    refuse_merged,
    require_over_member,
)
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import CardId, MemberId
from ledger.membership.member import MEMBER, Issue, Replace, Revoke


class IssueCard(Request, frozen=True):
    """Hand a printed card to the member; cards issued before stay good until revoked."""

    member: MemberId
    card: CardId


class RevokeCard(Request, frozen=True):
    """Refuse the card everywhere. Staff may, and the member whose card it is. reason: a code such as `lost`."""

    member: MemberId
    card: CardId
    reason: str


class ReplaceCard(Request, frozen=True):
    """Hand a new card over instead of every card of the member that is still good. reason: a code such as `lost`."""

    member: MemberId
    card: CardId
    reason: str


class LoseCards(Request, frozen=True):
    """The member's cards are lost: refuse all of them. member None: the actor, who need not know their numbers."""

    reason: str
    member: MemberId | None = None


class _OfMember(Protocol):
    @property
    def member(self) -> MemberId | None: ...


def _issue_card(work: Work, request: IssueCard) -> Outcome:
    require_over_member(work, Permission.ISSUE_CARDS, request.member)
    work.act(MEMBER, request.member, Issue(request.card))
    return Outcome("card-issued", ids={"member": request.member, "card": request.card})


def _revoke_card(work: Work, request: RevokeCard) -> Outcome:
    if request.member != work.actor:
        require_over_member(work, Permission.ISSUE_CARDS, request.member)
    work.act(MEMBER, request.member, Revoke(request.card, request.reason))
    return Outcome("card-revoked", ids={"member": request.member, "card": request.card})


def _replace_card(work: Work, request: ReplaceCard) -> Outcome:
    before = require_over_member(work, Permission.ISSUE_CARDS, request.member).cards
    work.act(MEMBER, request.member, Replace(request.card, request.reason))
    return Outcome(
        "card-replaced",
        ids={"member": request.member, "card": request.card},
        figures={"cards_revoked": len(before)},
    )


def _lose_cards(work: Work, request: LoseCards) -> Outcome:
    """Doing it twice is no mistake: whoever lost a card is not sure what they said before."""
    member = request.member or work.actor
    if member != work.actor:
        require_over_member(work, Permission.ISSUE_CARDS, member)
    cards = sorted(work.state(MEMBER, member).cards)
    for card in cards:
        work.act(MEMBER, member, Revoke(card, request.reason))
    code = "cards-revoked" if cards else "no-card-to-revoke"
    return Outcome(code, ids={"member": member}, figures={"cards_revoked": len(cards)})


def require_good_card(work: Work, member: MemberId, card: CardId) -> None:
    """Let a card pass that is good now. Refuses with MemberIsMerged, CardReplaced (a new one was issued),
    CardNoLongerGood, in this order.
    """
    state = work.state(MEMBER, member)
    if card in state.cards:
        return
    refuse_merged(work, member)
    if card in state.revoked_cards and state.cards:
        raise CardReplaced(card)
    raise CardNoLongerGood(card)


def _reads_both(request: _OfMember, actor: MemberId) -> Iterable[Stream]:
    return (Stream(MEMBER, actor), Stream(MEMBER, request.member or actor))


ISSUE_CARD: Final = UseCase[IssueCard]("members.issue_card", _issue_card, _reads_both)
REVOKE_CARD: Final = UseCase[RevokeCard]("members.revoke_card", _revoke_card, _reads_both)
REPLACE_CARD: Final = UseCase[ReplaceCard]("members.replace_card", _replace_card, _reads_both)
LOSE_CARDS: Final = UseCase[LoseCards]("members.lose_cards", _lose_cards, _reads_both)
