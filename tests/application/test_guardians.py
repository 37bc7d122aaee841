"""Stories of children under fourteen, of consents to texts there are, and of cards replaced in one act."""

from uuid import uuid4

import pytest
from two_communities import MINUTE, NOBODY, STARTS, Class, Neighbourhood

from ledger.application.check_ins import ScanMember
from ledger.application.members import (
    END_GUARDIAN,
    GIVE_CONSENT,
    ISSUE_CARD,
    LOSE_CARDS,
    NAME_GUARDIAN,
    REPLACE_CARD,
    REVOKE_CARD,
    VERIFY_MEMBER,
    WITHDRAW_CONSENT,
    EndGuardian,
    GiveConsent,
    IssueCard,
    LoseCards,
    NameGuardian,
    ReplaceCard,
    RevokeCard,
    VerifyMember,
    WithdrawConsent,
)
from ledger.application.scans import SCAN_CARD, ScanCard
from ledger.kernel.ids import CardId, MemberId
from ledger.membership.consent_texts import BY_VERSION, TEXTS
from ledger.membership.member import MEMBER
from ledger.membership.member_state import MemberState


def state(town: Neighbourhood, member: MemberId) -> MemberState:
    return town.ledger.load(MEMBER, member).state


def guarded(town: Neighbourhood) -> tuple[MemberId, MemberId]:
    """A child and its guardian."""
    child, mother = town.newcomer(), town.member()
    town.run(NAME_GUARDIAN, NameGuardian(child, mother, "household-register"), by=town.clerk)
    return child, mother


def test_a_child_is_verified_once_a_guardian_is_on_record() -> None:
    town = Neighbourhood()
    child, mother = town.newcomer(), town.member()
    verify = VerifyMember(child, "household-register", is_child=True)

    assert town.code(VERIFY_MEMBER, verify, by=town.clerk) == "guardian-needed"
    town.run(NAME_GUARDIAN, NameGuardian(child, mother, "household-register"), by=town.clerk)
    town.run(VERIFY_MEMBER, verify, by=town.clerk)

    assert (state(town, child).guardian, state(town, child).status) == (mother, "active")


def test_a_guardian_consents_for_the_child_and_the_child_once_it_is_of_age() -> None:
    town = Neighbourhood()
    child, mother = guarded(town)

    assert town.code(GIVE_CONSENT, GiveConsent("boards", "1"), by=child) == "guardian-decides"
    assert town.code(WITHDRAW_CONSENT, WithdrawConsent("boards"), by=child) == "guardian-decides"
    assert town.run(GIVE_CONSENT, GiveConsent("boards", "1", child), by=mother).code == "consent-given"
    assert town.run(WITHDRAW_CONSENT, WithdrawConsent("boards", child), by=mother).code == "consent-withdrawn"
    assert town.run(GIVE_CONSENT, GiveConsent("boards", "1", child), by=town.clerk).code == "consent-given"
    assert town.run(WITHDRAW_CONSENT, WithdrawConsent("boards", is_of_age=True), by=child).code == "consent-withdrawn"
    assert town.code(GIVE_CONSENT, GiveConsent("boards", "1", child, True), by=mother) == "not-permitted"
    assert town.code(GIVE_CONSENT, GiveConsent("boards", "1", child), by=town.member()) == "not-permitted"


def test_one_guardian_at_a_time_who_is_somebody_else_and_grown() -> None:
    town = Neighbourhood()
    child, mother = guarded(town)
    other, basis = town.newcomer(), "household-register"
    colleague = town.with_role("staff")

    def code(member: MemberId, guardian: MemberId, by: MemberId) -> str:
        return town.code(NAME_GUARDIAN, NameGuardian(member, guardian, basis), by=by)

    assert code(child, town.member(), town.clerk) == "guardian-already-named"
    assert code(mother, mother, town.clerk) == "guardian-unfit"
    assert code(other, colleague, colleague) == "own-guardianship"
    assert code(other, town.newcomer(), town.clerk) == "member-not-verified"
    assert code(other, NOBODY, town.clerk) == "unknown-id"
    town.run(VERIFY_MEMBER, VerifyMember(child, basis, is_child=True), by=town.clerk)
    assert code(other, child, town.clerk) == "guardian-unfit"


def test_a_guardian_ends_by_somebody_elses_word() -> None:
    town = Neighbourhood()
    child, mother = guarded(town)
    town.grant(mother, "staff", town.old_town)

    assert town.code(END_GUARDIAN, EndGuardian(child, "moved-away"), by=mother) == "own-guardianship"
    town.run(END_GUARDIAN, EndGuardian(child, "moved-away"), by=town.clerk)

    assert state(town, child).guardian is None
    assert town.code(END_GUARDIAN, EndGuardian(child, "moved-away"), by=town.clerk) == "no-guardian"


def test_a_consent_names_a_text_there_is() -> None:
    town = Neighbourhood()

    unknown = town.refusal(GIVE_CONSENT, GiveConsent("boards", "1999"), by=town.member())

    assert (unknown.code, unknown.facts()) == ("unknown-consent-text", {"purpose": "boards", "text_version": "1999"})
    assert town.code(GIVE_CONSENT, GiveConsent("telepathy", "1"), by=town.member()) == "unknown-consent-text"
    assert len(BY_VERSION) == len(TEXTS), "a text that somebody agreed to is never changed"
    assert all(text.zh and text.en for text in TEXTS)


def test_a_card_is_replaced_in_one_act_and_the_old_one_refused_everywhere() -> None:
    # given two cards of one person
    town = Neighbourhood()
    anna, meeting = town.member(), Class(town)
    old, older, new = (CardId(uuid4()) for _ in range(3))
    for card in (old, older):
        town.run(ISSUE_CARD, IssueCard(anna, card), by=town.clerk)

    # when they are replaced
    outcome = town.run(REPLACE_CARD, ReplaceCard(anna, new, "lost"), by=town.clerk)

    # then only the new one is good, and whoever scans an old one learns that there is a new one
    assert (outcome.code, outcome.figures) == ("card-replaced", {"cards_revoked": 2})
    assert (state(town, anna).cards, state(town, anna).revoked_cards) == ({new}, {old, older})
    meeting.opened()
    scan = ScanMember(meeting.id, anna, STARTS - MINUTE, "card", "in")
    at = STARTS - MINUTE
    assert town.code(SCAN_CARD, ScanCard(scan, old), by=town.clerk, at=at) == "card-replaced"
    assert town.code(SCAN_CARD, ScanCard(scan, CardId(uuid4())), by=town.clerk, at=at) == "card-revoked"
    town.run(REVOKE_CARD, RevokeCard(anna, new, "lost"), by=anna)
    assert town.code(SCAN_CARD, ScanCard(scan, old), by=town.clerk, at=at) == "card-revoked"
    assert town.code(REPLACE_CARD, ReplaceCard(anna, old, "lost"), by=town.clerk) == "card-already-revoked"


@pytest.mark.parametrize("by_staff", [False, True])
def test_lost_cards_are_refused_though_nobody_knows_their_numbers(by_staff: bool) -> None:
    town = Neighbourhood()
    anna = town.member()
    town.run(ISSUE_CARD, IssueCard(anna, CardId(uuid4())), by=town.clerk)
    request, by = (LoseCards("lost", anna), town.clerk) if by_staff else (LoseCards("lost"), anna)

    first, again = town.run(LOSE_CARDS, request, by=by), town.run(LOSE_CARDS, request, by=by)

    assert (first.code, first.figures, again.code) == ("cards-revoked", {"cards_revoked": 1}, "no-card-to-revoke")
    assert town.code(LOSE_CARDS, LoseCards("lost", anna), by=town.member()) == "not-permitted"
