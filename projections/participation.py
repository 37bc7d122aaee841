"""Who took part below a node, by child: counted from visits and awards at the moment of asking, as the tree stood then
or as it stands now. Sums of the children and the node's own are the node's; people are counted once at each node. Read
as then, a child has here what was done while it lay below the node, which is less than all its own where it was moved.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Literal, NamedTuple
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Subquery, and_, case, func, or_, select

from ledger.kernel.clock import business_day, start_of_day
from ledger.kernel.units import Unit
from projections.activity_rows import ACTIVITIES, ATTENDANCES, SESSIONS, VisitStatus
from projections.awards import AWARDS
from projections.tree_paths import Reading, TreePaths

NODES_A_QUERY = 500
FACTS_A_STEP = 500
NOT_THERE: tuple[VisitStatus, ...] = ("noted", "no_show", "excused", "annulled")
"""What is known of a member at a session that is no attendance."""

FactKind = Literal["attendance", "award"]


class Span(NamedTuple):
    """Days from `since` through `until`, both included, in which what is counted was done."""

    since: date
    until: date


class Asked(NamedTuple):
    """What a report is asked for: below the top of `paths`, within `span`, as the tree stood then or stands now."""

    paths: TreePaths
    span: Span
    reading: Reading


class Figures(Struct, frozen=True):
    """members: people who came to a session or were credited a deed. attendances: visits, no-shows and annulled ones
    left out. minutes: whole minutes credited, each deed once, whatever units it earned. points: credited and not taken
    back. returning: those of `members` whose deeds lie on at least two different days of the span.
    """

    members: int = 0
    attendances: int = 0
    minutes: int = 0
    points: int = 0
    returning: int = 0


class Participation(Struct, frozen=True):
    """total: of the node and all below it. own: recorded at the node itself. children: by id, those with any figure."""

    total: Figures
    own: Figures
    children: dict[UUID, Figures]


class Fact(NamedTuple):
    """One visit or award that was counted: where and when."""

    kind: FactKind
    id: UUID
    organisation: UUID
    member: UUID
    day: date


class _Done(NamedTuple):
    """What one member did at one node within some days."""

    organisation: UUID
    member: UUID
    attendances: int
    minutes: int
    points: int
    first_day: date
    last_day: date


class _Sum:
    """Adds up what is done, people once."""

    def __init__(self) -> None:
        self.attendances = self.minutes = self.points = 0
        self._days: dict[UUID, tuple[date, date]] = {}

    def add(self, done: _Done) -> None:
        self.attendances += done.attendances
        self.minutes += done.minutes
        self.points += done.points
        first, last = self._days.get(done.member, (done.first_day, done.last_day))
        self._days[done.member] = min(first, done.first_day), max(last, done.last_day)

    def figures(self) -> Figures:
        returning = sum(first < last for first, last in self._days.values())
        return Figures(len(self._days), self.attendances, self.minutes, self.points, returning)


def participation(connection: Connection, asked: Asked) -> Participation:
    """What was done below the top of the paths within the span."""
    paths, span, reading = asked
    total, own, children = _Sum(), _Sum(), dict[UUID, _Sum]()
    for since, until in paths.cuts(*span) if reading == "as_then" else [span]:
        for done in _done(connection, list(paths.nodes), Span(since, until)):
            place = paths.places(done.organisation, done.member, since, reading)
            if place is None:
                continue
            total.add(done)
            (own if place == paths.top else children.setdefault(place, _Sum())).add(done)
    shown = {child: children[child].figures() for child in sorted(children)}
    return Participation(total.figures(), own.figures(), shown)


def facts(
    connection: Connection, asked: Asked, *, after: tuple[FactKind, UUID] | None, part: UUID | None = None
) -> Iterator[Fact]:
    """Every fact that `participation` counts in its total: attendances, then awards, each by id, after `after`.

    part: only those that it counts in this child, or, where it is the top itself, in its own; None: all.
    """
    paths, span, reading = asked
    kinds: tuple[FactKind, ...] = ("attendance", "award")
    for kind in kinds[kinds.index(after[0]) :] if after else kinds:
        last = after[1] if after and after[0] == kind else None
        while step := _step(connection, list(paths.nodes), span, kind, last):
            for fact in step:
                place = paths.places(fact.organisation, fact.member, fact.day, reading)
                if place is not None and part in {None, place}:
                    yield fact
            last = step[-1].id


def _done(connection: Connection, nodes: Sequence[UUID], span: Span) -> Iterator[_Done]:
    for start in range(0, len(nodes), NODES_A_QUERY):
        piece = nodes[start : start + NODES_A_QUERY]
        c, activity, session = ATTENDANCES.c, ACTIVITIES.c, SESSIONS.c
        starts = func.min(session.starts_at), func.max(session.starts_at)
        visits = select(activity.organisation, c.member, func.count(), *starts).where(*_visits(piece, span))
        for node, member, count, first, last in connection.execute(visits.group_by(activity.organisation, c.member)):
            yield _Done(node, member, count, 0, 0, business_day(first), business_day(last))
        deeds = _deeds(piece, span).c
        sums = (func.sum(deeds.minutes), func.sum(deeds.points), func.min(deeds.day), func.max(deeds.day))
        credited = select(deeds.organisation, deeds.member, *sums).group_by(deeds.organisation, deeds.member)
        for node, member, minutes, points, first, last in connection.execute(credited):
            yield _Done(node, member, 0, int(minutes), int(points), first, last)


def _visits(nodes: Sequence[UUID], span: Span) -> tuple[ColumnElement[bool], ...]:
    """Of the three tables together, the visits that count as attendances."""
    c, activity, session = ATTENDANCES.c, ACTIVITIES.c, SESSIONS.c
    return (
        activity.organisation.in_(nodes),
        session.activity == activity.activity,
        session.starts_at >= start_of_day(span.since),
        session.starts_at < start_of_day(span.until + timedelta(days=1)),
        and_(c.activity == session.activity, c.session == session.session),
        c.status.not_in(NOT_THERE),
        or_(c.in_at.is_not(None), c.minutes_seen.is_not(None)),
    )


def _deeds(nodes: Sequence[UUID], span: Span) -> Subquery:
    """Each credited deed once, though it may have earned in several units."""
    c = AWARDS.c
    points = case((c.unit == Unit.POINTS, c.amount), else_=0)
    return (
        select(
            c.organisation.label("organisation"),
            c.member.label("member"),
            func.max(c.minutes_credited).label("minutes"),
            func.sum(points).label("points"),
            func.min(c.service_day).label("day"),
        )
        .where(*_awards(nodes, span))
        .group_by(c.organisation, c.member, c.source)
        .subquery()
    )


def _awards(nodes: Sequence[UUID], span: Span) -> tuple[ColumnElement[bool], ...]:
    c = AWARDS.c
    return c.organisation.in_(nodes), c.status == "credited", c.service_day.between(span.since, span.until)


def _step(connection: Connection, nodes: Sequence[UUID], span: Span, kind: FactKind, after: UUID | None) -> list[Fact]:
    """The next facts by id, whether they count below the top or not; none when there are no more."""
    found: list[Fact] = []
    for start in range(0, len(nodes), NODES_A_QUERY):
        piece = nodes[start : start + NODES_A_QUERY]
        found += _visits_after(connection, piece, span, after) if kind == "attendance" else []
        found += _awards_after(connection, piece, span, after) if kind == "award" else []
    return sorted(found, key=lambda fact: fact.id)[:FACTS_A_STEP]


def _visits_after(connection: Connection, nodes: Sequence[UUID], span: Span, after: UUID | None) -> list[Fact]:
    c = ATTENDANCES.c
    columns = c.attendance, ACTIVITIES.c.organisation, c.member, SESSIONS.c.starts_at
    query = select(*columns).where(*_visits(nodes, span)).order_by(c.attendance).limit(FACTS_A_STEP)
    rows = connection.execute(query if after is None else query.where(c.attendance > after))
    return [Fact("attendance", visit, node, member, business_day(at)) for visit, node, member, at in rows]


def _awards_after(connection: Connection, nodes: Sequence[UUID], span: Span, after: UUID | None) -> list[Fact]:
    c = AWARDS.c
    query = select(c.award, c.organisation, c.member, c.service_day).where(*_awards(nodes, span))
    query = query.order_by(c.award).limit(FACTS_A_STEP)
    rows = connection.execute(query if after is None else query.where(c.award > after))
    return [Fact("award", *row) for row in rows]
