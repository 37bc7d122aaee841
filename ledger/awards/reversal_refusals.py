"""Why taking an award back is refused. Facts are states and ids."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from ledger.kernel.refusal import Refusal


@dataclass(eq=False)
class AwardNotReversible(Refusal):
    """Only an award that is on notice or credited is taken back, and only once. state: what it is."""

    code: ClassVar[str] = "award-not-reversible"
    state: str


@dataclass(eq=False)
class ReversalPending(Refusal):
    """Somebody proposed to take the award back, and that is not decided yet."""

    code: ClassVar[str] = "reversal-pending"
    proposed_by: UUID


@dataclass(eq=False)
class ReversalNotProposed(Refusal):
    """Nobody proposed to take the award back, or that was decided on. state: what the award is."""

    code: ClassVar[str] = "reversal-not-proposed"
    state: str


@dataclass(eq=False)
class ReversalNotAgreed(Refusal):
    """An award is taken back only once as many approved as must."""

    code: ClassVar[str] = "reversal-not-agreed"
