"""The printed cards of a member: handed over, and refused for ever once revoked."""

from ledger.kernel.decider import Request
from ledger.kernel.ids import CardId
from ledger.membership.events import CardIssued, CardRevoked, MemberEvent
from ledger.membership.member_refusals import CardAlreadyIssued, CardAlreadyRevoked, UnknownCard
from ledger.membership.member_state import MemberState


class Issue(Request, frozen=True):
    """Hand the printed card over. Older cards stay good until they are revoked."""

    card: CardId


class Revoke(Request, frozen=True):
    """Refuse the card from now on. reason: a code."""

    card: CardId
    reason: str


class Replace(Request, frozen=True):
    """Hand `card` over instead of every card that is still good. reason: why those end, a code such as `lost`."""

    card: CardId
    reason: str


def change_card(state: MemberState, command: Issue | Revoke | Replace) -> tuple[MemberEvent, ...]:
    if command.card in state.revoked_cards:
        raise CardAlreadyRevoked(command.card)
    if isinstance(command, Replace):
        if command.card in state.cards:
            raise CardAlreadyIssued(command.card)
        old = tuple(CardRevoked(card, command.reason) for card in sorted(state.cards))
        return (*old, CardIssued(command.card))
    if isinstance(command, Issue):
        if command.card in state.cards:
            raise CardAlreadyIssued(command.card)
        return (CardIssued(command.card),)
    if command.card not in state.cards:
        raise UnknownCard(command.card)
    return (CardRevoked(command.card, command.reason),)
