"""What time alone will cause: notices that end, visits left open, redemptions that lapse, lots that fall due.

It may name too much, never too little: each use case decides again on the ledger itself. It does not know what the
sweep does with its answers.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection, select

from ledger.accounts.events import Credited, Held, HoldReleased, LotExpired
from ledger.activities.events import (
    ActivityDrafted,
    AutomaticallyCheckedOut,
    AutomaticOutConfirmed,
    CheckedIn,
    CheckedOut,
)
from ledger.application.ports import Notice
from ledger.application.sweeps import Due, DueKind
from ledger.awards.events import AwardApproved, AwardCredited, AwardProposed, AwardRefused
from ledger.kernel.clock import start_of_day
from ledger.redemption.events import (
    RedemptionCancelled,
    RedemptionHandedOver,
    RedemptionLapsed,
    RedemptionRejected,
    RedemptionRequested,
)
from projections.lot_parts import Part, earliest_expiry, taken, with_part, without_due
from projections.projection import Projection
from projections.rows import Rowset
from projections.view_tables import Query, ViewTable


class DueAward(Struct, gc=False):
    """An award not yet credited. due_at: when its notice is over, None before it is approved."""

    award: UUID
    amount: int
    notice_working_days: int
    due_at: datetime | None = None


class SessionEnd(Struct, gc=False):
    """The last instant at which presence in a session counts."""

    activity: UUID
    session: UUID
    closes_at: datetime


class DueVisit(Struct, gc=False):
    """A visit nobody has ended."""

    attendance: UUID
    activity: UUID
    session: UUID
    member: UUID
    due_at: datetime


class DueRedemption(Struct, gc=False):
    """A redemption that is neither handed over nor ended otherwise."""

    redemption: UUID
    due_at: datetime


class DueLot(Struct, gc=False):
    """What is free of a lot. due_at: when the first part of it falls due, None: never."""

    account: UUID
    lot: UUID
    due_at: datetime | None
    parts: list[Part]


AWARDS = ViewTable(DueAward, "due_awards", indexes=[("due_at",)])
SESSION_ENDS = ViewTable(SessionEnd, "due_sessions", key=2)
VISITS = ViewTable(DueVisit, "due_visits", indexes=[("due_at",)])
REDEMPTIONS = ViewTable(DueRedemption, "due_redemptions", indexes=[("due_at",)])
LOTS = ViewTable(DueLot, "due_lots", key=2, indexes=[("due_at",)])


class DueOn:
    """The port of what has come due. views: opens a connection to the read models."""

    def __init__(self, views: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._views = views

    def due(self, now: datetime) -> list[Due]:
        """Everything that is due at the instant `now` (aware UTC), oldest first."""
        with self._views() as connection:
            return due(connection, now)


def due(connection: Connection, now: datetime) -> list[Due]:
    """Everything that is due at the instant `now` (aware UTC), oldest first."""
    a, v, r, lots = AWARDS.c, VISITS.c, REDEMPTIONS.c, LOTS.c
    found: dict[DueKind, Query] = {
        # A visit counts as open through the last instant of its window.
        "open_visit": select(v.due_at, v.activity, v.session, v.member).where(v.due_at < now),
        "award_notice": select(a.due_at, a.award).where(a.due_at <= now),
        "redemption_lapse": select(r.due_at, r.redemption).where(r.due_at <= now),
        "lot_expiry": select(lots.due_at, lots.account, lots.lot).where(lots.due_at <= now),
    }
    dated = [(row[0], Due(kind, tuple(row[1:]))) for kind, rows in found.items() for row in connection.execute(rows)]
    return [one for _, one in sorted(dated, key=lambda pair: (pair[0], pair[1].ids))]


def _proposed(rows: Rowset, notice: Notice, event: AwardProposed) -> None:
    rows[AWARDS].put(DueAward(notice.stream, event.amount, event.notice_working_days))


def _approved(rows: Rowset, notice: Notice, event: AwardApproved) -> None:
    award = rows[AWARDS].change(notice.stream)
    if not award.amount:
        rows[AWARDS].remove(notice.stream)
        return
    # Without any notice it may be credited on the day of approval, otherwise from the day after the last one.
    day = event.notice_until + timedelta(days=1 if award.notice_working_days else 0)
    award.due_at = start_of_day(day)


def _award_settled(rows: Rowset, notice: Notice, _event: AwardRefused | AwardCredited) -> None:
    rows[AWARDS].remove(notice.stream)


def _activity_drafted(rows: Rowset, notice: Notice, event: ActivityDrafted) -> None:
    for one in event.sessions:
        closes_at = one.ends_at + timedelta(minutes=one.late_minutes)
        rows[SESSION_ENDS].put(SessionEnd(notice.stream, one.session, closes_at))


def _checked_in(rows: Rowset, notice: Notice, event: CheckedIn) -> None:
    session = rows[SESSION_ENDS].find((event.activity, event.session))
    if session is None:
        raise LookupError("a visit to a session that was never planned")
    rows[VISITS].put(DueVisit(notice.stream, event.activity, event.session, event.member, session.closes_at))


def _visit_ended(
    rows: Rowset, notice: Notice, _event: CheckedOut | AutomaticallyCheckedOut | AutomaticOutConfirmed
) -> None:
    rows[VISITS].remove(notice.stream)


def _requested(rows: Rowset, notice: Notice, event: RedemptionRequested) -> None:
    rows[REDEMPTIONS].put(DueRedemption(notice.stream, event.lapses_at))


def _redemption_ended(rows: Rowset, notice: Notice, _event: object) -> None:
    rows[REDEMPTIONS].remove(notice.stream)


def _credited(rows: Rowset, notice: Notice, event: Credited) -> None:
    _keep(rows, (notice.stream, event.lot), [Part(event.amount, event.expires_on)])


def _held(rows: Rowset, notice: Notice, event: Held) -> None:
    for take in event.takes:
        key = notice.stream, take.lot
        _keep(rows, key, with_part(_parts(rows, key), taken(take)))


def _released(rows: Rowset, notice: Notice, event: HoldReleased) -> None:
    for take in event.returned:
        key = notice.stream, take.lot
        _keep(rows, key, with_part(_parts(rows, key), Part(take.amount, take.expires_on)))


def _expired(rows: Rowset, notice: Notice, event: LotExpired) -> None:
    key = notice.stream, event.lot
    _keep(rows, key, without_due(_parts(rows, key), event.on_day))


def _parts(rows: Rowset, key: tuple[UUID, UUID]) -> list[Part]:
    row = rows[LOTS].find(key)
    return [] if row is None else row.parts


def _keep(rows: Rowset, key: tuple[UUID, UUID], parts: list[Part]) -> None:
    if not parts:
        rows[LOTS].remove(key)
        return
    expires_on = earliest_expiry(parts)
    rows[LOTS].put(DueLot(*key, None if expires_on is None else start_of_day(expires_on), parts))


PROJECTION = Projection(
    name="due",
    version=1,
    tables=(AWARDS, SESSION_ENDS, VISITS, REDEMPTIONS, LOTS),
    handlers={
        AwardProposed: _proposed,
        AwardApproved: _approved,
        AwardRefused: _award_settled,
        AwardCredited: _award_settled,
        ActivityDrafted: _activity_drafted,
        CheckedIn: _checked_in,
        CheckedOut: _visit_ended,
        AutomaticallyCheckedOut: _visit_ended,
        AutomaticOutConfirmed: _visit_ended,
        RedemptionRequested: _requested,
        RedemptionHandedOver: _redemption_ended,
        RedemptionRejected: _redemption_ended,
        RedemptionCancelled: _redemption_ended,
        RedemptionLapsed: _redemption_ended,
        Credited: _credited,
        Held: _held,
        HoldReleased: _released,
        LotExpired: _expired,
    },
)
