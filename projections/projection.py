"""What a projection is, and how a page of notices reaches the handlers of several of them, each event read once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Engine as Database
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as NoFreeConnection

from ledger.application.ports import Notice
from ledger.kernel.decider import Event
from projections.rows import Rowset
from projections.view_tables import ViewTable

Handler = Callable[[Rowset, Notice, Any], None]
"""Turns one event into changes of rows. Pure but for the rows: the same events give the same rows, for ever."""

FAULTS = (OperationalError, InterfaceError, InternalError, NoFreeConnection)
"""The database is locked, full, away or takes no writes: to be tried again, never an event's fault."""


class Projection(NamedTuple):
    """A read model. version: raise it whenever its tables or handlers change, and it is built anew at the next start.

    every: also sees every notice. An event that cannot be read stops each projection that would see it: those that
    handle its type where only its bytes are damaged, and where its name is unknown those that see every one.
    """

    name: str
    version: int
    tables: tuple[ViewTable[Any], ...]
    handlers: Mapping[type[Event], Handler]
    every: Handler | None = None


class Views(NamedTuple):
    """The store of the read models. read: connections that need not wait for a writer; may be the same as `write`."""

    write: Database
    read: Database

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.write.dialect.name


class Unreadable(Exception):
    """An event whose bytes are damaged or whose name is not in the catalog has come to somebody who must see it."""


class HandlerFailed(Exception):
    """A handler raised. The cause is chained; only its type may be shown, for its words may hold data."""

    def __init__(self, projection: str, position: int, event: str) -> None:
        super().__init__(f"{projection} at {position} ({event})")
        self.projection = projection
        self.position = position


class Dispatch:
    """Sends notices to the handlers of some projections, each with its own rows."""

    def __init__(self, members: Iterable[tuple[Projection, Rowset]]) -> None:
        self._by_event: dict[type[Event] | None, list[tuple[str, Handler, Rowset]]] = {}
        self._every: list[tuple[str, Handler, Rowset]] = []
        for projection, rowset in members:
            for event, handler in projection.handlers.items():
                self._by_event.setdefault(event, []).append((projection.name, handler, rowset))
            if projection.every is not None:
                self._every.append((projection.name, projection.every, rowset))
        for handlers in self._by_event.values():
            handlers.extend(self._every)

    def apply(self, notices: Sequence[Notice]) -> None:
        """Let every handler see its notices, in order. Raises `HandlerFailed`, or the database's own fault."""
        by_event, every = self._by_event, self._every
        for notice in notices:
            event = notice.event
            known = by_event.get(type(event) if event is not None else notice.damaged, every)
            for name, handle, rowset in known:
                try:
                    if event is None:
                        raise Unreadable
                    handle(rowset, notice, event)
                except FAULTS:
                    raise
                except Exception as error:
                    raise HandlerFailed(name, notice.position, notice.name) from error
