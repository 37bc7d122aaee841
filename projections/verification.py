"""Proves that read models are what the events say: digests to compare, and the names of figures that differ."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import StaticPool

from ledger.application.ports import Feed
from projections import positions
from projections.positions import Standing
from projections.projection import Projection, Views
from projections.rebuild import Build, silent
from projections.view_tables import ViewTable

DIFFERENCES_MAX = 1_000

_encode = msgspec.json.Encoder(order="sorted").encode


class Difference(NamedTuple):
    """A figure that is not what the events say. key: the row's key. column: None where a whole row is too many or
    missing; then `stored` or `rebuilt` is None. All as JSON would show them."""

    table: str
    key: tuple[str, ...]
    column: str | None
    stored: str | None
    rebuilt: str | None


def digest(connection: Connection, projection: Projection) -> str:
    """SHA-256, in hex, over all rows of `projection` in the order of their keys: the same on both databases."""
    total = hashlib.sha256()
    for table in projection.tables:
        total.update(f"\n{table.name}\n".encode())
        for row in connection.execute(table.ordered()):
            total.update(_encode(tuple(row)))
    return total.hexdigest()


def digests(views: Views, projections: Sequence[Projection]) -> dict[str, str]:
    """The digest of each of `projections`, all at one moment."""
    with _snapshot(views) as connection:
        return {one.name: digest(connection, one) for one in projections}


def verify_views(feed: Feed, views: Views, projections: Sequence[Projection]) -> list[Difference]:
    """Build `projections` in memory, each as far as it stands, and name what differs, at most `DIFFERENCES_MAX`.

    A projection that was never built or is of another version is passed over: the engine builds it at its start.
    """
    found: list[Difference] = []
    with _snapshot(views) as connection:
        standings = positions.read(connection)
        for until, group in _by_position(projections, standings).items():
            fresh = _built(feed, group, until)
            with fresh.read.connect() as rebuilt:
                for table in (table for one in group for table in one.tables):
                    for difference in _differences(table, connection, rebuilt):
                        found.append(difference)
                        if len(found) == DIFFERENCES_MAX:
                            return found
    return found


def _by_position(projections: Sequence[Projection], standings: dict[str, Standing]) -> dict[int, list[Projection]]:
    groups: dict[int, list[Projection]] = {}
    for one in projections:
        standing = standings.get(one.name)
        if standing is not None and standing.version == one.version:
            groups.setdefault(standing.position, []).append(one)
    return groups


def _built(feed: Feed, projections: Sequence[Projection], until: int) -> Views:
    memory = create_engine("sqlite://", poolclass=StaticPool)
    fresh = Views(memory, memory)
    Build(fresh, projections, prefix="").run(feed, silent, until=until)
    return fresh


def _snapshot(views: Views) -> Connection:
    connection = views.read.connect()
    # A SQLite reader sees one moment anyway; PostgreSQL must be asked to.
    return (
        connection.execution_options(isolation_level="REPEATABLE READ") if views.dialect == "postgresql" else connection
    )


def _differences(table: ViewTable[Any], stored: Connection, rebuilt: Connection) -> Iterator[Difference]:
    left, right = _rows(table, stored), _rows(table, rebuilt)
    here, there = next(left, None), next(right, None)
    while here is not None or there is not None:
        if there is None or (here is not None and here.key < there.key):
            assert here is not None
            yield Difference(table.name, here.shown, None, _shown(here.row), None)
            here = next(left, None)
        elif here is None or there.key < here.key:
            yield Difference(table.name, there.shown, None, None, _shown(there.row))
            there = next(right, None)
        else:
            yield from _differing_columns(table, here, there)
            here, there = next(left, None), next(right, None)


class _Keyed(NamedTuple):
    key: tuple[Any, ...]
    row: tuple[Any, ...]

    @property
    def shown(self) -> tuple[str, ...]:
        return tuple(map(_shown, self.key))


def _rows(table: ViewTable[Any], connection: Connection) -> Iterator[_Keyed]:
    for row in connection.execute(table.ordered()):
        yield _Keyed(tuple(row[: table.key]), tuple(row))


def _differing_columns(table: ViewTable[Any], here: _Keyed, there: _Keyed) -> Iterator[Difference]:
    for column, stored, rebuilt in zip(table.columns, here.row, there.row, strict=True):
        if stored != rebuilt:
            yield Difference(table.name, here.shown, column.name, _shown(stored), _shown(rebuilt))


def _shown(value: Any) -> str:
    text = _encode(value).decode()
    return text[1:-1] if text.startswith('"') else text
