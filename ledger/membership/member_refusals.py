"""What can stand in the way of a change to a member. Facts are ids, codes and days; never a name."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from ledger.kernel.ids import CardId, HouseholdId, MemberId, OrganisationId, RoleId
from ledger.kernel.refusal import Refusal


@dataclass(eq=False)
class UnknownMember(Refusal):
    """Nobody was registered under this id."""

    code: ClassVar[str] = "unknown-member"


@dataclass(eq=False)
class MemberHasLeft(Refusal):
    """The person ended membership; nothing about it changes any more."""

    code: ClassVar[str] = "member-has-left"


@dataclass(eq=False)
class AlreadyRegistered(Refusal):
    """The person is known already, at home in `home`."""

    code: ClassVar[str] = "already-registered"

    home: OrganisationId


@dataclass(eq=False)
class OwnVerification(Refusal):
    """Nobody vouches for themselves; another staff member must."""

    code: ClassVar[str] = "own-verification"


@dataclass(eq=False)
class AlreadyVerified(Refusal):
    """`verified_by` has done it before."""

    code: ClassVar[str] = "already-verified"

    verified_by: MemberId


@dataclass(eq=False)
class AlreadySuspended(Refusal):
    """The member is suspended already, for `reason` (a code)."""

    code: ClassVar[str] = "already-suspended"

    reason: str


@dataclass(eq=False)
class NotSuspended(Refusal):
    """There is no suspension to end."""

    code: ClassVar[str] = "not-suspended"


@dataclass(eq=False)
class ConsentNotGiven(Refusal):
    """There is no consent to `purpose` to take back."""

    code: ClassVar[str] = "consent-not-given"

    purpose: str


@dataclass(eq=False)
class CardAlreadyIssued(Refusal):
    """The member has this card."""

    code: ClassVar[str] = "card-already-issued"

    card: CardId


@dataclass(eq=False)
class CardAlreadyRevoked(Refusal):
    """A revoked card is refused for ever; a lost one that turns up again needs a new card."""

    code: ClassVar[str] = "card-already-revoked"

    card: CardId


@dataclass(eq=False)
class UnknownCard(Refusal):
    """The member never had this card."""

    code: ClassVar[str] = "unknown-card"

    card: CardId


@dataclass(eq=False)
class OwnRole(Refusal):
    """Nobody grants a role to themselves; another administrator must."""

    code: ClassVar[str] = "own-role"

    role: str


@dataclass(eq=False)
class RoleBeforeVerification(Refusal):
    """Only somebody whose identity was seen may act for an organisation."""

    code: ClassVar[str] = "role-before-verification"

    role: str


@dataclass(eq=False)
class RoleEndsBeforeItStarts(Refusal):
    """The last day lies before the first; both count, so they may be the same day."""

    code: ClassVar[str] = "role-ends-before-it-starts"

    from_day: date
    until_day: date


@dataclass(eq=False)
class RoleAlreadyHeld(Refusal):
    """The member holds this role for this organisation on some of the days asked for. until_day None: until ended."""

    code: ClassVar[str] = "role-already-held"

    role_id: RoleId
    from_day: date
    until_day: date | None


@dataclass(eq=False)
class UnknownRole(Refusal):
    """The member holds no such role, or it was ended before."""

    code: ClassVar[str] = "unknown-role"

    role_id: RoleId


@dataclass(eq=False)
class AlreadyInHousehold(Refusal):
    """One household at a time: the member must leave this one first."""

    code: ClassVar[str] = "already-in-household"

    household: HouseholdId


@dataclass(eq=False)
class NotInHousehold(Refusal):
    """The member lives in no household that the ledger knows."""

    code: ClassVar[str] = "not-in-household"


@dataclass(eq=False)
class NotSeatedThere(Refusal):
    """The member sits in another node of that tree, or in none."""

    code: ClassVar[str] = "not-seated-there"

    organisation: OrganisationId


@dataclass(eq=False)
class SeatHeldThen(Refusal):
    """The member sat in `organisation` from `from_day` through `last_day` (None: still); the day asked does not fit."""

    code: ClassVar[str] = "seat-held-then"

    organisation: OrganisationId
    from_day: date
    last_day: date | None
