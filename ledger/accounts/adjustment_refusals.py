"""Why a correction of a balance, or a gift, is not made."""

from dataclasses import dataclass
from datetime import date
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
class AdjustmentNotOnNotice(Refusal):
    """Only an opening balance on notice is objected to, or posted by the passing of time. status: what it is."""

    code: ClassVar[str] = "adjustment-not-on-notice"
    status: str


@dataclass(eq=False)
class AdjustmentNoticeNotOver(Refusal):
    """It is shown until the end of the community's day `notice_until`."""

    code: ClassVar[str] = "adjustment-notice-not-over"
    remembered: ClassVar[bool] = False
    notice_until: date


@dataclass(eq=False)
class AdjustmentObjectionPending(Refusal):
    """Somebody objected, and nobody has decided on it yet."""

    code: ClassVar[str] = "adjustment-objection-pending"


@dataclass(eq=False)
class AdjustmentObjectedByYou(Refusal):
    """Each member objects to an opening balance once."""

    code: ClassVar[str] = "adjustment-objected-by-you"


@dataclass(eq=False)
class NoAdjustmentObjection(Refusal):
    """There is no objection to decide on. status: what the adjustment is."""

    code: ClassVar[str] = "no-adjustment-objection"
    status: str


@dataclass(eq=False)
class InvolvedInAdjustment(Refusal):
    """Who decides on an objection neither proposed nor agreed to it, nor objected or lives with who did."""

    code: ClassVar[str] = "involved-in-adjustment"
    involved: MemberId


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
