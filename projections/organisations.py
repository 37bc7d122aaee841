"""The two trees as they were decided, and how they stand on a day: ids, levels and days only, never a name."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from ledger.application.node_places import Placement, above_on
from ledger.application.ports import Notice
from ledger.kernel.ids import OrganisationId
from ledger.membership.events import OrganisationEnded, OrganisationMoved, OrganisationRegistered
from projections.projection import Projection
from projections.rows import Rowset
from projections.view_tables import ViewTable

IDS_A_QUERY = 500


class OrganisationRow(Struct, gc=False):
    """A node of a tree. parent: as registered, None at the top. division_code: the official 12 digits, None for none.

    moves: later places, in the order of their days. last_day: the last on which it counts, None where no end was
    decided. attached_to: the administrative node that a party node is there for.
    """

    organisation: UUID
    parent: OrganisationId | None
    level: str
    division_code: str | None
    effective_from: date
    attached_to: UUID | None = None
    last_day: date | None = None
    moves: list[Placement] = []
    successors: list[OrganisationId] = []


class MoveRow(Struct, gc=False):
    """From `from_day` on the node lies below `parent`: the moves again, to be found from the parent."""

    organisation: UUID
    from_day: date
    parent: UUID


class SuccessionRow(Struct, gc=False):
    """`successor` follows a node that counts through `last_day`. merged: it is the only one."""

    organisation: UUID
    successor: UUID
    last_day: date
    merged: bool


ORGANISATIONS = ViewTable(OrganisationRow, "organisations", indexes=[("parent", "organisation"), ("division_code",)])
MOVES = ViewTable(MoveRow, "organisation_moves", key=2, indexes=[("parent",)])
SUCCESSIONS = ViewTable(SuccessionRow, "organisation_successions", key=2, indexes=[("successor",)])


def organisation(connection: Connection, organisation_id: UUID) -> OrganisationRow | None:
    """One organisation; None where there is none."""
    c = ORGANISATIONS.c
    return ORGANISATIONS.one(connection, ORGANISATIONS.select().where(c.organisation == organisation_id))


def by_id(connection: Connection, organisations: Sequence[UUID]) -> list[OrganisationRow]:
    """Those of `organisations` that there are, in no order."""
    c = ORGANISATIONS.c
    return [
        row
        for piece in _pieces(organisations)
        for row in ORGANISATIONS.read(connection, ORGANISATIONS.select().where(c.organisation.in_(piece)))
    ]


def organisations_below(
    connection: Connection,
    parent: UUID | None,
    *,
    after: UUID | None = None,
    limit: int = 50,
    day: date | None = None,
) -> list[OrganisationRow]:
    """The organisations that count on `day` directly below `parent` (None: the tops of trees), by id.

    What lay below a node that was merged into `parent` lies below `parent`. after: the last one of the page before.
    day None: when all that was decided so far has come.
    """
    on = day or date.max
    c = ORGANISATIONS.c
    counts = and_(c.effective_from <= on, or_(c.last_day.is_(None), c.last_day >= on))
    found = ORGANISATIONS.select().where(_lies_below(connection, parent, on), counts)
    found = found.order_by(c.organisation).limit(limit)
    return ORGANISATIONS.read(connection, found if after is None else found.where(c.organisation > after))


def every_organisation(connection: Connection) -> list[OrganisationRow]:
    """All organisations, for imports that compare a whole list with what is there."""
    return ORGANISATIONS.read(connection, ORGANISATIONS.select())


def count(connection: Connection) -> int:
    """How many organisations were ever registered."""
    return connection.scalar(select(func.count()).select_from(ORGANISATIONS.table)) or 0


def line_of(connection: Connection, organisation_id: UUID, day: date | None = None) -> list[OrganisationRow]:
    """`organisation_id` and all organisations above it on `day`, the nearest first; empty where there is none.

    Above a node that was merged come the one it was merged into and those above that.
    day None: as `organisations_below`.
    """
    line: list[OrganisationRow] = []
    above: UUID | None = organisation_id
    while above is not None and (row := organisation(connection, above)) is not None:
        line.append(row)
        above = above_on(row, day or date.max)
    return line


def lines_of(connection: Connection, organisations: Collection[UUID], day: date) -> dict[UUID, list[OrganisationRow]]:
    """As `line_of` for each of `organisations`: a query for each level of the tree, however many they are."""
    known: dict[UUID, OrganisationRow] = {}
    edge = set(organisations)
    while edge:
        found = by_id(connection, sorted(edge))
        known |= {row.organisation: row for row in found}
        edge = {above for row in found if (above := above_on(row, day)) is not None} - known.keys()
    lines: dict[UUID, list[OrganisationRow]] = {}
    for one in organisations:
        line, above = list[OrganisationRow](), known.get(one)
        while above is not None:
            line.append(above)
            higher = above_on(above, day)
            above = None if higher is None else known.get(higher)
        lines[one] = line
    return lines


def ever_below(connection: Connection, top: UUID) -> dict[UUID, OrganisationRow]:
    """`top` and all that on any day stood below it, or was followed by what did; whether it does on a day, its line
    tells.
    """
    found: dict[UUID, OrganisationRow] = {}
    edge: Sequence[UUID] = [top]
    while edge:
        found |= {row.organisation: row for row in by_id(connection, edge)}
        near = {one for piece in _pieces(edge) for one in _nearest_ever(connection, piece)}
        edge = sorted(near - found.keys())
    return found


def _nearest_ever(connection: Connection, nodes: Sequence[UUID]) -> list[UUID]:
    """What ever stood right below one of `nodes`, or was followed by one."""
    c, moved, followed = ORGANISATIONS.c, MOVES.c, SUCCESSIONS.c
    queries = (
        select(c.organisation).where(c.parent.in_(nodes)),
        select(moved.organisation).where(moved.parent.in_(nodes)),
        select(followed.organisation).where(followed.successor.in_(nodes)),
    )
    return [one for query in queries for one in connection.scalars(query)]


def _lies_below(connection: Connection, parent: UUID | None, day: date) -> ColumnElement[bool]:
    c, moved = ORGANISATIONS.c, MOVES.c
    places = select(moved.parent).where(moved.organisation == c.organisation, moved.from_day <= day)
    place = places.order_by(moved.from_day.desc()).limit(1).scalar_subquery()
    if parent is None:
        return and_(c.parent.is_(None), place.is_(None))
    parents = _merged_into(connection, parent, day)
    near = or_(c.parent.in_(parents), c.organisation.in_(select(moved.organisation).where(moved.parent.in_(parents))))
    return and_(near, func.coalesce(place, c.parent).in_(parents))


def _merged_into(connection: Connection, node: UUID, day: date) -> list[UUID]:
    """The node, and those that were merged into it by `day`, directly or one after the other."""
    c, found, edge = SUCCESSIONS.c, [node], [node]
    while edge:
        ended = select(c.organisation).where(c.successor.in_(edge), c.merged.is_(True), c.last_day < day)
        edge = list(connection.scalars(ended))
        found += edge
    return found


def _pieces(ids: Sequence[UUID]) -> list[Sequence[UUID]]:
    return [ids[start : start + IDS_A_QUERY] for start in range(0, len(ids), IDS_A_QUERY)]


def _registered(rows: Rowset, notice: Notice, event: OrganisationRegistered) -> None:
    row = OrganisationRow(
        notice.stream, event.parent, event.level, event.division_code, event.effective_from, event.attached_to
    )
    rows[ORGANISATIONS].put(row)


def _moved(rows: Rowset, notice: Notice, event: OrganisationMoved) -> None:
    row = rows[ORGANISATIONS].change(notice.stream)
    row.moves = [*row.moves, Placement(event.parent, event.effective_from)]
    rows[MOVES].put(MoveRow(notice.stream, event.effective_from, event.parent))


def _ended(rows: Rowset, notice: Notice, event: OrganisationEnded) -> None:
    row = rows[ORGANISATIONS].change(notice.stream)
    row.last_day, row.successors = event.last_day, list(event.successors)
    for successor in event.successors:
        rows[SUCCESSIONS].put(SuccessionRow(notice.stream, successor, event.last_day, len(event.successors) == 1))


HANDLERS: dict[type[Any], Any] = {
    OrganisationRegistered: _registered,
    OrganisationMoved: _moved,
    OrganisationEnded: _ended,
}
PROJECTION = Projection(
    name="organisations",
    version=1,
    tables=(ORGANISATIONS, MOVES, SUCCESSIONS),
    handlers=HANDLERS,
)
