"""What can have happened to hours that no scan recorded: sheets, their lines, and what an author may write in a week.

Permanent: read in ten years. `ledger.activities.events` gives them on, with all other events of activities.
"""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from ledger.kernel.decider import Event
from ledger.kernel.ids import ActivityId, MemberId, OrganisationId, SessionId, SheetId

SheetKind = Literal["paper_sheet", "manual_hours"]
"""How hours came in that no scan recorded: from the paper list kept at the door, or written in later by hand."""


class SheetLine(Struct, frozen=True, forbid_unknown_fields=True):
    """One member was there from in_at until out_at (UTC), as the enterer says; both lie in the session's window.

    recorded_before: the door had recorded the member at this session already when the line was entered.
    """

    member: MemberId
    in_at: datetime
    out_at: datetime
    recorded_before: bool = False


class SheetEntered(Event, frozen=True):
    """Hours at one session were written in, for somebody else to approve line by line.

    organisation: the activity's. evidence: SHA-256 of the photo or scan of the paper, 64 hexadecimal digits; the
    picture itself is in the directory. reason: a code that says why nothing was scanned, None only for a paper sheet.
    left_out: the enterer and members of their household, whose lines somebody else must enter.
    week: the ISO week (`2026-W10`, community's calendar) whose minutes of the enterer they take, those of manual hours
    and those of paper sheets counted apart; None for paper sheets before release 0.3, which took none.
    """

    kind: SheetKind
    organisation: OrganisationId
    activity: ActivityId
    session: SessionId
    lines: tuple[SheetLine, ...]
    evidence: str
    entered_by: MemberId
    reason: str | None = None
    left_out: tuple[MemberId, ...] = ()
    week: str | None = None


class SheetLineApproved(Event, frozen=True):
    """Somebody else than the enterer approved the line of `member`; the hours then stand on the attendance."""

    member: MemberId
    approved_by: MemberId


class SheetLineRefused(Event, frozen=True):
    """Somebody else than the enterer refused the line of `member`. reason: a code."""

    member: MemberId
    refused_by: MemberId
    reason: str


class HoursEntered(Event, frozen=True):
    """On the attendance: the member was there from in_at until out_at (UTC), by the word of two people, not by a scan.

    sheet: where the line, its reason and the digest of its evidence stand. entered_by, approved_by: two people, neither
    of them the member or of their household.
    """

    kind: SheetKind
    sheet: SheetId
    activity: ActivityId
    session: SessionId
    member: MemberId
    in_at: datetime
    out_at: datetime
    entered_by: MemberId
    approved_by: MemberId


class ManualMinutesReserved(Event, frozen=True):
    """On the stream of one author and ISO week: the sheet takes `minutes` (whole minutes, all its lines together)."""

    sheet: SheetId
    minutes: int


class ManualMinutesReleased(Event, frozen=True):
    """Lines of the sheet were refused: `minutes` (whole minutes) of what it took no longer count."""

    sheet: SheetId
    minutes: int


SheetEvent = SheetEntered | SheetLineApproved | SheetLineRefused
AuthorWeekEvent = ManualMinutesReserved | ManualMinutesReleased
