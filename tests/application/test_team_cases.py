"""Teams as staff run them, what their leaders may do at the door, and skills that work asks for."""

from datetime import timedelta

import pytest
from village import Village, named

from ledger.activities.events import Session
from ledger.application.activities import (
    DRAFT_ACTIVITY,
    OPEN_ACTIVITY,
    PUBLISH_ACTIVITY,
    SIGN_UP,
    DraftActivity,
    OpenActivity,
    PublishActivity,
    SignUp,
)
from ledger.application.check_ins import SCAN_MEMBER, ScanMember
from ledger.application.skills import RECORD_SKILL, WITHDRAW_SKILL, RecordSkill, WithdrawSkill
from ledger.application.tasks import CLAIM_TASK, POST_TASK, ClaimTask, PostTask
from ledger.application.teams import (
    ADD_TO_TEAM,
    APPOINT_TEAM_LEADER,
    DISBAND_TEAM,
    END_TEAM_LEADER,
    FORM_TEAM,
    REMOVE_FROM_TEAM,
    AddToTeam,
    AppointTeamLeader,
    DisbandTeam,
    EndTeamLeader,
    FormTeam,
    RemoveFromTeam,
)
from ledger.kernel.clock import business_day
from ledger.kernel.ids import ActivityId, MemberId, SessionId, TaskId, TeamId
from ledger.membership.member import MEMBER
from ledger.membership.member_state import MemberState
from ledger.membership.team import TEAM, Team

PATROL = TeamId(named("patrol"))
WALK = ActivityId(named("walk"))


@pytest.fixture
def village() -> Village:
    return Village()


def patrol(village: Village) -> None:
    """A team of ann and ben, led by ben, who has the role of a leader, too."""
    village.run(FORM_TEAM, FormTeam(PATROL, village.community, "patrol"), village.clerk)
    for member in (village.ann, village.ben):
        village.run(ADD_TO_TEAM, AddToTeam(PATROL, member), village.clerk)
    term = AppointTeamLeader(PATROL, village.ben, business_day(village.now))
    village.run(APPOINT_TEAM_LEADER, term, village.clerk)
    village.grant(village.ben, "team_leader", village.community)


def walk(village: Village, *, team: TeamId | None = PATROL, skill: str | None = None) -> SessionId:
    """An activity with its door open, led by the clerk."""
    session = Session(SessionId(named("walk session")), village.now, village.now + timedelta(hours=2))
    draft = DraftActivity(WALK, village.community, village.clerk, (session,), (), skill=skill, team=team)
    village.run(DRAFT_ACTIVITY, draft, village.clerk)
    village.run(PUBLISH_ACTIVITY, PublishActivity(WALK), village.clerk)
    village.run(OPEN_ACTIVITY, OpenActivity(WALK), village.clerk)
    return session.session


def scan(village: Village, member: MemberId) -> ScanMember:
    return ScanMember(WALK, member, village.now, "staff", "in")


def team(village: Village) -> Team:
    return village.ledger.load(TEAM, PATROL).state


def member(village: Village, who: MemberId) -> MemberState:
    return village.ledger.load(MEMBER, who).state


def test_both_sides_know_who_is_in_the_team(village: Village) -> None:
    patrol(village)

    village.run(REMOVE_FROM_TEAM, RemoveFromTeam(PATROL, village.ann), village.clerk)

    assert team(village).members == {village.ben}
    assert (member(village, village.ann).abilities.teams, member(village, village.ben).abilities.teams) == (
        (),
        (PATROL,),
    )


def test_anybody_may_leave_a_team_by_themselves(village: Village) -> None:
    patrol(village)

    outcome = village.run(REMOVE_FROM_TEAM, RemoveFromTeam(PATROL), village.ann)

    assert (outcome.code, team(village).members) == ("team-left", {village.ben})
    assert village.refusal(REMOVE_FROM_TEAM, RemoveFromTeam(PATROL, village.ben), village.ann).code == "not-permitted"


def test_a_disbanded_team_has_let_everybody_go(village: Village) -> None:
    patrol(village)

    outcome = village.run(DISBAND_TEAM, DisbandTeam(PATROL, "no-longer-needed"), village.clerk)

    assert (outcome.figures, team(village).members) == ({"members": 2}, frozenset())
    assert member(village, village.ben).abilities.teams == ()
    late = village.refusal(ADD_TO_TEAM, AddToTeam(PATROL, village.cai), village.clerk)
    assert late.code == "team-disbanded"


def test_a_leader_scans_the_teams_own_people_at_the_teams_activity(village: Village) -> None:
    patrol(village)
    walk(village)

    outcome = village.run(SCAN_MEMBER, scan(village, village.ann), village.ben)

    assert outcome.code == "checked-in"
    assert village.refusal(SCAN_MEMBER, scan(village, village.cai), village.ben).code == "not-permitted"


@pytest.mark.parametrize("missing", ["the term", "the role", "the team of the activity"])
def test_a_leader_needs_the_role_the_term_and_an_activity_of_the_team(village: Village, missing: str) -> None:
    patrol(village)
    walk(village, team=None if missing == "the team of the activity" else PATROL)
    actor = village.ben
    if missing == "the term":
        village.run(END_TEAM_LEADER, EndTeamLeader(PATROL), village.clerk)
    elif missing == "the role":
        village.run(ADD_TO_TEAM, AddToTeam(PATROL, village.cai), village.clerk)
        term = AppointTeamLeader(PATROL, village.cai, business_day(village.now))
        village.run(APPOINT_TEAM_LEADER, term, village.clerk)
        actor = village.cai

    assert village.refusal(SCAN_MEMBER, scan(village, village.ann), actor).code == "not-permitted"


def test_an_activity_names_only_a_team_of_the_place(village: Village) -> None:
    theirs = TeamId(named("theirs"))
    village.run(FORM_TEAM, FormTeam(theirs, village.next_door, "patrol"), village.eve)
    session = Session(SessionId(named("s")), village.now, village.now + timedelta(hours=2))

    for wrong in (theirs, TeamId(named("none"))):
        draft = DraftActivity(WALK, village.community, village.clerk, (session,), (), team=wrong)
        assert village.refusal(DRAFT_ACTIVITY, draft, village.clerk).code == "unknown-id"


def test_each_step_needs_staff_of_the_place(village: Village) -> None:
    patrol(village)
    form = FormTeam(TeamId(named("another")), village.community, "patrol")
    term = AppointTeamLeader(PATROL, village.ann, business_day(village.now))

    for use_case, request in (
        (FORM_TEAM, form),
        (ADD_TO_TEAM, AddToTeam(PATROL, village.cai)),
        (APPOINT_TEAM_LEADER, term),
        (END_TEAM_LEADER, EndTeamLeader(PATROL)),
        (DISBAND_TEAM, DisbandTeam(PATROL, "x")),
    ):
        assert village.refusal(use_case, request, village.approver).code == "not-permitted"
        assert village.refusal(use_case, request, village.eve).code == "unknown-id"


def test_a_sign_up_asks_for_the_skill_that_the_activity_asks_for(village: Village) -> None:
    session = walk(village, team=None, skill="first-aid")
    asked = SignUp(WALK, session)

    refused = village.refusal(SIGN_UP, asked, village.ann)
    village.run(RECORD_SKILL, RecordSkill(village.ann, "first-aid", "certificate"), village.clerk)

    assert (refused.code, refused.facts()) == ("skill-missing", {"skill": "first-aid"})
    assert village.run(SIGN_UP, asked, village.ann).code == "signed-up"


def test_a_claim_asks_for_the_skill_that_the_task_asks_for(village: Village) -> None:
    task, today = TaskId(named("task")), business_day(village.now)
    until = village.now + timedelta(days=3)
    post = PostTask(task, village.community, 2, 60, until, (), skill="driving")
    village.run(POST_TASK, post, village.clerk)
    village.run(RECORD_SKILL, RecordSkill(village.ann, "driving", "licence", today), village.clerk)
    village.run(RECORD_SKILL, RecordSkill(village.ben, "driving", "licence"), village.clerk)
    village.run(WITHDRAW_SKILL, WithdrawSkill(village.ben, "driving", "licence-lost"), village.clerk)

    assert village.run(CLAIM_TASK, ClaimTask(task), village.ann).code == "task-claimed"
    assert village.refusal(CLAIM_TASK, ClaimTask(task), village.ben).code == "skill-missing"


def test_skills_are_recorded_by_staff_where_the_member_lives_and_never_by_oneself(village: Village) -> None:
    own = RecordSkill(village.clerk, "driving", "licence")
    anns, theirs = RecordSkill(village.ann, "driving", "licence"), RecordSkill(village.dan, "driving", "licence")

    refused = [
        village.refusal(RECORD_SKILL, own, village.clerk),
        village.refusal(RECORD_SKILL, anns, village.approver),
        village.refusal(RECORD_SKILL, theirs, village.clerk),
        village.refusal(WITHDRAW_SKILL, WithdrawSkill(village.ann, "driving", "x"), village.clerk),
    ]

    assert [one.code for one in refused] == ["own-skill", "not-permitted", "unknown-id", "unknown-skill"]
