"""Below which node a fact counts: as the tree stood on the day of the fact, or as it stands now.

A node that was merged is read as the one it was merged into. One that was split stays itself, for nobody knows to which
of its successors a fact would belong; but where the person of the fact sits in one today, the fact is read there.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import Connection

from ledger.application.node_places import has_ended, parent_on
from projections import organisations, seats
from projections.organisations import OrganisationRow

Reading = Literal["as_then", "as_now"]
"""as_then: under the parents of the fact's day. as_now: under what is there today."""


class TreePaths:
    """The paths up to `top` from all that ever stood below it. today: the community's day."""

    def __init__(self, connection: Connection, top: UUID, today: date) -> None:
        self.top = top
        self.nodes: dict[UUID, OrganisationRow] = organisations.ever_below(connection, top)
        self._connection = connection
        self._today = today
        self._around: dict[UUID, OrganisationRow | None] = dict(self.nodes)
        self._sitting: Mapping[UUID, list[UUID]] | None = None

    def places(self, node: UUID, member: UUID, day: date, reading: Reading) -> UUID | None:
        """The child of `top` below which a fact of `member` at `node` on `day` counts; `top` itself for its own facts,
        None where it counts elsewhere.
        """
        child: UUID | None = None
        on = day if reading == "as_then" else self._today
        for step in self._path(self._start(node, member, reading), on):
            if step == self.top:
                return child or self.top
            child = step
        return None

    def cuts(self, since: date, until: date) -> list[tuple[date, date]]:
        """The days from `since` through `until`, in spans in which no path changes."""
        changes = {place.from_day for row in self.nodes.values() for place in row.moves}
        changes |= {row.last_day + timedelta(days=1) for row in self.nodes.values() if row.last_day}
        starts = sorted({since} | {day for day in changes if since < day <= until})
        ends = [day - timedelta(days=1) for day in starts[1:]]
        return list(zip(starts, [*ends, until], strict=True))

    def _path(self, node: UUID, day: date) -> Iterator[UUID]:
        """The node and those above it on `day`, merged ones as what they were merged into."""
        step: UUID | None = node
        while step is not None and (row := self._row(step)) is not None:
            if has_ended(row, day) and len(row.successors) == 1:
                step = row.successors[0]
                continue
            yield step
            step = parent_on(row, day)

    def _start(self, node: UUID, member: UUID, reading: Reading) -> UUID:
        """Where the path of a fact begins: at its node, or in that one of its successors where the member sits."""
        if reading == "as_then":
            return node
        row = self._row(node)
        while row is not None and has_ended(row, self._today) and row.successors:
            followed = row.successors if len(row.successors) == 1 else self._sits_in(row.successors, member)
            if not followed:
                break
            node = followed[0]
            row = self._row(node)
        return node

    def _sits_in(self, successors: Sequence[UUID], member: UUID) -> list[UUID]:
        """Those of `successors` in which, or in what followed them, `member` sits today."""
        line = {step for seat in self._seats().get(member, []) for step in self._path(seat, self._today)}
        return [one for one in successors if not line.isdisjoint(self._ends_in(one))]

    def _ends_in(self, node: UUID) -> set[UUID]:
        """The node, or what follows it today, one after the other."""
        row = self._row(node)
        if row is None or not row.successors or not has_ended(row, self._today):
            return {node}
        return {last for one in row.successors for last in self._ends_in(one)}

    def _seats(self) -> Mapping[UUID, list[UUID]]:
        """Who sits today where the split nodes were split into."""
        if self._sitting is None:
            split = [one for row in self.nodes.values() if len(row.successors) > 1 for one in row.successors]
            ends = {last for one in split for last in self._ends_in(one)}
            below = {one for end in ends for one in organisations.ever_below(self._connection, end)}
            self._sitting = seats.among(self._connection, sorted(below), day=self._today)
        return self._sitting

    def _row(self, node: UUID) -> OrganisationRow | None:
        if node not in self._around:
            self._around[node] = organisations.organisation(self._connection, node)
        return self._around[node]
