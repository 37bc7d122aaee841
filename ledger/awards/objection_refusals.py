"""Why an objection to an award, a decision on it or taking it further is refused. Facts are days, states and ids."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from ledger.kernel.refusal import Refusal


@dataclass(eq=False)
class AwardNotOnNotice(Refusal):
    """Only an award on public notice is objected to: neither before nor once it was credited. state: what it is."""

    code: ClassVar[str] = "award-not-on-notice"
    state: str


@dataclass(eq=False)
class ObjectionPending(Refusal):
    """Somebody objected, and nobody has decided on it yet."""

    code: ClassVar[str] = "objection-pending"


@dataclass(eq=False)
class ObjectionFinal(Refusal):
    """The node above has decided on an objection to this award, for good."""

    code: ClassVar[str] = "objection-final"


@dataclass(eq=False)
class AlreadyObjected(Refusal):
    """Each member objects to an award once."""

    code: ClassVar[str] = "already-objected"


@dataclass(eq=False)
class NoObjectionPending(Refusal):
    """There is no objection to decide on. state: what the award is."""

    code: ClassVar[str] = "no-objection-pending"
    state: str


@dataclass(eq=False)
class InvolvedInAward(Refusal):
    """Who decides on an objection neither proposed or approved the award, nor gave their word for its minutes, nor
    objected to it or lives with who did, nor decided on it before. involved: who tried to."""

    code: ClassVar[str] = "involved-in-award"
    involved: UUID


@dataclass(eq=False)
class NoDecisionToEscalate(Refusal):
    """There is no decision on an objection that could still be taken to the node above. state: what the award is."""

    code: ClassVar[str] = "no-decision-to-escalate"
    state: str


@dataclass(eq=False)
class NotYoursToEscalate(Refusal):
    """A rejected objection is taken further by who objected, one that was upheld by whose award it is."""

    code: ClassVar[str] = "not-yours-to-escalate"


@dataclass(eq=False)
class EscalationTooLate(Refusal):
    """The days for taking the decision further are over. escalate_until: the last of them."""

    code: ClassVar[str] = "escalation-too-late"
    escalate_until: date


@dataclass(eq=False)
class NowhereToEscalate(Refusal):
    """The tree has no street or wider node above the award's organisation."""

    code: ClassVar[str] = "nowhere-to-escalate"
    organisation: UUID


@dataclass(eq=False)
class UsageTakenSince(Refusal):
    """What the award had reserved was given back and is used by other awards now, minutes or room under a limit."""

    code: ClassVar[str] = "usage-taken-since"
    award: UUID


@dataclass(eq=False)
class DecisionNotFinal(Refusal):
    """A rejected objection can still be taken to the node above. escalate_until: the last day for that."""

    code: ClassVar[str] = "decision-not-final"
    remembered: ClassVar[bool] = False
    escalate_until: date
