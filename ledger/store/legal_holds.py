"""Legal holds: somebody's personal data may be stored and nothing else, until an auditor lifts the hold.

Whoever reads a sensitive field, corrects one or erases asks here first. Earlier holds stand in the audit log only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar, Final, Literal, NamedTuple, cast
from uuid import UUID

from sqlalchemy import Engine, delete, select

from ledger.kernel.ids import MemberId
from ledger.kernel.refusal import Refusal
from ledger.store.directory.bindings import insert_into, pieces
from ledger.store.directory.tables import LEGAL_HOLDS

HoldReason = Literal["court-order", "investigation", "audit", "dispute"]


@dataclass(eq=False)
class LegalHold(Refusal):
    """The person's data may only be stored for now. since: when the hold was set, UTC."""

    code: ClassVar[str] = "legal-hold"
    remembered: ClassVar[bool] = False

    member: UUID
    since: datetime


@dataclass(eq=False)
class NotUnderHold(Refusal):
    """There is no hold to be lifted."""

    code: ClassVar[str] = "not-under-hold"
    remembered: ClassVar[bool] = False

    member: UUID


class HoldInForce(NamedTuple):
    """A hold that is in force. since: UTC."""

    member: MemberId
    reason: HoldReason
    set_by: MemberId
    since: datetime


class LegalHolds:
    """The holds in force, in the directory store: `engine` writes it, `read_engine` reads it. `now` is aware."""

    def __init__(self, engine: Engine, read_engine: Engine) -> None:
        self._engine = engine
        self._read_engine = read_engine

    def set(self, member: MemberId, reason: HoldReason, *, by: MemberId, now: datetime) -> HoldInForce:
        """Put `member` under a hold; one that is in force already stays as it is. Gives the one that is in force."""
        row = {"member": member, "reason": reason, "set_by": by, "since": int(now.timestamp())}
        with self._engine.begin() as connection:
            connection.execute(insert_into(connection, LEGAL_HOLDS).on_conflict_do_nothing(), row)
            return _hold(connection.execute(_ROWS.where(_C.member == member)).one())

    def lift(self, member: MemberId) -> None:
        """End the hold. Refuses with NotUnderHold."""
        with self._engine.begin() as connection:
            if connection.execute(delete(LEGAL_HOLDS).where(_C.member == member)).rowcount == 0:
                raise NotUnderHold(member)

    def of(self, members: Sequence[UUID]) -> dict[MemberId, HoldInForce]:
        """The holds in force on `members`."""
        found: list[HoldInForce] = []
        with self._read_engine.connect() as connection:
            for piece in pieces(members):
                found += [_hold(row) for row in connection.execute(_ROWS.where(_C.member.in_(piece)))]
        return {hold.member: hold for hold in found}

    def require_free(self, member: UUID) -> None:
        """Pass where no hold is in force on `member`. Refuses with LegalHold."""
        hold = self.of([member]).get(MemberId(member))
        if hold is not None:
            raise LegalHold(member, hold.since)

    def every(self) -> list[HoldInForce]:
        """All holds in force, the oldest first."""
        with self._read_engine.connect() as connection:
            return [_hold(row) for row in connection.execute(_ROWS.order_by(_C.since, _C.member))]


_C: Final = LEGAL_HOLDS.c
_ROWS: Final = select(_C.member, _C.reason, _C.set_by, _C.since)


def _hold(row: object) -> HoldInForce:
    member, reason, set_by, since = cast("tuple[UUID, HoldReason, UUID, int]", row)
    return HoldInForce(MemberId(member), reason, MemberId(set_by), datetime.fromtimestamp(since, UTC))
