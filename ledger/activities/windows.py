"""When a session's door counts as open, and which session a scan belongs to. Pure arithmetic on instants."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Final

from ledger.activities.events import Session
from ledger.kernel.refusal import Refusal

CHECK_OUT_HOURS: Final = 2
"""How long after a session's closing people may still check out. Our default: those who tidy up leave last. Presence
after the closing earns nothing; longer, and a scan on the next occasion would vouch for this one."""
_CHECK_OUT_GRACE: Final = timedelta(hours=CHECK_OUT_HOURS)


@dataclass(eq=False)
class TooEarly(Refusal):
    """No session's window holds the scan of `seen_at`; the next one opens at `opens_at` (both UTC)."""

    code: ClassVar[str] = "too-early"
    remembered: ClassVar[bool] = False

    seen_at: datetime
    opens_at: datetime


@dataclass(eq=False)
class TooLate(Refusal):
    """The scan of `seen_at` came after the last moment that was allowed, `closed_at` (both UTC)."""

    code: ClassVar[str] = "too-late"
    remembered: ClassVar[bool] = False

    seen_at: datetime
    closed_at: datetime


def opens_at(session: Session) -> datetime:
    """The instant from which presence counts: the start less the early minutes."""
    return session.starts_at - timedelta(minutes=session.early_minutes)


def closes_at(session: Session) -> datetime:
    """The last instant at which presence counts: the end and the late minutes."""
    return session.ends_at + timedelta(minutes=session.late_minutes)


def session_for_in(sessions: Sequence[Session], seen_at: datetime) -> Session:
    """The session into which a scan of `seen_at` checks in: its window, both ends included, holds it.

    Where windows overlap it is the session whose start is nearest, of equally near ones the later. Refuses with
    TooEarly, naming the next opening, or TooLate, naming the last closing.
    """
    holding = [session for session in sessions if opens_at(session) <= seen_at <= closes_at(session)]
    if not holding:
        raise _outside(sessions, seen_at, timedelta())
    return holding[0] if len(holding) == 1 else _nearest_start_first(holding, seen_at)[0]


def sessions_for_out(sessions: Sequence[Session], seen_at: datetime) -> Sequence[Session]:
    """The sessions (one at least) that a scan of `seen_at` may check out of, the nearest start first.

    They have opened, and closed at most CHECK_OUT_HOURS ago. Refuses with TooEarly or TooLate.
    """
    possible = _possible_for_out(sessions, seen_at)
    if not possible:
        raise _outside(sessions, seen_at, _CHECK_OUT_GRACE)
    return possible


def session_for_staff_in(sessions: Sequence[Session], seen_at: datetime) -> Session:
    """The session into which staff check somebody in while the door is open: the nearest window, however far.

    Inside a window the distance is zero; of equal ones the nearest start decides. `sessions` is not empty.
    """
    return min(_nearest_start_first(sessions, seen_at), key=lambda session: _distance(session, seen_at))


def sessions_for_staff_out(sessions: Sequence[Session], seen_at: datetime) -> Sequence[Session]:
    """As `sessions_for_out`, but where that would refuse, the nearest session: staff see who leaves."""
    return _possible_for_out(sessions, seen_at) or (session_for_staff_in(sessions, seen_at),)


def sessions_near(sessions: Sequence[Session], seen_at: datetime) -> Sequence[Session]:
    """The sessions (one at least) that a scan told late may belong to, the nearest window first, then by start.

    Their windows, with CHECK_OUT_HOURS before and after, hold `seen_at`. Refuses with TooEarly or TooLate.
    """
    near = [session for session in sessions if _distance(session, seen_at) <= _CHECK_OUT_GRACE]
    if not near:
        raise _outside(sessions, seen_at, _CHECK_OUT_GRACE)
    return sorted(_nearest_start_first(near, seen_at), key=lambda session: _distance(session, seen_at))


def _possible_for_out(sessions: Sequence[Session], seen_at: datetime) -> Sequence[Session]:
    grace = _CHECK_OUT_GRACE
    possible = [session for session in sessions if opens_at(session) <= seen_at <= closes_at(session) + grace]
    return _nearest_start_first(possible, seen_at) if len(possible) > 1 else possible


def _distance(session: Session, seen_at: datetime) -> timedelta:
    return max(opens_at(session) - seen_at, seen_at - closes_at(session), timedelta())


def _nearest_start_first(sessions: Sequence[Session], seen_at: datetime) -> list[Session]:
    later_first = sorted(sessions, key=lambda session: session.starts_at, reverse=True)
    return sorted(later_first, key=lambda session: abs(session.starts_at - seen_at))


def _outside(sessions: Sequence[Session], seen_at: datetime, grace: timedelta) -> TooEarly | TooLate:
    ahead = [opens_at(session) for session in sessions if seen_at < opens_at(session)]
    if ahead:
        return TooEarly(seen_at, min(ahead))
    return TooLate(seen_at, max(closes_at(session) for session in sessions) + grace)
