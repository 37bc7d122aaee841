"""Visits as they can stand, and the commands about them, for the stories of one visit."""

from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from ledger.activities.attendance_commands import (
    AnnulVisit,
    AwardsOfVisit,
    CorrectVisit,
    DecideDispute,
    DisputeVisit,
    Excuse,
    MarkNoShow,
    TellScan,
    UndoVisit,
)
from ledger.activities.events import (
    AttendanceEvent,
    AttendanceTallied,
    AutomaticallyCheckedOut,
    CheckedIn,
    CheckedOut,
    DisputeDecided,
    Excused,
    HoursEntered,
    MarkedNoShow,
    Session,
    StayConfirmed,
    VisitAnnulled,
    VisitCorrected,
    VisitDisputed,
)
from ledger.activities.windows import closes_at
from ledger.kernel.ids import ActivityId, DeviceId, MemberId, SessionId, SheetId

ACTIVITY, MORNING = ActivityId(UUID(int=1)), SessionId(UUID(int=2))
ANNA, LEADER, BO, CLERK = (MemberId(UUID(int=number)) for number in (3, 4, 5, 6))
GATE, OTHER_GATE = DeviceId(UUID(int=7)), DeviceId(UUID(int=8))
MINUTE = timedelta(minutes=1)
NINE = datetime(2025, 10, 18, 1, tzinfo=UTC)
TEN, ELEVEN = NINE + 60 * MINUTE, NINE + 120 * MINUTE
SESSION = Session(MORNING, NINE, ELEVEN)
CLOSING = closes_at(SESSION)

CAME = CheckedIn(ACTIVITY, MORNING, ANNA, NINE, "kiosk")
SCANNED = CheckedIn(ACTIVITY, MORNING, ANNA, NINE, "card", BO, GATE)
STAYED = HoursEntered("paper_sheet", SheetId(UUID(int=9)), ACTIVITY, MORNING, ANNA, NINE, ELEVEN, LEADER, CLERK)

VISITS: dict[str, tuple[AttendanceEvent, ...]] = {
    "nothing": (),
    "inside": (CAME,),
    "out": (CAME, CheckedOut(ELEVEN, "kiosk")),
    "auto_out": (CAME, AutomaticallyCheckedOut(ELEVEN)),
    "confirmed": (CAME, AutomaticallyCheckedOut(ELEVEN), StayConfirmed(TEN, LEADER)),
    "corrected": (CAME, VisitCorrected(NINE, TEN, CLERK, "wrong-clock")),
    "entered": (STAYED,),
    "tallied": (CAME, CheckedOut(ELEVEN, "kiosk"), AttendanceTallied(120)),
    "disputed": (CAME, CheckedOut(ELEVEN, "kiosk"), VisitDisputed(ANNA, "left-later")),
    "decided": (
        CAME,
        CheckedOut(ELEVEN, "kiosk"),
        VisitDisputed(ANNA, "left-later"),
        DisputeDecided(CLERK, "rejected", "seen"),
    ),
    "no_show": (MarkedNoShow(ACTIVITY, MORNING, ANNA),),
    "excused": (Excused(ACTIVITY, MORNING, ANNA, ANNA, "ill"),),
    "annulled": (CAME, VisitAnnulled(ANNA, "undo")),
}
"""One history for each way in which a visit can stand."""


def tell(at: datetime, direction: Literal["in", "out"] = "in") -> TellScan:
    return TellScan(ACTIVITY, MORNING, ANNA, direction, at, "card", BO, GATE)


def undo(by: MemberId = ANNA, *, now: datetime = NINE, awards: AwardsOfVisit = "none", **more: Any) -> UndoVisit:
    return UndoVisit(MORNING, ANNA, by, now=now, undo_minutes=15, awards=awards, **more)


def annul(*, is_near: bool = False, awards: AwardsOfVisit = "none") -> AnnulVisit:
    return AnnulVisit(MORNING, CLERK, "wrong-card", is_near=is_near, awards=awards)


def correct(
    in_at: datetime = NINE, out_at: datetime = TEN, *, now: datetime = CLOSING, is_near: bool = False, **more: Any
) -> CorrectVisit:
    awards: AwardsOfVisit = more.pop("awards", "none")
    return CorrectVisit(SESSION, in_at, out_at, CLERK, "wrong-clock", is_near=is_near, awards=awards, now=now)


def excuse(by: MemberId = CLERK, *, is_near: bool = False, now: datetime = CLOSING) -> Excuse:
    return Excuse(ACTIVITY, SESSION, ANNA, by, "ill", is_near=is_near, now=now)


def no_show(now: datetime = CLOSING + MINUTE) -> MarkNoShow:
    return MarkNoShow(ACTIVITY, SESSION, ANNA, now)


DISPUTE = DisputeVisit(MORNING, ANNA, "left-later")


def decide(by: MemberId = CLERK, *, is_near: bool = False) -> DecideDispute:
    return DecideDispute(MORNING, by, "upheld", "seen", is_near=is_near)
