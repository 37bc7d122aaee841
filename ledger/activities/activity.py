"""What can be asked of an activity: draft, publish, open, close, cancel, tally; sign-up; and who may pass its door."""

from datetime import UTC, timedelta
from typing import Final, assert_never

from msgspec.structs import replace

from ledger.activities.activity_refusals import (
    ActivityAlreadyDrafted,
    ActivityNotClosed,
    ActivityNotDraft,
    ActivityNotOpen,
    ActivityNotPublished,
    ActivityUnderWay,
    CapacityOutOfRange,
    PosterNotAllowed,
    SessionMarginsOutOfRange,
    SessionNamedTwice,
    SessionsOutOfRange,
    SessionTimesNotPossible,
    UnknownActivity,
)
from ledger.activities.activity_state import ActivityState, Stage, evolve
from ledger.activities.events import (
    ActivityCancelled,
    ActivityClosed,
    ActivityDrafted,
    ActivityEvent,
    ActivityOpened,
    ActivityPublished,
    ActivityTallied,
    Basis,
    PromotedFromWaitingList,
    PutOnWaitingList,
    Session,
    SignedUp,
    SignUpWithdrawn,
    WaitingListLeft,
)
from ledger.activities.places import GiveUpPlace, TakePlace, give_up_place, take_place
from ledger.activities.stays import Direction
from ledger.kernel.decider import Decider, Request
from ledger.kernel.ids import MemberId, OrganisationId, RuleId, SessionId, TeamId

SESSIONS_MAX: Final = 60
"""Our default: a weekly class for a year. The whole activity is one event, so it must stay small."""
SESSION_HOURS_MAX: Final = 24
"""Our default: longer than any night watch; more is a mistyped day."""
YEARS: Final = (2000, 2200)
"""First and last year of a session: beyond them it is a slip, and at the calendar's edge no minutes can be added."""
MARGIN_MINUTES_MAX: Final = 120
"""Our default for early and late minutes: beyond two hours presence says nothing about the session."""
SHUT: Final[tuple[Stage, ...]] = ("closed", "tallied")
"""The door is shut. Finishing the tally shuts nothing more: somebody may still go out, or be confirmed, after it."""
CAPACITY_MAX: Final = 5_000
"""Our default: the largest square; every place taken is an event of this one stream."""


class Draft(Request, frozen=True):
    """Write the activity down. capacity limits sign-ups per session, never walk-ins; None: no limit.

    A rule named twice counts once.
    """

    organisation: OrganisationId
    drafted_by: MemberId
    leader: MemberId
    sessions: tuple[Session, ...]
    rules: tuple[RuleId, ...]
    capacity: int | None = None
    sign_up_required: bool = False
    poster_check_in: bool = False
    skill: str | None = None
    team: TeamId | None = None


class Publish(Request, frozen=True):
    """Show the draft to residents."""


class Open(Request, frozen=True):
    """Let codes check people in."""


class Close(Request, frozen=True):
    """Shut the door."""


class Cancel(Request, frozen=True):
    """Call the activity off. reason: a code."""

    reason: str


class FinishTally(Request, frozen=True):
    """All visits that count by now were turned into awards; `visits` of them. Said again when later ones were, too."""

    visits: int


ActivityCommand = Draft | Publish | Open | Close | Cancel | FinishTally | TakePlace | GiveUpPlace


def decide(state: ActivityState, command: ActivityCommand) -> tuple[ActivityEvent, ...]:
    """What `command` makes of the activity.

    Draft refuses with ActivityAlreadyDrafted, then what is wrong with the plan; every other command first with
    UnknownActivity, then with the stage that is in its way, then with what its function names, in that order.
    """
    if isinstance(command, Draft):
        return _draft(state, command)
    if state.stage == "unknown":
        raise UnknownActivity
    match command:
        case TakePlace():
            return take_place(state, command)
        case GiveUpPlace():
            return give_up_place(state, command)
        case Publish() | Open() | Close() | Cancel() | FinishTally():
            return _change_stage(state, command)
        case _:
            assert_never(command)


def require_open_door(state: ActivityState, direction: Direction, basis: Basis) -> None:
    """Let a self check-in pass whose code was genuine: in while the door is open, out also after it was shut.

    Refuses, in this order: ActivityNotOpen, PosterNotAllowed.
    """
    if state.stage not in (("open",) if direction == "in" else ("open", *SHUT)):
        raise ActivityNotOpen(state.stage)
    if basis == "poster" and not state.poster_check_in:
        raise PosterNotAllowed


def require_staffed_door(state: ActivityState) -> None:
    """Let a scan by staff or the leader pass: from publishing on. Refuses with ActivityNotOpen."""
    if state.stage not in ("published", "open", *SHUT):
        raise ActivityNotOpen(state.stage)


def require_opened_once(state: ActivityState) -> None:
    """Let pass what is about people who could have come: the door is, or was, open. Refuses with ActivityNotOpen."""
    if state.stage not in ("open", *SHUT):
        raise ActivityNotOpen(state.stage)


def require_closed(state: ActivityState) -> None:
    """Let visits be tallied once the door is shut. Refuses with ActivityNotClosed."""
    if state.stage not in SHUT:
        raise ActivityNotClosed(state.stage)


def may_enter(state: ActivityState, session: SessionId, member: MemberId) -> bool:
    """Whether the member may check themselves in: no sign-up is required, or there is one. Walk-ins fill no place."""
    return not state.sign_up_required or member in state.signed_up(session)


def _draft(state: ActivityState, command: Draft) -> tuple[ActivityEvent, ...]:
    if state.stage != "unknown":
        raise ActivityAlreadyDrafted(state.stage)
    _check_sessions(command.sessions)
    if command.capacity is not None and not 1 <= command.capacity <= CAPACITY_MAX:
        raise CapacityOutOfRange(command.capacity, 1, CAPACITY_MAX)
    return (
        ActivityDrafted(
            organisation=command.organisation,
            drafted_by=command.drafted_by,
            leader=command.leader,
            sessions=tuple(_in_utc(session) for session in command.sessions),
            rules=tuple(dict.fromkeys(command.rules)),
            capacity=command.capacity,
            sign_up_required=command.sign_up_required,
            poster_check_in=command.poster_check_in,
            skill=command.skill,
            team=command.team,
        ),
    )


def _check_sessions(sessions: tuple[Session, ...]) -> None:
    if not 1 <= len(sessions) <= SESSIONS_MAX:
        raise SessionsOutOfRange(len(sessions), 1, SESSIONS_MAX)
    named: set[SessionId] = set()
    for session in sessions:
        if session.session in named:
            raise SessionNamedTwice(session.session)
        named.add(session.session)
        if not _times_are_possible(session):
            raise SessionTimesNotPossible(session.session, session.starts_at, session.ends_at, SESSION_HOURS_MAX)
        if not (0 <= session.early_minutes <= MARGIN_MINUTES_MAX and 0 <= session.late_minutes <= MARGIN_MINUTES_MAX):
            raise SessionMarginsOutOfRange(
                session.session, session.early_minutes, session.late_minutes, MARGIN_MINUTES_MAX
            )


def _times_are_possible(session: Session) -> bool:
    """An instant without a zone is none, so it is not possible either."""
    if session.starts_at.tzinfo is None or session.ends_at.tzinfo is None:
        return False
    if not YEARS[0] <= session.starts_at.year <= YEARS[1]:
        return False
    return timedelta() < session.ends_at - session.starts_at <= timedelta(hours=SESSION_HOURS_MAX)


def _in_utc(session: Session) -> Session:
    return replace(session, starts_at=session.starts_at.astimezone(UTC), ends_at=session.ends_at.astimezone(UTC))


def _change_stage(
    state: ActivityState, command: Publish | Open | Close | Cancel | FinishTally
) -> tuple[ActivityEvent, ...]:
    match command:
        case Publish():
            if state.stage != "draft":
                raise ActivityNotDraft(state.stage)
            return (ActivityPublished(),)
        case Open():
            if state.stage != "published":
                raise ActivityNotPublished(state.stage)
            return (ActivityOpened(),)
        case Close():
            if state.stage != "open":
                raise ActivityNotOpen(state.stage)
            return (ActivityClosed(),)
        case Cancel():
            if state.stage not in ("draft", "published"):
                raise ActivityUnderWay(state.stage)
            return (ActivityCancelled(command.reason),)
        case FinishTally():
            require_closed(state)
            known = state.stage == "tallied" and state.visits_tallied == command.visits
            return () if known else (ActivityTallied(command.visits),)
        case _:
            assert_never(command)


ACTIVITY: Final = Decider(
    name="activity",
    initial=ActivityState(),
    decide=decide,
    evolve=evolve,
    events=(
        ActivityDrafted,
        ActivityPublished,
        ActivityOpened,
        ActivityClosed,
        ActivityTallied,
        ActivityCancelled,
        SignedUp,
        SignUpWithdrawn,
        PutOnWaitingList,
        PromotedFromWaitingList,
        WaitingListLeft,
    ),
)
