"""What ends a membership, brings it back or moves it: leaving, dying, returning, moving home. Permanent; codes only."""

from datetime import date
from typing import Literal

from ledger.kernel.decider import Event
from ledger.kernel.ids import MemberId, OrganisationId

BalanceChoice = Literal["donate", "dormant", "settle"]


class MemberLeft(Event, frozen=True):
    """The member ended membership. balance: what was chosen for everything in the member's accounts.

    donate: given to the programme in this commit, and what comes off public notice later on that day. dormant: it
    rests, cannot be spent and expires by its own dates. settle: there was nothing left. None: of the time before there
    was a choice; it rests.
    """

    balance: BalanceChoice | None = None


class ReturnProposed(Event, frozen=True):
    """`proposed_by` saw who it is that comes back. basis: what was seen, a code. A later proposal replaces this one."""

    proposed_by: MemberId
    basis: str


class MemberReturned(Event, frozen=True):
    """`approved_by`, somebody else, agreed: the person is a member as before leaving, and what rested is theirs."""

    approved_by: MemberId


class DeathReported(Event, frozen=True):
    """`reported_by` wrote down that the member has died. basis: what shows it, a code. Nothing follows from it yet."""

    reported_by: MemberId
    basis: str


class DeathReportWithdrawn(Event, frozen=True):
    """The report was a mistake; `withdrawn_by` took it back before anybody confirmed it."""

    withdrawn_by: MemberId


class MemberDeceased(Event, frozen=True):
    """`confirmed_by`, somebody else than who reported it, confirmed the death. What is in the accounts rests."""

    confirmed_by: MemberId


class HomeMoved(Event, frozen=True):
    """From the day `from_day` on the member is at home in `home`. basis: how the person agreed, a code.

    Accounts stay with the community that keeps them.
    """

    home: OrganisationId
    from_day: date
    basis: str
    moved_by: MemberId


EndingEvent = (
    MemberLeft | ReturnProposed | MemberReturned | DeathReported | DeathReportWithdrawn | MemberDeceased | HomeMoved
)
