"""An activity as it is: its stage, its sessions and who has a place in each."""

from typing import Literal, assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.activities.events import (
    ActivityCancelled,
    ActivityClosed,
    ActivityDrafted,
    ActivityEvent,
    ActivityOpened,
    ActivityPublished,
    ActivityTallied,
    PromotedFromWaitingList,
    PutOnWaitingList,
    Session,
    SignedUp,
    SignUpWithdrawn,
    WaitingListLeft,
)
from ledger.kernel.ids import MemberId, OrganisationId, RuleId, SessionId, TeamId

Stage = Literal["unknown", "draft", "published", "open", "closed", "tallied", "cancelled"]


class Places(Struct, frozen=True):
    """Who signed up for `session`."""

    session: SessionId
    members: frozenset[MemberId]


class Waiting(Struct, frozen=True):
    """Who waits for a place in `session`, the first first."""

    session: SessionId
    members: tuple[MemberId, ...]


class ActivityState(Struct, frozen=True):
    """An activity as it is now. organisation, leader, drafted_by: None only while unknown. capacity None: no limit.

    places, waiting_lists: of the sessions that anybody ever signed up or waited for.
    """

    stage: Stage = "unknown"
    organisation: OrganisationId | None = None
    leader: MemberId | None = None
    drafted_by: MemberId | None = None
    sessions: tuple[Session, ...] = ()
    rules: tuple[RuleId, ...] = ()
    capacity: int | None = None
    sign_up_required: bool = False
    poster_check_in: bool = False
    skill: str | None = None
    team: TeamId | None = None
    places: tuple[Places, ...] = ()
    waiting_lists: tuple[Waiting, ...] = ()
    visits_tallied: int = 0

    def session(self, session: SessionId) -> Session | None:
        """The session with this id; None: the activity has no such session."""
        return next((known for known in self.sessions if known.session == session), None)

    def signed_up(self, session: SessionId) -> frozenset[MemberId]:
        """The members who have a place in the session."""
        for places in self.places:
            if places.session == session:
                return places.members
        return frozenset()

    def waiting(self, session: SessionId) -> tuple[MemberId, ...]:
        """The members who wait for a place in the session, the first first."""
        for waiting in self.waiting_lists:
            if waiting.session == session:
                return waiting.members
        return ()


def evolve(state: ActivityState, event: ActivityEvent) -> ActivityState:
    """The activity after `event`."""
    match event:
        case ActivityDrafted():
            return _drafted(event)
        case ActivityPublished():
            return replace(state, stage="published")
        case ActivityOpened():
            return replace(state, stage="open")
        case ActivityClosed():
            return replace(state, stage="closed")
        case ActivityTallied():
            return replace(state, stage="tallied", visits_tallied=event.visits)
        case ActivityCancelled():
            return replace(state, stage="cancelled")
        case SignedUp():
            return _with_places(state, event.session, state.signed_up(event.session) | {event.member})
        case SignUpWithdrawn():
            return _with_places(state, event.session, state.signed_up(event.session) - {event.member})
        case PutOnWaitingList():
            return _with_waiting(state, event.session, (*state.waiting(event.session), event.member))
        case WaitingListLeft():
            return _without_waiting(state, event.session, event.member)
        case PromotedFromWaitingList():
            promoted = _without_waiting(state, event.session, event.member)
            return _with_places(promoted, event.session, state.signed_up(event.session) | {event.member})
        case _:
            assert_never(event)


def _drafted(event: ActivityDrafted) -> ActivityState:
    return ActivityState(
        stage="draft",
        organisation=event.organisation,
        leader=event.leader,
        drafted_by=event.drafted_by,
        sessions=event.sessions,
        rules=event.rules,
        capacity=event.capacity,
        sign_up_required=event.sign_up_required,
        poster_check_in=event.poster_check_in,
        skill=event.skill,
        team=event.team,
    )


def _with_places(state: ActivityState, session: SessionId, members: frozenset[MemberId]) -> ActivityState:
    others = tuple(places for places in state.places if places.session != session)
    return replace(state, places=(*others, Places(session, members)))


def _without_waiting(state: ActivityState, session: SessionId, member: MemberId) -> ActivityState:
    return _with_waiting(state, session, tuple(one for one in state.waiting(session) if one != member))


def _with_waiting(state: ActivityState, session: SessionId, members: tuple[MemberId, ...]) -> ActivityState:
    others = tuple(waiting for waiting in state.waiting_lists if waiting.session != session)
    return replace(state, waiting_lists=(*others, Waiting(session, members)))
