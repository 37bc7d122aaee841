"""What time alone will cause: visits left open, places nobody came to, notices that end, redemptions that lapse, lots
that fall due, and notices of those that will.

Read from the read models of these things. It may name too much, never too little: each use case decides again on the
ledger itself.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

from sqlalchemy import Connection, select

from ledger.application.sweeps import Due, DueKind
from ledger.kernel.clock import business_day, start_of_day
from projections.activity_rows import ACTIVITIES, ATTENDANCES, SIGN_UPS
from projections.adjustments import ADJUSTMENTS
from projections.awards import AWARDS
from projections.expiry_due import accounts_to_tell
from projections.lots import LOTS
from projections.redemptions import REDEMPTIONS
from projections.view_tables import Query


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
    dated = [
        (row[0], Due(kind, tuple(row[1:]))) for kind, found in _found(now).items() for row in connection.execute(found)
    ]
    today = business_day(now)
    told = accounts_to_tell(connection, day=today)
    dated += [(start_of_day(today), Due("expiry_announcement", (account,))) for account in told]
    lots = select(LOTS.c.expires_on, LOTS.c.account, LOTS.c.lot).where(LOTS.c.expires_on <= today)
    dated += [(start_of_day(row[0]), Due("lot_expiry", tuple(row[1:]))) for row in connection.execute(lots)]
    return [one for _, one in sorted(dated, key=lambda pair: (pair[0], pair[1].ids))]


def _found(now: datetime) -> dict[DueKind, Query]:
    visit, award, opening, redemption = ATTENDANCES.c, AWARDS.c, ADJUSTMENTS.c, REDEMPTIONS.c
    return {
        # A visit counts as open through the last instant of its window.
        "open_visit": select(visit.due_at, visit.activity, visit.session, visit.member).where(visit.due_at < now),
        "no_show": _no_shows(now),
        "award_notice": select(award.due_at, award.award).where(award.due_at <= now),
        "opening_notice": select(opening.due_at, opening.adjustment).where(opening.due_at <= now),
        "redemption_lapse": select(redemption.due_at, redemption.redemption).where(redemption.due_at <= now),
        "redemption_settlement": select(redemption.returnable_until, redemption.redemption).where(
            redemption.returnable_until <= now
        ),
    }


def _no_shows(now: datetime) -> Query:
    """Places in sessions that are over, of activities whose door was ever open: elsewhere nobody could come."""
    place, activity = SIGN_UPS.c, ACTIVITIES.c
    return (
        select(place.due_at, place.activity, place.session, place.member)
        .join(ACTIVITIES.table, activity.activity == place.activity)
        .where(place.due_at < now, activity.status.in_(("open", "closed", "tallied")))
    )
