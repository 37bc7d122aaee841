"""Stories of members at the staff's desk: registering, verifying, consents, cards, roles, the first administrator."""

from datetime import timedelta
from uuid import uuid4

import pytest
from two_communities import NOBODY, TODAY, Neighbourhood

from ledger.application.authority import Permission, current_roles
from ledger.application.members import (
    END_ROLE,
    FOUND_ADMINISTRATOR,
    GIVE_CONSENT,
    GRANT_ROLE,
    ISSUE_CARD,
    REGISTER_MEMBER,
    REINSTATE_MEMBER,
    REVOKE_CARD,
    SUSPEND_MEMBER,
    VERIFY_MEMBER,
    WITHDRAW_CONSENT,
    EndRole,
    FoundAdministrator,
    GiveConsent,
    GrantRole,
    IssueCard,
    RegisterMember,
    ReinstateMember,
    RevokeCard,
    SuspendMember,
    VerifyMember,
    WithdrawConsent,
)
from ledger.kernel.ids import SYSTEM, CardId, MemberId, OrganisationId, RoleId
from ledger.membership.member import MEMBER
from ledger.membership.member_state import MemberState


def state(town: Neighbourhood, member: MemberId) -> MemberState:
    return town.ledger.load(MEMBER, member).state


def test_staff_register_and_verify_a_resident_of_their_community() -> None:
    town = Neighbourhood()
    anna = MemberId(uuid4())

    registered = town.run(REGISTER_MEMBER, RegisterMember(anna, town.old_town), by=town.clerk)
    verified = town.run(VERIFY_MEMBER, VerifyMember(anna, "identity-card"), by=town.clerk)

    assert (registered.code, registered.ids) == ("member-registered", {"member": anna, "home": town.old_town})
    assert (verified.code, verified.ids) == ("member-verified", {"member": anna})
    assert state(town, anna).status == "active"


def test_registering_twice_is_refused() -> None:
    town = Neighbourhood()
    anna = town.member()

    refusal = town.refusal(REGISTER_MEMBER, RegisterMember(anna, town.old_town), by=town.clerk)

    assert (refusal.code, refusal.facts()) == ("already-registered", {"home": town.old_town})


def test_nobody_verifies_themselves() -> None:
    town = Neighbourhood()

    assert town.code(VERIFY_MEMBER, VerifyMember(town.clerk, "known"), by=town.clerk) == "own-verification"


def test_a_suspension_is_ended_by_reinstating() -> None:
    town = Neighbourhood()
    anna = town.member()

    suspended = town.run(SUSPEND_MEMBER, SuspendMember(anna, "complaint"), by=town.clerk)
    assert state(town, anna).status == "suspended"
    reinstated = town.run(REINSTATE_MEMBER, ReinstateMember(anna), by=town.clerk)

    assert (suspended.code, reinstated.code) == ("member-suspended", "member-reinstated")
    assert suspended.ids == reinstated.ids == {"member": anna}
    assert state(town, anna).status == "active"


def test_a_suspended_clerk_does_not_reinstate_themselves() -> None:
    town = Neighbourhood()
    town.run(SUSPEND_MEMBER, SuspendMember(town.clerk, "complaint"), by=town.chief)

    assert town.code(REINSTATE_MEMBER, ReinstateMember(town.clerk), by=town.clerk) == "member-suspended"


def test_a_member_gives_and_withdraws_consent_even_while_suspended() -> None:
    town = Neighbourhood()
    anna = town.member()
    town.run(SUSPEND_MEMBER, SuspendMember(anna, "complaint"), by=town.clerk)

    given = town.run(GIVE_CONSENT, GiveConsent("boards", "2025-1"), by=anna)
    again = town.run(GIVE_CONSENT, GiveConsent("boards", "2025-1"), by=anna)
    withdrawn = town.run(WITHDRAW_CONSENT, WithdrawConsent("boards"), by=anna)

    assert [given.code, again.code, withdrawn.code] == ["consent-given", "already-consented", "consent-withdrawn"]
    assert given.ids == withdrawn.ids == {"member": anna}
    assert town.code(WITHDRAW_CONSENT, WithdrawConsent("boards"), by=anna) == "consent-not-given"


def test_staff_enter_a_consent_from_paper_and_neighbours_do_not() -> None:
    town = Neighbourhood()
    anna, bo = town.member(), town.member()

    assert town.run(GIVE_CONSENT, GiveConsent("boards", "1", anna), by=town.clerk).ids == {"member": anna}
    assert town.code(GIVE_CONSENT, GiveConsent("boards", "1", anna), by=bo) == "not-permitted"
    assert town.code(WITHDRAW_CONSENT, WithdrawConsent("boards", anna), by=bo) == "not-permitted"


def test_a_new_card_leaves_the_old_one_good_until_it_is_revoked() -> None:
    town = Neighbourhood()
    anna, old, new = town.member(), CardId(uuid4()), CardId(uuid4())

    first = town.run(ISSUE_CARD, IssueCard(anna, old), by=town.clerk)
    town.run(ISSUE_CARD, IssueCard(anna, new), by=town.clerk)
    both = state(town, anna).cards
    revoked = town.run(REVOKE_CARD, RevokeCard(anna, old, "lost"), by=town.clerk)

    assert both == {old, new}
    assert (first.code, first.ids) == ("card-issued", {"member": anna, "card": old})
    assert (revoked.code, revoked.ids) == ("card-revoked", {"member": anna, "card": old})
    assert (state(town, anna).cards, state(town, anna).revoked_cards) == ({new}, {old})


def test_a_member_revokes_their_own_lost_card_and_nobody_elses() -> None:
    town = Neighbourhood()
    anna, bo, card = town.member(), town.member(), CardId(uuid4())
    town.run(ISSUE_CARD, IssueCard(anna, card), by=town.clerk)

    assert town.code(REVOKE_CARD, RevokeCard(anna, card, "lost"), by=bo) == "not-permitted"
    assert town.run(REVOKE_CARD, RevokeCard(anna, card, "lost"), by=anna).code == "card-revoked"


STAFF_COMMANDS = [
    (VERIFY_MEMBER, lambda member: VerifyMember(member, "x"), Permission.VERIFY_MEMBERS),
    (SUSPEND_MEMBER, lambda member: SuspendMember(member, "x"), Permission.SUSPEND_MEMBERS),
    (REINSTATE_MEMBER, lambda member: ReinstateMember(member), Permission.SUSPEND_MEMBERS),
    (ISSUE_CARD, lambda member: IssueCard(member, CardId(uuid4())), Permission.ISSUE_CARDS),
    (REVOKE_CARD, lambda member: RevokeCard(member, CardId(uuid4()), "x"), Permission.ISSUE_CARDS),
    (GIVE_CONSENT, lambda member: GiveConsent("boards", "1", member), Permission.REGISTER_MEMBERS),
    (WITHDRAW_CONSENT, lambda member: WithdrawConsent("boards", member), Permission.REGISTER_MEMBERS),
]


@pytest.mark.parametrize(
    ("use_case", "request_for", "permission"), STAFF_COMMANDS, ids=lambda value: getattr(value, "name", None)
)
def test_what_staff_do_for_a_member_needs_the_permission_over_the_members_home(
    use_case: object, request_for: object, permission: Permission
) -> None:
    town = Neighbourhood()
    anna = town.member()
    next_door = town.with_role("staff", town.new_town)

    def facts(member: MemberId, by: MemberId) -> tuple[str, dict[str, object]]:
        refusal = town.refusal(use_case, request_for(member), by=by)  # type: ignore[arg-type, operator]
        return refusal.code, dict(refusal.facts())

    assert facts(anna, anna if use_case is VERIFY_MEMBER else town.member()) == (
        "not-permitted",
        {"permission": permission.value},
    )
    assert facts(anna, next_door) == ("unknown-id", {"id": anna})
    assert facts(NOBODY, town.clerk) == ("unknown-id", {"id": NOBODY})
    assert facts(NOBODY, anna) == ("not-permitted", {"permission": permission.value})


def test_an_administrator_grants_and_ends_a_role() -> None:
    town = Neighbourhood()
    anna = town.member()

    granted = town.run(GRANT_ROLE, GrantRole(anna, "approver", town.old_town, TODAY), by=town.chief)
    role = RoleId(granted.ids["role"])
    held = [(role.role, role.organisation) for role in current_roles(state(town, anna), TODAY)]
    ended = town.run(END_ROLE, EndRole(anna, role), by=town.chief)

    assert held == [("approver", town.old_town)]
    assert (granted.code, granted.ids["member"]) == ("role-granted", anna)
    assert (ended.code, ended.ids) == ("role-ended", {"member": anna, "role": role})
    assert state(town, anna).roles == ()


def test_roles_are_granted_by_administrators_within_their_scope_and_never_to_themselves() -> None:
    town = Neighbourhood()
    anna = town.member()
    local = town.with_role("administrator", town.new_town)

    def code(member: MemberId, organisation: OrganisationId, by: MemberId) -> str:
        return town.code(GRANT_ROLE, GrantRole(member, "approver", organisation, TODAY), by=by)

    assert code(anna, town.old_town, town.clerk) == "not-permitted"
    assert code(anna, town.old_town, local) == "unknown-id"
    assert code(local, town.new_town, local) == "own-role"
    assert code(town.newcomer(), town.old_town, town.chief) == "role-before-verification"
    assert code(NOBODY, town.old_town, town.chief) == "unknown-member"


def test_a_role_is_ended_by_the_administrator_of_its_organisation() -> None:
    town = Neighbourhood()
    keeper = town.member()
    role = RoleId(town.grant(keeper, "shelf_keeper", town.new_town))
    local = town.with_role("administrator", town.old_town)

    assert town.code(END_ROLE, EndRole(keeper, role), by=local) == "unknown-id"
    assert town.code(END_ROLE, EndRole(keeper, role), by=keeper) == "not-permitted"
    assert town.code(END_ROLE, EndRole(keeper, RoleId(uuid4())), by=keeper) == "not-permitted"
    assert town.code(END_ROLE, EndRole(keeper, RoleId(uuid4())), by=local) == "unknown-role"


def test_the_first_administrator_is_founded_by_the_system_and_moves_no_value() -> None:
    town = Neighbourhood()
    first = MemberId(uuid4())

    founded = town.run(FOUND_ADMINISTRATOR, FoundAdministrator(first, town.new_town), by=SYSTEM)
    again = town.run(FOUND_ADMINISTRATOR, FoundAdministrator(first, town.new_town), by=SYSTEM)

    assert (founded.code, founded.figures) == ("administrator-founded", {"roles_granted": 2})
    assert (again.code, again.figures) == ("already-administrator", {"roles_granted": 0})
    assert founded.ids == {"member": first, "organisation": town.new_town}
    assert {role.role for role in state(town, first).roles} == {"administrator", "staff"}
    assert (state(town, first).home, state(town, first).status) == (town.new_town, "active")


def test_a_resident_can_be_made_the_first_administrator() -> None:
    town = Neighbourhood()
    anna = town.newcomer()

    town.run(FOUND_ADMINISTRATOR, FoundAdministrator(anna, town.street), by=SYSTEM)

    assert state(town, anna).home == town.old_town
    assert state(town, anna).status == "active"


def test_founding_is_the_systems_and_wants_an_organisation() -> None:
    town = Neighbourhood()
    nowhere = OrganisationId(uuid4())

    assert town.code(FOUND_ADMINISTRATOR, FoundAdministrator(town.clerk, town.street), by=town.chief) == "not-permitted"
    assert town.refusal(FOUND_ADMINISTRATOR, FoundAdministrator(town.clerk, nowhere), by=SYSTEM).facts() == {
        "id": nowhere
    }


def test_a_role_for_later_can_be_granted_now() -> None:
    town = Neighbourhood()
    anna = town.member()
    tomorrow = TODAY + timedelta(days=1)

    town.run(GRANT_ROLE, GrantRole(anna, "staff", town.old_town, tomorrow, tomorrow), by=town.chief)

    assert current_roles(state(town, anna), TODAY) == ()
    assert len(current_roles(state(town, anna), tomorrow)) == 1
