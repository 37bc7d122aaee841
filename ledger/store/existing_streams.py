"""Which streams have anything in them: asked of the log itself, where read models may be behind."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Engine, select

from ledger.store.directory.bindings import pieces
from ledger.store.tables import EVENTS

_FIRST = 1


def existing(ledger: Engine, streams: Iterable[UUID]) -> set[UUID]:
    """Those of `streams` that have an event."""
    found: set[UUID] = set()
    with ledger.connect() as connection:
        for piece in pieces(streams):
            there = select(EVENTS.c.stream).where(EVENTS.c.stream.in_(piece), EVENTS.c.version == _FIRST)
            found.update(connection.execute(there).scalars())
    return found
