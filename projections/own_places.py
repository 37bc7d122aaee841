"""What one member has put their name down for, or waits for, and where they had a place and nobody saw them."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection, ScalarSelect, Table, func, select

from projections.activity_rows import ACTIVITIES, ATTENDANCES, SESSIONS, SIGN_UPS, WAITING
from projections.view_tables import Query

_SHOWN_MAX = 20


class OwnPlace(Struct, frozen=True):
    """A session of an activity. position: on its waiting list, 1 gets the next place; None for a place."""

    activity: UUID
    starts_at: datetime
    ends_at: datetime
    position: int | None = None


def coming(connection: Connection, member: UUID, *, now: datetime) -> list[OwnPlace]:
    """The sessions that are not over at `now` in which `member` has a place, or waits for one, the next first.

    At most 20 of each; none of an activity that was called off or closed.
    """
    places = connection.execute(_coming(SIGN_UPS.table, member, now=now))
    waits = connection.execute(_coming(WAITING.table, member, now=now).add_columns(_position()))
    return sorted((OwnPlace(*row) for row in (*places, *waits)), key=lambda one: (one.starts_at, one.activity))


def in_activity(connection: Connection, member: UUID, activity: UUID) -> tuple[list[UUID], list[tuple[UUID, int]]]:
    """The sessions of `activity` in which `member` has a place, and those for which they wait, each with their position
    on its waiting list; however many others there are."""
    place, wait = SIGN_UPS.c, WAITING.c
    places = select(place.session).where(place.activity == activity, place.member == member).order_by(place.at)
    waits = select(wait.session, _position()).where(wait.activity == activity, wait.member == member)
    found = connection.execute(waits.order_by(wait.session))
    return list(connection.scalars(places)), [(session, position) for session, position in found]


def missed(connection: Connection, member: UUID, *, since: datetime) -> list[OwnPlace]:
    """The sessions that ended after `since`, in which `member` had a place and was not seen, the newest first; at most
    20. What was disputed, excused or seen since is none of them."""
    visit, session = ATTENDANCES.c, SESSIONS.c
    found = (
        select(session.activity, session.starts_at, session.ends_at)
        .join(ATTENDANCES.table, (visit.activity == session.activity) & (visit.session == session.session))
        .where(visit.member == member, visit.status == "no_show", session.ends_at > since)
        .order_by(session.starts_at.desc())
        .limit(_SHOWN_MAX)
    )
    return [OwnPlace(*row) for row in connection.execute(found)]


def _position() -> ScalarSelect[int]:
    """How many wait for the same session since before, and the member."""
    wait, ahead = WAITING.c, WAITING.table.alias("ahead")
    same_queue = (ahead.c.activity == wait.activity) & (ahead.c.session == wait.session)
    return select(func.count()).where(same_queue, ahead.c.position <= wait.position).scalar_subquery()


def _coming(kept: Table, member: UUID, *, now: datetime) -> Query:
    """The sessions to come of what `kept` has of `member`."""
    session = SESSIONS.c
    return (
        select(session.activity, session.starts_at, session.ends_at)
        .join(kept, (kept.c.activity == session.activity) & (kept.c.session == session.session))
        .join(ACTIVITIES.table, ACTIVITIES.c.activity == session.activity)
        .where(kept.c.member == member, session.ends_at > now, ACTIVITIES.c.status.in_(("published", "open")))
        .order_by(session.starts_at)
        .limit(_SHOWN_MAX)
    )
