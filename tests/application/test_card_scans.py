"""Somebody who shows their card is seen, and a card that was taken back shows nothing."""

from village import Village, named

from ledger.application.check_ins import ScanMember
from ledger.application.members import ISSUE_CARD, REVOKE_CARD, IssueCard, RevokeCard
from ledger.application.scans import SCAN_CARD, ScanCard
from ledger.kernel.ids import CardId

CARD = CardId(named("card of ann"))


def card_of_ann(village: Village) -> ScanCard:
    """Ann's card, seen at the door of an activity that is open."""
    village.run(ISSUE_CARD, IssueCard(village.ann, CARD), village.clerk)
    activity = village.open_activity([])
    return ScanCard(ScanMember(activity, village.ann, village.now, "card", "in"), CARD)


def test_who_shows_their_card_has_come() -> None:
    village = Village()
    seen = card_of_ann(village)

    assert village.run(SCAN_CARD, seen, village.clerk).code == "checked-in"


def test_a_card_that_was_taken_back_shows_nothing() -> None:
    village = Village()
    seen = card_of_ann(village)
    village.run(REVOKE_CARD, RevokeCard(village.ann, CARD, "lost"), village.clerk)

    assert village.refusal(SCAN_CARD, seen, village.clerk).code == "card-revoked"
