"""One row of an imported list: all of it or nothing of it, once, and its balance only proposed."""

import pytest
from village import Village, named

from ledger.accounts.account import account_id
from ledger.accounts.adjustment import ADJUSTMENT, opening_id
from ledger.application.adjustments import APPROVE_ADJUSTMENT, ApproveAdjustment
from ledger.application.imports import IMPORT_MEMBER, ImportMember, Opening, Signed
from ledger.kernel.ids import HouseholdId, MemberId, OrganisationId
from ledger.kernel.units import Unit
from ledger.membership.household import HOUSEHOLD, HOUSEHOLD_MEMBERS_MAX
from ledger.membership.member import MEMBER
from ledger.membership.member_state import Consent, MemberState

NEW, HOME = MemberId(named("new")), HouseholdId(named("their home"))
POINTS = (Opening(Unit.POINTS, 40),)


@pytest.fixture
def village() -> Village:
    return Village()


def state(village: Village, member: MemberId = NEW) -> MemberState:
    return village.ledger.load(MEMBER, member).state


def test_a_row_registers_its_person_with_everything_it_says(village: Village) -> None:
    row = ImportMember(NEW, village.community, HOME, "old-register", Signed("boards", "1"), POINTS)

    outcome = village.run(IMPORT_MEMBER, row, village.clerk)

    found = state(village)
    assert (outcome.code, outcome.figures) == ("member-imported", {"openings": 1})
    assert (found.home, found.status, found.household) == (village.community, "active", HOME)
    assert found.consents == (Consent("boards", "1"),)
    assert village.ledger.load(HOUSEHOLD, HOME).state.members == {NEW}


def test_its_balance_is_proposed_by_who_imports_and_moves_nothing(village: Village) -> None:
    village.run(IMPORT_MEMBER, ImportMember(NEW, village.community, openings=POINTS), village.clerk)
    opening = opening_id(account_id(NEW, Unit.POINTS))

    own = village.refusal(APPROVE_ADJUSTMENT, ApproveAdjustment(opening), village.clerk)
    agreed = village.run(APPROVE_ADJUSTMENT, ApproveAdjustment(opening), village.approver)

    proposal = village.ledger.load(ADJUSTMENT, opening).state.proposal
    assert proposal is not None
    assert (proposal.proposed_by, proposal.amount, proposal.kind) == (village.clerk, 40, "opening_balance")
    assert (own.code, agreed.code) == ("not-permitted", "adjustment-on-notice")
    assert village.account(NEW).posted == 0


def test_the_same_row_again_changes_nothing_whoever_imports_it(village: Village) -> None:
    row = ImportMember(NEW, village.community, HOME, openings=POINTS)
    village.run(IMPORT_MEMBER, row, village.clerk)
    log = [*village.ledger.log]

    outcome = village.run(IMPORT_MEMBER, row, village.second_clerk)

    assert (outcome.code, village.ledger.log) == ("member-known-already", log)


def test_rows_of_one_household_live_together(village: Village) -> None:
    other = MemberId(named("other"))
    for member in (NEW, other):
        village.run(IMPORT_MEMBER, ImportMember(member, village.community, HOME), village.clerk)

    assert village.ledger.load(HOUSEHOLD, HOME).state.members == {NEW, other}


def test_people_whom_nobody_vouches_for_are_to_be_verified_later(village: Village) -> None:
    village.run(IMPORT_MEMBER, ImportMember(NEW, village.community), village.clerk)

    assert (state(village).status, state(village).household) == ("registered", None)


def test_nobody_imports_into_their_own_household(village: Village) -> None:
    village.grant(village.cai, "staff", village.community)
    own = state(village, village.cai).household
    assert own is not None

    refused = village.refusal(IMPORT_MEMBER, ImportMember(NEW, village.community, own), village.cai)

    assert (refused.code, state(village).home) == ("own-household-change", None)


def test_a_row_that_does_not_fit_leaves_nothing(village: Village) -> None:
    for number in range(HOUSEHOLD_MEMBERS_MAX):
        member = MemberId(named(f"member {number}"))
        village.run(IMPORT_MEMBER, ImportMember(member, village.community, HOME), village.clerk)

    refused = village.refusal(IMPORT_MEMBER, ImportMember(NEW, village.community, HOME, openings=POINTS), village.clerk)

    assert (refused.code, state(village).home) == ("household-full", None)


def test_each_part_of_a_row_needs_its_right_where_the_person_will_live(village: Village) -> None:
    bare = ImportMember(NEW, village.community)
    only_administrator = village.person("only administrator")
    village.run(IMPORT_MEMBER, ImportMember(only_administrator, village.community, None, "seen"), village.clerk)
    village.grant(only_administrator, "administrator", village.community)

    for request, actor, code in (
        (bare, village.approver, "not-permitted"),
        (bare, village.eve, "unknown-id"),
        (ImportMember(NEW, OrganisationId(named("nowhere"))), village.clerk, "unknown-id"),
        (ImportMember(NEW, village.community, consent=Signed("boards", "0")), village.clerk, "unknown-consent-text"),
        (ImportMember(NEW, village.community, openings=POINTS), only_administrator, "not-permitted"),
        (ImportMember(NEW, village.community, None, "seen"), only_administrator, "not-permitted"),
    ):
        assert village.refusal(IMPORT_MEMBER, request, actor).code == code
    assert village.run(IMPORT_MEMBER, bare, only_administrator).code == "member-imported"
