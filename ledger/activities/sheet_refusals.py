"""What can stand in the way of hours that somebody writes in instead of a scan."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from ledger.kernel.ids import MemberId, SessionId, SheetId
from ledger.kernel.refusal import Refusal


@dataclass(eq=False)
class SheetUnknown(Refusal):
    """Nobody entered this sheet."""

    code: ClassVar[str] = "sheet-unknown"


@dataclass(eq=False)
class SheetAlreadyEntered(Refusal):
    """A sheet is entered once; what was forgotten is a sheet of its own."""

    code: ClassVar[str] = "sheet-already-entered"


@dataclass(eq=False)
class EvidenceRequired(Refusal):
    """Hours without a scan rest on a picture of the paper, named by its SHA-256 in 64 hexadecimal digits."""

    code: ClassVar[str] = "evidence-required"


@dataclass(eq=False)
class ReasonRequired(Refusal):
    """Manual hours say, with a code, why nothing was scanned."""

    code: ClassVar[str] = "reason-required"


@dataclass(eq=False)
class MemberTwiceOnSheet(Refusal):
    """A sheet has one line a member; `member` stands on it twice."""

    code: ClassVar[str] = "member-twice-on-sheet"

    member: MemberId


@dataclass(eq=False)
class HoursOutsideSession(Refusal):
    """The hours of `member` lie between `earliest` and `latest` (UTC; not in the future), in at before out, and last no
    longer than the session is planned: `minutes_max`.
    """

    code: ClassVar[str] = "hours-outside-session"

    member: MemberId
    earliest: datetime
    latest: datetime
    minutes_max: int


@dataclass(eq=False)
class OwnHours(Refusal):
    """Nobody enters hours, or decides on entered ones, for themselves or for somebody they live with."""

    code: ClassVar[str] = "own-hours"

    member: MemberId


@dataclass(eq=False)
class EntererCannotDecide(Refusal):
    """Whoever entered the sheet neither approves nor refuses its lines."""

    code: ClassVar[str] = "enterer-cannot-decide"

    entered_by: MemberId


@dataclass(eq=False)
class LineNotOnSheet(Refusal):
    """The sheet has no line of this member."""

    code: ClassVar[str] = "line-not-on-sheet"

    member: MemberId


@dataclass(eq=False)
class LineAlreadyDecided(Refusal):
    """The line was approved or refused before. state: what it is now."""

    code: ClassVar[str] = "line-already-decided"

    member: MemberId
    state: str
    decided_by: MemberId


@dataclass(eq=False)
class VisitAlreadyRecorded(Refusal):
    """The member's visit to the session stands already, by scan or from another sheet: no minute counts twice."""

    code: ClassVar[str] = "visit-already-recorded"

    session: SessionId
    in_at: datetime


@dataclass(eq=False)
class WeekMinutesUsedUp(Refusal):
    """The author may write in `allowed` minutes by hand in one week, has written `used`, and asks for `asked` more."""

    code: ClassVar[str] = "week-minutes-used-up"

    asked: int
    used: int
    allowed: int


@dataclass(eq=False)
class WeekMinutesNotReserved(Refusal):
    """The sheet holds fewer of its author's minutes than are to be given back."""

    code: ClassVar[str] = "week-minutes-not-reserved"

    sheet: SheetId
