"""Whose account somebody names who wants to sign in: a member number, a telephone number, or the code on a card."""

from api.deployment import Deployment
from ledger.kernel.ids import MemberId
from projections import people
from qr import tokens
from qr.links import token_in
from qr.refusals import NotOurCode
from qr.tokens import MemberCard


def member_named(deployment: Deployment, name: str) -> MemberId | None:
    """The one member that `name`, as it was typed or scanned, leads to; None for nobody, and where it could be several.

    A revoked card leads to nobody. The figures must be new.
    """
    try:
        token = tokens.read(token_in(name), deployment.tokens)
    except NotOurCode:
        return _numbered(deployment, name)
    return _of_card(deployment, token) if isinstance(token, MemberCard) else None


def _numbered(deployment: Deployment, name: str) -> MemberId | None:
    """Both are looked up always, so that the time tells nothing. A family's telephone names nobody of it."""
    numbers = deployment.directory.find("member_number", name)
    phones = deployment.directory.find("phone", name)
    found = numbers or phones
    return MemberId(found[0]) if len(found) == 1 else None


def _of_card(deployment: Deployment, token: MemberCard) -> MemberId | None:
    member = deployment.directory.member_of_card(token.card)
    if member is None:
        return None
    with deployment.views() as connection:
        good = {row.card for row in people.cards_of(connection, [member])}
    return member if token.card in good else None
