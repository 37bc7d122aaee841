"""How far each read model has come, and the fence that keeps two runners from applying the same event twice.

A runner moves the position first, in the transaction that changes the rows. `generation` changes whenever tables are
exchanged, so that rows remembered from the old tables are never written into the new ones.
"""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import Connection, func, inspect, select, update

from projections.view_tables import ViewTable


class Standing(Struct, frozen=True):
    """Where a projection stands: all events up to `position` are in its rows; as_of: the time of the last of them.

    parked_at: the position of the event it could not apply, None while it runs. error: what kind of failure that was.
    """

    name: str
    version: int
    generation: int
    position: int
    as_of: datetime | None
    parked_at: int | None
    error: str | None


class Overtaken(Exception):
    """Another runner was here: what this one remembers is out of date."""


STANDINGS = ViewTable(Standing, "projections")


def create(connection: Connection) -> None:
    """Make the table of standings where it is missing. The caller holds a lease."""
    if not inspect(connection).has_table(STANDINGS.name):
        STANDINGS.create(connection)


def read(connection: Connection) -> dict[str, Standing]:
    """The standing of every projection that was ever built, by name."""
    return {standing.name: standing for standing in STANDINGS.read(connection, STANDINGS.select())}


def advance(connection: Connection, before: Sequence[Standing], position: int, *, as_of: datetime) -> None:
    """Move projections that stand at one place to `position`; one that was parked there then runs again.

    Raises `Overtaken` when any of them stands elsewhere, or was parked or set free meanwhile.
    """
    c = STANDINGS.c
    names = [standing.name for standing in before]
    moved = connection.execute(
        update(STANDINGS.table)
        .where(c.name.in_(names), c.position == before[0].position, c.generation == before[0].generation)
        .where(c.parked_at.is_not_distinct_from(before[0].parked_at))
        .values(position=position, as_of=as_of, parked_at=None, error=None)
    )
    if moved.rowcount != len(names):
        raise Overtaken


def park(connection: Connection, before: Standing, parked_at: int, *, error: str) -> None:
    """Stop a projection before the event at `parked_at`. Raises `Overtaken` when it stands elsewhere by now."""
    c = STANDINGS.c
    stopped = connection.execute(
        update(STANDINGS.table)
        .where(c.name == before.name, c.position == before.position, c.generation == before.generation)
        .values(parked_at=parked_at, error=error)
    )
    if stopped.rowcount != 1:
        raise Overtaken


def unpark(connection: Connection, name: str) -> bool:
    """Let a projection try its event again; False when it was not parked."""
    c = STANDINGS.c
    changed = connection.execute(
        update(STANDINGS.table).where(c.name == name, c.parked_at.is_not(None)).values(parked_at=None, error=None)
    )
    return changed.rowcount == 1


def lock(connection: Connection) -> dict[str, Standing]:
    """All standings, with every other runner kept out until the transaction ends."""
    connection.execute(update(STANDINGS.table).values(generation=STANDINGS.c.generation))
    return read(connection)


def replace(connection: Connection, standings: Sequence[Standing]) -> None:
    """Put `standings` in place and start a new generation for all: every runner forgets what it remembers."""
    c = STANDINGS.c
    generation = (connection.scalar(select(func.max(c.generation))) or 0) + 1
    names = [standing.name for standing in standings]
    connection.execute(STANDINGS.table.delete().where(c.name.in_(names)))
    fields = Standing.__struct_fields__
    connection.execute(
        STANDINGS.table.insert(),
        [{field: getattr(standing, field) for field in fields} for standing in standings],
    )
    connection.execute(update(STANDINGS.table).values(generation=generation))
