"""Who decides for a child under fourteen. Permanent; no event tells an age or a birthday, the directory knows it."""

from ledger.kernel.decider import Event
from ledger.kernel.ids import MemberId


class GuardianNamed(Event, frozen=True):
    """`guardian` decides what may be done with the member's data, while the member is under fourteen.

    basis: what showed it, a code such as `household-register`. named_by: the staff member who saw it.
    """

    guardian: MemberId
    basis: str
    named_by: MemberId


class GuardianEnded(Event, frozen=True):
    """`guardian` no longer decides. reason: a code; it never says that a child has come of age."""

    guardian: MemberId
    ended_by: MemberId
    reason: str


GuardianEvent = GuardianNamed | GuardianEnded
