"""The row of every subject's own key: made where missing, locked while texts under it are written.

Who was erased never gets a key again, so that a correction that was under way cannot bring a person back.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import time
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Connection, select, text

from ledger.kernel.refusal import Refusal
from ledger.store.directory.bindings import insert_into, pieces
from ledger.store.directory.sealing import Seals
from ledger.store.directory.tables import ERASURES, SEQUENCES, SUBJECT_KEYS
from ledger.store.directory.wrapping import CURRENT


@dataclass(eq=False)
class MemberErased(Refusal):
    """What was held about this person is erased; nothing can be kept about them any more."""

    code: ClassVar[str] = "member-erased"
    remembered: ClassVar[bool] = False

    member: UUID


class SubjectKeys:
    """Makes and locks the keys of subjects. seconds: tells the Unix time at which a key is made."""

    def __init__(self, seals: Seals, *, seconds: Callable[[], float] = time) -> None:
        self._seals = seals
        self._seconds = seconds

    def wrapped(self, connection: Connection, owners: set[UUID]) -> dict[UUID, bytes]:
        """The keys of `owners`, made where missing. Rows are locked, in one order for all, until the transaction ends:
        two writers of one subject then follow each other, and each sees the version that the other left.

        Refuses with MemberErased.
        """
        ordered = sorted(owners)
        missing = sorted(owners - _locked(connection, ordered).keys())
        if missing:
            self._make(connection, missing)
        return _locked(connection, ordered)

    def _make(self, connection: Connection, owners: list[UUID]) -> None:
        _refuse_erased(connection, owners)
        key_id, made = _current(connection) or self._seals.lowest_key, int(self._seconds())
        rows = [
            {
                "subject": owner,
                "wrapped": self._seals.new_wrapped_key(owner, key_id),
                "wrapping_key": key_id,
                "made": made,
            }
            for owner in owners
        ]
        connection.execute(insert_into(connection, SUBJECT_KEYS).on_conflict_do_nothing(), rows)


def current_key(connection: Connection) -> int | None:
    """The id of the key by which new keys are wrapped; None before the first rotation."""
    return connection.execute(select(SEQUENCES.c.last).where(SEQUENCES.c.name == CURRENT)).scalar_one_or_none()


def _current(connection: Connection) -> int | None:
    """By which key to wrap; it stays so until the transaction ends, since a rotation locks the table against us."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE subject_keys IN ROW EXCLUSIVE MODE"))
    return current_key(connection)


def _refuse_erased(connection: Connection, owners: Iterable[UUID]) -> None:
    for piece in pieces(owners):
        erased = connection.execute(select(ERASURES.c.member).where(ERASURES.c.member.in_(piece)).limit(1))
        if (found := erased.scalar_one_or_none()) is not None:
            raise MemberErased(found)


def _locked(connection: Connection, owners: list[UUID]) -> dict[UUID, bytes]:
    found: dict[UUID, bytes] = {}
    columns = SUBJECT_KEYS.c
    for piece in pieces(owners):
        query = select(columns.subject, columns.wrapped).where(columns.subject.in_(piece))
        found |= dict(connection.execute(query.order_by(columns.subject).with_for_update()).all())
    return found
