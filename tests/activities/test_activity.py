"""Stories of one activity: its stages, its sessions and the places in them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest

from ledger.activities.activity import (
    ACTIVITY,
    CAPACITY_MAX,
    MARGIN_MINUTES_MAX,
    SESSION_HOURS_MAX,
    SESSIONS_MAX,
    ActivityCommand,
    Cancel,
    Close,
    Draft,
    FinishTally,
    Open,
    Publish,
    may_enter,
    require_open_door,
    require_staffed_door,
)
from ledger.activities.activity_refusals import ActivityNotOpen, PosterNotAllowed
from ledger.activities.activity_state import ActivityState
from ledger.activities.events import (
    ActivityCancelled,
    ActivityClosed,
    ActivityDrafted,
    ActivityEvent,
    ActivityOpened,
    ActivityPublished,
    ActivityTallied,
    Session,
    SignedUp,
)
from ledger.activities.places import GiveUpPlace, TakePlace
from ledger.kernel.decider import fold
from ledger.kernel.ids import MemberId, OrganisationId, RuleId, SessionId
from ledger.kernel.refusal import Refusal

COMMUNITY = OrganisationId(UUID(int=1))
CLERK = MemberId(UUID(int=2))
LEADER = MemberId(UUID(int=3))
ANNA = MemberId(UUID(int=4))
BO = MemberId(UUID(int=5))
CHEN = MemberId(UUID(int=6))
RULE = RuleId(UUID(int=7))
MORNING = SessionId(UUID(int=8))
NOWHERE = SessionId(UUID(int=9))
STARTS = datetime(2025, 10, 18, 1, tzinfo=UTC)
ENDS = STARTS + timedelta(hours=2)
BEFORE = STARTS - timedelta(days=1)
SESSION = Session(MORNING, STARTS, ENDS)

DRAFTED = (ActivityDrafted(COMMUNITY, CLERK, LEADER, (SESSION,), (RULE,), capacity=2),)
PUBLISHED = (*DRAFTED, ActivityPublished())
OPEN = (*PUBLISHED, ActivityOpened())
CLOSED = (*OPEN, ActivityClosed())
TALLIED = (*CLOSED, ActivityTallied(3))
CANCELLED = (*PUBLISHED, ActivityCancelled("weather"))
STAGES = {
    "draft": DRAFTED,
    "published": PUBLISHED,
    "open": OPEN,
    "closed": CLOSED,
    "tallied": TALLIED,
    "cancelled": CANCELLED,
}
FULL = (*PUBLISHED, SignedUp(MORNING, ANNA), SignedUp(MORNING, BO))


def draft(
    sessions: tuple[Session, ...] = (SESSION,), capacity: int | None = 2, rules: tuple[RuleId, ...] = (RULE,)
) -> Draft:
    return Draft(
        organisation=COMMUNITY,
        drafted_by=CLERK,
        leader=LEADER,
        sessions=sessions,
        rules=rules,
        capacity=capacity,
    )


def place(member: MemberId = ANNA, session: SessionId = MORNING, now: datetime = BEFORE) -> TakePlace:
    return TakePlace(session, member, now)


def code_of(given: Sequence[ActivityEvent], when: ActivityCommand) -> tuple[str, dict[str, object]]:
    with pytest.raises(Refusal) as refusal:
        ACTIVITY.decide(fold(ACTIVITY, given), when)
    return refusal.value.code, dict(refusal.value.facts())


ALLOWED_STAGES: list[tuple[ActivityCommand, dict[str, ActivityEvent], str]] = [
    (Publish(), {"draft": ActivityPublished()}, "activity-not-draft"),
    (Open(), {"published": ActivityOpened()}, "activity-not-published"),
    (Close(), {"open": ActivityClosed()}, "activity-not-open"),
    (
        Cancel("weather"),
        {"draft": ActivityCancelled("weather"), "published": ActivityCancelled("weather")},
        "activity-under-way",
    ),
    (FinishTally(4), {"closed": ActivityTallied(4), "tallied": ActivityTallied(4)}, "activity-not-closed"),
    (
        place(),
        {"published": SignedUp(MORNING, ANNA), "open": SignedUp(MORNING, ANNA)},
        "sign-up-not-possible",
    ),
]


@pytest.mark.parametrize(("when", "allowed", "code"), ALLOWED_STAGES, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("stage", STAGES)
def test_every_command_has_its_stages_and_is_refused_at_the_others(
    stage: str, when: ActivityCommand, allowed: dict[str, ActivityEvent], code: str
) -> None:
    if stage in allowed:
        assert ACTIVITY.decide(fold(ACTIVITY, STAGES[stage]), when) == (allowed[stage],)
    else:
        assert code_of(STAGES[stage], when) == (code, {"stage": stage})


def test_finishing_the_same_tally_again_changes_nothing() -> None:
    assert ACTIVITY.decide(fold(ACTIVITY, TALLIED), FinishTally(3)) == ()


@pytest.mark.parametrize("when", [entry[0] for entry in ALLOWED_STAGES] + [GiveUpPlace(MORNING, ANNA, BEFORE)])
def test_nothing_can_be_asked_of_an_unknown_activity(when: ActivityCommand) -> None:
    assert code_of((), when) == ("unknown-activity", {})


def test_a_plan_becomes_a_draft_with_instants_in_utc_and_each_rule_once() -> None:
    in_china = timezone(timedelta(hours=8))
    local = Session(MORNING, STARTS.astimezone(in_china), ENDS.astimezone(in_china))

    (event,) = ACTIVITY.decide(ACTIVITY.initial, draft((local,), rules=(RULE, RULE)))

    assert event == DRAFTED[0]
    assert isinstance(event, ActivityDrafted)
    assert event.sessions[0].starts_at.tzinfo is UTC


def test_an_activity_is_drafted_once() -> None:
    assert code_of(OPEN, draft(())) == ("activity-already-drafted", {"stage": "open"})


@pytest.mark.parametrize("count", [0, SESSIONS_MAX + 1])
def test_a_plan_without_sessions_or_with_too_many_is_refused(count: int) -> None:
    sessions = tuple(Session(SessionId(UUID(int=100 + number)), STARTS, ENDS) for number in range(count))

    assert code_of((), draft(sessions, capacity=0)) == (
        "sessions-out-of-range",
        {"asked": count, "lowest": 1, "highest": SESSIONS_MAX},
    )


def test_two_sessions_with_one_id_are_refused() -> None:
    assert code_of((), draft((SESSION, SESSION))) == ("session-named-twice", {"session": MORNING})


@pytest.mark.parametrize(
    ("starts_at", "ends_at"),
    [
        (STARTS, STARTS),
        (ENDS, STARTS),
        (STARTS, STARTS + timedelta(hours=SESSION_HOURS_MAX, seconds=1)),
        (STARTS.replace(tzinfo=None), ENDS),
        (STARTS, ENDS.replace(tzinfo=None)),
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=8))), datetime(1, 1, 1, 9, tzinfo=UTC)),
        (datetime(9999, 12, 31, 23, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, tzinfo=UTC)),
    ],
)
def test_a_session_that_cannot_take_place_is_refused(starts_at: datetime, ends_at: datetime) -> None:
    assert code_of((), draft((Session(MORNING, starts_at, ends_at, early_minutes=-1),))) == (
        "session-times-not-possible",
        {"session": MORNING, "starts_at": starts_at, "ends_at": ends_at, "hours_max": SESSION_HOURS_MAX},
    )


@pytest.mark.parametrize(("early", "late"), [(-1, 0), (0, -1), (121, 0), (0, 121)])
def test_early_and_late_minutes_have_bounds(early: int, late: int) -> None:
    wanted = draft((Session(MORNING, STARTS, ENDS, early_minutes=early, late_minutes=late),), capacity=0)

    assert code_of((), wanted) == (
        "session-margins-out-of-range",
        {"session": MORNING, "early_minutes": early, "late_minutes": late, "highest": MARGIN_MINUTES_MAX},
    )


@pytest.mark.parametrize("capacity", [0, -1, CAPACITY_MAX + 1])
def test_a_limit_on_places_has_bounds(capacity: int) -> None:
    assert code_of((), draft(capacity=capacity)) == (
        "capacity-out-of-range",
        {"asked": capacity, "lowest": 1, "highest": CAPACITY_MAX},
    )


@pytest.mark.parametrize("stage", ["unknown", *STAGES])
def test_the_door_lets_people_in_while_open_and_out_also_after_it_was_shut(stage: str) -> None:
    state = fold(ACTIVITY, STAGES.get(stage, ()))

    assert _passes(lambda: require_open_door(state, "in", "kiosk")) == (stage == "open")
    assert _passes(lambda: require_open_door(state, "out", "kiosk")) == (stage in ("open", "closed", "tallied"))
    assert _passes(lambda: require_staffed_door(state)) == (stage in ("published", "open", "closed", "tallied"))


def test_the_poster_counts_only_where_the_activity_allows_it() -> None:
    with pytest.raises(PosterNotAllowed):
        require_open_door(ActivityState(stage="open"), "in", "poster")
    with pytest.raises(ActivityNotOpen):
        require_open_door(ActivityState(stage="closed"), "in", "poster")
    require_open_door(ActivityState(stage="open", poster_check_in=True), "in", "poster")


def test_only_where_sign_up_is_required_a_place_is_needed_to_enter() -> None:
    signed = fold(ACTIVITY, FULL)
    required = fold(ACTIVITY, (ActivityDrafted(COMMUNITY, CLERK, LEADER, (SESSION,), (), 2, True), *FULL[1:]))

    assert may_enter(signed, MORNING, CHEN)
    assert may_enter(required, MORNING, ANNA)
    assert not may_enter(required, MORNING, CHEN)
    assert not may_enter(required, NOWHERE, ANNA)


def _passes(check: object) -> bool:
    assert callable(check)
    try:
        check()
    except ActivityNotOpen:
        return False
    return True
