"""Who asked to be erased, until staff have done it. Asking changes nothing else."""

from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple, cast
from uuid import UUID

from sqlalchemy import Engine, delete, select

from ledger.kernel.ids import MemberId
from ledger.store.directory.bindings import insert_into
from ledger.store.directory.tables import ERASURE_WISHES

DUE_WORKING_DAYS: Final = 15
"""What the rules for apps of 2019 (App违法违规收集使用个人信息行为认定方法, 6) leave for doing it by hand."""
_DAY_0: Final = date(1970, 1, 1)


class Wish(NamedTuple):
    """Somebody's wish to be erased. wished: UTC. due: the day, on the community's calendar, by which it is done."""

    member: MemberId
    wished: datetime
    due: date


class ErasureWishes:
    """The wishes that are open, in the directory store: `engine` writes it, `read_engine` reads it."""

    def __init__(self, engine: Engine, read_engine: Engine) -> None:
        self._engine = engine
        self._read_engine = read_engine

    def add(self, member: MemberId, now: datetime, due: date) -> Wish:
        """Write the wish down; an open one stays as it is. Gives the open one. now: aware."""
        row = {"member": member, "wished": int(now.timestamp()), "due": (due - _DAY_0).days}
        with self._engine.begin() as connection:
            connection.execute(insert_into(connection, ERASURE_WISHES).on_conflict_do_nothing(), row)
            return _wish(connection.execute(_ROWS.where(_C.member == member)).one())

    def of(self, member: MemberId) -> Wish | None:
        """The open wish of `member`; None where there is none."""
        with self._read_engine.connect() as connection:
            row = connection.execute(_ROWS.where(_C.member == member)).one_or_none()
        return None if row is None else _wish(row)

    def withdraw(self, member: MemberId) -> bool:
        """Forget the wish; False where there was none."""
        with self._engine.begin() as connection:
            return connection.execute(delete(ERASURE_WISHES).where(_C.member == member)).rowcount == 1

    def every(self) -> list[Wish]:
        """All open wishes, the one that is due first first."""
        with self._read_engine.connect() as connection:
            return [_wish(row) for row in connection.execute(_ROWS.order_by(_C.due, _C.member))]


_C: Final = ERASURE_WISHES.c
_ROWS: Final = select(_C.member, _C.wished, _C.due)


def _wish(row: object) -> Wish:
    member, wished, due = cast("tuple[UUID, int, int]", row)
    return Wish(MemberId(member), datetime.fromtimestamp(wished, UTC), _DAY_0 + timedelta(days=due))
