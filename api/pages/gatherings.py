"""An activity as a page shows it: what, where, when and whose, and how one person stands with it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from msgspec import Struct

from api.deployment import Deployment
from api.pages.amounts import span
from ledger.activities.events import Session
from ledger.kernel.clock import business_day
from ledger.kernel.ids import SessionId
from projections import activity_roll
from projections.activity_roll import ActivityRow, AttendanceRow

_STILL_SHOWN: Final = timedelta(hours=2)
"""People check out after the end; until then the session that just ended is the one the page speaks of."""


class Gathering(Struct, frozen=True):
    """An activity with its texts. session: the one that is on, else the next, else the last."""

    row: ActivityRow
    title: str
    place: str
    community: str
    sessions: tuple[Session, ...]
    session: Session
    inside: int
    today: date

    def when(self, language: str) -> str:
        """Day and hours of the session shown."""
        return span(self.session.starts_at, self.session.ends_at, language, today=self.today)


class Visit(Struct, frozen=True):
    """How a person stands with an activity. inside_since: they are there now; left_at: they were, and went."""

    inside_since: datetime | None = None
    left_at: datetime | None = None


def gathering(deployment: Deployment, activity: UUID) -> Gathering | None:
    """The activity as shown now; None where the read models know none."""
    with deployment.views() as connection:
        row = activity_roll.activity(connection, activity)
        rows = activity_roll.sessions(connection, activity)
    if row is None:
        return None
    sessions = tuple(
        Session(SessionId(one.session), one.starts_at, one.ends_at, one.early_minutes, one.late_minutes) for one in rows
    )
    now = deployment.clock.now()
    session = shown_session(sessions, now)
    texts = deployment.directory.read_all(activity)
    return Gathering(
        row=row,
        title=texts.get("title", ""),
        place=texts.get("place", ""),
        community=deployment.directory.read([row.organisation], "name").get(row.organisation, ""),
        sessions=sessions,
        session=session,
        inside=sum(one.inside for one in rows if one.session == session.session),
        today=business_day(now),
    )


def shown_session(sessions: Sequence[Session], now: datetime) -> Session:
    """The first that is not long over at `now`; the last when all are. There is at least one."""
    return next((one for one in sessions if now < one.ends_at + _STILL_SHOWN), sessions[-1])


def visit_of(deployment: Deployment, member: UUID, shown: Gathering) -> Visit:
    """How `member` stands with the activity, as far as the read models know."""
    with deployment.views() as connection:
        visits = activity_roll.attendances_of(connection, member)
    here = [one for one in visits if one.activity == shown.row.activity]
    inside = next((one for one in here if one.out == "none"), None)
    if inside is not None:
        return Visit(inside_since=inside.visit.stays[-1].in_at)
    left = next((one for one in here if one.session == shown.session.session and _went(one)), None)
    return Visit(left_at=left.out_at if left else None)


def _went(visit: AttendanceRow) -> bool:
    """An out that time alone put there can still be replaced by a scan at the door."""
    return visit.out not in ("none", "automatic")
