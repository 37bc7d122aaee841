"""The write-ahead log is emptied into the file while the program runs, not only when it ends."""

from threading import Event
from uuid import uuid4

import pytest

from ledger.store import append
from ledger.store.checkpoints import EVERY_SECONDS, Checkpoints
from ledger.store.databases import Databases


def file_holds(databases: Databases, name: bytes) -> bool:
    return name in (databases.home / "ledger.db").read_bytes()


def test_committed_events_reach_the_file_while_the_program_runs(sqlite_databases: Databases) -> None:
    checkpoints = Checkpoints(sqlite_databases)
    with sqlite_databases.ledger.begin() as connection:
        append.insert(connection, [append.Row(uuid4(), 1, "gardens.laid.1", b"{}")], 0)
    assert not file_holds(sqlite_databases, b"gardens.laid.1")

    checkpoints.start()

    waiting = Event()
    for _ in range(50):
        if file_holds(sqlite_databases, b"gardens.laid.1"):
            break
        waiting.wait(EVERY_SECONDS)
    else:
        raise AssertionError("the event never left the write-ahead log")
    checkpoints.stop()


@pytest.mark.postgres
def test_postgres_needs_none(postgres_databases: Databases) -> None:
    checkpoints = Checkpoints(postgres_databases)
    checkpoints.start()
    checkpoints.stop()
