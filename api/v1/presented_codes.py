"""Whose card or live code somebody holds in front of a scanner."""

from typing import Literal, NamedTuple

from api.deployment import Deployment
from ledger.kernel.ids import CardId, MemberId
from qr.refusals import NotOurCode
from qr.tokens import LiveMemberCode, MemberCard, Token


class Presented(NamedTuple):
    """Whose code it was. card: None for a live code."""

    member: MemberId
    basis: Literal["card", "live_code"]
    card: CardId | None


def presented(deployment: Deployment, token: Token) -> Presented:
    """Refuses with NotOurCode what is neither a card nor a live code, or leads to nobody any more.

    Whether a card is still good is decided under the ledger's lock.
    """
    match token:
        case MemberCard():
            card = CardId(token.card)
            member = deployment.directory.member_of_card(card)
            found = member and Presented(member, "card", card)
        case LiveMemberCode():
            member = deployment.sessions.member_of_device(token.device, deployment.clock.now())
            found = member and Presented(member, "live_code", None)
        case _:
            found = None
    if found is None:
        raise NotOurCode
    return found
