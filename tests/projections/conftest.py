"""The store of the read models on each database, and a way to ask what they say of a log."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from sqlalchemy import Connection, inspect, text

from ledger.kernel.ids import OrganisationId
from ledger.membership.events import MemberRegistered, MemberSuspended
from ledger.store.databases import Databases
from projections.engine import Engine
from projections.projection import Projection, Views

from .log import Log

Told = Callable[..., Connection]


@pytest.fixture(scope="session")
def one_postgres(
    new_postgres_database: Callable[[str | None], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Databases]:
    """One PostgreSQL database for all these tests: a database each costs more than what they do in it."""
    databases = Databases.open(tmp_path_factory.mktemp("home"), new_postgres_database(None))
    yield databases
    databases.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def views(request: pytest.FixtureRequest) -> Views:
    """The store of the read models, empty."""
    if request.param == "sqlite":
        databases: Databases = request.getfixturevalue("sqlite_databases")
        return Views(databases.views, databases.views_read)
    return emptied(request.getfixturevalue("one_postgres"))


def emptied(databases: Databases) -> Views:
    """The store of the read models on PostgreSQL, with nothing in it."""
    with databases.views.begin() as connection:
        for name in inspect(connection).get_table_names():
            connection.execute(text(f"DROP TABLE {name}"))
    return Views(databases.views, databases.views_read)


@pytest.fixture
def told(views: Views) -> Iterator[Told]:
    """Reads a log with some projections, live, and gives a connection to ask them until the next time.

    Another log than the last one is read from its beginning.
    """
    opened: list[Connection] = []
    read: list[Log] = []

    def tell(log: Log, *projections: Projection) -> Connection:
        while opened:
            opened.pop().close()
        engine = Engine(log, views, projections)
        if not read:
            Engine(Log(), views, projections).prepare()
        elif read[-1] is not log:
            engine.rebuild()
        read.append(log)
        engine.catch_up()
        assert engine.parked() == []
        opened.append(views.read.connect())
        return opened[-1]

    yield tell
    while opened:
        opened.pop().close()


@pytest.fixture
def log() -> Log:
    """Three members, the second of whom is suspended at position 3."""
    log, home = Log(), OrganisationId(uuid4())
    first, second, third = uuid4(), uuid4(), uuid4()
    log.happen(first, MemberRegistered(home))
    log.happen(second, MemberRegistered(home), MemberSuspended("late"))
    log.happen(third, MemberRegistered(home))
    return log
