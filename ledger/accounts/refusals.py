"""Why an account says no. Facts are whole numbers of the account's unit and the community's days."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from ledger.kernel.refusal import Refusal


@dataclass(eq=False)
class AccountAlreadyOpen(Refusal):
    """The account exists."""

    code: ClassVar[str] = "account-already-open"


@dataclass(eq=False)
class AccountNotOpen(Refusal):
    """Nothing can be credited to, or carried forward in, an account that was never opened."""

    code: ClassVar[str] = "account-not-open"


@dataclass(eq=False)
class AmountOutOfBounds(Refusal):
    """Zero, negative, or more than one amount or balance may be. Facts in the account's unit."""

    code: ClassVar[str] = "amount-out-of-bounds"
    asked: int
    smallest: int
    largest: int


@dataclass(eq=False)
class InsufficientPoints(Refusal):
    """Less is available than was asked for: held and due parts do not count."""

    code: ClassVar[str] = "insufficient-points"
    asked: int
    available: int


@dataclass(eq=False)
class HoldUnknown(Refusal):
    """There is no such open hold: it never was, or it was released or spent before."""

    code: ClassVar[str] = "hold-unknown"
    hold: UUID


@dataclass(eq=False)
class HoldAlreadyOpen(Refusal):
    """A hold with this id is open."""

    code: ClassVar[str] = "hold-already-open"
    hold: UUID


@dataclass(eq=False)
class LotAlreadyCredited(Refusal):
    """A lot with this id is in the account, free or held."""

    code: ClassVar[str] = "lot-already-credited"
    lot: UUID


@dataclass(eq=False)
class LotAlreadyDue(Refusal):
    """A lot cannot come in that is worth nothing on the day it comes."""

    code: ClassVar[str] = "lot-already-due"
    on_day: date
    expires_on: date


@dataclass(eq=False)
class CreditAlreadyReversed(Refusal):
    """The credit that had made this lot was taken back before: that happens once."""

    code: ClassVar[str] = "credit-already-reversed"
    lot: UUID


@dataclass(eq=False)
class PointsOwed(Refusal):
    """A credit was taken back that had been spent: until `owed` is made good, nothing can be held or given away."""

    code: ClassVar[str] = "points-owed"
    owed: int


@dataclass(eq=False)
class AccountFrozenNow(Refusal):
    """The account is frozen in this direction (`in`, `out` or `both`) through the day `until`."""

    code: ClassVar[str] = "account-frozen"
    direction: str
    until: date


@dataclass(eq=False)
class AccountAlreadyFrozen(Refusal):
    """It is frozen: the freeze can be ended, or extended by an auditor."""

    code: ClassVar[str] = "account-already-frozen"
    until: date


@dataclass(eq=False)
class AccountNotFrozen(Refusal):
    """There is no freeze to end or to extend."""

    code: ClassVar[str] = "account-not-frozen"


@dataclass(eq=False)
class FreezeNotProposed(Refusal):
    """No proposal waits: none was made, it was decided on, or its last day is over."""

    code: ClassVar[str] = "freeze-not-proposed"


@dataclass(eq=False)
class OwnFreezeProposal(Refusal):
    """Nobody freezes as they themselves proposed."""

    code: ClassVar[str] = "own-freeze-proposal"
    proposed_by: UUID


@dataclass(eq=False)
class FreezeByAnother(Refusal):
    """Who froze this account last does not freeze it again on nobody's proposal; another approver may."""

    code: ClassVar[str] = "freeze-by-another"


@dataclass(eq=False)
class FreezeOutOfBounds(Refusal):
    """The last day of a freeze is too early or too late."""

    code: ClassVar[str] = "freeze-out-of-bounds"
    asked: date
    earliest: date
    latest: date
