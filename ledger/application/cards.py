"""Use cases about a member's printed cards: hand one over, refuse one for ever."""

from collections.abc import Iterable
from typing import Final

from ledger.application.authority import (
    Permission,
    require_over_member,
)
from ledger.application.work import Outcome, Stream, UseCase, Work
from ledger.kernel.decider import Request
from ledger.kernel.ids import CardId, MemberId
from ledger.membership.member import MEMBER, Issue, Revoke


class IssueCard(Request, frozen=True):
    """Hand a printed card to the member; cards issued before stay good until revoked."""

    member: MemberId
    card: CardId


class RevokeCard(Request, frozen=True):
    """Refuse the card everywhere. Staff may, and the member whose card it is. reason: a code such as `lost`."""

    member: MemberId
    card: CardId
    reason: str


def _issue_card(work: Work, request: IssueCard) -> Outcome:
    require_over_member(work, Permission.ISSUE_CARDS, request.member)
    work.act(MEMBER, request.member, Issue(request.card))
    return Outcome("card-issued", ids={"member": request.member, "card": request.card})


def _revoke_card(work: Work, request: RevokeCard) -> Outcome:
    if request.member != work.actor:
        require_over_member(work, Permission.ISSUE_CARDS, request.member)
    work.act(MEMBER, request.member, Revoke(request.card, request.reason))
    return Outcome("card-revoked", ids={"member": request.member, "card": request.card})


def _reads_both(request: IssueCard | RevokeCard, actor: MemberId) -> Iterable[Stream]:
    return (Stream(MEMBER, actor), Stream(MEMBER, request.member))


ISSUE_CARD: Final = UseCase[IssueCard]("members.issue_card", _issue_card, _reads_both)
REVOKE_CARD: Final = UseCase[RevokeCard]("members.revoke_card", _revoke_card, _reads_both)
