"""Why a correction of a balance, or a gift, is not made."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from ledger.kernel.ids import MemberId
from ledger.kernel.refusal import Refusal


@dataclass(eq=False)
class AdjustmentUnknown(Refusal):
    """Nobody proposed it."""

    code: ClassVar[str] = "adjustment-unknown"


@dataclass(eq=False)
class AdjustmentAlreadyProposed(Refusal):
    """An adjustment is proposed once; another one has another id."""

    code: ClassVar[str] = "adjustment-already-proposed"


@dataclass(eq=False)
class AdjustmentAlreadyDecided(Refusal):
    """It was posted or refused before."""

    code: ClassVar[str] = "adjustment-already-decided"
    status: str


@dataclass(eq=False)
class AdjustmentForOwnHousehold(Refusal):
    """Nobody proposes or decides for themselves or for who lives with them."""

    code: ClassVar[str] = "adjustment-for-own-household"
    member: UUID


@dataclass(eq=False)
class AdjustmentByProposer(Refusal):
    """Who proposed it does not decide on it."""

    code: ClassVar[str] = "adjustment-by-proposer"
    proposed_by: MemberId


@dataclass(eq=False)
class AdjustmentApprovedByYou(Refusal):
    """A large one takes two approvers, and this one has agreed."""

    code: ClassVar[str] = "adjustment-approved-by-you"
    approved_by: MemberId


@dataclass(eq=False)
class GiftToOneself(Refusal):
    """A gift is for somebody else."""

    code: ClassVar[str] = "gift-to-oneself"


@dataclass(eq=False)
class GiftLimitReached(Refusal):
    """More than one member may give in a calendar year. Facts in the gift's unit; given: so far this year."""

    code: ClassVar[str] = "gift-limit-reached"
    asked: int
    given: int
    limit: int
