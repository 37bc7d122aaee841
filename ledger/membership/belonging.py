"""Whether somebody still belongs here: left, died, was joined with another registration; who proposed what of it."""

from typing import Literal, assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.kernel.ids import MemberId
from ledger.membership.events import (
    BalanceChoice,
    DeathReported,
    DeathReportWithdrawn,
    DuplicateLetGo,
    DuplicateTakenIn,
    MemberDeceased,
    MemberLeft,
    MemberMerged,
    MemberReturned,
    MemberUnmerged,
    MergeProposed,
    MergeRefused,
    ReturnProposed,
    UnmergeProposed,
)

Ended = Literal["left", "deceased"]
BelongingEvent = (
    MemberLeft
    | ReturnProposed
    | MemberReturned
    | DeathReported
    | DeathReportWithdrawn
    | MemberDeceased
    | MergeProposed
    | MergeRefused
    | MemberMerged
    | DuplicateTakenIn
    | UnmergeProposed
    | MemberUnmerged
    | DuplicateLetGo
)


class Belonging(Struct, frozen=True):
    """How a membership stands. ended: None while it goes on. balance: what was chosen for the points on leaving.

    merge_proposal, merge: open, or done, on the side of the duplicate. taken_in: the merges on the side of the
    survivor. *_by: who proposed or reported what still waits for a second person.
    """

    ended: Ended | None = None
    balance: BalanceChoice | None = None
    return_proposed_by: MemberId | None = None
    death_reported_by: MemberId | None = None
    merge_proposal: MergeProposed | None = None
    merge: MemberMerged | None = None
    unmerge_proposed_by: MemberId | None = None
    taken_in: tuple[DuplicateTakenIn, ...] = ()

    @property
    def is_over(self) -> bool:
        """Whether nothing may be done in this person's name any more."""
        return self.ended is not None or self.merge is not None


def evolve(state: Belonging, event: BelongingEvent) -> Belonging:
    """How the membership stands after `event`."""
    match event:
        case MemberLeft():
            return replace(state, ended="left", balance=event.balance, return_proposed_by=None)
        case ReturnProposed():
            return replace(state, return_proposed_by=event.proposed_by)
        case MemberReturned():
            return replace(state, ended=None, balance=None, return_proposed_by=None)
        case DeathReported():
            return replace(state, death_reported_by=event.reported_by)
        case DeathReportWithdrawn():
            return replace(state, death_reported_by=None)
        case MemberDeceased():
            return replace(state, ended="deceased", death_reported_by=None, return_proposed_by=None)
        case _:
            return _after_merging(state, event)


_Merging = (
    MergeProposed | MergeRefused | MemberMerged | DuplicateTakenIn | UnmergeProposed | MemberUnmerged | DuplicateLetGo
)


def _after_merging(state: Belonging, event: _Merging) -> Belonging:
    match event:
        case MergeProposed():
            return replace(state, merge_proposal=event)
        case MergeRefused():
            return replace(state, merge_proposal=None)
        case MemberMerged():
            return replace(state, merge_proposal=None, merge=event)
        case DuplicateTakenIn():
            return replace(state, taken_in=(*state.taken_in, event))
        case UnmergeProposed():
            return replace(state, unmerge_proposed_by=event.proposed_by)
        case MemberUnmerged():
            return replace(state, merge=None, unmerge_proposed_by=None)
        case DuplicateLetGo():
            return replace(state, taken_in=tuple(one for one in state.taken_in if one.merge != event.merge))
        case _:
            assert_never(event)
