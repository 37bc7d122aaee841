"""Connections on which a COMMIT is carried out and its reply is lost, and orders for processes that have only such."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from ledger.store.databases import Databases
from tests.races.crew import Post


def lose_every_reply(post: Post) -> None:
    """From now on no commit of this process is heard to have happened, and each has."""
    event.listen(post.databases.ledger, "commit", commit_and_lose)


def commit_and_lose(connection: Any) -> None:
    """Commit, then break."""
    connection.connection.driver_connection.commit()
    raise OperationalError("COMMIT", {}, Exception("the connection is gone"))


@contextmanager
def gone_after_the_next_commit(databases: Databases) -> Generator[None]:
    """Every commit happens unheard, and there is no connection any more afterwards, until the block ends."""
    is_gone = False

    def commit(connection: Any) -> None:
        nonlocal is_gone
        is_gone = True
        commit_and_lose(connection)

    def begin(_connection: Any) -> None:
        if is_gone:
            raise OperationalError("BEGIN", {}, Exception("the database is gone"))

    event.listen(databases.ledger, "commit", commit)
    event.listen(databases.ledger, "begin", begin)
    try:
        yield
    finally:
        event.remove(databases.ledger, "commit", commit)
        event.remove(databases.ledger, "begin", begin)
