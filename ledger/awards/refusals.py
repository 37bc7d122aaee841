"""Why a rule, an award or a usage says no. Facts are minutes, units, days and ids; never names."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from ledger.kernel.refusal import Refusal


@dataclass(eq=False)
class TermsOutOfBounds(Refusal):
    """A figure of the terms is too small or too large. field: its name in the terms."""

    code: ClassVar[str] = "terms-out-of-bounds"
    field: str
    asked: int
    smallest: int
    largest: int


@dataclass(eq=False)
class RuleOfAnotherOrganisation(Refusal):
    """A rule belongs to the organisation that wrote its first version."""

    code: ClassVar[str] = "rule-of-another-organisation"
    organisation: UUID


@dataclass(eq=False)
class RuleVersionUnknown(Refusal):
    """The rule has no such version."""

    code: ClassVar[str] = "rule-version-unknown"
    asked: int
    newest: int


@dataclass(eq=False)
class RuleVersionAlreadyPublished(Refusal):
    """The version was published before, and what is published never changes."""

    code: ClassVar[str] = "rule-version-already-published"
    version: int
    valid_from: date


@dataclass(eq=False)
class DrafterCannotPublish(Refusal):
    """Whoever wrote a version does not publish it."""

    code: ClassVar[str] = "drafter-cannot-publish"
    drafted_by: UUID


@dataclass(eq=False)
class ValidFromPassed(Refusal):
    """A rule that is in use does not change for days that have passed. earliest: the first day it may change on."""

    code: ClassVar[str] = "valid-from-passed"
    asked: date
    earliest: date


@dataclass(eq=False)
class RuleNotInForce(Refusal):
    """No published version of the rule covers the service day."""

    code: ClassVar[str] = "rule-not-in-force"
    remembered: ClassVar[bool] = False
    rule: UUID
    service_day: date


@dataclass(eq=False)
class AwardAlreadyProposed(Refusal):
    """The deed was turned into an award in this unit before."""

    code: ClassVar[str] = "award-already-proposed"
    award: UUID


@dataclass(eq=False)
class AwardUnknown(Refusal):
    """Nobody proposed this award."""

    code: ClassVar[str] = "award-unknown"


@dataclass(eq=False)
class AwardAlreadyDecided(Refusal):
    """It was approved or refused before. state: what it is now."""

    code: ClassVar[str] = "award-already-decided"
    state: str
    decided_by: UUID


@dataclass(eq=False)
class ProposerCannotApprove(Refusal):
    """Whoever proposed an award, or gave their word for its minutes, does not decide on it. author: who tried to."""

    code: ClassVar[str] = "proposer-cannot-approve"
    author: UUID


@dataclass(eq=False)
class OwnHouseholdOrSelf(Refusal):
    """Nobody proposes an award for themselves, nor decides on one for themselves or their household."""

    code: ClassVar[str] = "own-household-or-self"
    beneficiary: UUID


@dataclass(eq=False)
class SecondApproverNeeded(Refusal):
    """So large an award is approved, or taken back, by two people; this one approved before."""

    code: ClassVar[str] = "second-approver-needed"
    approved_by: UUID


@dataclass(eq=False)
class AwardNotApproved(Refusal):
    """Only an approved award of more than 0 that was not credited before can be credited. state: what it is."""

    code: ClassVar[str] = "award-not-approved"
    state: str


@dataclass(eq=False)
class NoticeNotOver(Refusal):
    """The award is still on public notice. notice_until: the last day of it."""

    code: ClassVar[str] = "notice-not-over"
    remembered: ClassVar[bool] = False
    notice_until: date


@dataclass(eq=False)
class UsageAlreadyReserved(Refusal):
    """The award has its reservation."""

    code: ClassVar[str] = "usage-already-reserved"
    award: UUID


@dataclass(eq=False)
class UsageNotReserved(Refusal):
    """The award has no reservation to give back."""

    code: ClassVar[str] = "usage-not-reserved"
    award: UUID
