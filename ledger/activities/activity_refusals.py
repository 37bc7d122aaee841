"""What can stand in the way of a change to an activity, or of a scan at its door."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from ledger.kernel.ids import SessionId
from ledger.kernel.refusal import Refusal


@dataclass(eq=False)
class UnknownActivity(Refusal):
    """No activity was drafted under this id."""

    code: ClassVar[str] = "unknown-activity"


@dataclass(eq=False)
class ActivityAlreadyDrafted(Refusal):
    """An activity is drafted once; it stands at `stage`."""

    code: ClassVar[str] = "activity-already-drafted"

    stage: str


@dataclass(eq=False)
class SessionsOutOfRange(Refusal):
    """An activity has between `lowest` and `highest` sessions; `asked` were given."""

    code: ClassVar[str] = "sessions-out-of-range"

    asked: int
    lowest: int
    highest: int


@dataclass(eq=False)
class SessionNamedTwice(Refusal):
    """Two sessions carry the same id."""

    code: ClassVar[str] = "session-named-twice"

    session: SessionId


@dataclass(eq=False)
class SessionTimesNotPossible(Refusal):
    """A session ends after it starts and lasts at most `hours_max` hours."""

    code: ClassVar[str] = "session-times-not-possible"

    session: SessionId
    starts_at: datetime
    ends_at: datetime
    hours_max: int


@dataclass(eq=False)
class SessionMarginsOutOfRange(Refusal):
    """The early and late minutes lie between 0 and `highest`."""

    code: ClassVar[str] = "session-margins-out-of-range"

    session: SessionId
    early_minutes: int
    late_minutes: int
    highest: int


@dataclass(eq=False)
class CapacityOutOfRange(Refusal):
    """A limit on places lies between `lowest` and `highest`; leave it out for no limit."""

    code: ClassVar[str] = "capacity-out-of-range"

    asked: int
    lowest: int
    highest: int


@dataclass(eq=False)
class ActivityNotDraft(Refusal):
    """Only a draft can be published; this one stands at `stage`."""

    code: ClassVar[str] = "activity-not-draft"

    stage: str


@dataclass(eq=False)
class ActivityNotPublished(Refusal):
    """Only a published activity can be opened; this one stands at `stage`."""

    code: ClassVar[str] = "activity-not-published"

    stage: str


@dataclass(eq=False)
class ActivityNotOpen(Refusal):
    """The door is shut: the activity stands at `stage`."""

    code: ClassVar[str] = "activity-not-open"
    remembered: ClassVar[bool] = False

    stage: str


@dataclass(eq=False)
class ActivityNotClosed(Refusal):
    """Only a closed activity can be tallied; this one stands at `stage`."""

    code: ClassVar[str] = "activity-not-closed"
    remembered: ClassVar[bool] = False

    stage: str


@dataclass(eq=False)
class ActivityUnderWay(Refusal):
    """Once the door was open an activity is closed, not cancelled: people may have come. It stands at `stage`."""

    code: ClassVar[str] = "activity-under-way"

    stage: str


@dataclass(eq=False)
class SignUpNotPossible(Refusal):
    """Places are given while an activity is published or open; this one stands at `stage`."""

    code: ClassVar[str] = "sign-up-not-possible"

    stage: str


@dataclass(eq=False)
class UnknownSession(Refusal):
    """The activity has no such session."""

    code: ClassVar[str] = "unknown-session"

    session: SessionId


@dataclass(eq=False)
class SessionOver(Refusal):
    """The session ended at `ended_at` (UTC); no more places are given."""

    code: ClassVar[str] = "session-over"

    session: SessionId
    ended_at: datetime


@dataclass(eq=False)
class SessionFull(Refusal):
    """All `capacity` places of the session are taken."""

    code: ClassVar[str] = "session-full"

    session: SessionId
    capacity: int


@dataclass(eq=False)
class NotSignedUp(Refusal):
    """The member has no place in the session, where one is needed."""

    code: ClassVar[str] = "not-signed-up"
    remembered: ClassVar[bool] = False

    session: SessionId


@dataclass(eq=False)
class PosterNotAllowed(Refusal):
    """The printed poster checks nobody in here; the code on the screen at the door does."""

    code: ClassVar[str] = "poster-not-allowed"
