"""Brings the tables of every store but the views, which are rebuilt, to what this release needs.

Each store has its own folder of steps and its own version table. Steps are written out, never drawn from today's
tables, so that an old ledger takes the same way in every release.
"""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, inspect, text

from ledger.store.databases import Databases
from ledger.store.refused_settings import NewerTables
from ledger.store.sqlite_files import only_process

MIGRATED = ("ledger", "directory", "state", "audit")
HEADS = {"ledger": "0001", "directory": "0006", "state": "0003", "audit": "0001"}
"""The newest step of each store; a test holds it equal to the files."""

MIGRATION_LOCK = 0x6C696E6C_69000003


def migrate(databases: Databases) -> None:
    """Run the steps that are missing, all of a store's or none. Safe when several processes start at once.

    Raises NewerTables, having changed nothing in that store, where a newer release was here before.
    """
    for store in MIGRATED:
        found = version(databases, store)
        if found is not None and found > HEADS[store]:
            raise NewerTables(
                f"{store} has the tables of a newer release (step {found}); this one knows {HEADS[store]}"
            )
        if found != HEADS[store]:
            with _alone(databases, store) as connection:
                upgrade(connection, store)


def version(databases: Databases, store: str) -> str | None:
    """The newest step that `store` has had; None where its tables were never made."""
    engine: Engine = getattr(databases, f"{store}_read")
    with engine.connect() as connection:
        if not inspect(connection).has_table(f"{store}_version"):
            return None
        return connection.scalar(text(f"SELECT version_num FROM {store}_version"))


def configuration(connection: Connection, store: str) -> Any:
    """What alembic's own commands need to work on `store` over `connection`."""
    from alembic.config import Config  # imported late: a start that has nothing to migrate need not wait for it

    here = Path(__file__).parent
    found = Config(attributes={"connection": connection, "store": store})
    options = {"script_location": here, "version_locations": here / store, "path_separator": "newline"}
    for name, value in options.items():
        found.set_main_option(name, str(value).replace("%", "%%"))
    return found


def upgrade(connection: Connection, store: str) -> None:
    """Run the missing steps of `store` in the transaction of `connection`."""
    from alembic import command

    command.upgrade(configuration(connection, store), "head")


@contextmanager
def _alone(databases: Databases, store: str) -> Generator[Connection]:
    engine: Engine = getattr(databases, store)
    if databases.dialect == "sqlite":
        with only_process(databases.home), engine.begin() as connection:
            yield connection
    else:
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL lock_timeout = 0"))
            connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
            yield connection
