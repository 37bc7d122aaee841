"""One person registered twice: proposed by one, approved by another, undone by two. The older id stays or goes as the
people decide; nothing is inherited but what is in the accounts."""

from typing import assert_never

from ledger.kernel.decider import Request
from ledger.kernel.ids import MemberId, MergeId
from ledger.membership.ending_refusals import (
    AlreadyDeceased,
    MemberIsMerged,
    MergeAlreadyProposed,
    MergeNotProposed,
    NotMerged,
    OwnMerge,
    OwnStandingProposal,
    SamePerson,
)
from ledger.membership.events import (
    DuplicateLetGo,
    DuplicateTakenIn,
    MemberEvent,
    MemberMerged,
    MemberUnmerged,
    MergeProposed,
    MergeRefused,
    MovedLot,
    UnmergeProposed,
)
from ledger.membership.member_state import MemberState


class ProposeMerge(Request, frozen=True):
    """Say that the registration `duplicate` is the same person as `survivor`. basis: a code.

    is_near: whether `by` is one of the two or lives with one of them.
    """

    merge: MergeId
    duplicate: MemberId
    survivor: MemberId
    by: MemberId
    basis: str
    is_near: bool


class RefuseMerge(Request, frozen=True):
    """They stay two. reason: a code."""

    by: MemberId
    reason: str
    is_near: bool


class ApproveMerge(Request, frozen=True):
    """Agree: `moved` is what went over."""

    by: MemberId
    is_near: bool
    moved: tuple[MovedLot, ...]


class TakeIn(Request, frozen=True):
    """On the survivor's side of it."""

    merge: MergeId
    duplicate: MemberId


class ProposeUnmerge(Request, frozen=True):
    """Say that they are two people after all. basis: a code."""

    by: MemberId
    basis: str
    is_near: bool


class ApproveUnmerge(Request, frozen=True):
    """Agree: `returned` is what came back."""

    by: MemberId
    is_near: bool
    returned: tuple[MovedLot, ...]


class LetGo(Request, frozen=True):
    """On the survivor's side of it."""

    merge: MergeId
    duplicate: MemberId


MergingCommand = ProposeMerge | RefuseMerge | ApproveMerge | TakeIn | ProposeUnmerge | ApproveUnmerge | LetGo


def decide_merging(state: MemberState, command: MergingCommand) -> tuple[MemberEvent, ...]:
    """What `command` makes of a known member.

    In this order: own-merge, then whether there is (or must not be) a merge or a proposal, own-standing-proposal.
    """
    match command:
        case ProposeMerge():
            return _propose(state, command)
        case RefuseMerge() | ApproveMerge():
            return _settle(state, command)
        case ProposeUnmerge() | ApproveUnmerge():
            return _undo(state, command)
        case TakeIn():
            _still_here(state, command.duplicate)
            return (DuplicateTakenIn(command.merge, command.duplicate),)
        case LetGo():
            return (DuplicateLetGo(command.merge, command.duplicate),)
        case _:
            assert_never(command)


def _propose(state: MemberState, command: ProposeMerge) -> tuple[MemberEvent, ...]:
    if command.is_near:
        raise OwnMerge
    if command.duplicate == command.survivor:
        raise SamePerson
    _still_here(state, command.duplicate)
    if state.belonging.merge_proposal is not None:
        raise MergeAlreadyProposed(state.belonging.merge_proposal.proposed_by)
    return (MergeProposed(command.merge, command.survivor, command.by, command.basis),)


def _settle(state: MemberState, command: RefuseMerge | ApproveMerge) -> tuple[MemberEvent, ...]:
    if command.is_near:
        raise OwnMerge
    proposal = state.belonging.merge_proposal
    if proposal is None:
        raise MergeNotProposed
    if isinstance(command, RefuseMerge):
        return (MergeRefused(proposal.merge, command.by, command.reason),)
    if proposal.proposed_by == command.by:
        raise OwnStandingProposal
    return (MemberMerged(proposal.merge, proposal.survivor, command.by, command.moved),)


def _undo(state: MemberState, command: ProposeUnmerge | ApproveUnmerge) -> tuple[MemberEvent, ...]:
    if command.is_near:
        raise OwnMerge
    merge = state.belonging.merge
    if merge is None:
        raise NotMerged
    if isinstance(command, ProposeUnmerge):
        return (UnmergeProposed(merge.merge, command.by, command.basis),)
    if state.belonging.unmerge_proposed_by is None:
        raise MergeNotProposed
    if state.belonging.unmerge_proposed_by == command.by:
        raise OwnStandingProposal
    return (MemberUnmerged(merge.merge, command.by, command.returned),)


def _still_here(state: MemberState, member: MemberId) -> None:
    """Somebody who left may be the same person as one who registered anew; the dead are nobody's duplicate."""
    if state.belonging.merge is not None:
        raise MemberIsMerged(member)
    if state.belonging.ended == "deceased":
        raise AlreadyDeceased
