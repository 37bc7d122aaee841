"""Places in a session and the list of those who wait for one. Pure: decided by what the activity is now."""

from datetime import datetime
from typing import Final

from ledger.activities.activity_refusals import (
    NotSignedUp,
    SessionFull,
    SessionOver,
    SignUpNotPossible,
    UnknownSession,
)
from ledger.activities.activity_state import ActivityState
from ledger.activities.events import (
    ActivityEvent,
    PromotedFromWaitingList,
    PutOnWaitingList,
    SignedUp,
    SignUpWithdrawn,
    WaitingListLeft,
)
from ledger.kernel.decider import Request
from ledger.kernel.ids import MemberId, SessionId

WAITING_MAX: Final = 200
"""Our default: who stands further back will not get a place, and every one who waits is an event of one stream."""


class TakePlace(Request, frozen=True):
    """Give the member a place in the session, or put them on its waiting list. now: the instant of deciding."""

    session: SessionId
    member: MemberId
    now: datetime


class GiveUpPlace(Request, frozen=True):
    """Take the member's place in the session back, or take them off its waiting list. now: the instant of deciding."""

    session: SessionId
    member: MemberId
    now: datetime


def take_place(state: ActivityState, command: TakePlace) -> tuple[ActivityEvent, ...]:
    """Who has a place or waits already changes nothing; once the session began, who waits and asks gets a free one.

    Refuses with SignUpNotPossible, UnknownSession, SessionOver, SessionFull (the waiting list too), in this order.
    """
    if state.stage not in ("published", "open"):
        raise SignUpNotPossible(state.stage)
    session = state.session(command.session)
    if session is None:
        raise UnknownSession(command.session)
    taken, waiting = state.signed_up(command.session), state.waiting(command.session)
    full_at = state.capacity if state.capacity is not None and len(taken) >= state.capacity else None
    if command.member in taken or (command.member in waiting and full_at is not None):
        return ()
    if command.now >= session.ends_at:
        raise SessionOver(command.session, session.ends_at)
    if full_at is None:
        taking = PromotedFromWaitingList if command.member in waiting else SignedUp
        return (taking(command.session, command.member),)
    if len(waiting) >= WAITING_MAX:
        raise SessionFull(command.session, full_at)
    return (PutOnWaitingList(command.session, command.member),)


def give_up_place(state: ActivityState, command: GiveUpPlace) -> tuple[ActivityEvent, ...]:
    """A place that becomes free goes to the first who waits, at once; from the session's start on to who asks for it.

    Refuses with SignUpNotPossible, UnknownSession, NotSignedUp, SessionOver (who did not come cannot say afterwards
    that they never meant to), in this order.
    """
    if state.stage not in ("published", "open"):
        raise SignUpNotPossible(state.stage)
    session = state.session(command.session)
    if session is None:
        raise UnknownSession(command.session)
    waiting = state.waiting(command.session)
    if command.member in waiting:
        return (WaitingListLeft(command.session, command.member),)
    if command.member not in state.signed_up(command.session):
        raise NotSignedUp(command.session)
    if command.now >= session.ends_at:
        raise SessionOver(command.session, session.ends_at)
    withdrawn = SignUpWithdrawn(command.session, command.member)
    # Whoever is given a place while the others are at work already is not there, and would be marked as a no-show.
    first = waiting[:1] if command.now < session.starts_at else ()
    return (withdrawn, *(PromotedFromWaitingList(command.session, member) for member in first))
