"""What the directory itself knows of erasures: which lines of the erasure list it has had, and how far each is done."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, select, update

from ledger.kernel.ids import MemberId
from ledger.store.directory.bindings import insert_into, pieces
from ledger.store.directory.tables import ERASURES, SEQUENCES

_LIST: Final = "erasure_list"
"""The row of `sequences` that says that there is an erasure list: a copy of this directory is not served without it."""


class ErasureRow(NamedTuple):
    """One erasure, with when it was done (aware UTC): erased from the tables, purged from the files, and rewrapped, the
    wrapping key thrown away. None: not yet."""

    number: int
    member: MemberId
    erased: datetime
    purged: datetime | None
    rewrapped: datetime | None


def has_list(connection: Connection) -> bool:
    """Whether this directory was ever served beside an erasure list."""
    return connection.scalar(select(SEQUENCES.c.last).where(SEQUENCES.c.name == _LIST)) is not None


def note_list(connection: Connection) -> None:
    """Remember that there is an erasure list."""
    connection.execute(insert_into(connection, SEQUENCES).on_conflict_do_nothing(), {"name": _LIST, "last": 1})


def record(connection: Connection, numbered: Iterable[tuple[int, MemberId]], now: datetime) -> None:
    """Add the erasures that are not known yet. now: aware."""
    rows = [{"number": number, "member": member, "erased": _seconds(now)} for number, member in numbered]
    for piece in pieces(rows):
        connection.execute(insert_into(connection, ERASURES).on_conflict_do_nothing(), piece)


def of_member(connection: Connection, member: UUID) -> ErasureRow | None:
    """The erasure of `member`; None where there was none."""
    row = connection.execute(_ROWS.where(_C.member == member)).one_or_none()
    return None if row is None else _row(row)


def every(connection: Connection) -> list[ErasureRow]:
    """All erasures by number."""
    return [_row(row) for row in connection.execute(_ROWS.order_by(_C.number))]


def unpurged(connection: Connection) -> list[ErasureRow]:
    """Those of whom files may still hold something."""
    return [_row(row) for row in connection.execute(_ROWS.where(_C.purged.is_(None)).order_by(_C.number))]


def oldest_not_rewrapped(connection: Connection) -> datetime | None:
    """When the oldest erasure was done whose wrapping key is still in use; None where there is none."""
    found = connection.scalar(select(_C.erased).where(_C.rewrapped.is_(None)).order_by(_C.erased).limit(1))
    return None if found is None else datetime.fromtimestamp(found, UTC)


def note_purged(connection: Connection, up_to: int, now: datetime) -> None:
    """Nothing is left in the files of erasures up to the number `up_to`."""
    done = update(ERASURES).where(_C.purged.is_(None), _C.number <= up_to)
    connection.execute(done.values(purged=_seconds(now)))


def not_rewrapped(connection: Connection) -> list[int]:
    """The numbers of erasures that are purged and whose wrapping key is still in use."""
    found = select(_C.number).where(_C.purged.is_not(None), _C.rewrapped.is_(None)).order_by(_C.number)
    return list(connection.execute(found).scalars())


def note_rewrapped(connection: Connection, numbers: Iterable[int], now: datetime) -> None:
    """The wrapping key of the erasures with these numbers is thrown away."""
    for piece in pieces(numbers):
        connection.execute(update(ERASURES).where(_C.number.in_(piece)).values(rewrapped=_seconds(now)))


_C: Final = ERASURES.c
_ROWS: Final = select(_C.number, _C.member, _C.erased, _C.purged, _C.rewrapped)


def _row(row: Any) -> ErasureRow:
    number, member, erased, *later = row
    purged, rewrapped = (None if at is None else datetime.fromtimestamp(at, UTC) for at in later)
    return ErasureRow(number, MemberId(member), datetime.fromtimestamp(erased, UTC), purged, rewrapped)


def _seconds(now: datetime) -> int:
    return int(now.timestamp())
