"""Places in a session: taken, given back, waited for."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from ledger.activities.activity import ACTIVITY, ActivityCommand
from ledger.activities.events import (
    ActivityClosed,
    ActivityDrafted,
    ActivityEvent,
    ActivityOpened,
    ActivityPublished,
    PromotedFromWaitingList,
    PutOnWaitingList,
    Session,
    SignedUp,
    SignUpWithdrawn,
    WaitingListLeft,
)
from ledger.activities.places import WAITING_MAX, GiveUpPlace, TakePlace
from ledger.kernel.decider import fold
from ledger.kernel.ids import MemberId, OrganisationId, SessionId
from ledger.kernel.refusal import Refusal

COMMUNITY = OrganisationId(UUID(int=1))
MORNING, NOWHERE = SessionId(UUID(int=2)), SessionId(UUID(int=404))
ANNA, BO, CHEN, DING = (MemberId(UUID(int=number)) for number in (3, 4, 5, 6))
STARTS = datetime(2025, 10, 18, 1, tzinfo=UTC)
ENDS = STARTS + timedelta(hours=2)
BEFORE = STARTS - timedelta(days=3)
SESSION = Session(MORNING, STARTS, ENDS)

UNLIMITED = (ActivityDrafted(COMMUNITY, ANNA, ANNA, (SESSION,), ()), ActivityPublished())
PUBLISHED = (ActivityDrafted(COMMUNITY, ANNA, ANNA, (SESSION,), (), capacity=2), ActivityPublished())
FULL = (*PUBLISHED, SignedUp(MORNING, ANNA), SignedUp(MORNING, BO))
CLOSED = (*FULL, ActivityOpened(), ActivityClosed())
WAITED_FOR = (*FULL, PutOnWaitingList(MORNING, CHEN), PutOnWaitingList(MORNING, DING))


def take(member: MemberId, session: SessionId = MORNING, now: datetime = BEFORE) -> TakePlace:
    return TakePlace(session, member, now)


def give_up(member: MemberId, session: SessionId = MORNING, now: datetime = BEFORE) -> GiveUpPlace:
    return GiveUpPlace(session, member, now)


def decided(given: Sequence[ActivityEvent], when: ActivityCommand) -> tuple[ActivityEvent, ...]:
    return tuple(ACTIVITY.decide(fold(ACTIVITY, given), when))


def code_of(given: Sequence[ActivityEvent], when: ActivityCommand) -> tuple[str, dict[str, object]]:
    with pytest.raises(Refusal) as refusal:
        ACTIVITY.decide(fold(ACTIVITY, given), when)
    return refusal.value.code, dict(refusal.value.facts())


@pytest.mark.parametrize(
    ("given", "when", "then"),
    [
        (PUBLISHED, take(ANNA), (SignedUp(MORNING, ANNA),)),
        (FULL, take(ANNA), ()),
        (FULL, take(CHEN), (PutOnWaitingList(MORNING, CHEN),)),
        (WAITED_FOR, take(DING), ()),
        ((*FULL, SignUpWithdrawn(MORNING, ANNA)), take(CHEN), (SignedUp(MORNING, CHEN),)),
        ((*UNLIMITED, *FULL[2:]), take(CHEN), (SignedUp(MORNING, CHEN),)),
        (FULL, give_up(ANNA), (SignUpWithdrawn(MORNING, ANNA),)),
        (WAITED_FOR, give_up(CHEN), (WaitingListLeft(MORNING, CHEN),)),
        (WAITED_FOR, give_up(CHEN, now=ENDS), (WaitingListLeft(MORNING, CHEN),)),
        (WAITED_FOR, give_up(ANNA), (SignUpWithdrawn(MORNING, ANNA), PromotedFromWaitingList(MORNING, CHEN))),
        (
            (*WAITED_FOR, WaitingListLeft(MORNING, CHEN)),
            give_up(BO),
            (SignUpWithdrawn(MORNING, BO), PromotedFromWaitingList(MORNING, DING)),
        ),
        (
            (*WAITED_FOR, ActivityOpened(), SignUpWithdrawn(MORNING, BO), PromotedFromWaitingList(MORNING, CHEN)),
            give_up(CHEN),
            (SignUpWithdrawn(MORNING, CHEN), PromotedFromWaitingList(MORNING, DING)),
        ),
    ],
)
def test_places_are_taken_waited_for_and_passed_on_in_order(
    given: Sequence[ActivityEvent], when: ActivityCommand, then: tuple[ActivityEvent, ...]
) -> None:
    assert ACTIVITY.decide(fold(ACTIVITY, given), when) == then


def test_once_the_session_began_nobody_who_waits_at_home_is_given_a_place_to_be_missing_from() -> None:
    last_minute, begun = STARTS - timedelta(minutes=1), (*WAITED_FOR, SignUpWithdrawn(MORNING, BO))
    left = SignUpWithdrawn(MORNING, BO)

    assert decided(WAITED_FOR, give_up(BO, now=last_minute)) == (left, PromotedFromWaitingList(MORNING, CHEN))
    assert decided(WAITED_FOR, give_up(BO, now=STARTS)) == (left,)
    assert decided(begun, take(DING, now=STARTS)) == (PromotedFromWaitingList(MORNING, DING),)
    assert decided((*begun, PromotedFromWaitingList(MORNING, DING)), take(CHEN, now=STARTS)) == ()
    assert code_of(begun, take(CHEN, now=ENDS)) == ("session-over", {"session": MORNING, "ended_at": ENDS})


def test_who_has_a_place_and_who_waits_is_known_in_order() -> None:
    state = fold(ACTIVITY, (*WAITED_FOR, SignUpWithdrawn(MORNING, BO), PromotedFromWaitingList(MORNING, CHEN)))

    assert state.signed_up(MORNING) == {ANNA, CHEN}
    assert (fold(ACTIVITY, WAITED_FOR).waiting(MORNING), state.waiting(MORNING)) == ((CHEN, DING), (DING,))
    assert (state.signed_up(NOWHERE), state.waiting(NOWHERE)) == (frozenset(), ())


def test_a_list_that_is_too_long_refuses_the_next_but_not_who_is_on_it() -> None:
    crowd = [MemberId(UUID(int=1000 + number)) for number in range(WAITING_MAX)]
    given = (*FULL, *(PutOnWaitingList(MORNING, member) for member in crowd))

    assert code_of(given, take(CHEN)) == ("session-full", {"session": MORNING, "capacity": 2})
    assert ACTIVITY.decide(fold(ACTIVITY, given), take(crowd[-1])) == ()


def test_sign_up_ends_with_the_session_and_so_does_giving_a_place_back() -> None:
    assert code_of(FULL, take(CHEN, now=ENDS)) == ("session-over", {"session": MORNING, "ended_at": ENDS})
    assert code_of(FULL, give_up(ANNA, now=ENDS)) == ("session-over", {"session": MORNING, "ended_at": ENDS})


@pytest.mark.parametrize(
    ("given", "when", "code"),
    [
        (FULL, take(CHEN, NOWHERE, ENDS), ("unknown-session", {"session": NOWHERE})),
        (FULL, give_up(CHEN, now=ENDS), ("not-signed-up", {"session": MORNING})),
        (FULL, give_up(ANNA, NOWHERE), ("unknown-session", {"session": NOWHERE})),
        (
            (*FULL, ActivityOpened(), ActivityClosed()),
            take(CHEN, NOWHERE),
            ("sign-up-not-possible", {"stage": "closed"}),
        ),
        (CLOSED, give_up(ANNA), ("sign-up-not-possible", {"stage": "closed"})),
    ],
)
def test_of_several_obstacles_to_a_place_the_first_in_order_is_named(
    given: Sequence[ActivityEvent], when: ActivityCommand, code: tuple[str, dict[str, object]]
) -> None:
    assert code_of(given, when) == code
