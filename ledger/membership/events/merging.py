"""What happens when one person was registered twice: on the duplicate's stream, and mirrored on the survivor's.

Permanent; ids and codes only.
"""

from msgspec import Struct

from ledger.kernel.decider import Event
from ledger.kernel.ids import LotId, MemberId, MergeId
from ledger.kernel.units import Unit


class MovedLot(Struct, frozen=True, forbid_unknown_fields=True):
    """`amount` (in `unit`) of a lot that went from the duplicate's account to the survivor's, under the same id."""

    unit: Unit
    lot: LotId
    amount: int


class MergeProposed(Event, frozen=True):
    """On the duplicate's stream: `proposed_by` holds that it is the same person as `survivor`. basis: a code."""

    merge: MergeId
    survivor: MemberId
    proposed_by: MemberId
    basis: str


class MergeRefused(Event, frozen=True):
    """They stay two. reason: a code. refused_by: the approver, or who proposed it."""

    merge: MergeId
    refused_by: MemberId
    reason: str


class MemberMerged(Event, frozen=True):
    """On the duplicate's stream: it is `survivor` from now on. moved: what was free in its accounts and went over."""

    merge: MergeId
    survivor: MemberId
    approved_by: MemberId
    moved: tuple[MovedLot, ...] = ()


class DuplicateTakenIn(Event, frozen=True):
    """On the survivor's stream: the mirror of `MemberMerged`."""

    merge: MergeId
    duplicate: MemberId


class UnmergeProposed(Event, frozen=True):
    """On the duplicate's stream: `proposed_by` holds that they are two people after all. basis: a code."""

    merge: MergeId
    proposed_by: MemberId
    basis: str


class MemberUnmerged(Event, frozen=True):
    """On the duplicate's stream: it stands for itself again, as before the merge, but for cards, roles and household.

    returned: what of the lots moved by the merge was still free with the survivor and came back.
    """

    merge: MergeId
    approved_by: MemberId
    returned: tuple[MovedLot, ...] = ()


class DuplicateLetGo(Event, frozen=True):
    """On the survivor's stream: the mirror of `MemberUnmerged`."""

    merge: MergeId
    duplicate: MemberId


MergingEvent = (
    MergeProposed | MergeRefused | MemberMerged | DuplicateTakenIn | UnmergeProposed | MemberUnmerged | DuplicateLetGo
)
