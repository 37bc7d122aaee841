"""What an approved line of a sheet does to the member's visit: it stands, marked as not scanned."""

from datetime import UTC, datetime

from ledger.activities.events import HoursEntered, SheetKind
from ledger.activities.sheet_refusals import VisitAlreadyRecorded
from ledger.kernel.decider import Request
from ledger.kernel.ids import ActivityId, MemberId, SessionId, SheetId


class EnterHours(Request, frozen=True):
    """Let the member have been there from in_at until out_at: a line of `sheet`, entered and approved by two people."""

    kind: SheetKind
    sheet: SheetId
    activity: ActivityId
    session: SessionId
    member: MemberId
    in_at: datetime
    out_at: datetime
    entered_by: MemberId
    approved_by: MemberId


def enter_hours(recorded_in_at: datetime | None, command: EnterHours) -> tuple[HoursEntered, ...]:
    """The visit as entered. recorded_in_at: when the visit that stands began (UTC), None where there is none.

    Refuses with VisitAlreadyRecorded: the door knows better than the paper, and no minute counts twice.
    """
    if recorded_in_at is not None:
        raise VisitAlreadyRecorded(command.session, recorded_in_at)
    return (
        HoursEntered(
            kind=command.kind,
            sheet=command.sheet,
            activity=command.activity,
            session=command.session,
            member=command.member,
            in_at=command.in_at.astimezone(UTC),
            out_at=command.out_at.astimezone(UTC),
            entered_by=command.entered_by,
            approved_by=command.approved_by,
        ),
    )
