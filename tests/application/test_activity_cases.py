"""Stories of an activity from the plan to the closed door, and of its places."""

from uuid import uuid4

import pytest
from two_communities import ENDS, NOBODY, STARTS, Class, Neighbourhood

from ledger.activities.activity import ACTIVITY
from ledger.activities.activity_state import ActivityState
from ledger.activities.events import Session
from ledger.application.activities import (
    CANCEL_ACTIVITY,
    CLOSE_ACTIVITY,
    DRAFT_ACTIVITY,
    OPEN_ACTIVITY,
    PUBLISH_ACTIVITY,
    SIGN_UP,
    WITHDRAW_SIGN_UP,
    CancelActivity,
    CloseActivity,
    DraftActivity,
    OpenActivity,
    PublishActivity,
    SignUp,
    WithdrawSignUp,
)
from ledger.application.members import END_ROLE, SUSPEND_MEMBER, EndRole, SuspendMember
from ledger.kernel.ids import ActivityId, MemberId, OrganisationId, RoleId, RuleId, SessionId
from ledger.membership.member import MEMBER


def state(town: Neighbourhood, activity: ActivityId) -> ActivityState:
    return town.ledger.load(ACTIVITY, activity).state


def plan(organisation: OrganisationId, leader: MemberId, *rules: RuleId) -> DraftActivity:
    return DraftActivity(
        activity=ActivityId(uuid4()),
        organisation=organisation,
        leader=leader,
        sessions=(Session(SessionId(uuid4()), STARTS, ENDS),),
        rules=rules,
    )


def test_staff_plan_and_the_leader_opens_and_closes_the_door() -> None:
    town = Neighbourhood()
    leader = town.with_role("team_leader")
    request = plan(town.old_town, leader)
    activity = request.activity

    outcomes = [
        town.run(DRAFT_ACTIVITY, request, by=town.clerk),
        town.run(PUBLISH_ACTIVITY, PublishActivity(activity), by=town.clerk),
        town.run(OPEN_ACTIVITY, OpenActivity(activity), by=leader),
        town.run(CLOSE_ACTIVITY, CloseActivity(activity), by=leader),
    ]

    assert [outcome.code for outcome in outcomes] == [
        "activity-drafted",
        "activity-published",
        "activity-opened",
        "activity-closed",
    ]
    assert all(outcome.ids == {"activity": activity} for outcome in outcomes)
    assert (state(town, activity).stage, state(town, activity).leader) == ("closed", leader)


def test_an_activity_whose_door_was_never_open_is_called_off() -> None:
    town = Neighbourhood()
    shown, opened = Class(town), Class(town).opened()

    outcome = town.run(CANCEL_ACTIVITY, CancelActivity(shown.id, "weather"), by=shown.leader)

    assert (outcome.code, outcome.ids) == ("activity-cancelled", {"activity": shown.id})
    refusal = town.refusal(CANCEL_ACTIVITY, CancelActivity(opened.id, "weather"), by=opened.leader)
    assert (refusal.code, refusal.facts()) == ("activity-under-way", {"stage": "open"})


def test_a_team_leader_runs_their_own_activities_and_no_others() -> None:
    town = Neighbourhood()
    mine, theirs = Class(town), Class(town)

    assert town.run(DRAFT_ACTIVITY, plan(town.old_town, mine.leader), by=mine.leader).code == "activity-drafted"
    assert town.code(DRAFT_ACTIVITY, plan(town.old_town, theirs.leader), by=mine.leader) == "not-permitted"
    assert town.code(OPEN_ACTIVITY, OpenActivity(theirs.id), by=mine.leader) == "not-permitted"
    assert town.run(OPEN_ACTIVITY, OpenActivity(theirs.id), by=town.clerk).code == "activity-opened"


def test_a_leader_whose_role_ended_no_longer_runs_the_activity() -> None:
    town = Neighbourhood()
    meeting = Class(town)
    (role,) = town.ledger.load(MEMBER, meeting.leader).state.roles
    town.run(END_ROLE, EndRole(meeting.leader, RoleId(role.role_id)), by=town.chief)

    assert town.code(OPEN_ACTIVITY, OpenActivity(meeting.id), by=meeting.leader) == "not-permitted"


def test_activities_are_planned_and_run_in_scope() -> None:
    town = Neighbourhood()
    meeting, next_door = Class(town), town.with_role("staff", town.new_town)

    assert town.code(DRAFT_ACTIVITY, plan(town.old_town, next_door), by=next_door) == "unknown-id"
    assert town.refusal(OPEN_ACTIVITY, OpenActivity(meeting.id), by=next_door).facts() == {"id": meeting.id}
    assert town.code(OPEN_ACTIVITY, OpenActivity(meeting.id), by=town.member()) == "not-permitted"
    assert town.code(OPEN_ACTIVITY, OpenActivity(ActivityId(uuid4())), by=town.clerk) == "unknown-id"


def test_the_leader_is_a_known_member_in_good_standing() -> None:
    town = Neighbourhood()
    suspended = town.member()
    town.run(SUSPEND_MEMBER, SuspendMember(suspended, "fraud"), by=town.clerk)

    assert town.refusal(DRAFT_ACTIVITY, plan(town.old_town, NOBODY), by=town.clerk).facts() == {"id": NOBODY}
    assert town.code(DRAFT_ACTIVITY, plan(town.old_town, suspended), by=town.clerk) == "member-suspended"


def test_an_activity_names_only_rules_of_its_organisation_or_one_above() -> None:
    town = Neighbourhood()
    rule, leader, nothing = town.rule(town.old_town), town.with_role("team_leader"), RuleId(uuid4())
    request = plan(town.old_town, leader, rule)

    town.run(DRAFT_ACTIVITY, request, by=town.clerk)

    assert state(town, request.activity).rules == (rule,)
    for other in (nothing, town.rule(town.new_town)):
        refusal = town.refusal(DRAFT_ACTIVITY, plan(town.old_town, leader, rule, other), by=town.clerk)
        assert (refusal.code, refusal.facts()) == ("unknown-id", {"id": other})


def test_a_resident_signs_up_and_gives_the_place_back() -> None:
    town = Neighbourhood()
    meeting, anna = Class(town), town.member()

    first = town.run(SIGN_UP, SignUp(meeting.id, meeting.session), by=anna)
    again = town.run(SIGN_UP, SignUp(meeting.id, meeting.session), by=anna)
    places = state(town, meeting.id).signed_up(meeting.session)
    back = town.run(WITHDRAW_SIGN_UP, WithdrawSignUp(meeting.id, meeting.session), by=anna)

    assert [first.code, again.code, back.code] == ["signed-up", "already-signed-up", "sign-up-withdrawn"]
    assert first.ids == back.ids == {"activity": meeting.id, "session": meeting.session, "member": anna}
    assert places == {anna}
    assert state(town, meeting.id).signed_up(meeting.session) == frozenset()
    assert town.code(WITHDRAW_SIGN_UP, WithdrawSignUp(meeting.id, meeting.session), by=anna) == "not-signed-up"


def test_who_finds_a_session_full_waits_and_gets_the_first_place_that_is_given_back() -> None:
    town = Neighbourhood()
    meeting = Class(town, capacity=1)
    anna, bo, chen = town.member(), town.member(), town.member()
    up, down = SignUp(meeting.id, meeting.session), WithdrawSignUp(meeting.id, meeting.session)
    town.run(SIGN_UP, up, by=anna)

    waits = [town.run(SIGN_UP, up, by=member) for member in (bo, chen, bo)]
    left = town.run(WITHDRAW_SIGN_UP, down, by=anna)
    moved_up = town.run(SIGN_UP, up, by=chen)
    gone = town.run(WITHDRAW_SIGN_UP, down, by=chen)

    told = [(one.code, one.figures) for one in (*waits, left, moved_up, gone)]
    assert told == [
        ("put-on-waiting-list", {"position": 1}),
        ("put-on-waiting-list", {"position": 2}),
        ("already-waiting", {"position": 1}),
        ("sign-up-withdrawn", {"promoted": 1}),
        ("already-waiting", {"position": 1}),
        ("waiting-list-left", {}),
    ]
    assert state(town, meeting.id).signed_up(meeting.session) == {bo}
    assert town.run(WITHDRAW_SIGN_UP, down, by=bo).figures == {"promoted": 0}


def test_staff_sign_a_resident_up_and_neighbours_do_not() -> None:
    town = Neighbourhood()
    meeting, anna, bo = Class(town), town.member(), town.member()
    request = SignUp(meeting.id, meeting.session, anna)

    assert town.code(SIGN_UP, request, by=bo) == "not-permitted"
    assert town.run(SIGN_UP, request, by=meeting.leader).ids["member"] == anna
    assert town.code(WITHDRAW_SIGN_UP, WithdrawSignUp(meeting.id, meeting.session, anna), by=bo) == "not-permitted"


@pytest.mark.parametrize("use_case", [SIGN_UP, WITHDRAW_SIGN_UP], ids=lambda case: case.name)
def test_places_exist_only_in_activities_that_do(use_case: object) -> None:
    town = Neighbourhood()
    nowhere, session = ActivityId(uuid4()), SessionId(uuid4())
    request = (SignUp if use_case is SIGN_UP else WithdrawSignUp)(nowhere, session)

    assert town.refusal(use_case, request, by=town.member()).facts() == {"id": nowhere}  # type: ignore[arg-type]


def test_a_suspended_member_takes_no_place() -> None:
    town = Neighbourhood()
    meeting, anna = Class(town), town.member()
    town.run(SUSPEND_MEMBER, SuspendMember(anna, "fraud"), by=town.clerk)

    assert town.code(SIGN_UP, SignUp(meeting.id, meeting.session), by=anna) == "member-suspended"
