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
    Session,
    SignedUp,
    SignUpWithdrawn,
)
from ledger.kernel.ids import MemberId, OrganisationId, RuleId, SessionId

Stage = Literal["unknown", "draft", "published", "open", "closed", "tallied", "cancelled"]


class Places(Struct, frozen=True):
    """Who signed up for `session`."""

    session: SessionId
    members: frozenset[MemberId]


class ActivityState(Struct, frozen=True):
    """An activity as it is now. organisation, leader, drafted_by: None only while unknown. capacity None: no limit.

    places: of the sessions that anybody ever signed up for.
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
    places: tuple[Places, ...] = ()
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
    )


def _with_places(state: ActivityState, session: SessionId, members: frozenset[MemberId]) -> ActivityState:
    others = tuple(places for places in state.places if places.session != session)
    return replace(state, places=(*others, Places(session, members)))
