"""Why a redemption says no. Facts are pieces, totals in the reward's unit, states, instants and ids; never names."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from ledger.kernel.refusal import Refusal


@dataclass(eq=False)
class RedemptionUnknown(Refusal):
    """Nobody asked for this redemption."""

    code: ClassVar[str] = "redemption-unknown"


@dataclass(eq=False)
class RedemptionAlreadyRequested(Refusal):
    """The redemption exists."""

    code: ClassVar[str] = "redemption-already-requested"


@dataclass(eq=False)
class RedemptionFinished(Refusal):
    """It was handed over, rejected, cancelled, voided or has lapsed: it does not go on."""

    code: ClassVar[str] = "redemption-finished"
    state: str


@dataclass(eq=False)
class AlreadyHandedOver(Refusal):
    """The goods were handed over before: when and by whom."""

    code: ClassVar[str] = "already-handed-over"
    handed_over_at: datetime
    handed_over_by: UUID


@dataclass(eq=False)
class RedemptionNotThatFar(Refusal):
    """It is open, but in another state than this step starts from. needed: the state it must be in."""

    code: ClassVar[str] = "redemption-in-other-state"
    state: str
    needed: str


@dataclass(eq=False)
class RedemptionOverdue(Refusal):
    """The instant from which it lapses is over, though nobody wrote that down yet."""

    code: ClassVar[str] = "redemption-overdue"
    lapses_at: datetime


@dataclass(eq=False)
class RedemptionNotOverdue(Refusal):
    """It does not lapse yet."""

    code: ClassVar[str] = "redemption-not-overdue"
    remembered: ClassVar[bool] = False
    lapses_at: datetime


@dataclass(eq=False)
class OwnRedemption(Refusal):
    """Nobody approves, rejects, hands over or takes back what they or their household asked for."""

    code: ClassVar[str] = "own-redemption"
    member: UUID


@dataclass(eq=False)
class RequesterCannotApprove(Refusal):
    """Whoever asked on a member's behalf does not approve it as well."""

    code: ClassVar[str] = "requester-cannot-approve"
    requested_by: UUID


@dataclass(eq=False)
class ApproverCannotHandOver(Refusal):
    """Above a total of `allowed`, whoever approved does not hand over as well."""

    code: ClassVar[str] = "approver-cannot-hand-over"
    total: int
    allowed: int


@dataclass(eq=False)
class NothingToReturn(Refusal):
    """No goods of this redemption can come back: none were handed over, or all came back before."""

    code: ClassVar[str] = "nothing-to-return"
    state: str


@dataclass(eq=False)
class ReturnTooLate(Refusal):
    """The days for a return are over."""

    code: ClassVar[str] = "return-too-late"
    until: datetime


@dataclass(eq=False)
class ReturnStillPossible(Refusal):
    """It is not settled before the days for a return are over."""

    code: ClassVar[str] = "return-still-possible"
    remembered: ClassVar[bool] = False
    until: datetime


@dataclass(eq=False)
class SubstituteTooDear(Refusal):
    """Another reward may cost at most what is held."""

    code: ClassVar[str] = "substitute-too-dear"
    total: int
    held: int


@dataclass(eq=False)
class CounterTotalTooLarge(Refusal):
    """So much is not exchanged in one act at the counter: ask for it, and let somebody approve it."""

    code: ClassVar[str] = "counter-total-too-large"
    total: int
    allowed: int


@dataclass(eq=False)
class WitnessNeeded(Refusal):
    """A card says whose it is, not that its owner agrees: a fresh code on their phone, or a second staff member."""

    code: ClassVar[str] = "witness-needed"


@dataclass(eq=False)
class WitnessNotFit(Refusal):
    """The second staff member is the keeper, the member or of their household, or has no role at this shelf."""

    code: ClassVar[str] = "witness-not-fit"
    witness: UUID


@dataclass(eq=False)
class RecheckNotOpen(Refusal):
    """This redemption was not drawn for a later look, or somebody has looked."""

    code: ClassVar[str] = "recheck-not-open"


@dataclass(eq=False)
class TookPart(Refusal):
    """Who asked for it, stood beside it or handed it over does not look at it afterwards, nor takes much of it back."""

    code: ClassVar[str] = "took-part"
    member: UUID
