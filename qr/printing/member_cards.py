"""Sheets of member cards: ten of bank-card size (85.6 × 54 mm) on an A4 page, with marks to cut along."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import asdict

from qr.printing.typesetting import typeset
from qr.rendering import svg

CARDS_PER_PAGE: Final = 10
CARDS_MAX: Final = 500
"""Fifty sheets in one file, a few seconds of work; a larger batch is printed in parts."""
SENTENCES: Final = {
    "number": "卡号",
    "use": "换东西时还要输密码。丢了请马上告诉社区。",
    "return": "捡到请交回",
    "english": "If found, please return it. If lost, tell the community at once.",
}


class CardText(Struct, frozen=True, forbid_unknown_fields=True):
    """What one card says. `name` is printed as given: masked or not is the caller's choice.

    number: the card's number as people read it out. link: the printed link of the member card's token.
    return_to: where a found card belongs, the community's name, address or telephone.
    """

    programme: str
    name: str
    number: str
    link: str
    return_to: str


def member_cards_pdf(cards: Sequence[CardText]) -> bytes:
    """A4 pages of ten cards in the order given, row by row. Texts too long for a card are set smaller, then cut.

    Raises ValueError for no cards or more than 500, and PrintExtraMissing without the extra `print`.
    """
    if not 1 <= len(cards) <= CARDS_MAX:
        raise ValueError(f"1 to {CARDS_MAX} cards can be printed at once, not {len(cards)}")
    data = [{**asdict(card), "code": svg(card.link)} for card in cards]
    return typeset("member_cards.typ", {"cards": data, "sentences": SENTENCES})
