"""The log: positions without gaps, one place to append, the same on both databases."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from ledger.store import append
from ledger.store.databases import Databases
from ledger.store.leaves import leaf_hash
from ledger.store.tables import EVENTS


def rows(stream: UUID, first: int, count: int) -> list[append.Row]:
    return [append.Row(stream, version, "tasks.posted.1", b'{"n":1}') for version in range(first, first + count)]


def store(databases: Databases, events: list[append.Row]) -> range:
    with databases.ledger.begin() as connection:
        append.lock(connection)
        return append.insert(connection, events, append.head(connection))


def test_positions_follow_each_other_from_one(databases: Databases) -> None:
    stream = uuid4()

    assert store(databases, rows(stream, 1, 3)) == range(1, 4)
    assert store(databases, rows(uuid4(), 1, 70)) == range(4, 74)

    with databases.ledger_read.begin() as connection:
        assert list(connection.scalars(select(EVENTS.c.position).order_by(EVENTS.c.position))) == list(range(1, 74))
        first = connection.execute(select(EVENTS).where(EVENTS.c.position == 1)).one()
    assert (first.stream, first.version, first.name, first.state) == (stream, 1, "tasks.posted.1", b'{"n":1}')
    assert first.leaf == leaf_hash(stream, 1, "tasks.posted.1", b'{"n":1}')


def test_a_refused_append_leaves_no_gap(databases: Databases) -> None:
    stream = uuid4()
    store(databases, rows(stream, 1, 2))

    with pytest.raises(IntegrityError):
        store(databases, [*rows(uuid4(), 1, 5), *rows(stream, 2, 1)])

    assert store(databases, rows(stream, 3, 1)) == range(3, 4)


def test_appending_nothing_takes_no_position(databases: Databases) -> None:
    assert store(databases, []) == range(1, 1)
    assert store(databases, rows(uuid4(), 1, 1)) == range(1, 2)
