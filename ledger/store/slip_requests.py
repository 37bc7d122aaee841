"""Activation slips that wait for a second member of staff: for whom, asked by whom, on what basis. No code exists yet.

They lie in the state store and are over after half an hour; one that was lost is asked for again.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from msgspec import Struct
from sqlalchemy import Engine, delete, insert, select

from ledger.kernel.ids import MemberId
from ledger.store.state_tables import SLIP_REQUESTS

LIVES: Final = timedelta(minutes=30)
"""The person stands at the counter meanwhile."""


class SlipRequest(Struct, frozen=True):
    """A slip for `member` that `asked_by` wants to hand out. basis: a code for how the person was recognised.

    expires: from then on it is over, aware UTC.
    """

    id: UUID
    member: MemberId
    asked_by: MemberId
    basis: str
    expires: datetime


class SlipRequests:
    """The requests of all workers, in the state store: `engine` writes it, `read_engine` reads it."""

    def __init__(self, engine: Engine, read_engine: Engine) -> None:
        self._engine = engine
        self._read_engine = read_engine

    def ask(self, member: MemberId, now: datetime, *, asked_by: MemberId, basis: str) -> SlipRequest:
        """Write a request down at `now` (aware); an older one for the same person is over."""
        asked = SlipRequest(uuid4(), member, asked_by, basis, (now + LIVES).replace(microsecond=0))
        row = {"id": asked.id, "member": member, "asked_by": asked_by, "basis": basis, "expires": _seconds(now + LIVES)}
        with self._engine.begin() as connection:
            connection.execute(delete(SLIP_REQUESTS).where(SLIP_REQUESTS.c.member == member))
            connection.execute(insert(SLIP_REQUESTS), row)
        return asked

    def waiting(self, now: datetime) -> list[SlipRequest]:
        """What waits at `now`, the oldest first."""
        found = _ALL.where(SLIP_REQUESTS.c.expires > _seconds(now)).order_by(
            SLIP_REQUESTS.c.expires, SLIP_REQUESTS.c.id
        )
        with self._read_engine.connect() as connection:
            return _read(connection.execute(found))

    def one(self, request: UUID, now: datetime) -> SlipRequest | None:
        """The request, while it waits; None when there is none, or it is over at `now`."""
        found = _ALL.where(SLIP_REQUESTS.c.id == request, SLIP_REQUESTS.c.expires > _seconds(now))
        with self._read_engine.connect() as connection:
            return next(iter(_read(connection.execute(found))), None)

    def take(self, request: UUID, now: datetime) -> bool:
        """End the request; of any number of callers at once exactly one is answered True."""
        ended = delete(SLIP_REQUESTS).where(SLIP_REQUESTS.c.id == request, SLIP_REQUESTS.c.expires > _seconds(now))
        with self._engine.begin() as connection:
            return connection.execute(ended).rowcount == 1

    def purge(self, now: datetime) -> int:
        """Delete what is over at `now`; how many there were."""
        with self._engine.begin() as connection:
            return connection.execute(delete(SLIP_REQUESTS).where(SLIP_REQUESTS.c.expires <= _seconds(now))).rowcount


_ALL: Final = select(
    SLIP_REQUESTS.c.id, SLIP_REQUESTS.c.member, SLIP_REQUESTS.c.asked_by, SLIP_REQUESTS.c.basis, SLIP_REQUESTS.c.expires
)


def _read(rows: Iterable[Any]) -> list[SlipRequest]:
    return [
        SlipRequest(request, member, asked_by, basis, datetime.fromtimestamp(expires, UTC))
        for request, member, asked_by, basis, expires in rows
    ]


def _seconds(now: datetime) -> int:
    return int(now.timestamp())
