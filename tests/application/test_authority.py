"""Stories of who may do what, and where."""

from datetime import timedelta
from uuid import uuid4

import pytest
from two_communities import NOBODY, NOW, TODAY, Neighbourhood

from ledger.application.authority import (
    ALLOWED,
    MemberNotVerified,
    MemberSuspendedNow,
    NotPermitted,
    Permission,
    UnknownId,
    require,
    require_active_member,
    require_for,
    require_known_member,
    require_self_or,
    require_system,
    same_household,
)
from ledger.application.members import (
    END_ROLE,
    FORM_HOUSEHOLD,
    GRANT_ROLE,
    LEAVE_HOUSEHOLD,
    SUSPEND_MEMBER,
    EndRole,
    FormHousehold,
    GrantRole,
    LeaveHousehold,
    SuspendMember,
)
from ledger.application.work import Work
from ledger.kernel.calendar import WeekdaysOnly
from ledger.kernel.envelope import Envelope
from ledger.kernel.ids import SYSTEM, CommandId, MemberId, OrganisationId
from ledger.kernel.refusal import Refusal
from ledger.membership.events import Role

P = Permission


def work(town: Neighbourhood, actor: MemberId, days_later: int = 0) -> Work:
    envelope = Envelope(at=NOW + timedelta(days=days_later), actor=actor, command=CommandId(uuid4()))
    return Work(town.ledger, envelope, WeekdaysOnly())


@pytest.mark.parametrize(
    ("role", "permissions"),
    [
        (
            "staff",
            {
                P.ISSUE_SIGN_IN_CODES, P.REGISTER_MEMBERS, P.VERIFY_MEMBERS, P.SUSPEND_MEMBERS, P.ISSUE_CARDS,
                P.READ_MEMBERS, P.RUN_ACTIVITIES, P.SCAN_OTHERS, P.CONFIRM_VISITS, P.CORRECT_VISITS, P.ENTER_HOURS,
                P.POST_TASKS,
                P.ACCEPT_REPORTS, P.PROPOSE_AWARDS, P.DRAFT_RULES, P.LIST_REWARDS, P.RECEIVE_STOCK,
                P.APPROVE_REDEMPTIONS,
                P.PREPARE_REDEMPTIONS, P.PROPOSE_REVERSALS, P.CONFIRM_STOCK, P.DRAFT_FUNDS, P.READ_FUNDS,
                P.PROPOSE_ADJUSTMENTS,
                P.MOVE_MEMBERS, P.END_MEMBERSHIPS, P.PROPOSE_MERGES,
                P.REGISTER_DEVICES, P.REVIEW_SCANS, P.KEEP_PARTY, P.READ_REPORTS, P.PROPOSE_FREEZES,
                P.CONFIRM_SLIPS, P.CHANGE_DETAILS, P.READ_SENSITIVE, P.EXPORT_PERSONAL_FILES, P.IMPORT_MEMBERS,
                P.RUN_TEAMS, P.RECORD_SKILLS,
            },
        ),
        (
            "administrator",
            {
                P.REGISTER_ORGANISATIONS, P.CHANGE_TREE, P.KEEP_PARTY, P.GRANT_ROLES, P.ISSUE_STAFF_CODES,
                P.ERASE_MEMBERS, P.IMPORT_MEMBERS,
            },
        ),
        (
            "approver",
            {
                P.APPROVE_AWARDS, P.APPROVE_HOURS, P.PUBLISH_RULES, P.APPROVE_REDEMPTIONS, P.SUSPEND_MEMBERS,
                P.READ_MEMBERS, P.APPROVE_REWARDS, P.CONFIRM_STOCK, P.APPROVE_FUNDS, P.READ_FUNDS,
                P.APPROVE_ADJUSTMENTS, P.FREEZE_ACCOUNTS, P.READ_REPORTS, P.END_MEMBERSHIPS, P.APPROVE_MERGES,
                P.CONFIRM_SLIPS, P.READ_SENSITIVE,
            },
        ),
        ("shelf_keeper", {P.HAND_OVER, P.PREPARE_REDEMPTIONS, P.RECEIVE_STOCK}),
        ("auditor", {P.READ_FUNDS, P.READ_LOG, P.READ_AUDIT, P.EXTEND_FREEZES, P.READ_REPORTS, P.HOLD_MEMBERS}),
        (
            "team_leader",
            {P.RUN_ACTIVITIES, P.SCAN_OTHERS, P.CONFIRM_VISITS, P.ENTER_HOURS, P.ACCEPT_REPORTS, P.PROPOSE_AWARDS},
        ),
        (
            "grid_worker",
            {
                P.ISSUE_SIGN_IN_CODES, P.REGISTER_MEMBERS, P.VERIFY_MEMBERS, P.ISSUE_CARDS, P.READ_MEMBERS,
                P.SCAN_OTHERS, P.ENTER_HOURS, P.POST_TASKS, P.ACCEPT_REPORTS, P.PROPOSE_AWARDS,
                P.CONFIRM_SLIPS, P.CHANGE_DETAILS, P.READ_SENSITIVE,
            },
        ),
    ],
)  # fmt: skip
def test_each_role_has_its_permissions_and_no_other(role: Role, permissions: set[Permission]) -> None:
    town = Neighbourhood()
    actor = town.with_role(role)

    passed = {permission for permission in Permission if _passes(town, actor, permission, town.old_town)}

    assert passed == permissions


def test_every_permission_has_a_role() -> None:
    assert set(ALLOWED) == set(Permission)
    assert all(ALLOWED.values())


def test_nobody_who_may_propose_value_may_also_approve_it() -> None:
    assert ALLOWED[P.PROPOSE_AWARDS].isdisjoint(ALLOWED[P.APPROVE_AWARDS])
    assert ALLOWED[P.DRAFT_RULES].isdisjoint(ALLOWED[P.PUBLISH_RULES])


def test_a_role_reaches_its_organisation_and_everything_below() -> None:
    town = Neighbourhood()
    building = town.organisation("building", town.organisation("grid", town.old_town))
    street_clerk = town.with_role("staff", town.street)

    for organisation in (town.street, town.old_town, town.new_town, building):
        require(work(town, street_clerk), P.POST_TASKS, organisation)
    require(work(town, town.clerk), P.POST_TASKS, building)


def test_what_lies_outside_the_scope_is_answered_like_what_does_not_exist() -> None:
    town = Neighbourhood()

    for elsewhere in (town.new_town, town.street, OrganisationId(uuid4())):
        with pytest.raises(UnknownId) as refusal:
            require(work(town, town.clerk), P.POST_TASKS, elsewhere)
        assert (refusal.value.code, refusal.value.facts()) == ("unknown-id", {"id": elsewhere})
        assert not refusal.value.remembered


def test_without_a_role_that_allows_it_nothing_is_permitted_whatever_exists() -> None:
    town = Neighbourhood()

    for actor in (town.member(), town.clerk, NOBODY, SYSTEM):
        with pytest.raises(NotPermitted) as refusal:
            require(work(town, actor), P.APPROVE_AWARDS, OrganisationId(uuid4()))
        assert (refusal.value.code, refusal.value.facts()) == ("not-permitted", {"permission": "approve_awards"})
        assert not refusal.value.remembered


def test_a_suspended_member_may_not_act_in_any_role() -> None:
    town = Neighbourhood()
    town.run(SUSPEND_MEMBER, SuspendMember(town.clerk, "complaint"), by=town.chief)

    with pytest.raises(MemberSuspendedNow) as refusal:
        require(work(town, town.clerk), P.POST_TASKS, town.old_town)

    assert (refusal.value.code, refusal.value.facts()) == ("member-suspended", {"member": town.clerk})
    assert not refusal.value.remembered


def test_a_role_holds_from_its_first_day_through_its_last() -> None:
    town = Neighbourhood()
    helper = town.member()
    from_day, until_day = TODAY + timedelta(days=1), TODAY + timedelta(days=2)
    town.run(GRANT_ROLE, GrantRole(helper, "staff", town.old_town, from_day, until_day), by=town.chief)

    holds = [_passes(town, helper, P.POST_TASKS, town.old_town, days_later=day) for day in range(4)]

    assert holds == [False, True, True, False]


def test_an_ended_role_stops_at_once() -> None:
    town = Neighbourhood()
    helper = town.member()
    role = town.grant(helper, "staff", town.old_town)
    assert _passes(town, helper, P.POST_TASKS, town.old_town)

    town.run(END_ROLE, EndRole(helper, role), by=town.chief)  # pyright: ignore[reportArgumentType]

    assert not _passes(town, helper, P.POST_TASKS, town.old_town)


def test_acting_for_oneself_needs_no_role_and_for_another_one_does() -> None:
    town, thing = Neighbourhood(), uuid4()
    anna, bo = town.member(), town.member()

    for oneself in (None, anna):
        assert require_self_or(work(town, anna), oneself, P.POST_TASKS, town.old_town, thing) == anna
    assert require_self_or(work(town, town.clerk), bo, P.POST_TASKS, town.old_town, thing) == bo
    with pytest.raises(NotPermitted):
        require_self_or(work(town, anna), bo, P.POST_TASKS, town.old_town, thing)
    for member in (None, bo):
        with pytest.raises(UnknownId) as refusal:
            require_self_or(work(town, town.clerk), member, P.POST_TASKS, None, thing)
        assert refusal.value.facts() == {"id": thing}


def test_a_refusal_names_the_thing_asked_for_and_not_whose_it_is() -> None:
    town = Neighbourhood()
    thing = uuid4()

    for owner in (town.new_town, None):
        with pytest.raises(UnknownId) as refusal:
            require_for(work(town, town.clerk), P.POST_TASKS, owner, thing)
        assert refusal.value.facts() == {"id": thing}
    require_for(work(town, town.clerk), P.POST_TASKS, town.old_town, thing)


def test_only_the_system_passes_where_the_system_is_required() -> None:
    town = Neighbourhood()

    require_system(work(town, SYSTEM))
    with pytest.raises(NotPermitted):
        require_system(work(town, town.chief))


def test_standing_is_asked_of_members() -> None:
    town = Neighbourhood()
    newcomer, suspended = town.newcomer(), town.newcomer()
    town.run(SUSPEND_MEMBER, SuspendMember(suspended, "fraud"), by=town.clerk)
    here = work(town, town.clerk)

    assert require_known_member(here, newcomer).status == "registered"
    assert require_active_member(here, town.clerk).status == "active"
    with pytest.raises(MemberNotVerified) as unverified:
        require_active_member(here, newcomer)
    assert (unverified.value.code, unverified.value.facts()) == ("member-not-verified", {"member": newcomer})
    for check in (require_known_member, require_active_member):
        with pytest.raises(MemberSuspendedNow):
            check(here, suspended)
        with pytest.raises(UnknownId):
            check(here, NOBODY)


def test_people_who_live_together_today_share_a_household() -> None:
    town = Neighbourhood()
    anna, bo, chen = town.member(), town.member(), town.member()
    town.run(FORM_HOUSEHOLD, FormHousehold(town.old_town, (anna, bo)), by=town.clerk)
    town.run(LEAVE_HOUSEHOLD, LeaveHousehold(bo), by=town.clerk)

    assert same_household(work(town, town.clerk), anna, anna)
    assert same_household(work(town, town.clerk), anna, bo)
    assert not same_household(work(town, town.clerk, days_later=1), anna, bo)
    assert not same_household(work(town, town.clerk), anna, chen)
    assert not same_household(work(town, town.clerk), chen, town.clerk)


def _passes(
    town: Neighbourhood,
    actor: MemberId,
    permission: Permission,
    organisation: OrganisationId,
    days_later: int = 0,
) -> bool:
    try:
        require(work(town, actor, days_later), permission, organisation)
    except Refusal:
        return False
    return True
