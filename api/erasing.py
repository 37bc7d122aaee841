"""Erasing a person, whoever asks for it: the same conditions and the same witness for the page and the command line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final, Literal
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection, select

from api.deployment import Deployment
from ledger.kernel.ids import MemberId
from ledger.kernel.refusal import Refusal
from projections import people

ErasureReason = Literal["asked", "deceased", "no-longer-needed"]

ENDED: Final = frozenset({"left", "deceased"})
"""Of whom the ledger is done with: nothing of theirs is decided any more, so nobody needs to know who they were."""


@dataclass(eq=False)
class StillAMember(Refusal):
    """Only who has left or died can be erased: until then the ledger decides about them, and people must know whom."""

    code: ClassVar[str] = "still-a-member"
    remembered: ClassVar[bool] = False

    member: UUID


class Erasure(Struct, frozen=True):
    """What became of an erasure. number: its line in the erasure list. erased: when no table held anything any more.

    files_clean: when nothing was left in the files either; None: that follows within a day. key_due: by when the key is
    thrown away that could open what lingers in the database's own logs; None where none lingers. Instants are UTC.
    """

    code: str
    member: UUID
    number: int
    erased: datetime
    files_clean: datetime | None
    key_due: datetime | None


def registrations_of(connection: Connection, member: MemberId) -> list[MemberId]:
    """`member`, and after it every registration of the same person that was joined with it."""
    found, looked_at = [member], 0
    while looked_at < len(found):
        joined = select(people.MEMBERS.c.member).where(people.MEMBERS.c.survivor == found[looked_at])
        found += [MemberId(one) for one in connection.execute(joined).scalars() if one not in found]
        looked_at += 1
    return found


def require_erasable(deployment: Deployment, connection: Connection, member: MemberId) -> list[MemberId]:
    """The registrations of somebody who left or died and is under no hold: all of them are erased together.

    connection: of read models that are up to date. Refuses, in this order: StillAMember (also for a registration that
    was joined with another: the other one decides), LegalHold.
    """
    row = people.member(connection, member)
    if row is not None and row.status not in ENDED:
        raise StillAMember(member)
    found = registrations_of(connection, member)
    for one in found:
        deployment.legal_holds.require_free(one)
    return found


def erase(
    deployment: Deployment, found: Sequence[MemberId], reason: ErasureReason, *, actor: MemberId | None
) -> Erasure:
    """Erase `found`, as `require_erasable` gave them. The audit log has it before anything is gone; done again, it
    changes nothing.

    actor: None for the command line.
    """
    now, member = deployment.clock.now(), found[0]
    if deployment.erasing.of(member) is None:
        facts: Mapping[str, str | int] = {"reason": reason, "registrations": len(found)}
        deployment.audit_log.record("erased", now, actor=actor, subject=member, facts=facts)
    deployment.erasing.erase(found, now)
    deployment.erasing.purge_at_once(now)
    return of(deployment, member)


def of(deployment: Deployment, member: MemberId) -> Erasure:
    """The erasure of `member`, who was erased."""
    row = deployment.erasing.of(member)
    if row is None:
        raise LookupError(f"{member} was not erased")
    key_due = None if row.rewrapped else deployment.erasing.key_due()
    return Erasure("erased", member, row.number, row.erased, row.purged, key_due)


def witness_refusal(deployment: Deployment, member: MemberId, refusal: Refusal, *, actor: MemberId | None) -> None:
    """Write into the audit log that an erasure was refused, and by which rule."""
    facts: Mapping[str, str | int] = {"code": refusal.code}
    deployment.audit_log.record("erasure_refused", deployment.clock.now(), actor=actor, subject=member, facts=facts)
