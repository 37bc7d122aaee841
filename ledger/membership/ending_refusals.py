"""What stands in the way of leaving, returning, moving, a death on record, a merge or a guardian. Never a name."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from ledger.kernel.ids import MemberId, OrganisationId
from ledger.kernel.refusal import Refusal


@dataclass(eq=False)
class MemberIsMerged(Refusal):
    """The registration was joined with `survivor`, the same person; None: not for the asker to know who that is."""

    code: ClassVar[str] = "member-merged"
    remembered: ClassVar[bool] = False

    member: MemberId | None = None
    survivor: MemberId | None = None


@dataclass(eq=False)
class OwnHouseholdStanding(Refusal):
    """Nobody decides whether somebody of their own household, or they themselves, belong here."""

    code: ClassVar[str] = "own-household-standing"


@dataclass(eq=False)
class OwnStandingProposal(Refusal):
    """Who proposed or reported it does not confirm it; a second person must."""

    code: ClassVar[str] = "own-standing-proposal"


@dataclass(eq=False)
class HasNotLeft(Refusal):
    """There is nobody to bring back: the person is a member."""

    code: ClassVar[str] = "has-not-left"


@dataclass(eq=False)
class ReturnNotProposed(Refusal):
    """Somebody must first have seen who comes back."""

    code: ClassVar[str] = "return-not-proposed"


@dataclass(eq=False)
class AlreadyDeceased(Refusal):
    """The death is on record and confirmed."""

    code: ClassVar[str] = "already-deceased"


@dataclass(eq=False)
class DeathAlreadyReported(Refusal):
    """`reported_by` wrote it down before; a second person confirms it or takes it back."""

    code: ClassVar[str] = "death-already-reported"

    reported_by: MemberId


@dataclass(eq=False)
class DeathNotReported(Refusal):
    """There is no report to confirm or to take back."""

    code: ClassVar[str] = "death-not-reported"


@dataclass(eq=False)
class AlreadyAtHome(Refusal):
    """The person is at home in this community."""

    code: ClassVar[str] = "already-at-home"

    home: OrganisationId


@dataclass(eq=False)
class MoveDayNotPossible(Refusal):
    """A move is written down from the day of the move before until today."""

    code: ClassVar[str] = "move-day-not-possible"

    asked: date
    earliest: date | None
    latest: date


@dataclass(eq=False)
class SamePerson(Refusal):
    """A registration cannot be joined with itself."""

    code: ClassVar[str] = "merge-into-itself"


@dataclass(eq=False)
class MergeAlreadyProposed(Refusal):
    """`proposed_by` did so before; an approver decides."""

    code: ClassVar[str] = "merge-already-proposed"

    proposed_by: MemberId


@dataclass(eq=False)
class MergeNotProposed(Refusal):
    """There is no proposal to decide."""

    code: ClassVar[str] = "merge-not-proposed"


@dataclass(eq=False)
class OwnMerge(Refusal):
    """Nobody proposes or decides a merge that is about them or their household."""

    code: ClassVar[str] = "own-merge"


@dataclass(eq=False)
class NotMerged(Refusal):
    """There is no merge to undo."""

    code: ClassVar[str] = "not-merged"


@dataclass(eq=False)
class GuardianNeeded(Refusal):
    """A child under fourteen needs a guardian on record first (Personal Information Protection Law, article 31)."""

    code: ClassVar[str] = "guardian-needed"


@dataclass(eq=False)
class GuardianDecides(Refusal):
    """What may be done with this child's data is for the guardian to say, or for staff with the guardian's paper."""

    code: ClassVar[str] = "guardian-decides"


@dataclass(eq=False)
class GuardianUnfit(Refusal):
    """Nobody guards themselves, and who has a guardian guards nobody."""

    code: ClassVar[str] = "guardian-unfit"


@dataclass(eq=False)
class OwnGuardianship(Refusal):
    """Nobody writes down that they themselves are a guardian; another staff member must see the paper."""

    code: ClassVar[str] = "own-guardianship"


@dataclass(eq=False)
class GuardianAlreadyNamed(Refusal):
    """One guardian at a time: end this one first."""

    code: ClassVar[str] = "guardian-already-named"

    guardian: MemberId


@dataclass(eq=False)
class UnknownConsentText(Refusal):
    """There is no such wording: nobody can have agreed to it."""

    code: ClassVar[str] = "unknown-consent-text"

    purpose: str
    text_version: str


@dataclass(eq=False)
class NoGuardian(Refusal):
    """There is no guardian to end."""

    code: ClassVar[str] = "no-guardian"
